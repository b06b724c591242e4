"""Rules that ask facts of one kind of step: met, breached, not shown, not reached, each made from the rule itself."""

from __future__ import annotations

from typing import Any

import pytest

from casework.cases.chronology import Chronology
from casework.cases.chronology_steps import STEP_KINDS
from casework.cases.review import Asks, Told
from casework.cases.review_rules import RULES

ASKS = [rule for rule in RULES if isinstance(rule, Asks)]
WORDS = {kind: word for word, kind in STEP_KINDS.items()}

# What a step of the kind has to say for the rule to look at it at all.
BESIDES: dict[str, dict[str, Any]] = {
    "ACAS-7b": {"policy_allows_companion": "yes"},
    "ERA96-86": {"sanction": "dismissal_with_notice"},
    "PAN-13": {"sanction": "first_written_warning"},
    "CASE-14": {"private_conduct": "yes"},
    "SSR-20a": {"to": "local_authority"},
    "EA02-141D": {"to": "tra"},
    "SVGA-35": {"to": "dbs"},
    "EqA-26R": {"racial_incident": "yes"},
    "CASE-6": {"result": "upheld"},
}
# A fact that is also what makes the rule look; unknown, it is not reached instead of not shown.
LOOKS_ONLY_IF_KNOWN = {"KCSIE-4.5"}


def told(*steps: dict[str, Any], sanction: str, school: str = "M-LA") -> Told:
    """A case of a teacher in a school with a child at risk, that ended in `sanction`, and `steps` beside it."""
    around: list[dict[str, Any]] = [
        {"what": "report", "harm_threshold": "yes"},
        {"what": "hearing"},
        {"what": "decision", "sanction": sanction},
    ]
    kinds = {step["what"] for step in steps}
    around = [step for step in around if step["what"] not in kinds]
    return Told.on_paper(
        Chronology.model_validate(
            {
                "paper_case": 1,
                "title": "A case",
                "organisation": {"school_type": school},
                "employee": {"teacher": "yes", "head": "yes", "disabled": "yes"},
                "steps": [
                    {"harm_threshold": "yes", **step}
                    if step["what"] == "report"
                    else {"sanction": sanction, **step}
                    if step["what"] == "decision"
                    else step
                    for step in (*around, *steps)
                ],
            }
        )
    )


def sanction_for(rule: Asks) -> str:
    for sanction in ("first_written_warning", "dismissal_with_notice", "summary_dismissal"):
        if rule.when(told(sanction=sanction)):
            return sanction
    raise AssertionError(f"{rule.id} applies in no case")


def stands(rule: Asks, facts: dict[str, Any], **more: Any) -> str:
    step = {"what": WORDS[rule.kind], **BESIDES.get(rule.id, {}), **facts, **more}
    return rule.assess(told(step, sanction=sanction_for(rule))).status


@pytest.mark.parametrize(
    "rule", ASKS, ids=lambda rule: f"{rule.id}-{rule.kind.__name__}-{'-'.join(rule.good)}"
)
class TestEachRule:
    def test_it_is_met(self, rule: Asks) -> None:
        facts = {**dict.fromkeys(rule.good, "yes"), **dict.fromkeys(rule.bad, "no")}
        assert stands(rule, facts) == "met"

    def test_it_is_breached_by_one_fact(self, rule: Asks) -> None:
        for name, answer in [*((name, "no") for name in rule.good), *((name, "yes") for name in rule.bad)]:
            assert stands(rule, {name: answer}) == "breached"

    def test_without_the_fact_it_is_not_shown(self, rule: Asks) -> None:
        expected = "not_reached" if rule.id in LOOKS_ONLY_IF_KNOWN else "not_shown"
        assert stands(rule, {}) == expected

    def test_an_excuse_explains_a_breach(self, rule: Asks) -> None:
        wrong = {**dict.fromkeys(rule.good, "no"), **dict.fromkeys(rule.bad, "yes")}
        for name in rule.excuse:
            assert stands(rule, {**wrong, name: "yes"}) == "met"

    def test_without_such_a_step_it_is_as_the_rule_says(self, rule: Asks) -> None:
        if WORDS[rule.kind] in ("report", "hearing", "decision"):
            return  # every case of this test has one
        assert rule.assess(told(sanction=sanction_for(rule))).status == rule.absent
        denied = {"what": WORDS[rule.kind], **BESIDES.get(rule.id, {}), "happened": "no"}
        assert rule.assess(told(denied, sanction=sanction_for(rule))).status == rule.denied

    def test_it_does_not_come_up_where_nothing_happened(self, rule: Asks) -> None:
        nothing = Told.on_paper(
            Chronology.model_validate(
                {"paper_case": 1, "title": "A case", "steps": [{"what": "preliminary_look"}]}
            )
        )
        assert rule.assess(nothing).status == "not_reached"
