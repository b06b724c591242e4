"""How a strand is set out for drawing: what is drawn as an arrow, what as a badge, and which state stands in which row.

Rows (ranks) run from top to bottom. A state stands below every state that leads to it; a later stage stands below an
earlier one. A state that only leads back to where it came from (an adjourned hearing) stands beside that state. Steps
that start from many places (a resignation, closing the case) would cover the picture with arrows: they get a badge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from casework.procedure.model import STAGES, Step, Strand

MANY: Final = 4
"""A step from this many states gets a badge; three are enough where they stand in different rows, or for a loop."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step that is drawn: from one or a few states to another, further down."""

    step: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A strand set out in rows.

    Args:
        rank: the row of each state, from 0.
        arrows: steps drawn downwards.
        beside: states that stand beside another one: which one, the steps there and the steps back.
        loops: steps that stay where they are, by state.
        badges: steps shown as badges, in the order of the file.
    """

    rank: dict[str, int]
    arrows: tuple[Arrow, ...]
    beside: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
    loops: dict[str, tuple[str, ...]]
    badges: tuple[str, ...]


def stays(step: Step) -> bool:
    """True for a step that leaves the strand in the state from which it starts."""
    return step.to is None or step.from_ == (step.to,)


def starts(strand: Strand, step: Step) -> tuple[str, ...]:
    """The states from which a step is drawn: without the final ones from which it begins again, if it has others."""
    ongoing = tuple(state for state in step.from_ if not strand.states[state].final)
    return ongoing if step.reopens and ongoing else step.from_


def set_out(strand: Strand) -> Rows:
    """Set a strand out in rows."""
    badges = {
        step_id
        for step_id, step in strand.steps.items()
        if len(starts(strand, step)) >= MANY or (stays(step) and len(starts(strand, step)) >= MANY - 1)
    }
    while True:
        drawn = {
            step_id: step
            for step_id, step in strand.steps.items()
            if not stays(step) and step_id not in badges
        }
        back = _back(
            strand,
            [(s, step_id, step.to or s) for step_id, step in drawn.items() for s in starts(strand, step)],
        )
        beside = _beside(strand, badges, back)
        down = [
            Arrow(step_id, tuple(s for s in starts(strand, step) if (s, step_id) not in back), step.to or "")
            for step_id, step in drawn.items()
            if step.to not in beside and not any((s, step_id) in back for s in starts(strand, step))
        ]
        rank = _ranks(strand, down, beside)
        scattered = {
            arrow.step
            for arrow in down
            if len(arrow.sources) >= MANY - 1 and len({rank[s] for s in arrow.sources}) > 1
        }
        shown = {arrow.step for arrow in down if rank[arrow.target] > max(rank[s] for s in arrow.sources)}
        shown |= {step_id for _, there, home in beside.values() for step_id in (*there, *home)}
        if not scattered and shown >= drawn.keys():
            break
        badges |= scattered or drawn.keys() - shown  # what leads upwards cannot be an arrow down
    loops: dict[str, list[str]] = {}
    for step_id, step in strand.steps.items():
        if stays(step) and step_id not in badges:
            for state in step.from_:
                loops.setdefault(state, []).append(step_id)
    return Rows(
        rank,
        tuple(down),
        beside,
        {state: tuple(steps) for state, steps in loops.items()},
        tuple(step_id for step_id in strand.steps if step_id in badges),
    )


def _back(strand: Strand, edges: list[tuple[str, str, str]]) -> set[tuple[str, str]]:
    """Edges (state, step) that lead back to a state on the way there, found depth first from the initial state."""
    leaving: dict[str, list[tuple[str, str]]] = {}
    for source, step_id, target in edges:
        leaving.setdefault(source, []).append((step_id, target))
    back: set[tuple[str, str]] = set()
    done: set[str] = set()

    def visit(state: str, way: tuple[str, ...]) -> None:
        done.add(state)
        for step_id, target in leaving.get(state, []):
            if target in (*way, state):
                back.add((state, step_id))
            elif target not in done:
                visit(target, (*way, state))

    for state in [strand.initial, *strand.states]:
        if state not in done:
            visit(state, ())
    return back


def _beside(
    strand: Strand, badges: set[str], back: set[tuple[str, str]]
) -> dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """States that are entered from one state only, and lead only back to it."""
    found: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {}
    drawn = {
        step_id: step for step_id, step in strand.steps.items() if not stays(step) and step_id not in badges
    }
    for state in strand.states:
        there = tuple(step_id for step_id, step in drawn.items() if step.to == state)
        home = tuple(step_id for step_id, step in drawn.items() if state in step.from_)
        origins = {source for step_id in there for source in drawn[step_id].from_}
        if (
            state != strand.initial
            and home
            and len(origins) == 1
            and all((state, step_id) in back for step_id in home)
        ):
            origin = next(iter(origins))
            if all(drawn[step_id].to == origin and drawn[step_id].from_ == (state,) for step_id in home):
                found[state] = (origin, there, home)
    return found


def _ranks(
    strand: Strand, arrows: list[Arrow], beside: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]
) -> dict[str, int]:
    """The row of each state: below all that lead to it, and below the whole of every earlier stage."""
    order: dict[str | None, int] = {stage: number for number, stage in enumerate(STAGES)}
    staged = any(state.stage for state in strand.states.values())
    rank: dict[str, int] = {}
    first = 0
    for number in range(len(STAGES) + 1):
        states = [
            name
            for name, state in strand.states.items()
            if name not in beside
            and (order.get(state.stage, len(STAGES)) == number if staged else number == 0)
        ]
        rank |= dict.fromkeys(states, first)
        for _ in states:  # as many rounds as there are states settle the longest way
            for arrow in arrows:
                if arrow.target in states:
                    above = max((rank[s] for s in arrow.sources if s in rank), default=first - 1)
                    rank[arrow.target] = max(rank[arrow.target], above + 1)
        first = max(rank.values(), default=-1) + 1
    for state, (origin, _, _) in beside.items():
        rank[state] = rank[origin]
    return rank
