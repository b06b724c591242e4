"""Assessments about allegations, evidence, findings and answered questions (ACAS-4, ACAS-9, CASE-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.cases.assess_letters import letter_name
from casework.cases.look import Found, Look, inline, listed
from casework.cases.model import Allegation
from casework.procedure.requirements import (
    AllegationsSpecified,
    AlsoGiven,
    AsAnswered,
    ChecklistAnswered,
    ChecklistSays,
    EvidenceDisclosed,
    EvidenceRecorded,
    EvidenceRelied,
    FindingsComplete,
    GrossMisconductNotified,
    ValueIs,
)


def evidence_recorded(rule: EvidenceRecorded, look: Look) -> Found:
    """Met when enough items of evidence are on the case."""
    items = look.case.evidence.values()
    if len(items) >= rule.at_least:
        return Found("met", "Evidence is on the case.", events=tuple(item.n for item in items))
    says = (
        f"{len(items)} of at least {rule.at_least} items of evidence are on the case."
        if items
        else "No evidence is on the case."
    )
    return Found("breached", says, "Add the evidence that was found: `casework evidence add`.")


def evidence_disclosed(rule: EvidenceDisclosed, look: Look) -> Found:
    """Met when each item was disclosed, or withheld with a reason; what the employee supplied, they have."""
    items = look.case.evidence.values()
    open_items = [item for item in items if item.open]
    if not open_items:
        events = tuple(n for item in items for n in (item.disclosed or item.withheld,) if n is not None)
        return Found("met", "The employee has had the evidence.", events=events)
    numbers = listed([str(item.number) for item in open_items])
    word = "Item {} of the evidence has" if len(open_items) == 1 else "Items {} of the evidence have"
    return Found(
        "breached",
        f"{word.format(numbers)} not been given to the employee.",
        "Disclose each item, or withhold it with a reason: `casework evidence disclose`.",
        tuple(item.n for item in open_items),
    )


def allegations_specified(rule: AllegationsSpecified, look: Look) -> Found:
    """Met when an allegation stands and each one names a clause and when it happened."""
    standing = look.case.standing_allegations
    if not standing:
        return Found("breached", "No allegation is recorded.", "Add each allegation: `casework case allege`.")
    vague = [item for item in standing if not item.clauses or item.period is None]
    if not vague:
        return Found("met", "Each allegation is specific.", events=tuple(item.n for item in standing))
    say = "does not say" if len(vague) == 1 else "do not say"
    return Found(
        "breached",
        f"{_allegations(vague)} {say} when it happened or which rule it concerns.",
        "Amend it: `casework case allege --amend`.",
        tuple(item.n for item in vague),
    )


def checklist_answered(rule: ChecklistAnswered, look: Look) -> Found:
    """Met when each question has an answer, with a reason where the checklist asks for one."""
    field = look.step.fields[rule.field]
    checklist = look.policy.checklists[field.checklist or ""]
    answers = look.fields.values.get(rule.field, {})
    reasons = look.fields.texts.get(rule.field, {})
    open_, remedies = [], []
    for question_id, question in checklist.questions.items():
        answer = answers.get(question_id)
        if answer is None:
            open_.append(f"“{question.text}” is not answered")
            remedies.append("Answer every question.")
        elif answer in question.reasons and not reasons.get(question_id):
            open_.append(f"“{question.text}” needs a reason")
            remedies.append(f"Give it after a colon: {question_id}={answer}:because …")
    if open_:
        says = f"{checklist.title}: {'; '.join(open_)}."
        return Found("breached", says, " ".join(dict.fromkeys(remedies)))
    return Found("met", f"{checklist.title}: every question is answered.")


def checklist_says(rule: ChecklistSays, look: Look) -> Found:
    """Met when each question looked at that has an answer has one of those that carry the step."""
    field = look.step.fields[rule.field]
    checklist = look.policy.checklists[field.checklist or ""]
    answers = look.fields.values.get(rule.field, {})
    asked = rule.questions or tuple(checklist.questions)
    others = [name for name in asked if name in answers and answers[name] not in rule.answers]
    if not others:
        return Found("met", f"{checklist.title}: the answers carry this step.")
    said = "; ".join(
        f"“{checklist.questions[name].text}” is answered “{_said(answers[name])}”" for name in others
    )
    return Found(
        "breached",
        f"{checklist.title}: {said}.",
        "Choose something that fits the answers, or look at them again.",
        instead={
            f"{rule.field}:{name}": tuple(
                item for item in checklist.questions[name].answers if item in rule.answers
            )
            for name in others
        },
    )


def _said(answer: str) -> str:
    """An answer of a checklist in words: `would_work` is “would work”."""
    return answer.replace("_", " ")


def also_given(rule: AlsoGiven, look: Look) -> Found:
    """Breached when the one field is given and the other is not."""
    if not look.fields.has(rule.field):
        return Found("not_reached", f"“{_label(rule.field, look)}” was not given.")
    if look.fields.has(rule.also):
        return Found("met", f"“{_label(rule.also, look)}” is given.")
    return Found(
        "not_shown",
        f"“{_label(rule.field, look)}” needs “{_label(rule.also, look)}” beside it.",
        f"Give --{rule.also.replace('_', '-')}.",
        instead={rule.also: ()},
    )


def as_answered(rule: AsAnswered, look: Look) -> Found:
    """Met when the field says what an earlier step said, in whichever strand."""
    record = next((r for r in reversed(look.case.steps) if rule.earlier in r.values), None)
    if record is None:
        return Found("not_reached", "Nothing was answered before.")
    if look.fields.values.get(rule.field) == record.values[rule.earlier]:
        return Found("met", f"“{_label(rule.field, look)}” is as it was answered before.", events=(record.n,))
    step = look.policy.steps[record.step][1]
    said = str(record.values[rule.earlier])
    return Found(
        "breached",
        f"“{step.title}” (event {record.n}) said “{step.fields[rule.earlier].options.get(said, said)}”.",
        f"Put {said}, or correct that entry.",
        (record.n,),
        instead={rule.field: (said,)} if said in look.step.fields[rule.field].options else {},
    )


def findings_complete(rule: FindingsComplete, look: Look) -> Found:
    """Met when every allegation that stands has a finding and the findings carry the step."""
    findings = look.fields.values.get(rule.field, {})
    if not isinstance(findings, Mapping):
        findings = {}
    standing = look.case.standing_allegations
    without = [item for item in standing if item.id not in findings]
    if without:
        says = f"There is no finding on {inline(_allegations(without))}."
        return Found("breached", says, "Decide each allegation.")
    proved = [item for item in standing if findings[item.id] == "proved"]
    if rule.proved == "at_least_one" and not proved:
        return Found(
            "breached", "No allegation was proved, so there is nothing to sanction.", "Decide on no action."
        )
    if rule.proved == "none" and proved:
        return Found(
            "breached", "An allegation was proved, and this step says that none was.", "Check the findings."
        )
    return Found("met", "Each allegation has a finding.", events=tuple(item.n for item in standing))


def evidence_relied(rule: EvidenceRelied, look: Look) -> Found:
    """Met when each allegation that is proved names at least one item of evidence."""
    findings = look.fields.values.get(rule.findings, {})
    relied = look.fields.values.get(rule.field, {})
    proved = [item for item in look.case.standing_allegations if findings.get(item.id) == "proved"]
    if not proved:
        return Found("not_reached", "Nothing is proved.")
    without = [item for item in proved if not relied.get(item.id)]
    if without and not rule.disclosed:
        are = "is" if len(without) == 1 else "are"
        return Found(
            "breached",
            f"{_allegations(without)} {are} proved, and no item of evidence is named for that.",
            "Name the items by their numbers. What the employee admitted is evidence too: add it, if it is not there.",
        )
    named = {item for allegation in proved for item in relied.get(allegation.id, ())}
    items = [item for item in look.case.evidence.values() if item.id in named]
    unseen = [item for item in items if item.standing not in ("disclosed", "supplied")]
    if unseen and rule.disclosed:
        numbers = listed([str(item.number) for item in unseen])
        word = (
            "item {} of the evidence, which was"
            if len(unseen) == 1
            else "items {} of the evidence, which were"
        )
        return Found(
            "breached",
            f"A finding rests on {word.format(numbers)} never given to the employee.",
            "Give it to the employee and hear what they say to it, or rest the finding on something else.",
            tuple(item.n for item in unseen),
        )
    return Found(
        "met", "Each finding names the evidence that it rests on.", events=tuple(item.n for item in items)
    )


def gross_misconduct_notified(rule: GrossMisconductNotified, look: Look) -> Found:
    """Met when a proved allegation was notified as potential gross misconduct in the issued letter."""
    findings = look.fields.values.get(rule.field, {})
    for letter in look.case.letters_of(rule.letter):
        if any(findings.get(allegation) == "proved" for allegation in letter.gross):
            return Found(
                "met", "Gross misconduct was notified before the hearing.", events=(letter.issued or 0,)
            )
    return Found(
        "breached",
        "No proved allegation was notified to the employee as potential gross misconduct.",
        f"Choose a sanction that was within what the {letter_name(rule.letter)} said.",
        instead=look.other_sanctions(None, lambda name: name != look.sanction(None)),
    )


def value_is(rule: ValueIs, look: Look) -> Found:
    """Met when the field holds one of the values that the policy allows here."""
    value = look.field_value(rule.field)
    label = _label(rule.field, look)
    own = look.step.fields.get(rule.field)
    instead = {rule.field: rule.values} if own is not None else {}
    if value is None:
        return Found("not_shown", f"“{label}” is not answered.", "Answer it.", instead=instead)
    if value in rule.values:
        return Found("met", f"“{label}” is as it must be.")
    if own is None:
        return _answered_otherwise(rule, look, value)
    wanted = listed([_in_words(item, own.options) for item in rule.values], "or")
    typed = listed([_typed(item) for item in rule.values], "or")
    says = f"“{label}” must be {wanted} here."
    register = look.step.fields[rule.field].entered_in if rule.field in look.step.fields else None
    remedy = f"Put {typed}, if that is what is true."
    if register is not None:
        remedy = f"Enter it: `casework register add {register} --case {look.case.reference}`."
    return Found("breached", says, remedy, instead=instead)


def _answered_otherwise(rule: ValueIs, look: Look, value: Any) -> Found:
    """An earlier step of the strand gave an answer that this step cannot follow."""
    record = next(r for r in reversed(look.case.steps) if r.strand == look.strand and rule.field in r.values)
    step = look.policy.steps[record.step][1]
    options = step.fields[rule.field].options if rule.field in step.fields else {}
    wanted = listed([_in_words(item, options) for item in rule.values], "or")
    return Found(
        "breached",
        f"“{step.title}” (event {record.n}) answered “{_label(rule.field, look)}” with "
        f"{_in_words(value, options)}; this step needs {wanted}.",
        "Choose what fits that answer, or correct that entry if it is wrong.",
        (record.n,),
    )


def _in_words(value: Any, options: Mapping[str, str]) -> str:
    """A value as the policy words it, else as somebody types it."""
    return f"“{options[value]}”" if isinstance(value, str) and value in options else _typed(value)


def _typed(value: bool | int | str) -> str:
    """A value as somebody types it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _allegations(items: Sequence[Allegation]) -> str:
    """Allegations by their numbers: “Allegation 1”, “Allegations 1 and 2”."""
    return f"Allegation{'s' if len(items) > 1 else ''} {listed([str(item.number) for item in items])}"


def _label(field: str, look: Look) -> str:
    """What a field is called: in this step, else in the step of the strand that asks for it."""
    steps = (look.step, *look.policy.strands[look.strand].steps.values())
    return next((step.fields[field].label for step in steps if field in step.fields), field)
