"""The decision: reasons, proportion, warnings, consistency, belief, the letter (ACAS-18 to 23, CASE-*, EqA-*)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import Decision, EarlierWarning, OutcomeLetter, Referral, Triage
from casework.cases.chronology_values import surely_before
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import (
    DISMISSALS,
    SANCTIONS,
    decisions,
    dismissed,
    first_act,
    local_authority_employs,
    sanctioned,
    warned,
    warned_before,
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
            elif point.answered == "yes":
                found.append(Found("met", "The decision answers what was put forward.", events=(n,)))
            else:
                found.append(
                    Found("not_shown", f"Was “{point.says}” put forward, and answered?", events=(n,))
                )
    return worst(
        found, Found("not_shown", "Did the decision answer everything that the employee put forward?")
    )


def proportion(told: Told) -> Found:
    """A sanction within the range: the usual ladder, unless the act is serious; lesser sanctions considered."""
    found = [
        _proportion(told, n, step) for n, step in decisions(told, ("final_written_warning", *DISMISSALS))
    ]
    return worst(found, NOT_REACHED)


def _proportion(told: Told, n: int, step: Decision) -> Found:
    if step.lesser_considered == "no":
        return Found("breached", "No lesser sanction was considered.", events=(n,))
    if step.sanction == "summary_dismissal" and "no" in (step.serious, step.gross_misconduct):
        says = (
            "Dismissal without notice followed an act that was not serious, or no gross misconduct (ACAS-23)."
        )
        return Found("breached", says, events=(n,))
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
    conduct = [item.conduct for item in told.chronology.allegations.values() if item.conduct]
    found = []
    for n, decision in decisions(told):
        for name in decision.relies_on_warnings:
            if name not in warnings:
                continue
            at, warning = warnings[name]
            expired = warning.expired == "yes" or any(
                surely_before(warning.live_until, when) for when in conduct
            )
            found.append(_relied_on(decision, warning, expired, (at, n)))
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
    Tests("ACAS-18", "mitigation_ignored", mitigation, "Answer each point in the decision.", sanctioned),
    Tests("CASE-2", "disproportionate_sanction", proportion, _RETHINK, sanctioned),
    Tests(
        "CASE-10",
        "expired_warning_relied_on",
        live_warnings,
        "Decide without the warning that has run out.",
        sanctioned,
    ),
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
