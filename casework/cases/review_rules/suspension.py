"""Suspension and safeguarding (ACAS-8, CASE-7, KCSIE-4, SSR-19, referrals)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import (
    LadoContact,
    Referral,
    Report,
    Resignation,
    SafeguardingOutcome,
    Suspension,
    SuspensionEnded,
    Triage,
)
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, Condition, ReviewRule, Tests, Told, always, worst
from casework.cases.review_rules.conditions import (
    left,
    local_authority_employs,
    maintained,
    safeguarding,
    school,
    teacher_left,
)


def proper_cause(told: Told) -> Found:
    """There was reasonable and proper cause; not a reflex."""
    found = []
    for n, step in told.of(Suspension):
        if step.automatic == "yes" or step.proper_cause == "no":
            found.append(Found("breached", "The suspension was a reflex, without good cause.", events=(n,)))
        elif step.proper_cause == "yes":
            found.append(Found("met", "There was good cause to suspend.", events=(n,)))
        elif step.alternatives_considered == "no" and not safeguarding(told):
            found.append(
                Found("breached", "Nothing milder was thought of, and no cause is shown.", events=(n,))
            )
        else:
            found.append(
                Found("not_shown", "What was the cause, and what milder was thought of?", events=(n,))
            )
    return worst(found, NOT_REACHED)


def noted(told: Told) -> Found:
    """Reason and alternatives are on record. A missing note is no proof that nobody thought."""
    found = [
        Found("met", "Reason and alternatives are on record.", events=(n,))
        if step.considerations_noted == "yes"
        else Found(
            "not_shown", "There is no note of reason and alternatives: what was considered?", events=(n,)
        )
        for n, step in told.of(Suspension)
    ]
    return worst(found, NOT_REACHED)


def reviewed(told: Told) -> Found:
    """As short as possible, and under review."""
    found = []
    for n, step in told.of(Suspension):
        if step.reviewed == "no" or (step.prolonged == "yes" and step.prolonged_explained == "no"):
            found.append(
                Found(
                    "breached", "The suspension was not reviewed, or prolonged without a reason.", events=(n,)
                )
            )
        elif step.reviewed == "yes":
            found.append(Found("met", "The suspension was reviewed.", events=(n,)))
        else:
            found.append(Found("not_shown", "When was the suspension reviewed?", events=(n,)))
    return worst(found, NOT_REACHED)


def outcome_word(told: Told) -> Found:
    """One of the five words, apart from the employment outcome."""
    found = [
        Found("not_shown", "Which of the five words is the safeguarding outcome?", events=(n,))
        if step.word == "unknown"
        else Found("breached", "The safeguarding outcome is not one of the five words.", events=(n,))
        if step.word == "other"
        else Found("met", "The safeguarding outcome has its own word.", events=(n,))
        for n, step in told.of(SafeguardingOutcome)
    ]
    denied = told.denied(SafeguardingOutcome)
    if denied and not found:
        return Found("breached", "There is no safeguarding outcome.", events=denied)
    return worst(found, Found("not_shown", "What is the safeguarding outcome?"))


def abuse_reported(told: Told) -> Found:
    """Child sexual abuse is reported the same day."""
    found = []
    for n, step in told.of(Report):
        if step.child_sexual_abuse == "yes":
            found.append(
                Found("met", "It was reported the same day.", events=(n,))
                if step.reported_same_day == "yes"
                else Found("breached", "It was not reported the same day.", events=(n,))
                if step.reported_same_day == "no"
                else Found("not_shown", "Was it reported the same day?", events=(n,))
            )
    return worst(found, NOT_REACHED)


def _suspension(
    id_: str, fact: str, met: str, breached: str, question: str, remedy: str, when: Condition = always
) -> Asks:
    return Asks(
        id_,
        "",
        Suspension,
        good=(fact,),
        met=met,
        breached=breached,
        question=question,
        remedy=remedy,
        when=when,
    )


RULES: Final[tuple[ReviewRule, ...]] = (
    Tests(
        "CASE-7", "suspension_kneejerk", proper_cause, "Review it now: is it still needed, and would less do?"
    ),
    Tests("KCSIE-4.9", "", noted, "Write down what was considered, when and by whom.", school),
    Tests("ACAS-8a", "suspension_kneejerk", reviewed, "Review it now, and note the true date."),
    _suspension(
        "KCSIE-4.7",
        "alternatives_considered",
        "Something milder was considered.",
        "Nothing milder was considered.",
        "Was something milder considered?",
        "Consider it now.",
        lambda told: school(told) and safeguarding(told),
    ),
    _suspension(
        "KCSIE-4.8",
        "safeguarding_view_sought",
        "The LADO's or police's view was sought.",
        "The LADO's or police's view was not sought.",
        "Was the LADO's or police's view sought?",
        "Ask the LADO now.",
        lambda told: school(told) and safeguarding(told),
    ),
    _suspension(
        "KCSIE-4.10",
        "contact_named",
        "A contact was named.",
        "No contact was named.",
        "Who keeps in touch with the employee?",
        "Name somebody, not the investigator.",
        school,
    ),
    _suspension(
        "ACAS-8b",
        "said_not_disciplinary",
        "It was made clear that suspension is no punishment.",
        "It was not made clear that suspension is no punishment.",
        "Was it made clear that suspension is no punishment?",
        "Write again and say so.",
    ),
    _suspension(
        "SSR-19a",
        "power",
        "Whoever suspended had the power to.",
        "Whoever suspended had no power to.",
        "Had whoever suspended the power to?",
        "Have the governing body decide.",
        maintained,
    ),
    _suspension(
        "SSR-19b",
        "authority_told",
        "The local authority was told at once.",
        "The local authority was not told at once.",
        "Was the local authority told at once?",
        "Tell the local authority now.",
        local_authority_employs,
    ),
    _suspension(
        "SSR-31",
        "other_told",
        "Head teacher and governing body told each other.",
        "Head teacher and governing body did not tell each other.",
        "Did head teacher and governing body tell each other?",
        "Tell the other now.",
        maintained,
    ),
    _suspension(
        "SSR-19e",
        "full_pay",
        "It was on full pay.",
        "It was not on full pay.",
        "Was it on full pay?",
        "Pay what is owed.",
        maintained,
    ),
    Asks(
        "SSR-19c",
        "",
        SuspensionEnded,
        good=("by_governing_body",),
        when=maintained,
        met="The governing body ended it.",
        breached="Somebody else than the governing body ended it.",
        question="Who ended the suspension?",
        remedy="Have the governing body decide.",
    ),
    Asks(
        "SSR-19d",
        "",
        SuspensionEnded,
        good=("authority_told", "other_told"),
        when=local_authority_employs,
        met="Local authority and head teacher were told.",
        breached="Local authority or head teacher was not told.",
        question="Were local authority and head teacher told of the end?",
        remedy="Tell them now.",
    ),
    Asks(
        "KCSIE-4.1",
        "",
        Report,
        good=("safeguarding_asked",),
        when=school,
        met="The safeguarding question was asked.",
        breached="Nobody asked whether a child might be at risk.",
        question="Did anybody ask whether a child might be at risk?",
        remedy="Ask now.",
    ),
    Asks(
        "KCSIE-4.3",
        "",
        Report,
        good=("to_right_person",),
        when=safeguarding,
        met="It went to the right person.",
        breached="It went to the wrong person.",
        question="Did it go to the head teacher, or to the chair if it is about the head?",
        remedy="Pass it on now.",
    ),
    Asks(
        "KCSIE-4.4",
        "",
        LadoContact,
        good=("within_one_working_day",),
        when=lambda told: school(told) and safeguarding(told),
        met="The LADO was told in time.",
        breached="The LADO was told late or not at all.",
        question="Was the LADO told within one working day?",
        remedy="Ring the LADO now.",
        absent="not_shown",
        denied="breached",
    ),
    Asks(
        "KCSIE-4.20",
        "",
        Report,
        good=("low_level_asked",),
        when=school,
        met="Low-level concerns were asked about.",
        breached="Nobody asked whether this is a low-level concern.",
        question="Did anybody ask whether this is a low-level concern?",
        remedy="Ask, and enter it.",
    ),
    Tests(
        "KCSIE-4.6",
        "",
        outcome_word,
        "Record it apart from the employment outcome.",
        lambda told: school(told) and safeguarding(told),
    ),
    Tests("CPA-MR", "", abuse_reported, "Report it now."),
    Asks(
        "KCSIE-4.13",
        "",
        Resignation,
        good=("safeguarding_concluded",),
        bad=("agreement_hides_it",),
        when=safeguarding,
        met="The safeguarding conclusion was reached all the same.",
        breached="Leaving stopped the safeguarding conclusion, or an agreement hides it.",
        question="Was the safeguarding conclusion reached all the same?",
        remedy="Finish it.",
    ),
    Asks(
        "EA02-141D",
        "",
        Referral,
        good=("considered",),
        where=lambda step: step.to == "tra",
        when=teacher_left,
        met="Referral to the TRA was considered.",
        breached="Referral to the TRA was not considered.",
        question="Was referral to the TRA considered?",
        remedy="Decide, and note why.",
        absent="not_shown",
        denied="breached",
    ),
    Asks(
        "SVGA-35",
        "",
        Referral,
        good=("considered",),
        where=lambda step: step.to == "dbs",
        when=lambda told: school(told) and safeguarding(told) and left(told),
        met="Referral to the DBS was considered.",
        breached="Referral to the DBS was not considered.",
        question="Was the DBS test answered?",
        remedy="Answer both limbs; refer if both are yes.",
        absent="not_shown",
        denied="breached",
    ),
    Asks(
        "EqA-26R",
        "",
        Triage,
        good=("incident_registered",),
        where=lambda step: step.racial_incident == "yes",
        met="The incident is in the register.",
        breached="The incident is not in the register.",
        question="Is the incident in the register?",
        remedy="Enter it.",
    ),
)
"""The rules about suspension and safeguarding."""
