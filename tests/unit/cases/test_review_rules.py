"""Every rule of the review: how it stands in small cases, and that each rule of law has a question or a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.base.resources import workflows_dir
from casework.cases.chronology import Chronology
from casework.cases.review import CODES, ORDER, Asks, Told, counted, review
from casework.cases.review_rules import NOT_ASKED, RULES
from casework.procedure.source import read_source

FILE = Path(__file__).with_name("review_rules.yaml")
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # everything is text
EXAMPLES: list[dict[str, Any]] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=LOADER)


def told(case: dict[str, Any]) -> Told:
    for step in case["steps"]:
        for name in ("notice_days", "days_in_policy", "members"):
            if name in step:
                step[name] = int(step[name])
    return Told.on_paper(Chronology.model_validate({"paper_case": 1, "title": "A case", **case}))


CASES = [
    pytest.param(entry["rule"], entry.get("code", ""), status, case, id=f"{entry['rule']}-{status}-{number}")
    for entry in EXAMPLES
    for status in ORDER
    for number, case in enumerate(entry.get(status, ()))
]


@pytest.mark.parametrize(("rule_id", "code", "status", "case"), CASES)
def test_a_rule_stands_as_the_facts_show(rule_id: str, code: str, status: str, case: dict[str, Any]) -> None:
    (rule,) = (
        item for item in RULES if (item.id, item.code) == (rule_id, code) and not isinstance(item, Asks)
    )
    found = rule.assess(told(case))
    assert found.status == status, found.says
    assert found.says.endswith((".", "?"))


def test_every_rule_has_its_examples() -> None:
    wanted = {(rule.id, rule.code) for rule in RULES if not isinstance(rule, Asks)}
    assert {(entry["rule"], entry.get("code", "")) for entry in EXAMPLES} == wanted
    assert len({(rule.id, rule.code, type(rule)) for rule in RULES}) == len(RULES)


def test_every_rule_of_law_is_asked_or_has_a_reason() -> None:
    source = read_source(Path(str(workflows_dir() / "rules.yaml")), "rules.yaml")
    asked = {rule.id for rule in RULES}
    assert asked | NOT_ASKED.keys() == source.value["rules"].keys()
    assert not asked & NOT_ASKED.keys()
    for reason in NOT_ASKED.values():
        assert reason.endswith(".")
        if reason.startswith("Asked with "):
            named = reason.removeprefix("Asked with ").split(":")[0].rstrip(".").split(" and ")
            assert set(named) <= asked, reason


def test_every_code_can_be_found_and_none_is_made_up() -> None:
    assert {rule.code for rule in RULES if rule.code} == CODES.keys()


def test_every_rule_has_a_remedy_and_every_breach_shows_it() -> None:
    case = {
        "steps": [{"what": "hearing", "happened": "no"}, {"what": "decision", "sanction": "oral_warning"}]
    }
    findings = review(told(case), RULES)
    assert all(rule.remedy for rule in RULES)
    breach = next(item for item in findings if item.code == "no_hearing")
    assert (breach.status, breach.events, breach.remedy) == (
        "breached", (1,), "Hold a hearing before anything is decided.",
    )  # fmt: skip
    assert sum(counted(findings).values()) == len(RULES)


def test_a_full_fresh_hearing_on_appeal_repairs_what_went_before() -> None:
    steps: list[dict[str, Any]] = [
        {"what": "hearing", "happened": "no"},
        {"what": "decision", "sanction": "oral_warning"},
        {"what": "appeal", "type": "rehearing", "put_right": "no_hearing"},
    ]
    (found,) = (item for item in review(told({"steps": steps}), RULES) if item.code == "no_hearing")
    assert (found.status, found.events) == ("met", (1, 3))
    steps[2]["type"] = "review"
    (found,) = (item for item in review(told({"steps": steps}), RULES) if item.code == "no_hearing")
    assert found.status == "breached"
