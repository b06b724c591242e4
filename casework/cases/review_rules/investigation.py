"""Report, triage and the finding of facts (ACAS-1 to ACAS-7, CASE-1, CASE-3, CASE-8, HRA-8)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import (
    CriminalProcess,
    Decision,
    Departure,
    Grievance,
    Investigation,
    Policy,
    PreliminaryLook,
    Triage,
)
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import dismissed, sanctioned


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
        if step.left_out and step.left_out_reasonable != "yes":
            says = f"What was left out: {'; '.join(step.left_out)}."
            found.append(Found("breached", says, events=(n,)))
        elif step.enough == "no" or step.explanations_followed_up == "no":
            says = "The inquiry was not as full as was reasonable."
            found.append(Found("breached", says, events=(n,)))
        elif step.enough == "yes" or (step.left_out and step.left_out_reasonable == "yes"):
            found.append(Found("met", "The inquiry was as full as was reasonable.", events=(n,)))
        else:
            says = "Were all obvious witnesses, documents and explanations followed up?"
            found.append(Found("not_shown", says, events=(n,)))
    for n, decision in told.of(Decision):
        if "no" in (decision.reasonable_grounds, decision.belief_in_guilt):
            found.append(Found("breached", "The belief in guilt had no reasonable grounds.", events=(n,)))
    for item in told.chronology.allegations.values():
        if item.finding == "proved" and item.grounds == "no":
            found.append(Found("breached", f"Nothing in the evidence supports the finding on “{item.says}”."))
    return worst(found, Found("not_shown", "What was looked into?"))


def even_handed(told: Told) -> Found:
    """The inquiry was objective, and one word against another was probed."""
    found = []
    for n, step in told.of(Investigation):
        if "no" in (step.objective, step.both_ways) or step.accounts_tested == "no":
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
            found.append(Found("breached", says))
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
        if step.treated_as_proof == "yes" or "no" in (step.own_assessment, step.link_to_job_considered):
            says = (
                "Police interest or a charge was taken as the answer, without the employer's own judgement."
            )
            found.append(Found("breached", says, events=(n,)))
        elif step.own_assessment == "yes" and step.link_to_job_considered == "yes":
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
    return worst(found, Found("not_shown", _HOW_TOLD))


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
    Asks(
        "ACAS-24",
        "",
        Policy,
        good=("names_gross_misconduct",),
        excuse=("obvious",),
        met="The rules named such conduct as gross misconduct.",
        breached="The rules did not name such conduct as gross misconduct.",
        question="Did the rules name such conduct as gross misconduct?",
        remedy="Say how the employee could know that this might cost the job.",
        when=dismissed,
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
                else Found("breached", f"“{item.says}” was taken from private life without notice or need.")
                if item.obtained_properly == "no"
                else Found("not_shown", f"“{item.says}” is private: under which notice was it obtained?")
            )
    return worst(found, NOT_REACHED)


PRIVATE: Final[tuple[ReviewRule, ...]] = (
    Tests("HRA-8", "", private_evidence, "Ask the data protection officer whether it may be used."),
)
"""The rule about evidence from private life."""
