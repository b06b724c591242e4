"""A school's days from an iCalendar file (RFC 5545), as school websites offer it.

Such files hold all that happens in a school. An entry is taken when its title speaks of closing, of a holiday or
half-term, or of INSET; the day is then called by our own words. Titles are not kept: they are whatever anybody
typed, and a calendar is stored where no key is needed to read it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.base.time import LONDON, describe_date
from casework.procedure.bank_holidays import closed_from
from casework.procedure.calendar import NamedDay
from casework.procedure.errors import PolicyError
from casework.procedure.school_days import CLOSED, INSET, SchoolDays, SchoolDaysInvalid, read_bytes

if TYPE_CHECKING:
    from icalendar import Component

_MOST: Final = 2000
_LONGEST: Final = 80
_DAY: Final = timedelta(days=1)
_INSET: Final = re.compile(r"\b(inset|training day|staff (development|training))\b", re.IGNORECASE)
_NO_CLOSURE: Final = re.compile(
    r"\b(ends?|starts?|begins?|returns?|re-?opens?|club|party|homework|request)\b", re.IGNORECASE
)
_CLOSURES: Final = (
    (re.compile(r"\bhalf[ -]?term\b", re.IGNORECASE), "the half-term holiday"),
    (re.compile(r"\bchristmas (holiday|break|closure)", re.IGNORECASE), "the Christmas holiday"),
    (re.compile(r"\b(easter|spring) (holiday|break|closure)", re.IGNORECASE), "the Easter holiday"),
    (re.compile(r"\bsummer (holiday|break|closure)", re.IGNORECASE), "the summer holiday"),
    (re.compile(r"\b(bank|public) holiday", re.IGNORECASE), "a bank holiday"),
    (re.compile(r"\b(school|term) holidays?\b|\bholidays?$", re.IGNORECASE), "a school holiday"),
    (re.compile(r"\b(school )?(closed|closure)\b", re.IGNORECASE), CLOSED),
)
_REPEATS: Final = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")


def read_ics(path: Path) -> SchoolDays:
    """Read an iCalendar file.

    Raises:
        SchoolDaysInvalid: it is none, or an entry that would be taken has no date, ends before it starts, or repeats.
    """
    data = read_bytes(path)
    errors: list[PolicyError] = []
    closures: dict[date, NamedDay] = {}
    inset: dict[date, NamedDay] = {}
    not_taken: list[str] = []
    for event in _events(path.name, data):
        title = _title(event)
        name = _kind(title)
        if not name:
            not_taken.append(title)
            continue
        reason, days = _days(event, name)
        if reason:
            errors.append(
                PolicyError(path.name, 0, f"“{title}”", reason, "Correct it, or take it out of the file.")
            )
        (inset if name == INSET else closures).update({day.date: day for day in days})
    if errors:
        raise SchoolDaysInvalid(path.name, errors)
    found = sorted({*closures, *inset})
    if not found:
        says = "No entry of it speaks of closing, of a holiday or of INSET."
        raise SchoolDaysInvalid(
            path.name, [PolicyError(path.name, 0, "", says, "Give the terms in a YAML file instead.")]
        )
    return SchoolDays(
        closures=tuple(day for on, day in closures.items() if on not in inset),
        inset_days=tuple(inset.values()),
        first=found[0],
        last=found[-1],
        not_taken=tuple(not_taken),
    )


def _events(file: str, data: bytes) -> list[Component]:
    from icalendar import Calendar  # slow to import, and needed by this command only

    try:
        calendar = Calendar.from_ical(data)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        says = "This is not an iCalendar file, or it is broken."
        remedy = "Download it anew from where it comes, or give the terms in a YAML file."
        raise SchoolDaysInvalid(file, [PolicyError(file, 0, "", says, remedy)]) from None
    events = calendar.walk("VEVENT") if calendar.name == "VCALENDAR" else []
    if not events or len(events) > _MOST:
        says = f"It holds more than {_MOST} entries." if events else "It holds no entries."
        raise SchoolDaysInvalid(file, [PolicyError(file, 0, "", says, "Export the term dates only.")])
    return list(events)


def _title(event: Component) -> str:
    """Return an entry's title for the screen: one line, cut short, nothing that a terminal obeys."""
    raw = event.get("SUMMARY", "")
    text = " ".join(str(raw[0] if isinstance(raw, list) and raw else raw).split())
    text = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return (text[: _LONGEST - 1] + "…" if len(text) > _LONGEST else text) or "(without a title)"


def _kind(title: str) -> str:
    """Return what the day of an entry is called, by its title; empty if it is no closure."""
    if _INSET.search(title):
        return INSET
    if _NO_CLOSURE.search(title):
        return ""
    return next((name for pattern, name in _CLOSURES if pattern.search(title)), "")


def _days(event: Component, name: str) -> tuple[str, tuple[NamedDay, ...]]:
    """Return what is wrong with an entry, or the weekdays that it covers."""
    if any(part in event for part in _REPEATS):
        return "It repeats; casework takes entries with a date of their own.", ()
    start, end = _moment(event.get("DTSTART")), _moment(event.get("DTEND"))
    if start is None:
        return "It has no date that can be read.", ()
    if end is None and "DTEND" in event:
        return "Its end cannot be read.", ()
    first = _local(start)
    last = _last(event, start, end)
    if last < first:
        return f"It ends before it starts on {describe_date(first)}.", ()
    if (last - first).days > 100:
        return "It is longer than 100 days.", ()
    return "", closed_from(first, last, name)


def _last(event: Component, start: date, end: date | None) -> date:
    """The last day of an entry: its end is not a part of it (RFC 5545, 3.6.1)."""
    if end is None:
        duration = getattr(event.get("DURATION"), "dt", None)
        end = start + duration if isinstance(duration, timedelta) and duration > _DAY else start
        return _local(start) if end == start else _local(end) - _DAY
    if isinstance(end, datetime):
        return _local(end - timedelta(microseconds=1)) if end != start else _local(end)
    return end - _DAY if end != start else end


def _moment(part: Any) -> date | None:
    """Return the date or moment of a property; None if it has none that can be read."""
    try:
        found = getattr(part, "dt", None)
    except ValueError:  # a value that the library could not read says so only when it is asked for
        return None
    return found if isinstance(found, date) else None


def _local(moment: date) -> date:
    """Return the London date of a moment; a time without a zone is London's."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(LONDON).date() if moment.tzinfo else moment.date()
