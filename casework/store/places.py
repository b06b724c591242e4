"""Which database a data folder has: the file in it, or the server that its settings name."""

from __future__ import annotations

from pathlib import Path

from casework.store import sqlite
from casework.store.backend import Backend
from casework.store.server import settings_beside


def find(path: Path, *, read_only: bool = False, busy_seconds: float | None = None) -> Backend:
    """Return the backend for a data folder's database.

    Args:
        path: where the SQLite file is; settings of a server beside it stand in for it.
        read_only: do not write, even where it could be done.
        busy_seconds: how long to wait for another writer; None waits as long as suits the database.

    Raises:
        NoStore, StoreForeign, StoreOnNetwork, ServerRefused, StoreUnavailable: why there is none.
    """
    settings = settings_beside(path)
    if settings is None:
        return sqlite.find(path, read_only=read_only, busy_seconds=busy_seconds or sqlite.BUSY_SECONDS)
    from casework.store.server import read_server, require_driver

    require_driver()
    from casework.store.postgresql import BUSY_SECONDS, PostgreSQL

    return PostgreSQL(read_server(settings), read_only=read_only, busy_seconds=busy_seconds or BUSY_SECONDS)


def is_there(path: Path) -> bool:
    """Say whether a data folder has a database, without opening it; `path` as for `find`."""
    return path.exists() or settings_beside(path) is not None
