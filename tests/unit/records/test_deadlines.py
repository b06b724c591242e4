"""What is due, as CSV and as iCalendar: hostile words stay words."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import icalendar
import pytest

from casework.records.deadlines import HEADINGS, DueItem, deadlines_csv, deadlines_ics, plain_cell

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def item(**parts: str) -> DueItem:
    """A deadline of 6 March 2026."""
    given = {
        "id": "ASH-26-7KQ4-triage-1",
        "school": "Ashgrove Primary School",
        "reference": "ASH-26-7KQ4",
        "title": "Decide what to do",
        "act_by": "Head teacher",
        "then": "Decide now.",
    }
    return DueItem(**{**given, **parts}, due=date(2026, 3, 6), days_left=4)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(text: str) -> None:
    data = deadlines_csv([item(title=text, school=text, act_by=text, then=text)]).decode()
    row = next(csv.DictReader(io.StringIO(data, newline="")))
    assert [row[name] for name in ("School", "What", "Who must act", "If it is late")] == [f"'{text}"] * 4
    assert row["Days left"] == "4"


@pytest.mark.parametrize("text", ["Plain", "5-a-side", "", "ASH-26-7KQ4", "’=’"])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert plain_cell(text) == text


def test_commas_quotation_marks_and_line_ends_stay_in_their_cell() -> None:
    data = deadlines_csv([item(title='One, "two"\nthree')]).decode()
    rows = list(csv.reader(io.StringIO(data, newline="")))
    assert rows[0] == list(HEADINGS)
    assert rows[1][5] == 'One, "two"\nthree'


@pytest.mark.parametrize(
    "text", ["A; b, c\\n", "x" * 300, "é" * 100, "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2"]
)
def test_an_entry_holds_its_words_and_nothing_else(text: str) -> None:
    data = deadlines_ics([item(title=text)], now=NOW)
    calendar = icalendar.Calendar.from_ical(data)
    events = calendar.walk("VEVENT")
    assert len(events) == 1
    assert " ".join(str(events[0]["SUMMARY"]).split()) == " ".join(f"ASH-26-7KQ4: {text}".split())
    assert events[0]["UID"] == "ASH-26-7KQ4-triage-1@casework.invalid"
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_a_deadline_is_a_whole_day_that_keeps_nobody_busy() -> None:
    calendar = icalendar.Calendar.from_ical(deadlines_ics([item()], now=NOW))
    event = calendar.walk("VEVENT")[0]
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 3, 6), date(2026, 3, 7))
    assert (event["TRANSP"], event["CLASS"]) == ("TRANSPARENT", "PRIVATE")
    assert event["DTSTAMP"].dt == NOW
    assert calendar["VERSION"] == "2.0"
    assert calendar["PRODID"]


def test_nothing_due_is_an_empty_calendar_and_a_heading() -> None:
    assert icalendar.Calendar.from_ical(deadlines_ics([], now=NOW)).walk("VEVENT") == []
    assert deadlines_csv([]).decode() == ",".join(HEADINGS) + "\r\n"
