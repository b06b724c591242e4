"""Interleaved rounds and their medians: A, B, A, B, ..., so that a machine that drifts drifts for both."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """The median seconds of each round of one competitor."""

    name: str
    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median over the rounds, in seconds."""
        return statistics.median(self.rounds)


def compare(
    competitors: Mapping[str, Work], *, rounds: int, repeats: int, warm_up: int = 3
) -> dict[str, Measured]:
    """Run every competitor `repeats` times in each round, in turn; a round counts with its median run.

    Args:
        competitors: by name; each call does the work once.
        rounds: how many rounds, at least five for a figure to quote.
        repeats: runs of each competitor in a round.
        warm_up: runs of each before anything counts.
    """
    for work in competitors.values():
        for _ in range(warm_up):
            work()
    found: dict[str, list[float]] = {name: [] for name in competitors}
    gc.collect()
    for _ in range(rounds):
        for name, work in competitors.items():
            found[name].append(statistics.median(_timed(work) for _ in range(repeats)))
    return {name: Measured(name, tuple(times)) for name, times in found.items()}


def ratio(of: Measured, to: Measured) -> float:
    """The median, round by round, of how many times faster `of` is than `to`: 0.5 means half as fast."""
    return statistics.median(b / a for a, b in zip(of.rounds, to.rounds, strict=True))


def _timed(work: Work) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def table(title: str, measured: Mapping[str, Measured], against: str) -> str:
    """Lines for people: each competitor's median and its speed relative to `against`."""
    lines = [title]
    for item in measured.values():
        relative = ratio(item, measured[against])
        lines.append(f"  {item.name:<46} {item.median * 1e3:10.3f} ms   {relative:6.2f} × {against}")
    return "\n".join(lines)
