"""The written notice, its contents, the time to prepare, and the evidence (ACAS-7a, ACAS-9 to ACAS-11, ACAS-23)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import Hearing, Invitation
from casework.cases.chronology_values import days_at_most, surely_before
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import (
    decisions,
    dismissed,
    heard,
    heard_without_fault,
    sanctioned,
    weighs_more,
)


def _to_hearing(step: Invitation) -> bool:
    return step.to == "hearing"


def told_in_writing(told: Told) -> Found:
    """A written notice said that the meeting was disciplinary and what might come of it."""
    found = []
    for n, step in told.of(Invitation):
        if step.to != "hearing":
            continue
        facts = (step.written, step.says_what_is_alleged, step.says_possible_outcome)
        if step.calls_it in ("investigation", "other"):
            found.append(
                Found("breached", "The notice did not say that the meeting was disciplinary.", events=(n,))
            )
        elif "no" in facts:
            found.append(
                Found("breached", "The notice left out what is alleged or what may come of it.", events=(n,))
            )
        elif step.says_dismissal_possible == "no" and dismissed(told):
            says = "The notice did not say that dismissal was possible."
            found.append(Found("breached", says, events=(n,)))
        elif any(weighs_more(decision.sanction, step.says_at_most) for _, decision in decisions(told)):
            says = "The sanction went past the most that the notice said could follow."
            found.append(Found("breached", says, events=(n,)))
        elif all(fact == "yes" for fact in facts):
            found.append(
                Found("met", "The notice said what was alleged and what might come of it.", events=(n,))
            )
        else:
            found.append(Found("not_shown", _IN_WRITING, events=(n,)))
    for n, hearing in told.of(Hearing):
        if hearing.announced_as in ("investigation", "other"):
            says = "A meeting announced as something else became the hearing."
            found.append(Found("breached", says, events=(n,)))
    denied = tuple(n for n in told.denied(Invitation))
    if denied and not found:
        return Found("breached", "There was no written notice of the hearing.", events=denied)
    return worst(found, Found("not_shown", _IN_WRITING))


_IN_WRITING: Final = "Was the employee told in writing what was alleged and what might come of it?"


def became_the_hearing(told: Told) -> Found:
    """An investigation meeting does not itself lead to a sanction."""
    found = [
        Found("breached", "An investigation meeting was turned into the hearing.", events=(n,))
        if step.announced_as == "investigation"
        else Found("met", "The hearing was called as a hearing.", events=(n,))
        for n, step in told.of(Hearing)
        if step.announced_as != "unknown"
    ]
    return worst(found, NOT_REACHED)


def specified(told: Told) -> Found:
    """Everything that the decision rests on was in the notice, with enough detail to answer it."""
    found = []
    hearings = [step for _, step in told.of(Hearing)]
    # What the notice put in writing cannot be put again to somebody who stayed away after another date and a warning.
    away = bool(hearings) and all(
        heard_without_fault(step) and step.employee_attended != "yes" for step in hearings
    )
    for item in told.chronology.allegations.values():
        put = "unknown" if away else item.put
        relied_on = item.relied_on == "yes" or (item.finding == "proved" and item.relied_on != "no")
        if relied_on and "no" in (item.notified, item.detailed, put):
            says = f"The decision rests on “{item.says}”, which was not put with enough detail to answer it."
            found.append(Found("breached", says, events=tuple(n for n, _ in decisions(told))))
        elif item.notified == "yes" and item.detailed == "yes":
            found.append(Found("met", "What was decided had been put with enough detail.", events=()))
        elif item.relied_on != "no":
            says = f"Was “{item.says}” in the notice, with enough detail to answer it?"
            found.append(Found("not_shown", says))
    return worst(found, Found("not_shown", "Does each finding match an allegation in the notice?"))


def disclosed(told: Told) -> Found:
    """The employee had every paper, or knew what it said, before the decision."""
    hearings = [step.when for _, step in told.of(Hearing)]
    found = []
    events = tuple(n for n, _ in decisions(told))
    for item in told.chronology.evidence.values():
        title = f"“{item.says}”"
        late = any(_too_late(told, item.given_on, when) for when in hearings)
        if item.relied_on == "no" or (item.obtained == "no" and item.given == "unknown"):
            continue
        if item.given == "no" and item.relied_on == "yes" and item.substance_told == "no":
            says = f"The employee neither had {title} nor knew what it said before the decision."
            found.append(Found("breached", says, events=events))
        elif late and item.comment == "yes":
            found.append(Found("not_shown", f"{title} came late: was there time enough to comment on it?"))
        elif (item.withheld_because and item.given != "yes") or item.substance_told == "yes":
            found.append(Found("met", f"{title} was held back with a reason, or its substance told."))
        elif item.given == "no":
            found.append(
                Found("breached", f"The employee did not have {title} before the decision.", events=events)
            )
        elif late:
            says = f"The employee had {title} too late to prepare an answer to it."
            found.append(Found("breached", says, events=events))
        elif item.given == "yes" or any(surely_before(item.given_on, when) for when in hearings):
            found.append(Found("met", f"The employee had {title}."))
        else:
            found.append(Found("not_shown", f"Did the employee have {title} before the hearing?"))
    return worst(found, Found("not_shown", "Did the employee have every paper that those who decided had?"))


def _too_late(told: Told, given_on: str, hearing: str) -> bool:
    """Given after the hearing, the day before or on it, or in less time than the notice had to give (ACAS-11)."""
    days = days_at_most(given_on, hearing)
    if days is None:
        return False
    wanted = [
        step.days_in_policy
        for _, step in told.of(Invitation)
        if step.to == "hearing" and step.days_in_policy is not None and step.shorter_agreed != "yes"
    ]
    return days <= 1 or any(days <= least for least in wanted)


def companion_told(told: Told) -> Found:
    """The notice spoke of the right to a companion; who came with one all the same may have lost nothing."""
    came = any(step.accompanied == "yes" for _, step in told.of(Hearing))
    found = []
    for n, step in told.of(Invitation):
        if step.to != "hearing":
            continue
        if step.says_companion == "yes":
            found.append(Found("met", "The notice gave the right to a companion.", events=(n,)))
        elif step.says_companion == "no" and not came:
            found.append(Found("breached", "The notice left out the right to a companion.", events=(n,)))
        elif step.says_companion == "no":
            says = "The notice left out the right to a companion, and one came: what was lost by it?"
            found.append(Found("not_shown", says, events=(n,)))
        else:
            found.append(Found("not_shown", _COMPANION, events=(n,)))
    return worst(found, Found("not_shown", _COMPANION))


_COMPANION: Final = "Did the notice give the right to a companion?"


def prepared(told: Told) -> Found:
    """The time between notice and hearing was enough, and no less than the procedure gives."""
    found = []
    for n, step in told.of(Invitation):
        if step.to != "hearing":
            continue
        short = (
            step.notice_days is not None
            and step.days_in_policy is not None
            and step.notice_days < step.days_in_policy
        )
        if step.shorter_agreed == "yes":
            found.append(Found("met", "The employee agreed in writing to shorter notice.", events=(n,)))
        elif short and step.time_to_prepare == "yes":
            says = "The notice was shorter than the procedure gives. Why, and what was lost by it?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.time_to_prepare == "no" or short or step.notice_days == 0:
            found.append(Found("breached", "The employee had too little time to prepare.", events=(n,)))
        elif step.time_to_prepare == "yes" or (
            step.notice_days is not None and step.days_in_policy is not None
        ):
            found.append(Found("met", "The employee had time to prepare.", events=(n,)))
        else:
            found.append(Found("not_shown", _HOW_LONG, events=(n,)))
    for n, hearing in told.of(Hearing):
        if hearing.announced_as in ("investigation", "other"):
            says = (
                "The employee learnt at the meeting itself that it was the hearing, so had no notice of it."
            )
            found.append(Found("breached", says, events=(n,)))
    return worst(found, Found("not_shown", _HOW_LONG))


_HOW_LONG: Final = "How many working days lay between the notice and the hearing?"


RULES: Final[tuple[ReviewRule, ...]] = (
    Tests(
        "ACAS-9a",
        "no_written_notice",
        told_in_writing,
        "Write again, and hear the case with full notice.",
        lambda told: heard(told) or bool(told.of(Invitation)) or bool(told.denied(Invitation)),
    ),
    Tests("ACAS-7a", "no_written_notice", became_the_hearing, "Hold a hearing that is called as one."),
    Tests(
        "ACAS-9a",
        "allegation_not_specified",
        specified,
        "Put the point in writing, give time to answer, and decide on it again.",
        sanctioned,
        ledger=True,
    ),
    Tests(
        "ACAS-10",
        "no_written_notice",
        companion_told,
        "Write again, and hear the case with full notice.",
        heard,
    ),
    Asks(
        "ACAS-10",
        "",
        Invitation,
        good=("says_time_and_place",),
        where=_to_hearing,
        met="The notice gave time and place.",
        breached="The notice left out time or place.",
        question="Did the notice give time and place?",
        remedy="Write again with both.",
        when=heard,
        absent="not_shown",
    ),
    Tests(
        "ACAS-11",
        "insufficient_notice_of_hearing",
        prepared,
        "Hold the hearing again with full notice.",
        heard,
    ),
    Tests(
        "ACAS-9b",
        "evidence_not_disclosed",
        disclosed,
        "Give the employee the papers and hear them on it, or note why they are withheld.",
        sanctioned,
    ),
    Asks(
        "ACAS-23",
        "no_written_notice",
        Invitation,
        good=("says_gross_misconduct",),
        where=_to_hearing,
        met="The notice said that it might be gross misconduct.",
        breached="Dismissal without notice followed a notice that did not speak of gross misconduct.",
        question="Did the notice say that it might be gross misconduct?",
        absent="not_shown",
        remedy="Choose a sanction within what the notice said.",
        when=lambda told: bool(decisions(told, ("summary_dismissal",))),
    ),
)
"""The rules about notice and papers."""
