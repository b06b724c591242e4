"""Until when a record is kept: each class, the conflict rule, what overrides it, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.base.time import parse_occurred
from casework.cases.keeping import (
    Employment,
    closed_on,
    keeping,
    leaves_personnel_file,
    warning_kept_until,
    warning_period,
)
from casework.cases.model import Case, StepRecord
from casework.procedure.model import Policy
from tests.support.policies import shipped

CLOSED = date(2026, 5, 27)
CLAIM = date(2026, 11, 18)  # three months less a day, and twelve weeks


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shipped()


def case(policy: Policy, *values: dict[str, Any], state: str = "closed") -> Case:
    """A case whose steps answered so."""
    steps = tuple(
        StepRecord(
            n, "procedure", "close_case", "x", "closed", "p", "headteacher", "", "p", "hr_adviser",
            parse_occurred(CLOSED.isoformat()), "", values=one,
        )
        for n, one in enumerate(values, 2)
    )  # fmt: skip
    initial = {name: strand.initial for name, strand in policy.strands.items()}
    return Case(policy="x", opened=date(2026, 3, 2), states=initial | {"procedure": state}, steps=steps)


@pytest.mark.parametrize(
    ("answers", "employment", "until", "rules"),
    [
        ({"retention": "no_action"}, Employment(), CLAIM, ("RET-1d", "ERA96-111")),
        ({"retention": "malicious_or_false"}, Employment(), CLAIM, ("RET-2b", "ERA96-111")),
        ({"retention": "final_written_warning"}, Employment(), date(2027, 11, 27), ("RET-1c",)),
        ({"retention": "dismissal"}, Employment(ended=date(2026, 6, 30)), date(2032, 6, 30), ("RET-4",)),
        ({"retention": "dismissal"}, Employment(), None, ()),
        (
            {"retention": "safeguarding"},
            Employment(pension_age=date(2030, 1, 1)),
            date(2036, 3, 2),
            ("RET-2", "KCSIE-4.15"),
        ),
        (
            {"retention": "no_action", "conclusion": "unfounded"},
            Employment(pension_age=date(2051, 1, 1)),
            date(2051, 1, 1),
            ("RET-1d", "RET-2", "KCSIE-4.15"),
        ),
        ({"retention": "safeguarding"}, Employment(), None, ()),
        (
            {"retention": "low_level_concern"},
            Employment(ended=date(2026, 4, 1)),
            CLAIM,
            ("RET-3", "ERA96-111"),
        ),
    ],
)
def test_the_longest_period_counts(
    policy: Policy,
    answers: dict[str, Any],
    employment: Employment,
    until: date | None,
    rules: tuple[str, ...],
) -> None:
    found = keeping(case(policy, answers), policy, CLOSED, employment)
    assert found is not None
    assert found.until == until
    assert bool(found.missing) is (until is None)
    if until is not None:
        assert found.rules == rules
        assert all(period.says and period.cites for period in found.periods)


def test_nothing_is_due_without_a_class_or_while_anything_is_open(policy: Policy) -> None:
    assert keeping(case(policy, {"retention": "for ever"}), policy, CLOSED, Employment()) is None
    assert closed_on(case(policy, {}, state="hearing_held"), policy) is None
    assert closed_on(case(policy, {}), policy) == CLOSED
    open_strand = case(policy, {})
    open_strand = replace(open_strand, states={**open_strand.states, "safeguarding": "referred"})
    assert closed_on(open_strand, policy) is None


def test_what_changes_no_state_later_does_not_move_the_day_on_which_a_case_was_closed(policy: Policy) -> None:
    closed = case(policy, {})
    later = parse_occurred("2026-11-20")
    asked = replace(closed.steps[-1], n=99, strand="information", from_="rest", to="rest", occurred=later)
    assert closed_on(replace(closed, steps=(*closed.steps, asked)), policy) == CLOSED


@pytest.mark.parametrize(
    ("live_until", "months", "until"),
    [
        (date(2027, 4, 21), 18, date(2027, 10, 21)),
        (date(2026, 10, 21), 6, date(2026, 10, 21)),
        # The conflict rule: live for longer than the record is kept, so the months begin on the last day.
        (date(2028, 4, 21), 18, date(2029, 10, 21)),
        (date(2027, 4, 21), 6, date(2027, 10, 21)),
    ],
)
def test_a_live_warning_wins_over_its_retention(live_until: date, months: int, until: date) -> None:
    assert warning_kept_until(date(2026, 4, 22), live_until, months) == until


def test_both_dates_of_the_conflict_are_told(policy: Policy) -> None:
    period = warning_period("oral_warning", date(2026, 4, 22), date(2027, 4, 21), policy)
    assert "21 April 2027" in period.says and "21 October 2026" in period.says
    assert period.cites == ("RET-1a",)


@pytest.mark.parametrize(
    ("conclusion", "leaves"),
    [("malicious", True), ("false", True), ("unfounded", False), ("substantiated", False)],
)
def test_a_malicious_or_false_allegation_leaves_the_personnel_file(
    policy: Policy, conclusion: str, leaves: bool
) -> None:
    found = leaves_personnel_file(case(policy, {"conclusion": conclusion}), policy)
    assert (found == CLOSED) is leaves
    reconsidered = case(policy, {"conclusion": "false"}, {"conclusion": "unsubstantiated"})
    assert leaves_personnel_file(reconsidered, policy) is None
