"""The search of strands side by side against walking: the same policies, every combination, nothing put together."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.procedure import product
from casework.procedure.check import Tally
from casework.procedure.check_strands import check_strands
from casework.procedure.model import Policy, Step, Strand
from casework.procedure.product import Together, groups, kinds_of_case, ties_in
from casework.procedure.requirements import StepTaken, StrandState
from tests.unit.procedure.small_policy import load_shipped, load_small

Node = tuple[tuple[str, ...], frozenset[str]]
"""The state of each strand, and every step that was taken."""


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Small policies of two or three strands whose steps wait for states and steps of any of them."""
    names = ["a", "b", "c"][: draw(st.integers(2, 3))]
    states = {name: [f"{name}{number}" for number in range(draw(st.integers(2, 4)))] for name in names}
    ids = {name: [f"{name}_step{number}" for number in range(draw(st.integers(1, 5)))] for name in names}
    every = [step_id for of_strand in ids.values() for step_id in of_strand]

    def requirement(number: int) -> dict[str, Any]:
        if draw(st.booleans()):
            other = draw(st.sampled_from(names))
            asked: dict[str, Any] = {
                "must": "strand_state",
                "strand": other,
                "states": draw(st.lists(st.sampled_from(states[other]), min_size=1, max_size=2, unique=True)),
            }
        else:
            wanted = st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True)
            asked = {"must": "step_taken", "steps": draw(wanted)}
        when = draw(st.sampled_from([{}, {}, {}, {"when": {"subject": "teacher", "is": True}}]))
        return {**asked, **when, "id": f"r{number}", "cites": ["LAW-1"]}

    strands = {
        name: {
            "title": name,
            "initial": states[name][0],
            "states": {state: {"title": state, "final": state == states[name][-1]} for state in states[name]},
            "steps": {
                step_id: {
                    "title": step_id,
                    "from": draw(
                        st.lists(st.sampled_from(states[name][:-1]), min_size=1, max_size=2, unique=True)
                    ),
                    **({"to": to} if (to := draw(st.none() | st.sampled_from(states[name]))) else {}),
                    "by": ["head"],
                    "recorders": ["head"],
                    "requires": [
                        requirement(number) for number in range(draw(st.sampled_from([0, 0, 1, 1, 2])))
                    ],
                }
                for step_id in ids[name]
            },
        }
        for name in names
    }
    read = {name: Strand.model_validate(one) for name, one in strands.items()}
    head = {name: getattr(load_small(), name) for name in Policy.model_fields}
    return Policy(**{**head, "main_strand": "a", "strands": read, "deadlines": {}})


def open_to(step: Step, states: dict[str, str], taken: frozenset[str], teacher: bool) -> bool:
    """Whether a step can be taken, said as plainly as can be."""
    for item in step.requires:
        if item.when is not None and not teacher:
            continue
        rule = item.rule
        if isinstance(rule, StrandState) and states[rule.strand] not in rule.states:
            return False
        if isinstance(rule, StepTaken) and not set(rule.steps) & taken:
            return False
    return True


def walked(policy: Policy, teacher: bool) -> tuple[dict[Node, list[tuple[str, Node]]], Node]:
    """Everything that can happen, step by step."""
    names = list(policy.strands)
    start: Node = (tuple(strand.initial for strand in policy.strands.values()), frozenset())
    found: dict[Node, list[tuple[str, Node]]] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node in found:
            continue
        found[node] = []
        at, taken = node
        for index, name in enumerate(names):
            for step_id, step in policy.strands[name].steps.items():
                if at[index] in step.from_ and open_to(
                    step, dict(zip(names, at, strict=True)), taken, teacher
                ):
                    after = (*at[:index], step.to or at[index], *at[index + 1 :])
                    found[node].append((step_id, (after, taken | {step_id})))
                    queue.append(found[node][-1][1])
    return found, start


def can_end(found: dict[Node, list[tuple[str, Node]]], policy: Policy, index: int) -> set[Node]:
    """From where a strand can still end."""
    strand = list(policy.strands.values())[index]
    good = {node for node in found if strand.states[node[0][index]].final}
    while True:
        more = {
            node for node, moves in found.items() if node not in good and any(to in good for _, to in moves)
        }
        if not more:
            return good
        good |= more


@settings(max_examples=150)
@given(policy=policies(), teacher=st.booleans())
def test_the_search_finds_a_strand_that_cannot_end_exactly_if_walking_does(
    policy: Policy, teacher: bool
) -> None:
    found, start = walked(policy, teacher)
    names = list(policy.strands)
    done: set[str] = set()
    for group in groups(policy):
        [kind] = [
            kind
            for kind in kinds_of_case(policy, group)
            if kind.get(("subject", "teacher"), teacher) == teacher
        ]
        together = Together(policy, group, ties_in(policy, group, kind))
        done |= together.possible()
        for index, strand in enumerate(together.strands):
            good = can_end(found, policy, names.index(strand.name))
            blocked = together.blocked(index)
            hopeless = {at.state for at in strand.stuck}
            ends_alone = not hopeless
            if blocked is not None:
                way, states = together.path(blocked)
                node = start
                for step_id in way:
                    node = dict(found[node])[step_id]
                assert node not in good, "the path leads to where the strand can never end"
                assert all(node[0][names.index(name)] == state for name, state in states.items())
            elif ends_alone:
                assert found.keys() <= good
    assert done >= {step_id for moves in found.values() for step_id, _ in moves}, (
        "no possible step is called impossible"
    )


def test_the_shipped_strands_are_told_apart_as_far_as_it_matters_and_no_further() -> None:
    tally = Tally()
    assert list(check_strands(load_shipped(), tally)) == []
    every = 1
    for strand in load_shipped().strands.values():
        every *= len(strand.states)
    assert 0 < tally.combinations < every


def test_more_combinations_than_can_be_searched_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product, "MAX_COMBINATIONS", 2)
    assert [problem.code for problem in check_strands(load_small(), Tally())] == ["too-many-combinations"]
