"""Who investigates never decides, and who did either never hears the appeal: on every way, in every part they may have.

People act in the roles of `by`, and others sit beside them: those whom a `party_assigned` counts together with a role
that acts are its panel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

from casework.procedure.graph import way_without
from casework.procedure.model import Act, Policy, Step, Strand
from casework.procedure.problem import Problem, in_step
from casework.procedure.requirements import DifferentPeople, PartyAssigned, Quorate

_INVESTIGATES: Final[tuple[Act, ...]] = ("investigation",)
_DECIDES: Final[tuple[Act, ...]] = ("decision", "accepted_without_hearing")
_JUDGES: Final[tuple[Act, ...]] = ("hearing", *_DECIDES)
_APPEAL: Final[tuple[Act, ...]] = ("appeal_hearing", "appeal_decision")


def check_impartiality(policy: Policy) -> Iterator[Problem]:
    """Every property of this module, strand by strand."""
    for strand in policy.strands.values():
        yield from _investigator_never_decides(policy, strand)
        yield from _judge_never_hears_appeal(policy, strand)


def _investigator_never_decides(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """Whoever investigates does not decide; where the policy says so, a named body may waive it (ACAS-6)."""
    for one, other in product(
        sorted(_investigators(policy, strand)), sorted(_acting(policy, strand, _DECIDES))
    ):
        yield from _kept_apart(
            policy,
            strand,
            (one, other),
            _acts_as(policy, _DECIDES, other),
            "investigator-decides",
            f"Whoever investigates as {one} may also decide as {other}.",
            waivable=True,
        )


def _judge_never_hears_appeal(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """Whoever investigated, heard or decided does not sit in the appeal; nobody can waive it (ACAS-27)."""
    earlier = _investigators(policy, strand) | _acting(policy, strand, _JUDGES)
    for one, other in product(sorted(_acting(policy, strand, _APPEAL)), sorted(earlier)):
        yield from _kept_apart(
            policy,
            strand,
            (one, other),
            _acts_as(policy, _APPEAL, one),
            "appeal-not-impartial",
            f"Whoever hears the appeal as {one} may have acted as {other} before.",
            waivable=False,
        )


def _kept_apart(
    policy: Policy,
    strand: Strand,
    pair: tuple[str, str],
    goal: Callable[[Step], bool],
    code: str,
    message: str,
    *,
    waivable: bool,
) -> Iterator[Problem]:
    """A problem if some way to the goal never demands that the two roles are held by different people."""
    found = way_without(strand, lambda step: _separates(step, pair, waivable=waivable), goal)
    if found:
        way, edge = found
        remedy = f"Require `must: different_people` for {pair[0]} and {pair[1]} on this way"
        remedy += "." if waivable else ", waivable by nobody."
        if pair[0] == pair[1]:
            remedy = "Let another role take this step."
        yield Problem(code, message, in_step(policy, edge.step_id), remedy, way)


def _investigators(policy: Policy, strand: Strand) -> set[str]:
    """Who investigates what this strand decides: here, or in a strand that only investigates."""
    return {
        role
        for other in policy.strands.values()
        if other is strand or not any(step.act in _JUDGES for step in other.steps.values())
        for role in _acting(policy, other, _INVESTIGATES)
    }


def _acting(policy: Policy, strand: Strand, acts: tuple[Act, ...]) -> set[str]:
    """The roles that take such steps, and those that sit beside them."""
    return {
        role
        for step in strand.steps.values()
        if step.act in acts
        for role in (*step.by, *_beside(policy, step))
    }


def _acts_as(policy: Policy, acts: tuple[Act, ...], role: str) -> Callable[[Step], bool]:
    return lambda step: step.act in acts and role in (*step.by, *_beside(policy, step))


def _beside(policy: Policy, step: Step) -> set[str]:
    """Those who sit with whoever takes the step: a requirement counts them together."""
    return {
        role
        for _, other in policy.steps.values()
        for item in other.requires
        if isinstance(item.rule, PartyAssigned | Quorate) and set(item.rule.roles) & set(step.by)
        for role in item.rule.roles
    }


def _separates(step: Step, pair: tuple[str, str], *, waivable: bool) -> bool:
    """True if the step demands, in every case, that different people hold the two roles."""
    for item in step.requires:
        rule = item.rule
        if not isinstance(rule, DifferentPeople) or item.strength != "must" or item.when is not None:
            continue
        if item.waivable_by and not waivable:
            continue
        one, other = pair
        if rule.apart_from:
            sides = (rule.roles, rule.apart_from)
            if any(one in a and other in b for a, b in (sides, sides[::-1])):
                return True
        elif one != other and one in rule.roles and other in rule.roles:
            return True
    return False
