"""Opening a case: one plain question at a time, each answer kept, so that it can be gone on with later on a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from casework.base.errors import BadInput, CaseworkError
from casework.base.time import parse_occurred
from casework.services.cases import open_case, reported_on
from casework.services.directory import Person, add_person, find_person, list_people
from casework.services.drafts import draft, drop_draft, save_draft
from casework.services.guard import require_role
from casework.services.people import read_people
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()

FORM: Final = "open-case"
"""The name of this form's draft."""


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form: its address, what it asks, how it is answered, and what an answer has to be."""

    name: str
    title: str
    check: Callable[[Here, Mapping[str, str]], Mapping[str, str]]


def _told_on(here: Here, answers: Mapping[str, str]) -> Mapping[str, str]:
    if not answers.get("reported"):
        raise BadInput("Enter the day on which the school was told.")
    reported_on(here.workspace, here.school, parse_occurred(answers["reported"]))
    return {"reported": answers["reported"]}


def _what(here: Here, answers: Mapping[str, str]) -> Mapping[str, str]:
    if not answers.get("summary"):
        raise BadInput("Say in a sentence what you were told.")
    return {"summary": answers["summary"]}


def _whom(here: Here, answers: Mapping[str, str]) -> Mapping[str, str]:
    name = answers.get("employee", "")
    if not name:
        raise BadInput("Say whom it is about.")
    if answers.get("job"):
        return {"employee": name, "job": answers["job"], "home": answers.get("home", "")}
    return {"employee": find_person(here.workspace, here.school, name).name, "job": "", "home": ""}


QUESTIONS: Final = {
    question.name: question
    for question in (
        Question("when", "When was the school told?", _told_on),
        Question("what", "What were you told?", _what),
        Question("who", "Whom is it about?", _whom),
    )
}
LAST: Final = "check"
FIELDS: Final = ("reported", "summary", "employee", "job", "home")


@PAGES.page("/cases/new", access="signed_in")
def new_case(here: Here) -> Response:
    """Go to the first question that has no answer yet."""
    answers = draft(here.workspace, here.school.stream, FORM)
    return here.go(f"/cases/new/{_next(here, answers)}?school={here.school.prefix}")


@PAGES.page("/cases/new/{question}", access="signed_in", methods=("GET", "POST"))
def ask(here: Here) -> Response:
    """Ask one question, keep its answer, and go to the next."""
    require_role(here.workspace, here.school, "open_case")
    name, answers = here.part["question"], draft(here.workspace, here.school.stream, FORM)
    if name == LAST:
        return _check(here, answers)
    question = QUESTIONS.get(name)
    if question is None:
        return here.go("/cases/new")
    problem = ""
    if here.sent:
        typed = {field: here.text(field) for field in FIELDS if field in here.form}
        answers = {**answers, **typed}
        save_draft(here.workspace, here.school, here.school.stream, FORM, answers)
        try:
            answers = {**answers, **question.check(here, answers)}
        except CaseworkError as wrong:
            problem = wrong.message
        else:
            save_draft(here.workspace, here.school, here.school.stream, FORM, answers)
            return here.go(f"/cases/new/{_next(here, answers)}?school={here.school.prefix}")
    people = read_people(here.workspace, here.school) if name == "who" else []
    status = 422 if problem else 200
    return here.page(
        "opening.html.j2",
        status,
        question=question,
        answers=answers,
        people=people,
        problem=problem,
        number=_number(name),
    )


def _check(here: Here, answers: Mapping[str, Any]) -> Response:
    """Show the answers together, and open the case when they are confirmed."""
    wanted = _next(here, answers)
    if wanted != LAST:
        return here.go(f"/cases/new/{wanted}?school={here.school.prefix}")
    if not here.sent:
        return here.page("opening_check.html.j2", answers=answers)
    about = _person(here, answers)
    opened = open_case(
        here.workspace,
        here.school,
        reported=parse_occurred(answers["reported"]),
        summary=answers["summary"],
        people=[(about, ["employee"])],
        command=here.text("command"),
    )
    drop_draft(here.workspace, here.school.stream, FORM)
    return here.go(f"/cases/{opened.reference}", f"The case is open. Its reference is {opened.reference}.")


@PAGES.page("/cases/new-dropped", access="signed_in", methods=("POST",))
def drop(here: Here) -> Response:
    """Forget what was begun."""
    drop_draft(here.workspace, here.school.stream, FORM)
    return here.go("/", "What you had begun was deleted.")


def _person(here: Here, answers: Mapping[str, Any]) -> Person:
    """Whom the case is about: in the directory, or entered now; twice sent is entered once."""
    name = answers["employee"]
    if not answers.get("job") or any(
        person.name.casefold() == name.casefold() for person in list_people(here.workspace, here.school)
    ):
        return find_person(here.workspace, here.school, name)
    home = [line.strip() for line in answers.get("home", "").splitlines() if line.strip()]
    return add_person(here.workspace, here.school, name=name, title=answers["job"], address=home)


def _next(here: Here, answers: Mapping[str, Any]) -> str:
    """The first question without a good answer, else the last page."""
    for name, question in QUESTIONS.items():
        try:
            question.check(here, answers)
        except CaseworkError:
            return name
    return LAST


def _number(name: str) -> int:
    return list(QUESTIONS).index(name) + 1
