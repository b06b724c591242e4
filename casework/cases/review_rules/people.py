"""Who may do what: investigator and decision-maker apart, panels, conflicts, advisers (ACAS-6, PAN-*)."""

from __future__ import annotations

from typing import Final

from casework.cases.chronology_steps import (
    Advice,
    Appeal,
    Decision,
    Hearing,
    Investigation,
    OutcomeLetter,
    PreliminaryLook,
    Report,
    Suspension,
)
from casework.cases.look import Found
from casework.cases.review import NOT_REACHED, Asks, ReviewRule, Tests, Told, worst
from casework.cases.review_rules.conditions import (
    appealed,
    dismissed,
    heard,
    maintained,
    sanctioned,
    school,
)

ADVISERS: Final = ("hr_adviser", "lawyer")


def _deciders(told: Told) -> frozenset[str]:
    return told.people(Hearing, Decision)


def investigator_apart(told: Told) -> Found:
    """The people who investigated and those who heard or decided."""
    investigators, deciders = told.people(Investigation), _deciders(told)
    events = tuple(n for n, _ in (*told.of(Investigation), *told.of(Hearing), *told.of(Decision)))
    if any(step.separation_waived == "yes" for _, step in told.of(Hearing)):
        return Found("waived", "Separate people were waived by those who may.", events=events)
    if investigators & deciders:
        if told.chronology.organisation.separation_practicable == "no":
            return Found("met", "The same person investigated and decided; nobody else could.", events=events)
        return Found("breached", "The same person investigated and decided the case.", events=events)
    looked = told.people(PreliminaryLook) & deciders
    if looked or told.perhaps_the_same(investigators, deciders):
        says = "Whoever decided had looked into it before, or may have: was there really a separate investigator?"
        return Found("not_shown", says, events=events)
    if not investigators or not deciders:
        return Found("not_shown", "It is not shown who investigated and who decided.", events=events)
    return Found("met", "Different people investigated and decided.", events=events)


def appeal_apart(told: Told) -> Found:
    """The people who heard the appeal and those with an earlier part."""
    members = told.people(Appeal)
    earlier = told.people(Hearing, Decision, Investigation, Report) | _tied(
        told, "witness", "accuser", "reporter"
    )
    events = tuple(n for n, _ in told.of(Appeal))
    if members & earlier:
        if any(step.nobody_else == "yes" for _, step in told.of(Appeal)):
            return Found(
                "met", "Somebody with an earlier part heard the appeal; nobody else could.", events=events
            )
        return Found("breached", "Somebody with an earlier part in the case heard the appeal.", events=events)
    if not members or told.perhaps_the_same(members, earlier):
        return Found(
            "not_shown",
            "It is not shown that those who heard the appeal were new to the case.",
            events=events,
        )
    return Found("met", "Those who heard the appeal had no earlier part.", events=events)


def suspension_decider_apart(told: Told) -> Found:
    """Whether whoever suspended also heard the appeal: to be explained, not forbidden."""
    members, events = told.people(Appeal), tuple(n for n, _ in told.of(Appeal))
    if members & told.people(Suspension):
        says = "Somebody who decided on the suspension heard the appeal. Was a reason recorded?"
        return Found("not_shown", says, events=events)
    return Found("met", "Nobody who suspended heard the appeal.", events=events) if members else NOT_REACHED


def _tied(told: Told, *kinds: str) -> frozenset[str]:
    people = told.chronology.people.items()
    return frozenset(
        key
        for key, person in people
        if any(c.kind in kinds and c.accepted != "yes" for c in person.conflicts)
    )


_ANY = ("accuser", "witness", "reporter", "close_to", "stake", "hostile", "earlier_decision")


def impartial(told: Told) -> Found:
    """Whether somebody with a conflict of interest heard or decided the case."""
    deciders = _deciders(told)
    steps = [(n, step) for n, step in (*told.of(Hearing), *told.of(Decision)) if step.by]
    conflicted = deciders & (_tied(told, *_ANY) | told.people(Report))
    if conflicted:
        events = tuple(n for n, step in steps if set(step.by) & conflicted)
        return Found(
            "breached", "Somebody with a stake or an earlier part heard or decided the case.", events=events
        )
    return worst(
        [
            Found("met", "Conflicts of interest were declared before the hearing.", events=(n,))
            for n, step in told.of(Hearing)
            if step.conflicts_declared == "yes"
        ],
        Found("not_shown", "Were conflicts of interest asked about and minuted before the hearing?"),
    )


