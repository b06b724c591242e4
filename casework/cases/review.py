"""The fairness review: each rule of procedure held against a chronology, and how it stands.

A rule is one small object in `casework.cases.review_rules`: what it asks, of which step, and what to say. There is one
definition of each, whether the case is written down from paper or told by the ledger. Two things hold for every rule:

- what is not known is `not_shown`, a question, and never held against anybody;
- a breach is shown by facts that are there, so taking away a fact (but for an excuse) never makes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar

from casework.cases.chronology import Chronology
from casework.cases.chronology_steps import Appeal, StepBase
from casework.cases.look import Found
from casework.cases.model import Status

S = TypeVar("S", bound=StepBase)

ORDER: Final[tuple[Status, ...]] = ("breached", "not_shown", "waived", "met", "not_reached")
"""How several answers to one rule add up: the first of these that any of them has."""

CODES: Final[Mapping[str, str]] = {
    "no_investigation": "No investigation",
    "inadequate_investigation": "Investigation not good enough",
    "exculpatory_evidence_ignored": "Evidence that helps the employee left out",
    "allegation_not_specified": "Allegation not specified",
    "evidence_not_disclosed": "Evidence not disclosed",
    "no_written_notice": "No proper written notice",
    "insufficient_notice_of_hearing": "Too little notice of the hearing",
    "companion_refused": "Companion refused",
    "postponement_refused": "Postponement refused",
    "no_hearing": "No hearing",
    "hearing_conduct_unfair": "Hearing not fairly conducted",
    "investigator_was_decision_maker": "Investigator was decision-maker",
    "hr_overreach": "Adviser steered the result",
    "decision_maker_not_impartial": "Decision-maker not impartial",
    "expired_warning_relied_on": "Expired warning relied on",
    "disproportionate_sanction": "Sanction out of proportion",
    "mitigation_ignored": "Mitigation ignored",
    "inconsistent_treatment": "Inconsistent treatment",
    "no_appeal": "No appeal",
    "appeal_unfair": "Appeal not fair",
    "undue_delay": "Undue delay",
    "suspension_kneejerk": "Suspension without thought",
    "criminal_charge_presumed_guilt": "Criminal process taken as guilt",
    "protected_belief_not_assessed": "Protected belief not assessed",
    "policy_not_communicated": "Rule not made known",
}
"""The finding codes, with what they are called on screens. A rule outside these has no code."""


@dataclass(frozen=True, slots=True)
class Told:
    """A chronology as rules see it; `numbers` are what its steps are cited by (events of the ledger, or 1, 2, 3)."""

    chronology: Chronology
    numbers: tuple[int, ...]

    @classmethod
    def on_paper(cls, chronology: Chronology) -> Told:
        """A chronology whose steps are cited by their place in it."""
        return cls(chronology, tuple(range(1, len(chronology.steps) + 1)))

    def of(self, *kinds: type[S]) -> list[tuple[int, S]]:
        """The steps of these kinds that happened, with their numbers, in order."""
        steps = zip(self.numbers, self.chronology.steps, strict=True)
        return [(n, step) for n, step in steps if isinstance(step, kinds) and step.happened == "yes"]

    def denied(self, kind: type[StepBase]) -> tuple[int, ...]:
        """Where it is said that a step of this kind is known not to have happened."""
        steps = zip(self.numbers, self.chronology.steps, strict=True)
        return tuple(n for n, step in steps if isinstance(step, kind) and step.happened == "no")

    def people(self, *kinds: type[StepBase]) -> frozenset[str]:
        """Everybody who did a step of these kinds."""
        return frozenset(key for _, step in self.of(*kinds) for key in step.by)

    def perhaps_the_same(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether somebody of one group may be somebody of the other, as far as the record shows."""
        people, others = self.chronology.people, set(other)
        return any(
            set(people[key].may_be) & others or any(key in people[there].may_be for there in others)
            for key in one
        )

    @property
    def school(self) -> bool:
        """Whether the employer is a school in England."""
        return self.chronology.organisation.school_type in ("M-LA", "M-GB", "ACAD")

    @property
    def maintained(self) -> bool:
        """Whether the School Staffing Regulations apply."""
        return self.chronology.organisation.school_type in ("M-LA", "M-GB")


class ReviewRule(Protocol):
    """One rule of procedure as the review asks it."""

    @property
    def id(self) -> str:
        """The rule's id, such as ACAS-6."""

    @property
    def code(self) -> str:
        """The finding code that a breach has; empty for what lies outside the vocabulary."""

    @property
    def remedy(self) -> str:
        """What to do, or what to ask."""

    @property
    def ledger(self) -> bool:
        """Whether the ledger tells what the rule reads, and no requirement of a step asks it already."""

    def assess(self, told: Told) -> Found:
        """How the rule stands in this case."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a fairness review: a rule, how it stands, and the steps that show it.

    `step` is the title of the step whose requirement this was, in a live case.
    """

    rule: str
    code: str
    status: Status
    says: str
    remedy: str = ""
    events: tuple[int, ...] = ()
    step: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {
            "rule": self.rule,
            "code": self.code,
            "status": self.status,
            "says": self.says,
            "remedy": self.remedy,
            "events": list(self.events),
            **({"step": self.step} if self.step else {}),
        }


