"""Every register that a social media policy and the law imply stands in the policies, with what it has to hold."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from casework.procedure.load import load_policy, shipped_policies
from casework.procedure.model import Policy


class Line(NamedTuple):
    """A register: its name, the fields that it has to have, what triage asks of it, what its reviews count from."""

    name: str
    fields: str
    asks: str | None
    reviews: str = ""


REGISTERS = {
    "REG-1": Line(
        "consents",
        "person account scope granted_by granted_from granted_until evidence withdrawn_on",
        "held",
        "granted_until",
    ),
    "REG-2": Line("uploads", "item account requester approver approved_on image_consent", "held"),
    "REG-3": Line("accounts", "platform handle owner recovery_contact credentials_changed_on", None),
    "REG-4": Line("advice", "asked_by question answer answered_by answered_on", "about", "asked_on"),
    "REG-5": Line("observations", "person seen_at minutes device duty observer notice", "about"),
    "REG-6": Line("informal-talks", "person held_on topic expectation follow_up_on", "about", "follow_up_on"),
    "REG-7": Line("captures", "item address captured_at captured_by method sha256 visibility basis", "case"),
    "REG-8": Line(
        "data-breaches",
        "what data people consequences done aware_at decision decided_because decided_by decided_at notified_at",
        "case",
        "aware_at decided_at",
    ),
    "REG-9": Line("complaints", "complainant received_on effect", "case"),
    "REG-10": Line(
        "discriminatory-incidents",
        "happened_on place reported_by perceived_by what characteristic affected immediate_action support policy"
        " police_reference lado_reference outcome feedback_on governors_told_on",
        "case",
        "happened_on happened_on happened_on",
    ),
    "REG-11": Line("low-level-concerns", "person concern context action raised_by", "about"),
    "REG-12": Line(
        "policies",
        "policy version in_force_from consulted_from consulted_until unions trigger adopted_on review_on",
        "day",
        "review_on",
    ),
    "REG-12b": Line("acknowledgements", "person policy acknowledged_on how", "about"),
}


@pytest.fixture(scope="module", params=sorted(shipped_policies()))
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(shipped_policies()[request.param])


@pytest.mark.parametrize("number", REGISTERS)
def test_each_register_holds_what_it_has_to(number: str, policy: Policy) -> None:
    line = REGISTERS[number]
    register = policy.registers[line.name]
    assert register.number == number
    assert set(line.fields.split()) <= register.fields.keys()
    assert (register.triage.asks if register.triage else None) == line.asks
    assert [review.on for review in register.reviews] == line.reviews.split()
    assert all(review.cites and review.then.endswith(".") for review in register.reviews)


def test_no_register_is_left_over(policy: Policy) -> None:
    assert {line.name for line in REGISTERS.values()} == policy.registers.keys()


def test_the_decision_on_a_breach_has_seventy_two_hours_from_knowing(policy: Policy) -> None:
    clock = policy.registers["data-breaches"].clock
    assert clock is not None
    assert (clock.starts, clock.hours, clock.stops) == ("aware_at", 72, "decision")
    told = policy.registers["data-breaches"].reviews[0]
    assert (told.on, told.hours, told.done) == ("aware_at", 72, ("notified_at",))
