"""Processes that share work: each piece is given to one that is free, heard of, and tried again if that is harmless.

A process is started afresh (never forked: open databases and keys must not be shared), and gets what it needs, keys
too, through a pipe: nothing of it stands in a command line, an environment or a file. One that dies is noticed at once,
and another takes its place. With one worker all is done in this process, in order.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from casework.base.errors import Unavailable

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

W = TypeVar("W")
Do = Callable[[Any], Any]
"""Does one piece of work and returns what came of it; both are sent from process to process."""

Begin = Callable[[Any], AbstractContextManager[Do]]
"""Makes a process ready from what it was given, and gives up what it opened in the end; a function of a module."""

_PATIENCE: Final = 5.0
"""Seconds that a process has to end by itself."""


class WorkerLost(Unavailable):
    """A process ended before its work was done."""

    code = "worker-lost"


class Cancelled(Unavailable):
    """A piece of work was not begun, because somebody said stop."""

    code = "cancelled"


@dataclass(frozen=True, slots=True)
class Done(Generic[W]):
    """What came of a piece of work: its result, or the problem, and how often it was tried."""

    work: W
    result: Any
    problem: Exception | None
    tries: int


def cores() -> int:
    """Return how many processes can run at once on this machine, for this user."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def never(work: Any, problem: Exception, tries: int) -> bool:
    """Say that nothing is tried again."""
    return False


def _no_lane(work: Any) -> str:
    return ""


class _Hand:
    """One process, and what it is doing."""

    def __init__(self, begin: Begin, given: Any) -> None:
        from multiprocessing import get_context

        spawn = get_context("spawn")
        self.connection, theirs = spawn.Pipe()
        self.process: SpawnProcess = spawn.Process(target=_serve, args=(theirs, begin, given), daemon=True)
        with _deaf():
            self.process.start()
        theirs.close()  # else the end of the process would not be heard
        self.work: tuple[Any, int] | None = None

    def end(self, *, at_once: bool) -> None:
        self.connection.close()
        if at_once:
            self.process.terminate()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start a process that hears no Ctrl-C, not even while it begins: whoever started it decides what that means."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not in the main thread, which no Ctrl-C reaches
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Workers(Generic[W]):
    """Some processes for the pieces of a work; to be used in a `with`.

    Args:
        begin: makes a process ready; it is called in each.
        given: what it gets. It is not written anywhere.
        count: how many processes; one does the work here.
        again: whether a piece that failed, or whose process ended (`WorkerLost`), is tried again after so many tries.
        lane: names what pieces must not be done at the same time; the empty one holds up nothing.
        stopping: is called when somebody says stop (Ctrl-C); what was begun is then finished, and the rest handed back
            as `Cancelled`. A second stop, or the first without this, ends all at once.
    """

    def __init__(
        self,
        begin: Begin,
        given: Any,
        count: int,
        *,
        again: Callable[[W, Exception, int], bool] = never,
        lane: Callable[[W], str] = _no_lane,
        stopping: Callable[[], None] | None = None,
    ) -> None:
        self._begin, self._given, self._count = begin, given, count
        self._again, self._lane, self._told_to_stop = again, lane, stopping
        self._hands: list[_Hand] = []
        self._here = ExitStack()
        self._do: Do | None = None
        self._stopping = False

    def __enter__(self) -> Workers[W]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes: at once if something went wrong, so that what they had begun is undone."""
        try:
            while self._hands:
                hand = self._hands.pop()
                hand.end(at_once=kind is not None or hand.work is not None)
        finally:
            self._here.close()

    def run(self, work: Iterable[W]) -> Iterator[Done[W]]:
        """Yield what came of each piece, in any order; pieces are taken from `work` as processes become free."""
        waiting: deque[tuple[W, int]] = deque()
        source = iter(work)
        if self._count < 2:
            yield from self._run_here(source)
            return
        try:
            while self._give_out(waiting, source) or self._busy():
                for hand in self._heard():
                    done = self._taken(hand)
                    if done.problem is not None and not self._stopping and self._tries_again(done):
                        waiting.append((done.work, done.tries))
                    else:
                        yield done
            if self._stopping:
                rest = [piece for piece, _ in waiting] + list(source)
                yield from (Done(piece, None, _stopped(), 0) for piece in rest)
        finally:
            for hand in self._busy():  # nobody listens any more
                hand.end(at_once=True)
                self._hands.remove(hand)

    def _stop(self) -> None:
        """Begin nothing more, after the first Ctrl-C; to be called while it is handled."""
        if self._told_to_stop is None or self._stopping:
            raise
        self._stopping = True
        self._told_to_stop()

    def _busy(self) -> list[_Hand]:
        return [hand for hand in self._hands if hand.work is not None]

    def _tries_again(self, done: Done[W]) -> bool:
        return done.problem is not None and self._again(done.work, done.problem, done.tries)

    def _give_out(self, waiting: deque[tuple[W, int]], source: Iterator[W]) -> bool:
        """Give work to every process that is free, and say whether any has some."""
        while not self._stopping and len(self._busy()) < self._count:
            piece = self._next(waiting, source)
            if piece is None:
                break
            hand = next((hand for hand in self._hands if hand.work is None), None)
            if hand is None:
                hand = _Hand(self._begin, self._given)
                self._hands.append(hand)
            hand.work = piece
            with suppress(OSError):  # it has ended already, which is heard when its answer is read
                hand.connection.send(piece[0])
        return bool(self._busy())

    def _next(self, waiting: deque[tuple[W, int]], source: Iterator[W]) -> tuple[W, int] | None:
        """The next piece whose lane is free; what has to wait for its lane keeps its turn."""
        taken = {lane for hand in self._busy() if hand.work and (lane := self._lane(hand.work[0]))}
        for place, piece in enumerate(waiting):
            if self._lane(piece[0]) not in taken:
                del waiting[place]
                return piece
        for fresh in source:
            if self._lane(fresh) not in taken:
                return fresh, 0
            waiting.append((fresh, 0))
        return None

    def _heard(self) -> list[_Hand]:
        """Wait until a process has answered or ended."""
        from multiprocessing.connection import wait

        busy = {hand.connection: hand for hand in self._busy()}
        while True:
            try:
                return [busy[ready] for ready in wait(list(busy))]  # type: ignore[index]
            except KeyboardInterrupt:
                self._stop()

    def _taken(self, hand: _Hand) -> Done[W]:
        """What a process has answered; one that ended instead is replaced when there is more to do."""
        assert hand.work is not None  # noqa: S101  (only those that are busy are heard)
        (work, tries), hand.work = hand.work, None
        try:
            result, problem = _unpacked(hand.connection.recv_bytes())
        except (EOFError, OSError):
            self._hands.remove(hand)
            hand.end(at_once=False)
            result, problem = None, _lost()
        return Done(work, result, problem, tries + 1)

    def _run_here(self, source: Iterator[W]) -> Iterator[Done[W]]:
        if self._do is None:
            self._do = self._here.enter_context(self._begin(self._given))
        for piece in source:
            done = Done(piece, None, _stopped(), 0)
            try:
                while not self._stopping:
                    done = Done(piece, *_done(self._do, piece), done.tries + 1)
                    if not self._tries_again(done):
                        break
            except KeyboardInterrupt:
                self._stop()
                done = Done(piece, None, _stopped(), done.tries)
            yield done


def _done(do: Do, work: Any) -> tuple[Any, Exception | None]:
    try:
        return do(work), None
    except Exception as problem:  # whoever handed the work out is told
        return None, problem


def _serve(connection: Connection, begin: Begin, given: Any) -> None:
    """In a process: do what comes through the pipe until it is closed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was begun is undone
    with ExitStack() as stack, suppress(BrokenPipeError, EOFError):
        work = connection.recv()
        try:
            do = stack.enter_context(begin(given))
        except Exception as problem:
            do = _refusing(problem)
        while True:
            connection.send_bytes(_packed(_done(do, work)))
            work = connection.recv()


