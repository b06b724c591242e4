"""Logs, their signed heads, streams and events: reading what `append` wrote.

Histories of any length are read in pages of `PAGE` events, so memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Text, bindparam, func, literal_column, select

from casework.ledger.event import StoredEvent
from casework.ledger.log_head import LogHead
from casework.store.among import Among, as_ids
from casework.store.backend import Row
from casework.store.rows import Log, Recorded, Stream
from casework.store.schema import events, logs, streams
from casework.store.session import Session
from casework.store.statement import Statement, select_page, select_where

PAGE: Final = 512
"""How many events are read at a time."""

HEAD_COLUMNS: Final = ("log", "origin", "size", "frontier", "last_recorded")
"""The columns of a log that are its head."""

NO_END: Final = 2**53
"""Above every number of an event."""

_EVENT_COLUMNS: Final = ("log", "pos", "stream", "n", "envelope", "facts_salt", "facts", "sealed")
_LOG_COLUMNS: Final = ("log", "organisation", "name", "origin", "public_key")

_HEAD: Final = select_where(logs, "log", columns=HEAD_COLUMNS)
_LOGS: Final = select_where(logs, columns=_LOG_COLUMNS, order=("organisation", "name"))
_LOG_NAMED: Final = select_where(logs, "organisation", "name", columns=_LOG_COLUMNS)
_STREAM: Final = select_where(streams, "stream")
_STREAMS_OF: Final = select_where(streams, "log", "kind", order=("stream",))
_STREAMS_AMONG: Final = Statement(
    lambda: (
        select(logs.c.organisation, streams)
        .join(streams, streams.c.log == logs.c.log)
        .where(
            Among(logs.c.organisation, bindparam("organisations", type_=Text())),
            logs.c.name == literal_column("'cases'"),
            streams.c.kind == bindparam("kind"),
        )
        .order_by(logs.c.organisation, streams.c.stream)
    ),
    *("organisations", "kind"),
)
_STREAMS_ABOUT: Final = select_where(streams, "ref", order=("stream",))
NEWEST_N: Final = select_where(events, "stream", columns=("n",), order=("-n",), first=True)
_EVENT_AT: Final = select_where(events, "log", "pos", columns=_EVENT_COLUMNS)
_EVENTS_OF: Final = Statement(
    lambda: (
        select(*(events.c[name] for name in _EVENT_COLUMNS))
        .where(
            events.c.stream == bindparam("stream"),
            events.c.n > bindparam("after"),
            events.c.n <= bindparam("until"),
        )
        .order_by(events.c.n)
    ),
    *("stream", "after", "until"),
)
_EVENTS: Final = select_page(events, "pos", PAGE, *_EVENT_COLUMNS)
_ENVELOPES: Final = select_page(events, "pos", PAGE, "pos", "envelope")
_SIGNED: Final = select_page(events, "pos", PAGE, *_EVENT_COLUMNS, "command", "head")
_HEADS: Final = select_page(events, "pos", PAGE, "pos", "head", given="head")
_HEADS_BETWEEN: Final = Statement(
    lambda: (
        select(events.c.head)
        .where(
            events.c.log == bindparam("log"),
            events.c.pos >= bindparam("start"),
            events.c.pos < bindparam("stop"),
            events.c.head.is_not(None),
        )
        .order_by(events.c.pos)
    ),
    *("log", "start", "stop"),
)
_NEWEST_HEAD: Final = Statement(
    lambda: (
        select(events.c.head)
        .where(events.c.log == bindparam("log"), events.c.head.is_not(None))
        .order_by(events.c.pos.desc())
        .limit(literal_column("1"))
        .offset(literal_column("0"))
    ),
    "log",
)
COMMAND: Final = select_where(events, "command", columns=("log", "pos", "stream", "n"))
# Neither by an index nor from one: the first condition keeps the one of places out, the last column makes it useless.
_IN_TABLE: Final = Statement(
    lambda: select(func.count(), func.sum(events.c.pos), func.min(events.c.command)).where(
        func.coalesce(events.c.log, "") == bindparam("log")
    ),
    *("log", "coalesce_1"),
)


class LogReading(Session):
    """Queries on logs, heads, streams and events."""

    def in_table(self, log: str) -> tuple[int, int]:
        """Return how many events of a log the table itself holds, and the sum of their positions; asks no index."""
        row = self._row(_IN_TABLE, log, "")
        return (row[0], row[1] or 0) if row else (0, 0)

    def head(self, log: str) -> LogHead | None:
        """Return where a log stands, or None if there is no such log."""
        row = self._row(_HEAD, log)
        return LogHead(*row) if row else None

    def logs(self) -> list[Log]:
        """Return every log, ordered by organisation and name."""
        return [Log(*row) for row in self._rows(_LOGS)]

    def log_of(self, organisation: str, name: str) -> Log | None:
        """Return an organisation's log called `name` (`cases` or `access`), or None."""
        row = self._row(_LOG_NAMED, organisation, name)
        return Log(*row) if row else None

    def stream(self, stream: str) -> Stream | None:
        """Return a stream's entry, or None if there is no such stream."""
        row = self._row(_STREAM, stream)
        return Stream(*row) if row else None

    def streams(self, log: str, kind: str) -> list[Stream]:
        """Return the streams of one kind in a log."""
        return [Stream(*row) for row in self._rows(_STREAMS_OF, log, kind)]

    def streams_among(self, organisations: Sequence[str], kind: str) -> list[tuple[str, Stream]]:
        """Return the streams of one kind in the logs called `cases` of these organisations, each with whose it is."""
        rows = self._rows(_STREAMS_AMONG, as_ids(organisations), kind)
        return [(row[0], Stream(*row[1:])) for row in rows]

    def streams_about(self, ref: str) -> list[Stream]:
        """Return the streams whose `ref` this is: a person's file, found by the person's id."""
        return [Stream(*row) for row in self._rows(_STREAMS_ABOUT, ref)]

    def newest_n(self, stream: str) -> int:
        """Return the number of a stream's newest event; 0 if it has none."""
        row = self._row(NEWEST_N, stream)
        return row[0] if row else 0

    def events_of(self, stream: str, after: int = 0, until: int = NO_END) -> list[StoredEvent]:
        """Return the events of a stream with a number above `after` and not above `until`, in order."""
        return [StoredEvent(*row) for row in self._rows(_EVENTS_OF, stream, after, until)]

    def event_at(self, log: str, pos: int) -> StoredEvent | None:
        """Return the event at a position of a log, or None."""
        row = self._row(_EVENT_AT, log, pos)
        return StoredEvent(*row) if row else None

    def envelopes(self, log: str, start: int = 0) -> Iterator[bytes]:
        """Yield the envelopes of a log in order, from position `start` on, in flat memory.

        What is missing is not made up for: whether all are there is for the ledger's verification to say.
        """
        return (row[1] for row in self._pages(_ENVELOPES, log, start, 0))

    def events(self, log: str, start: int = 0) -> Iterator[StoredEvent]:
        """Yield the events of a log in order, from position `start` on, in flat memory."""
        return (StoredEvent(*row) for row in self._pages(_EVENTS, log, start, 1))

    def signed_events(self, log: str, start: int = 0) -> Iterator[tuple[StoredEvent, str, str | None]]:
        """Yield the events of a log in order, in flat memory, each with what stands beside it.

        That is the command under which it is found again, and its signed head, if it has one.
        """
        return ((StoredEvent(*row[:-2]), row[-2], row[-1]) for row in self._pages(_SIGNED, log, start, 1))

    def heads(self, log: str, start: int = 0) -> Iterator[str]:
        """Yield the signed heads of a log as notes, smallest first, from that of the event at `start` on."""
        return (row[1] for row in self._pages(_HEADS, log, start, 0))

    def heads_between(self, log: str, start: int, stop: int) -> list[str]:
        """Return the signed heads beside the events from position `start` up to, and without, `stop`."""
        return [row[0] for row in self._rows(_HEADS_BETWEEN, log, start, stop)]

    def newest_note(self, log: str) -> str | None:
        """Return the newest signed head of a log: the checkpoint that letters and exports carry."""
        row = self._row(_NEWEST_HEAD, log)
        return row[0] if row else None

    def find_command(self, command: str) -> list[Recorded]:
        """Return where the events of a command are, in order; empty if it was not recorded.

        Asked inside a transaction, before deciding, the answer makes a retry harmless.
        """
        # Hardly ever any: putting the few in order here costs less than having every query prepared to do it.
        return sorted(Recorded(*row) for row in self._rows(COMMAND, command))

    def _pages(self, page: Statement, log: str, start: int, position: int) -> Iterator[Row]:
        """Yield the rows of every page; `position` is the column by which they are ordered."""
        while rows := self._rows(page, log, start):
            yield from rows
            last = rows[-1][position]
            if not isinstance(last, int):
                # Somebody wrote something else there with other means. SQLite orders that behind all numbers,
                # so nothing that is ours is left; what to say about it is for verification, which has it now.
                return
            start = last + 1
