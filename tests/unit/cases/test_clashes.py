"""What the people of a case would bar: told for steps to come, by the rule that refuses them, each reason once."""

from __future__ import annotations

from typing import Any

from casework.cases.clashes import Clash, clashes
from tests.support.core import Core
from tests.support.policies import probing, shipped

APART: dict[str, Any] = {
    "should": "different_people",
    "roles": ["investigator"],
    "apart_from": ["chair"],
    "waivable_by": ["governors"],
    "cites": ["acas:6"],
    "because": "Nobody judges what they collected.",
}
BOTH = {"jordan": ["employee"], "diane": ["head"], "sam": ["investigator", "chair"]}


def found(core: Core, step: str = "probe") -> list[Clash]:
    """Return what bars a step, among others or alone."""
    return [item for item in clashes(core.case, core.policy, core.context) if step in item.steps]


def test_one_person_with_two_parts_bars_the_step_and_says_why_and_who_may_allow_it() -> None:
    (clash,) = found(Core(probing([APART]), people=BOTH))
    assert clash.steps == ("probe",) and clash.waivable_by == ("governors",)
    assert clash.cause == "The same person has two parts: the investigator is also the chair."
    assert clash.says.endswith("Nobody judges what they collected.") and not clash.only_if


def test_different_people_clash_with_nobody() -> None:
    people = {**BOTH, "sam": ["investigator"], "ruth": ["chair"]}
    assert found(Core(probing([APART]), people=people)) == []


def test_what_an_answer_of_the_step_decides_is_told_with_its_condition() -> None:
    fields = {"alone": {"type": "boolean", "label": "Alone"}}
    asked = {**APART, "when": {"field": "alone", "is": True}}
    (clash,) = found(Core(probing([asked], fields), people=BOTH))
    assert clash.only_if == "only if “Alone” is “yes”"


def test_what_the_case_itself_decides_is_left_out_where_it_does_not_apply() -> None:
    asked = {**APART, "when": {"subject": "teacher", "is": True}}
    assert found(Core(probing([asked]), people=BOTH)) == []
    teacher = Core(probing([asked]), people=BOTH, flags={"jordan": {"teacher": True}})
    assert len(found(teacher)) == 1


def test_in_the_shipped_procedure_an_investigator_in_the_chair_bars_each_step_that_decides() -> None:
    people = {
        "jordan": ["employee"],
        "diane": ["headteacher"],
        "sam": ["investigating_officer", "hearing_chair"],
    }
    core = Core(shipped(), people=people, recorder=("helen", "hr_adviser"))
    told = found(core, "hold_hearing")
    assert [clash.waivable_by[0] for clash in told] == ["governing_body"]
    assert told[0].steps[0] == "invite_to_hearing" and "resume_hearing" in told[0].steps
