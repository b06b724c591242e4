"""What somebody probably meant who wrote a paper case in other words: only a guess to show, never taken as said."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Final

_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "report": ("complaint", "allegation", "concern", "incident", "disclosure", "referral_to_employer"),
    "triage": ("assessment", "initial_assessment", "decision_to_investigate"),
    "preliminary_look": ("fact_finding", "preliminary_investigation", "initial_inquiry"),
    "investigation": ("inquiry", "enquiry", "interview", "investigatory_meeting", "investigation_meeting"),
    "suspension": ("suspended", "suspend", "sent_home"),
    "suspension_ended": ("reinstatement", "return_to_work", "suspension_lifted"),
    "lado_contact": ("lado", "lado_referral", "strategy_meeting", "safeguarding_referral"),
    "criminal_process": ("police", "police_investigation", "arrest", "charge", "caution", "conviction"),
    "invitation": ("invite", "notice", "notice_of_hearing", "invitation_letter", "hearing_invitation"),
    "request": ("adjournment", "postponement", "postponement_request", "companion", "companion_request"),
    "hearing": ("disciplinary", "disciplinary_hearing", "disciplinary_meeting", "meeting", "panel"),
    "decision": ("dismissal", "dismissed", "outcome", "sanction", "termination", "verdict"),
    "outcome_letter": ("letter", "dismissal_letter", "decision_letter"),
    "appeal_lodged": ("appeal_request", "appeal_letter", "appealed", "notice_of_appeal"),
    "appeal": ("appeal_hearing", "appeal_meeting", "appeal_panel"),
    "appeal_outcome": ("appeal_decision", "appeal_result", "appeal_dismissed"),
    "earlier_warning": ("warning", "previous_warning", "prior_warning", "written_warning", "final_written_warning"),
    "policy": ("rule", "code_of_conduct", "handbook"),
    "advice": ("hr_advice", "legal_advice", "hr"),
    "resignation": ("resigned", "resigns", "constructive_dismissal", "settlement"),
    "referral": ("tra_referral", "dbs_referral", "tra", "dbs"),
    "grievance": ("grievance_raised", "counter_complaint"),
}  # fmt: skip

_PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "what": ("event", "kind", "step", "type", "stage"),
    "when": ("date", "on", "day"),
    "by": ("who", "decided_by", "heard_by", "held_by", "investigator", "panel", "chair", "decision_maker"),
    "note": ("notes", "comment", "description", "text", "details"),
    "says": ("description", "text", "name", "title", "charge", "point"),
    "title": ("name", "post"),
    "standing": ("role", "position", "type"),
    "school_type": ("type", "kind", "school"),
    "service_years": ("length_of_service", "service", "years_of_service", "years"),
    "disabled": ("disability",),
    "teacher": ("post", "role", "job"),
    "clean_record": ("previous_warnings", "record", "disciplinary_record"),
    "notified": ("charged", "in_notice", "in_letter", "in_writing"),
    "finding": ("proven", "upheld", "found", "result", "outcome"),
    "given": ("disclosed", "shown", "shown_to_employee", "provided", "shared", "sent"),
    "given_on": ("disclosed_on", "date", "shared_on"),
    "withheld_because": ("reason", "anonymous", "anonymised", "redacted"),
    "answer": ("result", "outcome", "response", "granted", "refused"),
    "reason_given": ("reason", "because"),
    "sanction": ("outcome", "result", "penalty"),
    "accompanied": ("companion", "representative", "union_rep"),
    "employee_attended": ("attended", "present", "absent"),
    "notice_days": ("notice", "days", "days_notice", "notice_period"),
    "result": ("outcome", "decision", "sanction"),
    "stage": ("status", "type"),
    "left_out": ("witnesses_not_interviewed", "not_interviewed", "missing", "gaps"),
    "explained": ("reason", "justified"),
}

_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "dismissal_with_notice": ("dismissal", "dismissed", "dismiss"),
    "summary_dismissal": ("gross_misconduct_dismissal", "instant_dismissal", "dismissed_without_notice"),
    "first_written_warning": ("written_warning", "warning"),
    "other_sanction": ("demotion", "demoted", "transfer"),
    "ACAD": ("academy", "academy_trust", "free_school"),
    "M-LA": ("maintained", "community", "community_school", "voluntary_controlled"),
    "M-GB": ("foundation", "voluntary_aided", "foundation_school"),
    "other": ("independent", "private", "independent_school", "not_a_school"),
    "head_teacher": ("headteacher", "head", "principal", "headmaster"),
    "chair_of_governors": ("chair", "chair_of_panel"),
    "governor": ("trustee", "panel_member", "panel"),
    "hr_adviser": ("hr", "human_resources"),
    "lawyer": ("solicitor", "barrister"),
    "outside_investigator": ("investigator", "external_investigator", "consultant"),
    "postponement": ("adjournment", "delay", "another_date"),
    "companion": ("representative", "union_rep", "accompaniment"),
    "evidence": ("documents", "disclosure", "papers", "statements"),
    "questions": ("cross_examination",),
    "adjustment": ("reasonable_adjustment", "support"),
    "refused": ("no", "denied", "rejected", "declined"),
    "granted": ("yes", "agreed", "allowed"),
    "dismissed": ("rejected", "refused", "failed", "not_upheld"),
    "upheld": ("allowed", "succeeded", "granted"),
    "proved": ("yes", "proven", "upheld", "found", "substantiated"),
    "not_proved": ("no", "not_proven", "not_upheld", "unproven"),
    "unknown": ("n_a", "not_known", "unclear", "maybe", "none", "not_stated"),
    "yes": ("y", "true", "partly"),
    "no": ("n", "false", "not"),
}


def kind_meant(word: str, kinds: Collection[str]) -> str:
    """The kind of step that a word nobody defined probably means; empty if there is no guess."""
    return _meant(word, kinds, _KINDS)


def property_meant(word: str, names: Collection[str]) -> str:
    """The property, of those that are possible in the place, that an unknown one probably means."""
    return _meant(word, names, _PROPERTIES)


def value_meant(word: str, values: Collection[str]) -> str:
    """The value, of those that are possible in the place, that another one probably means."""
    return _meant(word, values, _VALUES)


def _meant(word: str, terms: Collection[str], others: Mapping[str, tuple[str, ...]]) -> str:
    """A term of that name, one that is known to be said so, one that contains it, one that looks like it."""
    plain = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")
    ordered = sorted(terms)
    alike = {term.lower().replace("-", "_"): term for term in ordered}
    if plain in alike:
        return alike[plain]
    said = next((term for term, words in others.items() if term in terms and plain in words), "")
    parts = set(plain.split("_"))
    within = [term for term in ordered if parts <= set(term.lower().split("_"))]
    close = get_close_matches(plain, list(alike), n=1, cutoff=0.75)
    return said or (alike[close[0]] if close else "") or (within[0] if within and plain else "")
