"""Who may waive that the investigator judges, in which school, and what a waiver has to say (ACAS-6)."""

from __future__ import annotations

from typing import Any

import pytest

from casework.cases.request import Assessment, StepRefused, WaiverRequest
from casework.procedure.model import Policy
from casework.procedure.weakening import weakened
from tests.support import telling
from tests.support.policies import shipped
from tests.support.telling import INVITING

RULE = "investigator_does_not_decide"
SAID = {"one_person_minute": "Minute 7", "outside_investigator": "Two were asked, neither was free."}


def asked(by: str, employer: str = "M-LA", **said: str) -> Assessment:
    """How the rule stands for an invitation to a hearing that the investigator chairs, if somebody waives it."""
    core = telling.to_answer(
        telling.investigated(telling.triaged(telling.opened(shipped(employer_type=employer))))
    )
    core.join("lara", "local_authority")
    core.join("gina", "governing_body")
    values: dict[str, Any] = {**INVITING, "chair": "rachel", **said}
    waiver = WaiverRequest(RULE, by, "There is nobody else.")
    try:
        found = core.decide("invite_to_hearing", "wendy", waive=[waiver], **values).assessments
    except StepRefused as refused:
        found = refused.unmet
    return next(item for item in found if item.requirement == RULE)


@pytest.mark.parametrize("employer", ["M-LA", "M-GB"])
def test_the_governing_body_waives_it_with_the_minute_and_the_search(employer: str) -> None:
    assert asked("gina", employer, **SAID).status == "waived"


def test_the_local_authority_waives_it_where_it_is_the_employer() -> None:
    assert asked("lara", **SAID).status == "waived"


def test_the_local_authority_waives_nothing_where_the_governing_body_is_the_employer() -> None:
    found = asked("lara", "M-GB", **SAID)
    assert found.waivable_by == ("governing_body",)
    assert "Only the governing body may waive this." in found.says


@pytest.mark.parametrize("lacking", sorted(SAID))
def test_a_waiver_that_leaves_out_the_minute_or_the_search_is_none(lacking: str) -> None:
    found = asked("gina", **{name: words for name, words in SAID.items() if name != lacking})
    label = shipped().steps["invite_to_hearing"][1].fields[lacking].label
    assert f"A waiver of this says also: “{label}”." in found.says


def test_a_school_makes_neither_the_waiver_nor_who_gives_it_easier() -> None:
    ours = shipped()
    strand = ours.strands["procedure"]
    step = strand.steps["hold_hearing"]
    bare = tuple(item.model_copy(update={"waiver_needs": ()}) for item in step.requires)
    steps = {**strand.steps, "hold_hearing": step.model_copy(update={"requires": bare})}
    authority = ours.roles["local_authority"].model_copy(update={"waives_when": None})
    looser = ours.model_copy(
        update={
            "roles": {**ours.roles, "local_authority": authority},
            "strands": {**ours.strands, "procedure": strand.model_copy(update={"steps": steps})},
        }
    )
    read = Policy.model_validate(looser.model_dump(by_alias=True))
    where = [problem.where for problem in weakened(read, shipped())]
    assert where[0] == "roles.yaml: roles.local_authority.waives_when"
    assert where[1].endswith("steps.hold_hearing.requires.investigator_does_not_decide.waiver_needs")
    assert len(where) == 2
