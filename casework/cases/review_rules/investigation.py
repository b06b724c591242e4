"""Report, triage and the finding of facts (ACAS-1 to ACAS-7, CASE-1, CASE-3, CASE-8, HRA-8)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import (
    CriminalProcess,
    Decision,
    Departure,
    Grievance,
    Hearing,
    Investigation,
    LadoContact,
    Policy,
    PreliminaryLook,
    StepBase,
    Triage,
)
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import (
    decisions,
    dismissed,
    first_act,
    heard_without_fault,
    sanctioned,
    warned_before,
)


def facts_established(told: Told) -> Found:
    """Some inquiry, or an admission, came before the decision."""
    inquiries = told.of(Investigation)
    if inquiries:
        return Found("met", "The facts were looked into.", events=tuple(n for n, _ in inquiries))
    if told.chronology.employee.admitted == "yes":
        return Found("met", "The employee admitted what was alleged.")
    looks = told.of(PreliminaryLook)
    if looks:
        return Found("met", "Somebody looked at what there was.", events=tuple(n for n, _ in looks))
    denied = told.denied(Investigation)
    if denied:
        return Found("breached", "The decision came without any finding of facts.", events=denied)
    return Found("not_shown", "How were the facts established before the decision?")


def employee_asked(told: Told) -> Found:
    """Whether the employee was asked during the inquiry; a hearing can make up for it, so it is a question only."""
    found = [
        Found("met", "The employee was heard during the inquiry.", events=(n,))
        if step.employee_heard == "yes"
        else Found("not_shown", "Was it enough to hear the employee at the hearing only?", events=(n,))
        for n, step in told.of(Investigation)
    ]
    return worst(found, NOT_REACHED)


def enough(told: Told) -> Found:
    """As much was looked into as was reasonable, and the findings have grounds (Burchell)."""
    found = []
    for n, step in told.of(Investigation):
        reasonable = "yes" in (step.enough, step.left_out_reasonable)
        if step.left_out and told.chronology.employee.admitted == "yes" and not reasonable:
            says = f"With an admission less is needed: did {'; '.join(step.left_out)} matter?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.left_out and not reasonable:
            says = f"What was left out: {'; '.join(step.left_out)}."
            found.append(Found("breached", says, events=(n,)))
        elif step.enough == "no" or step.explanations_followed_up == "no":
            says = "The inquiry was not as full as was reasonable."
            found.append(Found("breached", says, events=(n,)))
        elif reasonable:
            found.append(Found("met", "The inquiry was as full as was reasonable.", events=(n,)))
        else:
            says = "Were all obvious witnesses, documents and explanations followed up?"
            found.append(Found("not_shown", says, events=(n,)))
    for n, decision in told.of(Decision):
        if decision.reasonable_grounds == "no" or (
            decision.belief_in_guilt == "no" and _guilt_held(told, decision)
        ):
            found.append(Found("breached", "The belief in guilt had no reasonable grounds.", events=(n,)))
    if _never_heard(told):
        says = "Nobody ever heard the employee's side before the decision."
        found.append(Found("breached", says, events=_numbers(told, Investigation, Hearing)))
    for item in told.chronology.allegations.values():
        if item.finding == "proved" and item.grounds == "no":
            says = f"Nothing in the evidence supports the finding on “{item.says}”."
            found.append(Found("breached", says, events=_numbers(told, Decision)))
    return worst(found, Found("not_shown", "What was looked into?"))


def _numbers(told: Told, *kinds: type[StepBase]) -> tuple[int, ...]:
    """What steps of these kinds are cited by: papers and allegations have no number of their own."""
    return tuple(n for n, _ in told.of(*kinds))


def _guilt_held(told: Told, decision: Decision) -> bool:
    """The decision holds the employee guilty: it may rest on something else, or leave guilt open (CASE-13)."""
    held = any(
        item.finding == "proved" or (item.relied_on == "yes" and item.finding == "unknown")
        for item in told.chronology.allegations.values()
    )
    return decision.principal_reason == "conduct" or (held and decision.principal_reason == "unknown")


def _never_heard(told: Told) -> bool:
    """The employee was heard neither during the inquiry nor at a hearing that they could be expected to attend."""
    inquiries = told.of(Investigation)
    if not inquiries or any(step.employee_heard != "no" for _, step in inquiries):
        return False
    hearings = [step for _, step in told.of(Hearing)]
    if not hearings:
        return bool(told.denied(Hearing))
    return all(
        "no" in (step.employee_attended, step.employee_answered) and not heard_without_fault(step)
        for step in hearings
    )


def even_handed(told: Told) -> Found:
    """The inquiry was objective, and one word against another was probed."""
    found = []
    for n, step in told.of(Investigation):
        untested = step.accounts_tested == "no" and step.one_against_one != "no"
        if "no" in (step.objective, step.both_ways) or untested:
            says = "The inquiry was not even-handed: opinions for facts, or one account believed without probing it."
            found.append(Found("breached", says, events=(n,)))
        elif step.objective == "yes" and (step.one_against_one == "no" or step.accounts_tested == "yes"):
            found.append(Found("met", "The inquiry was even-handed.", events=(n,)))
        else:
            says = "Does the report keep facts and opinions apart, and were conflicting accounts probed?"
            found.append(Found("not_shown", says, events=(n,)))
    return worst(found, NOT_REACHED)


def helpful_evidence(told: Told) -> Found:
    """What helps the employee was looked for, reported whole, and reached those who decided."""
    found = [
        Found("breached", "Evidence that helps the employee was left out.", events=(n,))
        for n, step in told.of(Investigation)
        if step.helpful_left_out == "yes" or step.both_ways == "no"
    ]
    found += [
        Found("breached", "Evidence that helps the employee was not weighed.", events=(n,))
        for n, step in told.of(Decision)
        if step.helpful_evidence_weighed == "no"
    ]
    for item in told.chronology.evidence.values():
        if item.helps_employee == "yes" and (
            "no" in (item.reached_decider, item.obtained) or item.used_in_part == "yes"
        ):
            says = f"“{item.says}” helps the employee and was left out, used in part or never obtained."
            found.append(Found("breached", says, events=_numbers(told, Investigation, Decision)))
        elif item.helps_employee == "yes" and item.reached_decider == "yes":
            found.append(Found("met", "Evidence that helps the employee reached those who decided."))
        elif item.used_in_part == "yes":
            found.append(Found("not_shown", f"“{item.says}” was used in part: what does the rest say?"))
    if any(step.both_ways == "yes" for _, step in told.of(Investigation)):
        found.append(Found("met", "The inquiry looked for what helps the employee."))
    return worst(found, Found("not_shown", "Did the inquiry look for evidence that helps the employee?"))


def own_judgement(told: Told) -> Found:
    """Police interest, a charge or a conviction is not by itself the answer."""
    found = []
    for n, step in told.of(CriminalProcess):
        convicted = step.stage == "conviction"
        presumed = step.treated_as_proof == "yes" or step.own_assessment == "no"
        if step.link_to_job_considered == "no" or (presumed and not convicted):
            says = (
                "Police interest or a charge was taken as the answer, without the employer's own judgement."
            )
            found.append(Found("breached", says, events=(n,)))
        elif (step.own_assessment == "yes" or convicted) and step.link_to_job_considered == "yes":
            found.append(Found("met", "The employer judged for itself.", events=(n,)))
        elif sanctioned(told):
            says = "Did the employer weigh the evidence itself, and what it means for the job?"
            found.append(Found("not_shown", says, events=(n,)))
    return worst(found, NOT_REACHED)


def rule_known(told: Told) -> Found:
    """The employee could expect that this might cost the job: a clear rule, told or trained, or obvious."""
    found = []
    for n, step in told.of(Policy):
        if step.obvious == "yes":
            found.append(Found("met", "Nobody needs a rule for this.", events=(n,)))
        elif (
            "no" in (step.exists, step.covers_the_conduct, step.clear)
            or step.tolerated == "yes"
            or step.made_known == "no"
        ):
            says = "The rule did not reach this conduct, was unclear, or the employee had not been told or trained."
            found.append(Found("breached", says, events=(n,)))
        elif step.made_known == "yes" or step.covers_the_conduct == "yes":
            found.append(
                Found("met", "A rule covered the conduct and was known or to be known.", events=(n,))
            )
        else:
            found.append(Found("not_shown", _HOW_TOLD, events=(n,)))
    if not any(item.status == "met" for item in found) and _training_was_the_answer(told):
        says = "A need for training was seen, yet a first act cost the job: nothing shows that the rule was known."
        events = tuple(n for n, step in told.of(LadoContact) if step.recommends == "training")
        found.append(Found("breached", says, events=events))
    return worst(found, Found("not_shown", _HOW_TOLD))


def _training_was_the_answer(told: Told) -> bool:
    """The LADO saw a need for training, and the employer dismissed for a first act all the same (CASE-11)."""
    advised = any(step.recommends == "training" for _, step in told.of(LadoContact))
    return advised and dismissed(told) and first_act(told)


def named(told: Told) -> Found:
    """The rules said that such conduct may cost the job, or nobody needed telling (ACAS-24)."""
    grave = any("yes" in (step.serious, step.gross_misconduct) for _, step in decisions(told))
    found = []
    for n, step in told.of(Policy):
        if "yes" in (step.obvious, step.names_gross_misconduct):
            says = "The rules named such conduct as gross misconduct, or it was obvious."
            found.append(Found("met", says, events=(n,)))
        elif step.names_gross_misconduct == "no" and not grave and not warned_before(told):
            says = "The rules did not name such conduct as gross misconduct."
            found.append(Found("breached", says, events=(n,)))
        else:
            says = "How could the employee know that this might cost the job?"
            found.append(Found("not_shown", says, events=(n,)))
    return worst(found, NOT_REACHED)


_HOW_TOLD: Final = "How was the employee told of the rule, before the conduct?"

RULES: Final[tuple[ReviewRule, ...]] = (
    Asks(
        "ACAS-1",
        "",
        Triage,
        good=("track_fits",),
        met="The right procedure was used.",
        breached="The wrong procedure was used.",
        question="Was conduct the right procedure, and why?",
        remedy="Record why this procedure was chosen.",
    ),
    Tests(
        "CASE-11",
        "policy_not_communicated",
        rule_known,
        "Show the rule in force and how this person was told of it.",
        sanctioned,
    ),
    Tests(
        "ACAS-24",
        "policy_not_communicated",
        named,
        "Say how the employee could know that this might cost the job.",
        dismissed,
    ),
    Tests(
        "ACAS-4c",
        "no_investigation",
        facts_established,
        "Look into the facts before anything is decided.",
        sanctioned,
    ),
    Tests(
        "CASE-1",
        "inadequate_investigation",
        enough,
        "Go back and fill the gaps, and put what is found to the employee.",
        lambda told: sanctioned(told) or bool(told.of(Investigation)),
    ),
    Tests(
        "CASE-3",
        "inadequate_investigation",
        even_handed,
        "Split facts from opinions, and probe both accounts.",
    ),
    Tests(
        "CASE-3",
        "exculpatory_evidence_ignored",
        helpful_evidence,
        "Put everything that helps the employee before those who decide.",
        lambda told: sanctioned(told) or bool(told.of(Investigation)),
    ),
    Asks(
        "CASE-8",
        "inadequate_investigation",
        Investigation,
        bad=("recommends_guilt",),
        met="The investigator found facts and left guilt to others.",
        breached="The investigator decided guilt or a sanction.",
        question="Does the report keep to facts and whether there is a case to answer?",
        remedy="Have the report say facts only.",
    ),
    Tests("ACAS-5", "", employee_asked, "Hear the employee's side before deciding."),
    Asks(
        "ACAS-7b",
        "",
        Investigation,
        good=("companion_allowed",),
        met="The employee could bring a companion, as the policy says.",
        breached="The employer's own policy gives a companion at the meeting, and none was allowed.",
        question="Could the employee bring a companion, as the policy says?",
        remedy="Hold the meeting again with the companion.",
        where=lambda step: step.policy_allows_companion == "yes",
    ),
    Asks(
        "KCSIE-4.5",
        "",
        Investigation,
        good=("released_by_police",),
        met="Police and LADO had let it begin.",
        breached="Questions were asked before the police or the LADO allowed it.",
        question="Had the police and the LADO let the inquiry begin?",
        remedy="Stop, and ask the LADO.",
        where=lambda step: step.released_by_police != "unknown",
    ),
    Tests(
        "ACAS-31",
        "criminal_charge_presumed_guilt",
        own_judgement,
        "Weigh the evidence yourselves, and what it means for the job.",
    ),
    Asks(
        "ACAS-46",
        "",
        Grievance,
        good=("considered",),
        met="It was decided how to deal with the grievance.",
        breached="A related grievance was passed over.",
        question="Was it decided how to deal with the grievance?",
        remedy="Choose: pause, run together or go on; note why.",
        where=lambda step: step.related != "no",
    ),
    Asks(
        "ACAS-3",
        "",
        Departure,
        bad=("unfair",),
        excuse=("explained",),
        met="A reason is on record for the departure from the procedure.",
        breached="The employer departed from its own procedure, and the employee lost by it.",
        question="Why did the employer depart from its own procedure?",
        remedy="Record the reason.",
    ),
)
"""The rules about the inquiry."""


def private_evidence(told: Told) -> Found:
    """Private messages and accounts were looked at as staff had been told, and no more than needed."""
    found = []
    for item in told.chronology.evidence.values():
        if item.private == "yes":
            found.append(
                Found("met", "Private material was obtained as the staff had been told it might be.")
                if item.obtained_properly == "yes"
                else Found(
                    "breached",
                    f"“{item.says}” was taken from private life without notice or need.",
                    events=_numbers(told, Investigation, Decision),
                )
                if item.obtained_properly == "no"
                else Found("not_shown", f"“{item.says}” is private: under which notice was it obtained?")
            )
    return worst(found, NOT_REACHED)


PRIVATE: Final[tuple[ReviewRule, ...]] = (
    Tests("HRA-8", "", private_evidence, "Ask the data protection officer whether it may be used."),
)
"""The rule about evidence from private life."""
