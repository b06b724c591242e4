"""What the names in a letter's template stand for: facts of every letter, and the letter's own fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.correspondence.catalogue import LISTS, FieldSpec, Letter
from casework.correspondence.facts import LISTS as FACT_LISTS
from casework.correspondence.facts import OPTIONAL, PARTS, PATHS, Allegation, Person

Kind = Literal["leaf", "record", "list", "fields"]
"""A leaf can be printed, a record has parts, a list is looped over."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a path stands for.

    Args:
        kind: see `Kind`.
        label: what it is, in plain words.
        choice: the field whose value a condition on it tests; empty if no required passage may hang on it.
        values: all values of an enum or boolean; empty for anything else.
        asked: true if a condition may ask about it.
        minimum: of a list: how many there are at least.
    """

    kind: Kind
    label: str = ""
    choice: str = ""
    values: tuple[bool | str, ...] = ()
    asked: bool = False
    minimum: int = 1


class Names:
    """The names of one letter's template. A list's items are written `[]`: `fields.panel[].name`."""

    def __init__(self, letter: Letter) -> None:
        self._letter = letter

    def known(self, path: str) -> Known | None:
        """Return what `path` stands for, or None if it stands for nothing."""
        if path == "fields":
            return Known("fields")
        if path.startswith("fields."):
            return self._field(path.split(".")[1:])
        if path not in PATHS:
            return None
        minimum = 0 if path in ("copy_to", "own_words") else 1
        kind: Kind = "list" if path in FACT_LISTS else "record" if path in PARTS else "leaf"
        values = (True, False) if path in ("draft", "allegations[].gross_misconduct") else ()
        return Known(kind, PATHS[path], values=values, asked=path in OPTIONAL, minimum=minimum)

    def _field(self, parts: list[str]) -> Known | None:
        """Return what a path below `fields` stands for."""
        name, is_item = parts[0].removesuffix("[]"), parts[0].endswith("[]")
        spec = self._letter.fields.get(name)
        if spec is None or (is_item and spec.type not in LISTS):
            return None
        if spec.type in LISTS and not is_item:
            return Known("list", spec.label, minimum=spec.minimum) if len(parts) == 1 else None
        if len(parts) == 1:
            return _whole(name, spec)
        return _part(spec, parts[1:])


def _whole(name: str, spec: FieldSpec) -> Known:
    """Return what a field, or an item of its list, stands for as a whole."""
    if spec.type in ("party", "parties", "rows"):
        return Known("record", spec.label)
    if spec.decides:
        return Known("leaf", spec.label, choice=name, values=spec.values, asked=True)
    return Known("leaf", spec.label)


def _part(spec: FieldSpec, parts: list[str]) -> Known | None:
    """Return what a part of a person or of a row stands for."""
    if spec.type in ("party", "parties"):
        person = Person.model_fields.get(parts[0]) if len(parts) == 1 else None
        return Known("leaf", f"{spec.label}: {person.description}") if person else None
    if spec.type != "rows":
        return None
    if spec.each and parts[0] == "allegation":
        if len(parts) == 1:
            return Known("record", "the allegation")
        part = Allegation.model_fields.get(parts[1]) if len(parts) == 2 else None
        return Known("leaf", part.description or "") if part else None
    column = spec.columns.get(parts[0])
    if column is None:
        return None
    if column.type == "party":
        return _part(column, parts[1:]) if len(parts) > 1 else Known("record", column.label)
    if len(parts) > 1:
        return None
    values = column.values if column.decides else ()
    return Known("leaf", column.label, values=values, asked=column.decides)
