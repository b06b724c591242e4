"""Asking for a step's missing answers on a terminal, one after the other, in the order of the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from casework.cli.asking import choose, prompt, said, yes_no
from casework.cli.output import say
from casework.cli.session import Session
from casework.cli.step_fields import choices_of
from casework.cli.tables import pairs
from casework.cli.values import DAY, MOMENT, WORDS
from casework.procedure.sentences import who_may

if TYPE_CHECKING:
    from casework.cases.model import Allegation
    from casework.cli.step_line import StepLine
    from casework.procedure.model import Step, StepField
    from casework.services.loading import LoadedCase


_SHOWN: Final = 60
"""Characters of an answer that a list of answers shows."""


def fill_in(session: Session, loaded: LoadedCase, step: Step, line: StepLine) -> None:
    """Ask for who took the step, for every field that it needs and that was not given, and whether to record it.

    Raises:
        click.Abort: it is not to be recorded after all.
    """
    from casework.cases.fields import applies, as_conditions_read

    asking = _Asking(session, loaded, line)
    if line.verb == "record" and not line.reason:
        asking.reason()
    for name, field in step.fields.items():
        if not (field.optional or field.entered_in) and applies(
            field.when, as_conditions_read(line.values), loaded.case, loaded.policy
        ):
            asking.field(name, field)
    if line.asked and not line.taken_by:
        asking.taken_by(step)
    if line.asked and not session.rehearsal:
        click.confirm(f"Record “{step.title}”", default=True, abort=True, err=True)


def change_one(session: Session, loaded: LoadedCase, step: Step, line: StepLine) -> bool:
    """List the answers of a step that was refused, and ask anew for the one that is chosen; False if none is.

    Answers to questions that no longer apply go with it. What else is now missing is for `fill_in`.
    """
    from casework.cases.fields import applies, as_conditions_read

    answers = _answers(loaded, step, line)
    say("\nNothing was recorded. Your answers:")
    say(
        pairs(
            [(str(number), f"{item.label}: {item.shown}") for number, item in enumerate(answers, 1)], indent=2
        )
    )
    try:
        chosen = prompt(
            "Which one do you want to change? Its number, or nothing to stop",
            type=click.IntRange(1, len(answers)),
            optional=True,
        )
        if chosen is None:
            return False
        answer, asking = answers[chosen - 1], _Asking(session, loaded, line)
        if answer.name == _TAKEN_BY:
            line.taken_by = ""
            asking.taken_by(step, always=True)
        elif answer.name == _REASON:
            asking.reason()
        else:
            _forget(line, answer)
            asking.field(answer.name, step.fields[answer.name])
    except click.Abort:
        return False
    for name, field in step.fields.items():
        if name in line.values and not applies(
            field.when, as_conditions_read(line.values), loaded.case, loaded.policy
        ):
            del line.values[name]
    return True


_TAKEN_BY, _REASON = "taken by", "reason"  # no field has such a name: a blank, and a name that no step has


class _Answer(NamedTuple):
    """One answer as it can be chosen: of which field, under which entry of it, and its words."""

    name: str
    key: str
    label: str
    shown: str


def _answers(loaded: LoadedCase, step: Step, line: StepLine) -> list[_Answer]:
    found = []
    for name, field in step.fields.items():
        value = line.values.get(name)
        if isinstance(value, dict):
            questions = loaded.policy.checklists[field.checklist].questions if field.checklist else {}
            for key, item in value.items():
                asked = questions[key].text if key in questions else f"{field.label}, allegation {key}"
                found.append(_Answer(name, key, asked, _shown(item)))
        elif value is not None:
            found.append(_Answer(name, "", field.label, _shown(value)))
    if line.taken_by:
        found.append(_Answer(_TAKEN_BY, "", "Who took this step", line.taken_by))
    if line.reason:
        found.append(_Answer(_REASON, "", "Why it happened all the same", _shown(line.reason)))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _forget(line: StepLine, answer: _Answer) -> None:
    if answer.key:
        line.values[answer.name] = {
            key: item for key, item in line.values[answer.name].items() if key != answer.key
        }
    else:
        del line.values[answer.name]


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
            self._keep(name, self._value(name, field, field.label))

    def reason(self) -> None:
        """Ask why it happened all the same."""
        self._line.reason = prompt(
            "Why it happened although something it needs did not hold", type=WORDS, check=said
        )
        self._answered()

    def taken_by(self, step: Step, *, always: bool = False) -> None:
        """Ask who took the step, unless the signed-in person has the power or nobody else can be meant."""
        from casework.services.cases import recorder_of
        from casework.services.loading import people_of

        me = recorder_of(self._session.workspace, self._session.school, self._loaded)["party"]
        case = self._loaded.case
        if not always and any(role in case.parties[me].roles for role in step.by):
            return
        people = people_of(self._session.workspace, self._loaded)
        holders = [people[party.id]["name"] for role in step.by for party in case.holders(role)]
        question = f"Who took this step ({who_may(self._policy, step.by)})"
        self._line.taken_by = self._person(question, holders[0] if holders else "")
        self._answered()

    def _keep(self, name: str, value: Any) -> None:
        self._line.values[name] = value
        self._answered()

    def _answered(self) -> None:
        self._line.asked = True
        self._session.keep(self._line.arguments)

    def _heading(self, field: StepField) -> None:
        say("")
        if field.help:
            say(field.help)

    def _value(self, name: str, field: StepField, label: str, entry: str = "") -> Any:
        def check(value: Any) -> None:
            from casework.services.steps import check_answer

            given = {entry: value} if entry else value
            check_answer(
                self._session.workspace, self._session.school, self._loaded, self._line.step_id, name, given
            )

        if choices := choices_of(field, self._policy):
            return choose(label, choices)
        if field.type == "boolean":
            return yes_no(label)
        if field.type == "integer":
            return prompt(label, type=click.IntRange(field.minimum, field.maximum), check=check)
        if field.type == "party":
            return self._person(label)
        if field.type == "parties":
            return self._people(label)
        if field.type == "date":
            return prompt(f"{label} (such as 2026-03-02)", type=DAY, check=check)
        if field.type == "datetime":
            return prompt(f"{label} (such as 2026-03-02T10:00)", type=MOMENT, check=check)
        if field.type == "evidence":
            return prompt(f"{label} (numbers, such as 1,3; or none)", type=WORDS, check=check)
        return prompt(f"{label} (words, or @FILE)", type=WORDS, check=check)

    def _checklist(self, name: str, field: StepField, answers: dict[str, str]) -> None:
        questions = self._policy.checklists[field.checklist or ""].questions
        missing = [key for key in questions if key not in answers]
        if missing:
            self._heading(field)
            say(f"{field.label}:")
        for key in missing:
            question = questions[key]
            answer = choose(question.text, {item: "" for item in question.answers}) or ""
            reason = prompt("Why, in words", type=WORDS, check=said) if answer in question.reasons else ""
            answers[key] = f"{answer}:{reason}" if reason else answer
            self._keep(name, answers)

    def _each(self, name: str, field: StepField, answers: dict[str, str]) -> None:
        missing = [item for item in self._loaded.case.standing_allegations if str(item.number) not in answers]
        if missing:
            self._heading(field)
            if field.type == "evidence":
                self._show_evidence()
        for item in missing:
            number = str(item.number)
            answers[number] = self._value(
                name, field, f"Allegation {number}, {self._said(item)}\n{field.label}", number
            )
            self._keep(name, answers)

    def _show_evidence(self) -> None:
        from casework.services.loading import body_of

        items = self._loaded.case.evidence.values()
        titles = [
            (str(item.number), str(body_of(self._session.workspace, self._loaded, item.n).get("title", "")))
            for item in items
        ]
        say(
            f"The evidence in this case:\n{pairs(titles, indent=2)}"
            if titles
            else "There is no evidence yet."
        )

    def _said(self, item: Allegation) -> str:
        from casework.services.loading import body_of

        return str(body_of(self._session.workspace, self._loaded, item.n).get("text", ""))

    def _person(self, label: str, usual: str = "") -> str:
        """Ask until somebody known is named, so that no later answer is lost to a misspelt name.

        Args:
            label: the question.
            usual: the name that nothing stands for; empty if nothing is no answer.
        """
        from casework.services.steps import known_as

        def check(named: str) -> None:
            known_as(self._session.workspace, self._session.school, self._loaded, named)

        hint = f"a name; {usual} if you only press Enter" if usual else "a name"
        named = prompt(
            f"{label}\n({hint})" if usual else f"{label} ({hint})", check=check, optional=bool(usual)
        )
        return known_as(self._session.workspace, self._session.school, self._loaded, str(named or usual))

    def _people(self, label: str) -> list[str]:
        found = [self._person(label)]
        while yes_no("Anybody else"):
            found.append(self._person(label))
        return found
