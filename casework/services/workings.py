"""How a due date was worked out: from what, by which rule, on which calendar. Facts only, so no key is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.base.time import describe_date, parse_date, parse_time
from casework.cases.clocks import due_date
from casework.cases.deadline_acts import MOVED, resumed_due
from casework.cases.look import inline
from casework.cases.replay import replay_before
from casework.cases.request import Context
from casework.procedure.service import deemed_served, rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.cases.model import Clock
    from casework.procedure.calendar import Calendar
    from casework.procedure.model import Deadline, Policy
    from casework.procedure.working import Working
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace

BASES = {
    "statutory": "Fixed by law or by statutory guidance. The school cannot lengthen it.",
    "policy": "Set by the school’s own procedure.",
    "good_practice": "Good practice; no rule fixes it.",
}
"""What a deadline rests on, in words."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a clock is due when it is: sentences for people, in their order, and the count itself for programs."""

    sentences: tuple[str, ...]
    workings: tuple[Working, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "sentences": list(self.sentences),
            "workings": [working.as_json() for working in self.workings],
        }


def why_due(workspace: Workspace, loaded: LoadedCase, clock: Clock) -> Why:
    """Return how the due date of a clock was worked out, on the calendar that its event cites."""
    policy, facts = loaded.policy_then(clock.n), loaded.history[clock.n - 1].facts
    deadline = policy.deadline_of(clock.id)
    calendar = workspace.calendar(facts["calendar"])
    found, workings = _moved(loaded, clock, facts, workspace)
    if not found:
        workings = [*_service(facts, policy, calendar), _counted(deadline, clock, facts, policy, calendar)]
        found = [f"It counts from: {_began(facts, policy)} (event {clock.n})."]
        if workings[-1].result == clock.due:
            found += [working.sentence() for working in workings]
        else:
            workings = []
            day = describe_date(clock.counted_from)
            found.append(f"It was recorded as {describe_date(clock.due)}, counted from {day}.")
    found += _rests_on(deadline, policy)
    if calendar.known_on is not None:
        found.append(f"Bank holidays as they were known on {describe_date(calendar.known_on)}.")
    return Why(tuple(found), tuple(workings))


def _counted(
    deadline: Deadline, clock: Clock, facts: Mapping[str, Any], policy: Policy, calendar: Calendar
) -> Working:
    """The count; a letter that was received is counted from the day on which it was, and it says so."""
    working = due_date(deadline, clock.counted_from, policy, calendar)
    return replace(working, opening="Received on") if facts["kind"] == "letter_served" else working


def _moved(
    loaded: LoadedCase, clock: Clock, facts: Mapping[str, Any], workspace: Workspace
) -> tuple[list[str], list[Working]]:
    """How a deadline came by its date that was extended, stands still or runs on; nothing of any other."""
    kind, deadline = facts["kind"], facts.get("deadline", "")
    if kind not in MOVED:
        return [], []
    policy = loaded.policy
    before = replay_before(loaded.history, clock.n)
    old = next(item for item in reversed(before.clocks) if item.id == deadline)
    role = inline(policy.roles[facts["taken_by"]["role"]].title)
    by = f"the {role} decided on {describe_date(parse_date(facts['occurred']['date']))} (event {clock.n})"
    first = f"It was due on {describe_date(old.due)}, counted from {describe_date(old.counted_from)}."
    if kind == "deadline_extended":
        return [first, f"That the last day is {describe_date(clock.due)}, {by}."], []
    if kind == "deadline_paused":
        return [
            first,
            f"That it stands still, to be looked at again by {describe_date(clock.due)}, {by}.",
        ], []
    on = parse_date(facts["occurred"]["date"])
    context = Context(workspace.clock.now(), workspace.calendar(facts["calendar"]), facts["calendar"])
    working = resumed_due(before, policy, deadline, on, context)
    since = f" It stood still from {describe_date(old.stopped_on)}." if old.stopped_on else ""
    return [first + since, f"That it runs on, {by}.", working.sentence()], [working]


def _service(facts: Mapping[str, Any], policy: Policy, calendar: Calendar) -> list[Working]:
    """When a letter counts as received, where the clock counts from that."""
    if facts["kind"] != "letter_served":
        return []
    occurred = facts["occurred"]
    at = parse_time(occurred["time"]) if "time" in occurred else None
    try:
        return [
            deemed_served(facts["method"], parse_date(occurred["date"]), at, calendar, rules_of(policy))[1]
        ]
    except BadInput:
        return []


def _began(facts: Mapping[str, Any], policy: Policy) -> str:
    """What started a clock, in words."""
    if facts["kind"] == "case_opened":
        return "the report"
    if "step" in facts and facts["step"] in policy.steps:
        return f"“{policy.steps[facts['step']][1].title}”"
    letter = str(facts.get("template", "")).replace("-", " ")
    if facts["kind"] == "letter_served":
        return f"the day on which the letter “{letter}” counts as received"
    return f"the letter “{letter}” was issued" if letter else "what was recorded then"


def _rests_on(deadline: Deadline, policy: Policy) -> list[str]:
    found = [BASES[deadline.basis]]
    setting = policy.settings.get(deadline.days) if isinstance(deadline.days, str) else None
    if setting is not None and setting.unconfirmed:
        found.append(f"The school has not confirmed this number yet: {setting.value} (“{setting.title}”).")
    found += [
        f"The rule behind it: {policy.rules[cite].title} ({cite})"
        for cite in deadline.cites[:1]
        if cite in policy.rules
    ]
    return found
