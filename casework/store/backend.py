"""What the store asks of a database: the whole difference between SQLite and any other that follows.

Everything above this port is written once, in SQLAlchemy Core. A backend opens connections, says how a
transaction begins, and turns the driver's errors into ours. Writers take turns: by the database's one write
lock in SQLite, by the locked row of the log's head elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from sqlalchemy.engine import Dialect

Row = tuple[Any, ...]
"""A row as the driver returns it, in the order of the statement's columns."""

Within = tuple[str, ...]
"""The ids of the organisations whose rows a transaction can see; what it inserts belongs to the one, if it is one."""

EVERY: Final[Within] = ("*",)
"""Every organisation: for verification, copies and upkeep, never for the work of one school."""


class Cursor(Protocol):
    """What is used of a driver's cursor."""

    @property
    def rowcount(self) -> int:
        """How many rows an update or delete touched."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        ...


class Connection(Protocol):
    """What is used of a driver's connection."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Cursor:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Run one statement once for each of `parameters`."""
        ...

    def commit(self) -> None:
        """Make the transaction durable."""
        ...

    def rollback(self) -> None:
        """Undo the transaction."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class Backend(Protocol):
    """One database, and how to talk to it."""

    @property
    def dialect(self) -> Dialect:
        """In which SQL, and with which positional placeholders, statements are compiled."""
        ...

    @property
    def error(self) -> type[Exception]:
        """The root of the driver's errors."""
        ...

    @property
    def place(self) -> str:
        """Where the database is, in words for messages; never with a secret in it."""
        ...

    @property
    def read_only(self) -> bool:
        """True when nothing can be recorded here."""
        ...

    def connect(self) -> Connection:
        """Open a connection, set up and checked.

        Raises:
            StoreUnavailable: it cannot be opened; the subclass says why.
        """
        ...

    def begin_write(self, connection: Connection, within: Within) -> None:
        """Begin a transaction that will write in these organisations; may wait for another writer in them."""
        ...

    def begin_read(self, connection: Connection, within: Within) -> None:
        """Begin a transaction that sees one snapshot of these organisations until it ends."""
        ...

    def enter(self, connection: Connection, within: Within) -> None:
        """Go on in these organisations, within a transaction that was begun in all of them."""
        ...

    def together(self, connection: Connection) -> AbstractContextManager[object]:
        """Send statements without waiting for the answer to each; all are there at the end of the outermost block."""
        ...

    def end_read(self, connection: Connection) -> None:
        """End it, and make sure that it really was one snapshot."""
        ...

    @property
    def remains(self) -> str:
        """Where what was deleted may be readable even after `scrub`, as a sentence; empty if nowhere."""
        ...

    def scrub(self) -> None:
        """Write the database anew without what was deleted, and empty its log as far as that can be done here.

        Raises:
            StoreBusy: somebody else has it open. StoreFull, StoreUnavailable.
        """
        ...

    def refuse_to_write(self, connection: Connection) -> None:
        """Make a connection refuse every statement that writes."""
        ...

    def read_what_is_no_text(self, connection: Any) -> bool:
        """Make a connection give back text that is none as well, with what cannot be read marked.

        Returns False if it does already, or if the database keeps no such text.
        """
        ...

    def refuse_write(self) -> Exception:
        """Return the error for an attempt to record where `read_only` holds."""
        ...

    def explain(self, problem: Exception, *, committing: bool = False) -> Exception:
        """Return our error for the driver's `problem`, or `problem` itself when it is a defect of ours.

        Args:
            committing: it came when the transaction was to be kept, so that it may have been.
        """
        ...