def appeal_impartial(told: Told) -> Found:
    """Whether somebody with a conflict of interest heard the appeal."""
    conflicted = told.people(Appeal) & _tied(told, *_ANY)
    events = tuple(n for n, step in told.of(Appeal) if set(step.by) & conflicted)
    if conflicted:
        return Found("breached", "Somebody with a stake or an earlier part heard the appeal.", events=events)
    return (
        Found("not_shown", "Were conflicts of interest asked about before the appeal?")
        if told.of(Appeal)
        else (NOT_REACHED)
    )


def adviser_apart(told: Told) -> Found:
    """Advice on law, process and consistency; not on guilt, and no adviser among those who decide."""
    people = told.chronology.people
    found = []
    for n, step in told.of(Advice):
        if {"guilt", "credibility", "facts"} & set(step.about) and step.changed_result != "no":
            found.append(Found("breached", "An adviser advised on guilt or on the facts.", events=(n,)))
        elif step.changed_result == "yes":
            found.append(Found("breached", "A result changed after an adviser's word.", events=(n,)))
        elif "sanction" in step.about:
            says = "An adviser spoke on the sanction: was it for consistency only?"
            found.append(Found("not_shown", says, events=(n,)))
        elif step.about:
            found.append(Found("met", "Advice kept to law, process and consistency.", events=(n,)))
    for n, decision in told.of(Decision):
        if any(people[key].standing in ADVISERS for key in decision.by):
            found.append(Found("breached", "An adviser was among those who decided.", events=(n,)))
    for n, letter in told.of(OutcomeLetter):
        by_adviser = any(people[key].standing in ADVISERS for key in letter.by)
        if by_adviser and letter.checked_by_decider == "no":
            says = "An adviser wrote the reasons, and those who decided did not check them."
            found.append(Found("breached", says, events=(n,)))
    for n, report in told.of(Investigation):
        if report.changed_by_others == "yes":
            says = "Others changed the investigator's findings without new evidence."
            found.append(Found("breached", says, events=(n,)))
    return worst(found, NOT_REACHED)


def only_members_vote(told: Told) -> Found:
    """Nobody decides who is no member: adviser, staff governor."""
    people = told.chronology.people
    found = [
        Found("breached", "Somebody who may not vote was among those who decided.", events=(n,))
        if any(people[key].standing in (*ADVISERS, "staff_governor") for key in step.by)
        else Found("met", "Only members decided.", events=(n,))
        for n, step in told.of(Decision, Appeal)
        if step.by
    ]
    return worst(found, Found("not_shown", "Who voted?"))


def head_not_on_panel(told: Told) -> Found:
    """The head teacher is no member of a governors' panel, and of no appeal panel at all."""
    people = told.chronology.people
    found = []
    for n, step in told.of(Hearing, Appeal):
        if not step.by:
            continue
        head = any(people[key].standing == "head_teacher" for key in step.by)
        with_governors = len(step.by) > 1 or isinstance(step, Appeal)
        if head and with_governors:
            found.append(Found("breached", "The head teacher sat on a panel.", events=(n,)))
        else:
            found.append(Found("met", "The head teacher sat on no panel.", events=(n,)))
    return worst(found, Found("not_shown", "Who sat?"))


def panel_for_the_head(told: Told) -> Found:
    """A case about the head teacher is heard by a panel. One key may stand for a panel, so it proves nothing."""
    if told.chronology.employee.head != "yes":
        return NOT_REACHED
    found = [
        Found("met" if count > 1 else "breached", _PANEL[count > 1], events=(n,))
        for n, step in told.of(Hearing, Appeal)
        if (count := step.members or (len(step.by) if len(step.by) > 1 else 0))
    ]
    return worst(found, Found("not_shown", "How many people heard the case?"))


_PANEL = {
    True: "A panel heard the case about the head teacher.",
    False: "One person heard a case about the head teacher.",
}


