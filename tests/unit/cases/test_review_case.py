"""The review of a live case: what decided each step, what ran late, and what no step can require."""

from __future__ import annotations

from datetime import date

from casework.cases.review import Finding, counted
from casework.cases.review_case import review_case
from tests.support import telling
from tests.support.core import CALENDAR, Core
from tests.support.policies import england
from tests.unit.cases.test_legality import whole


def reviewed(core: Core, today: date | None = None) -> list[Finding]:
    return review_case(core.history, core.policies, {CALENDAR: england()}, today or core.context.today)


def heard() -> Core:
    core = telling.to_answer(telling.investigated(telling.triaged(telling.opened())))
    return telling.heard(telling.invited(core))


def test_a_case_in_order_breaches_nothing() -> None:
    found = reviewed(telling.warned(heard()))
    assert counted(found)["breached"] == 0
    notice = [item for item in found if item.rule == "ACAS-11" and item.step == "Hold the hearing"]
    assert [item.status for item in notice] == ["met"]
    assert all(item.events for item in notice)


def test_what_was_waived_and_what_was_irregular_is_shown_as_such_and_nothing_else() -> None:
    core = whole()
    found = reviewed(core)
    for record in core.case.steps:
        title = core.policy.steps[record.step][1].title
        of_it = [item for item in found if item.step == title and record.n in item.events]
        assert len([item for item in of_it if item.status == "waived"]) == len(record.waived)
        assert len([item for item in of_it if item.status in ("breached", "not_shown")]) == len(
            record.breached
        )
    assert counted(found)["waived"] == 1
    assert counted(found)["breached"] >= 1


def test_the_review_is_there_at_each_step() -> None:
    core = whole()
    for n in range(1, core.case.n + 1):
        found = review_case(core.history[:n], core.policies, {CALENDAR: england()}, core.context.today)
        assert all(set(item.events) <= set(range(1, n + 1)) for item in found)


def test_without_the_calendar_a_step_is_a_question_and_no_verdict() -> None:
    core = heard()
    found = review_case(core.history, core.policies, {}, core.context.today)
    of_steps = [item for item in found if item.step and item.events and "calendar" in item.says]
    assert len(of_steps) == len(core.case.steps)
    assert {item.status for item in of_steps} == {"not_shown"}


def test_a_clock_that_ran_out_is_a_breach_only_where_the_law_fixes_the_time() -> None:
    core = telling.opened()
    late = [item for item in reviewed(core, date(2027, 1, 1)) if "It was due" in item.says]
    by_title = {item.step: item for item in late}
    assert by_title["Decide what to do about the report"].status == "not_shown"
    assert by_title["Decide what to do about the report"].code == "undue_delay"
    assert by_title["Speak to the LADO if a child may be at risk"].status == "breached"
    assert all(item.remedy and item.says.endswith("is not done.") for item in late)
    without = review_case(core.history, core.policies, {CALENDAR: england()}, None)
    assert not [item for item in without if "It was due" in item.says]


def test_a_clock_that_was_stopped_late_says_so() -> None:
    core = telling.opened()
    core.on("2026-05-01")
    late = [item for item in reviewed(telling.triaged(core)) if "It was due" in item.says]
    assert late
    assert all("and done on Friday 1 May 2026" in item.says for item in late if len(item.events) == 2)


def test_a_late_hearing_is_a_question_of_delay_and_not_short_notice() -> None:
    core = telling.to_answer(telling.investigated(telling.triaged(telling.opened())))
    found = reviewed(telling.invited(core), date(2027, 1, 1))
    (late,) = (item for item in found if item.step == "Hold the hearing" and "It was due" in item.says)
    assert (late.rule, late.status, late.code) == ("ACAS-11", "not_shown", "undue_delay")


def test_a_time_that_the_employee_may_use_and_did_not_is_nobodys_failing() -> None:
    found = reviewed(telling.warned(heard()), date(2027, 1, 1))
    assert "Last day for an appeal" not in {item.step for item in found}


def test_an_allegation_added_after_the_notice_carries_no_decision() -> None:
    core = telling.to_answer(telling.investigated(telling.triaged(telling.opened())))
    core = telling.invited(core)
    core.allege("third")
    words = dict.fromkeys(("1", "2", "3"), "Sorry.")
    telling.heard(core, responses=words)
    evident = {**telling.EVIDENT, "change_required": "Ask first."}
    proved = dict.fromkeys(words, "proved")
    core.take(
        "give_warning",
        "felix",
        sanction="first_written_warning",
        findings=proved,
        reasons=words,
        irregular="The letter had gone out before the third was known.",
        **evident,
    )
    found = reviewed(core)
    (specified,) = (
        item
        for item in found
        if (item.rule, item.code) == ("ACAS-9a", "allegation_not_specified") and not item.step
    )
    assert specified.status == "breached"
    assert core.case.steps[-1].n in specified.events


def test_nothing_of_it_needs_the_words() -> None:
    assert "Too harsh." not in repr(reviewed(whole()))
