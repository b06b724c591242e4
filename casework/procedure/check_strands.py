"""Strands side by side: no strand may wait for ever for another one.

The strands of a case move independently; a `strand_state` requirement ties a step of one to the state of another. All
combinations of states are explored. Strand states are exact; everything else is assumed possible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from math import prod
from typing import Final, NamedTuple

from casework.procedure.graph import Path, edges, ways
from casework.procedure.model import Policy, Step
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
    for names in _tied(policy):
        if prod(len(policy.strands[name].states) for name in names) > MAX_COMBINATIONS:
            yield Problem(
                "too-many-combinations",
                f"The strands have more than {MAX_COMBINATIONS:,} combinations of states.",
                "strands",
                "Use fewer strands or states.",
            )
        else:
            yield from _blocked(policy, names)


def _tied(policy: Policy) -> list[tuple[str, ...]]:
    """Strands of which one may wait for another, directly or through a third; a strand alone is proved elsewhere."""
    groups = [{name} for name in policy.strands]
    for strand_id, step in policy.steps.values():
        for rule in _always(step):
            if rule.strand in policy.strands:
                joined = [group for group in groups if group & {strand_id, rule.strand}]
                groups = [group for group in groups if group not in joined]
                groups.append(set[str]().union(*joined))
    order = list(policy.strands)
    return [tuple(sorted(group, key=order.index)) for group in groups if len(group) > 1]


def _blocked(policy: Policy, names: tuple[str, ...]) -> Iterator[Problem]:
    moves = _all_moves(policy, names)
    start: _Node = tuple(policy.strands[name].initial for name in names)
    found: dict[_Node, tuple[_Node, str] | None] = {start: None}
    back: dict[_Node, list[_Node]] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for step_id, target in _moves(moves, node):
            back.setdefault(target, []).append(node)
            if target not in found:
                found[target] = (node, step_id)
                queue.append(target)
    for index, name in enumerate(names):
        strand = policy.strands[name]
        finals = {state for state, about in strand.states.items() if about.final}
        good = _backwards({node for node in found if node[index] in finals}, back)
        alone = {state for state in ways(strand) if finals & ways(strand, state).keys()}
        stuck = [node for node in found if node not in good and node[index] in alone]
        if stuck:
            first = min(stuck, key=lambda node: (len(_path(found, node)), node))
            states = ", ".join(f"{other} in {state}" for other, state in zip(names, first, strict=True))
            yield Problem(
                "strands-block-each-other",
                f"With {states}, the strand {name} can never end.",
                in_strand(name, f"states.{first[index]}"),
                "Loosen a `strand_state` requirement.",
                _path(found, first),
            )


def _path(found: dict[_Node, tuple[_Node, str] | None], node: _Node) -> Path:
    """The steps by which a combination was first reached."""
    steps: list[str] = []
    before = found[node]
    while before is not None:
        steps.append(before[1])
        before = found[before[0]]
    return tuple(reversed(steps))


class _Move(NamedTuple):
    """A step that changes one strand, and what it always wants of the others: where they stand, by their places."""

    step_id: str
    place: int
    target: str
    wants: tuple[tuple[int, frozenset[str]], ...]


def _all_moves(policy: Policy, names: tuple[str, ...]) -> list[dict[str, list[_Move]]]:
    """For each strand and each of its states, every step that leads elsewhere."""
    places = {name: index for index, name in enumerate(names)}
    found: list[dict[str, list[_Move]]] = []
    for index, name in enumerate(names):
        here: dict[str, list[_Move]] = {}
        for edge in edges(policy.strands[name]):
            if edge.target != edge.origin:
                wants = [(places.get(r.strand, -1), frozenset(r.states)) for r in _always(edge.step)]
                move = _Move(edge.step_id, index, edge.target, tuple(wants))
                here.setdefault(edge.origin, []).append(move)
        found.append(here)
    return found


def _moves(moves: list[dict[str, list[_Move]]], node: _Node) -> Iterator[tuple[str, _Node]]:
    """Every step that is possible in this combination of states, with the combination that follows."""
    for index, state in enumerate(node):
        for move in moves[index].get(state, ()):
            if all(other >= 0 and node[other] in states for other, states in move.wants):
                yield move.step_id, (*node[: move.place], move.target, *node[move.place + 1 :])


def _always(step: Step) -> list[StrandState]:
    """What a step always wants of other strands, whatever the case, and nobody can waive."""
    return [
        item.rule
        for item in step.requires
        if isinstance(item.rule, StrandState)
        and item.strength == "must"
        and not item.when
        and not item.waivable_by
    ]


def _backwards(goals: set[_Node], back: dict[_Node, list[_Node]]) -> set[_Node]:
    """Every combination from which one of the goals can be reached."""
    good, queue = set(goals), deque(goals)
    while queue:
        for node in back.get(queue.popleft(), ()):
            if node not in good:
                good.add(node)
                queue.append(node)
    return good
