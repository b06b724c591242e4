"""PostgreSQL: the only module that knows how to talk to such a server; what its errors mean is in `postgresql_errors`.

- A transaction that writes begins by locking the heads of its organisation's logs, so writers of one organisation take
  turns, and those of different organisations never wait for one another. Positions come from the locked head: an
  identity column would hand out numbers before their transaction is committed.
- Each transaction says which organisations it works for (`casework.organisation`), and the server shows it no row of
  another; see `row_security`. Nothing said means no row at all.
- A commit is acknowledged when it is on the server's disk: `synchronous_commit` is never left to the server's settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import NullPool

from casework.store.backend import EVERY, Connection, Cursor, Within
from casework.store.errors import ServerRefused, StoreReadOnly
from casework.store.postgresql_errors import explain, unreachable
from casework.store.row_security import is_above_it
from casework.store.server import Server

OLDEST: Final = 15
"""The oldest major version that is supported, and tested."""

BUSY_SECONDS: Final = 10.0
"""How long to wait for another writer of the same organisation before saying so."""

Asked = tuple[str, tuple[str, ...]]
"""A statement and its values."""

_CONNECT_SECONDS: Final = 10
_ID: Final = re.compile(r"[0-9A-Za-z-]+|\*")
_LIST: Final = "unnest("
_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE: Final = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_SEE: Final = "SELECT set_config('casework.organisation', %s, true)"
_LOCK_ONE: Final = "SELECT 1 FROM logs WHERE organisation = %s ORDER BY log FOR UPDATE"
# Those of other organisations are not seen, and so not locked.
_LOCK: Final = "SELECT 1 FROM logs ORDER BY log FOR UPDATE"


class DriverConnection(psycopg.Connection[tuple[Any, ...]]):
    """The driver's connection, with what it has not: one method of its cursors, and an end nobody waits for."""

    _ending = False

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        """Run one statement; one with a list of ids is planned anew each time, because its length decides how."""
        if _LIST in query:
            options["prepare"] = False
        return super().execute(query, params, **options)

    def end_without_waiting(self) -> None:
        """Undo the transaction, and let whoever uses the connection next hear that it is done."""
        self.pgconn.send_query(b"ROLLBACK")
        self.pgconn.flush()
        self._ending = True

    def hear_the_end(self) -> None:
        """Take the answer to `end_without_waiting`, which has come meanwhile.

        Raises:
            psycopg.OperationalError: the connection was lost.
        """
        if not self._ending:
            return
        self._ending = False
        while (answer := self.pgconn.get_result()) is not None:
            if answer.status != psycopg.pq.ExecStatus.COMMAND_OK:
                raise psycopg.OperationalError("the connection was lost while nobody used it")

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement once for each of `parameters`, without waiting in between."""
        cursor = self.cursor()
        cursor.executemany(sql, parameters)
        return cursor


class PostgreSQL:
    """A database on a server.

    Args:
        server: where it is, and as whom to sign in.
        read_only: do not write, even where it could be done.
        busy_seconds: how long to wait for another writer.
    """

    dialect: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
    error = psycopg.Error
    remains = (
        "The database server’s disk and write-ahead log, and the archives, replicas and dumps that its administrator"
        " keeps, may hold it, sealed, until they are written over or expire; casework cannot reach them."
    )

    def __init__(
        self, server: Server, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self.server = server
        self.place = server.place
        self.read_only = read_only
        self._busy_seconds = busy_seconds
        self._looked_at = False

    def connect(self) -> DriverConnection:
        """Open a connection as the role that records; the first one sees that this role is bound by row security.

        Raises:
            ServerRefused: it is not, or the server is too old. StoreUnavailable: there is no connection.
        """
        connection = self._open(self.server.app)
        try:
            if not self._looked_at:
                self._look(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open(self, parameters: Mapping[str, Any]) -> DriverConnection:
        settings = {
            "lock_timeout": f"{round(self._busy_seconds * 1000)}",
            "synchronous_commit": "on",
            "timezone": "UTC",
            "search_path": "public",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        given: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, "application_name": "casework"} | dict(
            parameters
        )
        given |= {"options": f"{parameters.get('options', '')} {options}".strip(), "client_encoding": "utf8"}
        try:
            return DriverConnection.connect(autocommit=True, prepare_threshold=2, **given)
        except psycopg.Error as problem:
            raise unreachable(problem, self.server) from None

    def _look(self, connection: DriverConnection) -> None:
        """See, once, what kind of server this is, and that the role is bound by row security."""
        if connection.info.server_version < OLDEST * 10000:
            raise ServerRefused(
                f"The server of {self.place} is older than PostgreSQL {OLDEST}, which it has to be."
            )
        said = connection.info.parameter_status
        if "on" in (said("in_hot_standby"), said("default_transaction_read_only")):
            self.read_only = True
        if is_above_it(connection):
            raise ServerRefused(
                f"The role {connection.info.user} could read every organisation of {self.place} whatever it was asked,"
                " because it owns the tables or is above row security.",
                remedy="Name a role in the url that owns nothing, with NOSUPERUSER and NOBYPASSRLS.",
            )
        self._looked_at = True

    def begin_write(self, connection: Connection, within: Within) -> None:
        """Begin, and lock the heads of the logs of these organisations.

        Raises:
            StoreBusy: the wait for another writer was too long.
        """
        self._hear_the_end(connection)
        one = len(within) == 1 and within != EVERY
        lock: Asked = (_LOCK_ONE, within) if one else (_LOCK, ())
        self._say(connection, (_WRITE, ()), _see(within), lock)

    def begin_read(self, connection: Connection, within: Within) -> None:
        """Begin, and fix the snapshot now."""
        self._hear_the_end(connection)
        self._say(connection, (_READ, ()), _see(within))

    def enter(self, connection: Connection, within: Within) -> None:
        """Go on in these organisations."""
        self._say(connection, _see(within))

    def together(self, connection: Connection) -> AbstractContextManager[object]:
        """Send statements one behind another, and wait once: on a busy server waiting is most of the time."""
        found: Any = connection
        if found.info.pipeline_status != psycopg.pq.PipelineStatus.OFF:
            return nullcontext()
        found.hear_the_end()
        pipeline: AbstractContextManager[object] = found.pipeline()
        return pipeline

    def end_read(self, connection: Connection) -> None:
        """End the snapshot; the answer is heard when the connection is used again."""
        assert isinstance(connection, DriverConnection)  # noqa: S101  (the only kind that is opened here)
        try:
            connection.end_without_waiting()
        except psycopg.Error as problem:
            raise self.explain(problem) from problem

    def refuse_to_write(self, connection: Connection) -> None:
        """Have the server refuse whatever is not reading."""
        self._say(connection, ("SET default_transaction_read_only = on", ()))

    def unsound(self, connection: Any, table: str) -> bool:
        """Return False: whether rows and indexes agree is for the server's administrator to check (amcheck)."""
        return False

    def read_what_is_no_text(self, connection: Any) -> bool:
        """Return False: the server takes no text that is none."""
        return False

    def _hear_the_end(self, connection: Any) -> None:
        try:
            connection.hear_the_end()
        except psycopg.Error as problem:
            raise self.explain(problem) from problem

    def _say(self, connection: Any, *asked: Asked) -> None:
        try:
            with self.together(connection) if len(asked) > 1 else nullcontext():
                for statement, values in asked:
                    connection.execute(statement, values)
        except psycopg.Error as problem:
            raise self.explain(problem) from problem

    def scrub(self) -> None:
        """Have the server write each table anew without what was deleted; only the owner of the tables may.

        Raises:
            StoreUnavailable: the owner cannot sign in from here, or somebody else does not let go of a table.
        """
        connection = self._open(self.server.owner)
        try:
            for table in self._tables(connection):
                connection.execute(f'VACUUM FULL "{table}"')
        except psycopg.Error as problem:
            raise self.explain(problem) from problem
        finally:
            connection.close()

    @staticmethod
    def _tables(connection: DriverConnection) -> list[str]:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [str(row[0]) for row in found.fetchall()]

    def engine(self) -> Engine:
        """Return an SQLAlchemy engine for migrations, as the owner of the tables."""
        return create_engine("postgresql+psycopg://", creator=self._open_to_migrate, poolclass=NullPool)

    def _open_to_migrate(self) -> DriverConnection:
        connection = self._open(self.server.owner)
        connection.autocommit = False
        return connection

    def refuse_write(self) -> Exception:
        """Return the error for an attempt to record in a database that can only be read."""
        return StoreReadOnly(
            f"The database {self.place} can only be read now, so nothing can be recorded.",
            remedy="Connect to the server that takes writes; this one is a standby, or was set to read only.",
        )

    def explain(self, problem: Exception, *, committing: bool = False) -> Exception:
        """Return our error for the driver's; what only a defect of ours can cause comes back as it is."""
        return explain(problem, self, committing=committing)


def _see(within: Within) -> Asked:
    """Return the statement that says whose rows are seen."""
    for name in within:
        if not _ID.fullmatch(name):
            raise ValueError(f"{name!r} is no id of an organisation")
    return _SEE, (",".join(within),)
