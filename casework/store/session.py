"""What a transaction and a reader have in common: running statements on a connection that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from casework.store.backend import Backend, Connection, Cursor, Row
from casework.store.statement import Asked, Statement, Values


class Session:
    """A connection inside a transaction, until `end` is called.

    Args:
        backend: whose dialect and errors these are.
        connection: one on which a transaction has begun.
    """

    failed = False
    """True once a statement failed, or while one action's rows are incomplete: what is left may not be committed."""

    def __init__(self, backend: Backend, connection: Connection) -> None:
        self._backend = backend
        self._dialect = backend.dialect
        self._execute: Any = connection.execute
        self._executemany: Any = connection.executemany
        self._together: Any = lambda: backend.together(connection)
        self._go_on: Any = lambda within: backend.enter(connection, within)
        self._known: dict[Asked, list[Row]] = {}

    def end(self) -> None:
        """Make every later use an error: it would happen outside the transaction, unnoticed."""
        self._execute = self._executemany = self._together = self._go_on = _ended

    def enter(self, *organisations: str) -> None:
        """Go on in these organisations only, where this transaction was begun in more."""
        self._go_on(organisations)

    def answered(self, asked: Sequence[Asked], cursors: Sequence[Cursor]) -> None:
        """Keep the answers to queries that were asked when the transaction began."""
        try:
            self._known |= {each: cursor.fetchall() for each, cursor in zip(asked, cursors, strict=True)}
        except self._backend.error as problem:
            raise self._backend.explain(problem) from problem

    def _run(self, statement: Statement, values: Values = ()) -> Cursor:
        """Run a statement.

        Raises:
            StoreUnavailable, Conflict: what the driver's error means.
        """
        sql, arrange = statement.form(self._dialect)
        try:
            return self._execute(sql, arrange(values) if arrange else values)  # type: ignore[no-any-return]
        except self._backend.error as problem:
            self.failed = True
            raise self._backend.explain(problem) from problem

    def _run_many(self, statement: Statement, rows: Iterable[Values]) -> None:
        """Run a statement once for each of `rows`."""
        sql, arrange = statement.form(self._dialect)
        try:
            self._executemany(sql, map(arrange, rows) if arrange else rows)
        except self._backend.error as problem:
            self.failed = True
            raise self._backend.explain(problem) from problem

    def _run_together(self, *asked: Asked) -> list[Cursor]:
        """Run statements one after another, waiting for a server only once; raises as `_run`."""
        formed = [(statement.form(self._dialect), values) for statement, values in asked]
        try:
            with self._together():
                return [
                    self._execute(sql, arrange(values) if arrange else values)
                    for (sql, arrange), values in formed
                ]
        except self._backend.error as problem:
            self.failed = True
            raise self._backend.explain(problem) from problem

    def _rows(self, statement: Statement, *values: Any) -> list[Row]:
        """Return all rows of a query."""
        cursor = self._run(statement, values)
        try:
            return cursor.fetchall()
        except self._backend.error as problem:
            raise self._backend.explain(problem) from problem

    def _row(self, statement: Statement, *values: Any) -> Row | None:
        """Return the first row of a query, or None."""
        cursor = self._run(statement, values)
        try:
            row: Row | None = cursor.fetchone()
        except self._backend.error as problem:
            raise self._backend.explain(problem) from problem
        return row


def _ended(*_: object) -> NoReturn:
    """Stand in for a connection that was given back."""
    raise RuntimeError("this transaction or reader has ended; begin another one")
