"""Judgments and invented cases on paper: the review finds what was found, and concludes nothing that was rejected.

What a court criticised in passing, or may fairly be asked, has to be raised at least as a question. Each file states
the facts as they are reported, before the findings are looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.cases.paper import read_paper_case
from casework.cases.review import CODES, Told, codes_of, review
from casework.cases.review_rules import RULES

FOLDERS = tuple(Path(__file__).parents[1] / "scenarios" / name for name in ("judgments", "paper_cases"))
FILES = {path.stem: path for folder in FOLDERS for path in folder.glob("*.yaml") if path.stem != "expected"}
EXPECTED: dict[str, dict[str, Any]] = {}
for folder in FOLDERS:
    EXPECTED |= yaml.load((folder / "expected.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def codes(judgment: str, *statuses: Any) -> frozenset[str]:
    findings = review(Told.on_paper(read_paper_case(FILES[judgment])), RULES)
    return frozenset().union(*(codes_of(findings, status) for status in statuses))


def test_every_judgment_has_its_findings() -> None:
    assert FILES.keys() == EXPECTED.keys()
    assert len(FILES) >= 50
    for expected in EXPECTED.values():
        for kind in ("failings", "criticised", "not_failings", "may_be_raised"):
            assert set(expected[kind]) <= CODES.keys()


@pytest.mark.parametrize("judgment", sorted(EXPECTED))
def test_the_review_finds_what_the_court_found(judgment: str) -> None:
    expected = EXPECTED[judgment]
    shown = ("breached",) if expected["checkable"] == "yes" else ("breached", "not_shown")
    assert set(expected["failings"]) <= codes(judgment, *shown)


@pytest.mark.parametrize("judgment", sorted(EXPECTED))
def test_the_review_does_not_conclude_what_the_court_rejected(judgment: str) -> None:
    assert not set(EXPECTED[judgment]["not_failings"]) & codes(judgment, "breached")


@pytest.mark.parametrize("judgment", sorted(EXPECTED))
def test_what_may_be_raised_is_raised(judgment: str) -> None:
    expected = EXPECTED[judgment]
    raised = {*expected["criticised"], *expected["may_be_raised"]}
    assert raised <= codes(judgment, "breached", "not_shown")


@pytest.mark.parametrize("judgment", sorted(EXPECTED))
def test_nothing_is_concluded_that_the_court_did_not_find(judgment: str) -> None:
    """What may be raised comes as a question, and nothing else is made up."""
    expected = EXPECTED[judgment]
    shown = codes(judgment, "breached")
    assert set(expected.get("also_shown", ())) <= shown
    assert shown <= {*expected["failings"], *expected["criticised"], *expected.get("also_shown", ())}


@pytest.mark.parametrize("judgment", sorted(EXPECTED))
def test_every_breach_names_the_steps_that_show_it(judgment: str) -> None:
    findings = review(Told.on_paper(read_paper_case(FILES[judgment])), RULES)
    assert [item.rule for item in findings if item.status == "breached" and not item.events] == []


def test_a_case_without_a_slip_has_no_breach_at_all() -> None:
    case = read_paper_case(FILES["fair-dismissal-no-slip"])
    assert [item.rule for item in review(Told.on_paper(case), RULES) if item.status == "breached"] == []
