"""How a due date was worked out: from what, by which rule, on which calendar. Facts only, so no key is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.base.time import describe_date, parse_date, parse_time
from casework.cases.clocks import due_date
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
    policy, facts = loaded.policy, loaded.history[clock.n - 1].facts
    deadline = policy.deadlines[clock.id]
    calendar = workspace.calendar(facts["calendar"])
    workings = [*_service(facts, policy, calendar), due_date(deadline, clock.counted_from, policy, calendar)]
    found = [f"It counts from: {_began(facts, policy)} (event {clock.n})."]
    if workings[-1].result == clock.due:
        found += [working.sentence() for working in workings]
    else:
        workings = []
        found.append(
            f"It was recorded as {describe_date(clock.due)}, counted from {describe_date(clock.counted_from)}."
        )
    found += _rests_on(deadline, policy)
    if calendar.known_on is not None:
        found.append(f"Bank holidays as they were known on {describe_date(calendar.known_on)}.")
    return Why(tuple(found), tuple(workings))


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
        found.append(f"The school has not confirmed this time yet (“{setting.title}”: {setting.value}).")
    found += [f"{policy.rules[cite].title} ({cite})" for cite in deadline.cites[:1] if cite in policy.rules]
    return found
