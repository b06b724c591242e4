"""Triage in the core: answers one by one, no to the rest, what is on record already, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from casework.base.errors import CaseworkError
from casework.base.time import parse_occurred
from casework.cases import amend
from casework.cases.acts import UnknownItem
from casework.cases.model import LiveWarning
from casework.cases.triage import (
    NoTriage,
    TriageIncomplete,
    TriageRequest,
    answer_triage,
    known_answers,
    route,
    triage_of,
)
from casework.cases.triage_answers import answers_of, fills
from casework.procedure.triage import BANDS
from casework.procedure.values import FieldInvalid
from tests.support.core import Core
from tests.support.policies import shipped, small
from tests.support.telling import opened, triaged

SINGLY = {
    **dict.fromkeys(("danger", "child_abuse", "harmed", "offence", "risk", "suitability", "low_level"), "no"),
    "subject": "none",
}
NOTHING: Mapping[str, str] = dict.fromkeys(shipped().registers, "none")


def request(answers: Mapping[str, str], **more: Any) -> TriageRequest:
    given: dict[str, Any] = {
        "answered_by": "diane",
        "recorded_by": "helen",
        "recorder_role": "hr_adviser",
        "registers": NOTHING,
        **more,
    }
    return TriageRequest(answers, **given)


def answered(core: Core, answers: Mapping[str, str], **more: Any) -> Core:
    core.record(answer_triage(core.case, core.policy, request(answers, **more), core.context))
    return core


def bare() -> Core:
    """A case in which nothing is alleged yet, so that nothing is on record."""
    core = opened()
    core.record(amend.annul(core.history, event=core.case.allegations["first"].n, **_by(core)))
    core.record(amend.annul(core.history, event=core.case.allegations["second"].n, **_by(core)))
    return core


def _by(core: Core) -> dict[str, Any]:
    return {"reason": "Not yet", "recorder": core.by, "policies": core.policies, "context": core.context}


def test_no_to_the_rest_answers_each_question_and_marks_it_so() -> None:
    core = answered(bare(), {**SINGLY, "time": "own_time"}, rest="A few minutes at break")
    case = core.case
    assert set(case.triage) == set(triage_of(core.policy).questions) - {"route"}
    assert not case.triage["harmed"].bulk
    assert not case.triage["time"].bulk
    assert case.triage["belief"].bulk
    assert case.triage["belief"].answer == "no"
    assert core.bodies[-1] == {"rest": "A few minutes at break"}
    assert core.unlawful() == []
    routed = route(core.policy, answers_of(case, core.policy), case.triage_registers)
    assert routed.band == ("S0", "S1")
    assert routed.usual == ("no_action", "informal")
    assert routed.open == ("route",)
    assert [item for item in routed.follows if item.kind == "task"] == []


def test_an_answer_of_the_rest_can_be_given_singly_later_and_both_stand() -> None:
    core = answered(bare(), SINGLY, rest="Nothing else")
    answered(core, {"belief": "yes"}, reasons={"belief": "It was a petition"})
    assert core.case.triage["belief"].answer == "yes"
    assert not core.case.triage["belief"].bulk
    assert core.history[-2].facts["answers"]["belief"] == "no"
    assert core.unlawful() == []


def test_the_first_questions_are_answered_one_by_one() -> None:
    core = bare()
    with pytest.raises(TriageIncomplete) as caught:
        answered(core, {name: "no" for name in SINGLY if name not in ("subject", "risk")}, rest="Nothing")
    assert caught.value.details["missing"] == ["risk", "subject"]
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("said", ["yes", "unclear"])
def test_danger_stops_the_questions(said: str) -> None:
    core = answered(bare(), {"danger": said}, reasons={"danger": "He has a knife"})
    routed = route(core.policy, answers_of(core.case, core.policy), NOTHING)
    assert routed.stop
    assert routed.open == ()
    assert routed.band == (("X", "X") if said == "yes" else None)
    with pytest.raises(TriageIncomplete, match="somebody has to act first"):
        answered(core, {name: SINGLY[name] for name in SINGLY if name != "danger"}, rest="Nothing")
    answered(core, SINGLY, rest="The police have him")  # the danger is over
    assert not route(core.policy, answers_of(core.case, core.policy), NOTHING).stop


@pytest.mark.parametrize(
    ("registers", "question", "answer"),
    [
        ({"data-breaches": "some"}, "personal_data", "yes"),
        ({"discriminatory-incidents": "some"}, "hostility", "yes"),
        ({"complaints": "some"}, "effect", "complaint"),
        ({"captures": "some"}, "online", "gone"),
        ({"low-level-concerns": "pattern"}, "history", "pattern"),
        ({"informal-talks": "some"}, "history", "talk"),
    ],
)
def test_no_to_the_rest_never_overrides_what_a_register_says(
    registers: dict[str, str], question: str, answer: str
) -> None:
    core = answered(bare(), SINGLY, rest="Nothing", registers={**NOTHING, **registers})
    found = core.case.triage[question]
    assert (found.answer, found.known, found.bulk) == (answer, True, False)
    assert core.unlawful() == []


def test_no_to_the_rest_never_overrides_what_is_alleged_or_a_live_warning() -> None:
    core = bare()
    core.allege(clauses=["SMP-4.1b"])
    core.allege(clauses=["SMP-4.3"])
    core.warnings = (LiveWarning("first_written_warning", date(2026, 1, 1), date(2026, 12, 31)),)
    answered(core, SINGLY, rest="Nothing")
    assert core.case.triage["account"].answer == "school"
    assert core.case.triage["personal_data"].answer == "yes"
    assert core.case.triage["history"].answer == "live_warning"
    assert core.unlawful() == []
    core.warnings = (LiveWarning("first_written_warning", date(2025, 1, 1), date(2025, 12, 31)),)
    assert "history" not in known_answers(core.case, core.policy, NOTHING)


def test_what_is_on_record_is_contradicted_only_with_a_reason() -> None:
    core = Core(
        shipped(),
        people={"jordan": ["employee"], "diane": ["headteacher"]},
        recorder=("helen", "hr_adviser"),
        flags={"jordan": {"head": True}},
    )
    with pytest.raises(FieldInvalid, match="This answer needs a reason"):
        answered(core, SINGLY)
    answered(core, SINGLY, reasons={"subject": "She left the post last week"})
    assert core.unlawful() == []


def test_a_step_takes_over_what_triage_answered() -> None:
    core = answered(
        bare(), {**SINGLY, "route": "formal"}, rest="Nothing", reasons={"route": "Seen on the page"}
    )
    found = fills(core.case, core.policy, "triage")
    assert set(found) == {"route", "harm_threshold", "screening"}
    assert {key: item.answer for key, item in found["harm_threshold"].items()} == dict.fromkeys(  # type: ignore[union-attr]
        ("harmed", "offence", "risk", "suitability"), "no"
    )
    assert set(fills(core.case, core.policy, "take_no_action")) == {"harm_threshold", "screening"}


def test_a_step_alone_answers_the_questions_that_it_asks() -> None:
    core = triaged(opened())
    found = answers_of(core.case, core.policy)
    assert found["harmed"] == "no"
    assert found["route"] == "formal"
    assert "identifies" not in found


@pytest.mark.parametrize(
    ("answers", "more", "says"),
    [
        ({"colour": "red"}, {}, "There is no question 'colour'."),
        ({"belif": "no"}, {}, "Did you mean belief?"),
        ({"belief": "perhaps"}, {}, "takes no, yes, unclear, unknown; not 'perhaps'."),
        (
            {"belief": "yes", "accused": "unclear"},
            {},
            "These answers need a reason: “Does it say of a teacher",
        ),
        (
            {"belief": "yes"},
            {"reasons": {"belief": " "}},
            "This answer needs a reason: “Does it concern a belief",
        ),
        ({}, {}, "Answer at least one question."),
    ],
)
def test_what_cannot_be_read_is_refused(answers: dict[str, str], more: dict[str, Any], says: str) -> None:
    with pytest.raises(CaseworkError) as caught:
        answered(bare(), answers, **more)
    assert says in caught.value.message
    assert caught.value.exit_code == 2


def test_a_policy_without_triage_says_so() -> None:
    with pytest.raises(NoTriage, match="asks no triage questions"):
        route(small(), {}, {})


def test_severity_rises_and_only_an_answer_lowers_it() -> None:
    policy = shipped()

    def band(**answers: str) -> Any:
        return route(policy, {**SINGLY, **answers}, NOTHING).band

    assert band() == ("S0", "S1")
    assert band(time="supervising") == ("S3", "S3")
    assert band(identifies="pupil", history="live_warning") == ("S3", "S4")
    assert band(authorship="hacked", identifies="pupil") == ("S0", "S0")
    assert band(whistleblowing="yes", identifies="pupil") is None
    assert band(harmed="yes", authorship="hacked", whistleblowing="yes") == ("X", "X")


def test_a_pattern_asks_for_the_four_questions_again() -> None:
    routed = route(shipped(), SINGLY, {**NOTHING, "low-level-concerns": "pattern"})
    assert "retest" in {item.name for item in routed.of("task")}
    assert "retest" not in {item.name for item in route(shipped(), SINGLY, NOTHING).of("task")}


def test_a_route_that_is_not_the_usual_one_is_said_to_be_so() -> None:
    assert route(shipped(), {**SINGLY, "time": "supervising", "route": "informal"}, NOTHING).unusual
    assert not route(shipped(), {**SINGLY, "route": "informal"}, NOTHING).unusual


@pytest.mark.parametrize("name", list(shipped().triage.questions if shipped().triage else ()))
def test_each_answer_leads_somewhere_that_can_be_explained(name: str) -> None:
    """Whatever is answered, each point names its question, answer and rules, and severity never falls below none."""
    policy = shipped()
    for answer in triage_of(policy).questions[name].answers:
        for says in ("none", "some", "pattern"):
            routed = route(policy, {**SINGLY, name: answer}, dict.fromkeys(policy.registers, says))
            assert routed.band is None or BANDS.index(routed.band[0]) <= BANDS.index(routed.band[1])
            for item in routed.follows:
                assert item.number.startswith("TQ-")
                assert item.says
                assert item.cites


def test_changed_answers_are_found_by_an_auditor() -> None:
    answers = {**SINGLY, "identifies": "pupil", "accused": "yes"}
    core = answered(bare(), answers, rest="Nothing", reasons={"accused": "It names him"})
    facts = core.history[-1].facts
    for change in (
        {"band": {"from": "S0", "to": "S1"}},
        {"given": []},
        {"registers": {}, "known": ["belief"]},
        {"answers": {**facts["answers"], "harmed": "yes"}},
    ):
        core.history[-1] = core.history[-1].__class__(
            len(core.history), core.history[-1].recorded, {**facts, **change}
        )
        assert [item.n for item in core.unlawful()] == [len(core.history)]


def test_answers_are_annulled_like_anything_and_their_day_is_corrected() -> None:
    core = answered(bare(), SINGLY, rest="Nothing")
    n = len(core.history)
    core.record(
        amend.correct(
            core.history,
            event=n,
            values={},
            occurred=parse_occurred("2026-03-01"),
            reason="It was the day before",
            policies=core.policies,
            recorder=core.by,
            context=core.on("2026-03-03").context,
        )
    )
    core.record(amend.annul(core.history, event=n, **_by(core)))
    assert core.case.triage == {}
    assert core.unlawful() == []
    with pytest.raises(UnknownItem):
        amend.annul(core.history, event=99, **_by(core))
