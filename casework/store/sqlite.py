"""SQLite: the only module that knows its pragmas, its files and its error codes.

What holds for every connection that writes: a write-ahead log (WAL) and `synchronous=FULL`, so that one
flush of the log makes a step durable; foreign keys; `secure_delete`, so that what is erased is overwritten;
`trusted_schema` off, so that a doctored schema cannot run functions; nothing spilled to the system's folder
of temporary files.

A file that can or shall only be read, and has nothing in its write-ahead log, is read as it is: without locks,
without a file beside it, and with a look at the end whether somebody wrote to it meanwhile. One with steps in
its log is read together with the log; where SQLite cannot do that, because nothing can be written beside it,
it is refused, since reading on would leave the newest steps out in silence.

Longer than 400 lines because nothing else may know of SQLite.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.pool import NullPool

from casework.store.backend import Connection, Within
from casework.store.disk import network_type
from casework.store.errors import (
    NoStore,
    Overtaken,
    StoreBusy,
    StoreDamaged,
    StoreForeign,
    StoreFull,
    StoreOnNetwork,
    StoreReadOnly,
    StoreUnavailable,
)
from casework.store.server import settings_beside
from casework.store.sqlite_copying import copy_database

APPLICATION_ID: Final = 0x63617365
"""What marks an SQLite file as ours ("case"); it stands in the file's header."""

BUSY_SECONDS: Final = 5.0
"""How long to wait for another writer before saying so."""

_RESTORE: Final = "Keep a copy of the file and of those beside it that begin with its name; restore a backup."
_SETTINGS: Final = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA temp_store=MEMORY",
)
_SETTINGS_OF_WRITERS: Final = (
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    # Only macOS listens: its plain fsync leaves data in the drive's cache.
    "PRAGMA fullfsync=ON",
    "PRAGMA checkpoint_fullfsync=ON",
)

_DOCTORED: Final = "SELECT 1 FROM sqlite_schema WHERE type IN ('trigger', 'view')"
"""Finds what could change other rows, or show other ones, behind our statements."""

Mode = Literal["rw", "ro", "immutable"]


