"""Taking away for ever: words, facts, keys and files of what has to be forgotten. Envelopes stay, and go on proving.

Nothing here decides what is forgotten, or says so on record: that is for the services, in the same transaction. What
is deleted is overwritten (`secure_delete`); that nothing is left in the file or its log is seen to by `scrub`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, delete, null, select, update

from casework.store.append import LogWriting
from casework.store.schema import (
    READ_TABLES,
    events,
    file_chunks,
    files,
    keys,
    logs,
    people,
    streams,
    warnings,
    wraps,
)
from casework.store.statement import Statement, delete_where

_WORDS: Final = Statement(
    lambda: (
        update(events)
        .where(events.c.stream == bindparam("of"), events.c.n == bindparam("number"))
        .values(sealed=null())
    ),
    *("of", "number"),
)
_FACTS: Final = Statement(
    lambda: (
        update(events)
        .where(events.c.stream == bindparam("of"), events.c.n == bindparam("number"))
        .values(facts=null(), facts_salt=null())
    ),
    *("of", "number"),
)
_CHUNKS: Final = delete_where(file_chunks, "file")
_FILE: Final = delete_where(files, "file")
_WRAPS: Final = Statement(
    lambda: delete(wraps).where(
        wraps.c.key_id.in_(select(keys.c.key_id).where(keys.c.stream == bindparam("stream")))
    ),
    "stream",
)
_KEYS: Final = delete_where(keys, "stream")
_NAMELESS: Final = Statement(
    lambda: update(streams).where(streams.c.stream == bindparam("of")).values(ref=null()), "of"
)
_WARNING: Final = delete_where(warnings, "stream", "n")
_PERSON: Final = delete_where(people, "person")
_VIEWS_OF: Final = tuple(delete_where(table, "stream") for table in READ_TABLES)
_ORIGIN: Final = Statement(
    lambda: update(logs).where(logs.c.log == bindparam("of")).values(origin=bindparam("now")),
    *("now", "of"),
)


class Erasing(LogWriting):
    """Destroying parts of what was kept."""

    def erase_words(self, stream: str, numbers: Iterable[int]) -> None:
        """Destroy the sealed bodies of events, with the salts in them; facts and envelopes stay."""
        for number in numbers:
            self._run(_WORDS, (stream, number))

    def erase_facts(self, stream: str, numbers: Iterable[int]) -> None:
        """Destroy the facts of events with their salts, and what the read tables hold of those events."""
        for number in numbers:
            self._run(_FACTS, (stream, number))
            self._run(_WARNING, (stream, number))

    def erase_file(self, file: str) -> None:
        """Destroy a sealed file."""
        self._run(_CHUNKS, (file,))
        self._run(_FILE, (file,))

    def erase_keys(self, stream: str) -> None:
        """Destroy every key of a stream, for all who could read it."""
        self._run(_WRAPS, (stream,))
        self._run(_KEYS, (stream,))

    def forget_stream(self, stream: str) -> None:
        """Take a stream out of the read tables, and take from it whom it is about."""
        for statement in _VIEWS_OF:
            self._run(statement, (stream,))
        self._run(_NAMELESS, (stream,))

    def erase_person(self, person: str) -> None:
        """Take a person out of the directory."""
        self._run(_PERSON, (person,))

    def begin_generation(self, log: str, origin: str) -> None:
        """Let a log go on under another origin: what is appended from now on is signed under that one."""
        self._run(_ORIGIN, (origin, log))
