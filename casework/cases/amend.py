"""Mending a mistake: corrections and annulments. Old and new both stand, with who, when and why (principle
e).

A correction is judged again: if the true values show that something the step needed did not hold, the
correction says
so (`breached`), and the step stays on record as it happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.base.errors import Refused
from casework.base.time import Occurred
from casework.cases.acts import UnknownItem, not_in_future
from casework.cases.clocks import clock_facts
from casework.cases.decide import assess_step, look_at
from casework.cases.fields import FieldInvalid
from casework.cases.model import Case, StepRecord
from casework.cases.replay import Recorded, replay
from casework.cases.request import Context, Decision, StepRequest
from casework.procedure.model import Policy

_STEP_KINDS = ("step_taken", "step_irregular")
_DATED_KINDS = (
    *_STEP_KINDS,
    "evidence_added",
    "evidence_disclosed",
    "evidence_withheld",
    "note_added",
    "case_opened",
)


class CannotAmend(Refused):
    """This event cannot be corrected or annulled."""

    code = "cannot-amend"


def correct(
    history: Sequence[Recorded],
    *,
    event: int,
    values: Mapping[str, Any],
    occurred: Occurred | None,
    reason: str,
    policy: Policy,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Correct the values, words or date of event `event`.

    Raises: UnknownItem, FieldInvalid without a reason or with a wrong value, CannotAmend for an event that
    cannot be
    corrected.
    """
    target = _event(history, event)
    if not reason.strip():
        raise FieldInvalid("A correction needs a reason.")
    if not values and occurred is None:
        raise FieldInvalid("Say what is corrected: a field, or the date.")
    if target.facts["kind"] not in _DATED_KINDS or (values and target.facts["kind"] not in _STEP_KINDS):
        raise CannotAmend(
            f"Event {event} cannot be corrected in this way.",
            remedy="Amend an allegation with `case allege --amend`; supersede a letter with a new one.",
        )
    replaces: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    if occurred is not None:
        replaces["occurred"] = not_in_future(occurred, context, "The correction").to_facts()
    if target.facts["kind"] in _STEP_KINDS:
        texts = _correct_step(history, event, values, occurred, policy, context, replaces)
    facts = {"kind": "corrected", "event": event, "replaces": replaces, "recorded_by": dict(recorder)}
    if texts:
        facts["given"] = sorted(texts)
    return Decision(facts, {"reason": reason.strip(), **({"texts": texts} if texts else {})})


def _correct_step(
    history: Sequence[Recorded],
    event: int,
    values: Mapping[str, Any],
    occurred: Occurred | None,
    policy: Policy,
    context: Context,
    replaces: dict[str, Any],
) -> dict[str, Any]:
    """Put a step's new values, date, clocks and verdict into `replaces`; returns the new words."""
    before = replay(history[: event - 1])
    step = next(record for record in replay(history[:event]).steps if record.n == event)
    request = _as_asked(step, values, occurred)
    look = look_at(before, policy, request, context)
    changed = {name: look.fields.values[name] for name in values if name in look.fields.values}
    if changed:
        replaces["values"] = changed
    if look.occurred != step.occurred:
        replaces["occurred"] = look.occurred.to_facts()
    assigned = {party: list(roles) for party, roles in look.assigned.items()}
    if assigned:
        replaces["assigned"] = assigned
    clocks = clock_facts(
        f"step:{step.step}",
        case=before,
        policy=policy,
        calendar=context.calendar,
        on=look.on,
        values=look.fields.values,
    )
    if clocks.get("clocks"):
        replaces["clocks"] = clocks["clocks"]
    given = set(step.given) | set(look.fields.texts)
    replaces["breached"] = [
        item.requirement
        for item in assess_step(look, request)
        if item.unmet and item.requirement.removeprefix("field:") not in given
    ]
    return {name: look.fields.texts[name] for name in values if name in look.fields.texts}


def _as_asked(step: StepRecord, values: Mapping[str, Any], occurred: Occurred | None) -> StepRequest:
    return StepRequest(
        step=step.step,
        occurred=occurred or step.occurred,
        taken_by=step.taken_by,
        recorded_by=step.recorded_by,
        recorder_role=step.recorder_role,
        values={**step.values, **values},
    )


def annul(
    history: Sequence[Recorded], *, event: int, reason: str, recorder: Mapping[str, str], policy: Policy
) -> Decision:
    """Annul an event that should never have been recorded; it stays visible, and counts no more.

    Raises: UnknownItem; FieldInvalid without a reason; CannotAmend when something later rests on it.
    """
    target = _event(history, event)
    if not reason.strip():
        raise FieldInvalid("An annulment needs a reason.")
    case = replay(history)
    if event in case.annulled:
        raise CannotAmend(f"Event {event} has been annulled already.")
    kind = target.facts["kind"]
    if kind in ("case_opened", "annulled", "party_added"):
        raise CannotAmend(f"Event {event} cannot be annulled: the rest of the case rests on it.")
    if kind in _STEP_KINDS:
        _last_of_its_strand(case, event)
    facts = {"kind": "annulled", "event": event, "recorded_by": dict(recorder)}
    try:
        replay([*history, Recorded(len(history) + 1, target.recorded, facts)])
    except KeyError:
        raise CannotAmend(
            f"Event {event} cannot be annulled: something recorded later rests on it."
        ) from None
    return Decision(facts, {"reason": reason.strip()})


def _last_of_its_strand(case: Case, event: int) -> None:
    step = next(record for record in case.steps if record.n == event)
    later = [record for record in case.steps if record.strand == step.strand and record.n > event]
    if later:
        raise CannotAmend(
            f"Event {event} cannot be annulled while later steps stand (event {later[-1].n}).",
            remedy="Annul the later steps first, newest first.",
        )


def _event(history: Sequence[Recorded], event: int) -> Recorded:
    if not 1 <= event <= len(history):
        raise UnknownItem(f"There is no event {event} in this case; it has {len(history)}.")
    return history[event - 1]
