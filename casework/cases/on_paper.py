"""What happened on paper before a case was taken live, as events of the case: what, when, by whom, and what it broke.

Nobody can say any more what each step was asked, so such an event claims nothing more than the paper shows. It moves no
strand, starts no clock and counts as nothing that can be decided on; but whoever acted has acted, and what was done can
be taken back. The rules that the paper shows to be broken stand with it (procedure.md, principle a).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.base.time import Occurred
from casework.cases.acts import not_in_future
from casework.cases.chronology import Chronology
from casework.cases.chronology_steps import StepBase
from casework.cases.chronology_values import span
from casework.cases.fields import FieldInvalid
from casework.cases.model import Case
from casework.cases.request import Context, Decision
from casework.cases.review import Finding
from casework.procedure.model import Policy

STEP_ON_PAPER = "step_on_paper"


@dataclass(frozen=True, slots=True)
class PastStep:
    """A step of the policy that a paper case tells of: its place in the paper case, who did it (keys), and when."""

    number: int
    step: str
    by: tuple[str, ...]
    occurred: Occurred
    breaches: tuple[Finding, ...] = ()


def past_steps(
    chronology: Chronology, policy: Policy, findings: Iterable[Finding] = ()
) -> tuple[PastStep, ...]:
    """Return the steps of the policy that a paper case tells of, in its order.

    Args:
        findings: of the review of the paper case; each breach stands with the last of the steps that show it.
    """
    told = [
        (number, step, name)
        for number, step in enumerate(chronology.steps, start=1)
        if step.happened == "yes"
        for name in _steps_for(step, policy)
    ]
    entered = {number for number, _, _ in told}
    shown: dict[int, list[Finding]] = {}
    for finding in findings:
        events = [number for number in finding.events if number in entered]
        if finding.status == "breached" and events:
            shown.setdefault(max(events), []).append(finding)
    return tuple(
        PastStep(number, name, step.by, _when(step), tuple(shown.pop(number, ())))
        for number, step, name in told
    )


def _steps_for(step: StepBase, policy: Policy) -> list[str]:
    """The steps of the policy that say of themselves that this is how paper tells of them."""
    return [
        name
        for name, (_, known) in policy.steps.items()
        if known.on_paper is not None
        and known.on_paper.what == getattr(step, "what", "")
        and all(getattr(step, key, None) in wanted for key, wanted in known.on_paper.is_.items())
    ]


def _when(step: StepBase) -> Occurred:
    days = span(step.when)
    exact = days is not None and days[0] == days[1]
    return Occurred(days[0], None, "day") if days is not None and exact else Occurred(None, None, "unknown")


def past_step(
    case: Case,
    policy: Policy,
    *,
    step: str,
    number: int,
    occurred: Occurred,
    taken_by: Sequence[str],
    broke: Sequence[str],
    recorder: Mapping[str, str],
    context: Context,
    findings: Sequence[Mapping[str, str]] = (),
) -> Decision:
    """Return the event of a step that happened on paper.

    Args:
        number: its place in the paper case.
        taken_by: party ids, whoever acted first.
        broke: ids of the rules that the paper shows to be broken by it; `findings` are their words.

    Raises: FieldInvalid for a step that the policy does not have, a day in the future, or nobody who did it.
    """
    if step not in policy.steps:
        raise FieldInvalid(f"The policy has no step {step!r}.")
    strand, known = policy.steps[step]
    not_in_future(occurred, context, f"“{known.title}”")
    if not taken_by or not set(taken_by) <= case.parties.keys():
        raise FieldInvalid(f"It is not said who did “{known.title}”.")
    roles = case.parties[taken_by[0]].roles
    role = next((item for item in known.by if item in roles), roles[0] if roles else "")
    facts: dict[str, Any] = {
        "kind": STEP_ON_PAPER,
        "strand": strand,
        "step": step,
        "number": number,
        "policy": case.policy,
        "calendar": context.calendar_digest,
        "occurred": occurred.to_facts(),
        "taken_by": {"party": taken_by[0], "role": role, "basis": "other"},
        "with": list(taken_by[1:]),
        "broke": sorted(broke),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, {"findings": [dict(item) for item in findings]} if findings else {})
