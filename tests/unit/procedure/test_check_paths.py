"""The path search against walking: what the check says of all paths is what one finds on any of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.procedure.graph import edges, onward, way_without, ways
from casework.procedure.model import Step, Strand

STATES = [f"s{number}" for number in range(6)]


@st.composite
def strands(draw: st.DrawFn) -> Strand:
    """Strands with hearings (`act: hearing`) and sanctions (`imposes: warning`) anywhere."""
    steps = {
        f"t{number}": {
            "title": "T",
            "from": draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=2, unique=True)),
            "by": ["head"],
            "recorders": ["head"],
            **({"to": to} if (to := draw(st.none() | st.sampled_from(STATES))) else {}),
            **draw(st.sampled_from([{}, {}, {"act": "hearing"}, {"imposes": "warning"}])),
        }
        for number in range(draw(st.integers(1, 12)))
    }
    states = {state: {"title": state} for state in STATES}
    return Strand.model_validate({"title": "Any", "initial": "s0", "states": states, "steps": steps})


def heard(step: Step) -> bool:
    return step.act == "hearing"


def sanctions(step: Step) -> bool:
    return step.imposes is not None


@given(strand=strands(), choices=st.lists(st.integers(0, 1000), max_size=30))
def test_no_walk_finds_what_the_search_rules_out(strand: Strand, choices: list[int]) -> None:
    found = way_without(strand, heard, sanctions)
    state, was_heard = strand.initial, False
    for choice in choices:
        leaving = onward(strand)[state]
        if not leaving:
            break
        edge = leaving[choice % len(leaving)]
        was_heard = was_heard or heard(edge.step)
        if sanctions(edge.step) and not was_heard:
            assert found is not None, "the search missed a way to a sanction without a hearing"
        state = edge.target


@given(strand=strands())
def test_a_counterexample_can_be_walked_and_shows_the_fault(strand: Strand) -> None:
    found = way_without(strand, heard, sanctions)
    if found is None:
        return
    way, last = found
    reached = {strand.initial}
    for step_id in way:
        step = strand.steps[step_id]
        assert not heard(step)
        reached = {step.to or state for state in reached if state in step.from_}
        assert reached, "each step of the path starts where the one before it led to"
    assert way[-1] == last.step_id
    assert sanctions(last.step)
    assert sum(sanctions(strand.steps[step_id]) for step_id in way) == 1, (
        "the shortest path ends at the first sanction"
    )


@given(strand=strands())
def test_a_state_is_reached_by_a_way_exactly_if_walking_on_gets_there(strand: Strand) -> None:
    found = ways(strand)
    for state, way in found.items():
        here = {strand.initial}
        for step_id in way:
            here = {strand.steps[step_id].to or s for s in here if s in strand.steps[step_id].from_}
        assert state in here
    assert all(edge.target in found for edge in edges(strand) if edge.origin in found), (
        "nothing beyond is missed"
    )