def _refusing(problem: Exception) -> Do:
    """What is done where a process could not be made ready: the reason is the answer to all."""

    def refuse(work: Any) -> Any:
        raise problem

    return refuse


def _packed(answer: tuple[Any, Exception | None]) -> bytes:
    """An answer as it is sent; a problem that cannot be sent is told by its words."""
    result, problem = answer
    told = None if problem is None else (type(problem), problem.args, problem.__dict__)
    try:
        packed = pickle.dumps((result, told))
        _unpacked(packed)
    except Exception:
        said = str(problem) if problem is not None else f"{type(result).__name__} cannot be sent"
        return pickle.dumps((None, (RuntimeError, (said,), {})))
    return packed


def _unpacked(packed: bytes) -> tuple[Any, Exception | None]:
    """An answer as it was before it was sent. An exception is not made anew: it may want more than its words."""
    result, told = pickle.loads(packed)  # noqa: S301  (by a process of ours, over a pipe of ours)
    if told is None:
        return result, None
    kind, args, state = told
    problem: Exception = kind.__new__(kind, *args)
    problem.__dict__.update(state)
    return result, problem


def _lost() -> WorkerLost:
    return WorkerLost(
        "The process that was doing this ended before it was done: it was killed, or the machine ran out of memory.",
        remedy="Do it again, with fewer at once: --workers 1.",
    )


def _stopped() -> Cancelled:
    return Cancelled("It was not begun: you stopped before its turn.", remedy="Do it again.")
