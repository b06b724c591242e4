"""Taking a step: its questions, what is in the way in plain words, and nothing typed that is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from casework.base.errors import BadInput, Conflict
from casework.base.time import parse_occurred
from casework.cases.comparable import compared
from casework.cases.request import Assessment, Compared, StepRefused
from casework.procedure.sentences import who_may
from casework.services.comparable import comparable_cases
from casework.services.drafts import draft, drop_draft, save_draft
from casework.services.errors import NoAccess
from casework.services.loading import body_of, people_of
from casework.services.steps import take_step
from casework.services.triage import filled_in
from casework.web.changed import since
from casework.web.controls import controls_of, typed_texts, values_of
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.procedure.model import Step

PAGES = Pages()


@PAGES.page("/cases/{reference}/steps/{step}", access="case", methods=("GET", "POST"))
def step(here: Here) -> Response:
    """Ask what a step needs, and take it."""
    step_id = here.part["step"].replace("-", "_")
    if step_id not in here.case.policy.steps:
        raise NoAccess("There is no such step in this procedure.")
    found = here.case.policy.steps[step_id][1]
    about = f"step:{step_id}"
    if not here.sent:
        return _form(
            here, step_id, found, draft(here.workspace, here.case.stream, about) or _known(here, step_id)
        )
    typed = typed_texts(here.form)
    save_draft(here.workspace, here.school, here.case.stream, about, typed)
    if here.text("do") == "later":
        return here.go(here.of_case(), "What you have answered so far is kept.")
    if here.text("do") != "take":
        return _form(here, step_id, found, typed)
    try:
        taken = take_step(
            here.workspace,
            here.school,
            here.case,
            step_id,
            values=values_of(found, typed),
            occurred=parse_occurred(when) if (when := here.text("occurred")) else None,
            taken_by=here.text("taken_by"),
            seen=int(here.text("seen") or 0) or None,
            command=here.text("command"),
            compared=_compared(here) if found.imposes is not None else None,
        )
    except StepRefused as refused:
        return _form(here, step_id, found, typed, unmet=refused.unmet)
    except Conflict as moved:
        return _form(
            here,
            step_id,
            found,
            typed,
            problem=f"{moved.message} {since(here, int(here.text('seen') or 0))} What you typed is still here.",
        )
    except BadInput as wrong:
        return _form(here, step_id, found, typed, problem=f"{wrong.message} {in_plain_words(wrong.remedy)}")
    drop_draft(here.workspace, here.case.stream, about)
    return here.go(here.of_case(), f"Recorded: {taken.step.title}.")


def _form(
    here: Here,
    step_id: str,
    found: Step,
    typed: Mapping[str, Sequence[str]],
    *,
    unmet: Sequence[Assessment] = (),
    problem: str = "",
) -> Response:
    lacking = {item.requirement for item in unmet if item.kind == "field"}
    missing = {name for name in found.fields if f"field:{name}" in lacking}
    people = people_of(here.workspace, here.case)
    return here.page(
        "step.html.j2",
        422 if unmet or problem else 200,
        step_id=step_id,
        step=found,
        controls=controls_of(
            here.case,
            found,
            typed,
            problems={name: "This answer is needed." for name in missing},
            evidence=_evidence(here),
        ),
        typed=typed,
        unmet=[item for item in unmet if item.requirement.removeprefix("field:") not in missing],
        missing=len(missing),
        problem=problem,
        people=sorted(words["name"] for words in people.values() if words.get("name")),
        taken_by=who_may(here.case.policy, found.by),
        allegations=_allegations(here),
        in_plain_words=in_plain_words,
    )


def _compared(here: Here) -> Compared:
    """What of earlier decisions was shown beside the form (ACAS-4b)."""
    found = comparable_cases(here.workspace, here.school, here.case)
    return compared(item.comparable for item in found.shown)


def _allegations(here: Here) -> dict[str, str]:
    return {
        str(item.number): str(body_of(here.workspace, here.case, item.n).get("text", ""))
        for item in here.case.case.standing_allegations
    }


def _evidence(here: Here) -> dict[str, str]:
    return {
        str(item.number): str(body_of(here.workspace, here.case, item.n).get("title", ""))
        for item in here.case.case.evidence.values()
    }


def _known(here: Here, step_id: str) -> dict[str, list[str]]:
    """What triage has answered already, as it would have been typed."""
    typed: dict[str, list[str]] = {}
    known: Mapping[str, Any] = filled_in(here.workspace, here.case, step_id) if here.case.case.triage else {}
    for name, value in known.items():
        if isinstance(value, Mapping):
            for key, answer in value.items():
                chosen, _, why = str(answer).partition(":")
                typed[f"f.{name}.{key}"] = [chosen]
                if why:
                    typed[f"f.{name}.{key}.why"] = [why]
        elif isinstance(value, bool):
            typed[f"f.{name}"] = ["yes" if value else "no"]
        else:
            typed[f"f.{name}"] = [str(value)]
    return typed
