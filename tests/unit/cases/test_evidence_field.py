"""Evidence that a finding rests on: typed by number, kept by id, shown by number, corrected like any other answer."""

from __future__ import annotations

from typing import Any

import pytest

from casework.cases.fields import FieldInvalid, read_fields
from casework.cases.request import StepRefused
from tests.support.core import Core
from tests.support.stages import DECIDED, heard, warned, with_another_paper

WARNING = {**DECIDED, "sanction": "first_written_warning", "change_required": "Ask first."}


def read(core: Core, given: Any) -> Any:
    step = core.policy.steps["give_warning"][1]
    return read_fields(step, {"evidence": given}, core.case, core.policy).values["evidence"]


def test_items_are_typed_by_number_or_id_and_kept_once_in_their_order() -> None:
    core = with_another_paper()
    one, two = core.case.evidence
    first, second = (item.id for item in core.case.standing_allegations)
    assert read(core, {"1": "2, 1,2", "2": "none"}) == {first: [one, two], second: []}
    assert read(core, {first: [two], second: ()}) == {first: [two], second: []}


@pytest.mark.parametrize("given", ["7", "1,7", "none,1", "a photo", {"item": 1}])
def test_what_is_no_item_is_told(given: Any) -> None:
    with pytest.raises(FieldInvalid, match=r"item '|numbers, such as"):
        read(heard(), {"1": given})


def test_each_allegation_needs_an_answer_and_each_that_is_proved_an_item() -> None:
    core = heard()
    said = {name: value for name, value in WARNING.items() if name != "evidence"}
    assert "field:evidence" in core.why("give_warning", "felix", **said, evidence={"1": "1"})
    found = core.why("give_warning", "felix", **said, evidence={"1": "none", "2": "1"})
    assert found["findings_rest_on_evidence"].says.startswith("Allegation 1 is proved, and no item")


def test_a_finding_on_a_paper_that_the_employee_never_had_is_told_with_the_item() -> None:
    with pytest.raises(StepRefused) as refused:
        with_another_paper().decide(
            "give_warning", "felix", **{**WARNING, "evidence": {"1": "1,2", "2": "none"}}
        )
    says = next(
        item.says for item in refused.value.unmet if item.requirement == "findings_rest_on_what_was_seen"
    )
    assert says.startswith(
        "A finding rests on item 2 of the evidence, which was never given to the employee."
    )


def test_what_the_employee_supplied_they_have_had() -> None:
    core = heard()
    item = core.evidence(supplied="employee")
    assert core.case.evidence[item].standing == "supplied"
    core.decide("give_warning", "felix", **{**WARNING, "evidence": {"1": "1,2", "2": "none"}})


def test_it_is_corrected_and_judged_again() -> None:
    core = warned()
    decided = core.case.last_step("give_warning")
    assert decided is not None
    core.correct(decided.n, evidence={"2": "1"})
    record = core.case.last_step("give_warning")
    assert record is not None
    relied = record.values["evidence"]
    assert isinstance(relied, dict)
    assert [len(items) for items in relied.values()] == [1, 1]
    assert core.unlawful() == []
    core.evidence()  # what came after the decision was no ground for it
    with pytest.raises(FieldInvalid, match="no item '2'"):
        core.correct(decided.n, evidence={"1": "2"})
