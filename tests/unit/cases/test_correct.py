"""Correcting: what a correction replaces, what it judges again, and what later steps rested on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases import acts
from casework.cases.acts import UnknownItem
from casework.cases.amend import CannotAmend
from casework.cases.amendments import corrected_texts
from casework.cases.fields import FieldInvalid
from casework.cases.model import LiveWarning
from casework.cases.request import WaiverRequest
from tests.support import telling
from tests.support.core import Core
from tests.support.judging import told
from tests.support.mending import clock, decided, heard, invited, newest, step


def test_a_value_is_corrected_and_both_stand() -> None:
    core = heard()
    event = step(core, "hear").n
    core.correct(event, held_at="2026-04-17T10:30")
    assert core.history[-1].facts == {
        "kind": "corrected",
        "event": event,
        "calendar": core.context.calendar_digest,
        "replaces": {
            "values": {"held_at": "2026-04-17T10:30"},
            "occurred": {"precision": "minute", "date": "2026-04-17", "time": "10:30"},
            "breached": [],
        },
        "recorded_by": {"party": "helen", "role": "adviser"},
    }
    assert core.bodies[-1] == {"reason": "It was typed wrongly."}
    assert step(core, "hear").occurred.to_facts()["time"] == "10:30"
    assert core.history[event - 1].facts["values"]["held_at"] == "2026-04-17T10:00"


def test_the_day_of_a_step_is_corrected_with_its_clocks() -> None:
    core = invited()
    event = step(core, "look").n
    assert clock(core, "hearing").due == date(2026, 3, 23)
    core.correct(event, on="2026-03-03")
    assert step(core, "look").occurred.date == date(2026, 3, 3)
    assert clock(core, "hearing").due == date(2026, 3, 24)
    assert clock(core, "look").stopped_on == date(2026, 3, 3)


def test_the_day_of_the_report_is_corrected_with_its_clocks() -> None:
    core = told().on("2026-03-10")
    core.correct(1, on="2026-02-27")
    assert core.case.opened == date(2026, 2, 27)
    assert clock(core, "look").due == date(2026, 3, 4)


def test_a_report_has_a_day() -> None:
    with pytest.raises(FieldInvalid, match="A case needs the date"):
        told().correct(1, on="unknown")


@pytest.mark.parametrize("kind", ["evidence_added", "evidence_disclosed", "note_added"])
def test_the_day_of_other_things_is_corrected(kind: str) -> None:
    core = told().on("2026-03-10")
    item = core.evidence()
    if kind == "evidence_disclosed":
        core.disclose(item)
    if kind == "note_added":
        core.record(
            acts.add_note(type_="note", text="x", occurred=core.today, recorder=core.by, context=core.context)
        )
    core.correct(core.case.n, on="2026-03-09")
    assert newest(core) == {"occurred": {"precision": "day", "date": "2026-03-09"}}


def test_a_correction_may_show_that_the_step_was_not_in_order() -> None:
    core = heard()
    core.correct(step(core, "hear").n, held_at="2026-04-16T10:00")
    assert newest(core)["breached"] == ["notice"]
    record = step(core, "hear")
    assert (record.breached, record.irregular) == (("notice",), False)
    assert core.state() == "heard"
    core.correct(record.n, held_at="2026-04-17T09:00")
    assert step(core, "hear").breached == ()


def test_a_correction_may_show_that_an_irregular_fact_was_in_order() -> None:
    core = invited().on("2026-04-20")
    core.take(
        "hear",
        "felix",
        held_at="2026-04-16T10:00",
        answers={"1": "-", "2": "-"},
        irregular="It was held early.",
    )
    core.correct(core.case.n, held_at="2026-04-17T10:00")
    assert step(core, "hear").breached == ()


def test_what_was_waived_stays_waived_and_what_was_relied_on_stays_relied_on() -> None:
    waived = decided(sanction="final", waive=[WaiverRequest("live_warning", "felix", "So serious.")])
    waived.correct(step(waived, "decide").n, on="2026-04-18")
    assert newest(waived)["breached"] == []
    core = heard()
    core.warnings = (LiveWarning("first", date(2025, 9, 1), date(2026, 8, 31)),)
    core.take(
        "decide",
        "felix",
        sanction="final",
        findings={"1": "proved", "2": "proved"},
        reasons={"1": "-", "2": "-"},
    )
    core.warnings = ()
    core.correct(core.case.n, on="2026-04-18")
    assert newest(core)["breached"] == []


def test_words_that_are_sealed_count_as_given() -> None:
    core = told()
    core.take("send_home", "diane", risk={"harm": "unclear: why", "other": "no"}, review_on="2026-03-16")
    core.correct(core.case.n, review_on="2026-03-17")
    assert newest(core) == {"values": {"review_on": "2026-03-17"}, "breached": []}


def test_one_answer_is_corrected_and_the_others_stay() -> None:
    core = decided()
    event = step(core, "decide").n
    core.correct(event, findings={"2": "proved"})
    assert step(core, "decide").values["findings"] == {"first": "proved", "second": "proved"}
    assert newest(core)["breached"] == []
    core.correct(event, reasons={"2": "A witness came forward."})
    assert core.bodies[-1]["texts"] == {"reasons": {"second": "A witness came forward."}}
    assert core.history[-1].facts["given"] == ["reasons"]
    assert newest(core) == {"breached": []}


def test_one_answer_of_a_checklist_is_corrected_with_its_reason() -> None:
    core = told()
    core.take("send_home", "diane", risk={"harm": "unclear: why", "other": "no"}, review_on="2026-03-16")
    event = core.case.n
    core.correct(event, risk={"other": "yes"})
    assert step(core, "send_home").values["risk"] == {"harm": "unclear", "other": "yes"}
    with pytest.raises(FieldInvalid, match=r"“Was a child harmed\?” needs a reason"):
        core.correct(event, risk={"harm": "yes"})
    core.correct(event, risk={"harm": "yes: seen by two"})
    assert newest(core)["breached"] == []
    assert core.bodies[-1]["texts"] == {"risk": {"harm": "seen by two"}}


def test_an_answer_that_stays_keeps_its_reason_and_another_answer_does_not() -> None:
    core = told()
    core.take("send_home", "diane", risk={"harm": "unclear: why", "other": "no"}, review_on="2026-03-16")
    event = core.case.n
    core.correct(event, risk={"harm": "unclear", "other": "yes"})
    assert newest(core) == {"values": {"risk": {"harm": "unclear", "other": "yes"}}, "breached": []}
    assert "texts" not in core.bodies[-1]
    core.correct(event, risk={"harm": "no"})
    assert core.bodies[-1]["texts"] == {"risk": {"harm": ""}}
    assert corrected_texts({"risk": {"harm": "why"}}, core.bodies[-1]["texts"]) == {}
    assert step(core, "send_home").values["risk"] == {"harm": "no", "other": "yes"}
    assert core.unlawful() == []


def test_words_of_several_corrections_are_read_entry_by_entry() -> None:
    first = {"why": "reported", "reasons": {"first": "a", "second": "b"}}
    assert corrected_texts(first, {"reasons": {"second": "c"}}) == {
        "why": "reported",
        "reasons": {"first": "a", "second": "c"},
    }
    assert corrected_texts(first, {"why": "seen"}) == {**first, "why": "seen"}
    assert corrected_texts({}, {"why": "seen"}) == {"why": "seen"}
    assert first == {"why": "reported", "reasons": {"first": "a", "second": "b"}}


def test_missing_words_can_be_given_later() -> None:
    core = invited().on("2026-04-20")
    core.take(
        "hear", "felix", held_at="2026-04-17T10:00", answers={"1": "-"}, irregular="A page of notes is lost."
    )
    event = core.case.n
    assert step(core, "hear").breached == ("field:answers",)
    core.correct(event, held_at="2026-04-17T11:00")
    assert newest(core)["breached"] == ["field:answers"]
    core.correct(event, answers={"2": "found again"})
    assert newest(core)["breached"] == []
    core.correct(event, held_at="2026-04-17T12:00")
    assert newest(core)["breached"] == []


def test_a_second_correction_stands_on_the_first() -> None:
    core = invited().on("2026-04-20")
    event = step(core, "look").n
    core.correct(event, on="2026-03-03")
    core.correct(event, why="A parent rang.")
    assert step(core, "look").occurred.date == date(2026, 3, 3)
    assert clock(core, "hearing").due == date(2026, 3, 24)
    core = heard()
    core.correct(step(core, "hear").n, held_at="2026-04-16T10:00")
    core.correct(step(core, "hear").n, answers={"1": "much"})
    assert step(core, "hear").breached == ("notice",)


def test_correcting_the_day_and_then_an_answer_loses_no_other_answer() -> None:
    core = decided().on("2026-04-22")
    core.take("tell_council", "priya", told_on="2026-04-21", effect="at_once")
    event = core.case.n
    core.correct(event, on="2026-04-21")
    core.correct(event, told_on="2026-04-20")
    assert step(core, "tell_council").values == {"told_on": "2026-04-20", "effect": "at_once"}
    assert step(core, "tell_council").occurred.date == date(2026, 4, 21)


def test_a_correction_stands_on_the_corrections_of_what_came_before() -> None:
    core = told()
    core.allege("first")
    core.take("look", "diane", why="x", on="2026-03-02")
    look = core.case.n
    core.on("2026-03-10").take("put_off", "wendy", on="2026-03-10")
    core.correct(look, on="2026-03-05")
    core.correct(look + 1, on="2026-03-04")
    assert newest(core)["breached"] == ["occurred"]


def test_a_step_moved_behind_the_next_one_is_not_in_order() -> None:
    core = told()
    core.take("look", "diane", why="x", on="2026-03-02")
    look = core.case.n
    core.on("2026-03-10").take("put_off", "wendy", on="2026-03-05")
    core.correct(look, on="2026-03-06")
    assert newest(core)["breached"] == ["occurred"]


def test_who_was_named_is_corrected_with_their_part() -> None:
    core = invited()
    core.take("put_off", "wendy")
    core.correct(step(core, "look").n, investigator="ian")
    assert newest(core)["assigned"] == {"ian": ["investigator"]}
    assert core.case.parties["ian"].roles == ("investigator",)
    assert "rachel" in core.case.held_at("investigator", core.case.n)  # told() gave it her from the start


def test_a_clock_that_should_not_have_started_is_taken_back() -> None:
    core = decided().on("2026-04-21")
    core.take("tell_council", "priya", told_on="2026-04-21", effect="at_once")
    event = core.case.n
    assert clock(core, "council_ends").due == date(2026, 5, 4)
    core.correct(event, effect="later")
    assert not [item for item in core.case.clocks if item.id == "council_ends"]
    core.correct(event, effect="at_once", told_on="2026-04-20")
    assert clock(core, "council_ends").due == date(2026, 5, 3)


@pytest.mark.parametrize("nothing", [None, "", " ", {}])
def test_a_correction_takes_no_answer_away(nothing: Any) -> None:
    core = invited()
    with pytest.raises(FieldInvalid, match="cannot take an answer away"):
        core.correct(step(core, "look").n, why=nothing)


def test_a_correction_that_changes_nothing_is_none() -> None:
    core = heard()
    for asked in ({"held_at": "2026-04-17T10:00"}, {"on": "2026-04-17T10:00"}):
        with pytest.raises(FieldInvalid, match="stands so already"):
            core.correct(step(core, "hear").n, **asked)
    with pytest.raises(FieldInvalid, match="stands so already"):
        core.correct(1, on="2026-03-02")


def test_what_follows_from_other_mending_is_no_correction_of_its_own() -> None:
    core = told()
    core.take("look", "diane", why="x")
    first = core.case.n
    core.on("2026-03-10").take("put_off", "wendy")
    put_off = core.case.n
    core.on("2026-03-11").letter("outcome", served="2026-03-11")
    core.correct(first, on="2026-03-03")
    with pytest.raises(FieldInvalid, match="stands so already"):
        core.correct(put_off, on="2026-03-10")


def test_a_day_that_a_field_tells_is_corrected_in_the_field() -> None:
    core = heard()
    with pytest.raises(FieldInvalid, match="Correct its field --held-at"):
        core.correct(step(core, "hear").n, on="2026-04-16")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"reason": "", "why": "x"}, "A correction needs a reason."),
        ({"reason": "\u200b", "why": "x"}, "A correction needs a reason."),
        ({}, "Say what is corrected"),
        ({"nonsense": 1}, "has no field 'nonsense'"),
        ({"investigator": "nobody"}, "not part of the case"),
        ({"on": "2026-05-01"}, "dated in the future"),
        ({"why": "\x00"}, "cannot be printed"),
    ],
)
def test_a_correction_is_checked_like_a_step(asked: dict[str, Any], says: str) -> None:
    core = invited()
    with pytest.raises(FieldInvalid, match=says):
        core.correct(step(core, "look").n, **asked)


@pytest.mark.parametrize("event", [0, -1, 99])
def test_only_an_event_that_is_there_can_be_mended(event: int) -> None:
    core = invited()
    for mend in (lambda: core.correct(event, why="x"), lambda: core.annul(event)):
        with pytest.raises(UnknownItem, match=f"There is no event {event} in this case"):
            mend()


def test_what_has_other_ways_of_being_mended_is_not_corrected() -> None:
    core = invited()
    ways = {
        "allegation_added": "case allege --amend",
        "letter_issued": "--supersedes",
        "letter_served": "case annul",
        "party_added": "case assign",
    }
    for name, way in ways.items():
        event = next(item.n for item in core.history if item.facts["kind"] == name)
        with pytest.raises(CannotAmend, match="cannot be corrected in this way") as caught:
            core.correct(event, on="2026-03-02")
        assert caught.value.exit_code == 3
        assert way in caught.value.remedy
    with pytest.raises(CannotAmend):
        core.correct(1, why="x")


def test_what_was_annulled_is_not_corrected() -> None:
    core = heard()
    event = step(core, "hear").n
    core.annul(event)
    with pytest.raises(CannotAmend, match="has been annulled"):
        core.correct(event, held_at="2026-04-17T11:00")


def shortened() -> Core:
    """A hearing that was lawful only because the employee had agreed to shorter notice."""
    core = telling.to_answer(telling.investigated(telling.triaged(telling.opened())))
    telling.invited(
        core, hearing_at="2026-03-18T10:00", employee_agreed_shorter=True, agreed_shorter_details="By letter."
    )
    return telling.heard(core, held_at="2026-03-18T10:00")


def test_a_correction_says_which_later_steps_it_takes_the_ground_from() -> None:
    core = shortened()
    invitation, hearing = step(core, "invite_to_hearing").n, step(core, "hold_hearing").n
    core.correct(invitation, employee_agreed_shorter=False)
    assert core.history[-1].facts["replaces"]["breached"] == ["notice_forecast"]
    assert core.history[-1].facts["rejudged"] == [{"event": hearing, "breached": ["notice"]}]
    assert step(core, "hold_hearing").breached == ("notice",)
    assert step(core, "hold_hearing").irregular is False
    assert core.unlawful() == []


def test_a_later_correction_gives_the_ground_back() -> None:
    core = shortened()
    invitation, hearing = step(core, "invite_to_hearing").n, step(core, "hold_hearing").n
    wrong = core.correct(invitation, employee_agreed_shorter=False)
    core.correct(invitation, employee_agreed_shorter=True)
    assert core.history[-1].facts["rejudged"] == [{"event": hearing, "breached": []}]
    assert step(core, "hold_hearing").breached == ()
    core.annul(core.case.n)
    assert step(core, "hold_hearing").breached == ("notice",)
    core.annul(wrong)
    assert step(core, "hold_hearing").breached == ()
    assert core.unlawful() == []


def test_who_turns_out_not_to_have_been_appointed_had_no_power() -> None:
    core = shortened()
    hearing = step(core, "hold_hearing").n
    core.correct(step(core, "invite_to_hearing").n, chair="ian")
    assert core.history[-1].facts["rejudged"] == [{"event": hearing, "breached": ["taken_by"]}]


def test_a_correction_that_touches_nothing_later_says_nothing_of_it() -> None:
    core = shortened()
    core.correct(step(core, "invite_to_hearing").n, venue="The hall")
    assert "rejudged" not in core.history[-1].facts
