"""Telling a case under the shipped policy in the pure core: plausible answers, and the ordinary path to any state."""

from __future__ import annotations

from typing import Any

from casework.procedure.model import Policy
from tests.support.core import Core
from tests.support.policies import shipped

PEOPLE = {
    "jordan": ["employee"],
    "sam": ["reporter"],
    "diane": ["headteacher", "case_manager"],
    "priya": ["chair_of_governors", "governing_body"],
    "wendy": ["clerk"],
    "lee": ["local_authority"],
    "rachel": [],
    "felix": [],
    "alan": [],
    "moira": [],
    "grace": [],
    "ian": [],
    "beth": [],
    "tom": [],
    "carl": [],
}
"""The cast: parts that people have before anything is done, and people whom steps give theirs."""

RISK = dict.fromkeys(("harmed", "offence", "risk", "suitability"), "no")
SCREENING = dict.fromkeys(
    ("child_abuse", "low_level", "whistleblowing", "belief", "hostility", "personal_data"), "no"
)
ALTERNATIVES = dict.fromkeys(
    ("other_place", "supervised", "other_duties", "other_site", "pupils_moved"), "would_not_work: Looked at."
)
PANEL: dict[str, Any] = {
    "venue": "The library",
    "method": "hand",
    "clerk": "wendy",
    "presenting_officer": "diane",
    "adjustments": "None known.",
    "papers_checked": True,
}
EVIDENT: dict[str, Any] = {
    "mitigation": "Six years of good service.",
    "consistency": "One comparable case.",
    "alternatives": "A lower sanction was considered.",
    "about_speech": False,
}
FORMAL: dict[str, Any] = {
    "route": "formal",
    "enquiry": "Seen.",
    "harm_threshold": RISK,
    "screening": SCREENING,
    "lado_contact": "not_needed",
}
SUSPENDING: dict[str, Any] = {
    "ground": "protect_inquiry",
    "reason": "The record could be lost.",
    "alternatives": ALTERNATIVES,
    "full_pay": True,
    "lado_view": "not_safeguarding",
    "review_on": "2026-03-16",
}
INVITING: dict[str, Any] = {
    "hearing_at": "2026-03-25T10:00",
    "worst_outcome": "summary_dismissal",
    "heard_by": "panel",
    "chair": "felix",
    "members": ["alan", "moira"],
    **PANEL,
}
HEARING: dict[str, Any] = {
    "held_at": "2026-03-25T10:00",
    "attendance": "attended",
    "companion_class": "none",
    "conflicts_declared": True,
    "members_eligible": True,
    "responses": {"1": "Sorry.", "2": "Sorry."},
    "requests": "None.",
    "requests_met": "none",
}
APPOINTING: dict[str, Any] = {
    "investigator": "rachel",
    "terms_of_reference": "What.",
    "report_due": "2026-03-30",
}
DISMISSING: dict[str, Any] = {
    "authority": "panel",
    "principal_reason": "conduct",
    "notice": "None, for gross misconduct.",
    "la_told": "at_once",
}
INVITING_TO_APPEAL: dict[str, Any] = {
    "appeal_type": "review",
    "chair": "grace",
    "members": ["ian", "beth"],
    "prior_knowledge": "Nothing.",
    **{**PANEL, "presenting_officer": "felix"},
}
HEARING_APPEAL: dict[str, Any] = {
    "attendance": "attended",
    "companion_class": "none",
    "conflicts_declared": True,
    "members_eligible": True,
    "case_put": "Heard.",
}


def opened(policy: Policy | None = None, **flags: dict[str, bool]) -> Core:
    """A case reported on Monday 2 March 2026 at a school with the usual people."""
    core = Core(policy or shipped(), people=PEOPLE, recorder=("helen", "hr_adviser"), flags=flags)
    core.allege("first", gross=True)
    core.allege("second")
    return core


def triaged(core: Core) -> Core:
    """A formal investigation was decided on."""
    core.take(
        "triage",
        "diane",
        **FORMAL,
        union_official="discussed" if core.case.employee and core.case.employee.union_rep else None,
    )
    return core


def suspended(core: Core) -> Core:
    """The employee was suspended."""
    core.take(
        "suspend",
        "diane",
        **SUSPENDING,
        named_contact="tom",
    )
    return core


def investigated(core: Core) -> Core:
    """The investigator met the employee and reported."""
    core.take("appoint_investigator", "diane", **APPOINTING)
    core.letter(
        "allegation-and-investigation",
        covers=["allegation-received", "investigation-notice", "investigation-meeting"],
        served="2026-03-02",
    )
    core.on("2026-03-10").take(
        "hold_investigation_meeting",
        "rachel",
        held_at="2026-03-10T10:00",
        invited="letter",
        account="He admits it.",
    )
    core.evidence()
    core.take(
        "report_investigation",
        "rachel",
        summary="He did it.",
        points_for="The page.",
        points_against="He meant well.",
        rule_known="acknowledged",
        rule_known_because="Signed in September.",
        evidence_obtained="Public page.",
        monitored="no",
        private_post=False,
        criminal_matter=False,
    )
    return core


def to_answer(core: Core) -> Core:
    """There is a case to answer, and the employee has the evidence."""
    core.take("find_case_to_answer", "diane", reasons="For a panel to decide.")
    core.disclose(*core.case.evidence)
    return core


def invited(core: Core, **asked: Any) -> Core:
    """The employee was invited, by hand on 10 March 2026, to a hearing on 25 March."""
    core.take("invite_to_hearing", "wendy", **{**INVITING, **asked})
    core.letter("hearing-invitation", served=core.context.today.isoformat())
    return core


def heard(core: Core, **asked: Any) -> Core:
    """The hearing was held as invited."""
    given = {**HEARING, "companion": "carl", "companion_class": "union_official", **asked}
    core.on(given["held_at"][:10]).take("hold_hearing", "felix", **given)
    return core


FINDINGS: dict[str, Any] = {
    "findings": {"1": "proved", "2": "not_proved"},
    "evidence": {"1": "1", "2": "none"},
    "reasons": {"1": "He admits it.", "2": "Not shown."},
}


def warned(core: Core, sanction: str = "first_written_warning") -> Core:
    """A warning was given, and its letter served on the same day."""
    core.take("give_warning", "felix", sanction=sanction, change_required="Ask first.", **FINDINGS, **EVIDENT)
    core.letter(sanction.replace("_", "-"), served=core.context.today.isoformat())
    return core


def dismissed(core: Core, sanction: str = "summary_dismissal", **asked: Any) -> Core:
    """It was determined that the employee should no longer work at the school."""
    given = {**DISMISSING, **FINDINGS, **EVIDENT, **asked}
    core.take("determine_dismissal", "felix", sanction=sanction, **given)
    return core


def appealed(core: Core, on: str = "") -> Core:
    """The employee appealed."""
    day = on or core.context.today.isoformat()
    core.on(day).take("lodge_appeal", "jordan", received_on=day, grounds="Too harsh.")
    return core


def appeal_heard(core: Core, at: str = "2026-04-17T14:00") -> Core:
    """The appeal was heard after an invitation served on the day."""
    core.take(
        "invite_to_appeal",
        "wendy",
        appeal_at=at,
        **INVITING_TO_APPEAL,
    )
    core.letter("appeal-hearing", served=core.context.today.isoformat())
    core.on(at[:10]).take(
        "hold_appeal_hearing",
        "grace",
        held_at=at,
        **HEARING_APPEAL,
    )
    return core
