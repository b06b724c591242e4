"""Whatever is answered at triage: it is recorded as it can be judged again, and what follows can be explained."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.cases.triage import TriageIncomplete, TriageRequest, answer_triage, route, triage_of
from casework.cases.triage_answers import answers_of
from casework.procedure.triage import BANDS
from tests.support.core import Core
from tests.support.policies import shipped
from tests.support.telling import opened

QUESTIONS = triage_of(shipped()).questions
ANSWERS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(list(item.answers)) for name, item in QUESTIONS.items()}
)
REGISTERS = st.fixed_dictionaries(
    {name: st.sampled_from(["none", "some", "pattern"]) for name in shipped().registers}
)


@st.composite
def sittings(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Several sittings, each with some answers and perhaps "no to the rest"."""
    return [
        {
            "answers": draw(ANSWERS.filter(bool)),
            "rest": draw(st.sampled_from(["", "Nothing else"])),
            "registers": draw(REGISTERS),
        }
        for _ in range(draw(st.integers(1, 3)))
    ]


def _played(told: list[dict[str, Any]]) -> Core:
    core = opened()
    for one in told:
        request = TriageRequest(
            answered_by="diane",
            recorded_by="helen",
            recorder_role="hr_adviser",
            reasons=dict.fromkeys(one["answers"], "It was so."),
            **one,
        )
        try:
            core.record(answer_triage(core.case, core.policy, request, core.context))
        except TriageIncomplete:
            continue
    return core


@settings(max_examples=60, deadline=None)
@given(sittings())
def test_answers_are_judged_again_and_found_lawful(told: list[dict[str, Any]]) -> None:
    core = _played(told)
    assert core.unlawful() == []
    for name, item in core.case.triage.items():
        assert item.answer in QUESTIONS[name].answers
        assert not (item.bulk and item.known)
        assert not (item.bulk and QUESTIONS[name].singly)


@settings(max_examples=60, deadline=None)
@given(sittings())
def test_the_rest_overrides_no_answer_that_stood_before(told: list[dict[str, Any]]) -> None:
    core = _played(told)
    stood: dict[str, str] = {}
    for event in core.history:
        if event.facts["kind"] == "triage_answered":
            for name in (*event.facts["bulk"], *event.facts["known"]):
                assert name not in stood
            stood |= event.facts["answers"]


@settings(max_examples=100, deadline=None)
@given(ANSWERS, REGISTERS)
def test_what_comes_first_by_law_is_never_lowered(answers: dict[str, str], registers: dict[str, str]) -> None:
    policy = shipped()
    routed = route(policy, answers, registers)
    first = any(
        answers.get(name) == "yes"
        for name in ("danger", "child_abuse", "harmed", "offence", "risk", "suitability")
    )
    assert (routed.band == ("X", "X")) is first
    if routed.band is not None:
        assert BANDS.index(routed.band[0]) <= BANDS.index(routed.band[1])
    assert set(routed.usual) <= set(triage_of(policy).routes)
    for item in routed.follows:
        assert item.cites
        assert answers[item.question] == item.answer


def test_a_case_without_answers_has_none() -> None:
    core = opened()
    assert answers_of(core.case, core.policy) == {}