def worst(found: Sequence[Found], absent: Found) -> Found:
    """Several answers as one: the most serious, with the steps of all that share it; `absent` if there are none."""
    for status in ORDER:
        same = [item for item in found if item.status == status]
        if same:
            events = tuple(sorted({n for item in same for n in item.events}))
            says = " ".join(dict.fromkeys(item.says for item in same))
            return same[0]._replace(says=says, events=events)
    return absent


def review(told: Told, rules: Iterable[ReviewRule]) -> list[Finding]:
    """Hold every rule against the chronology; in the order of the rules."""
    found = []
    for rule in rules:
        answer = rule.assess(told)
        remedy = (answer.remedy or rule.remedy) if answer.status in ("breached", "not_shown") else ""
        found.append(Finding(rule.id, rule.code, answer.status, answer.says, remedy, answer.events))
    return _cured(told, found)


def _cured(told: Told, found: list[Finding]) -> list[Finding]:
    """A full fresh hearing on appeal repairs what went wrong before it (CASE-5): the whole process is looked at."""
    by = {code: n for n, appeal in told.of(Appeal) for code in appeal.put_right if appeal.type == "rehearing"}
    return [
        replace(
            item,
            status="met",
            says=f"{item.says} The appeal heard the case afresh and put this right.",
            remedy="",
            events=tuple(sorted({*item.events, by[item.code]})),
        )
        if item.status == "breached" and item.code in by and item.code != "appeal_unfair"
        else item
        for item in found
    ]


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each status, in the order of their weight."""
    statuses = [item.status for item in findings]
    return {status: statuses.count(status) for status in ORDER}


def codes_of(findings: Iterable[Finding], status: Status) -> frozenset[str]:
    """The finding codes that have this status."""
    return frozenset(item.code for item in findings if item.status == status and item.code)


Condition = Callable[[Told], bool]
"""When a rule applies at all; it must be shown by facts that are there."""


def always(told: Told) -> bool:
    """A rule for every case."""
    return True


NOT_REACHED: Final = Found("not_reached", "This did not come up.")
"""What a rule says that nothing in the case calls for."""


@dataclass(frozen=True, slots=True)
class Asks:
    """A rule that asks facts of each step of one kind.

    Breached when one of `good` is no or one of `bad` is yes; met when all of `good` are yes, or all of `bad` no where
    there is no `good`, or an `excuse` holds; otherwise not shown. `absent` is the answer when no such step is told,
    `denied` when it is known that there was none. `where` chooses the steps that count.
    """

    id: str
    code: str
    kind: type[StepBase]
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    excuse: tuple[str, ...] = ()
    waiver: tuple[str, ...] = ()
    met: str = "This was in order."
    breached: str = "This was not in order."
    question: str = "The record does not show this."
    remedy: str = ""
    absent: Status = "not_reached"
    denied: Status = "not_reached"
    when: Condition = always
    where: Callable[[Any], bool] = lambda step: True
    ledger: bool = False

    def assess(self, told: Told) -> Found:
        """How the rule stands in this case."""
        if not self.when(told):
            return NOT_REACHED
        answers = [self._of(n, step) for n, step in told.of(self.kind) if self.where(step)]
        without = told.denied(self.kind)
        if not answers and without:
            says = {"breached": self.breached, "met": self.met}.get(self.denied, NOT_REACHED.says)
            return Found(self.denied, says, events=without)
        return worst(answers, Found(self.absent, self._absent()))

    def _absent(self) -> str:
        return self.question if self.absent == "not_shown" else NOT_REACHED.says

    def _of(self, n: int, step: StepBase) -> Found:
        if any(getattr(step, name) == "yes" for name in self.waiver):
            return Found("waived", self.met, events=(n,))
        if any(getattr(step, name) == "yes" for name in self.excuse):
            return Found("met", self.met, events=(n,))
        good = [getattr(step, name) for name in self.good]
        bad = [getattr(step, name) for name in self.bad]
        if "no" in good or "yes" in bad:
            return Found("breached", self.breached, events=(n,))
        if all(answer == "yes" for answer in good) if good else all(answer == "no" for answer in bad):
            return Found("met", self.met, events=(n,))
        return Found("not_shown", self.question, events=(n,))


@dataclass(frozen=True, slots=True)
class Tests:
    """A rule that needs more than the facts of one step: `test` answers for the whole chronology."""

    id: str
    code: str
    test: Callable[[Told], Found]
    remedy: str = ""
    when: Condition = always
    ledger: bool = False

    def assess(self, told: Told) -> Found:
        """How the rule stands in this case."""
        return self.test(told) if self.when(told) else NOT_REACHED
