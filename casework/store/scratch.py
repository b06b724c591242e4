"""Read tables made again in memory, one stream at a time, to be compared with the ones that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.schema import CreateTable

from casework.store.backend import Row
from casework.store.projection import ParsedEvent, fold
from casework.store.schema import READ_TABLES
from casework.store.sqlite import Memory
from casework.store.statement import delete_where
from casework.store.views import ViewReading

_FORGET: Final = tuple(delete_where(table, "stream") for table in READ_TABLES)


class Scratch(ViewReading):
    """Read tables of its own, in memory, that hold one stream at a time."""

    def __init__(self) -> None:
        backend: Any = Memory()
        connection = backend.connect()
        for table in READ_TABLES:
            connection.execute(str(CreateTable(table).compile(dialect=backend.dialect)))
        super().__init__(backend, connection)
        self._close = connection.close

    def made_of(self, history: Sequence[ParsedEvent], organisation: str) -> dict[str, list[Row]]:
        """Return what the read tables have to hold of a stream: the rows by table.

        Args:
            history: all events of one stream, in order; at least one.
            organisation: id of the school whose log it is in.

        Raises:
            StoreDamaged: the facts of an event lack what their kind must have.
        """
        stream = history[0].stream
        try:
            for change in fold(history, organisation):
                touched = self._run(change.statement, change.values)
                if change.otherwise is not None and touched.rowcount == 0:
                    self._run(change.otherwise, change.values)
            return self.lists_of(stream)
        finally:
            for statement in _FORGET:
                self._run(statement, (stream,))

    def close(self) -> None:
        """Give the memory up."""
        self._close()
