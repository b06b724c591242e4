"""Every step is complete in itself: its fields, its requirements and what they name fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casework.procedure import requirements as kinds
from casework.procedure.model import Requirement, Step, StepField, Strand
from casework.procedure.names import Names, possible_values
from casework.procedure.problem import Problem

_DATES = ("date", "datetime")


def check_step(names: Names, strand: Strand, step: Step, where: str) -> Iterator[Problem]:
    """Everything that one step names, and that its requirements can be met at all."""
    yield from names.each("role", step.by, f"{where}.by")
    yield from names.each("role", step.recorders, f"{where}.recorders")
    yield from names.each("letter", step.letters, f"{where}.letters")
    yield from names.each("rule", step.cites, f"{where}.cites")
    yield from _imposes(names, step, where)
    if sum(field.occurrence for field in step.fields.values()) > 1:
        message = "More than one field says when the step happened."
        yield Problem("two-occurrences", message, f"{where}.fields", "Keep `occurrence` on one of them.")
    for name, field in step.fields.items():
        here = f"{where}.fields.{name}"
        yield from names.each("rule", field.cites, f"{here}.cites")
        yield from names.each("role", [field.assigns], f"{here}.assigns")
        yield from names.each("checklist", [field.checklist], f"{here}.checklist")
        yield from names.condition(field.when, step.fields, here)
        if field.type == "sanction":
            yield from names.each("sanction", field.options, f"{here}.options")
    for item in step.requires:
        here = f"{where}.requires.{item.id}"
        yield from names.each("rule", item.cites, f"{here}.cites")
        yield from names.each("role", item.waivable_by, f"{here}.waivable_by")
        yield from names.condition(item.when, step.fields, here)
        yield from _rule(names, strand, step, item, here)


def _imposes(names: Names, step: Step, where: str) -> Iterator[Problem]:
    if step.imposes is None:
        return
    if step.imposes.startswith("field:"):
        field = step.imposes.removeprefix("field:")
        yield from _field(names, step.fields, field, ("sanction",), f"{where}.imposes")
    else:
        yield from names.each("sanction", [step.imposes], f"{where}.imposes")


def _field(
    names: Names, fields: Mapping[str, StepField], name: str, types: tuple[str, ...], where: str
) -> Iterator[Problem]:
    """The field is there and of one of the types."""
    yield from names.each("field", [name], where, fields)
    if name in fields and fields[name].type not in types:
        message = f"The field {name} is of type {fields[name].type}."
        yield Problem("wrong-type", message, where, f"Name a field of type {' or '.join(types)}.")


def _rule(names: Names, strand: Strand, step: Step, item: Requirement, where: str) -> Iterator[Problem]:
    """What the parameters of a requirement name exists and has the right type."""
    rule, fields = item.rule, step.fields
    match rule:
        case kinds.LetterIssued() | kinds.LetterServed():
            yield from names.each("letter", [rule.letter], f"{where}.letter")
        case kinds.Notice() | kinds.NoticeForecast():
            yield from _notice(names, strand, step, rule, where)
        case kinds.DifferentPeople():
            yield from names.each("role", rule.roles, f"{where}.roles")
            yield from names.each("role", rule.apart_from, f"{where}.apart_from")
            if not rule.apart_from and len(rule.roles) < 2:
                message = "One role alone cannot be held by different people."
                yield Problem("one-role", message, where, "Name two roles, or use `apart_from`.")
        case kinds.PartyAssigned():
            yield from names.each("role", rule.roles, f"{where}.roles")
            yield from names.days(rule.at_least, f"{where}.at_least")
        case kinds.TookNoPartIn():
            yield from names.each("role", rule.roles, f"{where}.roles")
            yield from names.each("step", rule.steps, f"{where}.steps")
        case kinds.HeardTheCase() | kinds.Quorate() | kinds.PanelNoSmaller():
            yield from _panel(names, step, rule, where)
        case kinds.NoConflictDeclared():
            yield from names.each("role", rule.roles, f"{where}.roles")
            yield from names.each("step", [rule.step], f"{where}.step")
            yield from _declared(names, rule, where)
        case kinds.StrandState():
            yield from names.each("strand", [rule.strand], f"{where}.strand")
            if rule.strand in names.policy.strands:
                states = names.policy.strands[rule.strand].states
                yield from names.each("state", rule.states, f"{where}.states", states)
        case kinds.StepTaken():
            yield from names.each("step", rule.steps, f"{where}.steps")
            yield from names.each("step", rule.since, f"{where}.since")
        case kinds.StepNotTaken():
            yield from names.each("step", rule.steps, f"{where}.steps")
            yield from names.each("step", rule.since, f"{where}.since")
        case kinds.LiveWarning() | kinds.SanctionAuthority():
            if rule.sanction is not None:
                yield from _field(names, fields, rule.sanction, ("sanction",), f"{where}.sanction")
            elif step.imposes is None:
                message = "The step imposes no sanction, so there is none to look at."
                yield Problem(
                    "no-sanction", message, where, "Name the sanction field, or give the step `imposes`."
                )
        case kinds.SanctionNotIncreased():
            yield from _field(names, fields, rule.sanction, ("sanction",), f"{where}.sanction")
        case kinds.Delegated():
            yield from names.each("power", [rule.power], f"{where}.power")
            yield from names.each("role", [rule.to], f"{where}.to")
            if rule.power is None and step.imposes is None:
                message = "The step imposes no sanction, so there is no power that it needs."
                yield Problem("no-sanction", message, where, "Name the `power`, or give the step `imposes`.")
        case kinds.ChecklistAnswered():
            yield from _field(names, fields, rule.field, ("checklist",), f"{where}.field")
            yield from _asked(fields, rule.field, item, where)
        case kinds.ChecklistSays():
            yield from _field(names, fields, rule.field, ("checklist",), f"{where}.field")
            yield from _asked(fields, rule.field, item, where)
            yield from _answers(names, fields, rule, where)
        case kinds.AlsoGiven():
            yield from names.each("field", [rule.field], f"{where}.field", fields)
            yield from names.each("field", [rule.also], f"{where}.also", fields)
        case kinds.AsAnswered():
            every = {
                name: one for _, other in names.policy.steps.values() for name, one in other.fields.items()
            }
            for name, there, part in ((rule.field, fields, "field"), (rule.earlier, every, "earlier")):
                yield from _field(names, there, name, ("enum", "boolean", "sanction"), f"{where}.{part}")
            yield from _asked(fields, rule.field, item, where)
        case kinds.FindingsComplete():
            yield from _findings(names, fields, rule.field, f"{where}.field")
        case kinds.GrossMisconductNotified():
            yield from names.each("letter", [rule.letter], f"{where}.letter")
            yield from _findings(names, fields, rule.field, f"{where}.field")
        case kinds.AllegationsNotified():
            yield from names.each("letter", [rule.letter], f"{where}.letter")
            yield from _findings(names, fields, rule.field, f"{where}.field")
            yield from names.each("step", rule.steps, f"{where}.steps")
            for name in rule.steps:
                there = names.policy.steps[name][1].fields if name in names.policy.steps else fields
                if name in names.policy.steps:
                    yield from _field(names, there, rule.until, _DATES, f"{where}.until")
            yield from _period(names, strand, step, rule, where)
        case kinds.ExtendsWarning():
            yield from _field(names, fields, rule.until, _DATES, f"{where}.until")
            yield from names.each("sanction", rule.sanctions, f"{where}.sanctions")
            yield from names.days(rule.at_most_months, f"{where}.at_most_months")
        case kinds.InTime():
            yield from names.each("clock", [rule.clock], f"{where}.clock")
        case kinds.ValueIs():
            yield from _value(names, strand, fields, rule, where)
            yield from _asked(fields, rule.field, item, where)


def _notice(
    names: Names, strand: Strand, step: Step, rule: kinds.Notice | kinds.NoticeForecast, where: str
) -> Iterator[Problem]:
    yield from _field(names, step.fields, rule.until, _DATES, f"{where}.until")
    if isinstance(rule, kinds.Notice):
        yield from names.each("letter", [rule.letter], f"{where}.letter")
    elif rule.method is not None:
        yield from _field(names, step.fields, rule.method, ("enum",), f"{where}.method")
    yield from _period(names, strand, step, rule, where)


def _period(
    names: Names,
    strand: Strand,
    step: Step,
    rule: kinds.Notice | kinds.NoticeForecast | kinds.AllegationsNotified,
    where: str,
) -> Iterator[Problem]:
    """How many days there must be, and how few the employee's agreement makes enough."""
    yield from names.days(rule.clear_working_days, f"{where}.clear_working_days")
    yield from names.days(rule.never_below, f"{where}.never_below")
    if rule.unless is not None:
        there = _in_strand(strand, step.fields, rule.unless)
        yield from _field(names, there, rule.unless, ("boolean",), f"{where}.unless")
        if rule.never_below is None:
            message = "With the employee's agreement there would be no least notice at all."
            yield Problem("no-floor", message, where, "Say `never_below`.")


