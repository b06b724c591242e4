"""What was answered to a step's fields, in the words of its policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.procedure.model import StepField
from casework.records.entry import Field, Item, Typed
from casework.records.told import numbered
from casework.records.words import Words, day, readable


def answers(
    words: Words, step: str, facts: Mapping[str, Any], texts: Mapping[str, Any] | None
) -> tuple[Field, ...]:
    """Return the fields of a step as they were answered, in the policy's order.

    Args:
        words: of the case.
        step: the step's id; an unknown one leaves the fields under their own names.
        facts: `values` and `given`, the typed values and the names of the words that were given.
        texts: those words, from the body; None where they are withheld.
    """
    values, given = facts.get("values", {}), facts.get("given", ())
    known = words.step(step)
    order = [*(known.fields if known else ()), *values, *given]
    return tuple(
        _answer(words, name, known.fields.get(name) if known else None, values, given, texts)
        for name in dict.fromkeys(order)
        if name in values or name in given
    )


def _answer(
    words: Words,
    name: str,
    field: StepField | None,
    values: Mapping[str, Any],
    given: Any,
    texts: Mapping[str, Any] | None,
) -> Field:
    label = field.label if field else readable(name)
    withheld = name in given and texts is None
    said = (texts or {}).get(name)
    if name in values:
        value = values[name]
        if isinstance(value, Mapping):
            return Field(name, label, "", None, _lines(words, field, value, said), withheld)
        return Field(name, label, in_words(words, field, value), _typed(words, field, value), (), withheld)
    if isinstance(said, Mapping):
        lines = tuple(Item(words.allegation(key), str(text), None) for key, text in words.by_allegation(said))
        return Field(name, label, "", None, lines, withheld)
    return Field(name, label, "" if said is None else str(said), None, (), withheld)


def _lines(words: Words, field: StepField | None, given: Mapping[str, Any], reasons: Any) -> tuple[Item, ...]:
    """The lines of a checklist, each with its reason, or of an answer for each allegation."""
    checklist = words.policy.checklists.get(field.checklist or "") if field else None
    if checklist is None:
        return tuple(
            Item(words.allegation(key), in_words(words, field, value), _typed(words, field, value))
            for key, value in words.by_allegation(given)
        )
    because = reasons if isinstance(reasons, Mapping) else {}
    asked = [key for key in checklist.questions if key in given]
    return tuple(
        Item(
            checklist.questions[key].text if key in checklist.questions else readable(key),
            readable(str(given[key])) + (f": {because[key]}" if because.get(key) else ""),
            str(given[key]),
        )
        for key in dict.fromkeys((*asked, *given))
    )


def in_words(words: Words, field: StepField | None, value: Any) -> str:
    """Return a typed value in words."""
    kind = field.type if field else ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if kind in ("date", "datetime"):
        return day(str(value))
    if kind == "party":
        return words.who(str(value)).full
    if kind == "evidence":
        numbers = words.evidence_numbers(value)
        return numbered("Item", "Items", numbers) if numbers else "None"
    if isinstance(value, list | tuple):
        people = [who.full for who in words.by_person(value)] if kind == "parties" else map(str, value)
        return ", ".join(people)
    if field and kind in ("enum", "sanction"):
        sanction = words.policy.sanctions.get(str(value)) if kind == "sanction" else None
        return field.options.get(str(value)) or (sanction.title if sanction else readable(str(value)))
    return str(value)


def _typed(words: Words, field: StepField | None, value: Any) -> Typed:
    """A value as a program reads it; people under their numbers."""
    kind = field.type if field else ""
    if kind == "party":
        return words.who(str(value)).number
    if kind == "evidence":
        return ", ".join(map(str, words.evidence_numbers(value)))
    if isinstance(value, list | tuple):
        people = [who.number for who in words.by_person(value)] if kind == "parties" else map(str, value)
        return ", ".join(people)
    return value if isinstance(value, bool | int | str) else str(value)
