"""The work of a verification in pieces: done one after another, or by one process for each core when there is much."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from casework.ledger.key_line import KeyLine
from casework.ledger.sound import signed
from casework.services.audit_cases import Judge, Judged
from casework.services.audit_port import Port, opened
from casework.services.school import School
from casework.store.rows import Log

MUCH: Final = 20_000
"""From how many events on a process for each core is worth its start."""

_YOUNG: Final = 50_000
"""How many new objects a process may have before it looks for cycles: judging makes many, and hardly any cycle."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Check the signatures of the heads beside events from position `start` up to, and without, `stop`."""

    log: str
    keys: KeyLine
    start: int
    stop: int

    def do(self, worker: Worker) -> bool:
        """Return whether each is signed as it has to be."""
        return signed(worker.port.reader.heads_between(self.log, self.start, self.stop), self.keys)


@dataclass(frozen=True, slots=True)
class Streams:
    """Judge some streams of one school: each with its id and its kind."""

    school: School
    log: Log
    streams: tuple[tuple[str, str], ...]
    doubtful: frozenset[int]

    def do(self, worker: Worker) -> Judged:
        """Return what came of it."""
        judge, total = worker.judge(self.school, self.log, self.doubtful), Judged()
        for stream, kind in self.streams:
            one = judge.judge(stream, kind)
            total.findings += one.findings
            total.events += one.events
            total.cases += one.cases
            total.steps += one.steps
            total.register_entries += one.register_entries
            total.erased += one.erased
            total.stale |= one.stale
        return total


@dataclass(slots=True)
class Worker:
    """What does the pieces: one snapshot, and a judge for each school that came up."""

    port: Port
    judges: dict[tuple[str, frozenset[int]], Judge] = field(default_factory=dict)

    def judge(self, school: School, log: Log, doubtful: frozenset[int]) -> Judge:
        """Return the judge of a school."""
        key = (school.id, doubtful)
        if key not in self.judges:
            self.judges[key] = Judge(self.port, school, log, doubtful)
        return self.judges[key]

    def close(self) -> None:
        """Give up the judges."""
        for judge in self.judges.values():
            judge.close()


class Crew:
    """Does pieces of work on one snapshot here, or on one of their own in a process for each core.

    Args:
        folder: the data folder.
        port: the snapshot here.
        events: about how many events there are; decides whether processes are started.
    """

    def __init__(self, folder: Path, port: Port, events: int) -> None:
        self._here = Worker(port)
        self._stack = ExitStack()
        self._stack.callback(self._here.close)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._pool = None
        if events >= MUCH and cores > 1:
            from multiprocessing import get_context

            pool = get_context("spawn").Pool(cores, _begin, (folder,))
            self._pool = self._stack.enter_context(pool)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def signatures(self, work: Iterable[Signatures]) -> Iterator[bool]:
        """Yield whether the signatures are in order, piece by piece, in any order."""
        return (
            self._pool.imap_unordered(_signatures, work)
            if self._pool
            else (one.do(self._here) for one in work)
        )

    def streams(self, work: Iterable[Streams]) -> Iterator[Judged]:
        """Yield what came of judging streams, piece by piece, in any order."""
        return (
            self._pool.imap_unordered(_streams, work) if self._pool else (one.do(self._here) for one in work)
        )


_started: list[Worker] = []


def _begin(folder: Path) -> None:
    """Open a snapshot in a process of its own, which lasts as long as the process."""
    gc.set_threshold(_YOUNG)
    stack = ExitStack()
    worker = Worker(stack.enter_context(opened(folder)))
    _started.append(worker)
    _kept.append(stack)


_kept: list[ExitStack] = []


def _signatures(work: Signatures) -> bool:
    return work.do(_started[0])


def _streams(work: Streams) -> Judged:
    return work.do(_started[0])
