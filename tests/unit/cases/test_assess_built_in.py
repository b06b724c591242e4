"""What every step needs: its state, its people, its dates and its answers; each said once, with a way out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.core import Core
from tests.support.judging import told
from tests.support.policies import probing


def test_a_step_before_its_time_says_what_comes_first_and_what_is_next() -> None:
    found = told().why("hear", "felix", held_at="2026-03-02T10:00", answers={})["state"]
    assert found.status == "breached"
    assert found.says == (
        "This step comes after “Look at the report”, and the chair takes it. Now the case stands at “Reported”."
    )
    assert found.remedy == "Next is “Look at the report” (head)."
    assert found.strength == "must"


def test_a_step_that_was_taken_before_says_in_which_event() -> None:
    core = told()
    core.take("look", "diane", why="reported")
    n = core.case.n
    core.take("close", "wendy")
    found = core.why("look", "diane", why="again")["state"]
    assert found.says == f"This step has been recorded already (event {n}). Now the case stands at “Closed”."
    assert found.remedy == "Nothing more can be done here."


def test_a_step_that_the_case_has_left_behind_says_that_no_way_leads_back() -> None:
    core = told()
    core.take("look", "diane", why="reported")
    core.take("close", "wendy")
    found = core.why("hear", "felix", held_at="2026-03-02T10:00", answers={})["state"]
    assert found.says == (
        "This step is taken from “Looked at”. Now the case stands at “Closed”, and no way leads back."
    )


def test_the_steps_that_can_be_done_are_those_of_the_same_strand() -> None:
    found = told().why("bring_back", "priya")["state"]
    assert "Now leave stands at" in found.says
    assert found.remedy == "Next is “Send home” (head)."


def test_a_step_is_taken_by_somebody_with_the_power() -> None:
    core = told()
    found = core.why("look", "wendy", why="reported")["taken_by"]
    assert found.says == "The clerk may not take this step; the head may."
    assert found.remedy == "Have the head take it, and say so with --taken-by."
    assert core.decide("look", "diane", why="reported").facts["taken_by"] == {
        "party": "diane",
        "role": "head",
        "basis": "own_act",
    }


def test_somebody_without_a_part_has_no_power() -> None:
    core = told(ian=[])
    assert core.why("look", "ian", why="reported")["taken_by"].says == (
        "This person may not take this step; the head may."
    )


def test_of_several_parts_the_one_with_the_power_counts() -> None:
    core = told(diane=["clerk", "head"])
    assert core.decide("look", "diane", why="reported").facts["taken_by"]["role"] == "head"


def test_a_part_that_the_step_itself_gives_has_no_power_for_it_yet() -> None:
    policy = probing(fields={"chair": {"type": "party", "label": "Chair", "assigns": "chair"}}, by=["chair"])
    core = Core(policy, people={"ian": []})
    assert set(core.why("probe", "ian", chair="ian")) == {"taken_by"}


def test_whoever_records_must_be_among_the_recorders() -> None:
    core = told()
    found = core.why("look", "diane", why="reported", recorder=("sam", "reporter"))["recorded_by"]
    assert found.says == "The reporter may not record this step; the HR adviser or clerk may."
    assert found.remedy == "Ask the HR adviser or clerk to record it."
    assert core.decide("look", "diane", why="reported", recorder=("wendy", "clerk"))


@pytest.mark.parametrize("recorder", [("sam", "adviser"), ("nobody", "adviser"), ("helen", "clerk")])
def test_a_part_that_the_recorder_does_not_have_is_no_part(recorder: tuple[str, str]) -> None:
    found = told().why("look", "diane", why="reported", recorder=recorder)["recorded_by"]
    assert found.says.startswith("Whoever records this is not the ")
    assert found.remedy == "Record it in a part that you have in the case."


def test_every_missing_answer_is_named_at_once() -> None:
    core = told()
    core.allege("first")
    core.take("look", "diane", why="reported")
    core.on("2026-03-03").letter(served="2026-03-03")
    core.on("2026-03-20").take("hear", "felix", held_at="2026-03-20T10:00", answers={"1": "nothing"})
    unmet = core.why("decide", "felix")
    assert set(unmet) == {"field:sanction", "field:findings", "field:reasons"}
    assert unmet["field:sanction"].says == "Sanction: missing."
    assert unmet["field:sanction"].remedy == "Give --sanction."
    assert unmet["field:reasons"].says == "Reasons: an answer for each allegation is missing."
    assert all(item.status == "not_shown" for item in unmet.values())


def test_a_field_is_named_as_it_is_typed() -> None:
    fields = {"full_pay": {"type": "boolean", "label": "On full pay", "cites": ["SSR-19e"]}}
    core = Core(probing(fields=fields), people={"diane": ["head"]})
    found = core.why("probe", "diane")["field:full_pay"]
    assert (found.remedy, found.cites) == ("Give --full-pay.", ("SSR-19e",))


DATED: dict[str, Any] = {
    "until": {"type": "datetime", "label": "Until", "must_be": "after", "optional": True},
    "told_on": {"type": "date", "label": "Told on", "must_be": "on_or_before", "optional": True},
}


@pytest.mark.parametrize(
    ("given", "says", "remedy"),
    [
        (
            {"until": "2026-03-02T18:00"},
            "Until: Monday 2 March 2026 is not after Monday 2 March 2026.",
            "Choose a later date.",
        ),
        (
            {"until": "2026-03-01T10:00"},
            "Until: Sunday 1 March 2026 is not after Monday 2 March 2026.",
            "Choose a later date.",
        ),
        (
            {"told_on": "2026-03-03"},
            "Told on: Tuesday 3 March 2026 is after Monday 2 March 2026.",
            "Check the date.",
        ),
    ],
)
def test_a_date_lies_where_it_must(given: dict[str, str], says: str, remedy: str) -> None:
    core = Core(probing(fields=DATED), people={"diane": ["head"]})
    (name,) = given
    found = core.why("probe", "diane", **given)[f"field:{name}"]
    assert (found.status, found.says, found.remedy) == ("breached", says, remedy)


def test_dates_that_lie_where_they_must_are_in_order() -> None:
    core = Core(probing(fields=DATED), people={"diane": ["head"]})
    assert core.decide("probe", "diane", until="2026-03-03T00:00", told_on="2026-03-02")


def test_nothing_happens_before_the_report() -> None:
    core = told().on("2026-03-05")
    found = core.why("look", "diane", why="reported", on="2026-03-01")["occurred"]
    assert found.says == "Sunday 1 March 2026 is before the case was reported (Monday 2 March 2026)."
    assert found.events == (1,)


def test_steps_of_a_strand_happen_in_order() -> None:
    core = told().on("2026-03-10")
    core.take("look", "diane", why="reported", on="2026-03-05")
    found = core.why("put_off", "wendy", on="2026-03-04")["occurred"]
    assert found.says == ("Wednesday 4 March 2026 is before “Look at the report” of Thursday 5 March 2026.")
    assert found.remedy == "Check the date; if the earlier entry is wrong, correct that one."
    assert found.events == (core.case.n,)
    assert core.decide("put_off", "wendy", on="2026-03-05")


def test_what_happens_while_a_strand_stays_may_be_told_in_any_order() -> None:
    core = told().on("2026-03-10")
    core.take("look", "diane", why="reported", on="2026-03-03")
    core.take("put_off", "wendy", on="2026-03-10")
    assert core.decide("put_off", "wendy", on="2026-03-05")
    assert set(core.why("put_off", "wendy", on="2026-03-02")) == {"occurred"}
    assert set(core.why("close", "wendy", on="2026-03-09")) == {"occurred"}


def test_another_strand_has_its_own_order() -> None:
    core = told().on("2026-03-10")
    core.take("look", "diane", why="reported", on="2026-03-10")
    risk = {"harm": "no", "other": "no"}
    assert core.decide("send_home", "diane", on="2026-03-03", risk=risk, review_on="2026-03-12")


def test_a_late_record_of_what_happened_earlier_is_no_fault() -> None:
    core = told().on("2026-03-20")
    core.take("look", "diane", why="reported", on="2026-03-03")
    clock = next(clock for clock in core.case.clocks if clock.id == "look")
    assert not clock.late(core.context.today)


def test_an_unknown_date_is_said_and_recorded_only_as_irregular() -> None:
    core = told()
    found = core.why("look", "diane", why="reported", on="unknown")["occurred"]
    assert (found.status, found.says) == ("not_shown", "It is not known when this happened.")
    assert found.remedy == "Give the date with --on."
    decision = core.take(
        "look", "diane", why="reported", on="unknown", irregular="The head's note has no date."
    )
    assert decision.facts["breached"] == ["occurred"]
    assert decision.facts["occurred"] == {"precision": "unknown"}
    assert "clocks" not in decision.facts
