"""Appeals and delay (ACAS-4a, ACAS-4f, ACAS-26, ACAS-29, CASE-5, CASE-6, PAN-12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from casework.cases.chronology_steps import (
    Appeal,
    AppealLodged,
    AppealOutcome,
    Decision,
    Delay,
    Hearing,
    Investigation,
    OutcomeLetter,
    Report,
    StepBase,
    Suspension,
    SuspensionEnded,
)
from casework.cases.chronology_values import days_at_least
from casework.cases.look import Found
from casework.cases.review import Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import appealed, sanctioned


def offered(told: Told) -> Found:
    """A sanction can be appealed against, and an appeal that is lodged is heard."""
    found = []
    for n, letter in told.of(OutcomeLetter):
        if letter.says_appeal != "unknown":
            met = letter.says_appeal == "yes"
            says = "The letter gave the right of appeal." if met else "No appeal was offered."
            found.append(Found("met" if met else "breached", says, events=(n,)))
    lodged = told.of(AppealLodged)
    for n, step in lodged:
        if step.accepted == "no":
            found.append(Found("breached", "The appeal was turned away unheard.", events=(n,)))
    if lodged and told.denied(Appeal) and not told.of(Appeal):
        withdrawn = any(step.withdrawn == "yes" for _, step in lodged)
        status, says = (
            ("met", "The appeal was withdrawn.") if withdrawn else ("breached", "The appeal was never heard.")
        )
        found.append(Found("met" if status == "met" else "breached", says, events=told.denied(Appeal)))
    found += [Found("met", "An appeal was heard.", events=(n,)) for n, _ in told.of(Appeal)]
    return worst(found, Found("not_shown", "Was the employee told of the right of appeal, and by when?"))


def fair_appeal(told: Told) -> Found:
    """The appeal keeps to its procedure, deals with the grounds, and can be withdrawn."""
    found = []
    for n, lodged in told.of(AppealLodged):
        if lodged.withdrawal_refused == "yes":
            found.append(Found("breached", "The employee was not let to withdraw the appeal.", events=(n,)))
    for n, step in told.of(Appeal):
        facts = (
            step.procedure_followed,
            step.grounds_dealt_with,
            step.employee_answered,
            step.questions_allowed,
            step.evidence_allowed,
            step.witnesses_allowed,
            step.comment_allowed,
            step.fair,
        )
        if "no" in facts or step.prejudged == "yes":
            found.append(Found("breached", "The appeal was not conducted fairly.", events=(n,)))
        elif step.procedure_followed == "yes" and step.grounds_dealt_with == "yes":
            found.append(
                Found("met", "The appeal followed its procedure and dealt with the grounds.", events=(n,))
            )
        else:
            found.append(
                Found(
                    "not_shown", "Did the appeal deal with each ground, as its procedure says?", events=(n,)
                )
            )
    for n, denied in _unheard(told):
        if denied.procedure_followed == "no":
            found.append(Found("breached", "The appeal's procedure was changed or muddled.", events=(n,)))
    return worst(found, Found("not_shown", "How was the appeal dealt with?"))


def _unheard(told: Told) -> list[tuple[int, Appeal]]:
    steps = zip(told.numbers, told.chronology.steps, strict=True)
    return [(n, step) for n, step in steps if isinstance(step, Appeal) and step.happened != "yes"]


def not_increased(told: Told) -> Found:
    """An appeal may confirm, reduce or cancel."""
    found = []
    for n, step in (*told.of(Appeal), *_unheard(told)):
        if step.increase_allowed == "yes":
            found.append(
                Found("met", "The procedure says expressly that an appeal may increase.", events=(n,))
            )
        elif step.increase_sought == "yes":
            found.append(Found("breached", "The appeal was used to raise the sanction.", events=(n,)))
    allowed = any(item.status == "met" for item in found)
    for n, outcome in told.of(AppealOutcome):
        if outcome.result == "increased" and not allowed:
            found.append(Found("breached", "The sanction was raised on appeal.", events=(n,)))
        elif outcome.result != "unknown":
            found.append(Found("met", "The sanction was not raised.", events=(n,)))
    return worst(found, Found("not_shown", "Was the sanction left as it was, or lowered?"))


def appeal_type(told: Told) -> Found:
    """Whether the appeal reviewed the first decision or heard the case afresh is on record."""
    found = [
        Found("met", "It is on record whether the appeal reviewed or heard afresh.", events=(n,))
        for n, step in told.of(Appeal)
        if step.type != "unknown"
    ]
    return worst(
        found, Found("not_shown", "Was the appeal a review or a fresh hearing, and what did it put right?")
    )


_STAGES: Final[tuple[tuple[type[StepBase], tuple[type[StepBase], ...], int, str], ...]] = (
    (Report, (Hearing, Decision), 130, "From the report to the hearing or decision"),
    (Investigation, (Hearing, Decision), 90, "From the investigation to the hearing or decision"),
    (Hearing, (Decision,), 15, "From the hearing to the decision"),
    (AppealLodged, (Appeal, AppealOutcome), 60, "From the appeal to its hearing"),
    (Suspension, (SuspensionEnded, Decision), 60, "The suspension"),
)
"""From which step to which, how many calendar days call for a question, and what to call it.

