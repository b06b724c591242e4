"""A date shows its working in plain British English."""

from __future__ import annotations

import json
from datetime import date

import pytest

from casework.procedure.bank_holidays import closed_from, england_calendar
from casework.procedure.calendar import NamedDay, add_months_inclusive
from casework.procedure.periods import add_calendar_days, period_beginning_with
from casework.procedure.working import Working, count_words

PLAIN = england_calendar(2025, 2028)
SCHOOL = england_calendar(
    2025,
    2028,
    policy_day="school_days",
    closures=(
        *closed_from(date(2026, 3, 30), date(2026, 4, 10), "the Easter holiday"),
        NamedDay(date(2026, 4, 13), "an INSET day"),
        NamedDay(date(2026, 4, 17), "an INSET day"),
    ),
)


def test_the_sentence_of_the_hearing_notice_is_the_one_in_the_design() -> None:
    assert PLAIN.earliest_after_clear_days(date(2026, 3, 31), 10).sentence() == (
        "Served on Tuesday 31 March 2026. Ten clear working days: 1, 2, 7, 8, 9, 10, 13, 14, 15 and 16 April "
        "(3 April is Good Friday, 6 April is Easter Monday). Earliest lawful date: Friday 17 April 2026."
    )


def test_the_caller_says_what_the_dates_are() -> None:
    appeal = PLAIN.add_working_days(date(2026, 4, 27), 10)
    assert appeal.sentence(opening="Letter dated and served on", closing="Last day to appeal") == (
        "Letter dated and served on Monday 27 April 2026. Ten working days: 28, 29 and 30 April; 1, 5, 6, "
        "7, 8, "
        "11 and 12 May (4 May is the Early May bank holiday). Last day to appeal: Tuesday 12 May 2026."
    )


def test_what_lies_between_the_last_clear_day_and_the_hearing_is_explained_too() -> None:
    assert PLAIN.earliest_after_clear_days(date(2026, 4, 1), 1).sentence() == (
        "Served on Wednesday 1 April 2026. One clear working day: 2 April "
        "(3 April is Good Friday, 6 April is Easter Monday). Earliest lawful date: Tuesday 7 April 2026."
    )


def test_a_count_over_the_new_year_names_the_years() -> None:
    assert PLAIN.add_working_days(date(2026, 12, 23), 5).sentence() == (
        "From Wednesday 23 December 2026. Five working days: 24, 29, 30 and 31 December 2026; 4 January 2027 "
        "(25 December is Christmas Day, 28 December is the substitute day for Boxing Day, "
        "1 January is New Year's Day). Last day: Monday 4 January 2027."
    )


def test_closed_days_in_a_row_are_one_note_and_those_apart_are_several() -> None:
    assert SCHOOL.add_working_days(date(2026, 3, 27), 4).sentence() == (
        "From Friday 27 March 2026. Four school days: 14, 15, 16 and 20 April (30 March to 10 April is the "
        "Easter "
        "holiday, 3 April is Good Friday, 6 April is Easter Monday, 13 April is an INSET day, 17 April is "
        "an INSET "
        "day). Last day: Monday 20 April 2026."
    )


def test_a_closure_over_the_new_year_names_the_years() -> None:
    calendar = england_calendar(
        2026,
        2027,
        policy_day="school_days",
        closures=closed_from(date(2026, 12, 21), date(2027, 1, 5), "the Christmas holiday"),
    )
    assert "(21 December 2026 to 5 January 2027 is the Christmas holiday, 25 December is" in (
        calendar.add_working_days(date(2026, 12, 18), 1).sentence()
    )


def test_the_companions_window_speaks_of_working_days_whatever_the_policy_counts() -> None:
    assert SCHOOL.companion_window(date(2026, 4, 1)).sentence() == (
        "Proposed for Wednesday 1 April 2026. Five working days: 2, 7, 8, 9 and 10 April "
        "(3 April is Good Friday, 6 April is Easter Monday). Last day of the window: Friday 10 April 2026."
    )


def test_counting_back() -> None:
    assert PLAIN.working_days_before(date(2026, 4, 10), 5).sentence(closing="Papers by") == (
        "Back from Friday 10 April 2026. Five working days: 1, 2, 7, 8 and 9 April "
        "(3 April is Good Friday, 6 April is Easter Monday). Papers by: Wednesday 1 April 2026."
    )


