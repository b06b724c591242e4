"""Reading a step's fields: every value is checked against the policy's type before anything is decided.

A value of the wrong form is a mistake of whoever typed it (`FieldInvalid`, exit 2). A value that is missing
is a
requirement that is not met, and is reported together with all the others (`casework.cases.decide`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.cases.model import Case
from casework.procedure.model import Checklist, Condition, Policy, Step, StepField
from casework.procedure.values import (
    PLAIN,
    TEXT_LIMIT,
    FieldInvalid,
    clean,
    read_plain,
)

__all__ = [
    "TEXT_LIMIT",
    "FieldInvalid",
    "FieldValues",
    "applies",
    "as_conditions_read",
    "clean",
    "entries_with_words",
    "missing_fields",
    "read_fields",
]


@dataclass(frozen=True, slots=True)
class FieldValues:
    """A step's fields, parted as they are recorded: `values` are facts, `texts` are words for the sealed body."""

    values: dict[str, Any]
    texts: dict[str, Any]

    def has(self, name: str) -> bool:
        """True when the field was given, whichever part it belongs to."""
        return name in self.values or name in self.texts

    def date_of(self, name: str) -> date | None:
        """The local date in a date or datetime field, or None when it was not given."""
        value = self.values.get(name)
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None


def read_fields(step: Step, given: Mapping[str, Any], case: Case, policy: Policy) -> FieldValues:
    """Check `given` against the step's fields and part it into facts and words.

    Raises: FieldInvalid naming the first field that is unknown or of the wrong form.
    """
    values: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for name, raw in given.items():
        field = step.fields.get(name)
        if field is None:
            known = ", ".join(step.fields) or "none"
            raise FieldInvalid(f"“{step.title}” has no field {name!r}. Its fields: {known}.")
        if field.type == "sanction" and not field.options:
            field = field.model_copy(
                update={"options": {key: item.title for key, item in policy.sanctions.items()}}
            )
        if _is_nothing(raw):
            continue
        if field.type == "text":
            texts[name] = _each(field, raw, case, _text)
        elif field.type == "checklist":
            values[name], texts[name] = _checklist(field, raw, policy.checklists[field.checklist or ""])
        else:
            values[name] = _each(field, raw, case, _typed)
    return FieldValues(values, {name: said for name, said in texts.items() if said})


def applies(condition: Condition | None, values: Mapping[str, Any], case: Case, policy: Policy) -> bool:
    """Whether a condition holds for the values of a step; no condition always holds."""
    if condition is None:
        return True
    if condition.field is not None or condition.earlier is not None:
        actual: Any = values.get(condition.field) if condition.field else case.answer(condition.earlier or "")
        if isinstance(actual, Mapping) and condition.question is None:
            return any(item in condition.is_ for item in actual.values())
        if isinstance(actual, Mapping):
            actual = actual.get(condition.question or "")
        if actual is None:  # a question that is not answered counts as no
            actual = False
    elif condition.setting is not None:
        actual = policy.settings[condition.setting].value
    else:
        employee = case.employee
        actual = bool(employee and getattr(employee, condition.subject or ""))
    return condition.is_answered_by(actual)


