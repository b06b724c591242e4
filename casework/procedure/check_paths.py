"""What every way through a strand must hold: nobody is sanctioned unheard, judged by the investigator, or left stuck.

Each function proves one property of a policy, for every path there is, and returns a shortest counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from casework.procedure.graph import edges, way_without, ways
from casework.procedure.model import Policy, Requirement, Step, Strand
from casework.procedure.problem import Problem, in_step, in_strand
from casework.procedure.requirements import DifferentPeople, SanctionAuthority, StepTaken

_HEARD = ("hearing", "accepted_without_hearing")
_DECIDES = ("decision", "accepted_without_hearing")


def check_paths(policy: Policy) -> Iterator[Problem]:
    """Every property of this module, strand by strand."""
    for name, strand in policy.strands.items():
        yield from _reachable(name, strand)
        yield from _can_end(name, strand)
        yield from _heard_first(policy, strand)
        yield from _can_appeal(policy, strand)
        yield from _investigator_never_decides(policy, strand)
        yield from _decider_never_hears_appeal(policy, strand)
    yield from _authority(policy)


def _reachable(name: str, strand: Strand) -> Iterator[Problem]:
    found = ways(strand)
    for state in strand.states:
        if state not in found:
            yield Problem(
                "unreachable-state",
                f"No way leads to the state {state}.",
                in_strand(name, f"states.{state}"),
                "Add a step that leads there, or leave the state out.",
            )


def _can_end(name: str, strand: Strand) -> Iterator[Problem]:
    finals = {state for state, about in strand.states.items() if about.final}
    where = in_strand(name, "states")
    if not finals:
        yield Problem("no-end", "The strand has no final state.", where, "Mark a state with `final: true`.")
        return
    for state, way in ways(strand).items():
        leaving = next((edge.step_id for edge in edges(strand, state) if not edge.step.reopens), None)
        if state in finals and leaving is not None:
            yield Problem(
                "final-goes-on",
                f"The state {state} is final, but the step {leaving} leads on from it.",
                in_strand(name, f"states.{state}"),
                "Take `final` away, or the step; or say that it `reopens`.",
            )
        elif not finals & ways(strand, state).keys():
            yield Problem(
                "cannot-end",
                f"Once in the state {state}, the strand can never end.",
                in_strand(name, f"states.{state}"),
                "Add a step that leads to a final state.",
                way,
            )


def _heard_first(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """No sanction unheard, unannounced, on vague allegations or on no evidence (ACAS-4c, 4d, 9a, 11)."""

    def proved(step: Step) -> bool:
        """Whether the step always wants an earlier sanction, of which all of this was proved when it was given."""
        return any(
            isinstance(item.rule, StepTaken)
            and all(name in policy.steps and policy.steps[name][1].imposes for name in item.rule.steps)
            for item in _unconditional(step)
        )

    wanted: tuple[tuple[str, Callable[[Step], bool], str, str], ...] = (
        (
            "sanction-without-hearing",
            lambda step: step.act in _HEARD,
            "A sanction can be given without a hearing or the employee's signed acceptance.",
            "Lead this way through a step with `act: hearing`.",
        ),
        (
            "sanction-without-notice",
            lambda step: step.act == "accepted_without_hearing" or _demands(step, "notice"),
            "A sanction can be given after a hearing of which nobody had to give notice.",
            "Give the hearing a requirement `must: notice` that nobody can waive.",
        ),
        (
            "sanction-on-vague-allegations",
            lambda step: _demands(step, "allegations_specified"),
            "A sanction can be given for allegations that were never specified.",
            "Require `must: allegations_specified` on this way.",
        ),
        (
            "sanction-without-evidence",
            lambda step: _demands(step, "evidence_recorded"),
            "A sanction can be given with no evidence on the case.",
            "Require `must: evidence_recorded` on this way.",
        ),
    )
    for code, passes, message, remedy in wanted:
        found = way_without(
            strand,
            lambda step, passes=passes: passes(step) or proved(step),  # type: ignore[misc]
            lambda step: step.imposes is not None,
        )
        if found:
            way, edge = found
            yield Problem(code, message, in_step(policy, edge.step_id), remedy, way)


def _can_appeal(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """From wherever a sanction leads, until the end, the employee can appeal (ACAS-4f)."""
    starts = ways(strand)
    seen: set[str] = set()
    for edge in edges(strand):
        if edge.step.imposes is None or edge.step.act == "appeal_decision" or edge.origin not in starts:
            continue
        after = ways(strand, edge.target, over=lambda step: step.act != "appeal_lodged")
        for state, rest in after.items():
            can = any(leaving.step.act == "appeal_lodged" for leaving in edges(strand, state))
            if can or state in seen or (strand.states.get(state) is not None and strand.states[state].final):
                continue
            seen.add(state)
            yield Problem(
                "no-appeal",
                f"After a sanction the case can be in the state {state}, from which nobody can appeal.",
                in_step(policy, edge.step_id),
                f"Let a step with `act: appeal_lodged` start from {state}.",
                (*starts[edge.origin], edge.step_id, *rest),
            )


def _investigator_never_decides(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """Whoever investigates does not decide; where the policy says so, a named body may waive it (ACAS-6)."""
    investigators = _acting(strand, "investigation")
    deciders = _acting(strand, *_DECIDES)
    for one, other in product(sorted(investigators), sorted(deciders)):
        yield from _kept_apart(
            policy,
            strand,
            (one, other),
            lambda step, other=other: step.act in _DECIDES and other in step.by,  # type: ignore[misc]
            "investigator-decides",
            f"Whoever investigates as {one} may also decide as {other}.",
            waivable=True,
        )


def _decider_never_hears_appeal(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """Whoever investigated or decided does not decide the appeal; nobody can waive it (ACAS-27)."""
    earlier = _acting(strand, "investigation", *_DECIDES)
    for one, other in product(sorted(_acting(strand, "appeal_decision")), sorted(earlier)):
        yield from _kept_apart(
            policy,
            strand,
            (one, other),
            lambda step, one=one: step.act == "appeal_decision" and one in step.by,  # type: ignore[misc]
            "appeal-not-impartial",
            f"Whoever decides the appeal as {one} may have acted as {other} before.",
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


def _authority(policy: Policy) -> Iterator[Problem]:
    """Who sanctions has the power to; who dismisses without notice had called it gross misconduct (ACAS-22a, 23)."""
    for step_id, (_, step) in policy.steps.items():
        if step.imposes is None:
            continue
        sanctions = possible_sanctions(policy, step)
        named = step.imposes.removeprefix("field:") if step.imposes.startswith("field:") else None
        if step.act != "appeal_decision" and not any(
            isinstance(item.rule, SanctionAuthority) and item.rule.sanction == named
            for item in _unconditional(step)
        ):
            dismissal = any(policy.sanctions[name].dismissal for name in sanctions)
            yield Problem(
                "dismissal-without-authority" if dismissal else "sanction-without-authority",
                f"Nobody checks that whoever takes this step may {'dismiss' if dismissal else 'give the sanction'}.",
                in_step(policy, step_id),
                "Add `must: sanction_authority`, without `when` and waivable by nobody.",
            )
        if step.act == "appeal_decision" and not any(
            item.rule.kind == "sanction_not_increased" for item in _unconditional(step)
        ):
            yield Problem(
                "appeal-can-increase",
                "The appeal may end in a higher sanction than the one appealed against.",
                in_step(policy, step_id),
                "Add `must: sanction_not_increased`.",
            )
        if any(policy.sanctions[name].summary for name in sanctions) and not any(
            item.rule.kind == "gross_misconduct_notified" and item.strength == "must"
            for item in step.requires
        ):
            yield Problem(
                "summary-dismissal-unannounced",
                "Somebody can be dismissed without notice for what was never called gross misconduct.",
                in_step(policy, step_id),
                "Add `must: gross_misconduct_notified`.",
            )


def possible_sanctions(policy: Policy, step: Step) -> tuple[str, ...]:
    """The sanctions that a step may impose: the fixed one, or the options of its field (all, if it lists none)."""
    if step.imposes is None:
        return ()
    if not step.imposes.startswith("field:"):
        return (step.imposes,) if step.imposes in policy.sanctions else ()
    field = step.fields.get(step.imposes.removeprefix("field:"))
    names = tuple(field.options) if field and field.options else tuple(policy.sanctions)
    return tuple(name for name in names if name in policy.sanctions)


def _acting(strand: Strand, *acts: str) -> set[str]:
    return {role for step in strand.steps.values() if step.act in acts for role in step.by}


def _unconditional(step: Step) -> list[Requirement]:
    """Requirements that hold in every case and that nobody can waive."""
    return [r for r in step.requires if r.strength == "must" and r.when is None and not r.waivable_by]


def _demands(step: Step, kind: str) -> bool:
    return any(item.rule.kind == kind for item in _unconditional(step))


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
