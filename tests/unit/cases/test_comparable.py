"""Earlier decisions that are like a case: which are, how alike, what stood in the end, and nothing that tells who."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.cases.comparable import (
    Comparable,
    Likeness,
    PastDecision,
    Proved,
    compared,
    likeness,
    past_decision,
    shown_order,
)
from casework.cases.model import LiveWarning
from casework.cases.request import Compared
from tests.support import telling
from tests.support.core import Core
from tests.support.mending import decided, heard
from tests.support.policies import social_media

PAST = PastDecision(
    date(2025, 11, 17), (Proved(("SMP-4.1a",), "S2", False),), "first", "first", "none", False, {}
)


def charged(*allegations: tuple[str, str]) -> Core:
    core = Core()
    for clause, band in allegations:
        core.allege(clauses=[clause], band=band)
    return core


def like(ours: tuple[str, str], *theirs: tuple[str, str]) -> Likeness | None:
    proved = tuple(Proved((clause,), band, False) for clause, band in theirs)
    return likeness(charged(ours).case, replace(PAST, proved=proved), [social_media()])


def past(core: Core) -> PastDecision:
    found = past_decision(core.case, core.policy, core.history)
    assert found is not None
    return found


# --- How alike ---


@pytest.mark.parametrize(
    ("theirs", "alike", "says"),
    [
        (("SMP-4.1b", "S2"), "closely", "the same rule, the same severity"),
        (("SMP-4.1b", "S3"), "fairly", "the same rule, one band more serious"),
        (("SMP-4.1b", "S1"), "fairly", "the same rule, one band less serious"),
        (("SMP-4.1a", "S2"), "fairly", "another rule of the same clause, the same severity"),
        (("SMP-4.1a", "S3"), "loosely", "another rule of the same clause, one band more serious"),
    ],
)
def test_rule_and_severity_say_how_alike_two_cases_are(
    theirs: tuple[str, str], alike: str, says: str
) -> None:
    found = like(("SMP-4.1b", "S2"), theirs)
    assert found is not None
    assert (found.alike, found.says) == (alike, says)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("SMP-4.1b", "S2"), ("SMP-4.1b", "S4")),
        (("SMP-4.1b", "S2"), ("SMP-4.3", "S2")),
        (("SMP-4.1b", "S4"), ("SMP-4.1b", "X")),
        (("SMP-4.1b", "X"), ("SMP-4.1b", "S0")),
    ],
)
def test_another_clause_or_two_bands_away_is_not_alike(
    ours: tuple[str, str], theirs: tuple[str, str]
) -> None:
    assert like(ours, theirs) is None


def test_safeguarding_is_like_safeguarding() -> None:
    found = like(("SMP-4.1b", "X"), ("SMP-4.1b", "X"))
    assert found is not None
    assert found.alike == "closely"


def test_the_allegations_that_are_most_alike_count_and_the_others_are_told() -> None:
    found = like(("SMP-4.1b", "S2"), ("SMP-4.3", "S4"), ("SMP-4.1a", "S3"), ("SMP-4.1b", "S2"))
    assert found is not None
    assert found.alike == "closely"
    assert found.says.endswith("2 other allegations were proved")


def test_an_allegation_that_was_withdrawn_is_not_compared() -> None:
    core = charged(("SMP-4.1b", "S2"))
    theirs = replace(PAST, proved=(Proved(("SMP-4.1b",), "S2", False),))
    assert likeness(core.case, theirs, [social_media()]) is not None
    core.withdraw_allegation(next(iter(core.case.allegations)))
    assert likeness(core.case, theirs, [social_media()]) is None


def test_a_case_without_a_clause_is_like_none() -> None:
    core = Core()
    core.allege(clauses=[])
    assert likeness(core.case, PAST, [social_media()]) is None


# --- What was decided ---


def test_what_was_proved_counts_and_what_was_not_does_not() -> None:
    found = past(decided())
    assert found.on == date(2026, 4, 20)
    assert found.proved == (Proved(("SMP-4.3",), "S2", False),)
    assert (found.sanction, found.stands, found.appeal) == ("first", "first", "none")


def test_a_case_that_is_not_decided_is_no_measure() -> None:
    core = heard_under_the_shipped_policy()
    assert past_decision(core.case, core.policy, core.history) is None


def test_a_decision_that_is_on_record_as_irregular_is_no_measure() -> None:
    core = Core(people={"felix": ["chair"]})
    core.allege("first")
    core.take(
        "decide",
        "felix",
        irregular="Decided without a hearing.",
        sanction="first",
        findings={"1": "proved"},
        reasons={"1": "Obvious."},
    )
    assert past_decision(core.case, core.policy, core.history) is None


def test_a_warning_counts_only_if_it_was_live_on_the_day() -> None:
    def with_warning(until: date) -> PastDecision:
        core = heard_with(LiveWarning("first", date(2025, 5, 1), until))
        return past(core)

    assert with_warning(date(2026, 4, 30)).live_warning
    assert not with_warning(date(2026, 4, 1)).live_warning


def heard_with(warning: LiveWarning) -> Core:
    core = heard()
    core.warnings = (warning,)
    core.take(
        "decide",
        "felix",
        sanction="first",
        findings={"1": "proved", "2": "not_proved"},
        reasons={"1": "x", "2": "y"},
    )
    return core


def heard_under_the_shipped_policy() -> Core:
    return telling.heard(
        telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
    )


def test_answers_that_the_policy_marks_are_told() -> None:
    core = telling.warned(heard_under_the_shipped_policy())
    found = past(core)
    assert found.circumstances == {"rule_known": "acknowledged"}
    assert found.proved[0].gross_misconduct


@pytest.mark.parametrize(
    ("step", "asked", "appeal", "stands"),
    [
        (
            "dismiss_appeal",
            {"earlier_defects": "None.", "dismissal_now": False},
            "dismissed",
            "first_written_warning",
        ),
        (
            "uphold_appeal_in_part",
            {
                "sanction": "oral_warning",
                "earlier_defects": "None.",
                "change_required": "Ask.",
                "reinstates": False,
            },
            "upheld_in_part",
            "oral_warning",
        ),
        ("uphold_appeal", {"reinstates": False}, "upheld", ""),
    ],
)
def test_what_stood_after_the_appeal_is_told(
    step: str, asked: dict[str, Any], appeal: str, stands: str
) -> None:
    core = telling.appealed(telling.warned(heard_under_the_shipped_policy()))
    assert past(core).appeal == "undecided"
    core = telling.appeal_heard(core)
    core.take(step, "grace", reasons="Answered.", **asked)
    found = past(core)
    assert (found.sanction, found.appeal, found.stands) == ("first_written_warning", appeal, stands)


# --- What is shown ---


def test_the_outline_tells_nobody() -> None:
    core = telling.warned(heard_under_the_shipped_policy())
    found = past(core)
    near = likeness(core.case, found, [social_media()])
    assert near is not None
    told = json.dumps(Comparable(found, near).outline())
    day = found.on.isoformat()
    assert day[:7] in told
    for secret in (day, core.case.reference, *core.case.parties, *core.case.allegations):
        assert f'"{secret}"' not in told


def test_newest_come_first_and_within_a_month_the_most_alike() -> None:
    def item(on: date, alike: Any) -> Comparable:
        return Comparable(replace(PAST, on=on), Likeness(alike, True, 0, 0))

    old, loose, close = (
        item(date(2024, 3, 1), "closely"),
        item(date(2025, 3, 30), "loosely"),
        item(date(2025, 3, 2), "closely"),
    )
    assert sorted([old, loose, close], key=shown_order) == [close, loose, old]


# --- What a decision records of it ---


def test_a_decision_records_what_was_shown_and_is_judged_again_by_that() -> None:
    core = heard()
    shown = compared([Comparable(PAST, Likeness("closely", True, 0, 0))])
    core.compared = shown
    core.take(
        "decide",
        "felix",
        sanction="first",
        findings={"1": "proved", "2": "not_proved"},
        reasons={"1": "x", "2": "y"},
    )
    assert core.history[-1].facts["relied"]["compared"] == {"shown": 1, "digest": shown.digest}
    core.compared = None
    assert core.unlawful() == []


def test_that_none_was_on_record_is_recorded_too_and_that_none_was_shown_is_not() -> None:
    assert compared([]).shown == 0
    assert (
        compared([]).digest
        == compared([]).digest
        != compared([Comparable(PAST, Likeness("closely", True, 0, 0))]).digest
    )
    assert "relied" not in decided().history[-1].facts


def test_a_step_that_imposes_nothing_rests_on_no_comparison() -> None:
    core = Core(people={"diane": ["head"]})
    core.compared = Compared(1, "0" * 64)
    assert "relied" not in core.decide("look", "diane", why="reported").facts
