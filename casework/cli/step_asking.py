"""Asking for a step's missing answers on a terminal, one after the other, in the order of the policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import choose, prompt, yes_no
from casework.cli.output import say
from casework.cli.session import Session
from casework.cli.standing import who_may
from casework.cli.step_fields import choices_of
from casework.cli.values import DAY, MOMENT, WORDS

if TYPE_CHECKING:
    from casework.cases.model import Allegation
    from casework.cli.step_line import StepLine
    from casework.procedure.model import Step, StepField
    from casework.services.loading import LoadedCase


def fill_in(session: Session, loaded: LoadedCase, step: Step, line: StepLine) -> None:
    """Ask for who took the step, for every field that it needs and that was not given, and whether to record it.

    Raises:
        click.Abort: it is not to be recorded after all.
    """
    from casework.cases.fields import applies

    asking = _Asking(session, loaded, line)
    if line.verb == "record" and not line.reason:
        line.reason, line.asked = (
            prompt("Why it happened although something it needs did not hold", type=WORDS),
            True,
        )
    for name, field in step.fields.items():
        if not field.optional and applies(field.when, _typed(line.values), loaded.case, loaded.policy):
            asking.field(name, field)
    if line.asked and not line.taken_by:
        asking.taken_by(step)
    if line.asked and not session.rehearsal:
        click.confirm(f"Record “{step.title}”", default=True, abort=True, err=True)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as conditions read them: of a checklist the answers without their reasons."""
    return {
        name: {key: str(item).partition(":")[0] for key, item in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in values.items()
    }


class _Asking:
    def __init__(self, session: Session, loaded: LoadedCase, line: StepLine) -> None:
        self._session, self._loaded, self._line = session, loaded, line
        self._policy = loaded.policy

    def field(self, name: str, field: StepField) -> None:
        """Ask for one field, or for the part of it that was not given."""
        given = self._line.values.get(name)
        if field.type == "checklist":
            self._checklist(name, field, dict(given or {}))
        elif field.each:
            self._each(name, field, dict(given or {}))
        elif given is None:
            self._heading(field)
            self._keep(name, self._value(field, field.label))

    def taken_by(self, step: Step) -> None:
        """Ask who took the step, unless the signed-in person has the power or nobody else can be meant."""
        from casework.services.cases import recorder_of
        from casework.services.loading import people_of

        me = recorder_of(self._session.workspace, self._session.school, self._loaded)["party"]
        case = self._loaded.case
        if any(role in case.parties[me].roles for role in step.by):
            return
        words = people_of(self._session.workspace, self._loaded)
        holders = [words[party.id]["name"] for role in step.by for party in case.holders(role)]
        question = f"Who took this step ({who_may(self._policy, step.by)})"
        self._line.taken_by = (
            click.prompt(question, default=holders[0], err=True) if holders else self._person(question)
        )
        self._line.asked = True

    def _keep(self, name: str, value: Any) -> None:
        self._line.values[name] = value
        self._line.asked = True

    def _heading(self, field: StepField) -> None:
        say("")
        if field.help:
            say(field.help)

    def _value(self, field: StepField, label: str) -> Any:
        if choices := choices_of(field, self._policy):
            return choose(label, choices)
        if field.type == "boolean":
            return yes_no(label)
        if field.type == "integer":
            return prompt(label, type=click.IntRange(field.minimum, field.maximum))
        if field.type == "party":
            return self._person(label)
        if field.type == "parties":
            return self._people(label)
        if field.type == "date":
            return prompt(f"{label} (such as 2026-03-02)", type=DAY)
        if field.type == "datetime":
            return prompt(f"{label} (such as 2026-03-02T10:00)", type=MOMENT)
        return prompt(f"{label} (words, or @FILE)", type=WORDS)

    def _checklist(self, name: str, field: StepField, answers: dict[str, str]) -> None:
        questions = self._policy.checklists[field.checklist or ""].questions
        missing = [key for key in questions if key not in answers]
        if missing:
            self._heading(field)
            say(f"{field.label}:")
        for key in missing:
            question = questions[key]
            answer = choose(question.text, {item: "" for item in question.answers}) or ""
            reason = prompt("Why, in words", type=WORDS) if answer in question.reasons else ""
            answers[key] = f"{answer}:{reason}" if reason else answer
            self._keep(name, answers)

    def _each(self, name: str, field: StepField, answers: dict[str, str]) -> None:
        missing = [item for item in self._loaded.case.standing_allegations if str(item.number) not in answers]
        if missing:
            self._heading(field)
        for item in missing:
            answers[str(item.number)] = self._value(
                field, f"Allegation {item.number}, {self._said(item)}\n{field.label}"
            )
            self._keep(name, answers)

    def _said(self, item: Allegation) -> str:
        from casework.services.loading import body_of

        return str(body_of(self._session.workspace, self._loaded, item.n).get("text", ""))

    def _person(self, label: str) -> str:
        """Ask until somebody known is named, so that no later answer is lost to a misspelt name."""
        from casework.services.cases import party_if_named
        from casework.services.directory import find_person
        from casework.services.errors import UnknownPerson

        while True:
            named = str(prompt(f"{label} (a name)")).strip()
            try:
                if party_if_named(self._session.workspace, self._loaded, named) is not None:
                    return named
                return find_person(self._session.workspace, self._session.school, named).name
            except UnknownPerson as unknown:
                say(unknown.message)

    def _people(self, label: str) -> list[str]:
        found = [self._person(label)]
        while yes_no("Anybody else"):
            found.append(self._person(label))
        return found
