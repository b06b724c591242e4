"""What may be done now, and what the future holds: possible steps, what blocks them, forecast dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.forecast import Forecast, forecast
from casework.cases.possible import Possible, possible_steps
from tests.support import telling
from tests.support.core import Core
from tests.support.judging import told
from tests.support.policies import probing


def possible(core: Core) -> dict[str, Possible]:
    return {item.step_id: item for item in possible_steps(core.case, core.policy, core.context)}


def test_steps_that_start_from_here_come_in_the_order_of_the_policy_main_strand_first() -> None:
    core = told()
    assert list(possible(core)) == ["look", "send_home"]
    core.take("look", "diane", why="x")
    assert list(possible(core)) == ["put_off", "hear", "close", "send_home"]


def test_a_step_asks_for_what_it_needs() -> None:
    core = told()
    core.allege("first")
    assert possible(core)["look"].asks == ("why",)
    assert possible(core)["send_home"].asks == ("risk", "review_on")
    core.take("look", "diane", why="x")
    assert possible(core)["hear"].asks == ("held_at", "answers")
    core.withdraw_allegation("first")
    assert possible(core)["hear"].asks == ("held_at",)


def test_a_question_that_does_not_arise_is_not_asked() -> None:
    fields: dict[str, Any] = {
        "sure": {"type": "boolean", "label": "Sure"},
        "why": {"type": "text", "label": "Why", "when": {"field": "sure", "is": True}},
        "why_not": {"type": "text", "label": "Why not", "when": {"subject": "teacher", "is": True}},
    }
    core = Core(probing(fields=fields), people={"jordan": ["employee"], "diane": ["head"]})
    assert possible(core)["probe"].asks == ("sure",)
    teacher = Core(
        probing(fields=fields),
        people={"jordan": ["employee"], "diane": ["head"]},
        flags={"jordan": {"teacher": True}},
    )
    assert possible(teacher)["probe"].asks == ("sure", "why_not")


def test_what_stands_in_the_way_is_told_apart_from_what_the_answers_decide() -> None:
    core = told()
    core.allege("first")
    core.take("look", "diane", why="x")
    hear = possible(core)["hear"]
    assert not hear.ready
    assert [item.requirement for item in hear.blocks] == ["letter_served", "notice"]
    core.letter(served="2026-03-02")
    hear = possible(core)["hear"]
    assert hear.ready
    assert [item.requirement for item in hear.open] == ["notice"]


def test_what_the_answers_decide_blocks_nothing() -> None:
    home = possible(told())["send_home"]
    assert home.ready
    assert [item.requirement for item in home.open] == ["risk_answered"]


def test_people_whom_the_step_names_are_not_missing_yet() -> None:
    rule = {"must": "party_assigned", "roles": ["chair"], "cites": ["X"]}
    named = probing([rule], {"chair": {"type": "party", "label": "Chair", "assigns": "chair"}})
    core = Core(named, people={"diane": ["head"]})
    assert possible(core)["probe"].ready
    unnamed = Core(probing([rule]), people={"diane": ["head"]})
    assert [item.requirement for item in possible(unnamed)["probe"].blocks] == ["party_assigned"]


def test_a_step_that_nobody_may_take_says_whom_it_needs() -> None:
    core = Core(people={"jordan": ["employee"]})
    look = possible(core)["look"]
    assert [item.requirement for item in look.blocks] == ["taken_by"]
    assert look.blocks[0].says == "Nobody in the case is head."
    assert look.blocks[0].remedy == "Name the person: `casework case assign`."


def test_whether_it_came_in_time_is_for_the_day_on_which_it_came() -> None:
    core = telling.warned(
        telling.heard(
            telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
        )
    )
    core.on("2026-05-29")
    lodge = possible(core)["lodge_appeal"]
    assert lodge.ready
    assert [item.requirement for item in lodge.open] == ["in_time"]


def test_nothing_is_possible_in_a_closed_case_but_what_other_strands_have() -> None:
    core = told()
    core.take("look", "diane", why="x")
    core.take("close", "wendy")
    assert list(possible(core)) == ["send_home"]


def test_what_holds_up_the_way_on_is_told_first_and_only_of_steps_that_lead_on() -> None:
    core = telling.to_answer(telling.investigated(telling.triaged(telling.opened())))
    core.evidence()
    found = possible(core)
    invite = found["invite_to_hearing"].held_up_by
    assert invite is not None
    assert (invite.requirement, invite.remedy) == (
        "evidence_disclosed",
        "Disclose each item, or withhold it with a reason: `casework evidence disclose`.",
    )
    assert [name for name, item in found.items() if item.held_up_by] == ["invite_to_hearing"]


def test_what_nobody_can_waive_holds_up_first() -> None:
    soft = {"must": "evidence_recorded", "waivable_by": ["head"], "cites": ["X"]}
    hard = {"must": "allegations_specified", "cites": ["X"]}
    core = Core(probing([soft, hard], to="closed"), people={"diane": ["head"]})
    probe = possible(core)["probe"]
    assert [item.requirement for item in probe.blocks] == ["evidence_recorded", "allegations_specified"]
    assert probe.held_up_by is not None
    assert probe.held_up_by.requirement == "allegations_specified"


def test_what_an_earlier_answer_rules_out_says_which_one_in_words() -> None:
    core = telling.to_answer(telling.investigated(telling.triaged(telling.opened())))
    core = telling.heard(telling.invited(core, worst_outcome="final_written_warning"))
    n = core.case.last_step("invite_to_hearing")
    assert n is not None
    found = possible(core)["give_other_sanction"].held_up_by
    assert found is not None
    assert found.says.startswith(
        f"“Invite the employee to a hearing” (event {n.n}) answered “The most serious outcome that is possible” with "
        "“A final written warning”; this step needs “A sanction short of dismissal”"
    )
    assert found.remedy == "Choose what fits that answer, or correct that entry if it is wrong."
    assert found.events == (n.n,)


def test_nobody_is_offered_to_take_back_a_letter_that_was_not_written() -> None:
    core = telling.opened()
    assert "take_back_outcome_letter" not in possible(core)
    assert "Take back" not in core.why("hold_hearing", "felix")["state"].remedy


# --- Forecasts ----------------------------------------------------------------------------------------------


def told_ahead(core: Core) -> list[Forecast]:
    return forecast(core.case, core.policy, core.context)


def dates(core: Core) -> dict[str, date]:
    return {item.step_id: item.earliest for item in told_ahead(core)}


def test_a_forecast_follows_the_ordinary_path_with_full_notice() -> None:
    found = dates(telling.opened())
    assert found == {
        "triage": date(2026, 3, 2),
        "appoint_investigator": date(2026, 3, 2),
        "report_investigation": date(2026, 3, 2),
        "find_case_to_answer": date(2026, 3, 2),
        "invite_to_hearing": date(2026, 3, 2),
        "hold_hearing": date(2026, 3, 17),
        "give_warning": date(2026, 3, 17),
        "lodge_appeal": date(2026, 3, 17),
        "invite_to_appeal": date(2026, 3, 17),
        "hold_appeal_hearing": date(2026, 4, 1),
        "dismiss_appeal": date(2026, 4, 1),
        "close_case": date(2026, 4, 1),
    }
    assert list(found) == [item.step_id for item in told_ahead(telling.opened())]


def test_a_forecast_shows_its_working_and_what_is_due() -> None:
    found = {item.step_id: item for item in told_ahead(telling.opened())}
    assert found["triage"].due == date(2026, 3, 5)  # its own, not the day by which to speak to the LADO
    assert found["triage"].working is None
    working = found["hold_hearing"].working
    assert working is not None
    assert working.days == 10
    assert working.sentence().startswith("If served on")
    assert found["hold_hearing"].title == "Hold the hearing"
    assert found["hold_hearing"].due == date(2026, 3, 23)


def test_a_forecast_counts_from_the_service_that_was_made() -> None:
    core = telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
    assert dates(core)["hold_hearing"] == date(2026, 3, 25)
    core.on("2026-03-26")
    assert dates(core)["hold_hearing"] == date(2026, 3, 26)


def test_a_forecast_knows_that_the_employee_agreed_to_shorter_notice() -> None:
    core = telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
    core.take(
        "agree_shorter_notice",
        "jordan",
        employee_agreed_shorter=True,
        companion_consulted="no_companion",
        agreed_shorter_details="By letter.",
    )
    assert dates(core)["hold_hearing"] == date(2026, 3, 18)


def test_closing_a_case_is_not_what_a_running_clock_waits_for() -> None:
    core = telling.opened()
    rows = {row.step_id: row for row in forecast(core.case, core.policy, core.context)}
    assert rows["close_case"].due is None
    assert all(row.due is None or row.due >= row.earliest for row in rows.values())


def test_a_forecast_says_what_can_no_longer_be_done_in_time() -> None:
    core = telling.opened().on("2026-04-02")
    rows = {row.step_id: row for row in forecast(core.case, core.policy, core.context)}
    assert rows["triage"].late
    assert not rows["hold_hearing"].late


@pytest.mark.parametrize("on", ["2026-03-10", "2026-04-02"])
def test_a_forecast_begins_today(on: str) -> None:
    core = telling.opened().on(on)
    assert dates(core)["triage"] == date.fromisoformat(on)


def test_beside_the_path_a_forecast_leads_back_to_it() -> None:
    core = telling.heard(
        telling.invited(telling.to_answer(telling.investigated(telling.triaged(telling.opened()))))
    )
    core.take("adjourn_hearing", "felix", reason="A witness is ill.", hearing_at="2026-03-30T10:00")
    assert list(dates(core))[:2] == ["resume_hearing", "give_warning"]


def test_nothing_lies_ahead_of_a_closed_case() -> None:
    core = told()
    core.take("look", "diane", why="x")
    core.take("close", "wendy")
    assert told_ahead(core) == []


def test_a_forecast_goes_the_usual_way_of_a_small_policy() -> None:
    assert dates(told()) == {
        "look": date(2026, 3, 2),
        "hear": date(2026, 3, 17),
        "decide": date(2026, 3, 17),
        "close": date(2026, 3, 17),
    }
