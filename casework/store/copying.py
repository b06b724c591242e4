"""Copying every row from one database into another of the same schema: for backups of a server, and for moving to one.

What is copied is what was written, byte for byte; read tables too, so that the copy can be compared with its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Boolean, Table, Text, bindparam, column, insert, literal_column, select, table, tuple_

from casework.store.backend import EVERY, Row
from casework.store.connect import Reader, Store, Transaction
from casework.store.row_security import SHARED
from casework.store.schema import READ_TABLES, file_chunks, metadata
from casework.store.statement import Statement

_PAGE: Final = 1000
_PAGE_OF_CHUNKS: Final = 16
"""Chunks of files are up to a megabyte each."""

_LEADS: Final = ("organisation", "log", "stream", "key_id", "file")
"""The columns that say whose a row is: by themselves, or through the row that they refer to."""


def copy_into_file(reader: Reader, path: Path) -> None:
    """Copy all that a reader sees into a new SQLite database at `path`, its owner's only.

    Raises:
        StoreExists: something is there. StoreFull, StoreUnavailable: nothing is left behind.
    """
    try:
        with Store.create(path) as target, target.transaction(*EVERY) as transaction:
            copy_rows(reader, transaction, separate=False)
    except BaseException:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise


def copy_rows(source: Reader | Transaction, target: Transaction, *, separate: bool) -> int:
    """Copy every row of every table; return how many there were.

    Args:
        target: of an empty database, begun in every organisation.
        separate: whether each row there says whose it is, as on a server.

    Raises:
        ValueError: it cannot be told whose the rows of a table are; a defect of the schema.
    """
    owners: dict[str, dict[str, str]] = {name: {} for name in _LEADS[1:]}
    copied = 0
    # Read tables refer to nothing, so the order of references would begin with them; whose they are is known last.
    for each in sorted(metadata.sorted_tables, key=READ_TABLES.__contains__):
        names = tuple(each.columns.keys())
        said = separate and each.name not in SHARED and "organisation" not in names
        add = _insert(each, said)
        booleans = [place for place, name in enumerate(names) if isinstance(each.c[name].type, Boolean)]
        for page in _pages(source, each):
            page = [_typed(row, booleans) for row in page] if booleans else page
            for row in page if each.name not in SHARED else ():
                _learn(each, dict(zip(names, row, strict=True)), owners)
            rows = [(*row, _owner(each, names, row, owners)) for row in page] if said else page
            target._run_many(add, rows)
            copied += len(page)
    return copied


def _typed(row: Row, booleans: list[int]) -> Row:
    """A row with its booleans as such: SQLite's are numbers, which a server refuses."""
    return tuple(bool(value) if place in booleans else value for place, value in enumerate(row))


def _pages(source: Reader | Transaction, of: Table) -> Iterator[list[Row]]:
    """Yield the rows of a table in the order of its key, a page at a time."""
    size = _PAGE_OF_CHUNKS if of is file_chunks else _PAGE
    key = list(of.primary_key.columns)
    ordered = select(of).order_by(*key).limit(literal_column(str(size))).offset(literal_column("0"))
    after = tuple(f"after_{each.name}" for each in key)
    first = Statement(lambda: ordered)
    following = Statement(
        lambda: ordered.where(
            tuple_(*key)
            > tuple_(*(bindparam(name, type_=k.type) for name, k in zip(after, key, strict=True)))
        ),
        *after,
    )
    places = [list(of.columns).index(each) for each in key]
    page = source._rows(first)
    while page:
        yield page
        page = source._rows(following, *(page[-1][place] for place in places))


def _insert(into: Table, said: bool) -> Statement:
    """The statement that inserts a row; with whose it is behind the other values, if that is to be said."""
    columns: list[Any] = [column(each.name, each.type) for each in into.columns]
    columns += [column("organisation", Text())] if said else []
    names = tuple(each.name for each in columns)
    return Statement(
        lambda: insert(table(into.name, *columns)).inline().values({name: bindparam(name) for name in names}),
        *names,
    )


def _learn(of: Table, row: dict[str, Any], owners: dict[str, dict[str, str]]) -> None:
    """Keep whose the row is that others refer to."""
    key = [each.name for each in of.primary_key.columns]
    if len(key) == 1 and key[0] in owners and any(each.foreign_keys for each in of.columns):
        owners[key[0]].setdefault(row[key[0]], _whose(of, row, owners))


def _owner(of: Table, names: tuple[str, ...], row: Row, owners: dict[str, dict[str, str]]) -> str:
    return _whose(of, dict(zip(names, row, strict=True)), owners)


def _whose(of: Table, row: dict[str, Any], owners: dict[str, dict[str, str]]) -> str:
    """Return the organisation of a row."""
    if "organisation" in row:
        return str(row["organisation"])
    key = [each.name for each in of.primary_key.columns]
    for name in _LEADS[1:]:
        if name in row and key != [name]:
            return owners[name][row[name]]
        if name in row and row[name] in owners[name]:
            return owners[name][row[name]]
    raise ValueError(f"it cannot be told whose the rows of {of.name} are")
