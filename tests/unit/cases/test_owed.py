"""A time that turns out to have been about nothing was not missed: four questions answered late, four times no."""

from __future__ import annotations

from typing import Any

import pytest

from casework.cases.clocks import was_owed
from casework.cases.review_case import review_case
from tests.support import telling
from tests.support.core import CALENDAR, Core
from tests.support.policies import england
from tests.support.telling import FORMAL

RISK = {**telling.RISK, "risk": "yes: A push."}
TOLD = {"harm_threshold": RISK, "lado_contact": "referred", "lado_advice": "Ada, on 9 March."}


def answered_late(**answers: Any) -> Core:
    """Reported on Monday 2 March, decided on Monday 9 March."""
    core = telling.opened().on("2026-03-09")
    core.take("triage", "diane", **{**FORMAL, **answers})
    return core


def breaches(core: Core) -> list[str]:
    found = review_case(core.history, core.policies, {CALENDAR: england()}, core.context.today)
    return [
        item.rule for item in found if item.status == "breached" and item.step.startswith("Speak to the LADO")
    ]


def test_four_times_no_is_no_breach_of_the_working_day_however_late() -> None:
    assert breaches(answered_late()) == []


def test_one_yes_is_a_breach_of_it() -> None:
    assert breaches(answered_late(**TOLD)) == ["KCSIE-4.2"]


def test_a_no_that_is_corrected_to_a_yes_is_one_too() -> None:
    core = answered_late()
    triage = core.case.last_step("triage")
    assert triage is not None
    core.correct(
        triage.n, harm_threshold={"risk": "yes: A push."}, lado_contact="referred", lado_advice="Ada."
    )
    assert breaches(core) == ["KCSIE-4.2"]


def test_a_question_that_nobody_answers_stays_a_breach() -> None:
    core = telling.opened().on("2026-03-09")
    assert breaches(core) == ["KCSIE-4.2"]


@pytest.mark.parametrize(
    ("values", "owed"),
    [
        ({}, True),
        ({"harm_threshold": {"risk": "no"}}, False),
        ({"harm_threshold": {"risk": "no", "offence": "unclear"}}, True),
    ],
)
def test_what_the_stopping_step_says_counts(values: dict[str, Any], owed: bool) -> None:
    core = telling.opened()
    assert was_owed(core.policy.deadlines["lado_contact"], values) is owed