def as_conditions_read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as conditions read them: of a checklist the answers without their reasons."""
    return {
        name: {key: str(item).partition(":")[0] for key, item in value.items()}
        if isinstance(value, dict)
        else value
        for name, value in values.items()
    }


def missing_fields(
    step: Step, fields: FieldValues, case: Case, policy: Policy
) -> list[tuple[str, StepField]]:
    """Fields that the step needs here and that were not given, or not for every allegation that stands."""
    missing = []
    for name, field in step.fields.items():
        if field.optional or not applies(field.when, fields.values, case, policy):
            continue
        if field.each == "allegation" and not case.standing_allegations:
            continue
        if not fields.has(name):
            missing.append((name, field))
        elif field.each == "allegation":
            held = fields.texts.get(name) or fields.values.get(name) or {}
            if any(item.id not in held for item in case.standing_allegations):
                missing.append((name, field))
    return missing


def entries_with_words(field: StepField, answers: Mapping[str, str], case: Case, policy: Policy) -> list[str]:
    """The entries of a field that need words: each question whose answer wants a reason, or each allegation that
    stands.
    """
    if field.checklist is None:
        return [item.id for item in case.standing_allegations]
    questions = policy.checklists[field.checklist].questions
    return [name for name, answer in answers.items() if answer in questions[name].reasons]


def _is_nothing(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str | list | tuple | Mapping) and not raw)


def _each(field: StepField, raw: Any, case: Case, read: Callable[[StepField, Any, Case], Any]) -> Any:
    if field.each is None:
        return read(field, raw, case)
    if not isinstance(raw, Mapping):
        raise FieldInvalid(f"{field.label}: give one answer for each allegation, such as 1=… and 2=….")
    by_number = {str(item.number): item.id for item in case.standing_allegations}
    answers = {}
    for key, value in raw.items():
        allegation = by_number.get(str(key), key)
        if allegation not in case.allegations:
            raise FieldInvalid(
                f"{field.label}: there is no allegation {key}.",
                remedy=f"Those that stand: {', '.join(by_number) or 'none'}. `casework case show` lists them.",
            )
        none_of_them = field.type == "evidence" and isinstance(value, list | tuple)
        answer = read(field, value, case) if none_of_them or not _is_nothing(value) else None
        if (field.type == "evidence" and answer is not None) or not _is_nothing(answer):
            answers[allegation] = answer
    return answers


def _text(field: StepField, raw: Any, case: Case) -> str:
    return clean(field.label, raw)


def _typed(field: StepField, raw: Any, case: Case) -> Any:
    if field.type in PLAIN:
        return read_plain(field.type, field.label, raw, field.options, field.minimum, field.maximum)
    if field.type == "party":
        return _party(field, raw, case)
    if field.type == "evidence":
        return _evidence(field, raw, case)
    if not isinstance(raw, list | tuple):
        raise FieldInvalid(f"{field.label}: expected one or more people.")
    return sorted({_party(field, item, case) for item in raw})


def _party(field: StepField, raw: Any, case: Case) -> str:
    if not isinstance(raw, str) or raw not in case.parties:
        raise FieldInvalid(
            f"{field.label}: this person is not part of the case yet.",
            remedy="Give them a part: `casework case assign`.",
        )
    return raw


NO_EVIDENCE = "none"
"""What is typed where no item of evidence is relied on."""


def _evidence(field: StepField, raw: Any, case: Case) -> list[str]:
    """Items of the case's evidence by their ids; they are typed by their numbers, or as `none`."""
    named = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(named, list | tuple):
        raise FieldInvalid(f"{field.label}: name items by their numbers, such as 1,3, or say {NO_EVIDENCE}.")
    by_number = {str(item.number): item.id for item in case.evidence.values()}
    items = []
    for one in named:
        name = str(one).strip()
        item = by_number.get(name, name)
        if item in case.evidence:
            items.append(item)
        elif name != NO_EVIDENCE or len(named) > 1:
            known = f"it has {len(by_number)}" if by_number else "it has none"
            raise FieldInvalid(
                f"{field.label}: there is no item {name!r} of the evidence in this case; {known}.",
                remedy=f"Name items by their numbers, such as 1,3, or say {NO_EVIDENCE}: `casework evidence list REF`.",
            )
    return sorted(set(items), key=list(case.evidence).index)


def _checklist(field: StepField, raw: Any, checklist: Checklist) -> tuple[dict[str, str], dict[str, str]]:
    if not isinstance(raw, Mapping):
        raise FieldInvalid(f"{field.label}: answer each question.")
    answers: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for question_id, given in raw.items():
        question = checklist.questions.get(question_id)
        if question is None:
            raise FieldInvalid(
                f"{field.label}: there is no question {question_id!r}.",
                remedy=f"The questions: {', '.join(checklist.questions)}.",
            )
        if isinstance(given, Mapping):
            answer, reason = given.get("answer"), given.get("reason", "")
        else:
            answer, _, reason = str(given).partition(":")
        answer = answer.strip() if isinstance(answer, str) else answer
        if answer not in question.answers:
            raise FieldInvalid(
                f"{field.label}: “{question.text}” takes {', '.join(question.answers)}; not {answer!r}."
            )
        answers[question_id] = answer
        words = clean(field.label, reason)
        if words:
            reasons[question_id] = words
    return answers, reasons
