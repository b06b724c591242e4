"""Strands side by side: no strand may wait for ever, neither for another one nor for a step that cannot come any more.

Proved on every combination of strand states, for every kind of case (`casework.procedure.product`). Strand states and
the steps that were taken are exact; answers, people, letters and dates are assumed possible.
"""

from __future__ import annotations

from collections.abc import Iterator

from casework.procedure.graph import ways
from casework.procedure.model import Policy
from casework.procedure.problem import Problem, in_step, in_strand
from casework.procedure.product import (
    MAX_COMBINATIONS,
    Alone,
    KindOfCase,
    Together,
    TooMany,
    groups,
    kinds_of_case,
    ties_in,
)
from casework.procedure.requirements import StrandState
from casework.procedure.tally import Tally


def check_strands(policy: Policy, tally: Tally) -> Iterator[Problem]:
    """Every step that waits for something can be taken some time, and each strand can end from wherever it gets."""
    impossible = list(_impossible_states(policy))
    yield from impossible
    found: dict[tuple[str, str], Problem] = {}
    possible: set[str] = set()
    for names in groups(policy):
        for kind in kinds_of_case(policy, names):
            try:
                together = Together(policy, names, ties_in(policy, names, kind))
            except TooMany:
                yield Problem(
                    "too-many-combinations",
                    f"The strands {', '.join(names)} have more than {MAX_COMBINATIONS:,} combinations to tell apart.",
                    "strands",
                    "Use fewer strands, states or `strand_state` requirements.",
                )
                return
            tally.combinations += len(together.found)
            tally.kinds_of_case += 1
            possible |= together.possible()
            for problem in _stuck(policy, together, kind):
                found.setdefault((problem.code, problem.where.partition(":")[0]), problem)
    yield from found.values()
    if not impossible:
        yield from _never_possible(policy, possible)


def _impossible_states(policy: Policy) -> Iterator[Problem]:
    for step_id, (_, step) in policy.steps.items():
        for item in step.requires:
            rule = item.rule
            if isinstance(rule, StrandState) and rule.strand in policy.strands:
                strand = policy.strands[rule.strand]
                if not set(rule.states) & ways(strand).keys():
                    yield Problem(
                        "strand-state-impossible",
                        f"The strand {rule.strand} can never be in {' or '.join(rule.states)}.",
                        in_step(policy, step_id, f"requires.{item.id}"),
                        "Name a state that it can reach.",
                    )


def _stuck(policy: Policy, together: Together, kind: KindOfCase) -> Iterator[Problem]:
    for index, strand in enumerate(together.strands):
        yield from _stuck_alone(policy, strand, kind)
        blocked = together.blocked(index)
        if blocked is not None:
            way, states = together.path(blocked)
            where = ", ".join(f"{name} in {state}" for name, state in states.items())
            yield Problem(
                "strands-block-each-other",
                f"With {where}, the strand {strand.name} can never end{_in_words(kind)}.",
                in_strand(strand.name, f"states.{states[strand.name]}"),
                "Loosen a `strand_state` or `step_taken` between them.",
                way,
            )


def _stuck_alone(policy: Policy, strand: Alone, kind: KindOfCase) -> Iterator[Problem]:
    """A strand that could end, if it were not for a step that a later one wants and that was passed by."""
    about = policy.strands[strand.name]
    finals = {state for state, one in about.states.items() if one.final}
    for at in strand.stuck:
        if finals & ways(about, at.state).keys():
            yield Problem(
                "waits-for-ever",
                f"In the state {at.state}, every way to the end wants a step that cannot be taken any more"
                f"{_in_words(kind)}.",
                in_strand(strand.name, f"states.{at.state}"),
                "Let the step that is wanted start from this state, too, or loosen the `step_taken`.",
                strand.ways[at],
            )
            return


def _never_possible(policy: Policy, possible: set[str]) -> Iterator[Problem]:
    for step_id, (name, step) in policy.steps.items():
        reached = ways(policy.strands[name])
        if step_id not in possible and any(state in reached for state in step.from_):
            yield Problem(
                "step-never-possible",
                "Nobody can ever take this step: what it wants of other steps or strands never comes true before it.",
                in_step(policy, step_id),
                "Look at its `step_taken` and `strand_state` requirements.",
            )


def _in_words(kind: KindOfCase) -> str:
    """The kind of case, such as `, where the setting employer_type is M-LA`; nothing if it makes no difference."""
    said = [
        f"the setting {name} is {_plain(value)}"
        if sort == "setting"
        else f"the employee is {'' if value else 'not '}{name}"
        for (sort, name), value in kind.items()
    ]
    return f", where {' and '.join(said)}" if said else ""


def _plain(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