def _panel(
    names: Names, step: Step, rule: kinds.HeardTheCase | kinds.Quorate | kinds.PanelNoSmaller, where: str
) -> Iterator[Problem]:
    """The roles, steps and numbers of a rule about who sits, and the field of those who did not come."""
    yield from names.each("role", rule.roles, f"{where}.roles")
    steps = () if isinstance(rule, kinds.Quorate) else rule.steps
    yield from names.each("step", steps, f"{where}.steps")
    if isinstance(rule, kinds.PanelNoSmaller):
        yield from names.each("role", rule.than, f"{where}.than")
    if isinstance(rule, kinds.Quorate):
        yield from names.days(rule.at_least, f"{where}.at_least")
    there = [step, *(names.policy.steps[name][1] for name in steps if name in names.policy.steps)]
    fields = {name: field for one in there for name, field in one.fields.items()}
    if rule.absent is not None:
        yield from _field(names, fields, rule.absent, ("parties",), f"{where}.absent")


def _declared(names: Names, rule: kinds.NoConflictDeclared, where: str) -> Iterator[Problem]:
    """The field of the step in which interests are declared, and the answers that say there is none."""
    if rule.step not in names.policy.steps:
        return
    fields = names.policy.steps[rule.step][1].fields
    yield from _field(names, fields, rule.field, ("enum", "boolean"), f"{where}.field")
    if rule.field in fields:
        yield from possible_values(rule.values, names.values(fields[rule.field]), f"{where}.values")


