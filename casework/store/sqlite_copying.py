"""Copying an SQLite database that is in use, with SQLite's own online backup; the copy is sound, or is not there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from casework.store.errors import StoreDamaged, StoreExists, StoreUnavailable


def copy_database(source: sqlite3.Connection, path: Path) -> None:
    """Copy what `source` has open, as it is at one moment, into the new file `path`, its owner's only.

    Raises:
        StoreExists: something is there. StoreUnavailable: no file can be made there.
        StoreDamaged: the database, and so its copy, is damaged. sqlite3.Error: it cannot be read or written.
        Nothing is left behind then.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise StoreExists(f"There is something at {path} already.", remedy="Choose another path.") from None
    except OSError as problem:
        raise StoreUnavailable(f"No file can be made at {path}: {problem.strerror}.") from None
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            # All pages in one go are one moment; in parts, a writer would make it begin again.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise StoreDamaged(
                    "The database is damaged.", remedy="Keep it as it is, and restore a backup."
                )
    except BaseException:
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise
