"""Every requirement that refuses, refusing: each is unmet where it is broken, and met in the same step where it is not.

Whole cases in `tests/scenarios/` show most of them; here are those that no whole case runs into.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml

from casework.procedure.load import load_policy, shipped_policies
from tests.support import telling
from tests.support.policies import shipped
from tests.support.stages import (
    ACCEPTED,
    CONSULTED,
    DECIDED,
    DISMISSING,
    HOLD,
    REFERRED,
    WAIT,
    WITH_NOTICE,
    after,
    alone,
    appeal_heard_without_invitation,
    appealed,
    concluded,
    dated_nowhere,
    dismissed,
    dismissed_with_notice,
    heard,
    investigated,
    invited,
    judged_already,
    on_the_day,
    referred_at_triage,
    reported,
    rule_not_known,
    said,
    teacher_invited,
    to_answer,
    under_investigation,
    warned,
    with_another_paper,
    with_roles,
)
from tests.support.telling import FORMAL, HEARING, INVITING, SUSPENDING
from tests.support.trying import Row, Tried, answered, unmet

SCENARIOS = Path(__file__).parents[2] / "scenarios"


ROWS: dict[str, Row] = {
    # Triage and investigation
    "this_procedure_fits": answered(
        "triage", telling.opened, "diane", {**FORMAL, "route": "capability"}, FORMAL
    ),
    "screening_answered": answered(
        "triage", telling.opened, "diane", {**FORMAL, "screening": {"low_level": "no"}}, FORMAL
    ),
    "abuse_was_reported": answered(
        "triage",
        telling.opened,
        "diane",
        {**FORMAL, "screening": said("child_abuse"), "abuse_reported": False},
        {**FORMAL, "screening": said("child_abuse"), "abuse_reported": True},
    ),
    "low_level_was_entered": answered(
        "take_informal_action",
        telling.opened,
        "diane",
        {"screening": said("low_level"), "low_level_entered": False},
        {"screening": said("low_level"), "low_level_entered": True},
    ),
    "harassment_is_prevented": answered(
        "take_no_action",
        telling.opened,
        "diane",
        {"screening": said("hostility"), "harassment_prevented": "not_yet"},
        {"screening": said("hostility"), "harassment_prevented": "not_sexual"},
    ),
    "no_hidden_reason": answered(
        "triage",
        telling.opened,
        "diane",
        {**FORMAL, "screening": said("whistleblowing"), "reporter_looked_at": "not_yet"},
        {**FORMAL, "screening": said("whistleblowing"), "reporter_looked_at": "looked_at"},
    ),
    "monitoring_was_signed_off": answered(
        "report_investigation",
        under_investigation,
        "rachel",
        {"monitored": "not_signed_off"},
        {"monitored": "signed_off", "signed_off_how": "On 3 March."},
    ),
    "incident_was_entered": answered(
        "take_no_action",
        telling.opened,
        "diane",
        {"screening": said("hostility"), "incident_entered": False},
        {"screening": said("hostility"), "incident_entered": True},
    ),
    "union_official_was_asked": answered(
        "triage",
        partial(telling.opened, jordan={"union_rep": True}),
        "diane",
        {**FORMAL, "union_official": "not_discussed"},
        {**FORMAL, "union_official": "employee_did_not_agree"},
    ),
    "nobody_in_their_own_case": Row(
        "triage",
        Tried(
            with_roles(telling.opened, diane=["headteacher"], jordan=["employee", "case_manager"]),
            "jordan",
            FORMAL,
        ),
        Tried(telling.opened, "diane", FORMAL),
    ),
    "investigator_is_not_involved": answered(
        "appoint_investigator", reported, "diane", {"investigator": "sam"}, {"investigator": "rachel"}
    ),
    "investigator_is_not_the_named_contact": Row(
        "appoint_investigator",
        Tried(lambda: telling.suspended(reported()), "diane", {"investigator": "tom"}),
        Tried(lambda: telling.suspended(reported()), "diane", {"investigator": "rachel"}),
    ),
    "no_hold": Row(
        "hold_investigation_meeting",
        Tried(after(under_investigation, *HOLD, **WAIT), "rachel"),
        Tried(under_investigation, "rachel"),
    ),
    "notice_of_meeting": Row(
        "hold_investigation_meeting",
        Tried(under_investigation, "rachel", {"held_at": "2026-03-02T10:00", "invited": "letter"}),
        Tried(under_investigation, "rachel", {"held_at": "2026-03-02T10:00", "invited": "agreed"}),
    ),
    "evidence_recorded": Row(
        "report_investigation", Tried(under_investigation, "rachel"), Tried(investigated, "rachel")
    ),
    "safeguarding_record_is_kept": answered(
        "find_no_case_to_answer",
        investigated,
        "diane",
        {"safeguarding_outcome": "unfounded", "retention": "no_action"},
        {"safeguarding_outcome": "unfounded", "retention": "safeguarding"},
    ),
    "allegations_specified": Row(
        "find_case_to_answer", Tried(dated_nowhere, "diane"), Tried(investigated, "diane")
    ),
    "within_the_cap": Row(
        "accept_without_hearing",
        Tried(
            lambda: telling.to_answer(
                telling.investigated(
                    telling.triaged(telling.opened(shipped(accept_without_hearing_cap="oral_warning")))
                )
            ),
            "diane",
            ACCEPTED,
        ),
        Tried(to_answer, "diane", ACCEPTED),
    ),
    "decider_did_not_investigate": Row(
        "accept_without_hearing",
        Tried(with_roles(to_answer, rachel=["investigating_officer", "hearing_chair"]), "rachel", ACCEPTED),
        Tried(to_answer, "diane", ACCEPTED),
    ),
    "findings_rest_on_evidence": answered(
        "accept_without_hearing",
        to_answer,
        "diane",
        {**ACCEPTED, "evidence": {"1": "none", "2": "none"}},
        ACCEPTED,
    ),
    "decider_is_not_involved": Row(
        "accept_without_hearing",
        Tried(with_roles(to_answer, diane=["headteacher", "witness"]), "diane", ACCEPTED),
        Tried(to_answer, "diane", ACCEPTED),
    ),
    # Hearing
    "panel_is_not_involved": answered(
        "invite_to_hearing", to_answer, "wendy", {**INVITING, "chair": "sam"}, INVITING
    ),
    "panel_did_not_suspend": Row(
        "invite_to_hearing",
        Tried(
            after(
                lambda: telling.suspended(to_answer()),
                "lift_suspension",
                "priya",
                decided_by="governing_body",
                minute="Minute 7",
            ),
            "wendy",
            {**INVITING, "chair": "priya"},
        ),
        Tried(lambda: telling.suspended(to_answer()), "wendy", {**INVITING, "chair": "priya"}),
    ),
    "la_adviser_invited": answered(
        "invite_to_appeal",
        lambda: telling.appealed(telling.dismissed(telling.heard(teacher_invited()))),
        "wendy",
        {"la_adviser": "not_invited"},
        {"la_adviser": "invited"},
    ),
    "head_is_not_on_the_panel": answered(
        "invite_to_hearing", to_answer, "wendy", {**INVITING, "chair": "diane"}, INVITING
    ),
    "quorum": answered("invite_to_hearing", to_answer, "wendy", {**INVITING, "members": []}, INVITING),
    "agreed_in_writing": answered(
        "agree_shorter_notice",
        invited,
        "jordan",
        {"employee_agreed_shorter": False},
        {"employee_agreed_shorter": True},
    ),
    "conflicts_were_declared": answered(
        "hold_hearing", on_the_day, "felix", {**HEARING, "conflicts_declared": False}, HEARING
    ),
    "members_may_vote": answered(
        "hold_hearing", on_the_day, "felix", {**HEARING, "members_eligible": False}, HEARING
    ),
    "head_is_not_sitting": Row(
        "hold_hearing",
        Tried(with_roles(on_the_day, diane=["headteacher", "hearing_panel_member"]), "felix", HEARING),
        Tried(on_the_day, "felix", HEARING),
    ),
    "one_person_has_a_note_taker": Row(
        "hold_hearing",
        Tried(with_roles(alone, tom=[]), "diane", HEARING),
        Tried(alone, "diane", HEARING),
    ),
    "papers_are_checked": answered(
        "invite_to_hearing",
        to_answer,
        "wendy",
        {**INVITING, "papers_checked": False},
        {**INVITING, "papers_checked": True},
    ),
    "requests_were_met": answered(
        "hold_hearing",
        on_the_day,
        "felix",
        {**HEARING, "requests_met": "refused"},
        {**HEARING, "requests_met": "met"},
    ),
    # Outcome
    "notice_of_the_law": answered(
        "determine_dismissal",
        heard,
        "felix",
        {**DISMISSING, **WITH_NOTICE, "notice_weeks": 7},
        {**DISMISSING, **WITH_NOTICE, "notice_weeks": 8},
    ),
    "notice_runs_its_time": answered(
        "record_contract_end",
        dismissed_with_notice,
        "priya",
        {"letter_date": "2026-03-25", "end_date": "2026-05-19", "notice_how": "worked"},
        {"letter_date": "2026-03-25", "end_date": "2026-05-20", "notice_how": "worked"},
    ),
    "notice_of_the_contract": answered(
        "determine_dismissal",
        heard,
        "felix",
        {**DISMISSING, **WITH_NOTICE, "contract_looked_at": False},
        {**DISMISSING, **WITH_NOTICE},
    ),
    "conduct_is_the_reason": answered(
        "determine_dismissal",
        heard,
        "felix",
        {**DISMISSING, "principal_reason": "some_other_substantial_reason"},
        DISMISSING,
    ),
    "rule_could_be_known": Row(
        "determine_dismissal",
        Tried(lambda: telling.heard(rule_not_known()), "felix", DISMISSING),
        Tried(heard, "felix", DISMISSING),
    ),
    "dismissal_as_recorded": Row(
        "close_case",
        Tried(dismissed, "diane", {"dismissal_stands": False}),
        Tried(dismissed, "diane", {"dismissal_stands": True}),
    ),
    "lado_agrees_to_it": Row(
        "withdraw_case",
        Tried(referred_at_triage, "diane", {"lado_view": "not_referred"}),
        Tried(referred_at_triage, "diane", {"lado_view": "agrees"}),
    ),
    "lado_agrees_to_it_too": Row(
        "withdraw_case",
        Tried(after(reported, "refer_to_lado", "diane", **REFERRED), "diane", {"lado_view": "not_referred"}),
        Tried(after(reported, "refer_to_lado", "diane", **REFERRED), "diane", {"lado_view": "agrees"}),
    ),
    "agency_takes_part": answered(
        "refer_to_lado",
        reported,
        "diane",
        {**REFERRED, "agency": "not_told"},
        {**REFERRED, "agency": "told", "supply_agency": "Ms Rey, today."},
    ),
    "findings_rest_on_what_was_seen": answered(
        "give_warning", with_another_paper, "felix", {**DECIDED, "evidence": {"1": "2", "2": "none"}}, DECIDED
    ),
    "first_warning_was_warned_of": Row(
        "give_warning",
        Tried(
            partial(heard, worst_outcome="oral_warning"),
            "felix",
            {**DECIDED, "sanction": "first_written_warning"},
        ),
        Tried(heard, "felix", {**DECIDED, "sanction": "first_written_warning"}),
    ),
    "other_sanction_was_warned_of": Row(
        "give_other_sanction",
        Tried(partial(heard, worst_outcome="final_written_warning"), "felix", DECIDED),
        Tried(heard, "felix", DECIDED),
    ),
    "dismissal_was_warned_of": Row(
        "determine_dismissal",
        Tried(
            partial(heard, worst_outcome="final_written_warning"),
            "felix",
            {**DISMISSING, "sanction": "dismissal_with_notice"},
        ),
        Tried(heard, "felix", {**DISMISSING, "sanction": "dismissal_with_notice"}),
    ),
    "summary_dismissal_was_warned_of": Row(
        "determine_dismissal",
        Tried(
            partial(heard, worst_outcome="dismissal_with_notice"),
            "felix",
            {**DISMISSING, "sanction": "summary_dismissal"},
        ),
        Tried(heard, "felix", {**DISMISSING, "sanction": "summary_dismissal"}),
    ),
    "letter_offers_an_appeal": answered(
        "record_outcome_letter",
        dismissed,
        "wendy",
        {"appeal_route_given": False},
        {"appeal_route_given": True},
    ),
    "there_is_such_a_letter": Row(
        "take_back_outcome_letter", Tried(to_answer, "diane"), Tried(judged_already, "diane")
    ),
    "decision_and_reasons": answered(
        "notify_local_authority", dismissed, "wendy", {"reasons_given": False}, {"reasons_given": True}
    ),
    "dismissal_was_decided": Row(
        "request_written_reasons",
        Tried(lambda: telling.appealed(warned()), "jordan"),
        Tried(lambda: telling.appealed(dismissed()), "jordan"),
    ),
    # Appeal
    "no_appeal_was_decided": Row(
        "lodge_appeal",
        Tried(
            after(
                appealed,
                "dismiss_appeal",
                "grace",
                reasons="None succeeds.",
                earlier_defects="None.",
                dismissal_now=False,
            ),
            "jordan",
        ),
        Tried(warned, "jordan"),
    ),
    "appeal_deciders_heard_it": Row(
        "uphold_appeal",
        Tried(with_roles(appealed, grace=[], rachel=["appeal_chair"]), "rachel"),
        Tried(appealed, "grace"),
    ),
    "appeal_in_order": Row(
        "dismiss_appeal", Tried(appeal_heard_without_invitation, "grace"), Tried(appealed, "grace")
    ),
    # Closing
    "local_authority_was_told": Row(
        "close_case",
        Tried(dismissed, "diane", {"dismissal_stands": True}),
        Tried(
            after(
                dismissed,
                "notify_local_authority",
                "wendy",
                notified_on="2026-03-25",
                reasons_given=True,
                works_elsewhere=False,
            ),
            "diane",
            {"dismissal_stands": True},
        ),
    ),
    "hold_is_over": Row("close_case", Tried(after(warned, *HOLD, **WAIT), "diane"), Tried(warned, "diane")),
    "safeguarding_is_finished": Row(
        "close_case",
        Tried(after(warned, "consult_lado", "diane", **CONSULTED), "diane"),
        Tried(warned, "diane"),
    ),
    "grievance_is_answered": Row(
        "close_case",
        Tried(after(warned, "raise_grievance", "jordan", about="this_case", grounds="The head."), "diane"),
        Tried(warned, "diane"),
    ),
    "suspension_is_over": Row(
        "close_case",
        Tried(
            lambda: telling.warned(
                telling.heard(telling.invited(telling.to_answer(telling.suspended(investigated()))))
            ),
            "diane",
        ),
        Tried(warned, "diane"),
    ),
    # Suspension
    "alternatives_considered": answered(
        "suspend",
        reported,
        "diane",
        {**SUSPENDING, "alternatives": {"other_place": "would_not_work: Looked at."}},
        SUSPENDING,
    ),
    "nobody_suspends_themselves": Row(
        "suspend",
        Tried(with_roles(reported, diane=[], jordan=["employee", "headteacher"]), "jordan", SUSPENDING),
        Tried(reported, "diane", SUSPENDING),
    ),
    "contact_is_not_the_investigator": answered(
        "suspend",
        under_investigation,
        "diane",
        {**SUSPENDING, "named_contact": "rachel"},
        {**SUSPENDING, "named_contact": "tom"},
    ),
    "head_does_not_act_for_the_governing_body": Row(
        "lift_suspension",
        Tried(
            with_roles(lambda: telling.suspended(reported()), diane=["headteacher", "governing_body"]),
            "diane",
        ),
        Tried(lambda: telling.suspended(reported()), "priya"),
    ),
    # Witnesses
    "they_had_it_to_check": Row(
        "record_statement_answer",
        Tried(under_investigation, "rachel", {"person": "jordan", "answer": "confirmed"}),
        Tried(
            after(
                under_investigation,
                *("ask_to_check_statement", "rachel"),
                **{"person": "jordan", "reader": "employee", "talked_on": "2026-03-02"},
            ),
            "rachel",
            {"person": "jordan", "answer": "confirmed"},
        ),
    ),
    # Safeguarding
    "lado_agreed_to_it": answered(
        "tell_parents",
        after(reported, "refer_to_lado", "diane", **REFERRED),
        "diane",
        {"lado_agreed": False},
        {"lado_agreed": True},
    ),
    "summary_was_given": Row(
        "finish_safeguarding",
        Tried(concluded, "diane"),
        Tried(after(concluded, "give_summary", "diane", told_how="In person."), "diane"),
    ),
    "ofsted_was_told": answered(
        "finish_safeguarding", concluded, "diane", {"ofsted": "not_told"}, {"ofsted": "told"}
    ),
}


@pytest.mark.parametrize("requirement", ROWS)
def test_it_is_refused_where_it_is_broken_and_only_there(requirement: str) -> None:
    row = ROWS[requirement]
    assert requirement in unmet(row.step, row.wrong)
    assert requirement not in unmet(row.step, row.right)


def _refused_in_scenarios() -> set[str]:
    acts = [
        act
        for path in sorted(SCENARIOS.glob("*.yaml"))
        for act in yaml.safe_load(path.read_text(encoding="utf-8")).get("do", ())
    ]
    return {name for act in acts for name in act.get("refused", {}).get("because", ())}


@pytest.mark.parametrize("policy", sorted(shipped_policies()))
def test_every_requirement_of_a_shipped_policy_is_seen_to_refuse(policy: str) -> None:
    steps = load_policy(shipped_policies()[policy]).steps.values()
    asked = {str(item.id) for _, step in steps for item in step.requires}
    assert sorted(asked - _refused_in_scenarios() - set(ROWS)) == []


def test_each_row_is_about_a_requirement_of_its_step() -> None:
    steps = shipped().steps
    wrong = [
        name for name, row in ROWS.items() if name not in {item.id for item in steps[row.step][1].requires}
    ]
    assert wrong == []
