"""How each requirement kind stands: one function a kind, and no second rule engine.

`decide` refuses what is not met here, the fairness review prints the same findings. A function answers from
facts
alone, in a sentence that a head teacher can read, with the events that show it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.cases.assess_employment import statutory_notice
from casework.cases.assess_evidence import (
    allegations_specified,
    also_given,
    as_answered,
    checklist_answered,
    checklist_says,
    evidence_disclosed,
    evidence_recorded,
    evidence_relied,
    findings_complete,
    gross_misconduct_notified,
    value_is,
)
from casework.cases.assess_letters import (
    allegations_notified,
    in_time,
    letter_issued,
    letter_served,
    notice,
    notice_forecast,
)
from casework.cases.assess_people import (
    delegated,
    different_people,
    heard_the_case,
    no_conflict_declared,
    panel_no_smaller,
    party_assigned,
    quorate,
    sanction_authority,
    took_no_part_in,
)
from casework.cases.assess_steps import (
    dismissal_as_recorded,
    live_warning,
    sanction_not_increased,
    step_not_taken,
    step_taken,
    strand_state,
)
from casework.cases.fields import applies
from casework.cases.look import Found, Look
from casework.cases.request import Assessment
from casework.cases.warnings import extends_warning
from casework.procedure.model import Requirement

ASSESS: dict[str, Callable[[Any, Look], Found]] = {
    "letter_issued": letter_issued,
    "letter_served": letter_served,
    "notice": notice,
    "notice_forecast": notice_forecast,
    "different_people": different_people,
    "party_assigned": party_assigned,
    "took_no_part_in": took_no_part_in,
    "heard_the_case": heard_the_case,
    "quorate": quorate,
    "panel_no_smaller": panel_no_smaller,
    "no_conflict_declared": no_conflict_declared,
    "evidence_recorded": evidence_recorded,
    "evidence_disclosed": evidence_disclosed,
    "allegations_specified": allegations_specified,
    "strand_state": strand_state,
    "step_taken": step_taken,
    "step_not_taken": step_not_taken,
    "live_warning": live_warning,
    "extends_warning": extends_warning,
    "sanction_authority": sanction_authority,
    "delegated": delegated,
    "sanction_not_increased": sanction_not_increased,
    "checklist_answered": checklist_answered,
    "checklist_says": checklist_says,
    "also_given": also_given,
    "as_answered": as_answered,
    "findings_complete": findings_complete,
    "statutory_notice": statutory_notice,
    "dismissal_as_recorded": dismissal_as_recorded,
    "evidence_relied": evidence_relied,
    "gross_misconduct_notified": gross_misconduct_notified,
    "allegations_notified": allegations_notified,
    "in_time": in_time,
    "value_is": value_is,
}
"""The one assessment of each requirement kind."""


def assess(requirement: Requirement, look: Look) -> Assessment:
    """Assess one requirement of a step, with its citations and who may waive it."""
    if not applies(requirement.when, look.fields.values, look.case, look.policy):
        found = Found("not_reached", "This does not apply here.")
    else:
        found = ASSESS[requirement.rule.kind](requirement.rule, look)
    return Assessment(
        requirement.id,
        requirement.rule.kind,
        requirement.strength,
        found.status,
        _says(found, requirement),
        found.remedy,
        requirement.cites,
        _may_waive(requirement, look),
        requirement.waiver_needs,
        found.events,
        found.earliest,
        found.working,
        found.fix,
        found.instead,
        found.says,
    )


def _may_waive(requirement: Requirement, look: Look) -> tuple[str, ...]:
    """The roles that may waive it in this school and this case."""
    if not requirement.waivable_by:
        return ()
    roles, values = look.policy.roles, look.fields.values
    return tuple(
        role
        for role in requirement.waivable_by
        if role not in roles or applies(roles[role].waives_when, values, look.case, look.policy)
    )


def _says(found: Found, requirement: Requirement) -> str:
    if found.status in ("breached", "not_shown") and requirement.because:
        return f"{found.says} {requirement.because}"
    return found.says
