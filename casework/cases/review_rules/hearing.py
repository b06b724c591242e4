"""The hearing: whether there was one, and whether the employee could fairly put their case (ACAS-4d, 12 to 17, 25)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import Decision, Hearing, Meeting, Request
from casework.cases.chronology_values import surely_before
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import heard, heard_without_fault, sanctioned


def heard_first(told: Told) -> Found:
    """A hearing at which the employee could answer came before the decision."""
    denied, hearings = told.denied(Hearing), told.of(Hearing)
    if denied and not hearings:
        return Found("breached", "The decision came without a hearing.", events=denied)
    found = [
        Found("breached", "The employee could not answer before the decision.", events=(n,))
        for n, step in hearings
        if step.employee_answered == "no" and step.employee_attended != "no"
    ]
    found += [
        Found("breached", "The decision was dated before the hearing.", events=(n, at))
        for n, decision in told.of(Decision)
        for at, _ in hearings[:1]
        if all(surely_before(decision.when, step.when) for _, step in hearings)
    ]
    found += [
        Found("not_shown", "The decision stands before the hearing here. Which came first?", events=(n, at))
        for n, decision in told.of(Decision)
        for at, _ in hearings[:1]
        if all(place > n and not surely_before(step.when, decision.when) for place, step in hearings)
    ]
    found += [Found("met", "A hearing came before the decision.", events=(n,)) for n, _ in hearings]
    return worst(found, Found("not_shown", "Was there a hearing before the decision?"))


def open_minded(told: Told) -> Found:
    """Nothing shows that the result was fixed before the hearing."""
    found = []
    for n, step in told.of(Hearing):
        if step.prejudged == "yes":
            found.append(
                Found("breached", "Words or papers show that the result was fixed before.", events=(n,))
            )
        elif step.prejudged == "no":
            found.append(Found("met", "Nothing was decided before the hearing.", events=(n,)))
    for n, decision in told.of(Decision):
        if decision.before_hearing == "yes":
            found.append(Found("breached", "The decision was taken before the hearing.", events=(n,)))
    return worst(found, Found("not_shown", "Is there any sign that the result was fixed before the hearing?"))


def fair_hearing(told: Told) -> Found:
    """Questions, evidence, witnesses, comment on all that is held against the employee."""
    found = []
    explained = _refused_with_reason(told)
    for n, step in told.of(Hearing):
        asked = {
            "questions": step.questions_allowed,
            "evidence": step.evidence_allowed,
            "witness": step.witnesses_allowed,
        }
        facts = (*asked.values(), step.comment_allowed, step.fair)
        barred = {of for of, fact in asked.items() if fact == "no"}
        if step.lesser_raised == "no":
            says = "The employee could not speak on the sanction, or on anything less."
            found.append(Found("breached", says, events=(n,)))
        if barred - explained or "no" in facts[3:]:
            found.append(Found("breached", "The employee could not fairly put the case.", events=(n,)))
        elif all(fact == "yes" for fact in facts[:4]):
            found.append(Found("met", "The employee could put the case.", events=(n,)))
        else:
            found.append(Found("not_shown", _PUT, events=(n,)))
    for item in told.chronology.evidence.values():
        if item.comment == "no" and item.relied_on != "no":
            says = f"The employee could not comment on “{item.says}”."
            found.append(Found("breached", says, events=tuple(n for n, _ in told.of(Hearing))))
    return worst(found, Found("not_shown", _PUT))


def _refused_with_reason(told: Told) -> set[str]:
    """What was asked for and refused with a reason: a reasonable chance is owed, not every question (ACAS-12b)."""
    return {
        step.of
        for _, step in told.of(Request)
        if step.answer not in ("granted", "ignored")
        and (
            step.reasonable == "no"
            or step.matters == "no"
            or (step.reason_given and step.reasonable != "yes")
        )
    }


_PUT: Final = "Could the employee ask questions, bring evidence and witnesses, and comment on everything?"


def requests_met(told: Told) -> Found:
    """Each request for witnesses, questions or evidence was met, or refused with a reason."""
    found = []
    for n, step in told.of(Request):
        if step.of not in ("witness", "questions", "evidence"):
            continue
        what = {"witness": "a witness", "questions": "questions", "evidence": "evidence"}[step.of]
        if "no" in (step.matters, step.reasonable) and step.discouraged != "yes":
            says = f"The request for {what} did not bear on the case, or could not reasonably be met."
            found.append(Found("met", says, events=(n,)))
        elif step.discouraged == "yes":
            found.append(Found("breached", f"{what.capitalize()} was discouraged from coming.", events=(n,)))
        elif step.answer == "ignored" or step.effort_made == "no":
            found.append(Found("breached", f"Nothing was done about the request for {what}.", events=(n,)))
        elif step.answer == "granted":
            found.append(Found("met", f"The request for {what} was met.", events=(n,)))
        elif step.answer in ("refused", "partly") and step.reason_given and step.reasonable != "yes":
            found.append(Found("met", f"The request for {what} was refused with a reason.", events=(n,)))
        elif step.answer == "refused" and step.of != "evidence":
            found.append(
                Found("breached", f"The request for {what} was refused without a good reason.", events=(n,))
            )
        else:
            found.append(Found("not_shown", f"What became of the request for {what}?", events=(n,)))
    return worst(found, NOT_REACHED)


def companion_free(told: Told) -> Found:
    """Anybody of the three classes may come; no reason makes a refusal lawful."""
    found = []
    for n, step in told.of(Request):
        if step.of != "companion" or step.to == "investigation":
            continue
        refused = step.answer in ("refused", "ignored") or step.discouraged == "yes"
        if step.statutory_class == "no":
            found.append(
                Found("met", "The companion asked for was outside the classes of the law.", events=(n,))
            )
        elif refused and step.statutory_class == "yes":
            says = "A companion of the employee's choice was refused; the law leaves no room for that."
            found.append(Found("breached", says, events=(n,)))
        elif refused:
            says = "Was the companion refused a fellow worker, union official or certified representative?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.answer == "granted":
            found.append(Found("met", "The employee's choice of companion was accepted.", events=(n,)))
    for n, meeting in told.of(Hearing):
        if meeting.accompanied == "yes":
            found.append(Found("met", "The employee came with a companion.", events=(n,)))
    return worst(found, Found("not_shown", "Did the employee know of, and get, the right to a companion?"))


def companion_role(told: Told) -> Found:
    """The companion may put the case, sum up, respond and confer."""
    found = [
        Found("breached", "The companion was kept from speaking or conferring.", events=(n,))
        if step.companion_restricted == "yes"
        else Found("met", "The companion could play their part.", events=(n,))
        for n, step in told.of(Meeting)
        if step.companion_restricted != "unknown"
    ]
    return worst(found, NOT_REACHED)


def moved_for_companion(told: Told) -> Found:
    """Where the companion cannot come, the hearing moves to a reasonable time within five working days."""
    found = []
    for n, step in told.of(Request):
        if step.of != "postponement" or step.because_companion_unavailable != "yes":
            continue
        if step.answer == "granted":
            found.append(Found("met", "The hearing was moved for the companion.", events=(n,)))
        elif step.answer in ("refused", "ignored") and step.within_five_working_days == "yes":
            says = "Within five working days the hearing has to move for the companion; it did not."
            found.append(Found("breached", says, events=(n,)))
        else:
            says = "Was the time proposed within five working days of the one fixed?"
            found.append(Found("not_shown", says, events=(n,)))
    return worst(found, NOT_REACHED)


def postponed(told: Told) -> Found:
    """A reasonable request for another date is granted, or refused with a reason."""
    found = []
    for n, step in told.of(Request):
        if step.of != "postponement":
            continue
        if step.answer == "granted":
            found.append(Found("met", "The hearing was moved.", events=(n,)))
        elif step.answer in ("refused", "ignored") and step.reasonable == "yes":
            found.append(Found("breached", "A reasonable request for another date was refused.", events=(n,)))
        elif step.reasonable == "no":
            found.append(Found("met", "The request for another date was not reasonable.", events=(n,)))
        else:
            found.append(Found("not_shown", "Was the request for another date reasonable?", events=(n,)))
    return worst(found, NOT_REACHED)


def absent(told: Told) -> Found:
    """Without the employee only after another date and a warning, or with their written consent."""
    found = []
    for n, step in told.of(Meeting):
        if step.employee_attended != "no":
            continue
        if (
            step.absent_for_good_cause == "yes"
            and heard_without_fault(step)
            and step.agreed_to_absence != "yes"
        ):
            says = "There was good cause to be absent, another date and a warning: could it wait any longer?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.agreed_to_absence == "yes":
            found.append(Found("met", "The employee agreed in writing.", events=(n,)))
        elif step.absent_for_good_cause == "yes" or "no" in (step.rearranged_before, step.warned_of_absence):
            says = "The case was heard without the employee, who had good cause, no other date or no warning."
            found.append(Found("breached", says, events=(n,)))
        elif step.rearranged_before == "yes" and step.warned_of_absence == "yes":
            found.append(Found("met", "There had been another date and a warning.", events=(n,)))
        else:
            says = "Was there another date, and a warning that the case might be heard without the employee?"
            found.append(Found("not_shown", says, events=(n,)))
    return worst(found, NOT_REACHED)


def adjusted(told: Told) -> Found:
    """The help that a disabled employee needs was asked about and given."""
    employee = told.chronology.employee
    found = []
    for n, step in told.of(Request):
        if step.of != "adjustment":
            continue
        if step.answer == "granted" or step.reasonable == "no":
            found.append(
                Found("met", "The help asked for was given, or could not reasonably be.", events=(n,))
            )
        elif step.answer in ("refused", "ignored") and (
            step.reasonable == "yes" or (employee.disabled == "yes" and not step.reason_given)
        ):
            found.append(Found("breached", "Help that the employee asked for was refused.", events=(n,)))
        else:
            says = "What became of the request for help, and could it reasonably be given?"
            found.append(Found("not_shown", says, events=(n,)))
    for n, meeting in told.of(Meeting):
        if meeting.adjustments_made == "no" and employee.disabled == "yes":
            found.append(Found("breached", "The help that the employee needed was missing.", events=(n,)))
        elif meeting.adjustments_made == "yes":
            found.append(Found("met", "The help that was needed was given.", events=(n,)))
    if employee.adjustments_asked_about == "yes":
        found.append(Found("met", "The employee was asked what help was needed."))
    elif employee.disabled == "yes" and not found:
        found.append(Found("not_shown", "Was the employee asked what help they needed?"))
    return worst(found, Found("not_shown", "Was the employee asked whether they needed any help?"))


_AGAIN: Final = "Hear the case again, and put this right."

RULES: Final[tuple[ReviewRule, ...]] = (
    Tests("ACAS-4d", "no_hearing", heard_first, "Hold a hearing before anything is decided.", sanctioned),
    Tests(
        "ACAS-4d",
        "decision_maker_not_impartial",
        open_minded,
        "Have the case heard by somebody with an open mind.",
        sanctioned,
    ),
    Asks(
        "ACAS-12a",
        "hearing_conduct_unfair",
        Hearing,
        good=("case_explained",),
        met="The case was explained.",
        breached="The case and the evidence were not gone through with the employee.",
        question="Were the case and the evidence gone through with the employee?",
        remedy=_AGAIN,
    ),
    Tests("ACAS-12b", "hearing_conduct_unfair", fair_hearing, _AGAIN, heard),
    Tests(
        "ACAS-12c",
        "hearing_conduct_unfair",
        requests_met,
        "Answer the request, try to meet it, and note the reason.",
    ),
    Tests(
        "ACAS-14",
        "companion_refused",
        companion_free,
        "Let the employee bring the companion of their choice.",
        lambda told: heard(told) or bool(told.of(Request)),
    ),
    Tests("ACAS-17", "companion_refused", companion_role, _AGAIN),
    Tests(
        "ERelA-10d",
        "postponement_refused",
        moved_for_companion,
        "Move the hearing; there is nothing to decide.",
    ),
    Tests("ACAS-16", "postponement_refused", postponed, "Move the hearing, or note why not."),
    Tests("ACAS-25", "postponement_refused", absent, "Offer another date, and warn in writing."),
    Tests("EqA-20", "hearing_conduct_unfair", adjusted, "Ask what help is needed, and give it.", heard),
)
"""The rules about the hearing."""
