"""Letters and notice: issued, served, in time; how each stands, in which words, with which date and which events."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.request import Assessment
from tests.support.core import Core
from tests.support.judging import Judge, told

DATES: dict[str, Any] = {
    "at": {"type": "datetime", "label": "At", "optional": True},
    "day": {"type": "date", "label": "Day", "optional": True},
    "how": {"type": "enum", "label": "How", "optional": True, "options": {"hand": "-", "first_class": "-"}},
    "agreed": {"type": "boolean", "label": "Agreed", "optional": True},
}

issued = Judge({"kind": "letter_issued", "letter": "invitation"})
served = Judge({"kind": "letter_served", "letter": "invitation"})
notice = Judge(
    {
        "kind": "notice",
        "letter": "invitation",
        "until": "at",
        "clear_working_days": "notice_days",
        "unless": "agreed",
        "never_below": "floor_days",
    },
    DATES,
)
forecast = Judge(
    {
        "kind": "notice_forecast",
        "until": "at",
        "clear_working_days": "notice_days",
        "method": "how",
        "unless": "agreed",
        "never_below": "floor_days",
    },
    DATES,
)
in_time = Judge({"kind": "in_time", "clock": "appeal"})


def test_a_letter_is_issued_by_the_newest_that_stands() -> None:
    core = told()
    nothing = issued(core)
    assert nothing.status == "breached"
    assert nothing.says == "The letter “invitation” has not been issued."
    assert nothing.remedy == "Issue the letter “invitation” and serve it."
    first = core.letter()
    assert issued(core).status == "met"
    assert issued(core).events == (core.case.letters[first].issued,)
    second = core.letter(supersedes=first)
    assert issued(core).events == (core.case.letters[second].issued,)


def test_a_proposed_a_superseded_and_a_withdrawn_letter_do_not_count() -> None:
    core = told()
    core.propose()
    assert issued(core).status == "breached"
    first = core.letter()
    core.letter("outcome", supersedes=first)
    assert issued(core).status == "breached"


def test_a_merged_letter_counts_as_each_that_it_covers() -> None:
    core = told()
    core.letter("everything", covers=["invitation", "outcome"])
    assert issued(core).status == "met"


def test_a_letter_is_served_on_the_day_on_which_it_counts_as_received() -> None:
    core = told().on("2026-03-31")
    assert served(core).says == "The letter “invitation” has not been issued."
    letter = core.letter()
    unserved = served(core)
    assert (unserved.status, unserved.says) == ("breached", "The letter “invitation” has not been served.")
    assert unserved.remedy == "Record how “invitation” was served."
    event = core.serve(letter, "2026-03-31", "first_class")
    early = served(core.on("2026-04-01"), on="2026-04-01")
    assert early.status == "breached"
    assert early.says == "The letter “invitation” counts as received only on Thursday 2 April 2026."
    assert early.earliest == date(2026, 4, 2)
    assert early.events == (event,)
    core.on("2026-04-02")
    assert served(core, on="2026-04-02").status == "met"
    assert served(core, on="2026-04-02").events == (event,)
    unknown = served(core, on="unknown")
    assert unknown.status == "not_shown"
    assert unknown.says == "Without a date it cannot be shown that “invitation” was served before."


def invited(on: str = "2026-03-31", method: str = "hand") -> Core:
    core = told().on(on)
    core.letter(served=on, method=method)
    return core


def held(core: Core, at: str, **asked: Any) -> Assessment:
    return notice(core.on(at), at=at, **asked)


@pytest.mark.parametrize(
    ("at", "agreed", "status", "earliest"),
    [
        ("2026-04-17T10:00", None, "met", None),
        ("2026-04-18T10:00", None, "met", None),  # a Saturday: it is the days between that are judged
        ("2026-04-16T10:00", None, "breached", date(2026, 4, 17)),
        ("2026-04-16T10:00", False, "breached", date(2026, 4, 17)),
        ("2026-04-16T10:00", True, "met", None),
        ("2026-04-10T10:00", True, "met", None),
        ("2026-04-09T10:00", True, "breached", date(2026, 4, 10)),
        ("2026-03-31T10:00", True, "breached", date(2026, 4, 10)),
        ("2026-03-30T10:00", True, "breached", date(2026, 4, 10)),
    ],
)
def test_notice_is_counted_in_clear_working_days_from_service(
    at: str, agreed: bool | None, status: str, earliest: date | None
) -> None:
    found = held(invited(), at, agreed=agreed)
    assert (found.status, found.earliest) == (status, earliest)


def test_notice_that_is_too_short_says_why_and_shows_the_working() -> None:
    core = invited()
    found = held(core, "2026-04-16T10:30")
    assert found.says == ("The notice is too short. Thursday 16 April 2026 is before Friday 17 April 2026.")
    assert found.remedy == "Choose Friday 17 April 2026 or later."
    assert found.working is not None
    assert "Good Friday" in found.working.sentence()
    assert found.working.result == date(2026, 4, 17)
    assert found.events == (core.standing("invitation").services[0].n,)


def test_the_fix_is_a_value_that_the_field_takes() -> None:
    found = held(invited(), "2026-04-16T10:30")
    assert found.fix == {"at": "2026-04-17T10:30"}
    fixed = held(invited(), str(found.fix["at"]))
    assert fixed.status == "met"
    day = Judge({"kind": "notice", "letter": "invitation", "until": "day", "clear_working_days": 2}, DATES)
    assert day(invited(), day="2026-03-31").fix == {"day": "2026-04-07"}


def test_even_agreed_notice_has_a_floor() -> None:
    found = held(invited(), "2026-04-09T10:00", agreed=True)
    assert found.says.startswith("Even with the employee’s agreement the notice is too short. ")
    assert found.fix == {"at": "2026-04-10T10:00"}


def test_an_agreement_without_a_floor_in_the_rule_changes_nothing() -> None:
    rigid = Judge(
        {
            "kind": "notice",
            "letter": "invitation",
            "until": "at",
            "clear_working_days": 10,
            "unless": "agreed",
        },
        DATES,
    )
    assert rigid(invited(), at="2026-04-16T10:00", agreed=True).status == "breached"


def test_notice_begins_with_service() -> None:
    core = told()
    assert notice(core, at="2026-03-02T10:00").says == "The letter “invitation” has not been issued."
    core.letter()
    found = notice(core, at="2026-03-02T10:00")
    assert found.status == "breached"
    assert found.says == "The letter “invitation” has not been served, so no notice has begun to run."
    assert found.remedy == "Serve “invitation”; the notice counts from the day on which it is received."


def test_notice_cannot_be_shown_without_a_date() -> None:
    found = notice(invited())
    assert found.status == "not_shown"
    assert found.says == "The date is not known, so the notice given cannot be shown."


def test_the_earliest_service_counts_in_whatever_order_they_are_recorded() -> None:
    core = told().on("2026-03-31")
    letter = core.letter()
    core.serve(letter, "2026-03-31", "second_class")
    core.serve(letter, "2026-04-01", "hand")
    assert core.standing("invitation").earliest_service == core.standing("invitation").services[1]
    assert held(core, "2026-04-20T10:00").status == "met"


def test_no_notice_at_all_is_still_not_a_meeting_before_the_letter() -> None:
    none = Judge({"kind": "notice", "letter": "invitation", "until": "at", "clear_working_days": 0}, DATES)
    core = invited("2026-03-31")
    assert none(core, at="2026-03-30T10:00").status == "breached"
    assert none(core, at="2026-03-31T10:00").status == "met"


@pytest.mark.parametrize(
    ("at", "how", "agreed", "status", "earliest"),
    [
        ("2026-04-17T10:00", None, None, "met", None),
        ("2026-04-17T10:00", "hand", None, "met", None),
        ("2026-04-16T10:00", "hand", None, "breached", date(2026, 4, 17)),
        ("2026-04-17T10:00", "first_class", None, "breached", date(2026, 4, 21)),
        ("2026-04-21T10:00", "first_class", None, "met", None),
        ("2026-04-10T10:00", "hand", True, "met", None),
        ("2026-04-09T10:00", "hand", True, "breached", date(2026, 4, 10)),
    ],
)
def test_notice_is_forecast_from_the_planned_service(
    at: str, how: str | None, agreed: bool | None, status: str, earliest: date | None
) -> None:
    found = forecast(told().on("2026-03-31"), at=at, how=how, agreed=agreed)
    assert (found.status, found.earliest) == (status, earliest)
    assert found.events == ()


def test_a_forecast_needs_both_dates() -> None:
    core = told()
    assert forecast(core).status == "not_shown"
    unknown = forecast(core, at="2026-04-17T10:00", on="unknown")
    assert (unknown.status, unknown.says) == (
        "not_shown",
        "Without the date, the notice cannot be worked out.",
    )


def test_a_period_that_never_began_cannot_be_missed() -> None:
    found = in_time(told(), by="jordan")
    assert (found.status, found.says) == ("not_reached", "No period has begun to run.")


@pytest.mark.parametrize(
    ("on", "status"), [("2026-05-12", "met"), ("2026-05-13", "breached"), ("unknown", "not_shown")]
)
def test_in_time_is_the_last_day_included(on: str, status: str) -> None:
    core = told().on("2026-04-27")
    core.letter("outcome", served="2026-04-27")
    found = in_time(core.on("2026-05-20"), by="jordan", on=on)
    assert found.status == status
    assert found.events == (core.case.clocks[-1].n,)
    if status == "breached":
        assert found.says == "It came after the last day, Tuesday 12 May 2026."
        assert found.remedy == "Decide whether to accept it late, and record why."


def test_a_letter_that_supersedes_starts_the_period_anew() -> None:
    core = told().on("2026-04-27")
    first = core.letter("outcome", served="2026-04-27")
    core.on("2026-05-05").letter("outcome", supersedes=first, served="2026-05-05")
    assert in_time(core.on("2026-05-18"), by="jordan", on="2026-05-18").status == "met"
