"""How long records are kept may be made longer by a school, and what a HARD rule keeps no shorter."""

from __future__ import annotations

from typing import Any

import pytest

from casework.procedure.model import Policy
from casework.procedure.weakening import weakened
from tests.support.policies import shipped


def changed(**parts: Any) -> Policy:
    """The shipped policy with other retention rules."""
    policy = shipped()
    assert policy.retention is not None
    return policy.model_copy(update={"retention": policy.retention.model_copy(update=parts)})


def with_months(name: str, months: int) -> dict[str, Any]:
    """The classes with another length of one."""
    retention = shipped().retention
    assert retention is not None
    return {**retention.classes, name: retention.classes[name].model_copy(update={"months": months})}


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"also": ()}, "ERA96-111"),
        ({"leaves_personnel_file": ()}, "RET-2b"),
        ({"classes": with_months("safeguarding", 12)}, "RET-2"),
    ],
)
def test_what_a_hard_rule_keeps_is_not_made_shorter(parts: dict[str, Any], rule: str) -> None:
    (problem,) = weakened(changed(**parts), shipped())
    assert problem.code == "weakens-hard-rule"
    assert rule in problem.message


def test_a_policy_without_retention_rules_is_weaker() -> None:
    assert weakened(shipped().model_copy(update={"retention": None}), shipped())


@pytest.mark.parametrize("parts", [{}, {"facts_months": 120}, {"classes": with_months("dismissal", 84)}])
def test_what_rests_on_no_hard_rule_is_the_schools_own(parts: dict[str, Any]) -> None:
    assert weakened(changed(**parts), shipped()) == []
