"""Instants in UTC, local dates across the clock changes, and how exactly a time is known."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BadInput
from casework.base.time import (
    LONDON,
    FixedClock,
    Occurred,
    SystemClock,
    describe_date,
    describe_datetime,
    describe_time,
    format_instant,
    local_date,
    parse_date,
    parse_instant,
    parse_occurred,
    parse_time,
)

moments = st.datetimes(timezones=st.just(UTC)).map(
    lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000)
)


def test_an_instant_is_utc_with_milliseconds_cut_off() -> None:
    assert format_instant(datetime(2026, 11, 23, 8, 47, 19, 123999, UTC)) == "2026-11-23T08:47:19.123Z"
    assert format_instant(datetime(2026, 7, 1, 0, 30, tzinfo=LONDON)) == "2026-06-30T23:30:00.000Z"
    assert format_instant(datetime(987, 1, 2, tzinfo=UTC)) == "0987-01-02T00:00:00.000Z"


@given(moments)
def test_an_instant_is_read_back(moment: datetime) -> None:
    again = parse_instant(format_instant(moment))
    assert again == moment
    assert again.tzinfo is UTC


@given(moments, moments)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    assert (format_instant(one) < format_instant(other)) == (one < other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T08:47:19Z",
        "2026-11-23T08:47:19.12Z",
        "2026-11-23T08:47:19.123456Z",
        "2026-11-23T08:47:19.123",
        "2026-11-23T08:47:19.123z",
        "2026-11-23T08:47:19.123+00:00",
        "2026-11-23 08:47:19.123Z",
        "2026-02-30T08:47:19.123Z",
        "2026-11-23T24:00:00.000Z",
        "2026-11-23T08:47:60.000Z",
        "2026-11-23T08:47:19.123Z\n",
        "\u0662026-11-23T08:47:19.123Z",
    ],
)
def test_an_instant_of_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is not an instant"):
        parse_instant(text)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 10)
    for use in (format_instant, local_date, FixedClock):
        with pytest.raises(BadInput, match="without a time zone"):
            use(naive)


def test_clocks_answer_in_utc() -> None:
    assert FixedClock(datetime(2026, 7, 1, 10, tzinfo=LONDON)).now() == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert FixedClock(datetime(2026, 7, 1, 10, tzinfo=LONDON)).now().tzinfo is UTC
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        # Sunday 29 March 2026: the clocks go forward at 01:00 UTC. Sunday 25 October 2026: back at 01:00 UTC.
        ("2026-03-28T23:59:59.999Z", date(2026, 3, 28)),
        ("2026-03-29T00:00:00.000Z", date(2026, 3, 29)),
        ("2026-03-29T22:59:59.999Z", date(2026, 3, 29)),
        ("2026-03-29T23:00:00.000Z", date(2026, 3, 30)),
        ("2026-10-24T22:59:59.999Z", date(2026, 10, 24)),
        ("2026-10-24T23:00:00.000Z", date(2026, 10, 25)),
        ("2026-10-25T23:59:59.999Z", date(2026, 10, 25)),
        ("2026-10-26T00:00:00.000Z", date(2026, 10, 26)),
        ("2026-12-31T23:59:59.999Z", date(2026, 12, 31)),
    ],
)
def test_the_local_date_across_both_clock_changes(instant: str, local: date) -> None:
    assert local_date(parse_instant(instant)) == local


@pytest.mark.parametrize(
    ("text", "facts", "words"),
    [
        ("2026-03-02", {"precision": "day", "date": "2026-03-02"}, "Monday 2 March 2026"),
        (
            "2026-03-02T10:00",
            {"precision": "minute", "date": "2026-03-02", "time": "10:00"},
            "Monday 2 March 2026 at 10.00am",
        ),
        (
            "2024-02-29T00:00",
            {"precision": "minute", "date": "2024-02-29", "time": "00:00"},
            "Thursday 29 February 2024 at 12.00am",
        ),
        ("unknown", {"precision": "unknown"}, "date not known"),
    ],
)
def test_what_was_typed_is_kept_and_described(text: str, facts: dict[str, str], words: str) -> None:
    occurred = parse_occurred(text)
    assert occurred.to_facts() == facts
    assert Occurred.from_facts(facts) == occurred
    assert occurred.describe() == words


@given(st.dates(), st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0, fold=0)))
def test_facts_are_read_back(day: date, at: time | None) -> None:
    occurred = Occurred(day, at, "minute" if at else "day")
    assert Occurred.from_facts(occurred.to_facts()) == occurred


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Unknown",
        "2/3/2026",
        "20260302",
        "2026-3-2",
        "2026-W10-1",
        "2026-02-29",
        "2026-03-02T",
        "2026-03-02 10:00",
        "2026-03-02T1000",
        "2026-03-02T10:00:00",
        "2026-03-02T24:00",
        "2026-03-02T10:00Z",
        "2026-03-02T10:00+01:00",
        "2026-03-02\n",
        "\u0662026-03-02",
    ],
)
def test_any_other_form_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_occurred(text)
    assert "2026-03-02T10:00" in caught.value.remedy


@pytest.mark.parametrize("clock", ["01:00", "01:30", "01:59"])
def test_a_time_that_the_clocks_skipped_is_refused(clock: str) -> None:
    with pytest.raises(BadInput, match="on Sunday 29 March 2026: the clocks went forward"):
        parse_occurred(f"2026-03-29T{clock}")


@pytest.mark.parametrize(
    "text", ["2026-03-29T00:59", "2026-03-29T02:00", "2026-10-25T01:30", "2026-10-25T00:59"]
)
def test_times_beside_a_clock_change_and_those_that_came_twice_are_admitted(text: str) -> None:
    assert parse_occurred(text).precision == "minute"


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"precision": "day"},
        {"precision": "exact", "date": "2026-03-02"},
        {"precision": "day", "date": "2026-02-30"},
        {"precision": "day", "date": "20260302"},
        {"precision": "day", "date": 20260302},
        {"precision": "day", "date": None},
        {"precision": "day", "date": "2026-03-02", "time": "10:00"},
        {"precision": "minute", "date": "2026-03-02"},
        {"precision": "minute", "time": "10:00"},
        {"precision": "minute", "date": "2026-03-02", "time": "10:00:30"},
        {"precision": "unknown", "date": "2026-03-02"},
        {"precision": "unknown", "zone": "Europe/London"},
        {"precision": ["day"], "date": "2026-03-02"},
    ],
)
def test_facts_of_any_other_form_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        Occurred.from_facts(facts)


@pytest.mark.parametrize("at", [time(10, 0, 1), time(10, 0, 0, 1), time(10, tzinfo=UTC)])
def test_a_time_finer_than_a_minute_or_with_a_zone_is_refused(at: time) -> None:
    with pytest.raises(BadInput):
        Occurred(date(2026, 3, 2), at, "minute")


@pytest.mark.parametrize(
    ("text", "now", "future"),
    [
        ("2026-06-30", "2026-06-30T22:59:59.999Z", False),
        ("2026-07-01", "2026-06-30T22:59:59.999Z", True),
        ("2026-07-01", "2026-06-30T23:00:00.000Z", False),  # already tomorrow in London
        ("2026-07-01T10:00", "2026-07-01T08:59:59.999Z", True),
        ("2026-07-01T10:00", "2026-07-01T09:00:00.000Z", False),
        ("2026-10-25T01:30", "2026-10-25T00:30:00.000Z", False),  # came twice: the first time is meant
        ("unknown", "2026-07-01T09:00:00.000Z", False),
    ],
)
def test_whether_something_lies_ahead(text: str, now: str, future: bool) -> None:
    assert parse_occurred(text).is_future(parse_instant(now)) is future


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(0, 5), "12.05am"),
        (time(9, 0), "9.00am"),
        (time(11, 59), "11.59am"),
        (time(12, 0), "12 noon"),
        (time(12, 1), "12.01pm"),
        (time(15, 30), "3.30pm"),
        (time(23, 59), "11.59pm"),
    ],
)
def test_times_in_british_english(at: time, words: str) -> None:
    assert describe_time(at) == words


def test_dates_in_british_english() -> None:
    assert describe_date(date(2026, 3, 2)) == "Monday 2 March 2026"
    assert describe_datetime(datetime(2026, 3, 2, 10)) == "Monday 2 March 2026 at 10.00am"
    assert describe_datetime(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "Wednesday 1 July 2026 at 12.30am"
    assert describe_datetime(datetime(2026, 1, 5, 12, tzinfo=timezone(timedelta(hours=1)))) == (
        "Monday 5 January 2026 at 11.00am"
    )


@given(st.dates())
def test_the_weekday_and_month_are_the_calendars_own(day: date) -> None:
    assert describe_date(day) == f"{day:%A} {day.day} {day:%B} {day.year}"


def test_a_machine_without_a_zone_database_uses_the_shipped_one() -> None:
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=[])
    try:
        shipped = zoneinfo.ZoneInfo.no_cache("Europe/London")
    finally:
        zoneinfo.reset_tzpath(to=before)
    for month in range(1, 13):
        noon = datetime(2026, month, 1, 12)
        assert noon.replace(tzinfo=shipped).utcoffset() == noon.replace(tzinfo=LONDON).utcoffset()


def test_a_date_and_a_time_are_read_in_one_form_only() -> None:
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    assert parse_time("17:05") == time(17, 5)
    for text in ("", "20240229", "2023-02-29", "2024-2-29", "2024-02-29 ", "2024-W09-4"):
        with pytest.raises(BadInput, match="is not a date"):
            parse_date(text)
    for text in ("", "17", "1705", "17.30", "24:00", "17:60", "17:05:00", "17:05Z", "5pm", "T17:05"):
        with pytest.raises(BadInput, match="is not a time of day"):
            parse_time(text)
