"""The work of a verification in pieces: done one after another, or by one process for each core when there is much."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from casework.ledger.key_line import KeyLine
from casework.ledger.sound import signed
from casework.services.audit_cases import Judge, Judged
from casework.services.audit_port import Port, opened
from casework.services.school import School
from casework.services.workers import WorkerLost, Workers, cores
from casework.store.rows import Log

MUCH: Final = 20_000
"""From how many events on a process for each core is worth its start."""

_TRIES: Final = 2
"""How often a piece is tried whose process was killed."""

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
        workers: how many processes; decided from that and the machine if None.
    """

    def __init__(self, folder: Path, port: Port, events: int, workers: int | None = None) -> None:
        self._here = Worker(port)
        count = (cores() if events >= MUCH else 1) if workers is None else workers
        self._workers: Workers[Signatures | Streams] | None = None
        if count > 1:
            self._workers = Workers(_begin, folder, count, again=_again)

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._here.close()
        if self._workers is not None:
            self._workers.__exit__(kind, problem, trace)

    def signatures(self, work: Iterable[Signatures]) -> Iterator[bool]:
        """Yield whether the signatures are in order, piece by piece, in any order.

        Raises:
            WorkerLost: a process was killed, and the one that tried again too.
        """
        return self._done(work)

    def streams(self, work: Iterable[Streams]) -> Iterator[Judged]:
        """Yield what came of judging streams, piece by piece, in any order. Raises as `signatures`."""
        return self._done(work)

    def _done(self, work: Iterable[Signatures] | Iterable[Streams]) -> Iterator[Any]:
        if self._workers is None:
            yield from (one.do(self._here) for one in work)
            return
        for done in self._workers.run(work):
            if done.problem is not None:
                raise done.problem
            yield done.result


def _again(work: Signatures | Streams, problem: Exception, tries: int) -> bool:
    """Looking again is harmless: what a process that was killed was looking at is looked at once more."""
    return isinstance(problem, WorkerLost) and tries < _TRIES


@contextmanager
def _begin(folder: Path) -> Iterator[Callable[[Signatures | Streams], Any]]:
    """Open a snapshot in a process of its own, which lasts as long as the process."""
    gc.set_threshold(_YOUNG)
    with opened(folder) as port:
        worker = Worker(port)
        try:
            yield lambda work: work.do(worker)
        finally:
            worker.close()
