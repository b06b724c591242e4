"""A school's days from an iCalendar file: what is taken, under our own words, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.procedure.bank_holidays import england_calendar
from casework.procedure.school_days import SchoolDays, SchoolDaysInvalid, read_school_days, with_school_days


def entry(title: str, start: str, *lines: str) -> str:
    """One entry, as school websites write it."""
    return "\r\n".join(["BEGIN:VEVENT", f"SUMMARY:{title}", f"DTSTART{start}", *lines, "END:VEVENT", ""])


def days(text: str) -> str:
    """A whole day."""
    return f";VALUE=DATE:{text}"


def given(tmp_path: Path, *entries: str) -> SchoolDays:
    """What a file with these entries says."""
    path = tmp_path / "term-dates.ics"
    text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//A school//EN\r\n" + "".join(entries)
    path.write_bytes(f"{text}END:VCALENDAR\r\n".encode())
    return read_school_days(path)


HALF_TERM = entry("October half term", days("20261026"), "DTEND;VALUE=DATE:20261031")


def test_closures_and_inset_days_are_taken_and_the_rest_is_named(tmp_path: Path) -> None:
    found = given(
        tmp_path,
        HALF_TERM,
        entry("INSET day: Mrs Smith leads", days("20270104")),
        entry("Sports day", days("20270701")),
        entry("Autumn term ends", days("20261218")),
        entry("Holiday club booking opens", days("20261201")),
    )
    assert {day.name for day in found.closures} == {"the half-term holiday"}
    assert [day.date.day for day in found.closures] == [26, 27, 28, 29, 30]
    assert found.inset_days == ((date(2027, 1, 4), "an INSET day"),)
    assert (found.first, found.last) == (date(2026, 10, 26), date(2027, 1, 4))
    assert len(found.not_taken) == 3


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Half-Term", "the half-term holiday"),
        ("Christmas Holiday", "the Christmas holiday"),
        ("Easter break", "the Easter holiday"),
        ("Summer Holidays", "the summer holiday"),
        ("School closed to pupils (election)", "a day on which the school is closed"),
        ("School Holiday", "a school holiday"),
        ("Staff training day", "an INSET day"),
        ("INSET", "an INSET day"),
    ],
)
def test_a_day_is_called_by_our_own_words(title: str, name: str, tmp_path: Path) -> None:
    found = given(tmp_path, entry(title, days("20261026")))
    assert [day.name for day in (*found.closures, *found.inset_days)] == [name]


@pytest.mark.parametrize(
    ("start", "lines", "expected"),
    [
        (days("20261026"), (), [26]),
        (days("20261026"), ("DTEND;VALUE=DATE:20261026",), [26]),  # wrong, and often seen
        (days("20261026"), ("DTEND;VALUE=DATE:20261027",), [26]),  # the end is not a part of it
        (days("20261026"), ("DURATION:P2D",), [26, 27]),
        (":20261026T090000", ("DTEND:20261026T153000",), [26]),
        (";TZID=Europe/London:20261026T000000", ("DTEND;TZID=Europe/London:20261028T000000",), [26, 27]),
        (":20261025T230000Z", ("DTEND:20261026T230000Z",), [26]),  # in winter UTC is London's time
        (":20260531T230000Z", ("DTEND:20260601T230000Z",), [1]),  # in summer it is an hour behind
    ],
    ids=str,
)
def test_the_days_of_an_entry_are_londons(
    start: str, lines: tuple[str, ...], expected: list[int], tmp_path: Path
) -> None:
    found = given(tmp_path, entry("School closed", start, *lines))
    assert [day.date.day for day in found.closures] == expected


@pytest.mark.parametrize(
    ("start", "lines", "says"),
    [
        (days("2026"), (), "It has no date that can be read"),
        (days("20261301"), (), "It has no date that can be read"),
        (days("20261026"), ("DTEND;VALUE=DATE:2026",), "Its end cannot be read"),
        (days("20261026"), ("DTEND;VALUE=DATE:20261020",), "It ends before it starts on Monday 26 October"),
        (days("20261026"), ("DTEND;VALUE=DATE:20271026",), "It is longer than 100 days"),
        (days("20261026"), ("RRULE:FREQ=YEARLY",), "It repeats"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_named(
    start: str, lines: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    with pytest.raises(SchoolDaysInvalid) as caught:
        given(tmp_path, entry("School closed", start, *lines), HALF_TERM)
    assert f"“School closed”: {says}" in caught.value.message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not an iCalendar file"),
        (b"hello", "not an iCalendar file"),
        (b"\xff\xfe\x00", "not an iCalendar file"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", "not an iCalendar file"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 2, "not an iCalendar file"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "holds no entries"),
        (b"BEGIN:VEVENT\r\nSUMMARY:Half term\r\nEND:VEVENT\r\n", "holds no entries"),
        (
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            "No entry of it",
        ),
        (b"x" * 300_000, "larger than 256 KiB"),
        (
            b"BEGIN:VCALENDAR\r\n"
            + b"BEGIN:VEVENT\r\nSUMMARY:a\r\nEND:VEVENT\r\n" * 2001
            + b"END:VCALENDAR\r\n",
            "more than 2000 entries",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_calendar_is_refused(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.ics"
    path.write_bytes(data)
    with pytest.raises(SchoolDaysInvalid) as caught:
        read_school_days(path)
    assert says in caught.value.message


def test_a_hostile_title_reaches_no_terminal_and_no_calendar(tmp_path: Path) -> None:
    title = "School closed \x1b[2J\u202e" + "x" * 500
    found = given(tmp_path, entry(title, days("20261026")), entry(f"Fair {title}", days("20261027")))
    assert found.closures[0].name == "a day on which the school is closed"
    other = given(tmp_path, HALF_TERM, entry("Fair \x1b[2J" + "y" * 500, days("20261027")))
    assert all(text.isprintable() and len(text) <= 80 for text in other.not_taken)


def test_an_ics_file_replaces_its_own_stretch_only(tmp_path: Path) -> None:
    england = england_calendar(2025, 2028)
    first = with_school_days(england, given(tmp_path, HALF_TERM, entry("Closed", days("20270504"))))
    moved = given(tmp_path, entry("Half term", days("20261019"), "DTEND;VALUE=DATE:20261031"))
    after = with_school_days(first, moved)
    assert date(2027, 5, 4) in {day.date for day in after.closures}
    assert after.school_until == date(2027, 5, 4)
    assert len(after.closures) == 11
