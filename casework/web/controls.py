"""The fields of a step as controls of a form, and what was typed into them as the services take it.

| field | control | sent as |
| --- | --- | --- |
| date; datetime | a day; a day and a time | `f.held_at`; `f.held_at.day` and `f.held_at.time` |
| text, integer | a box | `f.reasons` |
| enum, sanction, boolean | one of several | `f.full_pay` |
| party, parties | a name, or names one under the other | `f.chair` |
| checklist | for each question an answer and a reason | `f.screening.belief`, `f.screening.belief.why` |
| one for each allegation | the same for each number | `f.findings.1` |
| items of evidence | boxes to tick for each allegation | `f.evidence.1` several times |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from casework.cases.fields import applies, as_conditions_read

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from casework.procedure.model import Policy, Step, StepField
    from casework.services.loading import LoadedCase

_ANSWERS: Final = {"yes": "Yes", "no": "No", "unclear": "Not clear", "unknown": "Not known"}
YES_NO: Final = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a form.

    Args:
        name: under which it is sent.
        kind: day, moment, words, number, one_of, person, people, evidence.
        label: what is asked.
        help: a sentence beside it.
        options: of `one_of` and `evidence`: each value with its words.
        value: what stands in it: a text, or texts where several can be given.
        why: the reason beside an answer of a checklist; None where none is asked.
        optional: whether it may stay empty.
        problem: what is wrong with it.
        number: of the allegation that it is about; nothing otherwise.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    value: str | Sequence[str] = ""
    why: str | None = None
    optional: bool = False
    problem: str = ""
    number: str = ""


_KINDS: Final = {
    "date": "day",
    "datetime": "moment",
    "integer": "number",
    "party": "person",
    "parties": "people",
    "enum": "one_of",
    "sanction": "one_of",
    "boolean": "one_of",
    "evidence": "evidence",
}


def typed_texts(form: FormData) -> dict[str, list[str]]:
    """Return what was typed into the fields of a form, as texts by name: what a draft keeps."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str) and (name.startswith("f.") or name in ("taken_by", "occurred")):
            found.setdefault(name, []).append(value.strip())
    return found


def values_of(step: Step, typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the fields of a step that were filled in, as the services take them; what is empty is left out."""
    values: dict[str, Any] = {}
    for name, spec in step.fields.items():
        value = _value(name, spec, typed)
        if value not in (None, "", [], {}):
            values[name] = value
    return values


def _value(name: str, spec: StepField, typed: Mapping[str, Sequence[str]]) -> Any:
    at = f"f.{name}"
    if spec.type == "checklist" or spec.each:
        parts = {
            key.removeprefix(f"{at}."): [text for text in texts if text]
            for key, texts in typed.items()
            if key.startswith(f"{at}.") and not key.endswith(".why")
        }
        return {
            key: _with_why(texts, typed.get(f"{at}.{key}.why", [""])[0], spec)
            for key, texts in parts.items()
            if texts
        }
    first = next(iter(typed.get(at, [])), "")
    if spec.type == "datetime":
        day = next(iter(typed.get(f"{at}.day", [])), "")
        time = next(iter(typed.get(f"{at}.time", [])), "")
        return f"{day}T{time}" if day and time else day or first
    if spec.type == "parties":
        return [line.strip() for text in typed.get(at, []) for line in text.splitlines() if line.strip()]
    if spec.type == "boolean":
        return {"yes": True, "no": False}.get(first)
    if spec.type == "integer":
        return int(first) if first.isascii() and first.isdigit() else first
    return first


def _with_why(texts: Sequence[str], why: str, spec: StepField) -> str:
    if spec.type == "evidence":
        return ",".join(texts)
    return f"{texts[0]}:{why.strip()}" if spec.type == "checklist" and why.strip() else texts[0]


def controls_of(
    loaded: LoadedCase,
    step: Step,
    typed: Mapping[str, Sequence[str]],
    *,
    problems: Mapping[str, str],
    evidence: Mapping[str, str],
) -> list[Control]:
    """Return the controls of a step: those that are asked for as things stand, with what stands in them.

    Args:
        typed: what was typed so far.
        problems: what is wrong, by the name of the field.
        evidence: the items that can be named, each with its title.
    """
    known = as_conditions_read(values_of(step, typed))
    made: list[Control] = []
    for name, spec in step.fields.items():
        if spec.entered_in or not applies(spec.when, known, loaded.case, loaded.policy):
            continue
        problem = problems.get(name, "")
        if spec.type == "checklist":
            made += _checklist(loaded.policy, name, spec, typed, problem)
        elif spec.each:
            numbers = [str(item.number) for item in loaded.case.standing_allegations]
            made += [
                _control(loaded.policy, name, spec, typed, problem, number, evidence) for number in numbers
            ]
        else:
            made.append(_control(loaded.policy, name, spec, typed, problem, "", evidence))
    return made


def _control(
    policy: Policy,
    name: str,
    spec: StepField,
    typed: Mapping[str, Sequence[str]],
    problem: str,
    number: str,
    evidence: Mapping[str, str],
) -> Control:
    at = f"f.{name}.{number}" if number else f"f.{name}"
    kind = _KINDS.get(spec.type, "words")
    value: str | Sequence[str] = next(iter(typed.get(at, [])), "")
    if kind == "moment":
        value = [next(iter(typed.get(f"{at}.{part}", [])), "") for part in ("day", "time")]
    elif kind == "evidence":
        value = list(typed.get(at, []))
    return Control(
        at,
        kind,
        spec.label,
        spec.help,
        evidence if kind == "evidence" else _options(policy, spec),
        value,
        optional=spec.optional,
        problem=problem,
        number=number,
    )


def _checklist(
    policy: Policy, name: str, spec: StepField, typed: Mapping[str, Sequence[str]], problem: str
) -> list[Control]:
    questions = policy.checklists[spec.checklist or ""].questions
    return [
        Control(
            f"f.{name}.{key}",
            "one_of",
            question.text,
            "",
            {
                answer: _ANSWERS.get(answer, answer.replace("_", " ").capitalize())
                for answer in question.answers
            },
            next(iter(typed.get(f"f.{name}.{key}", [])), ""),
            why=next(iter(typed.get(f"f.{name}.{key}.why", [])), ""),
            problem=problem if not typed.get(f"f.{name}.{key}") else "",
        )
        for key, question in questions.items()
    ]


def _options(policy: Policy, spec: StepField) -> Mapping[str, str]:
    if spec.type == "boolean":
        return YES_NO
    if spec.type == "sanction" and not spec.options:
        return {name: sanction.title for name, sanction in policy.sanctions.items()}
    return spec.options
