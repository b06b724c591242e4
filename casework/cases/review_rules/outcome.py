"""The decision: reasons, proportion, warnings, consistency, belief, the letter (ACAS-18 to 23, CASE-*, EqA-*)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import Decision, OutcomeLetter, Referral, Triage
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import (
    SANCTIONS,
    decisions,
    dismissed,
    local_authority_employs,
    sanctioned,
    warned,
)


def reasons(told: Told) -> Found:
    """The decision says why, for each allegation, and the stated reason is the real one."""
    found = []
    for n, step in decisions(told):
        if step.reasons_stated == "no":
            found.append(Found("breached", "The decision gave no reasons.", events=(n,)))
        elif step.reasons_stated == "yes" or step.reasons_complete == "yes":
            found.append(Found("met", "The decision gave its reasons.", events=(n,)))
        else:
            found.append(Found("not_shown", "Are there reasons on record for each allegation?", events=(n,)))
    return worst(found, NOT_REACHED)


def consistent(told: Told) -> Found:
    """Truly similar cases were treated alike, or a reason is on record."""
    found = []
    for n, step in decisions(told):
        for other in step.comparators:
            if other.explained == "yes" or "no" in (other.truly_similar, other.lighter):
                found.append(
                    Found(
                        "met", f"“{other.says}” was different, or the difference has a reason.", events=(n,)
                    )
                )
            elif other.truly_similar == "yes" and other.lighter == "yes":
                says = f"“{other.says}” was truly similar and treated more lightly, without a reason."
                found.append(Found("breached", says, events=(n,)))
            else:
                says = f"Was “{other.says}” truly similar, and why was it treated otherwise?"
                found.append(Found("not_shown", says, events=(n,)))
        if step.consistency_considered == "yes":
            found.append(Found("met", "Comparable cases were looked at.", events=(n,)))
        elif step.consistency_considered == "no":
            found.append(
                Found("not_shown", "Comparable cases were not looked at: were there any?", events=(n,))
            )
    return worst(found, Found("not_shown", "How were comparable cases treated?"))


def belief(told: Told) -> Found:
    """Where belief or expression is engaged, it was kept apart from manner, and proportion was weighed."""
    found = []
    for n, step in told.of(Decision):
        view = step.belief
        if view.engaged == "yes" and (
            view.is_the_reason == "yes"
            or "no" in (view.separated, view.proportionality_weighed, view.least_intrusive)
        ):
            says = "Belief or expression was punished without keeping belief and manner apart and weighing proportion."
            found.append(Found("breached", says, events=(n,)))
        elif view.engaged == "no" or (view.separated == "yes" and view.proportionality_weighed == "yes"):
            found.append(Found("met", "Belief was not in play, or proportion was weighed.", events=(n,)))
        elif view.engaged == "yes":
            says = "Was belief kept apart from manner, and proportion weighed before the sanction?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.private_conduct == "yes":
            found.append(Found("not_shown", "Did what was said or posted express a belief?", events=(n,)))
    return worst(found, NOT_REACHED)


def disclosure(told: Told) -> Found:
    """Where wrongdoing had been raised, it was asked whether that is the reason."""
    found = []
    for n, step in told.of(Triage):
        if step.wrongdoing_disclosed == "yes" and "no" in (
            step.disclosure_considered,
            step.independent_decider,
        ):
            says = "The employee had raised wrongdoing, and nobody asked whether that was the reason."
            found.append(Found("breached", says, events=(n,)))
        elif step.wrongdoing_disclosed == "yes" and step.disclosure_considered != "yes":
            says = "The employee had raised wrongdoing: was it asked whether that is the real reason?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.wrongdoing_disclosed != "unknown":
            found.append(Found("met", "It was asked whether wrongdoing had been raised.", events=(n,)))
    return worst(found, NOT_REACHED)


def advice_explained(told: Told) -> Found:
    """Where an independent body recommended something milder, the decision says why it went further."""
    found = []
    for n, step in decisions(told):
        if step.departs_from_advice == "yes":
            explained = step.departure_explained == "yes"
            says = "The decision went further than was recommended, and says why."
            asks = "The decision went further than was recommended. Why?"
            found.append(
                Found("met", says, events=(n,)) if explained else Found("not_shown", asks, events=(n,))
            )
    return worst(found, NOT_REACHED)


_RETHINK: Final = "Go back to the sanction, and note why nothing less is enough."

RULES: Final[tuple[ReviewRule, ...]] = (
    Tests("ACAS-18", "", reasons, "Give reasons for each allegation.", sanctioned),
    Tests(
        "ACAS-4b",
        "inconsistent_treatment",
        consistent,
        "Compare like with like, and note the reason for any difference.",
        sanctioned,
    ),
    Tests(
        "EqA-HIGGS",
        "protected_belief_not_assessed",
        belief,
        "Weigh proportion first, point by point.",
        sanctioned,
    ),
    Tests(
        "ERA96-43",
        "",
        disclosure,
        "Ask whether the disclosure is the reason, and let somebody independent decide.",
    ),
    Tests(
        "KCSIE-4.12",
        "",
        advice_explained,
        "Note why the decision goes further than was recommended.",
        sanctioned,
    ),
    Asks(
        "ERA96-98",
        "",
        Decision,
        good=("real_reason",),
        met="The stated reason is the real one.",
        breached="The stated reason is not the real one.",
        question="Is the stated reason the real and only one?",
        remedy="State one principal reason, the real one.",
        when=dismissed,
    ),
    Asks(
        "EqA-15",
        "mitigation_ignored",
        Decision,
        good=("health_link_considered",),
        met="It was asked whether the conduct arose from a disability.",
        breached="It was not asked whether the conduct arose from a disability.",
        question="Was it asked whether the conduct arose from the disability?",
        remedy="Ask for medical advice, and decide again.",
        when=lambda told: sanctioned(told) and told.chronology.employee.disabled == "yes",
    ),
    Asks(
        "CASE-14",
        "",
        Decision,
        good=("link_to_work_considered",),
        met="Link to work, audience and actual harm were considered.",
        breached="Private conduct was punished without a link to work.",
        question="What linked the private conduct to work, and what harm did it do?",
        remedy=_RETHINK,
        where=lambda step: step.private_conduct == "yes",
    ),
    Asks(
        "ACAS-21a",
        "",
        OutcomeLetter,
        good=("says_change_required",),
        when=warned,
        met="The warning said what has to change.",
        breached="The warning did not say what has to change.",
        question="Does the warning say what has to change?",
        remedy="Write again.",
        absent="not_shown",
    ),
    Asks(
        "ACAS-21b",
        "",
        OutcomeLetter,
        good=("says_consequences",),
        when=warned,
        met="The warning said what may follow.",
        breached="The warning did not say what may follow.",
        question="Does the warning say what may follow?",
        remedy="Write again.",
        absent="not_shown",
    ),
    Asks(
        "ACAS-21c",
        "",
        OutcomeLetter,
        good=("says_how_long",),
        when=warned,
        met="The warning said how long it lives.",
        breached="The warning did not say how long it lives.",
        question="Does the warning say how long it lives?",
        remedy="Write again.",
        absent="not_shown",
    ),
    Asks(
        "ACAS-22b",
        "",
        OutcomeLetter,
        good=("written", "says_why", "says_end_and_notice"),
        when=dismissed,
        met="The letter gave reasons, end date and notice.",
        breached="The letter left out reasons, end date or notice.",
        question="Did a letter give reasons, end date and notice?",
        remedy="Write again.",
        absent="not_shown",
    ),
    Asks(
        "ERA96-86",
        "",
        Decision,
        good=("notice_given",),
        met="Notice was given.",
        breached="Less notice was given than the law says.",
        question="How much notice was given?",
        remedy="Pay or give the notice.",
        where=lambda step: step.sanction == "dismissal_with_notice",
    ),
    Asks(
        "PAN-13",
        "",
        Decision,
        bad=("against_contract",),
        met="The decision took effect as the contract says.",
        breached="The decision took effect in a way that contract or policy rules out.",
        question="Does the contract let the decision take effect only after the appeal?",
        remedy="Let it take effect when contract and policy say.",
        where=lambda step: step.sanction in SANCTIONS,
    ),
    Asks(
        "SSR-20a",
        "",
        Referral,
        good=("considered",),
        where=lambda step: step.to == "local_authority",
        met="The local authority was told with reasons.",
        breached="The local authority was not told with reasons.",
        question="Was the local authority told in writing, with reasons?",
        remedy="Tell the local authority today.",
        when=lambda told: local_authority_employs(told) and dismissed(told),
        absent="not_shown",
        denied="breached",
    ),
)
"""The rules about the decision."""