The days are the working-day targets of the shipped policies added up and doubled: a question, never a breach.
"""


def prompt(told: Told) -> Found:
    """No stage took unreasonably long; a long gap is a question until it is known whether there was a reason."""
    found = []
    for n, step in told.of(Delay):
        if step.explained == "no" and step.harmed != "no":
            found.append(Found("breached", "Time passed without a good reason.", events=(n,)))
        elif step.explained == "yes":
            found.append(Found("met", "There was a reason for the time it took.", events=(n,)))
        else:
            found.append(Found("not_shown", "It took long. Why, and who lost by it?", events=(n,)))
    if not found:
        found = [gap for one, others, days, title in _STAGES if (gap := _gap(told, one, others, days, title))]
    return worst(found, Found("not_shown", "How long did each stage take?"))


def _gap(
    told: Told, one: type[StepBase], others: Sequence[type[StepBase]], days: int, title: str
) -> Found | None:
    first = next(((n, step) for n, step in told.of(one) if step.when), None)
    if first is None:
        return None
    later = next(((n, step) for n, step in told.of(*others) if step.when and n > first[0]), None)
    taken = days_at_least(first[1].when, later[1].when) if later else None
    if later is None or taken is None:
        return None
    events = (first[0], later[0])
    if taken > days:
        return Found("not_shown", f"{title} took at least {taken} days. Why?", events=events)
    return Found("met", "No stage took unreasonably long.", events=events)


_AGAIN: Final = "Hear the appeal again, as its procedure says."

RULES: Final[tuple[ReviewRule, ...]] = (
    Tests("ACAS-4f", "no_appeal", offered, "Offer the appeal now, with a date, and hear it.", sanctioned),
    Tests("ACAS-26", "appeal_unfair", fair_appeal, _AGAIN, appealed),
    Tests("PAN-12", "appeal_unfair", not_increased, "Put the first sanction back, or a lower one.", appealed),
    Asks(
        "ACAS-29",
        "",
        AppealOutcome,
        good=("in_writing",),
        met="The result was given in writing.",
        breached="The result was not given in writing.",
        question="Was the result given in writing?",
        remedy="Write to the employee.",
    ),
    Tests(
        "CASE-5",
        "",
        appeal_type,
        "Say which it was, and which defects it put right.",
        lambda told: bool(told.of(Appeal)),
    ),
    Asks(
        "CASE-6",
        "",
        AppealOutcome,
        good=("reinstated",),
        met="The employee was put back, pay and service included.",
        breached="The appeal succeeded, and the employee was not put back.",
        question="Was the employee put back, with pay and service?",
        remedy="Put the employee back.",
        where=lambda step: step.result == "upheld",
    ),
    Tests("ACAS-4a", "undue_delay", prompt, "Note the reason for the delay, and tell the employee."),
)
"""The rules about appeals and about time."""
