"""What every way through a strand must hold: nobody is sanctioned unheard, without an appeal, or left stuck.

Each function proves one property of a policy, for every path there is, and returns a shortest counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from casework.procedure.graph import edges, onward, way_without, ways
from casework.procedure.model import Policy, Requirement, Step, Strand
from casework.procedure.problem import Problem, in_step, in_strand
from casework.procedure.requirements import SanctionAuthority, StepTaken

_HEARD = ("hearing", "accepted_without_hearing")


def check_paths(policy: Policy) -> Iterator[Problem]:
    """Every property of this module, strand by strand."""
    for name, strand in policy.strands.items():
        yield from _reachable(name, strand)
        yield from _can_end(name, strand)
        yield from _heard_first(policy, strand)
        yield from _can_appeal(policy, strand)
        yield from _appeal_is_decided(policy, strand)
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
    out = onward(strand)
    for state, way in ways(strand).items():
        leaving = next((edge.step_id for edge in out.get(state, ()) if not edge.step.reopens), None)
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
    out = onward(strand)
    for edge in edges(strand):
        if edge.step.imposes is None or edge.step.act == "appeal_decision" or edge.origin not in starts:
            continue
        after = ways(strand, edge.target, over=lambda step: step.act != "appeal_lodged")
        for state, rest in after.items():
            can = any(leaving.step.act == "appeal_lodged" for leaving in out[state])
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


def _appeal_is_decided(policy: Policy, strand: Strand) -> Iterator[Problem]:
    """An appeal that was lodged can come to a decision (ACAS-26)."""
    starts = ways(strand)
    for edge in edges(strand):
        if edge.step.act != "appeal_lodged" or edge.origin not in starts:
            continue
        after = ways(strand, edge.target)
        if not any(one.step.act == "appeal_decision" and one.origin in after for one in edges(strand)):
            yield Problem(
                "appeal-never-decided",
                "An appeal that was lodged here can never be decided.",
                in_step(policy, edge.step_id),
                "Lead on to a step with `act: appeal_decision`.",
                (*starts[edge.origin], edge.step_id),
            )
            return


def _authority(policy: Policy) -> Iterator[Problem]:
    """Who sanctions has the power to; who dismisses without notice had called it gross misconduct (ACAS-22a, 23)."""
    for step_id, (_, step) in policy.steps.items():
        if step.imposes is None:
            continue
        sanctions = possible_sanctions(policy, step)
        if step.act != "appeal_decision":
            yield from _somebody_may(policy, step_id, step, sanctions)
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


def _somebody_may(policy: Policy, step_id: str, step: Step, sanctions: tuple[str, ...]) -> Iterator[Problem]:
    """Whoever takes the step may give each sanction that it offers; otherwise the offer is always refused."""
    for name in sanctions:
        known = set(policy.sanctions[name].decided_by) & policy.roles.keys()
        if policy.sanctions[name].decided_by and not known:
            continue
        if not set(step.by) & known:
            yield Problem(
                "sanction-nobody-may-give",
                f"The step offers the sanction {name}, which none of those who take it may give.",
                in_step(policy, step_id, "by"),
                f"Name one of {', '.join(policy.sanctions[name].decided_by) or 'those in `decided_by`'}.",
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


def _unconditional(step: Step) -> list[Requirement]:
    """Requirements that hold in every case and that nobody can waive."""
    return [r for r in step.requires if r.strength == "must" and r.when is None and not r.waivable_by]


def _demands(step: Step, kind: str) -> bool:
    return any(item.rule.kind == kind for item in _unconditional(step))
