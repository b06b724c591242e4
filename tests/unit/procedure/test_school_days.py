"""A school's own days from YAML: terms, closures and INSET days; and what cannot be, said with its line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.procedure.bank_holidays import england_calendar
from casework.procedure.calendar import Calendar
from casework.procedure.school_days import (
    SchoolDays,
    SchoolDaysInvalid,
    holiday_name,
    read_school_days,
    with_school_days,
)

ENGLAND = england_calendar(2025, 2028)
YEAR = """
terms:
  - {name: Autumn term, from: 2026-09-01, to: 2026-12-18}
  - {name: Spring term, from: 2027-01-04, to: 2027-03-25}
  - {from: 2027-04-12, to: 2027-07-21}
closures:
  - {from: 2026-10-26, to: 2026-10-30, name: the half-term holiday}
  - 2027-02-15
inset_days: [2026-09-01, {date: 2027-01-04, name: a training day}]
"""


def given(tmp_path: Path, text: str, name: str = "terms.yaml") -> SchoolDays:
    """What a file with this text says."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_school_days(path)


def faults(tmp_path: Path, text: str) -> str:
    """What is wrong with a file with this text."""
    with pytest.raises(SchoolDaysInvalid) as caught:
        given(tmp_path, text)
    return caught.value.message


def open_days(calendar: Calendar, policy_day: str, first: date, last: date) -> list[str]:
    """The days from `first` to `last` that count."""
    counting = calendar.counting(policy_day)
    days = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [f"{day:%-d %b}" for day in days if counting.is_working_day(day)]


@pytest.mark.parametrize(
    ("first", "last", "working", "school", "staff"),
    [
        ("2026-10-23", "2026-11-02", "23 26 27 28 29 30 2", "23 2", "23 2"),  # half-term
        ("2026-12-17", "2026-12-22", "17 18 21 22", "17 18", "17 18"),  # the end of a term
        ("2026-12-24", "2027-01-06", "24 29 30 31 4 5 6", "5 6", "4 5 6"),  # Christmas, then an INSET day
        ("2027-03-25", "2027-04-13", "25 30 31 1 2 5 6 7 8 9 12 13", "25 12 13", "25 12 13"),  # Easter
        ("2027-02-12", "2027-02-16", "12 15 16", "12 16", "12 16"),  # a single closure day
        ("2026-08-31", "2026-09-02", "1 2", "2", "1 2"),  # a bank holiday, an INSET day, school
    ],
)
def test_the_three_kinds_of_day(
    first: str, last: str, working: str, school: str, staff: str, tmp_path: Path
) -> None:
    calendar = with_school_days(ENGLAND, given(tmp_path, YEAR))
    ends = date.fromisoformat(first), date.fromisoformat(last)
    for policy_day, expected in (
        ("working_days", working),
        ("school_days", school),
        ("school_and_inset_days", staff),
    ):
        found = [day.split()[0] for day in open_days(calendar, policy_day, *ends)]
        assert found == expected.split(), policy_day


def test_what_lies_between_terms_is_a_holiday_of_its_season(tmp_path: Path) -> None:
    calendar = with_school_days(ENGLAND, given(tmp_path, YEAR))
    named = {day.date: day.name for day in calendar.closures}
    assert named[date(2026, 12, 21)] == "the Christmas holiday"
    assert named[date(2027, 4, 5)] == "the Easter holiday"
    assert named[date(2027, 2, 15)] == "a day on which the school is closed"
    assert date(2027, 1, 4) not in named  # an INSET day in it
    assert {day.date: day.name for day in calendar.inset_days} == {
        date(2026, 9, 1): "an INSET day",
        date(2027, 1, 4): "a training day",
    }
    assert (calendar.school_from, calendar.school_until) == (date(2026, 9, 1), date(2027, 7, 21))


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2026-12-21", "2027-01-01", "the Christmas holiday"),
        ("2027-03-26", "2027-04-09", "the Easter holiday"),
        ("2027-07-22", "2027-08-31", "the summer holiday"),
        ("2026-10-24", "2026-11-01", "a school holiday"),
        ("2027-04-10", "2027-04-12", "a school holiday"),
    ],
)
def test_a_holiday_between_terms_is_named_by_the_time_of_year(first: str, last: str, name: str) -> None:
    assert holiday_name(date.fromisoformat(first), date.fromisoformat(last)) == name


def test_the_next_years_terms_close_the_summer_between(tmp_path: Path) -> None:
    calendar = with_school_days(ENGLAND, given(tmp_path, YEAR))
    more = given(tmp_path, "terms:\n  - {from: 2027-09-02, to: 2027-12-17}\n")
    calendar = with_school_days(calendar, more)
    named = {day.date: day.name for day in calendar.closures}
    assert named[date(2027, 7, 22)] == named[date(2027, 9, 1)] == "the summer holiday"
    assert named[date(2026, 10, 26)] == "the half-term holiday"  # what was known before stays
    assert (calendar.school_from, calendar.school_until) == (date(2026, 9, 1), date(2027, 12, 17))


def test_terms_given_anew_replace_what_was_known_from_their_first_day_on(tmp_path: Path) -> None:
    calendar = with_school_days(ENGLAND, given(tmp_path, YEAR))
    calendar = with_school_days(calendar, given(tmp_path, "terms:\n  - {from: 2027-01-05, to: 2027-07-20}\n"))
    named = {day.date for day in calendar.closures}
    assert date(2026, 10, 26) in named
    assert not named & {date(2027, 2, 15), date(2027, 4, 5)}
    assert calendar.school_until == date(2027, 7, 20)