def test_how_much_notice_there_was() -> None:
    assert PLAIN.clear_days_between(date(2026, 3, 31), date(2026, 4, 10)).sentence() == (
        "Served on Tuesday 31 March 2026. Five clear working days: 1, 2, 7, 8 and 9 April "
        "(3 April is Good Friday, 6 April is Easter Monday). Held on: Friday 10 April 2026."
    )
    assert PLAIN.clear_days_between(date(2026, 4, 2), date(2026, 4, 7)).sentence() == (
        "Served on Thursday 2 April 2026. No clear working days between. Held on: Tuesday 7 April 2026."
    )


@pytest.mark.parametrize(
    ("working", "sentence"),
    [
        (
            period_beginning_with(date(2026, 3, 2), 14),
            "Beginning with Monday 2 March 2026. Fourteen days: 2 to 15 March. Last day: Sunday 15 March "
            "2026.",
        ),
        (
            add_calendar_days(date(2026, 12, 24), 30),
            "From Thursday 24 December 2026. 30 days: 25 December 2026 to 23 January 2027. "
            "Last day: Saturday 23 January 2027.",
        ),
        (
            add_calendar_days(date(2026, 4, 29), 2),
            "From Wednesday 29 April 2026. Two days: 30 April; 1 May. Last day: Friday 1 May 2026.",
        ),
        (
            add_calendar_days(date(2026, 4, 29), 0),
            "From Wednesday 29 April 2026. Last day: the same day.",
        ),
        (
            add_months_inclusive(date(2026, 4, 27), 12),
            "From Monday 27 April 2026. Twelve months, ending on the day before the same date. "
            "Last day: Monday 26 April 2027.",
        ),
        (
            add_months_inclusive(date(2026, 8, 31), 6),
            "From Monday 31 August 2026. Six months, ending on the last day of the month because it has no "
            "day 31. "
            "Last day: Sunday 28 February 2027.",
        ),
        (
            PLAIN.add_working_days(date(2026, 6, 1), 30),
            "From Monday 1 June 2026. 30 working days: 2 June to 13 July. Last day: Monday 13 July 2026.",
        ),
        (
            PLAIN.earliest_after_clear_days(date(2026, 4, 24), 0),
            "Served on Friday 24 April 2026. No clear working days needed. Earliest lawful date: Monday 27 "
            "April 2026.",
        ),
    ],
)
def test_other_sentences(working: Working, sentence: str) -> None:
    assert working.sentence() == sentence


def test_an_unusual_bank_holiday_reads_well() -> None:
    calendar = england_calendar(2023, 2023)
    assert (
        "(8 May is the Coronation of Charles III)"
        in calendar.add_working_days(date(2023, 5, 5), 1).sentence()
    )


def test_every_form_names_its_count() -> None:
    start = date(2026, 4, 27)
    rules = [
        PLAIN.add_working_days(start, 10).rule,
        PLAIN.working_days_before(start, 10).rule,
        PLAIN.earliest_after_clear_days(start, 10).rule,
        PLAIN.companion_window(start).rule,
        add_calendar_days(start, 10).rule,
        period_beginning_with(start, 10).rule,
    ]
    assert rules == [
        "within 10 working days, counting from the next one",
        "at least 10 working days before, counting back from the one before",
        "10 clear working days, counting neither the first day nor the last",
        "5 working days, beginning with the first one after the proposed day",
        "within 10 days, counting from the next day",
        "10 days, beginning with the first day, which is day 1",
    ]


def test_the_working_for_programs() -> None:
    working = PLAIN.earliest_after_clear_days(date(2026, 4, 1), 1)
    assert json.loads(json.dumps(working.as_json())) == {
        "rule": "1 clear working day, counting neither the first day nor the last",
        "start": "2026-04-01",
        "counted": ["2026-04-02"],
        "skipped": [
            {"date": "2026-04-03", "because": "holiday", "name": "Good Friday"},
            {"date": "2026-04-04", "because": "weekend", "name": "Saturday"},
            {"date": "2026-04-05", "because": "weekend", "name": "Sunday"},
            {"date": "2026-04-06", "because": "holiday", "name": "Easter Monday"},
        ],
        "result": "2026-04-07",
        "sentence": working.sentence(),
    }


def test_numbers_are_words_up_to_twenty() -> None:
    assert count_words(0, "days") == "no days"
    assert count_words(1, "clear working days") == "one clear working day"
    assert count_words(20, "school days") == "twenty school days"
    assert count_words(21, "months") == "21 months"
