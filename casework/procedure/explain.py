"""What a step is, what it needs and why, for `casework policy explain`: the one place where people see rule ids."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

from casework.base.errors import BadInput
from casework.base.words import did_you_mean, lower_first
from casework.procedure.model import CitedRule, Policy, Requirement, Step, StepField
from casework.procedure.sentences import asks, holds_when, listed

_TYPES = {
    "date": "a date",
    "datetime": "a date and time",
    "text": "in words",
    "enum": "a choice",
    "integer": "a number",
    "boolean": "yes or no",
    "party": "a person",
    "parties": "people",
    "evidence": "items of the evidence",
    "sanction": "a sanction",
    "checklist": "questions",
}

_STATUS = {"R": "source read", "S": "secondary source", "G": "general knowledge"}


class CitedBy(NamedTuple):
    """What cites a rule: steps, with their fields and requirements, and the other entries of a policy, by name."""

    steps: list[str]
    deadlines: list[str]
    sanctions: list[str]
    settings: list[str]
    questions: list[str]


def cited_by(policy: Policy, rule_id: str) -> CitedBy:
    """Return everything in a policy that cites a rule."""
    steps = [
        name
        for name, (_, step) in policy.steps.items()
        if rule_id in step.cites
        or any(rule_id in field.cites for field in step.fields.values())
        or any(rule_id in item.cites for item in step.requires)
    ]
    questions = [
        f"{name}.{question_id}"
        for name, checklist in policy.checklists.items()
        for question_id, question in checklist.questions.items()
        if rule_id in question.cites
    ]
    return CitedBy(
        steps,
        [name for name, deadline in policy.deadlines.items() if rule_id in deadline.cites],
        [name for name, sanction in policy.sanctions.items() if rule_id in sanction.cites],
        [name for name, setting in policy.settings.items() if rule_id in setting.cites],
        questions,
    )


class NoSuchStep(BadInput):
    """The policy has no step of that name."""

    code = "no-such-step"


def explain(policy: Policy, step_id: str, *, also: Sequence[str] = ()) -> list[str]:
    """Return what a step is, who takes it, what it asks for and what must hold, as lines of plain text.

    Args:
        policy: the policy.
        step_id: the step.
        also: what else could have been meant, beside steps and rules, for a name that is misspelt.

    Raises:
        NoSuchStep: the policy has no such step.
    """
    if step_id not in policy.steps:
        typed = step_id.replace("_", "-")
        known = [*(name.replace("_", "-") for name in policy.steps), *policy.rules, *also]
        near = get_close_matches(typed, known, n=3) or get_close_matches(typed.upper(), known, n=3)
        raise NoSuchStep(
            f"The policy {policy.label} has no step, rule or clause {typed!r}. {did_you_mean(near)}".rstrip(),
            remedy="`casework policy show` lists its steps, `casework policy show social-media` the clauses.",
        )
    strand_id, step = policy.steps[step_id]
    states = policy.strands[strand_id].states
    to = f"“{states[step.to].title}”" if step.to else "no other state"
    lines = [f"{step.title}  ({step_id}, {policy.strands[strand_id].title.lower()}, {policy.label})"]
    lines += [step.help] if step.help else []
    lines += [
        "",
        f"Starts from: {listed([f'“{states[state].title}”' for state in step.from_], 'or')}",
        f"Leads to: {to}",
        f"Taken by: {_titles(policy, step.by)}",
        f"Recorded by: {_titles(policy, step.recorders)}",
    ]
    if step.fields:
        lines += ["", "It asks for:"]
        lines += [line for name, field in step.fields.items() for line in _field(policy, step, name, field)]
    for strength, heading in (
        ("must", "It is refused unless:"),
        ("should", "It needs a waiver with a reason unless:"),
    ):
        of_this = [item for item in step.requires if item.strength == strength]
        if of_this:
            lines += ["", heading, *(line for item in of_this for line in _requirement(policy, step, item))]
    follow = [f"  - letter “{letter.replace('-', ' ')}”" for letter in step.letters]
    follow += [
        f"  - {lower_first(clock.title)}: {policy.days(clock.days)} {clock.unit.replace('_', ' ')}"
        for clock in policy.deadlines.values()
        if f"step:{step_id}" in clock.starts
    ]
    lines += ["", "What follows:", *follow] if follow else []
    if step.cites:
        lines += ["", "Rules of the step:", *(_rule(policy, rule) for rule in step.cites)]
    return lines


def _titles(policy: Policy, roles: tuple[str, ...]) -> str:
    return listed([lower_first(policy.roles[role].title) for role in roles], "or")


def _field(policy: Policy, step: Step, name: str, field: StepField) -> list[str]:
    about = [_TYPES[field.type]]
    about += ["for each allegation"] if field.each else []
    about += ["may be left out"] if field.optional else []
    about += [holds_when(policy, step, field.when)] if field.when else []
    about += [f"becomes {lower_first(policy.roles[field.assigns].title)}"] if field.assigns else []
    lines = [f"  - {field.label}  [{name}; {', '.join(about)}]"]
    lines += [f"      {field.help}"] if field.help else []
    lines += [f"      {option}: {text}" for option, text in field.options.items()]
    if field.checklist is not None:
        questions = policy.checklists[field.checklist].questions
        lines += [
            f"      {key}: {question.text} ({', '.join(question.answers)})"
            for key, question in questions.items()
        ]
    return lines


def _requirement(policy: Policy, step: Step, item: Requirement) -> list[str]:
    when = f" ({holds_when(policy, step, item.when)})" if item.when else ""
    lines = [f"  - {asks(policy, step, item.rule)}{when}  [{item.id}]"]
    lines += [f"      Why: {item.because}"] if item.because else []
    if item.waivable_by:
        lines.append(
            f"      Can be waived, with a reason, by the {_waivers(policy, step, item)}; nobody else."
        )
        lines += [f"      A waiver says also: {step.fields[name].label}" for name in item.waiver_needs]
    return [*lines, *(f"    {_rule(policy, rule)}" for rule in item.cites)]


def _waivers(policy: Policy, step: Step, item: Requirement) -> str:
    """Who may waive a requirement; what only some schools have says so."""
    only = {
        policy.roles[role].title: holds_when(policy, step, when)
        for role in item.waivable_by
        if (when := policy.roles[role].waives_when) is not None
    }
    limits = "".join(f" (the {lower_first(title)} {words})" for title, words in only.items())
    return f"{_titles(policy, item.waivable_by)}{limits}"


def _rule(policy: Policy, rule_id: str) -> str:
    rule: CitedRule = policy.rules[rule_id]
    status = "" if rule.confirmed else f"; unconfirmed: {_status(rule.status)}"
    return f"  {rule_id}: {rule.title} ({rule.source}{status})"


def _status(status: str) -> str:
    """How a source was confirmed, in words: `S/R*` is `secondary source, source read (older edition)`."""
    parts = [
        f"{_STATUS[part[0]]}{' (older edition)' if part.endswith('*') else ''}" for part in status.split("/")
    ]
    return ", ".join(parts)
