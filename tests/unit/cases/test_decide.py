"""Deciding a step: everything that is unmet at once, waivers, irregular facts, when it happened, what is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.base.errors import BadInput
from casework.cases.fields import FieldInvalid
from casework.cases.model import LiveWarning
from casework.cases.request import NoSuchStep, StepRefused, WaiverRequest
from tests.support.core import Core
from tests.support.judging import told
from tests.support.policies import probing


def before_the_hearing(**people: list[str]) -> Core:
    core = told(**people)
    core.allege("first")
    core.take("look", "diane", why="reported")
    return core


def heard(**people: list[str]) -> Core:
    core = before_the_hearing(**people)
    core.on("2026-03-03").letter(served="2026-03-03")
    core.on("2026-03-20").take("hear", "felix", held_at="2026-03-20T10:00", answers={"1": "nothing"})
    return core


ANSWERS: dict[str, Any] = {"findings": {"1": "proved"}, "reasons": {"1": "admitted"}}


# --- Refusals -----------------------------------------------------------------------------------------------


def test_a_refusal_names_everything_at_once() -> None:
    core = before_the_hearing(rachel=["investigator", "member"])
    core.evidence()
    refused = core.on("2026-03-04").refused(
        "hear", "wendy", held_at="2026-03-04T10:00", recorder=("sam", "reporter")
    )
    assert [item.requirement for item in refused.unmet] == [
        "taken_by",
        "recorded_by",
        "field:answers",
        "letter_served",
        "notice",
        "apart",
        "evidence_disclosed",
    ]
    assert (
        refused.message
        == "“Hold the hearing” cannot be recorded yet: one answer is missing, and 5 things are not in order."
    )
    assert refused.exit_code == 3
    assert all(item.says and item.remedy for item in refused.unmet)


def test_one_thing_is_one_thing() -> None:
    refused = told().refused("look", "diane")
    assert refused.message == "“Look at the report” cannot be recorded yet: one answer is missing."


def test_a_refusal_reads_as_words_and_as_data() -> None:
    core = before_the_hearing()
    core.letter(served="2026-03-02")
    core.on("2026-03-16")
    refused = core.refused("hear", "felix", held_at="2026-03-16T10:30", answers={"1": "nothing"})
    assert str(refused).splitlines() == [
        "“Hold the hearing” cannot be recorded yet: one thing is not in order.",
        "- The notice is too short. Monday 16 March 2026 is before Tuesday 17 March 2026. "
        "Earliest lawful date: Tuesday 17 March 2026.",
    ]
    assert refused.earliest == date(2026, 3, 17)
    assert refused.fix == {"held_at": "2026-03-17T10:30"}
    shown = refused.as_json()
    assert (shown["ok"], shown["code"], shown["step"]) == (False, "step-refused", "hear")
    (item,) = shown["unmet"]
    assert item["requirement"] == "notice"
    assert item["cites"] == ["ACAS-11"]
    assert item["earliest"] == "2026-03-17"
    assert item["fix"] == {"held_at": "2026-03-17T10:30"}
    assert "clear working days" in item["working"]


def test_a_refusal_without_dates_names_none() -> None:
    refused = told().refused("look", "diane")
    assert (refused.earliest, refused.fix) == (None, {})
    assert "earliest" not in refused.as_json()["unmet"][0]


def test_what_only_a_missing_answer_can_decide_is_not_said_twice() -> None:
    core = heard()
    assert set(core.why("decide", "felix", reasons={"1": "admitted"})) == {"field:sanction", "field:findings"}


def test_that_no_letter_was_served_can_be_said_without_the_date() -> None:
    policy = probing(
        [{"must": "notice", "letter": "invitation", "until": "at", "clear_working_days": 5, "cites": ["X"]}],
        {"at": {"type": "datetime", "label": "At"}},
    )
    core = Core(policy, people={"jordan": ["employee"], "diane": ["head"]})
    assert set(core.why("probe", "diane")) == {"field:at", "notice"}
    core.letter(served="2026-03-02")
    assert set(core.why("probe", "diane")) == {"field:at"}


def test_a_condition_that_does_not_hold_reaches_nothing() -> None:
    rule = {"must": "evidence_recorded", "cites": ["X"], "when": {"field": "sure", "is": True}}
    policy = probing([rule], {"sure": {"type": "boolean", "label": "Sure"}})
    core = Core(policy, people={"diane": ["head"]})
    found = {item.requirement: item for item in core.decide("probe", "diane", sure=False).assessments}
    assert found["evidence_recorded"].status == "not_reached"
    assert found["evidence_recorded"].says == "This does not apply here."
    assert set(core.why("probe", "diane", sure=True)) == {"evidence_recorded"}


def test_the_reason_of_a_rule_is_said_only_when_it_is_not_met() -> None:
    core = heard()
    found = core.why("decide", "felix", sanction="final", **ANSWERS)["live_warning"]
    assert found.says.endswith("would skip a rung. A final warning usually follows a first one.")
    met = {i.requirement: i for i in core.decide("decide", "felix", sanction="first", **ANSWERS).assessments}
    assert "usually" not in met["live_warning"].says


@pytest.mark.parametrize(
    ("asked", "near"), [("heer", "hear"), ("send-home", "send_home"), ("tell_counsil", "tell_council")]
)
def test_an_unknown_step_suggests_the_nearest(asked: str, near: str) -> None:
    with pytest.raises(NoSuchStep, match=f"Did you mean.*{near}") as caught:
        told().decide(asked, "diane")
    assert caught.value.exit_code == 2


def test_a_step_that_is_like_none_suggests_none() -> None:
    with pytest.raises(NoSuchStep) as caught:
        told().decide("xyzzy", "diane")
    assert caught.value.message == "There is no step 'xyzzy' in this policy."
    assert caught.value.remedy


def test_somebody_who_is_not_in_the_case_takes_no_step() -> None:
    with pytest.raises(FieldInvalid, match="not part of the case yet"):
        told().decide("look", "nobody", why="reported")


# --- Waivers ------------------------------------------------------------------------------------------------


def waiver(
    by: str = "felix", reason: str = "So serious.", requirement: str = "live_warning"
) -> WaiverRequest:
    return WaiverRequest(requirement, by, reason, "HR advised otherwise.")


def test_a_waiver_by_the_right_person_with_a_reason_lets_the_step_through() -> None:
    core = heard()
    decision = core.decide("decide", "felix", sanction="final", waive=[waiver()], **ANSWERS)
    assert decision.facts["waived"] == [{"requirement": "live_warning", "by": "felix", "role": "chair"}]
    assert decision.body["waivers"] == {
        "live_warning": {"reason": "So serious.", "advice": "HR advised otherwise."}
    }
    assert next(i for i in decision.assessments if i.requirement == "live_warning").status == "waived"
    assert "breached" not in decision.facts


def test_a_waiver_by_somebody_else_is_none() -> None:
    core = heard()
    found = core.why("decide", "felix", sanction="final", waive=[waiver("diane")], **ANSWERS)
    assert found["live_warning"].says.endswith("Only the chair may waive this.")


def test_what_nobody_may_waive_stays() -> None:
    core = heard()
    found = core.why(
        "decide",
        "felix",
        sanction="dismissal",
        waive=[waiver(requirement="sanction_authority"), waiver()],
        **ANSWERS,
    )
    assert set(found) == {"sanction_authority"}
    assert found["sanction_authority"].says.endswith("This cannot be waived by anybody.")


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_a_waiver_needs_a_reason(reason: str) -> None:
    with pytest.raises(FieldInvalid, match="A waiver of “live_warning” needs a reason"):
        heard().decide("decide", "felix", sanction="final", waive=[waiver(reason=reason)], **ANSWERS)


def test_only_requirements_of_the_step_can_be_waived() -> None:
    with pytest.raises(FieldInvalid) as caught:
        heard().decide("decide", "felix", sanction="final", waive=[waiver(requirement="notice")], **ANSWERS)
    assert caught.value.message == (
        "“Decide on a sanction” has no requirement 'notice' to waive. Waivable: live_warning."
    )


@pytest.mark.parametrize("built_in", ["state", "taken_by", "recorded_by", "occurred", "field:reasons"])
def test_what_every_step_needs_is_never_waived(built_in: str) -> None:
    with pytest.raises(FieldInvalid, match="to waive"):
        heard().decide("decide", "felix", sanction="final", waive=[waiver(requirement=built_in)], **ANSWERS)


def test_a_requirement_is_waived_once() -> None:
    with pytest.raises(FieldInvalid, match="“live_warning” is waived twice"):
        heard().decide("decide", "felix", sanction="final", waive=[waiver(), waiver("diane")], **ANSWERS)


def test_a_waiver_of_what_is_met_is_not_recorded_as_one() -> None:
    core = heard()
    decision = core.decide("decide", "felix", sanction="first", waive=[waiver()], **ANSWERS)
    assert "waived" not in decision.facts
    assert "waivers" not in decision.body


def test_whom_the_step_names_may_waive_in_the_part_that_it_gives() -> None:
    rule = {"should": "evidence_recorded", "waivable_by": ["chair"], "cites": ["X"]}
    policy = probing([rule], {"chair": {"type": "party", "label": "Chair", "assigns": "chair"}})
    core = Core(policy, people={"diane": ["head"], "ian": []})
    waive = [WaiverRequest("evidence_recorded", "ian", "It is obvious.")]
    assert core.decide("probe", "diane", chair="ian", waive=waive).facts["waived"] == [
        {"requirement": "evidence_recorded", "by": "ian", "role": "chair"}
    ]


# --- Irregular facts ----------------------------------------------------------------------------------------


def test_what_happened_is_recorded_with_everything_that_was_breached() -> None:
    core = before_the_hearing()
    decision = core.on("2026-03-04").take(
        "hear",
        "felix",
        held_at="2026-03-04T10:00",
        irregular=" There was no letter. ",
        answers={"1": "nothing"},
    )
    assert decision.facts["kind"] == "step_irregular"
    assert decision.facts["breached"] == ["letter_served", "notice"]
    assert decision.body["reason"] == "There was no letter."
    assert core.state() == "heard"
    record = core.case.last_step("hear")
    assert record is not None
    assert (record.irregular, record.breached) == (True, ("letter_served", "notice"))


def test_missing_answers_are_breached_too() -> None:
    core = before_the_hearing()
    decision = core.on("2026-03-04").take("hear", "felix", irregular="Nobody took notes.")
    assert decision.facts["breached"] == ["field:held_at", "field:answers", "letter_served", "notice"]


def test_from_a_wrong_state_the_strand_stays_where_it_is() -> None:
    core = told()
    decision = core.take("close", "wendy", irregular="The file was put away.")
    assert decision.facts["breached"] == ["state"]
    assert (decision.facts["from"], decision.facts["to"]) == ("reported", "reported")
    assert decision.facts["final"] is False
    assert core.state() == "reported"


def test_nothing_irregular_is_not_recorded_as_irregular() -> None:
    with pytest.raises(BadInput) as caught:
        told().decide("look", "diane", why="reported", irregular="Just in case.")
    assert caught.value.message == "Nothing about “Look at the report” is irregular: it is in order as given."
    assert caught.value.remedy == "Record it as an ordinary step."
    assert not isinstance(caught.value, StepRefused)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_an_irregular_fact_needs_a_reason(reason: str) -> None:
    with pytest.raises(FieldInvalid, match="An irregular fact needs a reason"):
        told().decide("close", "wendy", irregular=reason)


def test_an_irregular_fact_takes_no_waiver() -> None:
    core = heard()
    with pytest.raises(FieldInvalid, match="An irregular fact takes no waiver"):
        core.decide("decide", "felix", sanction="dismissal", irregular="Done.", waive=[waiver()], **ANSWERS)
    decision = core.decide("decide", "felix", sanction="dismissal", irregular="Done.", **ANSWERS)
    assert decision.facts["breached"] == ["sanction_authority", "live_warning"]
    assert "waived" not in decision.facts


# --- When it happened ---------------------------------------------------------------------------------------


def test_without_a_date_it_happened_today() -> None:
    core = told().on("2026-03-04")
    assert core.decide("look", "diane", why="x").facts["occurred"] == {
        "precision": "day",
        "date": "2026-03-04",
    }


@pytest.mark.parametrize(
    ("on", "facts"),
    [
        ("2026-03-03", {"precision": "day", "date": "2026-03-03"}),
        ("2026-03-03T09:40", {"precision": "minute", "date": "2026-03-03", "time": "09:40"}),
    ],
)
def test_it_happened_when_it_is_said_to_have(on: str, facts: dict[str, str]) -> None:
    assert told().on("2026-03-04").decide("look", "diane", why="x", on=on).facts["occurred"] == facts


def test_a_field_that_is_the_time_of_the_step_says_when() -> None:
    core = before_the_hearing()
    core.letter(served="2026-03-02")
    core.on("2026-03-20")
    decision = core.decide("hear", "felix", held_at="2026-03-18T10:00", answers={"1": "-"}, on="2026-03-20")
    assert decision.facts["occurred"] == {"precision": "minute", "date": "2026-03-18", "time": "10:00"}


@pytest.mark.parametrize("on", ["2026-03-05", "2026-03-04T10:01", "2027-01-01"])
def test_what_has_not_happened_cannot_be_recorded(on: str) -> None:
    core = told().on("2026-03-04T10:00")
    with pytest.raises(FieldInvalid, match="dated in the future; only what has happened can be recorded"):
        core.decide("look", "diane", why="x", on=on)
    assert core.decide("look", "diane", why="x", on="2026-03-04T10:00")


def test_the_future_is_judged_by_the_clocks_of_london() -> None:
    core = told().on("2026-04-01T00:30")  # still 31 March in UTC
    assert core.decide("look", "diane", why="x", on="2026-04-01T00:30")


def test_a_hearing_in_the_future_cannot_be_held() -> None:
    core = before_the_hearing()
    with pytest.raises(FieldInvalid, match="dated in the future"):
        core.decide("hear", "felix", held_at="2026-03-18T10:00", answers={"1": "-"})


# --- What is recorded ---------------------------------------------------------------------------------------


def test_facts_hold_types_and_the_body_words() -> None:
    core = heard()
    core.warnings = (LiveWarning("first", date(2025, 9, 1), date(2026, 8, 31)),)
    decision = core.decide(
        "decide",
        "felix",
        sanction="final",
        basis="minute",
        findings={"1": "proved"},
        reasons={"1": "He said so."},
    )
    assert dict(decision.facts) == {
        "kind": "step_taken",
        "strand": "procedure",
        "step": "decide",
        "from": "heard",
        "to": "decided",
        "final": False,
        "stage": "outcome",
        "policy": core.case.policy,
        "calendar": core.context.calendar_digest,
        "occurred": {"precision": "day", "date": "2026-03-20"},
        "taken_by": {"party": "felix", "role": "chair", "basis": "minute"},
        "recorded_by": {"party": "helen", "role": "adviser"},
        "values": {"sanction": "final", "findings": {"first": "proved"}},
        "given": ["reasons"],
        "relied": {"live_warnings": [{"sanction": "first", "from": "2025-09-01", "until": "2026-08-31"}]},
    }
    assert dict(decision.body) == {
        "texts": {"reasons": {"first": "He said so."}},
        "authority": "Minute 2026/11",
    }


def test_only_a_sanction_relies_on_warnings() -> None:
    core = told()
    core.warnings = (LiveWarning("first", date(2025, 9, 1), date(2026, 8, 31)),)
    assert "relied" not in core.decide("look", "diane", why="x").facts


def test_people_whom_a_step_names_get_their_part() -> None:
    core = told(ian=[])
    decision = core.take("look", "diane", why="x", investigator="ian")
    assert decision.facts["assigned"] == {"ian": ["investigator"]}
    assert core.case.parties["ian"].roles == ("investigator",)


def test_words_around_a_step_are_kept_in_one_form() -> None:
    core = heard()
    decided = core.decide(
        "decide", "felix", sanction="final", waive=[waiver(reason=" cafe\u0301\r\n")], **ANSWERS
    )
    assert decided.body["waivers"]["live_warning"]["reason"] == "café"
    with pytest.raises(FieldInvalid, match="cannot be printed"):
        told().decide("close", "wendy", irregular="\x1b[2J")


def test_the_same_request_on_the_same_case_gives_the_same_answer() -> None:
    core = heard()
    once = core.decide("decide", "felix", sanction="first", **ANSWERS)
    again = core.decide("decide", "felix", sanction="first", **ANSWERS)
    assert once == again
