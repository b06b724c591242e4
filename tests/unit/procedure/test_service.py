"""When a letter counts as served, by method, on settings that the school has yet to confirm (LX-15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BadInput
from casework.procedure.bank_holidays import closed_from, england_calendar
from casework.procedure.calendar import CalendarTooShort
from casework.procedure.service import (
    METHODS,
    Deemed,
    Service,
    ServiceRules,
    deemed_served,
    earliest_effective,
    rules_of,
)

CALENDAR = england_calendar(
    2026,
    2027,
    policy_day="school_days",
    closures=closed_from(date(2026, 3, 30), date(2026, 4, 10), "the Easter holiday"),
)
RULES = ServiceRules()

TUE_31_MAR, WED_1_APR, THU_2_APR = date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2)
TUE_7_APR, WED_8_APR, THU_9_APR = date(2026, 4, 7), date(2026, 4, 8), date(2026, 4, 9)
SAT_7_MAR, MON_9_MAR, TUE_10_MAR = date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("method", "sent", "at", "served"),
    [
        ("hand", TUE_31_MAR, None, TUE_31_MAR),
        ("hand", TUE_31_MAR, time(23, 59), TUE_31_MAR),
        ("hand", SAT_7_MAR, None, SAT_7_MAR),
        ("email_agreed", TUE_31_MAR, time(9, 0), TUE_31_MAR),
        ("email_agreed", TUE_31_MAR, time(16, 59), TUE_31_MAR),
        ("email_agreed", TUE_31_MAR, time(17, 0), WED_1_APR),  # "before 17:00" leaves 17:00 out
        ("email_agreed", THU_2_APR, time(18, 0), TUE_7_APR),  # Easter in between
        ("email_agreed", TUE_31_MAR, None, WED_1_APR),  # not known when: taken as late
        ("email_agreed", SAT_7_MAR, time(10, 0), SAT_7_MAR),
        ("email_agreed", SAT_7_MAR, time(20, 0), MON_9_MAR),
        ("first_class", TUE_31_MAR, None, THU_2_APR),  # in the school holidays: the post comes all the same
        ("first_class", THU_2_APR, time(8, 0), WED_8_APR),
        ("first_class", SAT_7_MAR, None, TUE_10_MAR),
        ("signed_for", THU_2_APR, None, WED_8_APR),
        ("second_class", THU_2_APR, None, THU_9_APR),
    ],
)
def test_deemed_service_by_method(method: str, sent: date, at: time | None, served: date) -> None:
    found, working = deemed_served(method, sent, at, CALENDAR, RULES)
    assert found == served
    assert working.result == served
    assert working.start == sent


@pytest.mark.parametrize(
    ("method", "at", "sentence"),
    [
        (
            "hand",
            None,
            "Handed over on Thursday 2 April 2026. Counts as served: the same day.",
        ),
        (
            "email_agreed",
            time(16, 30),
            "Sent by e-mail at 4.30pm (before 5.00pm) on Thursday 2 April 2026. "
            "Counts as served: the same day.",
        ),
        (
            "email_agreed",
            time(17, 30),
            "Sent by e-mail at 5.30pm (5.00pm or later) on Thursday 2 April 2026. One working day: 7 April "
            "(3 April is Good Friday, 6 April is Easter Monday). Counts as served: Tuesday 7 April 2026.",
        ),
        (
            "email_agreed",
            None,
            "Sent by e-mail at a time not recorded, taken as late (5.00pm or later) on Thursday 2 April "
            "2026. One working day: 7 April (3 April is Good Friday, 6 April is Easter Monday). "
            "Counts as served: Tuesday 7 April 2026.",
        ),
        (
            "first_class",
            None,
            "Sent by first-class post on Thursday 2 April 2026. Two working days: 7 and 8 April "
            "(3 April is Good Friday, 6 April is Easter Monday). Counts as served: Wednesday 8 April 2026.",
        ),
    ],
)
def test_the_working_reads_well(method: str, at: time | None, sentence: str) -> None:
    assert deemed_served(method, THU_2_APR, at, CALENDAR, RULES)[1].sentence() == sentence


@given(st.sampled_from(METHODS), st.dates(date(2026, 1, 1), date(2027, 11, 1)), st.none() | st.times())
def test_nothing_is_served_before_it_is_sent(method: str, sent: date, at: time | None) -> None:
    served, _ = deemed_served(method, sent, at, CALENDAR, RULES)
    assert served >= sent
    assert (served - sent).days <= 7


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    for method in ("fax", "", "confirmed", "__class__"):
        with pytest.raises(BadInput) as caught:
            deemed_served(method, TUE_31_MAR, None, CALENDAR, RULES)
        assert "first_class" in caught.value.remedy


def test_service_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarTooShort):
        deemed_served("first_class", date(2027, 12, 30), None, CALENDAR, RULES)


def test_a_school_may_set_its_own_days() -> None:
    rules = replace(RULES, first_class=Deemed(3), email_agreed=Deemed(1))
    assert deemed_served("first_class", TUE_31_MAR, None, CALENDAR, rules)[0] == TUE_7_APR
    assert deemed_served("email_agreed", TUE_31_MAR, time(23), CALENDAR, rules)[0] == WED_1_APR


def test_the_shipped_settings_are_unconfirmed() -> None:
    assert RULES.confirmed is False


def test_of_several_services_the_earliest_effective_counts() -> None:
    posted = Service("second_class", date(2026, 3, 30))  # effective Thursday 2 April
    handed = Service("hand", WED_1_APR)
    mailed = Service(
        "email_agreed", TUE_31_MAR, time(17, 5)
    )  # effective Wednesday 1 April too, and given later
    found = earliest_effective([posted, handed, mailed], CALENDAR, RULES)
    assert found is not None
    service, served, working = found
    assert (service, served) == (handed, WED_1_APR)
    assert working.sentence().startswith("Handed over on Wednesday 1 April 2026.")


def test_without_a_service_none_counts() -> None:
    assert earliest_effective([], CALENDAR, RULES) is None


def policy(unconfirmed: bool = False, **values: Any) -> Any:
    """Return what `rules_of` sees of a policy with these settings."""
    return SimpleNamespace(
        settings={
            name: SimpleNamespace(value=value, unconfirmed=unconfirmed) for name, value in values.items()
        }
    )


ALL: dict[str, Any] = {
    "service_days_hand": 1,
    "service_days_email_agreed": 0,
    "service_days_email_late": 2,
    "service_email_before": "16:00",
    "service_days_first_class": 3,
    "service_days_signed_for": 4,
    "service_days_second_class": 5,
}


def test_rules_are_read_from_the_settings_of_a_policy() -> None:
    assert rules_of(policy(**ALL)) == ServiceRules(
        hand=Deemed(1),
        email_agreed=Deemed(0, before=time(16, 0), otherwise=2),
        first_class=Deemed(3),
        signed_for=Deemed(4),
        second_class=Deemed(5),
        confirmed=True,
    )


def test_a_policy_without_such_settings_has_the_defaults_unconfirmed() -> None:
    assert rules_of(policy()) == RULES
    assert rules_of(policy(service_days_hand=0)) == RULES


def test_rules_are_confirmed_only_when_each_setting_is() -> None:
    assert not rules_of(policy(unconfirmed=True, **ALL)).confirmed


def test_an_empty_cut_off_means_that_no_mail_is_late() -> None:
    rules = rules_of(policy(service_email_before=""))
    assert deemed_served("email_agreed", TUE_31_MAR, time(23, 59), CALENDAR, rules)[0] == TUE_31_MAR


@pytest.mark.parametrize("text", ["5pm", "25:00", "17.30", "17"])
def test_a_cut_off_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not a time of day"):
        rules_of(policy(service_email_before=text))
