"""The chronology that the ledger tells: a live case as the rules see it that no step can require.

Only what those rules read is told. Everything else stays unknown here, because each step's own requirements judge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.cases.chronology import Allegation, Chronology, Person
from casework.cases.chronology_steps import (
    Appeal,
    Decision,
    Hearing,
    Investigation,
    Report,
    StepBase,
    Suspension,
)
from casework.cases.model import Case, StepRecord
from casework.cases.review import Told
from casework.procedure.model import Policy, Step
from casework.procedure.requirements import DifferentPeople, Notice

_KINDS: Mapping[str, tuple[type[StepBase], str]] = {
    "investigation": (Investigation, "investigation"),
    "suspension": (Suspension, "suspension"),
    "hearing": (Hearing, "hearing"),
    "accepted_without_hearing": (Hearing, "hearing"),
    "decision": (Decision, "decision"),
    "appeal_hearing": (Appeal, "appeal"),
}
"""Which kind of step of a chronology an act of a policy is."""


def told_by_ledger(case: Case, policy: Policy) -> Told:
    """The case as a chronology; its steps are cited by the case's event numbers."""
    steps: list[StepBase] = [Report.model_construct(what="report", when=str(case.opened or ""))]
    numbers = [1]
    for record in case.steps:
        found = policy.steps.get(record.step)
        kind = _KINDS.get((found[1].act or "") if found else "")
        if found is None or kind is None:
            continue
        steps.append(kind[0].model_construct(**_facts(case, policy, found[1], record), what=kind[1]))
        numbers.append(record.n)
    chronology = Chronology.model_construct(
        paper_case=1,
        title=case.reference,
        people={party: Person.model_construct() for party in case.parties},
        allegations=_allegations(case, policy),
        steps=tuple(steps),
    )
    return Told(chronology, tuple(numbers))


def _facts(case: Case, policy: Policy, step: Step, record: StepRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "when": str(record.occurred.date or ""),
        "by": tuple(sorted({record.taken_by, *_sat(case, step, record)} & case.parties.keys())),
    }
    if step.act == "decision":
        facts["sanction"] = _sanction(policy, step, record)
    return facts


def _sat(case: Case, step: Step, record: StepRecord) -> set[str]:
    """Whoever held one of the roles that the step wants kept apart from others: those who sat."""
    roles = {
        role
        for requirement in step.requires
        if isinstance(requirement.rule, DifferentPeople) and requirement.rule.apart_from
        for role in requirement.rule.roles
        if step.act in ("hearing", "appeal_hearing")
    }
    return {party for role in roles for party in case.held_at(role, record.n)}


def _sanction(policy: Policy, step: Step, record: StepRecord) -> str:
    if step.imposes is None:
        return "none"
    name = step.imposes
    if name.startswith("field:"):
        name = str(record.values.get(name.removeprefix("field:"), ""))
    sanction = policy.sanctions.get(name)
    if sanction is None:
        return "unknown"
    if sanction.dismissal:
        return "summary_dismissal" if sanction.summary else "dismissal_with_notice"
    return name if name.endswith("_warning") else "other_sanction"


def _allegations(case: Case, policy: Policy) -> dict[str, Allegation]:
    """Each allegation: whether the letter of notice came after it, and what was found."""
    findings = _findings(case, policy)
    notice = _notified(case, policy)
    told = {}
    for item in case.allegations.values():
        if item.withdrawn:
            continue
        notified = "unknown" if notice is None else "yes" if item.n < notice else "no"
        told[str(item.number)] = Allegation.model_construct(
            says=f"Allegation {item.number}",
            notified=notified,
            detailed="yes" if item.clauses and item.period else "no",
            finding=findings.get(item.id, "unknown"),
        )
    return told


def _findings(case: Case, policy: Policy) -> dict[str, str]:
    for record in reversed(case.steps):
        found = policy.steps.get(record.step)
        if found is None or found[1].act != "decision":
            continue
        known = ("proved", "not_proved")
        for value in record.values.values():
            if isinstance(value, Mapping) and any(value.get(item) in known for item in case.allegations):
                return {key: item if item in known else "unknown" for key, item in value.items()}
    return {}


def _notified(case: Case, policy: Policy) -> int | None:
    """The event that issued the letter of notice which the newest hearing rests on."""
    for record in reversed(case.steps):
        found = policy.steps.get(record.step)
        if found is None or found[1].act != "hearing":
            continue
        letters = [
            requirement.rule.letter
            for requirement in found[1].requires
            if isinstance(requirement.rule, Notice)
        ]
        issued = [
            letter.issued
            for template in letters
            for letter in case.letters_of(template)
            if letter.issued is not None and letter.issued < record.n
        ]
        return max(issued, default=None)
    return None
