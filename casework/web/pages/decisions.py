"""Decisions with reasons, one page for each allegation: its words and what bears on it beside, each answer kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from casework.services.access import note_access
from casework.services.drafts import draft, save_draft
from casework.services.errors import NoAccess
from casework.services.guard import require
from casework.services.loading import body_of, texts_of
from casework.web.controls import Control, controls_of, typed_texts
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.cases.model import Allegation
    from casework.procedure.model import Step

PAGES = Pages()

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered for one allegation so far: its number and words, each label with the answer."""

    number: str
    text: str
    answers: tuple[tuple[str, str], ...]
    complete: bool


@PAGES.page(
    "/cases/{reference}/steps/{step}/allegations/{number:int}", access="case", methods=("GET", "POST")
)
def decide_allegation(here: Here) -> Response:
    """Ask what a step asks of one allegation, keep the answers, and go to the next."""
    step_id = here.part["step"].replace("-", "_")
    found, number = step_called(here, step_id), str(here.part["number"])
    one = next((item for item in here.case.case.standing_allegations if str(item.number) == number), None)
    if one is None or not each_fields(found):
        raise NoAccess("There is no such allegation in this step.")
    about = f"step:{step_id}"
    typed: dict[str, Any] = draft(here.workspace, here.case.stream, about)
    problems: dict[str, str] = {}
    if here.sent:
        typed = without(typed, found, number) | typed_texts(here.form)
        save_draft(here.workspace, here.school, here.case.stream, about, typed)
        if here.text("do") == "later":
            return here.go(here.of_case(), "What you have answered so far is kept.")
        problems = _lacking(here, found, typed, number)
        if not problems:
            return here.go(_next(here, step_id, found, typed))
    note_access(here.workspace, here.school, "case", here.case.stream)
    numbers = [str(item.number) for item in here.case.case.standing_allegations]
    return here.page(
        "decision.html.j2",
        422 if problems else 200,
        step_id=step_id,
        step=found,
        number=number,
        place=numbers.index(number) + 1,
        of=len(numbers),
        allegation=one,
        text=words_of(here, one),
        rules=_rules(here, one),
        evidence=_bearing(here, one),
        said=_said_before(here, number),
        controls=_controls(here, found, typed, number, problems),
        problem="Some answers are missing. They are marked below." if problems else "",
    )


def step_called(here: Here, step_id: str) -> Step:
    """Return a step of the case's procedure.

    Raises:
        NoAccess: there is none of that name, or whoever is signed in takes no steps in this case.
    """
    if step_id not in here.case.policy.steps:
        raise NoAccess("There is no such step in this procedure.")
    require(here.workspace, here.case, "step")
    return here.case.policy.steps[step_id][1]


def each_fields(step: Step) -> list[str]:
    """Return the fields of a step that have an answer for each allegation."""
    return [name for name, spec in step.fields.items() if spec.each]


def for_each(typed: Typed, step: Step) -> dict[str, Sequence[str]]:
    """Return what was typed for single allegations: the form of the whole step does not hold it."""
    starts = tuple(f"f.{name}." for name in each_fields(step))
    return {key: texts for key, texts in typed.items() if starts and key.startswith(starts)}


def without(typed: Typed, step: Step, number: str) -> dict[str, Any]:
    """Return what was typed but for one allegation, so that a box that is unticked now counts as empty."""
    gone = {f"f.{name}.{number}" for name in each_fields(step)}
    return {key: texts for key, texts in typed.items() if key not in gone}


def first_open(here: Here, step: Step, typed: Typed) -> str:
    """Return the number of the first allegation that has not every answer; empty if all have."""
    for item in here.case.case.standing_allegations:
        if each_fields(step) and _lacking(here, step, typed, str(item.number)):
            return str(item.number)
    return ""


def answered(here: Here, step: Step, typed: Typed) -> list[Answered]:
    """Return what was answered for each allegation so far, for the page that sums it up."""
    if not each_fields(step):
        return []
    return [
        Answered(
            str(item.number),
            words_of(here, item),
            tuple(
                (control.label, _worded(control))
                for control in _controls(here, step, typed, str(item.number), {})
            ),
            not _lacking(here, step, typed, str(item.number)),
        )
        for item in here.case.case.standing_allegations
    ]


def words_of(here: Here, item: Allegation) -> str:
    """Return the words of an allegation."""
    return str(body_of(here.workspace, here.case, item.n).get("text", ""))


def evidence_titles(here: Here) -> dict[str, str]:
    """Return the titles of the case's evidence by number."""
    return {
        str(item.number): str(body_of(here.workspace, here.case, item.n).get("title", ""))
        for item in here.case.case.evidence.values()
    }


def _next(here: Here, step_id: str, step: Step, typed: Typed) -> str:
    """The next allegation that has not every answer, else the page that sums it up."""
    address = here.of_case("steps", step_id.replace("_", "-"))
    number = first_open(here, step, typed)
    return f"{address}/allegations/{number}" if number else address


def _controls(
    here: Here, step: Step, typed: Typed, number: str, problems: Mapping[str, str]
) -> list[Control]:
    """The controls of one allegation."""
    controls = controls_of(here.case, step, typed, problems={}, evidence=evidence_titles(here))
    return [
        replace(item, number="", help=in_plain_words(item.help), problem=problems.get(item.name, ""))
        for item in controls
        if item.number == number
    ]


def _lacking(here: Here, step: Step, typed: Typed, number: str) -> dict[str, str]:
    """What is missing for an allegation, by the name of the control."""
    return {
        item.name: "This answer is needed."
        for item in _controls(here, step, typed, number, {})
        if not item.optional and not any(typed.get(item.name, ()))
    }


def _worded(control: Control) -> str:
    """What was answered, as it was seen."""
    values = [control.value] if isinstance(control.value, str) else list(control.value)
    words = [control.options.get(value, "None" if value == "none" else value) for value in values if value]
    return "; ".join(words)


def _rules(here: Here, item: Allegation) -> list[str]:
    """The school's rules that it may have broken, each with its number."""
    known = {code: clause for catalogue in here.case.catalogues for code, clause in catalogue.by_code.items()}
    return [f"{known[code].number} {known[code].says}" for code in item.clauses if code in known]


def _bearing(here: Here, item: Allegation) -> dict[str, list[str]]:
    """The evidence that bears on an allegation, by the way it points; what names no allegation bears on every one."""
    titles, found = evidence_titles(here), dict[str, list[str]]()
    for one in here.case.case.evidence.values():
        if not one.supports or item.id in one.supports:
            found.setdefault(one.points, []).append(f"{one.number}. {titles[str(one.number)]}")
    return {points: found[points] for points in ("for", "against", "neutral") if points in found}


def _said_before(here: Here, number: str) -> list[tuple[str, str]]:
    """What earlier steps recorded of an allegation in words: what the employee said to it, for example."""
    found = []
    for record in here.case.case.steps:
        fields = here.case.policy_then(record.n).steps[record.step][1].fields
        for name, text in texts_of(here.workspace, here.case, record).items():
            if name in fields and fields[name].each and isinstance(text, Mapping) and number in text:
                found.append((fields[name].label, str(text[number])))
    return found
