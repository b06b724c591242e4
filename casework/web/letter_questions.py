"""What a letter asks of whoever writes it, as controls of a form, and what was typed as the services take it.

| field | control | sent as |
| --- | --- | --- |
| date; datetime, moment | a day; a day and a time | `f.since`; `f.hearing_at.day` and `f.hearing_at.time` |
| text, initials, integer | a box | `f.venue` |
| enum, boolean | one of several | `f.recording` |
| party; parties | somebody of the case; several of them | `f.chair`; `f.members` several times |
| list | a box, one on each line | `f.school_witnesses` |
| rows | a group for each, a new one at the end | `f.withheld.1.what` |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.web.controls import YES_NO, Control

if TYPE_CHECKING:
    from casework.correspondence.catalogue import FieldSpec, Letter

Typed = Mapping[str, Sequence[str]]
"""What was typed, by the names of the controls."""

_KINDS: Final = {
    "date": "day",
    "datetime": "moment",
    "moment": "moment",
    "integer": "number",
    "enum": "one_of",
    "boolean": "one_of",
    "party": "somebody",
    "parties": "several",
    "list": "lines",
    "initials": "text",
}
_SPARE: Final = 1
"""Empty groups after the last row that was filled in."""

_MOST_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a letter as it is asked: one control, or for rows a list of groups of controls."""

    name: str
    label: str
    control: Control | None = None
    groups: tuple[tuple[str, tuple[Control, ...]], ...] = ()
    problem: str = ""


def questions_of(
    letter: Letter,
    names: Iterable[str],
    typed: Typed,
    *,
    people: Sequence[str],
    allegations: Mapping[str, str],
    problems: Mapping[str, str],
) -> list[Question]:
    """Return the questions for some fields of a letter, in the letter's own order, with what was typed.

    Args:
        people: the names of those in the case.
        allegations: those that stand: number and words.
        problems: what is wrong, by the name of the field.
    """
    wanted = set(names)
    return [
        _question(name, spec, typed, people, allegations, problems.get(name, ""))
        for name, spec in letter.fields.items()
        if name in wanted
    ]


def typed_names(letter: Letter, typed: Typed) -> list[str]:
    """Return the fields of a letter into which something was typed, in the letter's own order."""
    given = {key.removeprefix("f.").partition(".")[0] for key, texts in typed.items() if any(texts)}
    return [name for name in letter.fields if name in given]


def values_of(letter: Letter, typed: Typed) -> dict[str, Any]:
    """Return what was typed, each in the type of its field; what is empty is left out.

    Raises:
        BadInput: a number is none, or a time stands without its day; `details` name the field.
    """
    found = {
        name: _value(f"f.{name}", spec, typed)
        for name, spec in letter.fields.items()
        if name in typed_names(letter, typed)
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def typed_of(letter: Letter, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return values as they would have been typed: what was given for a letter that is written again."""
    typed: dict[str, list[str]] = {}
    for name, value in values.items():
        if name in letter.fields:
            _put(f"f.{name}", letter.fields[name], value, typed)
    return typed


def _question(
    name: str,
    spec: FieldSpec,
    typed: Typed,
    people: Sequence[str],
    allegations: Mapping[str, str],
    problem: str,
) -> Question:
    if spec.type != "rows":
        return Question(name, spec.label, _control(f"f.{name}", spec, typed, people, problem))
    keys = list(allegations) if spec.each else [str(n) for n in range(1, _filled(name, typed) + _SPARE + 1)]
    groups = tuple(
        (
            f"Allegation {key}: {allegations[key]}" if spec.each else key,
            tuple(
                _control(f"f.{name}.{key}.{column}", part, typed, people, "")
                for column, part in spec.columns.items()
            ),
        )
        for key in keys
    )
    return Question(name, spec.label, None, groups, problem)


def _control(at: str, spec: FieldSpec, typed: Typed, people: Sequence[str], problem: str) -> Control:
    kind = _KINDS.get(spec.type, "words")
    value: str | Sequence[str] = _first(typed, at)
    options: Mapping[str, str] = spec.options
    if kind == "moment":
        value = [_first(typed, f"{at}.{part}") for part in ("day", "time")]
    elif kind == "several":
        value, options = list(typed.get(at, ())), {name: name for name in people}
    elif kind == "somebody":
        options = {name: name for name in people}
    elif spec.type == "boolean":
        options = YES_NO
    help_ = "One on each line." if kind == "lines" else ""
    return Control(at, kind, spec.label, help_, options, value, optional=spec.minimum == 0, problem=problem)


def _filled(name: str, typed: Typed) -> int:
    """The highest number of a row into which something was typed."""
    numbers = [
        int(found[1])
        for key, texts in typed.items()
        if any(texts) and (found := re.fullmatch(rf"f\.{re.escape(name)}\.(\d{{1,3}})\..+", key))
    ]
    return min(max(numbers, default=0), _MOST_ROWS)


def _first(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def _value(at: str, spec: FieldSpec, typed: Typed) -> Any:
    if spec.type == "rows":
        return _rows(at, spec, typed)
    if spec.type in ("datetime", "moment"):
        return _moment(at, spec, typed)
    if spec.type == "parties":
        return [text for text in typed.get(at, ()) if text]
    text = _first(typed, at)
    if spec.type == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if spec.type == "boolean":
        return {"yes": True, "no": False}.get(text)
    if spec.type == "integer" and text and not (text.isascii() and text.isdigit()):
        raise BadInput(f"{spec.label}: write a whole number.", field=at)
    return int(text) if spec.type == "integer" and text else text


def _moment(at: str, spec: FieldSpec, typed: Typed) -> str:
    day, time = (_first(typed, f"{at}.{part}") for part in ("day", "time"))
    if time and not day:
        raise BadInput(f"{spec.label}: give the day too.", field=at)
    return f"{day}T{time}" if time else day


def _rows(at: str, spec: FieldSpec, typed: Typed) -> list[dict[str, Any]]:
    """The rows into which something was typed, in order; a row for each allegation has its number."""
    prefix = f"{at}."
    keys = {key.removeprefix(prefix).partition(".")[0] for key, texts in typed.items() if any(texts)}
    rows = []
    for key in sorted((key for key in keys if key.isascii() and key.isdigit()), key=int):
        row = {
            column: value
            for column, part in spec.columns.items()
            if (value := _value(f"{prefix}{key}.{column}", part, typed)) not in (None, "")
        }
        if row:
            rows.append({"allegation": int(key), **row} if spec.each else row)
    return rows


def _put(at: str, spec: FieldSpec, value: Any, typed: dict[str, list[str]]) -> None:
    if spec.type == "rows":
        for place, row in enumerate(value, start=1):
            key = row.get("allegation", place)
            for column, part in spec.columns.items():
                if column in row:
                    _put(f"{at}.{key}.{column}", part, row[column], typed)
    elif spec.type in ("datetime", "moment"):
        day, _, time = str(value).partition("T")
        typed[f"{at}.day"], typed[f"{at}.time"] = [day], [time[:5]]
    elif spec.type == "boolean":
        typed[at] = ["yes" if value else "no"]
    elif spec.type == "parties":
        typed[at] = [str(item) for item in value]
    elif spec.type == "list":
        typed[at] = ["\n".join(map(str, value))]
    else:
        typed[at] = [str(value)]
