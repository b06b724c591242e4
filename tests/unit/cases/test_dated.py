"""What is true of a school on a date: dated settings and delegations, on both sides of each limit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.dated import (
    DatedTruths,
    DatedValue,
    Delegation,
    HeldPost,
    dated_truths,
    policy_on,
    truths_relied_on,
    unfounded,
)
from tests.support.core import Core
from tests.support.judging import Judge, told
from tests.support.policies import small

DAY = date(2026, 3, 2)


def entered(power: str, role: str, since: str, until: str | None = None, id_: str = "one") -> Delegation:
    return Delegation(
        id_, power, role, date.fromisoformat(since), None if until is None else date.fromisoformat(until)
    )


def with_school(core: Core, *delegations: Delegation) -> Core:
    core.school = DatedTruths((), delegations)
    return core


power = Judge(
    {"kind": "delegated", "power": "suspend", "because": "Only by the scheme."}, by=["head", "governors"]
)
to_chair = Judge({"kind": "delegated", "power": "suspend", "to": "chair"}, by=["head"])
chosen = Judge(
    {"kind": "delegated"},
    {"sanction": {"type": "sanction", "label": "Sanction", "optional": True}},
    by=["head", "chair", "governors"],
    imposes="field:sanction",
)


@pytest.mark.parametrize(
    ("since", "until", "status"),
    [
        ("2026-03-02", None, "met"),
        ("2026-03-03", None, "breached"),
        ("2025-09-01", "2026-03-02", "met"),
        ("2025-09-01", "2026-03-01", "breached"),
    ],
)
def test_a_delegation_is_valid_from_its_first_to_its_last_day(
    since: str, until: str | None, status: str
) -> None:
    assert power(with_school(told(), entered("suspend", "head", since, until))).status == status


def test_nothing_on_record_says_so_and_what_to_do() -> None:
    found = power(told())
    assert found.says == (
        "No delegation of the power to suspend is on record for Monday 2 March 2026. Only by the scheme."
    )
    assert "`casework school delegate suspend --to head --from DATE --minute MINUTE`" in found.remedy


def test_a_delegation_of_another_day_is_named() -> None:
    found = power(with_school(told(), entered("suspend", "head", "2025-09-01", "2026-03-01")))
    assert "What is on record: from Monday 1 September 2025 to Sunday 1 March 2026." in found.says


def test_who_does_not_hold_the_role_does_not_have_the_power() -> None:
    found = power(with_school(told(), entered("suspend", "governors", "2025-09-01")))
    assert found.status == "breached"
    assert found.says.startswith(
        "On Monday 2 March 2026 the power to suspend is delegated to the governors, not to the head."
    )
    assert (
        power(with_school(told(), entered("suspend", "governors", "2025-09-01")), by="priya").status == "met"
    )


def test_the_role_that_must_have_it_can_be_named() -> None:
    assert to_chair(with_school(told(), entered("suspend", "chair", "2025-09-01"))).status == "met"
    assert to_chair(with_school(told(), entered("suspend", "head", "2025-09-01"))).status == "breached"


def test_the_power_of_the_sanction_is_asked_for() -> None:
    dismissal: dict[str, Any] = {"sanction": "dismissal"}
    assert chosen(told(), **dismissal).status == "breached"
    assert chosen(with_school(told(), entered("dismiss", "head", "2025-09-01")), **dismissal).status == "met"
    assert chosen(told(), sanction="oral").says == "This needs no delegated power."
    assert chosen(told()).status == "not_shown"


def test_a_day_that_is_not_known_shows_nothing() -> None:
    core = with_school(told(), entered("suspend", "head", "2025-09-01"))
    assert power(core, on="unknown").status == "not_shown"


def test_a_step_records_what_it_relied_on_and_is_judged_again_by_that() -> None:
    core = Core(power.policy, people={"diane": ["head"], "jordan": ["employee"]})
    core.school = DatedTruths(
        (DatedValue("employer", "school", date(2026, 1, 1)),),
        (entered("suspend", "head", "2025-09-01"), entered("suspend", "chair", "2025-09-01", id_="two")),
    )
    core.take("probe", "diane")
    relied = core.history[-1].facts["relied"]
    assert relied["settings"] == [{"setting": "employer", "value": "school", "from": "2026-01-01"}]
    assert [item["delegation"] for item in relied["delegations"]] == ["one"]
    core.school = DatedTruths()
    assert core.unlawful() == []


def test_a_step_without_the_delegation_that_it_claims_is_found() -> None:
    core = Core(power.policy, people={"diane": ["head"], "jordan": ["employee"]})
    with_school(core, entered("suspend", "head", "2025-09-01"))
    core.take("probe", "diane")
    facts = dict(core.history[-1].facts)
    del facts["relied"]
    core.history[-1] = core.history[-1].__class__(core.history[-1].n, core.history[-1].recorded, facts)
    [wrong] = core.unlawful()
    assert "No delegation of the power to suspend" in wrong.says


def test_a_dated_setting_goes_before_the_policys_own_value_from_its_day_on() -> None:
    truths = DatedTruths((DatedValue("employer", "school", DAY),))
    policy = small()
    assert policy_on(policy, truths, date(2026, 3, 1)) is policy
    there = policy_on(policy, truths, DAY)
    assert there.settings["employer"].value == "school"
    assert policy_on(policy, truths, DAY) is there, "compiled once"
    assert policy_on(policy, truths, None) is policy
    assert policy_on(policy, DatedTruths((DatedValue("strict", True, DAY),)), DAY) is policy


def test_of_two_values_from_the_same_day_the_one_entered_later_counts() -> None:
    truths = DatedTruths((DatedValue("employer", "school", DAY), DatedValue("employer", "council", DAY)))
    held = truths.value_on("employer", DAY)
    assert held is not None
    assert held.value == "council"


def test_the_stream_of_the_school_is_folded_in_order() -> None:
    one, two = entered("suspend", "head", "2025-09-01"), entered("dismiss", "chair", "2025-09-01", id_="two")
    truths = dated_truths(
        [
            {"kind": "organisation_created"},
            {"kind": "delegation_entered", **one.to_facts()},
            {"kind": "setting_dated", "setting": "employer", "value": "school", "from": "2026-03-02"},
            {"kind": "delegation_entered", **two.to_facts()},
            {"kind": "delegation_ended", "delegation": "one", "until": "2026-03-01"},
            {"kind": "delegation_ended", "delegation": "unknown", "until": "2026-03-01"},
        ]
    )
    assert truths.holding("suspend", DAY) == ()
    assert [item.id for item in truths.holding("suspend", date(2026, 3, 1))] == ["one"]
    assert [item.id for item in truths.holding("dismiss", DAY)] == ["two"]


def test_what_a_step_rested_on_has_to_have_been_on_record_of_the_school() -> None:
    core = Core(power.policy, people={"diane": ["head"], "jordan": ["employee"]})
    one = entered("suspend", "head", "2025-09-01")
    core.school = known = DatedTruths((DatedValue("employer", "school", date(2026, 1, 1)),), (one,))
    core.take("probe", "diane")
    facts = core.history[-1].facts
    assert unfounded(facts, power.policy, known) == ""
    ended = entered("suspend", "head", "2025-09-01", "2026-01-31")
    for others in ((), (ended,)):
        says = unfounded(facts, power.policy, DatedTruths(known.values, others))
        assert says == "It rests on a delegation that was not on record of the school."
    for values in ((), (DatedValue("employer", "council", date(2026, 2, 1)),)):
        says = unfounded(facts, power.policy, DatedTruths(values, known.delegations))
        assert says == "It does not rest on what was true of the school on its day."
    silent = {**facts, "relied": {}}
    assert (
        unfounded(silent, power.policy, known)
        == "It does not rest on what was true of the school on its day."
    )


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.lists(st.tuples(days, st.booleans()), max_size=6), days)
def test_what_is_true_on_a_day_is_never_what_begins_later(values: list[tuple[date, bool]], on: date) -> None:
    truths = DatedTruths(tuple(DatedValue("strict", value, since) for since, value in values))
    held = truths.value_on("strict", on)
    before = [since for since, _ in values if since <= on]
    assert (held is None) == (not before)
    if held is not None:
        assert held.since == max(before)


@given(days, st.none() | days, days)
def test_a_delegation_read_back_says_the_same(since: date, until: date | None, on: date) -> None:
    item = Delegation("x", "suspend", "head", since, until)
    again = truths_relied_on({"relied": {"delegations": [item.to_facts()]}}).delegations[0]
    assert again == item
    assert again.valid(on) == (since <= on and (until is None or on <= until))


@pytest.mark.parametrize(
    ("on", "holder"),
    [
        ("2025-08-31", None),
        ("2025-09-01", "helen"),
        ("2026-02-28", "helen"),
        ("2026-03-01", ""),
        ("2026-04-13", "ines"),
    ],
)
def test_who_holds_a_post_is_true_on_a_date(on: str, holder: str | None) -> None:
    entries = [("ines", "2026-04-13"), ("helen", "2025-09-01"), ("", "2026-03-01")]
    truths = dated_truths(
        {"kind": "post_held", "post": "headteacher", "person": person, "from": since}
        for person, since in entries
    )
    held = truths.post_on("headteacher", date.fromisoformat(on))
    assert (held.person if held else None) == holder
    assert truths.post_on("chair", date.fromisoformat(on)) is None


def test_of_two_entries_for_one_day_the_newer_counts() -> None:
    day = date(2026, 3, 1)
    truths = DatedTruths(posts=(HeldPost("headteacher", "helen", day), HeldPost("headteacher", "ines", day)))
    held = truths.post_on("headteacher", day)
    assert held is not None
    assert held.person == "ines"
