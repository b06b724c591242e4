"""Who had consent on a day, what makes a pattern, and a clock that counts hours through weekends and clock changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from casework.registers import entries
from casework.registers.lookup import Asked, holds_on, look, running
from tests.support.policies import shipped
from tests.support.registers import BREACH, CONSENT, DECISION, NOW, Writing

PERSON = "person-2"


def consents(**changes: Any) -> Writing:
    register = Writing("consents")
    register.take(entries.add(register.sitting, entry="e1", given={**CONSENT, **changes}))
    return register


def asked(day: str, account: str = "", person: str = PERSON) -> Asked:
    return Asked(person, "case-1", date.fromisoformat(day), account)


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-08-31", False), ("2026-09-01", True), ("2026-09-30", True), ("2026-10-01", False)],
)
def test_a_consent_holds_from_its_first_day_to_its_last(day: str, holds: bool) -> None:
    register = consents(granted_until="2026-09-30")
    assert holds_on(register.sitting.register, register.book.entry(1), date.fromisoformat(day)) is holds


@pytest.mark.parametrize(("day", "status"), [("2026-10-01", "some"), ("2026-10-02", "none")])
def test_a_consent_that_was_withdrawn_holds_no_more_from_that_day(day: str, status: str) -> None:
    register = consents()
    given = {"withdrawn_on": "2026-10-02", "withdrawn_because": "Another job"}
    register.take(entries.update(register.sitting, register.book.entry(1), given))
    assert look(register.sitting.register, register.book, asked(day)).status == status


def test_a_consent_is_for_one_person_and_one_account() -> None:
    register = consents()
    known = register.sitting.register
    assert look(known, register.book, asked("2026-10-01", "account-1")).status == "some"
    assert look(known, register.book, asked("2026-10-01", "account-2")).status == "none"
    assert look(known, register.book, asked("2026-10-01", person="somebody")).status == "none"
    register.take(entries.annul(register.sitting, register.book.entry(1), "Another person"))
    assert look(known, register.book, asked("2026-10-01", "account-1")).status == "none"


def concerns(*days: str, person: str = PERSON) -> Writing:
    register = Writing("low-level-concerns")
    for number, day in enumerate(days, start=1):
        given = {"person": person, "raised_on": day, "concern": "C", "context": "X", "action": "A"}
        register.take(entries.add(register.sitting, entry=f"e{number}", given=given))
    return register


@pytest.mark.parametrize(
    ("days", "status", "numbers"),
    [
        ([], "none", []),
        (["2026-11-01"], "some", [1]),
        (["2026-11-01", "2026-11-02"], "some", [1, 2]),
        (["2026-11-01", "2026-11-02", "2026-11-20"], "pattern", [1, 2, 3]),
        (["2025-11-21", "2026-11-02", "2026-11-20"], "pattern", [1, 2, 3]),
        (["2025-11-20", "2026-11-02", "2026-11-20"], "some", [1, 2, 3]),  # the first is a year old
        (["2026-11-01", "2026-11-02", "2026-11-21"], "some", [1, 2]),  # the last comes after the day
    ],
)
def test_three_concerns_about_one_person_within_a_year_are_a_pattern(
    days: list[str], status: str, numbers: list[int]
) -> None:
    register = concerns(*days)
    found = look(register.sitting.register, register.book, asked("2026-11-20"), entries=3, months=12)
    assert (found.status, [entry.number for entry in found.entries]) == (status, numbers)


def test_concerns_about_others_make_no_pattern() -> None:
    register = concerns("2026-11-01", "2026-11-02", "2026-11-03", person="somebody")
    assert (
        look(register.sitting.register, register.book, asked("2026-11-20"), entries=3, months=12).status
        == "none"
    )


@pytest.mark.parametrize(
    ("aware", "due"),
    [
        ("2026-11-20T15:00", "2026-11-23T15:00:00+00:00"),  # Friday to Monday: the weekend counts
        (
            "2026-10-23T15:00",
            "2026-10-26T14:00:00+00:00",
        ),  # the clocks go back: 3 pm in summer, 2 pm in winter
        ("2026-03-27T15:00", "2026-03-30T15:00:00+00:00"),  # the clocks go forward: 4 pm in summer
        ("2025-12-24T12:00", "2025-12-27T12:00:00+00:00"),  # Christmas counts
    ],
)
def test_seventy_two_hours_are_counted_as_they_pass(aware: str, due: str) -> None:
    register = Writing("data-breaches")
    register.take(entries.add(register.sitting, entry="e1", given={**BREACH, "aware_at": aware}))
    clock = shipped().registers["data-breaches"].clock
    assert clock is not None
    (found,) = running(clock, register.book)
    assert found.due == datetime.fromisoformat(due)
    assert found.stopped is None
    assert found.late(NOW) is (found.due < NOW)


def test_the_clock_stops_with_the_decision_and_says_if_it_was_late() -> None:
    register = Writing("data-breaches")
    register.take(entries.add(register.sitting, entry="e1", given={**BREACH, "aware_at": "2026-11-17T08:00"}))
    register.take(entries.update(register.sitting, register.book.entry(1), DECISION))
    clock = shipped().registers["data-breaches"].clock
    assert clock is not None
    (found,) = running(clock, register.book)
    assert found.stopped is not None
    assert found.late(NOW)  # decided on the 21st at nine; due on the 20th at eight
