"""Which deadlines an event starts and stops. Late is shown, never enforced: a clock blocks nothing by itself.

Due dates are recorded with the event, so that later reading needs no calendar. All dates are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.cases.fields import applies
from casework.cases.model import Case
from casework.procedure.calendar import Calendar, DayKind
from casework.procedure.model import Deadline, Policy
from casework.procedure.paused import PAUSED
from casework.procedure.periods import add_calendar_days, add_months, period_beginning_with
from casework.procedure.working import Working

LIVE_UNTIL = "live_until"
"""What a clock may count from that a warning’s letter starts, wherever it was written: the last day of the warning."""


def due_date(deadline: Deadline, start: date, policy: Policy, calendar: Calendar) -> Working:
    """The due date of a deadline that counts from `start`, with its working."""
    days = policy.days(deadline.days)
    if deadline.count == "beginning_with" and deadline.unit == "calendar_days":
        return period_beginning_with(start, days)
    return due_after(deadline, start, days, policy, calendar)


def due_after(deadline: Deadline, start: date, days: int, policy: Policy, calendar: Calendar) -> Working:
    """The last of so many `days` of a deadline's own kind after `start`, with its working."""
    if deadline.unit == "calendar_days":
        return add_calendar_days(start, days)
    if deadline.unit == "months":
        return add_months(start, days)
    kind: DayKind = "statutory" if deadline.unit == "statutory_working_days" else "policy"
    return calendar.counting(policy.policy_day).add_working_days(start, days, kind)


def days_left(deadline: Deadline, on: date, due: date, policy: Policy, calendar: Calendar) -> int:
    """How many days of a deadline's own kind there are after `on` up to `due`, that day included."""
    if due <= on:
        return 0
    if deadline.unit in ("calendar_days", "months"):
        return (due - on).days
    kind: DayKind = "statutory" if deadline.unit == "statutory_working_days" else "policy"
    counting = calendar.counting(policy.policy_day)
    return counting.clear_days_between(on, due, kind).days + counting.is_working_day(due, kind)


def clock_facts(
    trigger: str,
    *,
    case: Case,
    policy: Policy,
    calendar: Calendar,
    on: date | None,
    values: Mapping[str, Any],
    repeated: bool = False,
) -> dict[str, Any]:
    """The `clocks` that a trigger starts and the ids it has `stopped`, as facts; absent when there are none.

    Args:
        trigger: `case_opened`, `step:ID`, `letter_issued:ID`, `letter_served:ID` or `triage:MATTER`.
        case: the case before the event.
        policy: the policy of the case.
        calendar: the days that count.
        on: the local date that counts (for a served letter the day on which it is received); None starts nothing.
        values: the typed values of the step, for conditions and for `counted_from`; of a letter, here or written
            elsewhere, the last day of the warning that it gives, `live_until`, if it gives one.
        repeated: a further service of a letter that already counts: it stops clocks, but starts none anew, because
            the earliest effective service counts (LX-15).

    A step that was taken irregularly from where it does not start begins no clock: nothing is due because of it.
    """
    running = {clock.id for clock in case.clocks if clock.stopped is None}
    stopped = {name for name in running if trigger in policy.deadline_of(name).stops} if running else set()
    out_of_place = not _starts_from_here(trigger, case, policy)
    started = []
    for name, deadline in policy.clocks_started_by.get(trigger, ()):
        if on is None or out_of_place or not applies(deadline.when, values, case, policy):
            continue
        if repeated and name in {clock.id for clock in case.clocks}:
            continue
        start = on
        if deadline.counted_from == LIVE_UNTIL and LIVE_UNTIL not in values:
            continue  # the letter gives no warning
        if deadline.counted_from != "occurred" and isinstance(values.get(deadline.counted_from), str):
            start = date.fromisoformat(values[deadline.counted_from][:10])
        due = due_date(deadline, start, policy, calendar).result
        started.append({"clock": name, "from": start.isoformat(), "due": due.isoformat()})
        stopped |= {name, PAUSED + name} & running
    facts: dict[str, Any] = {}
    if started:
        facts["clocks"] = started
    if stopped:
        facts["stopped"] = sorted(stopped)
    return facts


def was_owed(deadline: Deadline, stopped_with: Mapping[str, Any]) -> bool:
    """Whether a clock that was stopped had been about anything, by the typed values of the step that stopped it.

    Without such a field in the step it had: nothing there says otherwise. Four questions answered late, four times no,
    are no breach of the time to ring the LADO (KCSIE-4.4).
    """
    answer = stopped_with.get(deadline.owed_if.field or "") if deadline.owed_if is not None else None
    if deadline.owed_if is None or answer is None:
        return True
    answers = answer.values() if isinstance(answer, Mapping) else (answer,)
    return any(deadline.owed_if.is_answered_by(item) for item in answers)


def _starts_from_here(trigger: str, case: Case, policy: Policy) -> bool:
    """Whether a step starts from where its strand stands; true for every other trigger."""
    found = policy.steps.get(trigger.removeprefix("step:")) if trigger.startswith("step:") else None
    return found is None or case.states.get(found[0]) in found[1].from_