def panel_size(told: Told) -> Found:
    """Three governors; two only where three are not to be had."""
    members = [(n, step.members) for n, step in told.of(Hearing) if step.members]
    found = [
        Found("met", "Enough governors sat.", events=(n,))
        if count >= 3 or count == 1
        else Found("not_shown", "Two governors sat: could no third be found?", events=(n,))
        for n, count in members
    ]
    return worst(found, Found("not_shown", "How many governors sat?"))


def appeal_size(told: Told) -> Found:
    """The appeal panel is no smaller than the first."""
    first = max((step.members or 0 for _, step in told.of(Hearing)), default=0)
    found = [
        Found("met", "The appeal panel was no smaller than the first.", events=(n,))
        if step.members >= first or step.nobody_else == "yes"
        else Found("breached", "The appeal panel was smaller than the first.", events=(n,))
        for n, step in told.of(Appeal)
        if step.members and first
    ]
    return worst(found, Found("not_shown", "Was the appeal panel as large as the first?"))


_SPEAK = "Have the case decided, or heard again, by somebody new to it."

RULES: Final[tuple[ReviewRule, ...]] = (
    Tests(
        "ACAS-6",
        "investigator_was_decision_maker",
        investigator_apart,
        "Have somebody else hear the case; if nobody can be found, let the governing body say so with its reason.",
        sanctioned,
    ),
    Tests("PAN-10", "decision_maker_not_impartial", impartial, _SPEAK, heard),
    Tests(
        "ACAS-27",
        "appeal_unfair",
        appeal_apart,
        "Hear the appeal again with people new to it.",
        lambda told: bool(told.of(Appeal)),
    ),
    Tests(
        "PAN-10", "appeal_unfair", appeal_impartial, "Hear the appeal again with people new to it.", appealed
    ),
    Tests(
        "PAN-3",
        "appeal_unfair",
        suspension_decider_apart,
        "Record why nobody else could sit.",
        lambda told: bool(told.of(Appeal)),
        ledger=True,
    ),
    Tests(
        "PAN-11",
        "hr_overreach",
        adviser_apart,
        "Let those who decide find their own facts and sign their own reasons.",
    ),
    Tests(
        "PAN-5",
        "decision_maker_not_impartial",
        only_members_vote,
        _SPEAK,
        lambda told: school(told) and bool(told.of(Decision)),
    ),
    Tests(
        "PAN-4",
        "decision_maker_not_impartial",
        head_not_on_panel,
        _SPEAK,
        lambda told: maintained(told) and bool(told.of(Hearing, Appeal)),
    ),
    Tests(
        "PAN-9",
        "decision_maker_not_impartial",
        panel_for_the_head,
        "Have a panel hear the case.",
        lambda told: maintained(told) and bool(told.of(Hearing, Appeal)),
    ),
    Tests(
        "PAN-1", "", panel_size, "Record why there were fewer.", lambda told: maintained(told) and heard(told)
    ),
    Tests(
        "PAN-2",
        "appeal_unfair",
        appeal_size,
        "Hear the appeal again with a panel of the same size.",
        lambda told: school(told) and bool(told.of(Appeal)),
    ),
    Asks(
        "PAN-7",
        "",
        Hearing,
        good=("clerk",),
        met="A clerk or note-taker was there.",
        breached="Nobody kept the record of the hearing.",
        question="Who kept the record of the hearing?",
        remedy="Name a clerk or note-taker.",
    ),
    Asks(
        "ACAS-22a",
        "decision_maker_not_impartial",
        Decision,
        good=("power",),
        met="Whoever decided had the authority.",
        breached="Whoever decided had no authority to.",
        question="Had whoever decided the authority to?",
        remedy="Have the decision taken by somebody with the power.",
        when=dismissed,
    ),
    Asks(
        "CASE-1",
        "decision_maker_not_impartial",
        Decision,
        good=("own_decision",),
        met="Those who heard the case decided it themselves.",
        breached="In truth somebody else took the decision.",
        question="Did those who heard the case decide it themselves?",
        remedy="Let those who heard the case decide it, in their own words.",
        when=sanctioned,
    ),
)
"""The rules about people."""
