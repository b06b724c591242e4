"""Whoever is dismissed and asks for the reasons in writing gets them within fourteen days (ERA96-92)."""

from __future__ import annotations

from datetime import date

from casework.cases.model import Clock
from tests.support import telling
from tests.support.core import Core


def decided() -> Core:
    """A hearing was held on Wednesday 25 March 2026, and the decision is due."""
    core = telling.triaged(telling.opened())
    return telling.heard(telling.invited(telling.to_answer(telling.investigated(core))))


def clock(core: Core) -> Clock:
    """The clock for the reasons."""
    [found] = [item for item in core.case.clocks if item.id == "written_reasons"]
    return found


def asked(core: Core) -> Core:
    """The employee asked two days later."""
    core.on("2026-03-27").take(
        "request_written_reasons", "jordan", requested_on="2026-03-27", how="By e-mail to the clerk."
    )
    return core


def test_the_reasons_are_due_on_the_fourteenth_day_even_in_the_easter_holidays() -> None:
    core = asked(telling.dismissed(decided()))
    assert core.state() == "dismissal_determined"
    assert (clock(core).due, clock(core).stopped) == (date(2026, 4, 10), None)


def test_giving_them_stops_the_clock_while_an_appeal_goes_on() -> None:
    core = telling.appealed(asked(telling.dismissed(decided())))
    core.on("2026-04-02").take(
        "give_written_reasons", "lee", given_on="2026-04-02", reasons="As the panel found on 25 March."
    )
    assert core.state() == "appeal_lodged"
    assert clock(core).stopped is not None
    assert core.unlawful() == []


def test_they_may_be_asked_for_after_an_appeal_was_lodged() -> None:
    core = asked(telling.appealed(telling.dismissed(decided())))
    assert clock(core).due == date(2026, 4, 10)


def test_whoever_was_only_warned_has_no_such_right() -> None:
    core = telling.appealed(telling.warned(decided()))
    unmet = core.why("request_written_reasons", "jordan", requested_on="2026-03-25", how="By e-mail.")
    assert list(unmet) == ["dismissal_was_decided"]
