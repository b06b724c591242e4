"""Taking a step: its questions, what is in the way in plain words, and nothing typed that is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

from starlette.responses import Response

from casework.base.errors import BadInput, Conflict, Refused
from casework.base.time import parse_occurred
from casework.cases.comparable import compared
from casework.cases.request import Assessment, Basis, Compared, StepRefused, WaiverRequest
from casework.procedure.sentences import who_may
from casework.records.words import BASES
from casework.services.comparable import comparable_cases
from casework.services.comparable_words import KNOWN, LEFT_OUT, headline, overview, told
from casework.services.directory import who_am_i
from casework.services.drafts import draft, drop_draft, save_draft
from casework.services.loading import people_of
from casework.services.steps import take_step
from casework.services.triage import filled_in
from casework.web.changed import since
from casework.web.controls import Control, controls_of, typed_texts, values_of
from casework.web.failures import in_plain_words
from casework.web.pages.cures import CURES
from casework.web.pages.decisions import (
    answered,
    evidence_titles,
    first_open,
    for_each,
    step_called,
)
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.procedure.model import Step

PAGES = Pages()


@dataclass(frozen=True, slots=True)
class Allowable:
    """A requirement that somebody may waive: what is the matter, who may in words, and those in the case who may."""

    id: str
    says: str
    who: str
    names: tuple[str, ...]

    @property
    def choices(self) -> dict[str, str]:
        """The names as the choices of a control."""
        return {name: name for name in self.names}


BESIDE = ("taken_by", "occurred", "basis", "authority")
"""What is typed beside the step's own fields: who, when, and what shows it."""


@PAGES.page("/cases/{reference}/steps/{step}", access="case", methods=("GET", "POST"))
def step(here: Here) -> Response:
    """Ask what a step needs, and take it; what it asks of each allegation has a page for each, first."""
    step_id = here.part["step"].replace("-", "_")
    found, about = step_called(here, step_id), f"step:{step_id}"
    kept: Mapping[str, Sequence[str]] = draft(here.workspace, here.case.stream, about)
    if not here.sent:
        kept = kept or _known(here, step_id)
        number = first_open(here, found, kept)
        if number:
            return here.go(here.of_case("steps", here.part["step"], "allegations", number))
        return _form(here, step_id, found, kept)
    typed: dict[str, Any] = {**for_each(kept, found), **typed_texts(here.form), **_typed_beside(here)}
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
            basis=_basis(here),
            authority=here.text("authority"),
            waivers=_waivers(here, found),
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
    except (BadInput, Refused) as wrong:
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
    lacking = {item.requirement: item for item in unmet if item.kind == "field"}
    missing = {name for name in found.fields if f"field:{name}" in lacking}
    people = people_of(here.workspace, here.case)
    standing = [item for item in unmet if item.requirement.removeprefix("field:") not in missing]
    return here.page(
        "step.html.j2",
        422 if unmet or problem else 200,
        step_id=step_id,
        step=found,
        controls=_controls(here, found, typed, missing),
        answered=answered(here, found, typed),
        typed=typed,
        unmet=standing,
        allowable=_allowable(here, found, standing, typed),
        missing=len(missing),
        problem=problem,
        people=sorted(words["name"] for words in people.values() if words.get("name")),
        taken_by=who_may(here.case.policy, found.by),
        taker=_taker(here, found),
        bases=BASES,
        cures=CURES,
        compared=_shown_beside(here) if found.imposes is not None else None,
        in_plain_words=in_plain_words,
    )


def _controls(
    here: Here, found: Step, typed: Mapping[str, Sequence[str]], missing: set[str]
) -> list[Control]:
    """The controls of the step itself; those of single allegations have their own pages."""
    controls = controls_of(
        here.case,
        found,
        typed,
        problems={name: "This answer is needed." for name in missing},
        evidence=evidence_titles(here),
    )
    return [replace(item, help=in_plain_words(item.help)) for item in controls if not item.number]


def _typed_beside(here: Here) -> dict[str, list[str]]:
    """What was typed beside the fields, the waivers among it."""
    names = [name for name in here.form if name in BESIDE or name.startswith("allow.")]
    return {name: [here.text(name)] for name in names if here.text(name)}


def _basis(here: Here) -> Basis:
    """What shows that somebody else took the step; one's own act where nothing is said."""
    return next((basis for basis in get_args(Basis) if basis == here.text("basis")), "own_act")


def _waivers(here: Here, found: Step) -> list[WaiverRequest]:
    """What somebody with the say has allowed all the same, with the reason and HR's advice beside it."""
    return [
        WaiverRequest(
            item.id,
            here.text(f"allow.{item.id}.by"),
            here.text(f"allow.{item.id}.because"),
            here.text(f"allow.{item.id}.advice"),
        )
        for item in found.requires
        if here.text(f"allow.{item.id}.by")
    ]


def _allowable(
    here: Here, found: Step, unmet: Sequence[Assessment], typed: Mapping[str, Sequence[str]]
) -> list[Allowable]:
    """What somebody may allow: what stands in the way now, and what was filled in of it before."""
    blocks = {item.requirement: item for item in unmet if item.waivable_by}
    found_here = []
    for item in found.requires:
        if item.id in blocks or typed.get(f"allow.{item.id}.by"):
            says = blocks[item.id].says if item.id in blocks else item.because
            roles = blocks[item.id].waivable_by if item.id in blocks else item.waivable_by
            who = who_may(here.case.policy, roles)
            found_here.append(Allowable(item.id, says, who, tuple(_holders(here, found, roles, typed))))
    return found_here


def _taker(here: Here, found: Step) -> str:
    """The name of whoever most likely took a step, where it cannot be the signed-in person; else empty."""
    me, people = who_am_i(here.workspace, here.school).person, people_of(here.workspace, here.case)
    holders = [party.id for role in found.by for party in here.case.case.holders(role)]
    if any(people[party].get("person") == me for party in holders):
        return ""
    return str(people[holders[0]].get("name", "")) if holders else ""


def _holders(here: Here, found: Step, roles: Sequence[str], typed: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of those who have one of some parts in the case, or would have it by what was typed."""
    people = people_of(here.workspace, here.case)
    holders = (party.id for role in roles for party in here.case.case.holders(role))
    names = [str(people[party].get("name", "")) for party in holders]
    for name, value in values_of(found, typed).items():
        if found.fields[name].assigns in roles:
            names += [value] if isinstance(value, str) else value
    return list(dict.fromkeys(names))


def _compared(here: Here) -> Compared:
    """What of earlier decisions was shown beside the form (ACAS-4b)."""
    found = comparable_cases(here.workspace, here.school, here.case)
    return compared(item.comparable for item in found.shown)


def _shown_beside(here: Here) -> dict[str, Any]:
    """Earlier decisions like this one, in words, for the side of the form (ACAS-4b)."""
    found = comparable_cases(here.workspace, here.school, here.case)
    return {
        "overview": overview(found),
        "shown": [(headline(item), told(item)) for item in found.shown],
        "notes": (KNOWN, LEFT_OUT),
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