def _answers(
    names: Names, fields: Mapping[str, StepField], rule: kinds.ChecklistSays, where: str
) -> Iterator[Problem]:
    """The questions are there, and each of them can have one of the answers."""
    field = fields.get(rule.field)
    checklist = names.policy.checklists.get(field.checklist or "") if field else None
    if checklist is None:
        return
    yield from names.each("question", rule.questions, f"{where}.questions", checklist.questions)
    for name in rule.questions or checklist.questions:
        question = checklist.questions.get(name)
        if question is not None and not set(rule.answers) & set(question.answers):
            yield from possible_values(rule.answers, set(question.answers), f"{where}.answers")


def _findings(names: Names, fields: Mapping[str, StepField], name: str, where: str) -> Iterator[Problem]:
    yield from _field(names, fields, name, ("enum",), where)
    field = fields.get(name)
    if field is not None and (field.each != "allegation" or "proved" not in field.options):
        message = f"The field {name} holds no findings."
        remedy = "A findings field has `each: allegation` and an option `proved`."
        yield Problem("wrong-type", message, where, remedy)


def _value(
    names: Names, strand: Strand, fields: Mapping[str, StepField], rule: kinds.ValueIs, where: str
) -> Iterator[Problem]:
    there = _in_strand(strand, fields, rule.field)
    types = ("enum", "boolean", "sanction", "integer")
    yield from _field(names, there, rule.field, types, f"{where}.field")
    if rule.field in there:
        yield from possible_values(rule.values, names.values(there[rule.field]), f"{where}.values")


def _in_strand(strand: Strand, fields: Mapping[str, StepField], name: str) -> Mapping[str, StepField]:
    """The step's fields; for a field that it lacks, those of the first other step of the strand that has it."""
    if name in fields:
        return fields
    return next((step.fields for step in strand.steps.values() if name in step.fields), fields)


def _asked(fields: Mapping[str, StepField], name: str, item: Requirement, where: str) -> Iterator[Problem]:
    """A requirement on a field that is not always asked for would refuse for ever where nobody can answer it."""
    field = fields.get(name)
    if field is None or (field.when is None and not field.optional):
        return
    if item.when is None or (item.when != field.when and item.when.field != name):
        message = f"The field {name} is not always asked for, but the requirement always looks at it."
        yield Problem("never-asked", message, where, "Give the requirement the same `when` as the field.")
