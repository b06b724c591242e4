"""What is due, to take away: as CSV for a spreadsheet and as an iCalendar file for a diary.

Neither holds more of a case than its reference and its deadlines: no name, nothing of what is alleged.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

HEADINGS: Final = ("Due", "Days left", "Overdue", "School", "Case", "What", "Who must act", "If it is late")
"""The headings of the CSV file."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class DueItem:
    """One line: `due` is a local date; `id` tells it from every other and stays the same from export to export."""

    id: str
    school: str
    reference: str
    title: str
    act_by: str
    then: str
    due: date
    days_left: int


def deadlines_csv(items: Sequence[DueItem]) -> bytes:
    """Return what is due as CSV in UTF-8.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for item in items:
        overdue = "yes" if item.days_left < 0 else "no"
        cells = (item.school, item.reference, item.title, item.act_by, item.then)
        writer.writerow((item.due.isoformat(), item.days_left, overdue, *map(plain_cell, cells)))
    return out.getvalue().encode("utf-8")


def plain_cell(text: str) -> str:
    """Return `text` as no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def deadlines_ics(items: Sequence[DueItem], *, now: datetime) -> bytes:
    """Return what is due as an iCalendar file (RFC 5545): one all-day entry for each, which keeps nobody busy.

    Args:
        items: what is due.
        now: the present moment, aware.
    """
    from icalendar import Calendar, Event  # slow to import, and needed by this export only

    calendar = Calendar()
    calendar.add("prodid", "-//casework//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for item in items:
        event = Event()
        event.add("uid", f"{item.id}@casework.invalid")
        event.add("dtstamp", now)
        event.add("dtstart", item.due)
        event.add("dtend", item.due + timedelta(days=1))
        event.add("summary", f"{item.reference}: {item.title}")
        if item.act_by or item.then:
            event.add("description", f"Who must act: {item.act_by}.\n{item.then}")
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
