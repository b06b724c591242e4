"""Sealed rows that stand beside the log: a school's own details and the people of its directory.

Nobody can see without a key what such a row says. So that a change of it is seen all the same, each event that enters
one, replaces it or takes it away says so in `rows`, by its SHA-256: rows that stand are those that were entered and not
removed since. The digest covers the table, the row's id and what is sealed, which is different each time it is sealed.
Nothing follows from it about the person, and nothing at all once the row is destroyed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import CaseworkError

if TYPE_CHECKING:
    from casework.store.reader import Reader
    from casework.store.rows import Organisation, Person

ROWS: Final = "rows"
"""The part of facts that says which rows were entered and which were removed."""


def row_digest(table: str, row: str, *parts: bytes) -> str:
    """Return by what facts name a row: its table, its id, and what it holds."""
    return sha256_hex(
        canonical_bytes({"parts": [sha256_hex(part) for part in parts], "row": row, "table": table})
    )


def of_organisation(row: Organisation) -> str:
    """Return the digest of a school's own row: its readable settings and its sealed details."""
    return row_digest("organisations", row.organisation, row.settings, row.sealed)


def of_person(row: Person) -> str:
    """Return the digest of a person's entry in the directory."""
    return row_digest("people", row.person, row.sealed)


def changed(entered: Iterable[str] = (), removed: Iterable[str] = ()) -> dict[str, Any]:
    """Return what facts say of rows that were entered and removed, for an event of the school's own stream."""
    said = {"entered": sorted(entered), "removed": sorted(removed)}
    return {ROWS: {name: rows for name, rows in said.items() if rows}}


def replaced(own: Organisation, before: Organisation | None) -> dict[str, Any]:
    """Return what facts say of a school's own row that takes the place of the one before it."""
    return changed([of_organisation(own)], [of_organisation(before)] if before is not None else [])


class Standing:
    """Which rows stand, gathered while the facts of a school's own stream pass."""

    def __init__(self) -> None:
        self._rows: set[str] | None = None

    def take(self, facts: Mapping[str, Any]) -> None:
        """Take the facts of the next event."""
        said = facts.get(ROWS)
        if isinstance(said, dict):
            rows = self._rows if self._rows is not None else set()
            self._rows = rows.difference(_strings(said, "removed")).union(_strings(said, "entered"))

    def compare(self, reader: Reader, organisation: str) -> tuple[int, int]:
        """Return how many rows there are that the record does not know of, and how many it knows that are gone.

        A record that never speaks of rows says nothing about them.
        """
        if self._rows is None:
            return 0, 0
        there = set(_there(reader, organisation))
        return len(there - self._rows), len(self._rows - there)


def _strings(said: Mapping[str, Any], name: str) -> set[str]:
    rows = said.get(name)
    return {row for row in rows if isinstance(row, str)} if isinstance(rows, list) else set()


def _there(reader: Reader, organisation: str) -> Iterator[str]:
    own = reader.organisation(organisation)
    made = [partial(of_organisation, own)] if own is not None else []
    for digest in (*made, *(partial(of_person, person) for person in reader.people(organisation))):
        try:
            yield digest()
        except (CaseworkError, TypeError):  # text where bytes belong, or an id that is none
            yield ""
