"""The way of a case through a strand: the steps from where it stands, the usual next one, what lies ahead."""

from __future__ import annotations

from casework.cases.machine import machines_of
from casework.cases.model import Case
from casework.procedure.model import Policy, Step, Strand
from casework.procedure.requirements import StepTaken


def steps_from_here(strand: str, case: Case, policy: Policy) -> list[str]:
    """The steps that start from where a strand stands, in the order of the policy.

    A step that leads nowhere else and only follows on something that did not happen is left out: nobody can take back
    a letter that was not written.
    """
    steps = policy.strands[strand].steps
    return [
        name
        for name in machines_of(policy).triggers(strand, case.states[strand])
        if not _follows_nothing(steps[name], case)
    ]


def _follows_nothing(step: Step, case: Case) -> bool:
    rules = [requirement.rule for requirement in step.requires]
    return step.to is None and any(
        isinstance(rule, StepTaken) and case.last_step(*rule.steps) is None for rule in rules
    )


def next_of_path(strand: Strand, state: str, seen: frozenset[str] | set[str] = frozenset()) -> str | None:
    """The next step on the ordinary path of a strand; from a state beside it, the first step that leads on.

    Args:
        strand: the strand.
        state: where it stands.
        seen: states to which the way does not go back.
    """
    passed = {state, *seen}
    onward = [
        name
        for name, step in strand.steps.items()
        if state in step.from_ and step.to and step.to not in passed
    ]
    return min(
        onward,
        key=lambda name: (name not in strand.ordinary_path, strand.states[strand.steps[name].to or ""].final),
        default=None,
    )


def lies_ahead(strand: Strand, state: str, step: Step) -> bool:
    """Whether some way leads from a state to one from which the step starts."""
    reached, waiting = {state}, [state]
    while waiting:
        here = waiting.pop()
        onward = {item.to for item in strand.steps.values() if here in item.from_ and item.to} - reached
        reached |= onward
        waiting += onward
    return bool(reached & set(step.from_))


def steps_before(strand: Strand, step: Step) -> list[str]:
    """The steps that lead to where a step starts from: those of the ordinary path, if there are any, else all."""
    leading = [
        name
        for name, item in strand.steps.items()
        if item.to in step.from_ and item.to not in item.from_ and item is not step
    ]
    return [name for name in leading if name in strand.ordinary_path] or leading
