"""The table of rules: nothing is missing from it, and what it says by hand is still so."""

from __future__ import annotations

import re

import pytest

from tests.support.scripts import script

TABLE = script("rule_table")
RULES = TABLE.rules()
BINDING = [rule for rule, about in RULES.items() if about.strength != "INFO"]
"""The rules that casework refuses by, asks a waiver for, or keeps the fact of."""


def test_the_page_is_what_the_policies_letters_and_tests_say() -> None:
    written = TABLE.FILE.read_text(encoding="utf-8")
    assert written == TABLE.page(), "renew it: python scripts/rule_table.py"


def test_every_strength_is_there() -> None:
    assert {about.strength for about in RULES.values()} == {"HARD", "SOFT", "RECORD", "INFO"}
    assert len(BINDING) > 100


@pytest.mark.parametrize("rule", BINDING)
def test_a_rule_is_held_to_or_it_is_said_why_not(rule: str) -> None:
    assert TABLE.held()[rule].holds or TABLE.outside().get(rule, {}).get("not_kept"), (
        f"{rule} is neither kept nor is it said why not: cite it, or say so in scripts/rules_outside_policy.yaml"
    )


@pytest.mark.parametrize("rule", BINDING)
def test_what_holds_to_a_rule_is_shown_by_a_test(rule: str) -> None:
    assert TABLE.held()[rule].shown() or not TABLE.held()[rule].holds


def test_what_is_said_by_hand_is_about_rules_and_tests_that_there_are() -> None:
    for rule, said in TABLE.outside().items():
        assert rule in RULES
        assert ("kept" in said) != ("not_kept" in said), f"{rule} is either kept or not"
        assert bool(said.get("tests")) == ("kept" in said), (
            f"{rule}: what is kept has tests, and nothing else"
        )
        for test in said.get("tests", ()):
            assert (TABLE.ROOT / "tests" / test).is_file(), f"{rule}: there is no tests/{test}"


def test_no_reason_is_given_for_what_something_holds_to() -> None:
    stale = [
        rule for rule, said in TABLE.outside().items() if "not_kept" in said and TABLE.held()[rule].holds
    ]
    assert stale == []


def test_nobody_is_asked_for_a_contract_or_a_length_of_service() -> None:
    """The right to a companion is every worker's, and nobody has a shorter way (ERelA-13c, ERA25-1)."""
    asks = re.compile(
        r"\b(length of service|how long .*employed|years of service|part-time|fixed-term|casual)\b", re.I
    )
    for policy in TABLE.policies().values():
        labels = [field.label for _, step in policy.steps.values() for field in step.fields.values()]
        labels += [setting.title for setting in policy.settings.values()]
        assert [label for label in labels if asks.search(label)] == []
        dumped = str(policy.model_dump())
        assert set(re.findall(r"'subject': '(\w+)'", dumped)) == {"teacher", "head", "union_rep"}