class SQLite:
    """A database in one file.

    Args:
        path: the file, absolute.
        mode: `rw` to write too; `ro` to read the file with its log; `immutable` to read the file by itself.
        busy_seconds: how long to wait for another writer.
    """

    dialect = sqlite_dialect(paramstyle="qmark")
    error = sqlite3.Error
    remains = ""

    def __init__(self, path: Path, mode: Mode, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.read_only = mode != "rw"
        self._mode = mode
        self._busy_seconds = busy_seconds
        self._stamp = (0, 0)
        self._broken: tuple[str, ...] = ("Could not decode",)

    def connect(self) -> sqlite3.Connection:
        """Open a connection with every setting made, to a file that is ours.

        Raises:
            StoreForeign: it is not a casework database.
            StoreUnavailable: it cannot be opened; the subclass says why.
        """
        try:
            return self._open()
        except sqlite3.Error as problem:
            stuck = _primary(problem) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
            if stuck and self._mode == "ro":
                raise self._not_closed() from problem
            raise self.explain(problem) from problem
        except UnicodeDecodeError as problem:  # not even what SQLite says of a broken schema can be read
            raise StoreDamaged(f"The database {self.path} is damaged.", remedy=_RESTORE) from problem

    def _open(self) -> sqlite3.Connection:
        options = "mode=ro&immutable=1" if self._mode == "immutable" else f"mode={self._mode}"
        self._stamp = _stamp(self.path)
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{options}",
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,  # transactions begin where we say so
            check_same_thread=False,  # one thread at a time holds a connection, but not always the same one
            cached_statements=256,
        )
        try:
            for setting in _SETTINGS:
                connection.execute(setting)
            # Asked before anything that would change the file of another program.
            if connection.execute("PRAGMA application_id").fetchone() != (APPLICATION_ID,):
                raise self._foreign()
            if connection.execute(_DOCTORED).fetchone():
                raise StoreForeign(
                    f"{self.path} holds triggers or views, which no release of casework has made.",
                    remedy="Keep a copy of the file, and restore a backup.",
                )
            if self._mode == "rw":
                self._prepare_to_write(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare_to_write(self, connection: sqlite3.Connection) -> None:
        for setting in _SETTINGS_OF_WRITERS:
            connection.execute(setting)
        if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
            raise StoreUnavailable(
                f"The disk of {self.path} cannot keep a write-ahead log, so steps would not be safe there.",
                remedy="Move the database to a local disk of this machine.",
            )

    @property
    def place(self) -> str:
        """The path of the file."""
        return str(self.path)

    def begin_write(self, connection: Connection, within: Within) -> None:
        """Take SQLite's one write lock at once, waiting for another writer if there is one.

        Raises:
            StoreBusy: the wait was too long.
        """
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as problem:
            raise self.explain(problem) from problem
        if settings_beside(self.path) is not None:  # while this file was open here
            raise StoreBusy(
                "The record was moved to a server meanwhile; nothing of this was recorded.",
                remedy="Try again.",
            )

    def begin_read(self, connection: Connection, within: Within) -> None:
        """Fix the snapshot now: SQLite alone would fix it at the first query.

        Raises:
            StoreBusy: the file is read without locks, and somebody has begun to record in it.
        """
        if self._mode == "immutable" and (self._changed() or _size(self.path, "-wal")):
            raise self._recorded_meanwhile()
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except sqlite3.Error as problem:
            raise self.explain(problem) from problem

    def end_read(self, connection: Connection) -> None:
        """End the snapshot; where it was read without locks, see that nobody changed the file meanwhile.

        Raises:
            StoreBusy: somebody did, so that what was read may not fit together.
        """
        connection.rollback()
        if self._mode == "immutable" and self._changed():
            raise self._recorded_meanwhile()

    def enter(self, connection: Connection, within: Within) -> None:
        """Do nothing: whoever may read the file may read all of it."""

    def together(self, connection: Connection) -> AbstractContextManager[object]:
        """Do nothing: there is nobody to wait for."""
        return nullcontext()

    def refuse_to_write(self, connection: Any) -> None:
        """Make a connection refuse every statement that writes."""
        connection.execute("PRAGMA query_only=ON")
        # Whoever verifies has to be told that the schema is broken, where others would look for a defect of ours.
        self._broken = ("Could not decode", "no such column", "no such table")

    def unsound(self, connection: Any, table: str) -> bool:
        """Say whether a table does not agree with its own indexes, or cannot be read through."""
        try:
            return connection.execute(f"PRAGMA integrity_check({table})").fetchmany(1) != [("ok",)]  # type: ignore[no-any-return]
        except sqlite3.Error:
            return True

    def read_what_is_no_text(self, connection: Any) -> bool:
        """Make a connection give back text that is none as well, with what cannot be read marked; False if it does."""
        if connection.text_factory is not str:
            return False
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        return True

    def engine(self) -> Engine:
        """Return an SQLAlchemy engine for migrations: each transaction locks at once and covers the DDL too.

        Foreign keys are off on it, because a migration may have to make a table again; whoever migrates
        calls `foreign_key_errors` before committing.
        """
        engine = create_engine("sqlite://", creator=self._open, poolclass=NullPool)

        @event.listens_for(engine, "connect")
        def free_to_rebuild(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def scrub(self) -> None:
        """Write the file anew without what was deleted, and cut its write-ahead log to nothing.

        Raises:
            StoreBusy: somebody else reads or writes. StoreFull, StoreUnavailable: the disk does not let it be done.
        """
        connection = self.connect()
        try:
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as problem:
            found = self.explain(problem)
            if isinstance(found, StoreFull):
                found = StoreFull(
                    f"The disk has no room to write {self.path} anew: twice its length has to be free.",
                    remedy="Free some space.",
                )
            raise found from problem
        finally:
            connection.close()
        if busy or _size(self.path, "-wal"):
            raise StoreBusy(
                f"Another program is reading {self.path}, so what was deleted is still in its log.",
                remedy="Let it end, then try again.",
            )

    def copy_to(self, path: Path) -> None:
        """Copy the file as it is at one moment; see `sqlite_copying`.

        Raises:
            StoreExists: something is there. StoreDamaged: this database or its copy is damaged.
            StoreFull, StoreUnavailable: the disk does not let it be made. Nothing is left behind.
        """
        source = self.connect()
        try:
            copy_database(source, path)
        except sqlite3.Error as problem:
            raise SQLite(path, "rw").explain(problem) from problem
        finally:
            source.close()

    def refuse_write(self) -> Exception:
        """Return the error for an attempt to record in a database that can only be read."""
        return StoreReadOnly(
            f"The database {self.path} can only be read here, so nothing can be recorded.",
            remedy="Check that file and folder are yours to write, and that the disk is not read-only.",
        )

    def explain(self, problem: Exception, *, committing: bool = False) -> Exception:
        """Return our error for SQLite's; what only a defect of ours can cause comes back as it is."""
        code = _primary(problem)
        if self._mode == "immutable" and self._changed():
            return self._recorded_meanwhile()
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
            return StoreBusy(
                f"Another program kept {self.path} to itself for more than {self._busy_seconds:g} seconds.",
                remedy="Try again. If it goes on, look for a casework command that hangs, or a program that"
                " copies or synchronises the file.",
            )
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(self.path)):
            return StoreFull(
                f"The disk has no room left for the database {self.path}; nothing of this was recorded.",
                remedy="Free some space and do it again.",
            )
        if code == sqlite3.SQLITE_READONLY:
            return self.refuse_write()
        if code == sqlite3.SQLITE_NOTADB:
            return self._foreign()
        if code == sqlite3.SQLITE_CORRUPT or str(problem).startswith(self._broken):
            return StoreDamaged(f"The database {self.path} is damaged.", remedy=_RESTORE)
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            return StoreUnavailable(
                f"The disk would not read or write the database {self.path} ({problem}).",
                remedy="Check that the disk is well and that the file and its folder are yours to write.",
            )
        if getattr(problem, "sqlite_errorname", "") in (
            "SQLITE_CONSTRAINT_UNIQUE",
            "SQLITE_CONSTRAINT_PRIMARYKEY",
        ):
            return Overtaken(
                "What was to be recorded is there already: somebody else recorded first.",
                remedy="Look again and decide anew.",
            )
        return problem

    def _changed(self) -> bool:
        """Say whether the file has changed since it was opened."""
        return _stamp(self.path) != self._stamp

    def _recorded_meanwhile(self) -> StoreBusy:
        return StoreBusy(
            f"Somebody recorded in {self.path} while it was being read without locks.", remedy="Try again."
        )

    def _foreign(self) -> StoreForeign:
        return StoreForeign(
            f"{self.path} is not a casework database, or its first page is damaged.",
            remedy="Check the path. If it was a casework database, restore a backup.",
        )

    def _not_closed(self) -> StoreReadOnly:
        return StoreReadOnly(
            f"The newest steps of {self.path} are still in the file {self.path.name}-wal, which cannot be"
            " read where nothing can be written.",
            remedy="Copy both files to a folder that you can write, and open the copy.",
        )


class Memory:
    """A database in memory, for what is made to be compared and thrown away."""

    dialect = SQLite.dialect
    error = sqlite3.Error

    def connect(self) -> sqlite3.Connection:
        """Open a connection to an empty database, which goes when the connection is closed."""
        return sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)

    def explain(self, problem: Exception, *, committing: bool = False) -> Exception:
        """Return our error for the driver's: what is made in memory is made of a record that does not fit together."""
        return StoreDamaged("An entry of the record does not fit the ones before it.", remedy=_RESTORE)


