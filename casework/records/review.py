"""Every step assessed again, with the core's own rules, on the case as it stood before the step.

There is no second rule engine: `casework.cases` assesses, this puts what it found into the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from casework.base.errors import CaseworkError
from casework.base.time import describe_date, parse_instant
from casework.cases.again import as_requested, context_again
from casework.cases.decide import assess_step, look_at
from casework.cases.legality import unlawful_steps
from casework.cases.replay import Recorded
from casework.cases.request import Assessment, Context
from casework.procedure.calendar import Calendar
from casework.procedure.model import Policy
from casework.records.input import RecordedEvent
from casework.records.model import Checked, Doubt, Review
from casework.records.phrases import events as numbered
from casework.records.reading import fold, fold_before
from casework.records.words import Words

GENERAL: Final = ("state", "role", "date", "field")
"""Kinds of requirement that hold for every step, whatever its policy asks beside them."""

_CURES: Final = {
    "state": "Take the steps that were left out, or record why they cannot be taken.",
    "role": "Have somebody with the power confirm the step, and record their decision.",
    "date": "Correct the date if it is wrong; otherwise note why it is out of order.",
    "field": "Add what is missing, by a correction of this event.",
    "checklist_answered": "Answer the question, with its reason, by a correction of this event.",
}
"""What mends a requirement whose remedy speaks to whoever is typing a command."""


@dataclass(frozen=True, slots=True)
class Assessed:
    """A step assessed again; `problem` says why it could not be."""

    assessments: tuple[Assessment, ...]
    problem: str = ""

    def of(self, requirement: str) -> Assessment | None:
        """Return how one requirement stood, or None if it is not among them."""
        return next((item for item in self.assessments if item.requirement == requirement), None)


@dataclass(frozen=True, slots=True)
class Judge:
    """Assesses the steps of one case again.

    Args:
        history: the events of the case.
        policies: by digest, those that it has followed.
        calendars: by digest.
    """

    history: Sequence[Recorded]
    policies: Mapping[str, Policy]
    calendars: Mapping[str, Calendar]

    def again(self, n: int, facts: Mapping[str, Any], by: RecordedEvent) -> Assessed:
        """Assess the step of event `n` again, on the case before it as it was known when `by` was recorded.

        Args:
            n: the step's event.
            facts: the step's facts, as recorded or as a correction leaves them.
            by: the step's own event, or the correction.
        """
        digest = (by.facts or {}).get("calendar", facts.get("calendar", ""))
        calendar = self.calendars.get(digest)
        policy = self.policies.get(str(facts.get("policy")))
        if policy is None or calendar is None:
            return Assessed((), "The policy or the calendar that was relied on is not there.")
        before = fold_before(self.history, n, by.n)
        if before.left_out:
            return Assessed(
                (), f"Not assessed: the facts of {numbered(before.left_out)} before it are not shown here."
            )
        context = context_again(Context(parse_instant(by.recorded), calendar, digest), facts)
        try:
            request = as_requested(facts, policy, before.case)
            look = look_at(before.case, policy, request, context)
            return Assessed(assess_step(look, request))
        except CaseworkError as problem:
            return Assessed((), problem.message)
        except KeyError:
            return Assessed((), "It names something that the policy or the case does not have.")

    def doubts(self) -> tuple[Doubt, ...]:
        """Return each step whose record does not follow from the policy, as far as that can be judged."""
        missing = fold(self.history).left_out
        found = unlawful_steps(self.history, self.policies, self.calendars)
        return tuple(Doubt(item.n, item.says) for item in found if not missing or item.n < missing[0])


def reviewed(words: Words, event: int, step: str, corrected_by: int | None, assessed: Assessed) -> Review:
    """Return what was assessed as a part of the history."""
    return Review(
        event,
        words.step_title(step),
        corrected_by,
        assessed.problem,
        tuple(
            Checked(
                item.requirement,
                words.requirement(step, item.requirement),
                item.kind,
                item.strength,
                item.status,
                item.kind in GENERAL,
                item.says,
                item.working.sentence() if item.working else "",
                words.cites(item.cites),
                tuple(sorted(set(item.events))),
            )
            for item in assessed.assessments
        ),
    )


def cure(assessment: Assessment) -> str:
    """Return what can be done about an unmet requirement, in words that need no command line."""
    if assessment.kind in _CURES:
        return _CURES[assessment.kind]
    if assessment.kind == "notice" and assessment.earliest is not None:
        earliest = describe_date(assessment.earliest)
        return f"Hold the meeting again with the full notice ({earliest} or later), or note why not."
    # A command stands after a colon: "Add each allegation: `casework case allege`."
    said, command, _ = assessment.remedy.partition(": `casework")
    return f"{said}." if command else said
