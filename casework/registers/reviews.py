"""What is current in a register on a day, and what in it has to be looked at again: reviews, patterns, entries begun.

Pure, on facts only. Days are local dates (Europe/London), hours are counted as they pass. Nothing here blocks anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from casework.base.time import local_date, parse_instant
from casework.procedure.periods import add_calendar_days, add_hours, add_months_inclusive
from casework.procedure.registers import Register, Review
from casework.procedure.requirements import Days
from casework.registers.entries import lacking
from casework.registers.lookup import day_in, moment_in, pattern
from casework.registers.model import Book, Entry

Number = Callable[[Days], int]
"""What a number in a policy stands for: itself, or the value of the setting that it names."""

Standing = Literal["current", "not_yet", "expired", "ended", "annulled"]
"""How an entry stands on a day. `expired`: its last day has passed; `ended`: it was withdrawn or replaced before."""

COMPLETE = "Complete the entry"
"""What an entry that was only begun asks for."""


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """What an entry asks for: since when it counts, when it is due (`at` where hours count, in UTC), and by whom.

    `id` tells apart what one entry asks for.
    """

    entry: Entry
    id: str
    title: str
    counted_from: date
    due: date
    act_by: str
    then: str
    cites: tuple[str, ...]
    at: datetime | None = None


def standing_on(register: Register, entry: Entry, day: date) -> Standing:
    """Return how an entry stands on a day; without a time for which it holds it is current from its own day on."""
    if not entry.stands:
        return "annulled"
    valid = register.valid
    first = day_in(entry, valid.from_ if valid else register.dated)
    if first is None or day < first:
        return "not_yet" if first is not None or valid is not None else "current"
    ended, last = day_in(entry, valid.ended if valid else None), day_in(entry, valid.until if valid else None)
    if ended is not None and day >= ended:
        return "ended"
    return "expired" if last is not None and day > last else "current"


def to_look_at(register: Register, book: Book, today: date, number: Number) -> tuple[ToLookAt, ...]:
    """Return everything in a register that has to be looked at, earliest due first.

    Args:
        today: reviews are shown from so many days before as the policy says.
        number: what a number of the policy stands for.
    """
    found = [*_begun(register, book), *_patterns(register, book, today, number)]
    for review in register.reviews:
        for entry in book.standing:
            item = _review(review, entry, number)
            if item is not None and item.due - timedelta(days=review.ahead) <= today:
                found.append(item)
    return tuple(sorted(found, key=lambda item: (item.due, item.entry.number, item.title)))


def _begun(register: Register, book: Book) -> Iterator[ToLookAt]:
    for entry in book.standing:
        missing = lacking(register, entry)
        if missing:
            day = local_date(parse_instant(entry.recorded))
            labels = "; ".join(register.fields[name].label.rstrip("?.") for name in missing)
            yield ToLookAt(
                entry,
                "complete",
                COMPLETE,
                day,
                day,
                "Whoever keeps the register",
                f"Add: {labels}.",
                register.cites,
            )


def _patterns(register: Register, book: Book, today: date, number: Number) -> Iterator[ToLookAt]:
    several = register.pattern
    if several is None or register.about is None:
        return
    people = dict.fromkeys(str(entry.values.get(register.about, "")) for entry in book.standing)
    for person in people:
        made = pattern(
            register, book, person, today, entries=number(several.entries), months=number(several.months)
        )
        newest = max(made, key=lambda entry: (day_in(entry, register.dated), entry.number), default=None)
        if newest is None or newest.has(several.done):
            continue
        day = day_in(newest, register.dated) or today
        title = f"Look at {len(made)} entries together: they may show a pattern"
        yield ToLookAt(newest, "pattern", title, day, day, several.act_by, several.says, several.cites)


def _review(review: Review, entry: Entry, number: Number) -> ToLookAt | None:
    if any(entry.has(name) for name in review.done):
        return None
    if review.when is not None and not review.when.is_answered_by(entry.values.get(review.when.field or "")):
        return None
    start = day_in(entry, review.on)
    if start is None:
        return None
    due, at = start, None
    known_at = moment_in(entry, review.on)
    if review.hours is not None and known_at is not None:
        at = add_hours(known_at, number(review.hours))
        due = local_date(at)
    elif review.days is not None:
        due = add_calendar_days(start, number(review.days)).result
    elif review.months is not None:
        due = add_months_inclusive(start, number(review.months)).result
    return ToLookAt(
        entry, review.done[0], review.title, start, due, review.act_by, review.then, review.cites, at
    )
