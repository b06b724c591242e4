"""Deadlines: what starts and stops them, how they are counted, and that late is shown and blocks nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.clocks import due_date
from casework.cases.model import Clock
from casework.procedure.bank_holidays import closed_from, england_calendar
from casework.procedure.calendar import POLICY_DAYS
from casework.procedure.model import Deadline, Policy, Setting
from tests.support.core import Core
from tests.support.judging import told
from tests.support.policies import england, small


def deadline(**parts: Any) -> Deadline:
    given = {
        "title": "T",
        "starts": ["case_opened"],
        "stops": ["step:look"],
        "act_by": ["head"],
        "then": "Act.",
    }
    return Deadline.model_validate({**given, **parts})


@pytest.mark.parametrize(
    ("parts", "start", "due"),
    [
        ({"days": 3}, "2026-03-31", "2026-04-07"),  # Good Friday, the weekend and Easter Monday between
        ({"days": "floor_days"}, "2026-03-31", "2026-04-09"),
        ({"days": 0}, "2026-04-03", "2026-04-03"),  # the same day, whatever day that is
        ({"days": 1, "unit": "statutory_working_days"}, "2026-04-02", "2026-04-07"),
        ({"days": 14, "unit": "calendar_days"}, "2026-04-01", "2026-04-15"),
        ({"days": 14, "unit": "calendar_days", "count": "beginning_with"}, "2026-04-01", "2026-04-14"),
        ({"days": 1, "unit": "calendar_days", "count": "beginning_with"}, "2026-04-01", "2026-04-01"),
        ({"days": 10}, "2026-04-27", "2026-05-12"),  # 4 May is a bank holiday
    ],
)
def test_a_due_date_is_counted_as_the_deadline_says(parts: dict[str, Any], start: str, due: str) -> None:
    found = due_date(deadline(**parts), date.fromisoformat(start), small(), england())
    assert found.result == date.fromisoformat(due)


def test_school_holidays_stop_the_policys_days_and_never_the_statutory_ones() -> None:
    easter = closed_from(date(2026, 3, 30), date(2026, 4, 10), "the Easter holiday")
    school = england_calendar(2025, 2028, closures=easter)
    start = date(2026, 3, 27)
    assert due_date(deadline(days=3), start, small(), school).result == date(2026, 4, 1)
    assert due_date(deadline(days=3), start, in_school_days(), school).result == date(2026, 4, 15)
    statutory = deadline(days=3, unit="statutory_working_days")
    assert due_date(statutory, start, in_school_days(), school).result == date(2026, 4, 1)
    calendar = deadline(days=3, unit="calendar_days")
    assert due_date(calendar, start, in_school_days(), school).result == date(2026, 3, 30)


def in_school_days() -> Policy:
    """The small policy of a school whose days are those on which it is open."""
    options = {name: name for name in POLICY_DAYS}
    setting = Setting(title="A day", type="enum", value="school_days", options=options)
    return small().model_copy(update={"settings": {**small().settings, "policy_day": setting}})


def clock(core: Core, name: str) -> Clock:
    return [item for item in core.case.clocks if item.id == name][-1]


def test_opening_a_case_starts_its_first_clock() -> None:
    core = told()
    found = clock(core, "look")
    assert (found.counted_from, found.due) == (date(2026, 3, 2), date(2026, 3, 5))
    assert (found.stopped, core.case.running()) == (None, (found,))


def test_the_step_stops_it_on_the_day_on_which_it_happened() -> None:
    core = told().on("2026-03-10")
    decision = core.take("look", "diane", why="x", on="2026-03-04")
    assert decision.facts["stopped"] == ["look"]
    found = clock(core, "look")
    assert (found.stopped, found.stopped_on) == (core.case.n, date(2026, 3, 4))
    assert not found.late(date(2026, 3, 31))
    assert clock(core, "hearing").counted_from == date(2026, 3, 4)


def test_late_is_shown_and_blocks_nothing() -> None:
    core = told()
    assert not clock(core, "look").late(date(2026, 3, 5))
    assert clock(core, "look").late(date(2026, 3, 6))
    core.on("2026-03-20").take("look", "diane", why="x")
    assert clock(core, "look").late(date(2026, 3, 20))


def test_a_clock_that_starts_again_stops_the_one_before() -> None:
    core = told()
    core.take("look", "diane", why="x")
    first = clock(core, "hearing")
    assert core.on("2026-03-10").take("put_off", "wendy").facts["stopped"] == ["hearing"]
    again = clock(core, "hearing")
    assert (again.counted_from, again.due) == (date(2026, 3, 10), date(2026, 3, 31))
    assert [item.id for item in core.case.running()] == ["hearing"]
    assert first.due == date(2026, 3, 23)


def decided() -> Core:
    core = told()
    core.allege("first")
    core.take("look", "diane", why="x")
    core.on("2026-03-03").letter(served="2026-03-03")
    core.on("2026-03-20").take("hear", "felix", held_at="2026-03-20T10:00", answers={"1": "nothing"})
    core.take("decide", "felix", sanction="oral", findings={"1": "proved"}, reasons={"1": "admitted"})
    return core


def test_a_clock_counts_from_the_field_that_the_deadline_names() -> None:
    core = decided().on("2026-03-27")
    core.take("tell_council", "priya", told_on="2026-03-25", effect="at_once")
    found = clock(core, "council_ends")
    assert (found.counted_from, found.due) == (date(2026, 3, 25), date(2026, 4, 7))


def test_a_condition_that_does_not_hold_starts_nothing() -> None:
    core = decided()
    assert "clocks" not in core.take("tell_council", "priya", told_on="2026-03-20", effect="later").facts


def test_a_step_of_unknown_date_starts_nothing() -> None:
    core = told()
    facts = core.take("look", "diane", why="x", on="unknown", irregular="No date was noted.").facts
    assert "clocks" not in facts
    assert facts["stopped"] == ["look"]


def test_the_period_for_an_appeal_runs_from_receipt_not_from_sending() -> None:
    core = told().on("2026-04-24")
    core.letter("outcome", served="2026-04-24", method="first_class")
    found = clock(core, "appeal")
    assert (found.counted_from, found.due) == (date(2026, 4, 28), date(2026, 5, 13))


def test_a_letter_that_is_served_again_does_not_start_the_period_again() -> None:
    core = told().on("2026-04-27")
    letter = core.letter("outcome", served="2026-04-27")
    core.serve(letter, "2026-05-06")
    assert [item.due for item in core.case.clocks if item.id == "appeal"] == [date(2026, 5, 12)]


def test_a_period_never_becomes_shorter_by_an_earlier_service_recorded_later() -> None:
    core = told().on("2026-04-27")
    letter = core.letter("outcome")
    core.serve(letter, "2026-04-28", "second_class")
    core.serve(letter, "2026-04-28", "hand")
    assert core.standing("outcome").earliest_service == core.standing("outcome").services[1]
    assert [item.due for item in core.case.clocks if item.id == "appeal"] == [date(2026, 5, 18)]


def test_a_letter_that_replaces_another_starts_the_period_again() -> None:
    core = told().on("2026-04-27")
    first = core.letter("outcome", served="2026-04-27")
    core.on("2026-05-06").letter("outcome", supersedes=first, served="2026-05-06")
    assert [(item.due, item.stopped is None) for item in core.case.clocks if item.id == "appeal"] == [
        (date(2026, 5, 12), False),
        (date(2026, 5, 20), True),
    ]


def test_running_clocks_come_by_due_date() -> None:
    core = told().on("2026-03-02")
    core.take("look", "diane", why="x")
    core.letter("outcome", served="2026-03-02")
    assert [item.id for item in core.case.running()] == ["appeal", "hearing"]


def test_a_step_taken_from_where_it_does_not_start_begins_no_clock() -> None:
    core = told()
    facts = core.take("put_off", "wendy", irregular="Nobody had looked yet.").facts
    assert "clocks" not in facts
    core.take("look", "diane", why="x")
    assert "clocks" in core.take("put_off", "wendy").facts
