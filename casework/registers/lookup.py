"""What registers say when somebody asks: who had consent on a day, what is known about a person, which clocks run.

Pure, on facts only. Days are local dates (Europe/London). Hours are counted as they pass, through weekends, holidays
and both changes of the clocks (UKGDPR-33).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from casework.base.time import LONDON
from casework.procedure.periods import add_hours, add_months_inclusive
from casework.procedure.registers import HourClock, Register
from casework.registers.model import Book, Entry

Status = Literal["none", "some", "pattern"]
"""What a register says: nothing, something, or so much that it may be a pattern."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What triage asks: about whom (person id), in which case (stream), on which day, which account (entry)."""

    person: str
    case: str
    day: date
    account: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a register says to what was asked, with the entries that show it, in the order of their numbers."""

    status: Status
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """The clock of hours of one entry: when it started, is due, and was stopped, if it was. All in UTC."""

    entry: Entry
    started: datetime
    due: datetime
    stopped: datetime | None

    def late(self, now: datetime) -> bool:
        """True when it was stopped after it was due, or still runs and `now` is after that."""
        return (self.stopped or now) > self.due


def holds_on(register: Register, entry: Entry, day: date) -> bool:
    """Whether an entry holds on a day: from its first day to its last, both included, and not once it was ended."""
    if register.valid is None or not entry.stands:
        return False
    first = day_in(entry, register.valid.from_)
    last = day_in(entry, register.valid.until)
    ended = day_in(entry, register.valid.ended)
    return (
        first is not None
        and first <= day
        and (last is None or day <= last)
        and (ended is None or day < ended)
    )


def about(register: Register, book: Book, person: str, day: date) -> tuple[Entry, ...]:
    """Return the entries about a person that are dated on or before a day."""
    return tuple(
        entry
        for entry in book.standing
        if entry.values.get(register.about or "") == person
        and (dated := day_in(entry, register.dated)) is not None
        and dated <= day
    )


def pattern(
    register: Register, book: Book, person: str, day: date, *, entries: int, months: int
) -> tuple[Entry, ...]:
    """Return the entries about a person that make a pattern on a day, because there are enough; empty if not."""
    recent = tuple(
        entry
        for entry in about(register, book, person, day)
        if day <= add_months_inclusive(day_in(entry, register.dated) or day, months).result
    )
    return recent if len(recent) >= entries else ()


def look(register: Register, book: Book, asked: Asked, *, entries: int = 0, months: int = 0) -> Found:
    """Return what a register says to triage; `entries` and `months` make a pattern where the register has one."""
    asks = register.triage.asks if register.triage else "case"
    if asks == "case":
        found = tuple(entry for entry in book.standing if entry.case == asked.case)
    elif asks == "day":
        found = tuple(entry for entry in book.standing if holds_on(register, entry, asked.day))
    elif asks == "held":
        found = tuple(
            entry
            for entry in book.standing
            if entry.values.get(register.about or "") == asked.person
            and holds_on(register, entry, asked.day)
            and _of_account(register, entry, asked.account)
        )
    else:
        found = about(register, book, asked.person, asked.day)
        if register.pattern is not None:
            several = pattern(register, book, asked.person, asked.day, entries=entries, months=months)
            if several:
                return Found("pattern", several)
    return Found("some" if found else "none", found)


def running(clock: HourClock, book: Book) -> tuple[Running, ...]:
    """Return the clock of every entry that stands, earliest due first; the caller asks which still run."""
    found = []
    for entry in book.standing:
        started = moment_in(entry, clock.starts)
        if started is None:
            continue
        stopped = moment_in(entry, clock.at) if entry.has(clock.stops) else None
        found.append(Running(entry, started, add_hours(started, clock.hours), stopped))
    return tuple(sorted(found, key=lambda item: (item.due, item.entry.number)))


def standing_ids(books: Iterable[tuple[str, Book]]) -> dict[str, frozenset[str]]:
    """Return the ids of the entries that stand, by register."""
    return {name: frozenset(entry.id for entry in book.standing) for name, book in books}


def _of_account(register: Register, entry: Entry, account: str) -> bool:
    return not account or "account" not in register.fields or entry.values.get("account") == account


def day_in(entry: Entry, name: str | None) -> date | None:
    """Return the day in a date or datetime field of an entry; None where it was not given."""
    value = entry.values.get(name or "")
    return date.fromisoformat(value[:10]) if isinstance(value, str) else None


def moment_in(entry: Entry, name: str) -> datetime | None:
    """Return the moment in a datetime field of an entry, in UTC; None where it was not given."""
    value = entry.values.get(name)
    if not isinstance(value, str):
        return None
    # Counted in UTC: between two local times a change of the clocks may lie.
    return datetime.fromisoformat(value).replace(tzinfo=LONDON).astimezone(UTC)
