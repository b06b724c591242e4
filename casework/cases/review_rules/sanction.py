"""How severe the sanction is: proportion, mitigation and earlier warnings (ACAS-18 to 20, CASE-2, CASE-10)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import Decision, EarlierWarning, Mitigation, Triage
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import (
    DISMISSALS,
    decisions,
    first_act,
    ran_out,
    sanctioned,
    warned_before,
    weighs_more,
)


def mitigation(told: Told) -> Found:
    """Each point that the employee put forward has an answer in the decision."""
    found = []
    for n, step in decisions(told):
        for point in step.mitigation:
            put = point.put_forward == "yes"
            unanswered = point.answered == "no" or (
                step.reasons_complete == "yes" and point.answered != "yes"
            )
            if put and unanswered:
                says = f"The decision does not answer “{point.says}”."
                found.append(Found("breached", says, events=(n,)))
            elif put and _put_right_in_vain(told, step, point):
                says = f"Dismissal without notice followed, and nothing answers “{point.says}”."
                found.append(Found("breached", says, events=(n,)))
            elif point.answered == "yes":
                found.append(Found("met", "The decision answers what was put forward.", events=(n,)))
            else:
                found.append(
                    Found("not_shown", f"Was “{point.says}” put forward, and answered?", events=(n,))
                )
    return worst(
        found, Found("not_shown", "Did the decision answer everything that the employee put forward?")
    )


def _put_right_in_vain(told: Told, step: Decision, point: Mitigation) -> bool:
    """A first act, not known to be serious, that was put right unasked, and the severest sanction all the same.

    A point of that weight would show in the result, or in the reasons, had it been weighed (ACAS-18, ACAS-20).
    """
    return (
        point.kind == "remedied"
        and point.answered != "yes"
        and step.sanction == "summary_dismissal"
        and "yes" not in (step.serious, step.gross_misconduct)
        and first_act(told)
    )


def proportion(told: Told) -> Found:
    """A sanction within the range: the usual ladder, unless the act is serious; lesser sanctions considered."""
    found = [
        _proportion(told, n, step)
        for n, step in decisions(told, ("final_written_warning", "other_sanction", *DISMISSALS))
    ]
    for n, step in decisions(told):
        for at, triage in told.of(Triage):
            if weighs_more(step.sanction, triage.says_at_most):
                says = "The sanction went past the most that the employer had said could follow."
                found.append(Found("breached", says, events=(at, n)))
    return worst(found, NOT_REACHED)


def _proportion(told: Told, n: int, step: Decision) -> Found:
    if step.lesser_considered == "no":
        return Found("breached", "No lesser sanction was considered.", events=(n,))
    if step.sanction == "summary_dismissal" and "no" in (step.serious, step.gross_misconduct):
        says = (
            "Dismissal without notice followed an act that was not serious, or no gross misconduct (ACAS-23)."
        )
        return Found("breached", says, events=(n,))
    if step.health_link_considered == "no" and told.chronology.employee.disabled == "yes":
        says = (
            "If the conduct arose from a disability, was the sanction a proportionate answer to it (EqA-15)?"
        )
        return Found("not_shown", says, events=(n,))
    if step.serious == "yes" or warned_before(told):
        return Found("met", "The act was serious, or followed an earlier warning.", events=(n,))
    if step.lesser_considered == "yes":
        return Found("met", "Lesser sanctions were considered.", events=(n,))
    if first_act(told):
        if step.serious == "no":
            says = "A first act that was not serious went past the usual written warning."
            return Found("breached", says, events=(n,))
        if any(point.kind == "remedied" and point.put_forward == "yes" for point in step.mitigation):
            says = "A first act that the employee had put right unasked went past the usual written warning."
            return Found("breached", says, events=(n,))
        if step.attitude_held_against == "yes":
            says = "A first act went past the usual written warning for the attitude shown to it."
            return Found("breached", says, events=(n,))
    return Found(
        "not_shown", "Which lesser sanctions were considered, and why were they not enough?", events=(n,)
    )


def live_warnings(told: Told) -> Found:
    """A warning that has run out does not tip the balance; a live one is respected unless plainly wrong."""
    warnings = {step.id: (n, step) for n, step in told.of(EarlierWarning)}
    found = []
    for n, decision in decisions(told):
        for name in decision.relies_on_warnings:
            if name not in warnings:
                continue
            at, warning = warnings[name]
            found.append(_relied_on(decision, warning, ran_out(told, warning), (at, n)))
    return worst(found, NOT_REACHED)


def _relied_on(decision: Decision, warning: EarlierWarning, expired: bool, events: tuple[int, ...]) -> Found:
    if warning.in_good_faith == "no" or warning.plainly_wrong == "yes":
        return Found(
            "breached", "The earlier warning was given in bad faith or plainly wrong.", events=events
        )
    if expired and decision.gross_misconduct == "yes":
        return Found(
            "met",
            "The act alone could carry the sanction; the warning only told against leniency.",
            events=events,
        )
    if expired and decision.weight_of_warnings == "decisive":
        return Found("breached", "A warning that had run out tipped the balance.", events=events)
    if expired and decision.weight_of_warnings == "unknown":
        return Found("not_shown", "A warning had run out: how much weight had it?", events=events)
    if expired or warning.expired == "no" or warning.live_until:
        return Found("met", "The warning was live, or background only.", events=events)
    return Found("not_shown", "Was the warning still live when the new conduct happened?", events=events)


RULES: Final[tuple[ReviewRule, ...]] = (
    Tests("ACAS-18", "mitigation_ignored", mitigation, "Answer each point in the decision.", sanctioned),
    Tests(
        "CASE-2",
        "disproportionate_sanction",
        proportion,
        "Go back to the sanction, and note why nothing less is enough.",
        sanctioned,
    ),
    Tests(
        "CASE-10",
        "expired_warning_relied_on",
        live_warnings,
        "Decide without the warning that has run out.",
        sanctioned,
    ),
)
"""The rules about the weight of the sanction."""