def find(path: Path, *, busy_seconds: float = BUSY_SECONDS, read_only: bool = False) -> SQLite:
    """Return the backend for the existing file `path`, to read and write if both can be done.

    Raises:
        NoStore: nothing is there.
        StoreForeign: something else than a file is there.
        StoreOnNetwork: it lies on a network file system.
        StoreUnavailable: it may not be read, or anybody may write it.
    """
    path = Path(
        os.path.realpath(path)
    )  # SQLite keeps its log beside the file itself, not beside a link to it
    if not os.path.exists(path):
        raise NoStore(
            f"There is no database at {path}.",
            remedy="Check the path, or make a database with: casework init",
        )
    if not path.is_file():
        raise StoreForeign(f"{path} is not a file.", remedy="Give the path of the database file.")
    refuse_network(path)
    refuse_open_to_all(path)
    refuse_open_to_all(path.parent)
    if not os.access(path, os.R_OK):
        raise StoreUnavailable(
            f"You may not read the database {path}.", remedy="Ask its owner, or sign in as its owner."
        )
    if not read_only and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return SQLite(path, "rw", busy_seconds)
    return SQLite(path, "ro" if _size(path, "-wal") else "immutable", busy_seconds)


def refuse_open_to_all(place: Path) -> None:
    """Refuse a file that anybody on this machine may change, or a folder where anybody may exchange files.

    Raises:
        StoreUnavailable: it is one.
    """
    # In a folder with the sticky bit, such as /tmp, everybody can only take away what is theirs.
    anybody = stat.S_IWOTH | (stat.S_ISVTX if place.is_dir() else 0)
    if place.stat().st_mode & anybody == stat.S_IWOTH:
        raise StoreUnavailable(
            f"Everybody on this machine may change {place}, so what it holds cannot be trusted.",
            remedy=f"Run: chmod o-w {place}",
        )


def mark(path: Path) -> None:
    """Mark the empty file `path` as ours, and give it its write-ahead log.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchone()
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    finally:
        connection.close()


def foreign_key_errors(connection: Any) -> list[Any]:
    """Return rows that refer to nothing; asked by a migration before it commits."""
    return list(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def refuse_network(path: Path) -> None:
    """Refuse a path on a network file system.

    Raises:
        StoreOnNetwork: it is on one.
    """
    kind = network_type(path)
    if kind:
        raise StoreOnNetwork(
            f"{path} lies on a network file system ({kind}), where two programs can damage a database.",
            remedy="Keep the database on a local disk of the machine that runs casework.",
        )


def _primary(problem: Exception) -> int:
    """Return SQLite's primary error code; 0 if there is none."""
    code: int = getattr(problem, "sqlite_errorcode", 0)
    return code & 0xFF


def _size(path: Path, suffix: str) -> int:
    """Return the size of the file beside `path` whose name ends in `suffix`; 0 if there is none."""
    beside = path.with_name(path.name + suffix)
    return beside.stat().st_size if beside.exists() else 0


def _stamp(path: Path) -> tuple[int, int]:
    """Return what changes when the file does."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _no_room(path: Path) -> bool:
    """Say whether the disk is full: growing the shared-memory file then fails as an error of reading."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < 65536
