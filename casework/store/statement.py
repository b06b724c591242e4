"""Statements: written in SQLAlchemy Core, compiled once for each dialect, run on the driver's connection.

Going through SQLAlchemy's own connection costs half of a recorded step; this way costs next to nothing, and
the SQL is still written once for every database.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, literal_column, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import ClauseElement

from casework.store.backend import Row

Values = tuple[Any, ...]
"""The values of a statement's parameters, in the order in which the statement names them."""


class Statement:
    """One statement and the order in which its values are given.

    Args:
        build: makes the Core clause; called when the statement is first used, so that a command pays for
            no statement but its own.
        names: its bind parameters, in the order of the values that callers hand over. Some may go unused, so
            that two statements can be run with the same values.
    """

    __slots__ = ("_build", "_forms", "_names")

    def __init__(self, build: Callable[[], ClauseElement], *names: str) -> None:
        self._build = build
        self._names = names
        self._forms: dict[str, tuple[str, Callable[[Values], Row] | None]] = {}

    def form(self, dialect: Dialect) -> tuple[str, Callable[[Values], Row] | None]:
        """Return the SQL for `dialect`, and how to rearrange values for it (None: as they are).

        Raises:
            ValueError: the clause has parameters that are not named.
        """
        found = self._forms.get(dialect.name)
        if found is None:
            found = self._forms[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> tuple[str, Callable[[Values], Row] | None]:
        compiled: Any = self._build().compile(dialect=dialect)
        wanted = tuple(compiled.positiontup)
        if not set(wanted) <= set(self._names):
            raise ValueError(f"the statement takes {wanted}, but {self._names} are named: {compiled}")
        if wanted == self._names:
            return compiled.string, None
        places = [self._names.index(name) for name in wanted]
        if len(places) == 1:  # itemgetter of one place returns a bare value
            return compiled.string, lambda values: (values[places[0]],)
        return compiled.string, itemgetter(*places)


Asked = tuple[Statement, Values]
"""A query and its values, asked together with others, or when a transaction begins."""


def select_where(
    table: Table,
    *where: str,
    columns: tuple[str, ...] = (),
    order: tuple[str, ...] = (),
    first: bool = False,
    lock: bool = False,
) -> Statement:
    """Return the query for rows whose columns `where` equal the values.

    Args:
        table: where to look.
        where: the columns that are compared.
        columns: what to return; everything if empty.
        order: by which columns the rows are ordered; `-n` means descending.
        first: return the first row only.
        lock: keep the rows for this transaction, where the database locks rows.
    """

    def build() -> ClauseElement:
        query = select(*(table.c[c] for c in columns)) if columns else select(table)
        query = query.where(*(table.c[c] == bindparam(c) for c in where))
        query = query.order_by(*(table.c[c[1:]].desc() if c.startswith("-") else table.c[c] for c in order))
        if first:
            query = query.limit(literal_column("1")).offset(literal_column("0"))
        return query.with_for_update() if lock else query

    return Statement(build, *where)


def select_page(table: Table, position: str, size: int, *columns: str, given: str = "") -> Statement:
    """Return the query for at most `size` rows of one log, from a position on: values `log`, `start`.

    With `given`, only rows that have something in that column are returned.
    """

    def build() -> ClauseElement:
        column = table.c[position]
        query = select(*(table.c[c] for c in columns)).order_by(column)
        query = query.where(table.c.log == bindparam("log"), column >= bindparam("start"))
        if given:
            query = query.where(table.c[given].is_not(None))
        # Without an offset of its own SQLAlchemy binds one for SQLite, as a parameter that nobody named.
        return query.limit(literal_column(str(size))).offset(literal_column("0"))

    return Statement(build, "log", "start")


def insert_into(table: Table, *names: str) -> Statement:
    """Return the statement that inserts one row; values in the order of `names`, or else of the table."""
    columns = names or tuple(column.name for column in table.columns)
    return Statement(lambda: insert(table).inline().values({c: bindparam(c) for c in columns}), *columns)


def update_where(table: Table, names: tuple[str, ...], where: tuple[str, ...]) -> Statement:
    """Return the statement that sets columns `names` where columns `where` equal the values after them."""
    return Statement(
        lambda: (
            update(table)
            .where(*(table.c[c] == bindparam(c) for c in where))
            .values({c: bindparam(c) for c in names})
        ),
        *names,
        *where,
    )


def delete_where(table: Table, *names: str) -> Statement:
    """Return the statement that deletes the rows whose columns `names` equal the values."""
    return Statement(lambda: delete(table).where(*(table.c[c] == bindparam(c) for c in names)), *names)
