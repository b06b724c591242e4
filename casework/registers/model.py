"""A register as folded from its facts: numbered entries, as later additions and corrections have them.

Facts only: dates, numbers, choices, the ids of people and of other entries. Words stay in the sealed bodies; an entry
knows which event holds the words of which field. `n` is the register's own event number, from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from casework.base.errors import BadInput, Unavailable
from casework.ledger.event import Envelope, StoredEvent

Facts = Mapping[str, Any]

ADDED = "register_entry_added"
UPDATED = "register_entry_updated"


class RegisterUnreadable(Unavailable):
    """The register's history has a gap or its facts were erased, so that it cannot be folded."""

    code = "register-unreadable"


class UnknownEntry(BadInput):
    """The register has no such entry."""

    code = "unknown-entry"


class RegisterEvent(NamedTuple):
    """One event of a register as read from the ledger: its number, its UTC instant, its facts."""

    n: int
    recorded: str
    facts: Facts


def recorded_of(event: StoredEvent) -> RegisterEvent:
    """Return a stored event as registers fold it.

    Raises: RegisterUnreadable when its facts were erased.
    """
    if event.facts is None:
        raise RegisterUnreadable(
            f"The facts of event {event.n} of a register were erased, so it cannot be read."
        )
    return RegisterEvent(event.n, Envelope.from_bytes(event.envelope).recorded, json.loads(event.facts))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `values` are its typed fields, `words` the events that hold the words of the others.

    `events` are the numbers of the events that made it what it is, `corrected` those that corrected it; `case` is the
    stream of the case that it belongs to, if any; `begun` says that it was made with what was known, the rest to be
    added; `recorded` is when it was entered, in UTC.
    """

    id: str
    number: int
    recorded: str
    account: str
    case: str = ""
    begun: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, int] = field(default_factory=dict)
    events: tuple[int, ...] = ()
    corrected: tuple[int, ...] = ()
    annulled: int | None = None

    @property
    def stands(self) -> bool:
        """True unless it was annulled."""
        return self.annulled is None

    def has(self, name: str) -> bool:
        """True when the field was given."""
        return name in self.values or name in self.words


@dataclass(frozen=True, slots=True)
class Book:
    """A register's entries in the order of their numbers, after `n` events; annulled ones keep their numbers."""

    entries: tuple[Entry, ...] = ()
    n: int = 0

    @property
    def standing(self) -> tuple[Entry, ...]:
        """The entries that were not annulled."""
        return tuple(entry for entry in self.entries if entry.stands)

    def entry(self, number: int) -> Entry:
        """Return the entry of a number.

        Raises: UnknownEntry.
        """
        if not 1 <= number <= len(self.entries):
            has = f"it has {len(self.entries)}" if self.entries else "it has none"
            raise UnknownEntry(
                f"There is no entry {number} in this register; {has}.",
                remedy="`casework register list` with the register shows its entries.",
            )
        return self.entries[number - 1]

    def by_id(self, entry: str) -> Entry | None:
        """Return the entry of an id, or None."""
        return next((item for item in self.entries if item.id == entry), None)


def fold(history: Iterable[RegisterEvent]) -> Book:
    """Fold a register's events (numbered from 1, without gaps).

    A correction puts its values in the place of the old, an annulled event counts as not there; both stay on record.
    Kinds that this release does not know are left alone.

    Raises: RegisterUnreadable when a number is missing.
    """
    events = list(history)
    undone = {item.facts["event"]: item.n for item in events if item.facts["kind"] == "annulled"}
    made: dict[str, Entry] = {}
    of_event: dict[int, str] = {}
    for expected, event in enumerate(events, start=1):
        facts = event.facts
        if event.n != expected:
            raise RegisterUnreadable(f"Event {expected} of this register is missing, so it cannot be read.")
        if facts["kind"] == ADDED:
            by = facts["recorded_by"]["account"]
            made[facts["entry"]] = Entry(
                facts["entry"],
                len(made) + 1,
                event.recorded,
                by,
                facts.get("case", ""),
                facts.get("begun", False),
            )
        entry = of_event.get(facts["event"]) if facts["kind"] == "corrected" else facts.get("entry")
        if facts["kind"] not in (ADDED, UPDATED, "corrected") or entry not in made:
            continue
        of_event[event.n] = entry
        made[entry] = _taken(made[entry], event, undone.get(event.n))
    return Book(tuple(made.values()), len(events))


def _taken(entry: Entry, event: RegisterEvent, annulled: int | None) -> Entry:
    """The entry with what one of its events says."""
    facts, corrects = event.facts, event.facts["kind"] == "corrected"
    if annulled is not None:
        return replace(entry, annulled=annulled) if facts["kind"] == ADDED else entry
    values = facts["replaces"].get("values", {}) if corrects else facts["values"]
    return replace(
        entry,
        values={**entry.values, **values},
        words={**entry.words, **dict.fromkeys(facts.get("given", ()), event.n)},
        events=(*entry.events, event.n),
        corrected=(*entry.corrected, event.n) if corrects else entry.corrected,
    )
