"""`explain` says what a step is, what it needs and why, in whole sentences with the policy's own words and numbers."""

from __future__ import annotations

import pytest

from casework.procedure.explain import NoSuchStep, explain
from casework.procedure.load import with_settings
from casework.procedure.requirements import KINDS
from casework.procedure.sentences import asks, lower_first
from tests.unit.procedure.small_policy import load_shipped, load_small


def test_a_step_is_explained_from_its_name_to_its_rules() -> None:
    assert explain(load_small(), "hold") == [
        "Hold  (hold, procedure, small@2026.1)",
        "",
        "Starts from: “Arranged”",
        "Leads to: “Heard”",
        "Taken by: chair",
        "Recorded by: head teacher",
        "",
        "It asks for:",
        "  - Held on  [held_on; a date]",
        "",
        "It is refused unless:",
        "  - Between receipt of the letter “invitation” and “Held on” there are 10 clear working days "
        "(with the employee's written agreement at least 5).  [notice]",
        "      LAW-2: Give notice. (An Act; unconfirmed: general knowledge)",
        "",
        "What follows:",
        "  - outcome: 10 working days",
    ]


def test_the_schools_own_numbers_are_in_it() -> None:
    ours = with_settings(load_small(), {"notice_days": 7})
    assert any("7 clear working days" in line for line in explain(ours, "hold"))


def test_conditions_waivers_and_checklists_are_put_into_words() -> None:
    lines = explain(load_shipped(), "hold_hearing")
    assert any("only if “The employee” is “Did not come, after" in line for line in lines)
    waiver = "      Can be waived, with a reason, by the governing body or local authority (the local authority only if"
    assert any(line.startswith(waiver) for line in lines)
    assert any(line.startswith("      A waiver says also: Which outside investigator") for line in lines)
    lines = explain(load_shipped(), "close_suspension")
    assert any(
        "only if the school's setting “Who employs the staff” is “The local authority" in line
        for line in lines
    )
    lines = explain(load_shipped(), "invite_to_hearing")
    assert any("only if the employee is a teacher" in line for line in lines)
    assert any(
        line.startswith("      harmed: Has this person harmed a child")
        for line in explain(load_shipped(), "triage")
    )


@pytest.mark.parametrize("step_id", sorted(load_shipped().steps))
def test_every_step_that_is_shipped_can_be_explained(step_id: str) -> None:
    policy = load_shipped()
    lines = explain(policy, step_id)
    _, step = policy.steps[step_id]
    for item in step.requires:
        assert any(f"[{item.id}]" in line for line in lines)
        assert asks(policy, step, item.rule).endswith(".")
    assert not [line for line in lines if line != line.rstrip()]


def test_every_kind_has_a_sentence_and_every_kind_is_used_by_some_policy() -> None:
    used = {
        item.rule.kind
        for policy in (load_shipped(), load_small())
        for _, step in policy.steps.values()
        for item in step.requires
    }
    assert used >= KINDS.keys() - {"letter_issued"}


def test_an_unknown_step_is_refused_with_the_one_that_was_probably_meant() -> None:
    with pytest.raises(NoSuchStep) as problem:
        explain(load_shipped(), "hold_hearng")
    assert "no step, rule or clause 'hold-hearng'. Did you mean hold-hearing" in problem.value.message
    assert len(problem.value.message) + len(problem.value.remedy) < 300


def test_titles_fit_into_sentences() -> None:
    assert [lower_first(title) for title in ("Head teacher", "HR adviser")] == ["head teacher", "HR adviser"]
