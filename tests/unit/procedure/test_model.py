"""The policy language: what its models accept and refuse."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from casework.procedure.model import Condition, Requirement, Setting, Step, StepField
from casework.procedure.requirements import KINDS, Notice, Rule
from tests.unit.procedure.small_policy import load_small

STEP: dict[str, Any] = {"title": "Step", "from": ["a"], "by": ["head"], "recorders": ["head"]}


def test_a_requirement_is_written_flat_and_read_into_its_kind() -> None:
    found = Requirement.model_validate(
        {
            "must": "notice",
            "letter": "l",
            "until": "held_at",
            "clear_working_days": "notice_days",
            "cites": ["ACAS-11"],
        }
    )
    assert (found.id, found.strength, found.cites, found.waivable_by) == ("notice", "must", ("ACAS-11",), ())
    assert found.rule == Notice(letter="l", until="held_at", clear_working_days="notice_days")


def test_a_requirement_may_have_a_name_of_its_own() -> None:
    found = Requirement.model_validate(
        {
            "should": "evidence_disclosed",
            "id": "papers",
            "waivable_by": ["chair"],
            "cites": ["ACAS-9b"],
            "because": "So.",
        }
    )
    assert (found.id, found.strength, found.because) == ("papers", "should", "So.")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_registered_under_its_own_name(kind: str) -> None:
    rule = KINDS[kind]
    assert issubclass(rule, Rule)
    assert rule.model_fields["kind"].default == kind
    assert rule.model_config["frozen"] and rule.model_config["extra"] == "forbid"


def test_a_condition_takes_one_value_or_several() -> None:
    assert Condition.model_validate({"field": "x", "is": True}).is_ == (True,)
    assert Condition.model_validate({"setting": "x", "is": ["a", 1]}).is_ == ("a", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"is": True},
        {"field": "x", "setting": "y", "is": True},
        {"field": "x", "is": []},
        {"subject": "governor", "is": True},
    ],
)
def test_a_condition_is_one_test(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(wrong)


@pytest.mark.parametrize(
    ("kind", "value", "options"),
    [
        ("integer", True, {}),
        ("integer", "5", {}),
        ("boolean", 1, {}),
        ("enum", "c", {"a": "A"}),
        ("text", 5, {}),
    ],
)
def test_a_setting_holds_a_value_of_its_type(kind: str, value: Any, options: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Setting.model_validate({"title": "T", "type": kind, "value": value, "options": options})


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "enum", "label": "L"},
        {"type": "text", "label": "L", "options": {"a": "A"}},
        {"type": "checklist", "label": "L"},
        {"type": "text", "label": "L", "checklist": "c"},
        {"type": "text", "label": "L", "assigns": "clerk"},
        {"type": "boolean", "label": "L", "each": "allegation"},
        {"type": "text", "label": "L", "occurrence": True},
        {"type": "integer", "label": "L", "must_be": "after"},
    ],
)
def test_the_parts_of_a_field_fit_together(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        StepField.model_validate(wrong)


def test_a_sanction_field_may_list_its_sanctions_or_mean_all() -> None:
    assert StepField.model_validate({"type": "sanction", "label": "L"}).options == {}
    assert StepField.model_validate({"type": "sanction", "label": "L", "options": {"a": "A"}}).options == {
        "a": "A"
    }


def test_requirements_of_a_step_have_different_names() -> None:
    twice = [{"must": "evidence_recorded", "cites": ["ACAS-4c"]}] * 2
    with pytest.raises(ValidationError, match="give one of them an `id`"):
        Step.model_validate({**STEP, "requires": twice})


def test_models_are_frozen_and_refuse_what_they_do_not_know() -> None:
    step = Step.model_validate(STEP)
    with pytest.raises(ValidationError):
        step.title = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Step.model_validate({**STEP, "hidden": True})


def test_a_policy_knows_its_steps_and_its_days() -> None:
    policy = load_small()
    assert policy.steps["hold"][0] == "procedure"
    assert policy.steps["lift"][0] == "suspension"
    assert (policy.days(3), policy.days("notice_days")) == (3, 10)


def test_a_rule_is_confirmed_only_when_its_source_was_read() -> None:
    rules = load_small().rules
    assert [rules[name].confirmed for name in ("LAW-1", "LAW-2", "LAW-3")] == [True, False, False]
