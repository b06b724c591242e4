"""What an event of a case rests on has to have stood in its school's own stream before it."""

from __future__ import annotations

from typing import Any

import pytest

from casework.cases.founded import SchoolRecord
from casework.cases.replay import Recorded
from casework.procedure.resolve import digest
from tests.support.core import Core
from tests.support.judging import Judge

ADOPTED = [
    (2, {"kind": "policy_adopted", "policy": "first"}),
    (9, {"kind": "policy_adopted", "policy": "second"}),
]
NOT_ADOPTED = "The school had not adopted the policy that the case follows from here."
ENTERED = {"kind": "delegation_entered", "delegation": "one", "power": "suspend", "role": "head"}

power = Judge({"kind": "delegated", "power": "suspend", "because": "Only by the scheme."}, by=["head"])


@pytest.mark.parametrize(
    ("facts", "pos", "says"),
    [
        ({"kind": "case_opened", "policy": "first"}, 3, ""),
        ({"kind": "case_opened", "policy": "first"}, 1, NOT_ADOPTED),
        ({"kind": "case_opened", "policy": "second"}, 8, NOT_ADOPTED),
        ({"kind": "case_opened", "policy": "never"}, 20, NOT_ADOPTED),
        ({"kind": "case_opened"}, 20, NOT_ADOPTED),
        ({"kind": "policy_moved", "policy": "first", "to": "second"}, 10, ""),
        ({"kind": "policy_moved", "policy": "first", "to": "second"}, 8, NOT_ADOPTED),
        ({"kind": "step_taken"}, 1, ""),
        ({}, 1, ""),
        (None, 1, ""),
    ],
)
def test_a_case_follows_only_what_its_school_had_adopted(
    facts: dict[str, Any] | None, pos: int, says: str
) -> None:
    assert SchoolRecord(ADOPTED).refutes(Recorded(1, "", facts), pos, [], {}) == says  # type: ignore[arg-type]


def step() -> tuple[Recorded, list[Recorded], dict[str, Any]]:
    """A step that rests on nothing dated, with its case and policy."""
    core = Core(power.policy, people={"diane": ["head"], "jordan": ["employee"]})
    case = [Recorded(1, "", {**core.history[0].facts, "policy": digest(power.policy)}), *core.history[1:]]
    relied = {"delegations": [{**ENTERED, "from": "2025-09-01"}]}
    facts = {"kind": "step_taken", "occurred": {"date": "2026-03-02"}, "relied": relied}
    return Recorded(len(case) + 1, "", facts), case, {digest(power.policy): power.policy}


def test_a_step_rests_only_on_delegations_that_were_on_record_before_it() -> None:
    taken, case, policies = step()
    school = SchoolRecord([(4, {**ENTERED, "from": "2025-09-01"})])
    assert school.refutes(taken, 5, case, policies) == ""
    assert (
        school.refutes(taken, 3, case, policies)
        == "It rests on a delegation that was not on record of the school."
    )


def test_what_cannot_be_read_is_left_to_the_judgment_of_the_event_itself() -> None:
    taken, case, policies = step()
    school = SchoolRecord([(4, {"kind": "setting_dated", "setting": "employer"}), (5, {"kind": ["odd"]})])
    assert school.refutes(taken, 9, case, policies) == ""
    assert SchoolRecord([]).refutes(taken, 9, case, {}) == ""
