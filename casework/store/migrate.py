"""Making a database and bringing it up to date, through the Alembic migrations shipped in this package."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from casework.store import places, sqlite
from casework.store.backend import Backend
from casework.store.errors import (
    StoreDamaged,
    StoreExists,
    StoreFull,
    StoreOlder,
    StoreReadOnly,
    StoreUnavailable,
)
from casework.store.revision import require_current, revision_of
from casework.store.server import settings_beside
from casework.store.sqlite import SQLite

MIGRATIONS = Path(__file__).with_name("migrations")
"""Alembic's environment."""


def create(path: Path) -> None:
    """Make a new, empty database at `path`: whole or not at all, mode 0600.

    It is made under another name beside `path` and given its name when it is complete and on the disk. Where the
    settings of a server stand there instead, its tables are made, if it has none.

    Raises:
        StoreExists: something is there already.
        StoreOnNetwork: the folder lies on a network file system.
        StoreFull, StoreReadOnly, StoreUnavailable: the disk does not let it be made, or anybody may change the folder.
    """
    path = Path(os.path.abspath(path))
    if settings_beside(path) is not None:
        from casework.store.migrate_server import make_on_server

        make_on_server(path)
        return
    if os.path.lexists(path):
        raise _exists(path)
    sqlite.refuse_network(path)
    if path.parent.is_dir():
        sqlite.refuse_open_to_all(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.new")
    with _disk_errors(path), _folder(path.parent), _removed(draft):
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        sqlite.mark(draft)
        _run_migrations(SQLite(draft, "rw"))
        _flush(draft)
        _name(draft, path)
        _flush(path.parent)


def revision(path: str | os.PathLike[str]) -> str:
    """Return the schema revision of the database at `path`.

    Raises:
        NoStore, StoreForeign, StoreUnavailable: there is none to ask.
    """
    backend = places.find(Path(path), read_only=True)
    connection = backend.connect()
    try:
        return revision_of(backend, connection)
    finally:
        connection.close()


def upgrade(path: str | os.PathLike[str]) -> tuple[str, str]:
    """Bring the database at `path` up to date, all of it or none of it; return its revision before and after.

    On a server that has no tables yet they are made, and the revision before is empty. There the owner of the tables
    signs in for it, and the role that records gets its rights.

    Raises:
        NoStore, StoreForeign, StoreUnavailable: there is none to upgrade.
        StoreNewer: it was written by a newer release.
        StoreReadOnly: it can only be read here.
    """
    backend = places.find(Path(path))
    if not isinstance(backend, SQLite):
        from casework.store.migrate_server import upgrade_server

        return upgrade_server(backend)
    before = revision(path)
    if backend.read_only:
        raise backend.refuse_write()
    _refuse_newer(backend)
    _run_migrations(backend)
    return before, revision(path)


def _refuse_newer(backend: Backend) -> None:
    connection = backend.connect()
    try:
        with suppress(StoreOlder):
            require_current(backend, connection)
    finally:
        connection.close()


@contextmanager
def owner(backend: Any) -> Iterator[Connection]:
    """Sign in as the owner of the tables; all that is done there is done at once, or not at all."""
    engine = backend.engine()
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as problem:
        cause = problem.orig
        raise backend.explain(cause if isinstance(cause, Exception) else problem) from problem
    finally:
        engine.dispose()


def _run_migrations(backend: SQLite) -> None:
    """Run what is missing in a file, in one transaction."""
    with owner(backend) as connection:
        migrate(connection)
        broken = sqlite.foreign_key_errors(connection)
        if broken:
            raise StoreDamaged(
                f"{len(broken)} rows of {backend.path} refer to nothing, so it was not upgraded.",
                remedy="Restore a backup and upgrade that.",
            )


def migrate(connection: Connection) -> None:
    """Run what is missing, on an open connection and inside its transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make `folder` and those above it, for their owner only; take away what was made if the block fails."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        for place in reversed(missing):
            place.mkdir(mode=0o700)
        yield
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


@contextmanager
def _removed(draft: Path) -> Iterator[None]:
    """Remove `draft` and what SQLite keeps beside it, however the block ends."""
    try:
        yield
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    """Say in our words what the disk refused."""
    try:
        yield
    except SQLite.error as problem:
        raise SQLite(path, "rw").explain(problem) from problem
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(
                f"The disk has no room for a database at {path}; nothing was made.",
                remedy="Free some space and do it again.",
            ) from problem
        if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StoreReadOnly(
                f"You may not make a file in the folder {path.parent}.",
                remedy="Choose a folder that is yours to write.",
            ) from problem
        raise StoreUnavailable(
            f"No database can be made at {path}: {problem.strerror}.", remedy="Choose another path."
        ) from problem


def _name(draft: Path, path: Path) -> None:
    """Give the finished draft its name; unlike a rename, a link never replaces what came there meanwhile."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise _exists(path) from None
    except OSError:  # a file system without links, where looking first is the best that can be done
        if os.path.lexists(path):
            raise _exists(path) from None
        draft.rename(path)


def _flush(path: Path) -> None:
    """See that a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exists(path: Path) -> StoreExists:
    return StoreExists(
        f"There is something at {path} already.", remedy="Choose another path, or open that database."
    )
