"""The machine under each strand: named steps only, each from its states, and only when nothing is unmet."""

from __future__ import annotations

import pytest

from casework.cases.assess import ASSESS
from casework.cases.machine import StrandMachines, machines_of
from casework.procedure.requirements import KINDS
from tests.support.policies import probing, shipped, small


@pytest.mark.parametrize("policy", [small(), shipped()], ids=["small", "shipped"])
def test_a_step_leads_where_the_policy_says_and_from_its_states_only(policy) -> None:  # type: ignore[no-untyped-def]
    machines = StrandMachines(policy)
    for strand_id, strand in policy.strands.items():
        for step_id, step in strand.steps.items():
            for state in strand.states:
                expected = (step.to or state) if state in step.from_ else None
                assert machines.move(strand_id, state, step_id, nothing_unmet=True) == expected


def test_while_something_is_unmet_nothing_moves() -> None:
    machines = StrandMachines(small())
    for _ in range(2):
        assert machines.move("procedure", "reported", "look", nothing_unmet=False) is None
        assert machines.move("procedure", "reported", "look", nothing_unmet=True) == "looked_at"


def test_no_state_is_reached_by_its_name() -> None:
    machines = StrandMachines(small())
    assert machines.triggers("procedure", "reported") == ["look"]
    assert machines.triggers("procedure", "closed") == []
    with pytest.raises(KeyError):
        machines.move("procedure", "reported", "to_closed", nothing_unmet=True)


def test_a_policy_is_compiled_once() -> None:
    assert machines_of(small()) is machines_of(small())
    assert machines_of(small()) is not machines_of(probing())


def test_every_requirement_kind_has_its_assessment() -> None:
    assert set(ASSESS) == set(KINDS)
