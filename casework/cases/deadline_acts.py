"""Giving a deadline more time, letting it stand still, and letting it run on: each with a reason, on record for ever.

Only what no law fixes can be moved, only by whom the policy names, and only before the day has passed: what is late is
done late and stays on record as late. A deadline that stands still is no deadline that is forgotten: in its place runs
one to look again, `paused.NAME`, at the latest after `LONGEST_PAUSE` days (KCSIE-4.11 looks again after four weeks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from casework.base.errors import Refused
from casework.base.time import Occurred, describe_date
from casework.cases.acts import UnknownItem, not_in_future
from casework.cases.clocks import days_left, due_after
from casework.cases.fields import FieldInvalid, clean
from casework.cases.look import inline
from casework.cases.model import Case, Clock
from casework.cases.request import Context, Decision
from casework.procedure.model import Deadline, Policy
from casework.procedure.paused import PAUSED
from casework.procedure.working import Working

LONGEST_PAUSE: Final = 28
"""Calendar days after which a deadline that stands still is looked at again."""

Change = Literal["extended", "paused", "resumed"]


MOVED: Final = frozenset(("deadline_extended", "deadline_paused", "deadline_resumed"))
"""The kinds of event that move a deadline."""


class DeadlineStands(Refused):
    """The deadline cannot be moved so."""

    code = "deadline-stands"


@dataclass(frozen=True, slots=True)
class Move:
    """What is asked for a deadline: of which `clock`, why, decided when and by which party, and who records it."""

    clock: str
    reason: str
    occurred: Occurred
    taken_by: str
    recorder: Mapping[str, str]
    context: Context


def extend_deadline(case: Case, policy: Policy, asked: Move, *, until: date) -> Decision:
    """Give a deadline that runs more time, to `until`.

    Raises: UnknownItem, DeadlineStands, FieldInvalid without a reason, or with a date that is none for it.
    """
    running, deadline = _running(case, policy, asked.clock)
    _in_time(running, deadline, _decided_on(case, policy, asked))
    if until <= running.due:
        raise FieldInvalid(
            f"“{deadline.title}” is due on {describe_date(running.due)}; an extension gives a later day."
        )
    most = _longest(running, deadline, policy, asked.context)
    if most is not None and until > most.result:
        raise DeadlineStands(
            f"One extension of “{deadline.title}” goes to {describe_date(most.result)} at the latest.",
            remedy="Extend it to that day; it can be extended again.",
            working=most,
        )
    after = Clock(asked.clock, 0, running.counted_from, until)
    return _decision("extended", case, policy, asked, running, after)


def pause_deadline(case: Case, policy: Policy, asked: Move, *, look_again: date) -> Decision:
    """Let a deadline stand still until somebody lets it run on; to be looked at again on `look_again` at the latest.

    A deadline that stands still already is given another day to look again. Raises as `extend_deadline`.
    """
    still = _standing_still(case, asked.clock)
    running, deadline = (
        (still, policy.deadlines[asked.clock]) if still else _running(case, policy, asked.clock)
    )
    on = _decided_on(case, policy, asked)
    if still is None:
        _in_time(running, deadline, on)
    if not on < look_again <= on + timedelta(days=LONGEST_PAUSE):
        latest = describe_date(on + timedelta(days=LONGEST_PAUSE))
        raise FieldInvalid(
            f"The day to look again comes after {describe_date(on)}, on {latest} at the latest."
        )
    return _decision("paused", case, policy, asked, running, Clock(PAUSED + asked.clock, 0, on, look_again))


def resume_deadline(case: Case, policy: Policy, asked: Move) -> Decision:
    """Let a deadline that stands still run on: it has the days that were left when it stopped.

    Raises as `extend_deadline`.
    """
    still = _standing_still(case, asked.clock)
    if still is None:
        raise UnknownItem(
            f"No deadline {asked.clock!r} stands still in this case.",
            remedy="It runs, or it is over: `casework due`.",
        )
    on = _decided_on(case, policy, asked)
    due = resumed_due(case, policy, asked.clock, on, asked.context)
    after = Clock(asked.clock, 0, _stopped_by_pause(case, asked.clock).counted_from, due.result)
    return _decision("resumed", case, policy, asked, still, after)


def resumed_due(case: Case, policy: Policy, clock: str, on: date, context: Context) -> Working:
    """When a deadline is due that stood still and runs on from `on`, with its working."""
    before, deadline = _stopped_by_pause(case, clock), policy.deadlines[clock]
    since = before.stopped_on or before.due
    left = days_left(deadline, since, before.due, policy, context.calendar)
    return due_after(deadline, max(on, since), left, policy, context.calendar)


def _standing_still(case: Case, clock: str) -> Clock | None:
    """The looking again that runs in the place of a deadline; None if it does not stand still."""
    return next((item for item in case.running() if item.id == PAUSED + clock), None)


def _stopped_by_pause(case: Case, clock: str) -> Clock:
    """The deadline as it stood when it was stopped: the newest of its name."""
    return next(item for item in reversed(case.clocks) if item.id == clock)


def _running(case: Case, policy: Policy, clock: str) -> tuple[Clock, Deadline]:
    running = next((item for item in case.running() if item.id == clock), None)
    if running is None or clock not in policy.deadlines:
        known = ", ".join(item.id for item in case.running()) or "none"
        raise UnknownItem(
            f"No deadline {clock!r} runs in this case. Running: {known}.", remedy="Name one that runs."
        )
    return running, policy.deadlines[clock]


def _decided_on(case: Case, policy: Policy, asked: Move) -> date:
    """The day of the decision, if whoever took it may."""
    deadline = policy.deadlines[asked.clock]
    if not deadline.changed_by:
        fixed = "The law or statutory guidance fixes it." if deadline.basis == "statutory" else "It stands."
        raise DeadlineStands(
            f"“{deadline.title}” cannot be moved. {fixed}",
            remedy="Do it as soon as you can; the record shows how late it was, and a note says why.",
        )
    party = case.parties.get(asked.taken_by)
    if party is None or not set(party.roles) & set(deadline.changed_by):
        titles = [inline(policy.roles[role].title) for role in deadline.changed_by if role in policy.roles]
        raise DeadlineStands(
            f"Only these may move “{deadline.title}”: {', '.join(titles)}.",
            remedy="Ask one of them, and name them with --taken-by.",
        )
    if asked.occurred.date is None:
        raise FieldInvalid("The day of the decision must be known.", remedy="Give it with --on.")
    not_in_future(asked.occurred, asked.context, "The decision")
    return asked.occurred.date


def _in_time(running: Clock, deadline: Deadline, on: date) -> None:
    if on > running.due:
        raise DeadlineStands(
            f"“{deadline.title}” was due on {describe_date(running.due)}. What is late stays late.",
            remedy="Do it now, and note why it took longer: casework case note",
        )
    if on < running.counted_from:
        raise FieldInvalid(
            "The deadline cannot be moved before it began to run.", remedy="Check the day of the decision."
        )


def _longest(running: Clock, deadline: Deadline, policy: Policy, context: Context) -> Working | None:
    if deadline.extend_days is None:
        return None
    return due_after(deadline, running.due, policy.days(deadline.extend_days), policy, context.calendar)


def _decision(
    change: Change, case: Case, policy: Policy, asked: Move, before: Clock, after: Clock
) -> Decision:
    because = clean("The reason", asked.reason)
    if not because:
        raise FieldInvalid("Moving a deadline needs a reason.")
    held = set(case.parties[asked.taken_by].roles)
    role = next(role for role in policy.deadlines[asked.clock].changed_by if role in held)
    facts: dict[str, Any] = {
        "kind": f"deadline_{change}",
        "deadline": asked.clock,
        "policy": case.policy,
        "calendar": asked.context.calendar_digest,
        "occurred": asked.occurred.to_facts(),
        "taken_by": {"party": asked.taken_by, "role": role},
        "recorded_by": dict(asked.recorder),
        "stopped": [before.id],
        "clocks": [{"clock": after.id, "from": after.counted_from.isoformat(), "due": after.due.isoformat()}],
    }
    return Decision(facts, {"reason": because})
