"""Every time that law, guidance or usual school procedure sets has its place in the shipped policies.

Each line: what has to happen, and where the policy keeps it: a deadline with its basis, unit and days, or an entry of
`counted_elsewhere`, which says why it is no date on the list of a case.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from casework.procedure.load import load_policy, shipped_policies
from casework.procedure.model import Policy

WORKING, STATUTORY, CALENDAR, MONTHS = "working_days", "statutory_working_days", "calendar_days", "months"


class Line(NamedTuple):
    """A deadline as it must stand."""

    deadline: str
    basis: str
    unit: str
    days: int
    rule: str
    count: str = "within"


FIXED = {
    "tell the local authority of a suspension, the same day": Line(
        "suspension_told_local_authority", "statutory", CALENDAR, 0, "SSR-19b"
    ),
    "tell the head or the governing body of a suspension, the same day": Line(
        "suspension_told_other", "statutory", CALENDAR, 0, "SSR-19b"
    ),
    "tell the local authority that a suspension has ended, the same day": Line(
        "suspension_end_told_local_authority", "statutory", CALENDAR, 0, "SSR-19d"
    ),
    "tell the head that a suspension has ended, the same day": Line(
        "suspension_end_told_headteacher", "statutory", CALENDAR, 0, "SSR-19d"
    ),
    "confirm a suspension in writing within a working day": Line(
        "suspension_letter", "statutory", STATUTORY, 1, "KCSIE-4.10"
    ),
    "speak to the LADO within a working day at the latest": Line(
        "lado_contact", "statutory", STATUTORY, 1, "KCSIE-4.2"
    ),
    "ring the LADO once an answer says that a child may be at risk": Line(
        "safeguarding_raised", "statutory", STATUTORY, 1, "KCSIE-4.4"
    ),
    "the authority ends the contract in fourteen days, that of the notice counted": Line(
        "la_ends_contract", "statutory", CALENDAR, 14, "SSR-20b", "beginning_with"
    ),
    "review a matter with the LADO within four weeks": Line(
        "safeguarding_first_review", "statutory", CALENDAR, 28, "KCSIE-4.11"
    ),
    "and then every two weeks": Line("safeguarding_review", "statutory", CALENDAR, 14, "KCSIE-4.11"),
    "review a hold within four weeks": Line("hold_first_review", "statutory", CALENDAR, 28, "KCSIE-4.11"),
    "and the hold every two weeks": Line("hold_review", "statutory", CALENDAR, 14, "KCSIE-4.11"),
    "written reasons for a dismissal in fourteen days of the request": Line(
        "written_reasons", "statutory", CALENDAR, 14, "ERA96-92"
    ),
}
SET = {
    "decide what to do about a report": Line("triage", "good_practice", WORKING, 3, "ACAS-4a"),
    "ask whether the police want the school to wait": Line(
        "hold_question", "good_practice", WORKING, 1, "KCSIE-4.5"
    ),
    "decide about a suspension that was thought of": Line(
        "suspension_question", "good_practice", WORKING, 1, "KCSIE-4.9"
    ),
    "ask whether an adjustment is needed": Line("adjustment_question", "good_practice", WORKING, 5, "EqA-20"),
    "tell the employee what is alleged": Line("allegation_letter", "good_practice", WORKING, 2, "ACAS-4a"),
    "send notice of the investigation": Line("investigation_letter", "good_practice", WORKING, 3, "ACAS-4a"),
    "write that there is no case to answer": Line("no_case_letter", "good_practice", WORKING, 5, "ACAS-18"),
    "tell the local authority that somebody comes back": Line(
        "reinstatement_told", "good_practice", CALENDAR, 0, "SSR-20a"
    ),
    "confirm the end of a suspension": Line(
        "suspension_ended_letter", "good_practice", WORKING, 2, "ACAS-8a"
    ),
    "look again at a pause for a grievance": Line("grievance_pause", "policy", CALENDAR, 0, "ACAS-46"),
    "informal action within three days, as safeguarding guidance had it": Line(
        "triage", "good_practice", WORKING, 3, "KCSIE-4.12"
    ),
    "a hearing within fifteen days, as safeguarding guidance had it": Line(
        "hearing", "policy", WORKING, 15, "KCSIE-4.12"
    ),
    "finish the investigation": Line("investigation", "good_practice", WORKING, 20, "ACAS-5"),
    "report after the last interview": Line("investigation_report", "good_practice", WORKING, 5, "ACAS-5"),
    "decide whether there is a case to answer": Line(
        "case_to_answer", "good_practice", WORKING, 5, "ACAS-4a"
    ),
    "hold the hearing": Line("hearing", "policy", WORKING, 15, "ACAS-11"),
    "write the outcome": Line("outcome_letter", "policy", WORKING, 5, "ACAS-18"),
    "tell the local authority of a decision to dismiss": Line(
        "la_notified", "policy", CALENDAR, 0, "SSR-20a"
    ),
    "the same, once the appeal is over": Line("la_notified_after_appeal", "policy", CALENDAR, 0, "SSR-20a"),
    "lodge an appeal": Line("appeal_lodging", "policy", WORKING, 10, "ACAS-26"),
    "acknowledge an appeal": Line("appeal_acknowledged", "good_practice", WORKING, 5, "ACAS-26"),
    "hear an appeal": Line("appeal_heard", "policy", WORKING, 20, "ACAS-26"),
    "write the outcome of an appeal": Line("appeal_outcome", "policy", WORKING, 5, "ACAS-29"),
    "review a suspension": Line("suspension_review", "policy", WORKING, 10, "ACAS-8a"),
}
LETTERS = {
    "confirm in writing what was talked about": Line(
        "informal_letter", "good_practice", WORKING, 5, "KCSIE-4.12"
    ),
    "confirm the new date of the hearing in writing": Line(
        "rearranged_letter", "good_practice", WORKING, 1, "ERelA-10d"
    ),
    "write that the hearing goes ahead without the employee": Line(
        "absence_letter", "good_practice", WORKING, 0, "ACAS-25"
    ),
    "write why the hearing was interrupted and when it goes on": Line(
        "adjournment_letter", "good_practice", WORKING, 2, "ACAS-4a"
    ),
    "answer the resignation in writing": Line(
        "resignation_letter", "good_practice", WORKING, 3, "ERA-RESIGN"
    ),
    "tell the employee that the warning has ended": Line(
        "warning_spent_letter", "good_practice", WORKING, 1, "ACAS-21c"
    ),
    "write to the employee about a late appeal": Line(
        "late_appeal_letter", "good_practice", WORKING, 5, "ACAS-26"
    ),
    "write why the appeal hearing was interrupted and when it goes on": Line(
        "appeal_adjournment_letter", "good_practice", WORKING, 3, "ACAS-26"
    ),
    "tell the employee what came of the review of the suspension": Line(
        "suspension_review_letter", "good_practice", WORKING, 2, "ACAS-8a"
    ),
    "write about the return to work, and what happens next": Line(
        "return_letter", "good_practice", WORKING, 5, "ACAS-9a"
    ),
    "confirm the referral to the LADO in writing": Line(
        "lado_letter", "statutory", STATUTORY, 1, "KCSIE-4.4"
    ),
    "tell the LADO the outcome in writing": Line(
        "lado_told_outcome", "good_practice", WORKING, 5, "KCSIE-4.6"
    ),
    "write to the parents that the matter is dealt with": Line(
        "parent_closing_letter", "good_practice", WORKING, 5, "KCSIE-4.17"
    ),
    "write to whoever reported it that the matter is dealt with": Line(
        "reporter_closing_letter", "good_practice", WORKING, 5, "ERA96-43"
    ),
    "confirm the report to the police in writing": Line("police_letter", "policy", CALENDAR, 0, "CPA-MR"),
    "write to the employee that the case waits": Line("hold_letter", "good_practice", WORKING, 3, "ACAS-4a"),
    "write to the employee that the case goes on": Line(
        "hold_ended_letter", "good_practice", WORKING, 3, "ACAS-4a"
    ),
    "write to the employee what the grievance means for the case": Line(
        "grievance_letter", "good_practice", WORKING, 3, "ACAS-46"
    ),
    "answer in writing what was asked for because of a disability": Line(
        "adjustment_letter", "good_practice", WORKING, 3, "EqA-20"
    ),
    "send the referral that was decided on": Line("referral_sent", "good_practice", WORKING, 5, "SVGA-35"),
    "note for the file why the Teaching Regulation Agency is not told": Line(
        "tra_note", "policy", CALENDAR, 0, "EA02-141D"
    ),
    "answer the new employer": Line("reference_given", "good_practice", WORKING, 5, "KCSIE-4.16"),
    "tell Ofsted": Line("ofsted_told", "statutory", CALENDAR, 14, "OFSTED-EY"),
    "write to the union official": Line("union_official_told", "good_practice", WORKING, 1, "ACAS-30"),
    "answer the request for the employee's own data": Line(
        "data_request", "statutory", MONTHS, 1, "UKGDPR-15"
    ),
    "tell the people whose data got out": Line(
        "people_told_of_breach", "good_practice", WORKING, 1, "UKGDPR-33"
    ),
    "deliver again a letter that did not arrive": Line("deliver_again", "good_practice", WORKING, 1, "LX-15"),
}
"""What has to be written, and by when."""

ELSEWHERE = {
    "notice of an investigation meeting": ("notice_of_investigation_meeting", "ACAS-5"),
    "notice of the hearing": ("notice_of_hearing", "ACAS-11"),
    "notice of the appeal hearing": ("notice_of_appeal_hearing", "ACAS-26"),
    "deemed service": ("deemed_service", "LX-15"),
    "the school's papers": ("employer_papers", "ACAS-9b"),
    "the employee's papers before the hearing": ("employee_papers", "ACAS-12c"),
    "another date for the companion": ("companion_window", "ERelA-10d"),
    "another date for another reason": ("postponement", "ACAS-25"),
    "the life of a warning": ("warning_live", "ACAS-21c"),
    "the end of a warning": ("warning_expiry", "ACAS-21c"),
    "asking after whoever was hurt": ("victim_support", "EqA-27"),
    "the note of informal action": ("informal_note", "ACAS-4a"),
    "minimum notice of dismissal": ("notice_to_end_contract", "ERA96-86"),
    "a subject access request": ("subject_access", "UKGDPR-15"),
    "a data protection complaint": ("data_protection_complaint", "DUAA-164A"),
    "a personal-data breach, 72 hours": ("data_breach", "UKGDPR-33"),
    "the claim to a tribunal": ("tribunal_claim", "ERA96-111"),
}


@pytest.fixture(scope="module", params=sorted(shipped_policies()))
def policy(request: pytest.FixtureRequest) -> Policy:
    return load_policy(shipped_policies()[request.param])


@pytest.mark.parametrize("what", [*FIXED, *SET, *LETTERS])
def test_each_deadline_stands_as_law_or_usual_procedure_has_it(what: str, policy: Policy) -> None:
    line = {**FIXED, **SET, **LETTERS}[what]
    if line.rule.startswith("SSR-") and line.rule not in policy.rules:
        assert line.deadline not in policy.deadlines  # the Staffing Regulations are for maintained schools
        return
    found = policy.deadlines[line.deadline]
    assert (found.basis, found.unit, found.count) == (line.basis, line.unit, line.count)
    assert policy.days(found.days) == line.days
    assert line.rule in found.cites
    assert found.starts
    assert found.stops
    assert found.act_by
    assert found.then


@pytest.mark.parametrize("what", ELSEWHERE)
def test_what_is_no_date_of_a_case_says_where_it_is_kept(what: str, policy: Policy) -> None:
    name, rule = ELSEWHERE[what]
    assert rule in policy.counted_elsewhere[name].cites
    assert policy.counted_elsewhere[name].says.endswith(".")


BY_LAW = {
    "suspension_told_local_authority": ("suspend", "tell_local_authority_of_suspension", "headteacher"),
    "suspension_told_other": ("suspend", "tell_the_other_of_suspension", "headteacher"),
    "suspension_end_told_local_authority": (
        "lift_suspension",
        "tell_local_authority_of_end",
        "governing_body",
    ),
    "suspension_end_told_headteacher": ("lift_suspension", "tell_headteacher_of_end", "governing_body"),
    "safeguarding_raised": ("raise_safeguarding", "refer_to_lado", "headteacher"),
    "safeguarding_first_review": ("refer_to_lado", "review_safeguarding", "headteacher"),
    "safeguarding_review": ("review_safeguarding", "review_safeguarding", "headteacher"),
    "hold_first_review": ("begin_hold", "review_hold", "headteacher"),
    "hold_review": ("review_hold", "review_hold", "headteacher"),
    "la_ends_contract": ("notify_local_authority", "record_contract_end", "local_authority"),
    "written_reasons": ("request_written_reasons", "give_written_reasons", "governing_body"),
}
"""What starts each clock of the law that a step starts, a step that ends it, and one of those who have to act."""


@pytest.mark.parametrize("name", BY_LAW)
def test_a_clock_of_the_law_starts_ends_and_is_somebodys(name: str, policy: Policy) -> None:
    found = policy.deadlines.get(name)
    if found is None:
        assert policy.id == "england-academy"
        return
    starts, ends, who = BY_LAW[name]
    assert f"step:{starts}" in found.starts
    assert f"step:{ends}" in found.stops
    assert who in found.act_by
    assert not found.changed_by


def test_no_line_is_left_over(policy: Policy) -> None:
    known = {line.deadline for line in {**FIXED, **SET, **LETTERS}.values()}
    assert policy.deadlines.keys() <= known
    assert {name for name, _ in ELSEWHERE.values()} == set(policy.counted_elsewhere)


def test_a_number_that_the_law_does_not_fix_is_a_setting_and_stays_marked_until_confirmed(
    policy: Policy,
) -> None:
    for name, found in policy.deadlines.items():
        if isinstance(found.days, str):
            setting = policy.settings[found.days]
            assert setting.unconfirmed or setting.hard or setting.support == "A", name
        elif found.days:  # none: it is due on a date that was asked for
            assert found.basis == "statutory", name
