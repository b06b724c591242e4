"""The notice that the law gives: by whole years of employment, in weeks and to its last day (ERA96-86, ERA96-97)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.assess_employment import statutory_weeks, years_employed
from casework.cases.request import Assessment, StepRefused
from tests.support.core import Core
from tests.support.policies import shipped
from tests.support.stages import DISMISSING, WITH_NOTICE, dismissed_with_notice, heard


@pytest.mark.parametrize(
    ("since", "on", "years", "weeks"),
    [
        ("2026-03-01", "2026-03-30", 0, 0),
        ("2026-03-01", "2026-03-31", 0, 1),
        ("2024-04-14", "2026-04-12", 1, 1),
        ("2024-04-14", "2026-04-13", 2, 2),
        ("2024-02-29", "2025-02-28", 1, 1),
        ("2014-04-14", "2026-04-13", 12, 12),
        ("1990-09-01", "2026-04-13", 35, 12),
        ("2026-04-14", "2026-04-13", 0, 0),
    ],
)
def test_weeks_by_whole_years(since: str, on: str, years: int, weeks: int) -> None:
    begun, day = date.fromisoformat(since), date.fromisoformat(on)
    assert (years_employed(begun, day), statutory_weeks(begun, day)) == (years, weeks)


def dismissed() -> Core:
    """Decided on Wednesday 25 March 2026 with eight weeks of notice; the local authority is the employer."""
    core = dismissed_with_notice()
    core.join("lara", "local_authority")
    return core


def ended(core: Core, **answers: Any) -> dict[str, Assessment]:
    core.on("2026-04-01")
    asked = {"ended_by": "local_authority", "letter_date": "2026-04-01", **answers}
    try:
        found = core.decide("record_contract_end", "lara", **asked).assessments
    except StepRefused as refused:
        found = refused.unmet
    return {item.requirement: item for item in found}


def test_too_few_weeks_are_refused_with_the_working_and_put_right() -> None:
    core = heard()
    found = core.why("determine_dismissal", "felix", **{**DISMISSING, **WITH_NOTICE, "notice_weeks": 4})
    item = found["notice_of_the_law"]
    assert item.says.startswith(
        "Employed since Friday 1 September 2017; 8 whole years on Wednesday 25 March 2026."
    )
    assert "8 weeks of notice. 4 weeks are too few." in item.says
    assert item.fix == {"notice_weeks": 8}


def test_employment_does_not_end_before_the_notice_of_the_law() -> None:
    item = ended(dismissed(), end_date="2026-05-26", notice_how="worked")["notice_runs_its_time"]
    assert item.status == "breached"
    assert item.fix == {"end_date": "2026-05-27"}
    item = ended(dismissed(), end_date="2026-05-27", notice_how="worked")["notice_runs_its_time"]
    assert (item.status, "The effective date of termination is Wednesday 27 May 2026." in item.says) == (
        "met",
        True,
    )


def test_notice_that_is_paid_instead_does_not_run() -> None:
    assert ended(dismissed(), end_date="2026-04-01", notice_how="paid")["notice_runs_its_time"].status == (
        "not_reached"
    )


def test_without_notice_nobody_is_asked_since_when() -> None:
    core = heard()
    core.take("determine_dismissal", "felix", **{**DISMISSING, "sanction": "summary_dismissal"})
    fields = shipped().steps["determine_dismissal"][1].fields
    assert all(
        fields[name].when is not None for name in ("employed_since", "notice_weeks", "contract_looked_at")
    )
