"""Cases under the shipped policy at each stage, and the answers that their next steps need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.cases.request import WaiverRequest
from tests.support import telling
from tests.support.core import Core


def reported() -> Core:
    return telling.triaged(telling.opened())


def investigated() -> Core:
    return telling.investigated(reported())


def to_answer() -> Core:
    return telling.to_answer(investigated())


def invited(**asked: Any) -> Core:
    return telling.invited(to_answer(), **asked)


def heard(**asked: Any) -> Core:
    return telling.heard(invited(**asked))


def rule_not_known() -> Core:
    """Invited, and nobody can say how the employee should have known the rule."""
    core = invited()
    report = core.case.last_step("report_investigation")
    assert report is not None
    core.correct(report.n, rule_known="unknown")
    return core


def with_another_paper() -> Core:
    """Heard, and a paper came afterwards that the employee has not seen."""
    core = heard()
    core.evidence()
    return core


def warned() -> Core:
    return telling.warned(heard())


def dismissed() -> Core:
    return telling.dismissed(heard())


def appealed() -> Core:
    return telling.appeal_heard(telling.appealed(warned()))


def under_investigation() -> Core:
    core = reported()
    core.take("appoint_investigator", "diane", **telling.APPOINTING)
    return core


def with_roles(make: Callable[[], Core], **roles: list[str]) -> Callable[[], Core]:
    """The same case in which these people have exactly these parts."""

    def made() -> Core:
        core = make()
        for person in roles:
            core.roles(person)
        for person, parts in roles.items():
            core.roles(person, *parts)
        return core

    return made


def after(make: Callable[[], Core], step: str, by: str, **answers: Any) -> Callable[[], Core]:
    """The same case after one more step."""

    def made() -> Core:
        core = make()
        core.take(step, by, **answers)
        return core

    return made


def appeal_heard_without_invitation() -> Core:
    core = telling.appealed(warned())
    core.take(
        "invite_to_appeal",
        "wendy",
        appeal_at="2026-04-17T14:00",
        **telling.INVITING_TO_APPEAL,
    )
    core.on("2026-04-17").take(
        "hold_appeal_hearing",
        "grace",
        irregular="Nobody had sent the letter.",
        held_at="2026-04-17T14:00",
        **telling.HEARING_APPEAL,
    )
    return core


HOLD = ("begin_hold", "diane")
WAIT = {"asked_by": "police", "terms": "Wait until we ring."}
CONSULTED = {"contacted_at": "2026-03-02T12:00", "lado_name": "Ada", "advice": "Wait."}
REFERRED = {
    **CONSULTED,
    "harm_threshold": {**telling.RISK, "risk": "yes: A push."},
    "agreed_actions": "None.",
    "agency": "no",
    "police": "not_involved",
}
OUTCOME: dict[str, Any] = {
    "conclusion": "unfounded",
    "reasons": "A mistake.",
    "employee_view": "He agrees.",
    "lado_view": "Agrees.",
    "part_of_settlement": False,
}
ACCEPTED: dict[str, Any] = {
    "sanction": "first_written_warning",
    "proposed_on": "2026-03-02",
    "advice_offered": True,
    "signed_on": "2026-03-10",
    "change_required": "Ask first.",
    **telling.FINDINGS,
    **telling.EVIDENT,
}
DECIDED = {**telling.FINDINGS, **telling.EVIDENT}
DISMISSING: dict[str, Any] = {**DECIDED, **telling.DISMISSING, "notice": "None."}


WITH_NOTICE: dict[str, Any] = {
    "sanction": "dismissal_with_notice",
    "employed_since": "2017-09-01",
    "notice_weeks": 8,
    "contract_looked_at": True,
}


def dismissed_with_notice() -> Core:
    """Decided on 25 March 2026, with the eight weeks of notice that the law gives."""
    core = heard()
    waived = [WaiverRequest("live_warning", "felix", "It was grave.")]
    core.take("determine_dismissal", "felix", waive=waived, **{**DISMISSING, **WITH_NOTICE})
    return core


def on_the_day(**asked: Any) -> Core:
    return invited(**asked).on("2026-03-25")


def concluded() -> Core:
    return after(
        after(reported, "consult_lado", "diane", **CONSULTED), "conclude_safeguarding", "diane", **OUTCOME
    )()


def alone() -> Core:
    return on_the_day(
        worst_outcome="first_written_warning",
        heard_by="head",
        delegation="Minute 12",
        chair="diane",
        members=None,
        clerk=None,
        presenting_officer="carl",
        note_taker="tom",
    )


def referred_at_triage() -> Core:
    """A child may be at risk, and the LADO was told before the triage."""
    core = telling.opened()
    risk = {**telling.RISK, "risk": "yes: A push."}
    told = {"lado_contact": "referred", "lado_advice": "Ada, today: wait."}
    core.take("triage", "diane", **{**telling.FORMAL, "harm_threshold": risk, **told})
    return core


def dated_nowhere() -> Core:
    core = investigated()
    core.allege("third", period=None)
    return core


def judged_already() -> Core:
    core = to_answer()
    core.take(
        "record_outcome_letter",
        "diane",
        irregular="She wrote that he was guilty.",
        letter_date="2026-03-10",
        received_on="2026-03-10",
        appeal_route_given=False,
    )
    return core


def said(question: str) -> dict[str, str]:
    """The screening, with yes to one of its questions."""
    return {**telling.SCREENING, question: "yes: Somebody said so."}


def teacher_invited() -> Core:
    """A teacher was invited to a hearing, and the local authority's adviser too."""
    core = telling.opened(jordan={"teacher": True})
    return telling.invited(
        telling.to_answer(telling.investigated(telling.triaged(core))), la_adviser="invited"
    )