def test_a_closure_alone_is_added_and_replaces_only_its_own_day(tmp_path: Path) -> None:
    calendar = with_school_days(ENGLAND, given(tmp_path, YEAR))
    snow = given(tmp_path, "closures:\n  - {date: 2027-02-15, name: closed for snow}\n  - 2027-01-20\n")
    after = with_school_days(calendar, snow)
    assert len(after.closures) == len(calendar.closures) + 1
    assert {day.date: day.name for day in after.closures}[date(2027, 2, 15)] == "closed for snow"
    assert after.school_until == calendar.school_until


def test_a_bank_holiday_that_was_proclaimed_lately_counts_for_nobody(tmp_path: Path) -> None:
    days = given(tmp_path, "bank_holidays:\n  - {date: 2027-05-10, name: Coronation bank holiday}\n")
    calendar = with_school_days(ENGLAND, days)
    assert ENGLAND.is_working_day(date(2027, 5, 10), "statutory")
    assert calendar.why_not(date(2027, 5, 10), "statutory") == (
        date(2027, 5, 10),
        "holiday",
        "Coronation bank holiday",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The file is empty"),
        ("[]", "There are no days in this file"),
        ("{}", "There are no days in this file"),
        ("holidays: [2026-10-26]", "1: holidays: There is no such list"),
        ("closures: 2026-10-26", "1: closures: Expected a list"),
        ("closures: [2026-10-26, 2026-10-26]", "Monday 26 October 2026 stands here twice"),
        (
            "closures:\n  - {from: 2026-10-26, to: 2026-10-30}\n  - 2026-10-28",
            "28 October 2026 stands here twice",
        ),
        ("closures:\n\n  - {from: 2026-10-30, to: 2026-10-26}", "bad.yaml:3: closures[0]: It ends on Monday"),
        ("terms: [{from: 2026-12-18, to: 2026-09-01}]", "before it starts on Friday 18 December 2026"),
        (
            "terms: [{from: 2026-09-01, to: 2026-12-18}, {from: 2026-12-18, to: 2027-03-25}]",
            "The term from Friday 18 December 2026 begins before the one before it has ended",
        ),
        ("closures: [2026-02-29]", "'2026-02-29' is not a date"),
        ("closures: [26/10/2026]", "'26/10/2026' is not a date"),
        ("closures: [20261026]", "Expected a date, or from and to"),
        ("closures: [{date: 20261026}]", "'20261026' is not a date"),
        ("closures: [{from: 2026-10-26}]", "Expected `date`, or `from` and `to`"),
        ("closures: [{date: 2026-10-26, nam: x}]", "Expected `date`, or `from` and `to`"),
        ("closures: [2026-10-31]", "Saturday 31 October 2026 is at a weekend"),
        ("inset_days: [2026-10-25]", "Sunday 25 October 2026 is at a weekend"),
        ("closures: [{from: 2026-01-01, to: 2027-12-31}]", "It is longer than a year"),
        ("closures: [{date: 2026-10-26, name: 5}]", "A name is words of at most 60 characters"),
        ('closures: [{date: 2026-10-26, name: "a\\e[2Jb"}]', "A name is words of at most 60 characters"),
        ("closures: [{date: 2026-10-26, name: " + "x" * 61 + "}]", "A name is words of at most 60"),
        ('closures: [{date: 2026-10-26, name: "\\u202Eevil"}]', "A name is words of at most 60 characters"),
        ("bank_holidays: [2027-05-10]", "A bank holiday needs a name"),
        ("closures: [2026-10-26]\nclosures: [2026-10-27]", "`closures` stands here twice"),
        ("closures: &a [2026-10-26]\ninset_days: *a", "Aliases"),
        ("closures: [2026-10-26", "This is not YAML"),
    ],
    ids=lambda value: value[:40],
)
def test_what_cannot_be_is_said_with_its_place(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(SchoolDaysInvalid) as caught:
        read_school_days(path)
    assert says in caught.value.message
    assert caught.value.exit_code == 2


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    says = faults(tmp_path, "terms: [{from: 2026-12-18, to: 2026-09-01}]\ninset_days: [x]\nmore: []\n")
    assert all(f"terms.yaml:{line}: " in says for line in (1, 2, 3))


def test_a_file_that_is_too_large_or_no_text_is_refused(tmp_path: Path) -> None:
    assert "larger than 256 KiB" in faults(tmp_path, "#" * 300_000)
    (tmp_path / "latin.yaml").write_bytes(b"closures: [\xe9]")
    with pytest.raises(SchoolDaysInvalid, match="not UTF-8"):
        read_school_days(tmp_path / "latin.yaml")


@pytest.mark.parametrize("text", ["closures: [2031-10-27]", "inset_days: [2024-10-28]"])
def test_days_beyond_the_years_of_the_calendar_are_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"2025 to 2028"):
        with_school_days(ENGLAND, given(tmp_path, text))


def test_a_long_time_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    calendar = with_school_days(ENGLAND, given(tmp_path, YEAR))
    later = given(tmp_path, "terms: [{from: 2028-01-04, to: 2028-03-31}]")
    with pytest.raises(BadInput, match="more than 70 days"):
        with_school_days(calendar, later)
