"""Every query on one snapshot, and the port through which verification reads: nothing here can write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from casework.store.accounts import AccountReading
from casework.store.backend import EVERY, Row
from casework.store.choosing import ChoosingReading
from casework.store.directory import DirectoryReading
from casework.store.documents import DocumentReading
from casework.store.drafts import DraftReading
from casework.store.errors import StoreDamaged
from casework.store.files import FileReading
from casework.store.keys import KeyReading
from casework.store.links import LinkReader
from casework.store.logs import LogReading
from casework.store.places import find
from casework.store.revision import require_current
from casework.store.schema import metadata
from casework.store.statement import Statement
from casework.store.views import ViewReading


class Reader(
    LogReading,
    KeyReading,
    DocumentReading,
    DirectoryReading,
    AccountReading,
    DraftReading,
    LinkReader,
    FileReading,
    ViewReading,
    ChoosingReading,
):
    """Every query, on one consistent snapshot."""

    def _rows(self, statement: Statement, *values: Any) -> list[Row]:
        found = self._known.get((statement, values)) if self._known else None
        return list(found) if found is not None else super()._rows(statement, *values)

    def _row(self, statement: Statement, *values: Any) -> Row | None:
        found = self._known.get((statement, values)) if self._known else None
        if found is not None:
            return found[0] if found else None
        return super()._row(statement, *values)

    def unsound_tables(self) -> list[str]:
        """Return the tables whose rows and indexes do not agree, so that a look-up answers otherwise than the table."""
        return []


_MANY: Final = frozenset(("events", "file_chunks"))
"""Tables of most of the bytes, which verification reads row by row and by each index anyhow."""


class _Patient(Reader):
    """Asks again where text turns out to be none: until then it is read the fast way, and hardly ever is there any."""

    def __init__(self, backend: Any, connection: Any) -> None:
        super().__init__(backend, connection)
        self._unsound: Callable[[str], bool] = partial(backend.unsound, connection)
        self._ask_again: Callable[[], bool] = partial(backend.read_what_is_no_text, connection)

    def unsound_tables(self) -> list[str]:
        return [
            table.name
            for table in metadata.sorted_tables
            if table.name not in _MANY and self._unsound(table.name)
        ]

    def _rows(self, statement: Statement, *values: Any) -> list[Row]:
        try:
            return super()._rows(statement, *values)
        except StoreDamaged:
            if not self._ask_again():
                raise
            return super()._rows(statement, *values)

    def _row(self, statement: Statement, *values: Any) -> Row | None:
        try:
            return super()._row(statement, *values)
        except StoreDamaged:
            if not self._ask_again():
                raise
            return super()._row(statement, *values)


@contextmanager
def read_only(path: str | os.PathLike[str]) -> Iterator[Reader]:
    """Begin reading one snapshot of all of a database, on a connection that refuses every statement that writes.

    Text that is none comes back with what cannot be read marked, instead of ending the whole reading: whoever
    damaged one field must not keep the others from being checked.

    Raises:
        NoStore, StoreForeign, StoreDamaged, StoreNewer, StoreOlder, StoreUnavailable: why it cannot be read.
        StoreBusy: the file was changed under a reader that could not lock it.
    """
    backend = find(Path(path))
    connection: Any = backend.connect()
    try:
        require_current(backend, connection)
        backend.refuse_to_write(connection)
        backend.begin_read(connection, EVERY)
        reader = _Patient(backend, connection)
        yield reader
        reader.end()
        backend.end_read(connection)
    finally:
        connection.close()
