"""What takes longer than a page may: done in a thread of its own, with a workspace of its own, while the pages go on.

A work belongs to the session that began it, and is gone with it: what was made for somebody lies nowhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import CaseworkError, Refused

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

KEPT: Final = 8
"""Works that a session keeps; the oldest that has ended gives way."""


class StillBusy(Refused):
    """The session's last work has not ended."""

    code = "still-busy"


class WorkFailed(CaseworkError):
    """A work ended with a defect."""

    code = "work-failed"


@dataclass
class Work:
    """One piece of work: what it is called, where its result is shown, how far it is, and what came of it.

    `command` is that of the form that asked for it. `done` and `of` count pieces; `of` is 0 while it is not known how
    many there are.
    """

    title: str
    then: str
    command: str = ""
    id: str = field(default_factory=lambda: token_urlsafe(12))
    done: int = 0
    of: int = 0
    ended: bool = False
    result: Any = field(default=None, repr=False)
    problem: CaseworkError | None = field(default=None, repr=False)

    def tell(self, done: int, of: int) -> None:
        """Say how far it is."""
        self.done, self.of = done, of

    def outcome(self) -> Any:
        """Return what came of it. Raises whatever ended it."""
        if self.problem is not None:
            raise self.problem
        return self.result


class Works:
    """The works of a session, one at a time; threads share it."""

    def __init__(self) -> None:
        self._works: dict[str, Work] = {}
        self._lock = threading.Lock()

    def begin(
        self,
        workspace: Workspace,
        title: str,
        then: str,
        do: Callable[[Workspace, Work], Any],
        command: str = "",
    ) -> Work:
        """Begin a work and return it at once.

        Args:
            workspace: of the session; the work gets one beside it.
            then: the address under which the result is shown; the work's id follows it.
            do: the work itself; what it returns is the result.
            command: of the form; the same again begins nothing, and returns the work that it began.

        Raises:
            StillBusy: the last one has not ended.
        """
        work = Work(title, then, command)
        with self._lock:
            again = [one for one in self._works.values() if command and one.command == command]
            if again:
                return again[0]
            running = next((one for one in self._works.values() if not one.ended), None)
            if running is not None:
                raise StillBusy(
                    f"Something else is still being done: {running.title}.", remedy="Wait until it is ready."
                )
            while len(self._works) >= KEPT:
                del self._works[next(iter(self._works))]
            self._works[work.id] = work
        threading.Thread(target=_done, args=(workspace, work, do), daemon=True, name="casework-work").start()
        return work

    def find(self, id_: str) -> Work | None:
        """Return a work of this session; None if there is none of that id."""
        with self._lock:
            return self._works.get(id_)


def _done(workspace: Workspace, work: Work, do: Callable[[Workspace, Work], Any]) -> None:
    try:
        with workspace.opened_again() as beside:
            work.result = do(beside, work)
    except CaseworkError as problem:
        work.problem = problem
    except Exception:  # a defect: the page says so, and nothing of how it happened inside
        work.problem = WorkFailed(
            "That is a defect of casework. Nothing was changed.",
            remedy="Try again. If it stays, tell whoever looks after casework.",
        )
    finally:
        work.ended = True
