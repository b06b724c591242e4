"""Appending to a log, and keeping the read tables in step: what is written here is never changed.

- Positions in a log and numbers in a stream have no gaps, and an append that does not continue both is
  refused: two writers can never link to the same predecessor.
- Events, the log's new head and the read tables are written together, by `append` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, update

from casework.ledger.event import StoredEvent
from casework.ledger.log_head import LogHead
from casework.store.backend import Backend, Connection, Row
from casework.store.changes import Change, Redo
from casework.store.errors import AlreadyRecorded, Overtaken
from casework.store.logs import COMMAND, HEAD_COLUMNS, NEWEST_N, LogReading
from casework.store.projection import ParsedEvent, effects, fold, parse
from casework.store.rows import Recorded
from casework.store.schema import READ_TABLES, events, logs, streams
from casework.store.statement import Asked, Statement, delete_where, insert_into, select_where, update_where

_HEAD_LOCKED: Final = select_where(logs, "log", columns=(*HEAD_COLUMNS, "organisation"), lock=True)
_ADD_LOG: Final = insert_into(logs)
_SET_LOG_KEY: Final = update_where(logs, ("public_key",), ("log",))
_ADD_STREAM: Final = insert_into(streams)
_ADD_EVENT: Final = insert_into(events)
_MOVE_HEAD: Final = Statement(
    lambda: (
        update(logs)
        .where(logs.c.log == bindparam("the_log"), logs.c.size == bindparam("size_before"))
        .values(
            size=bindparam("new_size"),
            frontier=bindparam("new_frontier"),
            last_recorded=bindparam("recorded"),
        )
    ),
    *("new_size", "new_frontier", "recorded", "the_log", "size_before"),
)
_AT_ONCE: Final = 100
"""How many changes are sent to a server before their answers are read."""

_FORGET_VIEWS: Final = tuple(delete_where(table) for table in READ_TABLES)
_FORGET_VIEWS_OF: Final = tuple(delete_where(table, "stream") for table in READ_TABLES)


def to_place(log: str, streams: Iterable[str], command: str) -> list[Asked]:
    """Return what an append to these streams has to know, to be asked when its transaction begins."""
    return [(_HEAD_LOCKED, (log,)), (COMMAND, (command,)), *((NEWEST_N, (stream,)) for stream in streams)]


class LogWriting(LogReading):
    """Appending, and what has to be there before."""

    def __init__(self, backend: Backend, connection: Connection) -> None:
        super().__init__(backend, connection)
        # What was read under the lock stays true until the end, so that `append` need not ask again.
        self._organisations: dict[str, str] = {}
        self._newest: dict[str, int] = {}
        self._unrecorded: set[str] = set()

    def head(self, log: str) -> LogHead | None:
        """Return where a log stands, or None; nobody else moves it before this transaction ends."""
        row = self._row(_HEAD_LOCKED, log)
        return self._head_of(log, row) if row is not None else None

    def _head_of(self, log: str, row: Row) -> LogHead:
        self._organisations[log] = row[-1]
        return LogHead(*row[:-1])

    def place_after(self, log: str, streams: Iterable[str], command: str) -> LogHead | None:
        """Ask at once for what an append has to know: return the head, as `head` does, and keep the rest for it.

        Args:
            streams: in which it will append; `newest_n` then answers without asking again.
            command: under which; whether it was recorded is not asked again either.
        """
        of = tuple(streams)
        asked = to_place(log, of, command)
        if any(each not in self._known for each in asked):
            self.answered(asked, self._run_together(*asked))
        head, found, *newest = [self._known.pop(each) for each in asked]
        if not found:
            self._unrecorded.add(command)
        self._newest |= {stream: rows[0][0] if rows else 0 for stream, rows in zip(of, newest, strict=True)}
        return self._head_of(log, head[0]) if head else None

    def newest_n(self, stream: str) -> int:
        """Return the number of a stream's newest event; 0 if it has none."""
        if stream in self._newest:
            return self._newest[stream]
        newest = self._newest[stream] = super().newest_n(stream)
        return newest

    def find_command(self, command: str) -> list[Recorded]:
        """Return where the events of a command are, in order; empty if it was not recorded.

        Asked before deciding, the answer makes a retry harmless.
        """
        found = super().find_command(command)
        if not found:
            self._unrecorded.add(command)
        return found

    def add_log(self, head: LogHead, *, organisation: str, name: str, public_key: bytes) -> None:
        """Enter a new log, empty as `head` says.

        Raises:
            Overtaken: the organisation has a log of this name, or the origin is in use.
        """
        row = (
            head.log,
            organisation,
            name,
            head.origin,
            public_key,
            head.size,
            head.frontier,
            head.last_recorded,
        )
        self._run(_ADD_LOG, row)

    def add_stream(self, stream: str, *, log: str, kind: str, ref: str | None = None) -> None:
        """Enter a new stream; events can only be appended to streams that are entered.

        Raises:
            Overtaken: there is such a stream already.
        """
        self._run(_ADD_STREAM, (stream, log, kind, ref))

    def set_log_key(self, log: str, public_key: bytes) -> None:
        """Say which key signs a log from now on; an event of that log, signed by the old key too, says it as well."""
        self._run(_SET_LOG_KEY, (public_key, log))

    def append(
        self,
        appended: Sequence[StoredEvent],
        head: LogHead,
        note: str,
        facts: Sequence[Mapping[str, Any]] | None = None,
    ) -> None:
        """Write events, the head that they lead to with its signed note, and the read tables.

        Args:
            appended: at least one event, in order, of one log and one command; they continue log and streams.
            head: the log's head after the last of them.
            note: the signed checkpoint of `head`.
            facts: the events' facts, from whoever has just made their bytes of them; else those are read again.

        Raises:
            Overtaken: the log or a stream has moved on since these events were made.
            AlreadyRecorded: an earlier transaction recorded this command in this log.
            ValueError: the events do not fit together; a defect of the caller.
        """
        before = head.size - len(appended)
        if not appended or any(
            event.log != head.log or event.pos != before + offset for offset, event in enumerate(appended)
        ):
            raise ValueError("the events are none, of another log, or not in the order of their positions")
        values = facts if facts is not None else [None] * len(appended)
        parsed = [parse(event, known) for event, known in zip(appended, values, strict=True)]
        command = parsed[0].command
        if not command or any(event.command != command for event in parsed):
            raise ValueError("the events of one append belong to one command")
        self._refuse_repeat(head.log, command)
        self._require_next(appended)
        organisation = self._organisation(head.log)
        self.failed = True  # until all of it is written: half of an append must not be committed
        self._known.clear()
        moved = (head.size, head.frontier, head.last_recorded, head.log, before)
        waiting: list[Change] = [Change(_MOVE_HEAD, moved)]
        for stored, event in zip(appended, parsed, strict=True):
            signed = note if stored is appended[-1] else None
            parts = (stored.envelope, signed, stored.facts_salt, stored.facts, stored.sealed)
            row = (head.log, stored.pos, stored.stream, stored.n, command, *parts)
            waiting.append(Change(_ADD_EVENT, row))
            waiting += self._changes(event, organisation, waiting)
        self._apply(waiting)
        self.failed = False

    def rebuild_views(self) -> int:
        """Empty the read tables and fill them from envelopes and facts; return how many events were read.

        Indexes are made again from their tables first, those of every table: what is looked up rests on them. It
        leaves the transaction in the organisation of the last log.

        Raises:
            StoreDamaged: an event cannot be read; the read tables then stay as they were.
        """
        self.failed = True  # until all of it is done
        if self._dialect.name == "sqlite":
            self._execute("REINDEX")
        for statement in _FORGET_VIEWS:
            self._run(statement)
        count = 0
        for log in self.logs():
            self.enter(log.organisation)
            for event in self.events(log.log):
                self._project(parse(event), log.organisation)
                count += 1
        self.failed = False
        return count

    def _refuse_repeat(self, log: str, command: str) -> None:
        """Refuse a command that an earlier transaction recorded; one action may append more than once in its own."""
        if command in self._unrecorded:
            return
        recorded = [found for found in self.find_command(command) if found.log == log]
        if recorded:
            raise AlreadyRecorded(
                "This was recorded already, so it was not recorded again.", command=command, recorded=recorded
            )

    def _require_next(self, appended: Sequence[StoredEvent]) -> None:
        """Refuse events that do not follow the newest of their streams."""
        newest: dict[str, int] = {}
        for event in appended:
            before = newest.get(event.stream, self._newest.get(event.stream))
            if before is None:
                before = self.newest_n(event.stream)
            if before >= event.n:
                raise _overtaken("stream", event.stream, newest=before)
            if event.n != before + 1:
                raise ValueError(f"event {event.n} of stream {event.stream} cannot follow event {before}")
            newest[event.stream] = event.n
        self._newest.update(newest)

    def _organisation(self, log: str) -> str:
        """Return the organisation of a log that is there."""
        if log not in self._organisations:
            self.head(log)
        return self._organisations[log]

    def _project(self, event: ParsedEvent, organisation: str) -> None:
        """Bring the read tables up to date with one event."""
        self._apply(self._changes(event, organisation, []))

    def _changes(self, event: ParsedEvent, organisation: str, waiting: list[Change]) -> list[Change]:
        """Return what an event changes. One that says how earlier ones are to be read needs all that waits done."""
        found: list[Change] = []
        for change in effects(event, organisation):
            if isinstance(change, Redo):
                self._apply(waiting)
                waiting.clear()
                found += self._redo(change, organisation)
            else:
                found.append(change)
        return found

    def _redo(self, redo: Redo, organisation: str) -> list[Change]:
        """Return what projects a stream anew: one of its events says that an earlier one is to be read otherwise."""
        forget = [Change(statement, (redo.stream,)) for statement in _FORGET_VIEWS_OF]
        history = self.events_of(redo.stream, until=redo.until)
        return [*forget, *fold([parse(event) for event in history], organisation)]

    def _apply(self, changes: Sequence[Change]) -> None:
        """Make changes in their order, waiting for a server only where the next one depends on the answer.

        Raises:
            Overtaken: the head of a log was moved by somebody else.
        """
        begun: list[Change] = []
        for number, change in enumerate(changes, start=1):
            begun.append(change)
            if change.otherwise is None and number < len(changes) and len(begun) < _AT_ONCE:
                continue
            for done, cursor in zip(begun, self._run_together(*(each[:2] for each in begun)), strict=True):
                if done.statement is _MOVE_HEAD and cursor.rowcount != 1:
                    raise _overtaken("log", str(done.values[3]))
            if change.otherwise is not None and cursor.rowcount == 0:
                self._run(change.otherwise, change.values)
            begun = []


def _overtaken(what: str, which: str, **details: object) -> Overtaken:
    return Overtaken(
        "Somebody else recorded something first.",
        remedy="Look again and decide anew.",
        **{what: which},
        **details,
    )
