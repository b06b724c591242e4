"""Whether the record contradicts itself: dates that cannot all be true (UKGDPR-5d)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import Invitation, Policy, StepBase
from casework.cases.chronology_values import surely_before
from casework.cases.look import Found
from casework.cases.review import ReviewRule, Tests, Told


def dates_agree(told: Told) -> Found:
    """No step is dated before one that stands above it, and no letter was received before it was sent."""
    steps = [(n, step) for n, step in told.of(StepBase) if step.when and not isinstance(step, Policy)]
    if not steps:
        return Found("not_shown", "No step has a date.")
    wrong = sorted(
        {
            n
            for at, (n, later) in enumerate(steps)
            for _, step in steps[:at]
            if surely_before(later.when, step.when)
        }
        | {n for n, step in told.of(Invitation) if surely_before(step.received, step.when)}
    )
    if wrong:
        return Found(
            "breached", "The dates contradict each other or the order of the steps.", events=tuple(wrong)
        )
    return Found("met", "The dates agree with each other.", events=tuple(n for n, _ in steps))


RULES: Final[tuple[ReviewRule, ...]] = (
    Tests("UKGDPR-5d", "", dates_agree, "Check the dates against the papers, and correct the wrong one."),
)
"""The rule about the record itself."""
