"""A strand as a graph: which state leads to which by what step, and the shortest way to a fault.

Strand states are exact here. Everything that depends on data (fields, settings, the employee) is assumed possible, so a
path that is found may need an unusual case, and a path that is not found does not exist.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from casework.procedure.model import Step, Strand

Path = tuple[str, ...]
"""Step ids in the order in which they are taken."""


class Edge(NamedTuple):
    """One step from one state; a step that stays where it is leads back to it."""

    step_id: str
    step: Step
    origin: str
    target: str


def edges(strand: Strand) -> Iterator[Edge]:
    """Every edge between states that exist, in the order of the file."""
    for step_id, step in strand.steps.items():
        for state in step.from_:
            target = step.to or state
            if state in strand.states and target in strand.states:
                yield Edge(step_id, step, state, target)


def onward(strand: Strand) -> dict[str, list[Edge]]:
    """The edges that leave each state, in the order of the file."""
    found: dict[str, list[Edge]] = {state: [] for state in strand.states}
    for edge in edges(strand):
        found[edge.origin].append(edge)
    return found


def ways(
    strand: Strand, start: str | None = None, *, over: Callable[[Step], bool] | None = None
) -> dict[str, Path]:
    """The shortest way from `start` (the initial state) to each state, over those steps that `over` admits."""
    first = start or strand.initial
    found: dict[str, Path] = {first: ()}
    queue, out = deque([first]), onward(strand)
    while queue:
        state = queue.popleft()
        for edge in out.get(state, ()):
            if edge.target not in found and (over is None or over(edge.step)):
                found[edge.target] = (*found[state], edge.step_id)
                queue.append(edge.target)
    return found


def way_without(
    strand: Strand, passes: Callable[[Step], bool], goal: Callable[[Step], bool]
) -> tuple[Path, Edge] | None:
    """The shortest way to a `goal` step on which no step, that one included, `passes`; None if there is none."""
    found = ways(strand, over=lambda step: not passes(step))
    candidates = [
        ((*found[edge.origin], edge.step_id), edge)
        for edge in edges(strand)
        if edge.origin in found and goal(edge.step) and not passes(edge.step)
    ]
    return min(candidates, key=lambda candidate: len(candidate[0]), default=None)
