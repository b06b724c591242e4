"""What is not known is never held against anybody: taking a fact out of a paper case makes no breach of a question.

An excuse is left in: it explains what would be a breach without it.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from casework.cases.chronology import Chronology
from casework.cases.chronology_steps import STEP_KINDS
from casework.cases.chronology_values import Part
from casework.cases.review import Told, review
from casework.cases.review_rules import RULES

SCENARIOS = Path(__file__).parents[1] / "scenarios"
JUDGMENTS = sorted(
    path
    for name in ("judgments", "paper_cases")
    for path in (SCENARIOS / name).glob("*.yaml")
    if path.stem != "expected"
)
NEEDED = ("paper_case", "title", "what", "id", "of", "to", "says", "kind", "is")

Where = tuple[str | int, ...]


def read(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return case


def parts(value: Any, at: Where = ()) -> list[Where]:
    """Every property that can be taken away, wherever it stands."""
    found: list[Where] = []
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in NEEDED and at != ("people",) and (at or key != "steps"):
                found.append((*at, key))
            found += parts(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += parts(item, (*at, index))
    return found


def without(case: dict[str, Any], where: Where) -> dict[str, Any]:
    left = deepcopy(case)
    inner: Any = left
    for part in where[:-1]:
        inner = inner[part]
    del inner[where[-1]]
    return left


def statuses(case: dict[str, Any]) -> list[str]:
    told = Told.on_paper(Chronology.model_validate({**case, "paper_case": 1}))
    return [item.status for item in review(told, RULES)]


def excuses() -> set[str]:
    models: list[type[BaseModel]] = [*STEP_KINDS.values(), *Part.__subclasses__()]
    return {
        name
        for model in models
        for name, info in model.model_fields.items()
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("excuse")
    }


@pytest.mark.parametrize("path", JUDGMENTS, ids=lambda path: path.stem)
def test_no_single_fact_taken_away_turns_a_question_into_a_breach(path: Path) -> None:
    case = read(path)
    before = statuses(case)
    for where in parts(case):
        if where[0] == "people" or where[-1] in excuses():
            continue  # steps name people; an excuse explains what would be a breach without it
        pairs = zip(before, statuses(without(case, where)), strict=True)
        assert ("not_shown", "breached") not in set(pairs), where


@st.composite
def chronologies(draw: st.DrawFn) -> dict[str, Any]:
    """Cases of any steps, with any facts, by a few people who may hold several parts."""
    people = ("one", "two", "three")
    steps = []
    for what in draw(st.lists(st.sampled_from(sorted(STEP_KINDS)), min_size=1, max_size=7, unique=True)):
        step: dict[str, Any] = {"what": what}
        for name, info in STEP_KINDS[what].model_fields.items():
            if name in ("what", "happened", "when", "note") or not draw(st.booleans()):
                continue
            if name == "by":
                step[name] = draw(st.lists(st.sampled_from(people), max_size=2, unique=True))
            elif name == "sanction":
                step[name] = draw(
                    st.sampled_from(("summary_dismissal", "final_written_warning", "oral_warning"))
                )
            elif info.default == "unknown" and name not in ("level", "weight_of_warnings"):
                values = _literals(info.annotation)
                step[name] = draw(st.sampled_from(values))
        if what == "earlier_warning":
            step["id"] = "w"
        if what == "request":
            step["of"] = draw(
                st.sampled_from(("companion", "postponement", "witness", "evidence", "adjustment"))
            )
        if what == "referral":
            step["to"] = draw(st.sampled_from(("tra", "dbs", "local_authority")))
        steps.append(step)
    known = st.sampled_from(("yes", "no", "unknown"))
    facts = ("notified", "detailed", "put", "relied_on")
    papers = (
        "obtained",
        "relied_on",
        "given",
        "used_in_part",
        "helps_employee",
        "reached_decider",
        "comment",
    )
    return {
        "paper_case": 1,
        "title": "A case",
        "organisation": {"school_type": draw(st.sampled_from(("M-LA", "ACAD", "other")))},
        "employee": {
            name: draw(known) for name in ("teacher", "head", "disabled", "clean_record", "admitted")
        },
        "people": {
            name: {"standing": draw(st.sampled_from(("governor", "lawyer", "manager")))} for name in people
        },
        "allegations": {"a": {"says": "It", **{name: draw(known) for name in facts}}},
        "evidence": {"e": {"says": "It", **{name: draw(known) for name in papers}}},
        "steps": steps,
    }


def _literals(annotation: Any) -> list[str]:
    inner = getattr(annotation, "__args__", ())
    return [item for item in inner if isinstance(item, str)] or ["yes", "no", "unknown"]


@settings(max_examples=150, deadline=None)
@given(case=chronologies(), data=st.data())
def test_no_fact_of_any_case_taken_away_turns_a_question_into_a_breach(
    case: dict[str, Any], data: st.DataObject
) -> None:
    allowed = [where for where in parts(case) if where[0] != "people" and where[-1] not in excuses()]
    where = data.draw(st.sampled_from(allowed))
    pairs = list(zip(before := statuses(case), statuses(without(case, where)), strict=True))
    wrong = [RULES[at].id for at, pair in enumerate(pairs) if pair == ("not_shown", "breached")]
    assert not wrong, (where, before)


@settings(max_examples=50, deadline=None)
@given(case=chronologies())
def test_what_nobody_knows_is_never_breached(case: dict[str, Any]) -> None:
    bare = {
        "paper_case": 1,
        "title": "A case",
        "steps": [
            {key: step[key] for key in step if key in ("what", "id", "of", "to")} for step in case["steps"]
        ],
    }
    assert "breached" not in statuses(bare)
