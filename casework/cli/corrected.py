"""The command that a refused step should have been.

It repeats what was typed, with dates put right and a placeholder for each answer that is missing or was not good. It
never answers for anybody: what only a person can know stays a placeholder, and a placeholder is refused until it is
replaced. The one answer that would be accepted is named, to be given only if it is true. Where no other answer mends
it, there is no such command.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from casework.cli.standing import option_of
from casework.cli.step_fields import choices_of

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


class Corrected(NamedTuple):
    """A corrected command; the yes-or-no options that have to be added to it; the answers that it gives, if true."""

    line: StepLine
    to_add: list[str]
    if_true: list[str]


def correct(loaded: LoadedCase, refused: StepRefused, line: StepLine, *, first: bool) -> Corrected | None:
    """Return the corrected command; None if no other answer would mend it.

    Args:
        loaded: the case.
        refused: what was refused, and why.
        line: what was typed.
        first: whether there are commands to be typed before, after which what was typed may be good.
    """
    mending = _Mending(loaded, line)
    for item in refused.unmet:
        mending.mend(item)
    corrected = mending.corrected()
    if corrected.line == line and not (first or corrected.to_add):
        return None
    return corrected


class _Mending:
    def __init__(self, loaded: LoadedCase, line: StepLine) -> None:
        self._loaded, self._line = loaded, line
        self._step = loaded.policy.steps[line.step_id][1]
        self._values, self._changes = dict(line.values), dict[str, Any]()
        self._to_add: list[str] = []
        self._instead: dict[str, tuple[bool | int | str, ...]] = {}
        self._if_true: list[str] = []

    def mend(self, item: Assessment) -> None:
        """Put right what one unmet requirement is about, as far as this step's own answers can."""
        kind, _, name = item.requirement.partition(":")
        rule: Any = next((asked.rule for asked in self._step.requires if asked.id == item.requirement), None)
        if kind == "field" and name in self._step.fields:
            self._ask(name)
        elif item.kind == "checklist_answered":
            self._ask(rule.field)
        elif item.kind in ("party_assigned", "quorate", "panel_no_smaller"):
            self._one_more(rule.roles)
        elif item.requirement == "taken_by":
            self._changes["taken_by"] = _holder(self._loaded, self._line)
        elif item.requirement == "occurred" or (item.earliest is not None and not item.fix):
            self._date(item)
        for name, allowed in item.instead.items():
            before = self._instead.get(name)
            self._instead[name] = tuple(one for one in before if one in allowed) if before else allowed
        for name, value in item.fix.items():
            self._values[name] = _with_time(self._values.get(name), str(value), self._step.fields[name])

    def corrected(self) -> Corrected:
        """The command with everything mended, its fields in the order of the policy."""
        for name, allowed in self._instead.items():
            self._other(name, allowed)
        in_order = {name: self._values[name] for name in self._step.fields if name in self._values}
        return Corrected(self._line.but(values=in_order, **self._changes), self._to_add, self._if_true)

    def _ask(self, name: str) -> None:
        if self._step.fields[name].type == "boolean":
            self._to_add.append(f"{option_of(name)} or --no-{option_of(name)[2:]}")
        else:
            self._values[name] = _missing(self._loaded, self._step.fields[name], self._values.get(name))

    def _one_more(self, roles: tuple[str, ...]) -> None:
        """Room for one more person, where this step names people for the part."""
        for name, field in self._step.fields.items():
            if field.assigns in roles and field.type == "parties":
                self._values[name] = [*self._values.get(name, ()), "NAME"]
                return

    def _date(self, item: Assessment) -> None:
        """The first date that would do, or room for one: in the field that says when it happened, else in --on."""
        name = next((name for name, field in self._step.fields.items() if field.occurrence), None)
        day = item.earliest.isoformat() if item.earliest else "YYYY-MM-DD"
        if name is not None:
            self._values[name] = _with_time(self._values.get(name), day, self._step.fields[name])
        else:
            self._changes["on"] = day

    def _other(self, name: str, allowed: tuple[bool | int | str, ...]) -> None:
        """Another answer than the one that was not good: the only one there is, or room for one of several."""
        name, _, question = name.partition(":")
        field, given = self._step.fields[name], self._values.get(name)
        if field.type == "parties":
            self._values[name] = self._others(given or (), allowed)
        elif question:
            others = "|".join(map(str, allowed))
            self._values[name] = {**(given or {}), question: others}
            if len(allowed) == 1:
                self._if_true.append(f"{option_of(name)} {question}={others}")
        elif len(allowed) == 1:
            self._values[name] = allowed[0]
            typed = option_of(name) if allowed[0] is not False else f"--no-{option_of(name)[2:]}"
            self._if_true.append(typed if isinstance(allowed[0], bool) else f"{typed} {allowed[0]}")
        elif allowed:
            self._values[name] = "|".join(map(str, allowed))
        elif field.type == "boolean" and given is None:
            self._ask(name)
        else:
            self._values[name] = _missing(self._loaded, field, None)

    def _others(self, given: Sequence[str], stay: Sequence[Any]) -> list[str]:
        """The people who were named, with room for somebody else in the place of each who may not be."""
        from casework.services.cases import party_if_named

        found = [party_if_named(self._line.session.workspace, self._loaded, named) for named in given]
        return [
            named if party is None or party in stay else "NAME"
            for named, party in zip(given, found, strict=True)
        ] or ["NAME"]


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
