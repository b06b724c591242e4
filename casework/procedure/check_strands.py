"""Strands side by side: no strand may wait for ever for another one.

The strands of a case move independently; a `strand_state` requirement ties a step of one to the state of another. All
combinations of states are explored. Strand states are exact; everything else is assumed possible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from math import prod
from typing import Final

from casework.procedure.graph import Edge, Path, edges, ways
from casework.procedure.model import Policy
from casework.procedure.problem import Problem, in_step, in_strand
from casework.procedure.requirements import StrandState

MAX_COMBINATIONS: Final = 100_000
"""Combinations of strand states that are explored at most."""

_Node = tuple[str, ...]


def check_strands(policy: Policy) -> Iterator[Problem]:
    """Every `strand_state` can come true, and from every combination of states each strand can still end."""
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
    yield from _deadlocks(policy)


def _deadlocks(policy: Policy) -> Iterator[Problem]:
    names = tuple(policy.strands)
    if prod(len(policy.strands[name].states) for name in names) > MAX_COMBINATIONS:
        yield Problem(
            "too-many-combinations",
            f"The strands have more than {MAX_COMBINATIONS:,} combinations of states.",
            "strands",
            "Use fewer strands or states.",
        )
        return
    start: _Node = tuple(policy.strands[name].initial for name in names)
    found: dict[_Node, Path] = {start: ()}
    back: dict[_Node, set[_Node]] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for step_id, target in _moves(policy, names, node):
            back.setdefault(target, set()).add(node)
            if target not in found:
                found[target] = (*found[node], step_id)
                queue.append(target)
    for index, name in enumerate(names):
        strand = policy.strands[name]
        finals = {state for state, about in strand.states.items() if about.final}
        good = _backwards({node for node in found if node[index] in finals}, back)
        alone = {state for state in ways(strand) if finals & ways(strand, state).keys()}
        stuck = [node for node in found if node not in good and node[index] in alone]
        if stuck:
            first = min(stuck, key=lambda node: (len(found[node]), node))
            states = ", ".join(f"{other} in {state}" for other, state in zip(names, first, strict=True))
            yield Problem(
                "strands-block-each-other",
                f"With {states}, the strand {name} can never end.",
                in_strand(name, f"states.{first[index]}"),
                "Loosen a `strand_state` requirement.",
                found[first],
            )


def _moves(policy: Policy, names: tuple[str, ...], node: _Node) -> Iterator[tuple[str, _Node]]:
    """Every step that is possible in this combination of states, with the combination that follows."""
    now = dict(zip(names, node, strict=True))
    for index, name in enumerate(names):
        for edge in edges(policy.strands[name], node[index]):
            if _open(edge, now) and edge.target != edge.origin:
                yield edge.step_id, (*node[:index], edge.target, *node[index + 1 :])


def _open(edge: Edge, now: dict[str, str]) -> bool:
    """False only if a requirement that always holds and nobody can waive wants another strand elsewhere."""
    return all(
        now.get(item.rule.strand) in item.rule.states
        for item in edge.step.requires
        if isinstance(item.rule, StrandState)
        and item.strength == "must"
        and not item.when
        and not item.waivable_by
    )


def _backwards(goals: set[_Node], back: dict[_Node, set[_Node]]) -> set[_Node]:
    """Every combination from which one of the goals can be reached."""
    good, queue = set(goals), deque(goals)
    while queue:
        for node in back.get(queue.popleft(), set()) - good:
            good.add(node)
            queue.append(node)
    return good
