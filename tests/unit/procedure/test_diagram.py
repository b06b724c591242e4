"""The picture of a strand: the same bytes every time, all of the strand in it, nothing on top of anything else."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.procedure.diagram import diagram
from casework.procedure.layout import Box, lay_out, wrap
from casework.procedure.model import STAGES, Strand
from casework.procedure.ranks import set_out
from tests.unit.procedure.small_policy import load_shipped, load_small

GOLDEN = Path(__file__).parents[2] / "golden" / "policy"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("strand", ["procedure", "suspension"])
def test_the_picture_is_the_one_that_was_looked_at(strand: str) -> None:
    golden = GOLDEN / f"england-maintained.{strand}.svg"
    renew = f"Look at the new picture; if it is good, write diagram(policy, {strand!r}) to {golden.name}."
    assert diagram(load_shipped(), strand) == golden.read_text(encoding="utf-8"), renew


@pytest.mark.parametrize("strand_id", ["procedure", "suspension"])
def test_everything_is_said_in_words_too(strand_id: str) -> None:
    policy = load_shipped()
    strand = policy.strands[strand_id]
    root = ElementTree.fromstring(diagram(policy, strand_id))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None and description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    for part in (*strand.states.values(), *strand.steps.values()):
        assert part.title in (description.text or "")
    drawn = squeezed("".join("".join(text.itertext()) for text in root.iter(f"{SVG}text")))
    for part in (*strand.states.values(), *strand.steps.values()):
        assert squeezed(part.title) in drawn


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_what_people_wrote_cannot_break_the_picture() -> None:
    policy = load_small()
    strand = policy.strands["suspension"]
    state = strand.states["working"].model_copy(update={"title": '<script>"&', "plain": "]]></svg>"})
    hostile = strand.model_copy(update={"states": {**strand.states, "working": state}})
    text = diagram(policy.model_copy(update={"strands": {"suspension": hostile}}), "suspension")
    assert "<script" not in text
    ElementTree.fromstring(text)


def test_an_adjourned_hearing_stands_beside_the_hearing() -> None:
    rows = set_out(load_shipped().strands["procedure"])
    assert rows.beside == {
        "hearing_adjourned": ("hearing_held", ("adjourn_hearing",), ("resume_hearing",)),
        "appeal_adjourned": ("appeal_held", ("adjourn_appeal",), ("resume_appeal",)),
    }
    assert set(rows.badges) == {
        *("record_outcome_letter", "notify_local_authority", "record_contract_end", "withdraw_appeal"),
        *("record_resignation", "withdraw_case", "close_case"),
        *("request_written_reasons", "give_written_reasons"),
        *("invite_witness", "ask_parents_of_witness", "ask_to_check_statement", "record_statement_answer"),
        *(
            "link_case",
            "declare_interest",
            "ask_why_appeal_is_late",
            "refuse_late_appeal",
            "take_back_outcome_letter",
        ),
    }


def test_lines_are_broken_between_words() -> None:
    assert wrap("Record a warning that the employee accepts", 100, 12) == (
        "Record a",
        "warning that",
        "the employee",
        "accepts",
    )
    assert wrap("", 100, 12) == ()


@st.composite
def strands(draw: st.DrawFn) -> Strand:
    """Any strand: forks, cycles, ways back, steps from everywhere, states that nothing leads to."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 9)))]
    staged = draw(st.booleans())
    states = {
        name: {
            "title": draw(
                st.sampled_from(
                    ["Held", "A longer name of a state", "Appeal hearing arranged for another day"]
                )
            ),
            **({"stage": draw(st.sampled_from(STAGES))} if staged else {}),
        }
        for name in names
    }
    steps = {
        f"t{number}": {
            "title": draw(
                st.sampled_from(["Go on", "Record that something happened", "Tell everybody of it at once"])
            ),
            "from": draw(st.lists(st.sampled_from(names), min_size=1, max_size=5, unique=True)),
            **({"to": to} if (to := draw(st.none() | st.sampled_from(names))) else {}),
            "by": ["head"],
            "recorders": ["head"],
        }
        for number in range(draw(st.integers(0, 14)))
    }
    return Strand.model_validate({"title": "Any", "initial": names[0], "states": states, "steps": steps})


@given(strand=strands())
def test_every_strand_can_be_drawn_with_nothing_on_top_of_anything_else(strand: Strand) -> None:
    layout = lay_out(strand)
    solid = [box for box in layout.boxes.values() if box.kind != "bend"]
    assert not [(a.id, b.id) for a, b in combinations(solid, 2) if overlap(a, b)]
    for box in solid:
        assert box.x - box.width // 2 >= 0 and box.y >= 0
        assert box.x + box.width // 2 <= layout.width and box.bottom <= layout.height
    for upper, lower in layout.links:
        assert layout.boxes[upper].bottom <= layout.boxes[lower].y, "arrows lead downwards"


@given(strand=strands())
def test_every_step_of_every_strand_is_shown_once(strand: Strand) -> None:
    rows = set_out(strand)
    shown = [arrow.step for arrow in rows.arrows] + list(rows.badges)
    shown += [step for _, there, home in rows.beside.values() for step in (*there, *home)]
    looping = {step for steps in rows.loops.values() for step in steps}
    assert sorted([*shown, *looping]) == sorted(strand.steps)
    assert rows.rank.keys() == strand.states.keys()


@given(strand=strands())
def test_the_same_strand_gives_the_same_picture(strand: Strand) -> None:
    policy = load_small().model_copy(update={"strands": {"any": strand}})
    text = diagram(policy, "any")
    assert diagram(policy, "any") == text
    ElementTree.fromstring(text)


def overlap(a: Box, b: Box) -> bool:
    apart = abs(a.x - b.x) >= (a.width + b.width) // 2 - 1
    return not apart and a.y < b.bottom and b.y < a.bottom
