"""A refusal in words: everything that is missing at once, the rule behind it, the way out, and the corrected command.

The corrected command repeats what was typed, with dates put right and a placeholder for each answer that is missing. It
never answers for anybody: what only a person can know stays a placeholder, and a placeholder is refused until it is
replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.cli.remedies import first_commands
from casework.cli.standing import option_of, who_may
from casework.cli.step_fields import choices_of
from casework.cli.tables import day, pairs, paragraph

if TYPE_CHECKING:
    from casework.cases.request import Assessment, StepRefused
    from casework.cli.step_line import StepLine
    from casework.procedure.model import Policy, Question, StepField
    from casework.services.loading import LoadedCase

PLACEHOLDERS = {
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DDTHH:MM",
    "text": "WORDS",
    "integer": "NUMBER",
    "party": "NAME",
    "evidence": "ITEMS",
}
"""What stands for an answer of each type that is missing."""


def explain(loaded: LoadedCase, refused: StepRefused, line: StepLine) -> None:
    """Add the explanation to a refusal: as notes for people, as details for programs."""
    corrected, open_questions = correct(loaded, refused, line)
    first = first_commands(loaded, refused, line)
    for number, item in enumerate(refused.unmet, start=1):
        refused.add_note(f"\n{_item(number, item, loaded.policy)}")
    cited = dict.fromkeys(rule for item in refused.unmet for rule in item.cites)
    if cited:
        refused.add_note(f"\nThe rules\n{_rules(loaded.policy, list(cited))}")
    if first:
        refused.add_note("\nFirst:\n" + "\n".join(f"  {command}" for command in first))
    refused.add_note(f"\n{_lead(loaded, refused, line, bool(first))}\n{corrected.lines()}")
    if open_questions:
        refused.add_note("Add to it: " + "; ".join(open_questions) + ".")
    refused.details |= {"corrected": corrected.text(), "first": first}
    if refused.earliest is not None:
        refused.details["earliest"] = refused.earliest.isoformat()


def correct(loaded: LoadedCase, refused: StepRefused, line: StepLine) -> tuple[StepLine, list[str]]:
    """Return the corrected command, and the yes-or-no answers that have to be added to it."""
    step = loaded.policy.steps[line.step_id][1]
    values, taken_by, open_questions = dict(line.values), line.taken_by, []
    for item in refused.unmet:
        kind, _, name = item.requirement.partition(":")
        if kind == "field" and name in step.fields:
            if step.fields[name].type == "boolean":
                open_questions.append(f"{option_of(name)} or --no-{option_of(name)[2:]}")
            else:
                values[name] = _missing(loaded, step.fields[name], values.get(name))
        elif item.kind == "checklist_answered":
            rule = next(asked.rule for asked in step.requires if asked.id == item.requirement)
            name = str(getattr(rule, "field", ""))
            values[name] = _missing(loaded, step.fields[name], values.get(name))
        elif item.requirement == "taken_by":
            taken_by = _holder(loaded, line)
        for field, value in item.fix.items():
            values[field] = _with_time(values.get(field), str(value), step.fields[field])
    in_order = {name: values[name] for name in step.fields if name in values}
    return line.but(values=in_order, taken_by=taken_by), open_questions


def _item(number: int, item: Assessment, policy: Policy) -> str:
    """One thing that is not in order."""
    waive = (
        f"The {who_may(policy, item.waivable_by)}, with a reason:"
        f" --waive {item.requirement} --waived-by NAME --because WORDS{_needed(item)}"
        if item.waivable_by
        else ""
    )
    earliest = (
        f"{day(item.earliest)}. {item.working.sentence() if item.working else ''}" if item.earliest else ""
    )
    details = pairs(
        [
            ("Rules" if len(item.cites) > 1 else "Rule", ", ".join(item.cites)),
            ("What to do", item.remedy),
            ("Earliest", earliest.strip()),
            ("May be waived by", waive),
        ],
        indent=3,
    )
    return "\n".join(part for part in (paragraph(item.says, indent=3, first=f"{number}. "), details) if part)


def _needed(item: Assessment) -> str:
    """The options that a waiver needs beside its reason."""
    return "".join(f" {option_of(name)} WORDS" for name in item.waiver_needs)


def _rules(policy: Policy, cited: list[str]) -> str:
    """Each rule once: what it says in the policy's own words, and where it stands."""
    known = [(rule_id, policy.rules[rule_id]) for rule_id in cited if rule_id in policy.rules]
    lines = pairs(
        [
            (rule_id, f"{rule.title} ({rule.source}){'' if rule.confirmed else ' *'}")
            for rule_id, rule in known
        ],
        indent=3,
    )
    unconfirmed = any(not rule.confirmed for _, rule in known)
    return f"{lines}\n   * not yet confirmed in its present edition" if unconfirmed else lines


def _lead(loaded: LoadedCase, refused: StepRefused, line: StepLine, first: bool) -> str:
    """What stands before the corrected command: when it can be used."""
    step = loaded.policy.steps[line.step_id][1]
    occurrence = {name for name, field in step.fields.items() if field.occurrence}
    if refused.earliest is not None and occurrence & set(refused.fix):
        return f"To be recorded when it has happened, on {day(refused.earliest)} or later:"
    return "Then:" if first else "Corrected:"


def _missing(loaded: LoadedCase, field: StepField, given: Any) -> Any:
    """A value with placeholders for what is missing of it; what was given stays."""
    if field.checklist:
        questions = loaded.policy.checklists[field.checklist].questions
        answers = dict(given or {})
        return {key: _answer(question, answers.get(key)) for key, question in questions.items()}
    placeholder = _placeholder(field, loaded.policy)
    if field.each:
        answers = dict(given or {})
        return {
            str(item.number): answers.get(str(item.number), placeholder)
            for item in loaded.case.standing_allegations
        } or {"1": placeholder}
    return [placeholder] if field.type == "parties" else placeholder


def _answer(question: Question, given: str | None) -> str:
    if given is None:
        return "|".join(question.answers)
    answer, _, reason = given.partition(":")
    return f"{answer}:WHY" if answer in question.reasons and not reason.strip() else given


def _placeholder(field: StepField, policy: Policy) -> str:
    if field.names == "case":
        return "REF"
    choices = choices_of(field, policy)
    return "|".join(choices) if choices else PLACEHOLDERS.get(field.type, "NAME")


def _with_time(given: Any, fixed: str, field: StepField) -> str:
    """A date put right; a date and time keeps the time that was given."""
    if field.type != "datetime" or "T" in fixed:
        return fixed
    time = str(given)[11:] if isinstance(given, str) and "T" in given else ""
    return f"{fixed}T{time or 'HH:MM'}"


def _holder(loaded: LoadedCase, line: StepLine) -> str:
    """The name of somebody in the case who may take the step, or a placeholder."""
    from casework.services.loading import people_of

    step = loaded.policy.steps[line.step_id][1]
    words = people_of(line.session.workspace, loaded)
    names = [words[party.id]["name"] for role in step.by for party in loaded.case.holders(role)]
    return str(names[0]) if names else "NAME"
