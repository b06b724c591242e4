"""Commands that are killed on the way: at each commit, and at each file that gets or loses its name."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from casework.store.sqlite import SQLite
from tests.integration.cli.desk import Desk

KILLED = 17
"""The exit code of a child that was killed on purpose."""

NAMING = ("link", "replace", "rename", "unlink", "rmdir")
"""The calls of `os` by which a file or folder gets or loses its name."""

# A server that imports once and forks for each command; forking this process would not be safe.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "tests.support.killing",
        "casework.cli.audit_outside",
        "casework.cli.db_backup",
        "casework.cli.monitoring",
        "casework.cli.retention",
        "casework.services.audit",
        "casework.services.restoring",
        "casework.services.retention_agreed",
        "casework.services.rotation",
    ]
)


class _Points:
    """Counts what the disk is asked to do, and dies before number `at`; never, if that is -1."""

    def __init__(self, at: int) -> None:
        self.at, self.passed = at, 0

    def come(self) -> None:
        if self.passed == self.at:
            os._exit(KILLED)
        self.passed += 1

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Die before the call where that is the next point; for the disk, after it is before the next one."""

        def called(*args: Any, **more: Any) -> Any:
            self.come()
            return call(*args, **more)

        return called


class _Connection:
    """A connection whose commits and whose writing anew are points."""

    def __init__(self, connection: Any, points: _Points) -> None:
        self._connection, self._points = connection, points

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def commit(self) -> None:
        self._points.before(self._connection.commit)()

    def execute(self, sql: str, *more: Any) -> Any:
        run = self._connection.execute
        return (self._points.before(run) if sql.startswith(("VACUUM", "PRAGMA wal_checkpoint")) else run)(
            sql, *more
        )


def _type(folder: Path, now: datetime, words: tuple[str, ...], at: int, pipe: Pipe) -> None:
    points = _Points(at)
    connect = SQLite.connect
    SQLite.connect = lambda backend: _Connection(connect(backend), points)  # type: ignore[method-assign,assignment,return-value]
    for name in NAMING:
        setattr(os, name, points.before(getattr(os, name)))
    done = Desk(folder, "", now).type(*words, ok=None)
    points.come()  # everything was done, and nobody was told
    pipe.send((points.passed, done.exit_code, done.stderr))


def points_of(folder: Path, now: datetime, words: tuple[str, ...]) -> int:
    """Type a command in a process of its own and return at how many points it could have been killed."""
    ours, theirs = PROCESSES.Pipe()
    child = PROCESSES.Process(target=_type, args=(folder, now, words, -1, theirs))
    child.start()
    passed, code, said = ours.recv()
    child.join()
    assert code == 0, said
    return int(passed)


def kill_at(folder: Path, now: datetime, words: tuple[str, ...], at: int) -> int | None:
    """Type a command in a process of its own that dies before point `at`; return its exit code."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=_type, args=(folder, now, words, at, theirs))
    child.start()
    child.join()
    code = child.exitcode
    ours.close()
    theirs.close()
    return code
