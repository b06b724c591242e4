"""Counting days: truth tables with the weekday written out, worked examples of the design, and relations."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.base.time import LONDON
from casework.procedure.bank_holidays import closed_from, england_calendar
from casework.procedure.calendar import Calendar, CalendarTooShort, DayKind, NamedDay, add_months_inclusive
from casework.procedure.periods import add_calendar_days, add_hours, add_months, period_beginning_with

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

PLAIN = england_calendar(2023, 2028)
SCHOOL = england_calendar(
    2023,
    2028,
    policy_day="school_days",
    closures=(
        *closed_from(date(2026, 3, 30), date(2026, 4, 10), "the Easter holiday"),
        NamedDay(date(2026, 4, 13), "an INSET day"),
        *closed_from(date(2026, 5, 25), date(2026, 5, 29), "half-term"),
        *closed_from(date(2026, 7, 22), date(2026, 9, 1), "the summer holiday"),
        *closed_from(date(2026, 12, 21), date(2027, 1, 1), "the Christmas holiday"),
    ),
)


def on(text: str) -> date:
    """Read a date such as "Tue 31 Mar 2026"; the weekday must be right, so that the tables cannot lie."""
    weekday, day, month, year = text.split()
    found = date(int(year), MONTHS.index(month) + 1, int(day))
    assert WEEKDAYS[found.weekday()] == weekday, f"{text}: it is a {WEEKDAYS[found.weekday()]}"
    return found


days_known = st.dates(date(2023, 3, 1), date(2028, 9, 30))
kinds = st.sampled_from(["statutory", "policy"])
calendars = st.sampled_from([PLAIN, SCHOOL])


# Bank holidays of England as published on GOV.UK.
PUBLISHED = {
    2023: "Mon 2 Jan, Fri 7 Apr, Mon 10 Apr, Mon 1 May, Mon 8 May, Mon 29 May, Mon 28 Aug, Mon 25 Dec, "
    "Tue 26 Dec",
    2024: "Mon 1 Jan, Fri 29 Mar, Mon 1 Apr, Mon 6 May, Mon 27 May, Mon 26 Aug, Wed 25 Dec, Thu 26 Dec",
    2025: "Wed 1 Jan, Fri 18 Apr, Mon 21 Apr, Mon 5 May, Mon 26 May, Mon 25 Aug, Thu 25 Dec, Fri 26 Dec",
    2026: "Thu 1 Jan, Fri 3 Apr, Mon 6 Apr, Mon 4 May, Mon 25 May, Mon 31 Aug, Fri 25 Dec, Mon 28 Dec",
    2027: "Fri 1 Jan, Fri 26 Mar, Mon 29 Mar, Mon 3 May, Mon 31 May, Mon 30 Aug, Mon 27 Dec, Tue 28 Dec",
    2028: "Mon 3 Jan, Fri 14 Apr, Mon 17 Apr, Mon 1 May, Mon 29 May, Mon 28 Aug, Mon 25 Dec, Tue 26 Dec",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_weekdays_that_do_not_count_are_the_published_bank_holidays(year: int) -> None:
    expected = [on(f"{day} {year}") for day in PUBLISHED[year].split(", ")]
    found = [day.date for day in PLAIN.holidays if day.date.year == year and day.date.weekday() < 5]
    assert found == expected


@pytest.mark.parametrize(
    ("day", "because", "name"),
    [
        ("Fri 3 Apr 2026", "holiday", "Good Friday"),
        ("Mon 4 May 2026", "holiday", "Early May bank holiday"),
        ("Mon 25 May 2026", "holiday", "Spring bank holiday"),  # half-term too: the holiday is what counts
        ("Mon 31 Aug 2026", "holiday", "Summer bank holiday"),
        ("Sat 26 Dec 2026", "weekend", "Saturday"),  # Boxing Day itself
        ("Mon 28 Dec 2026", "holiday", "Boxing Day (substitute day)"),
        ("Sun 5 Apr 2026", "weekend", "Sunday"),
        ("Tue 26 May 2026", "closure", "half-term"),
    ],
)
def test_why_a_day_does_not_count(day: str, because: str, name: str) -> None:
    assert SCHOOL.why_not(on(day), "policy") == (on(day), because, name)


def test_a_closure_day_counts_for_statute_and_for_a_policy_of_working_days() -> None:
    day = on("Tue 26 May 2026")
    working = england_calendar(2026, 2026, closures=[NamedDay(day, "half-term")])
    assert not SCHOOL.is_working_day(day)
    assert SCHOOL.is_working_day(day, "statutory")
    assert working.is_working_day(day, "policy")
    assert working.is_working_day(day, "statutory")


@pytest.mark.parametrize(
    ("calendar", "day", "kind", "next_one"),
    [
        (PLAIN, "Thu 2 Apr 2026", "policy", "Tue 7 Apr 2026"),
        (PLAIN, "Fri 1 May 2026", "policy", "Tue 5 May 2026"),
        (PLAIN, "Fri 28 Aug 2026", "policy", "Tue 1 Sep 2026"),
        (PLAIN, "Thu 24 Dec 2026", "policy", "Tue 29 Dec 2026"),
        (PLAIN, "Thu 31 Dec 2026", "policy", "Mon 4 Jan 2027"),
        (PLAIN, "Fri 24 Dec 2027", "policy", "Wed 29 Dec 2027"),
        (PLAIN, "Fri 27 Mar 2026", "policy", "Mon 30 Mar 2026"),  # the clocks go forward in between
        (PLAIN, "Fri 23 Oct 2026", "policy", "Mon 26 Oct 2026"),  # and back
        (PLAIN, "Wed 28 Feb 2024", "policy", "Thu 29 Feb 2024"),
        (PLAIN, "Fri 27 Feb 2026", "policy", "Mon 2 Mar 2026"),
        (SCHOOL, "Fri 22 May 2026", "policy", "Mon 1 Jun 2026"),
        (SCHOOL, "Fri 22 May 2026", "statutory", "Tue 26 May 2026"),
        (SCHOOL, "Tue 21 Jul 2026", "policy", "Wed 2 Sep 2026"),
        (SCHOOL, "Fri 18 Dec 2026", "policy", "Mon 4 Jan 2027"),
    ],
)
def test_the_next_day_that_counts(calendar: Calendar, day: str, kind: DayKind, next_one: str) -> None:
    assert calendar.next_working_day(on(day), kind) == on(next_one)


@pytest.mark.parametrize(
    ("start", "n", "kind", "last"),
    [
        ("Mon 27 Apr 2026", 10, "policy", "Tue 12 May 2026"),  # timescales.md section 4, rule 8
        ("Tue 31 Mar 2026", 10, "policy", "Thu 16 Apr 2026"),  # "not less than 10 working days after service"
        ("Mon 2 Mar 2026", 5, "policy", "Mon 9 Mar 2026"),
        ("Sat 7 Mar 2026", 1, "policy", "Mon 9 Mar 2026"),
        ("Sat 7 Mar 2026", 0, "policy", "Sat 7 Mar 2026"),
        ("Wed 23 Dec 2026", 5, "policy", "Mon 4 Jan 2027"),
        ("Fri 20 Mar 2026", 10, "policy", "Tue 7 Apr 2026"),  # Easter and the clocks going forward
        ("Mon 19 Oct 2026", 10, "policy", "Mon 2 Nov 2026"),  # the clocks going back
        ("Mon 26 Feb 2024", 5, "policy", "Mon 4 Mar 2024"),  # a leap day
        ("Tue 25 Aug 2026", 5, "policy", "Wed 2 Sep 2026"),
    ],
)
def test_within_n_working_days_starts_with_the_next_one(start: str, n: int, kind: DayKind, last: str) -> None:
    assert PLAIN.add_working_days(on(start), n, kind).result == on(last)


@pytest.mark.parametrize(
    ("start", "n", "kind", "last"),
    [
        ("Fri 27 Mar 2026", 1, "policy", "Tue 14 Apr 2026"),
        ("Fri 27 Mar 2026", 1, "statutory", "Mon 30 Mar 2026"),
        ("Wed 20 May 2026", 5, "policy", "Wed 3 Jun 2026"),
        ("Wed 20 May 2026", 5, "statutory", "Thu 28 May 2026"),
        ("Mon 20 Jul 2026", 3, "policy", "Thu 3 Sep 2026"),
    ],
)
def test_school_days_and_statutory_days_are_two_counts(start: str, n: int, kind: DayKind, last: str) -> None:
    assert SCHOOL.add_working_days(on(start), n, kind).result == on(last)


@pytest.mark.parametrize(
    ("served", "n", "earliest"),
    [
        ("Tue 31 Mar 2026", 10, "Fri 17 Apr 2026"),  # procedure.md section 1.1
        ("Tue 31 Mar 2026", 5, "Fri 10 Apr 2026"),  # and its floor by agreement
        ("Mon 2 Mar 2026", 5, "Tue 10 Mar 2026"),
        ("Mon 2 Mar 2026", 4, "Mon 9 Mar 2026"),  # the last clear day is a Friday: nobody sits on Saturday
        ("Sat 28 Feb 2026", 5, "Mon 9 Mar 2026"),
        ("Sun 1 Mar 2026", 5, "Mon 9 Mar 2026"),
        ("Wed 1 Apr 2026", 1, "Tue 7 Apr 2026"),  # clear day Thursday; Good Friday and Easter Monday follow
        ("Mon 14 Dec 2026", 10, "Thu 31 Dec 2026"),
        ("Thu 17 Dec 2026", 10, "Wed 6 Jan 2027"),
        ("Fri 1 May 2026", 1, "Wed 6 May 2026"),
        ("Thu 27 Aug 2026", 2, "Wed 2 Sep 2026"),
        ("Wed 25 Mar 2026", 3, "Tue 31 Mar 2026"),  # across the clocks going forward
        ("Wed 21 Oct 2026", 3, "Tue 27 Oct 2026"),  # and back
        ("Tue 27 Feb 2024", 2, "Fri 1 Mar 2024"),  # 28 and 29 February
        ("Fri 24 Apr 2026", 0, "Mon 27 Apr 2026"),
    ],
)
def test_clear_days_count_neither_end(served: str, n: int, earliest: str) -> None:
    assert PLAIN.earliest_after_clear_days(on(served), n).result == on(earliest)


@pytest.mark.parametrize(
    ("first", "last", "n"),
    [
        ("Tue 31 Mar 2026", "Fri 17 Apr 2026", 10),
        ("Tue 31 Mar 2026", "Thu 16 Apr 2026", 9),
        ("Tue 31 Mar 2026", "Fri 10 Apr 2026", 5),
        ("Mon 2 Mar 2026", "Sat 7 Mar 2026", 4),
        ("Mon 2 Mar 2026", "Tue 3 Mar 2026", 0),
        ("Mon 2 Mar 2026", "Mon 2 Mar 2026", 0),
        ("Tue 3 Mar 2026", "Mon 2 Mar 2026", 0),
        ("Thu 2 Apr 2026", "Tue 7 Apr 2026", 0),
    ],
)
def test_how_many_clear_days_lie_between(first: str, last: str, n: int) -> None:
    assert PLAIN.clear_days_between(on(first), on(last)).days == n


@pytest.mark.parametrize(
    ("end", "n", "latest"),
    [
        ("Fri 17 Apr 2026", 5, "Fri 10 Apr 2026"),
        ("Fri 10 Apr 2026", 5, "Wed 1 Apr 2026"),
        ("Sat 11 Apr 2026", 1, "Fri 10 Apr 2026"),
        ("Mon 4 Jan 2027", 3, "Tue 29 Dec 2026"),
    ],
)
def test_counting_back_starts_with_the_working_day_before(end: str, n: int, latest: str) -> None:
    assert PLAIN.working_days_before(on(end), n).result == on(latest)


@pytest.mark.parametrize(
    ("proposed", "last"),
    [
        ("Fri 17 Apr 2026", "Fri 24 Apr 2026"),
        ("Thu 2 Apr 2026", "Mon 13 Apr 2026"),
        ("Tue 22 Dec 2026", "Thu 31 Dec 2026"),
        ("Fri 22 May 2026", "Mon 1 Jun 2026"),  # half-term does not stretch it (ERelA-10d)
    ],
)
def test_the_companions_window_is_statutory(proposed: str, last: str) -> None:
    assert SCHOOL.companion_window(on(proposed)).result == on(last)


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("Mon 27 Apr 2026", 12, "Mon 26 Apr 2027"),  # timescales.md section 4, rule 4
        ("Mon 31 Aug 2026", 6, "Sun 28 Feb 2027"),  # rule 10
        ("Sat 29 Aug 2026", 6, "Sun 28 Feb 2027"),
        ("Fri 28 Aug 2026", 6, "Sat 27 Feb 2027"),
        ("Tue 1 Sep 2026", 6, "Sun 28 Feb 2027"),
        ("Thu 31 Aug 2023", 6, "Thu 29 Feb 2024"),
        ("Thu 29 Feb 2024", 12, "Fri 28 Feb 2025"),
        ("Thu 29 Feb 2024", 48, "Mon 28 Feb 2028"),
        ("Thu 1 Jan 2026", 12, "Thu 31 Dec 2026"),
        ("Sun 1 Mar 2026", 24, "Tue 29 Feb 2028"),
        ("Thu 31 Dec 2026", 1, "Sat 30 Jan 2027"),
        ("Sun 31 May 2026", 1, "Tue 30 Jun 2026"),
    ],
)
def test_a_warning_is_live_until_the_day_before_the_anniversary(start: str, n: int, last: str) -> None:
    assert add_months_inclusive(on(start), n).result == on(last)


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [
        ("Mon 9 Mar 2026", 1, "Thu 9 Apr 2026"),
        ("Sat 31 Jan 2026", 1, "Sat 28 Feb 2026"),
        ("Thu 31 Dec 2026", 1, "Sun 31 Jan 2027"),
        ("Wed 31 Jan 2024", 1, "Thu 29 Feb 2024"),
    ],
)
def test_within_a_month_ends_on_the_same_date(start: str, n: int, last: str) -> None:
    assert add_months(on(start), n).result == on(last)


@pytest.mark.parametrize(
    ("start", "n", "within", "beginning_with"),
    [
        ("Mon 2 Mar 2026", 14, "Mon 16 Mar 2026", "Sun 15 Mar 2026"),  # SSR-20b: notification + 13
        ("Wed 25 Mar 2026", 7, "Wed 1 Apr 2026", "Tue 31 Mar 2026"),  # the clocks go forward
        ("Wed 21 Oct 2026", 7, "Wed 28 Oct 2026", "Tue 27 Oct 2026"),  # and back
        ("Mon 26 Feb 2024", 4, "Fri 1 Mar 2024", "Thu 29 Feb 2024"),
        ("Thu 24 Dec 2026", 30, "Sat 23 Jan 2027", "Fri 22 Jan 2027"),
    ],
)
def test_calendar_days_are_counted_in_two_forms(start: str, n: int, within: str, beginning_with: str) -> None:
    assert add_calendar_days(on(start), n).result == on(within)
    assert period_beginning_with(on(start), n).result == on(beginning_with)
    assert PLAIN.add_calendar_days(on(start), n) == add_calendar_days(on(start), n)
    assert PLAIN.period_beginning_with(on(start), n) == period_beginning_with(on(start), n)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-03-02 09:00", 72, "2026-03-05 09:00"),
        ("2026-03-06 16:40", 72, "2026-03-09 16:40"),  # a weekend counts
        ("2026-04-02 16:40", 72, "2026-04-05 16:40"),  # Good Friday and Easter Sunday
        ("2026-12-24 12:00", 72, "2026-12-27 12:00"),  # Christmas
        ("2026-03-27 16:40", 72, "2026-03-30 17:40"),  # the clocks went forward on the Sunday
        ("2026-10-23 16:40", 72, "2026-10-26 15:40"),  # and back
        ("2026-10-25 00:30", 1, "2026-10-25 01:30"),  # the first of two half past ones
        ("2026-10-25 00:30", 2, "2026-10-25 01:30"),  # and the second
        ("2026-03-29 00:30", 1, "2026-03-29 02:30"),  # there is no half past one
        ("2024-02-28 10:00", 72, "2024-03-02 10:00"),  # 29 February
        ("2026-12-31 23:30", 1, "2027-01-01 00:30"),
        ("2026-03-02 09:00", 0, "2026-03-02 09:00"),
    ],
)
def test_every_hour_counts(start: str, n: int, end: str) -> None:
    ends = add_hours(datetime.fromisoformat(start).replace(tzinfo=LONDON), n)
    assert f"{ends:%Y-%m-%d %H:%M}" == end


def test_hours_need_a_zone_and_a_number() -> None:
    with pytest.raises(BadInput):
        add_hours(datetime(2026, 3, 2, 9, 0), 72)
    with pytest.raises(BadInput):
        add_hours(datetime(2026, 3, 2, 9, 0, tzinfo=LONDON), -1)


def test_what_the_calendar_does_not_reach_is_refused_with_the_remedy() -> None:
    short = england_calendar(2026, 2026)
    with pytest.raises(CalendarTooShort) as caught:
        short.add_working_days(on("Thu 17 Dec 2026"), 10)
    error = caught.value.as_json()
    assert error["code"] == "calendar-too-short"
    assert "does not reach Friday 1 January 2027" in error["message"]
    assert error["remedy"].endswith("casework calendar renew")
    assert (error["needed"], error["known_until"]) == ("2027-01-01", "2026-12-31")


@pytest.mark.parametrize("far", [date.min, date(2025, 12, 31), date(2027, 1, 1), date.max])
@pytest.mark.parametrize("kind", ["statutory", "policy"])
def test_every_count_refuses_to_start_where_the_calendar_ends(far: date, kind: DayKind) -> None:
    short = england_calendar(2026, 2026)
    assert not short.covers(far)
    counts: list[Callable[[], object]] = [
        lambda: short.is_working_day(far, kind),
        lambda: short.next_working_day(far, kind),
        lambda: short.add_working_days(far, 0, kind),
        lambda: short.add_working_days(far, 5, kind),
        lambda: short.working_days_before(far, 5, kind),
        lambda: short.earliest_after_clear_days(far, 10, kind),
        lambda: short.clear_days_between(far, far, kind),
        lambda: short.companion_window(far),
    ]
    for count in counts:
        with pytest.raises(CalendarTooShort):
            count()


def test_a_span_that_runs_out_of_the_calendar_is_refused() -> None:
    short = england_calendar(2026, 2026)
    with pytest.raises(CalendarTooShort):
        short.clear_days_between(on("Thu 31 Dec 2026"), on("Mon 4 Jan 2027"))
    with pytest.raises(CalendarTooShort):
        short.working_days_before(on("Mon 5 Jan 2026"), 3)
    assert short.clear_days_between(on("Wed 30 Dec 2026"), on("Fri 1 Jan 2027")).days == 1


def test_a_count_that_is_no_count_is_refused() -> None:
    day = on("Mon 2 Mar 2026")
    counts: list[Callable[[], object]] = [
        lambda: PLAIN.add_working_days(day, -1),
        lambda: PLAIN.earliest_after_clear_days(day, -1),
        lambda: PLAIN.working_days_before(day, 0),
        lambda: PLAIN.companion_window(day, 0),
        lambda: add_calendar_days(day, -1),
        lambda: add_calendar_days(day, 10**9),
        lambda: add_calendar_days(date.max, 1),
        lambda: period_beginning_with(day, 0),
        lambda: period_beginning_with(day, 10**9),
        lambda: add_months(day, 0),
        lambda: add_months_inclusive(day, 0),
        lambda: add_months_inclusive(day, 10**9),
        lambda: add_months_inclusive(date.max, 1),
    ]
    for count in counts:
        with pytest.raises(BadInput) as caught:
            count()
        assert caught.value.remedy


@pytest.mark.parametrize("years", [(2027, 2026), (1977, 2026), (2026, 2101), (0, 0), (-1, 5)])
def test_years_without_known_bank_holidays_are_refused(years: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="bank holidays"):
        england_calendar(*years)


def test_the_machines_language_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "th")
    assert england_calendar(2023, 2028) == PLAIN


@given(days_known, st.integers(1, 40), kinds, calendars)
def test_counting_forward_and_back_meet(day: date, n: int, kind: DayKind, calendar: Calendar) -> None:
    forward = calendar.add_working_days(day, n, kind)
    assert forward.days == n
    assert calendar.clear_days_between(day, forward.result + timedelta(1), kind).days == n
    back = calendar.working_days_before(forward.result, n, kind).result
    # Back at the start, or at the last working day before a start that is none itself.
    assert back == (
        day if calendar.is_working_day(day, kind) else calendar.working_days_before(day, 1, kind).result
    )


@given(days_known, st.integers(0, 40), kinds, calendars)
def test_the_earliest_day_has_enough_clear_days_and_no_working_day_before_it_has(
    day: date, n: int, kind: DayKind, calendar: Calendar
) -> None:
    earliest = calendar.earliest_after_clear_days(day, n, kind)
    assert earliest.days == n
    assert calendar.is_working_day(earliest.result, kind)
    assert calendar.clear_days_between(day, earliest.result, kind).counted == earliest.counted
    if n:
        assert calendar.clear_days_between(day, earliest.counted[-1], kind).days == n - 1
        assert calendar.next_working_day(earliest.counted[-1], kind) == earliest.result


@given(days_known, st.integers(0, 30), st.integers(0, 30), calendars)
def test_two_counts_in_a_row_make_one(day: date, m: int, n: int, calendar: Calendar) -> None:
    halfway = calendar.add_working_days(day, m).result
    assert calendar.add_working_days(halfway, n).result == calendar.add_working_days(day, m + n).result


@given(days_known, st.integers(1, 20), kinds, calendars)
def test_every_day_is_counted_or_skipped_once(day: date, n: int, kind: DayKind, calendar: Calendar) -> None:
    working = calendar.add_working_days(day, n, kind)
    seen = sorted([*working.counted, *(skipped.date for skipped in working.skipped)])
    assert seen == [day + timedelta(i + 1) for i in range((working.result - day).days)]
    assert all(calendar.is_working_day(each, kind) for each in working.counted)


@given(days_known, st.integers(1, 20))
def test_a_school_day_count_never_ends_before_the_statutory_one(day: date, n: int) -> None:
    assert SCHOOL.add_working_days(day, n).result >= SCHOOL.add_working_days(day, n, "statutory").result


@given(days_known, days_known, st.integers(1, 60))
def test_a_later_warning_never_ends_earlier(one: date, other: date, n: int) -> None:
    assume(one <= other)
    assert add_months_inclusive(one, n).result <= add_months_inclusive(other, n).result
    assert one < add_months_inclusive(one, n + 1).result


@given(days_known, st.integers(1, 100))
def test_a_period_that_begins_with_a_day_is_one_shorter(day: date, n: int) -> None:
    assert period_beginning_with(day, n).result + timedelta(1) == add_calendar_days(day, n).result


def test_a_calendar_is_read_back_and_cited_by_its_digest() -> None:
    data = SCHOOL.to_data()
    again = Calendar.from_data(parse_canonical(canonical_bytes(data)))
    assert again.counting("school_days") == SCHOOL
    assert again.digest() == SCHOOL.digest()
    assert re.fullmatch("[0-9a-f]{64}", SCHOOL.digest())
    assert SCHOOL.digest() != PLAIN.digest()
    assert again.counting("school_days").why_not(on("Mon 13 Apr 2026"), "policy") == (
        on("Mon 13 Apr 2026"),
        "closure",
        "an INSET day",
    )


def test_the_stored_form_may_not_change() -> None:
    calendar = Calendar(
        name="England",
        known_from=date(2026, 4, 1),
        known_until=date(2026, 4, 30),
        holidays=(NamedDay(date(2026, 4, 6), "Easter Monday"), NamedDay(date(2026, 4, 3), "Good Friday")),
        closures=(NamedDay(date(2026, 4, 13), "an INSET day"),),
        inset_days=(NamedDay(date(2026, 4, 14), "an INSET day"),),
        proclaimed=(NamedDay(date(2026, 4, 20), "Coronation"),),
        school_from=date(2026, 4, 1),
        school_until=date(2026, 4, 30),
        source="holidays 0.109",
        known_on=date(2026, 3, 2),
        policy_day="school_days",
    )
    # What the policy means by a day is not in it: that is for each case's policy to say.
    assert canonical_bytes(calendar.to_data()) == (
        b'{"closures":[{"date":"2026-04-13","name":"an INSET '
        b'day"}],"holidays":[{"date":"2026-04-03","name":"Good'
        b' Friday"},{"date":"2026-04-06","name":"Easter Monday"}],"inset_days":[{"date":"2026-04-14","name":'
        b'"an INSET day"}],"known_from":"2026-04-01","known_on":"2026-03-02","known_until":"2026-04-30",'
        b'"name":"England","proclaimed":[{"date":"2026-04-20","name":"Coronation"}],"school_from":'
        b'"2026-04-01","school_until":"2026-04-30","source":"holidays 0.109","v":1}'
    )


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"name": None},
        {"known_from": "20260101"},
        {"known_from": "2029-01-01"},
        {"known_until": 2028},
        {"holidays": None},
        {"holidays": [{"date": "2026-04-03"}]},
        {"holidays": [{"date": "2026-04-03", "name": ""}]},
        {"holidays": [{"date": "2026-04-03", "name": "Good Friday", "more": 1}]},
        {"holidays": [{"date": "2026-04-31", "name": "x"}]},
        {"holidays": [{"date": "1999-04-01", "name": "x"}]},
        {"closures": [{"date": "2026-04-01", "name": "x"}, {"date": "2026-04-01", "name": "y"}]},
        {"closures": ["2026-04-01"]},
        {"policy_day": "working_days"},  # the policy says it, never the calendar
        {"inset_days": None},
        {"proclaimed": [{"date": "1999-04-01", "name": "x"}]},
        {"school_from": "2026-09-01"},  # from a day, but until when?
        {"known_on": "yesterday"},
        {"source": 5},
        {"more": 1},
    ],
    ids=str,
)
def test_data_that_is_no_calendar_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Calendar.from_data(PLAIN.to_data() | change)


@pytest.mark.parametrize("data", [{}, [], None, "x", 5])
def test_what_is_nothing_like_a_calendar_is_refused(data: Any) -> None:
    with pytest.raises(BadInput):
        Calendar.from_data(data)


def test_the_calendar_is_a_value() -> None:
    assert hash(england_calendar(2026, 2027)) == hash(england_calendar(2026, 2027))
    with pytest.raises(AttributeError):
        PLAIN.name = "Wales"  # type: ignore[misc]
