"""Reads the facts of a letter against what the letter declares; everything that is wrong is named at once."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from casework.base.time import LONDON
from casework.correspondence.catalogue import FieldSpec, Letter
from casework.correspondence.errors import MissingFact, WrongFact
from casework.correspondence.facts import PATHS, LetterData, Person
from casework.correspondence.words import Choice, clean

Context = dict[str, Any]

_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.? ?){1,4}")
_ISO_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


@dataclass
class Problems:
    """What is missing and what is wrong, gathered until all is known."""

    letter: Letter
    missing: dict[str, tuple[str, tuple[str, ...], str]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def lack(self, name: str, label: str, sources: tuple[str, ...] = (), whom: str = "") -> None:
        """Note that a fact is missing; `whom` is the name of the person of whom it is a part."""
        self.missing.setdefault(name, (label, sources, whom))

    def told(self, name: str) -> str:
        """Return what a fact is in plain words, as far as they are known."""
        own = re.match(r"fields\.(\w+)(?:\[(\d+)\])?", name)
        if own is None or own[1] not in self.letter.fields:
            return "Words of your own" if name == "own_words" else PATHS.get(name, name)
        label = self.letter.fields[own[1]].label
        return f"{label}, number {own[2]}" if own[2] else label

    def raise_if_any(self) -> None:
        """Raise one error that names everything, or do nothing.

        Raises:
            MissingFact: something is missing (and perhaps something else is wrong).
            WrongFact: nothing is missing, but something is wrong.
        """
        wrong = [{"name": name, "reason": reason} for name, reason in self.wrong.items()]
        lines = [
            f"- {label[:1].upper()}{label[1:]}{f' (of {whom})' if whom else ''}"
            for label, _, whom in self.missing.values()
        ]
        lines += [f"- {self.told(name)}: {reason}" for name, reason in self.wrong.items()]
        text = f"The letter “{self.letter.title}” cannot be written yet:\n" + "\n".join(lines)
        if self.missing:
            missing = [
                {"name": name, "label": label, "from": list(sources), "whom": whom}
                for name, (label, sources, whom) in self.missing.items()
            ]
            raise MissingFact(text, remedy="Give what is named above.", missing=missing, wrong=wrong)
        if wrong:
            raise WrongFact(text, remedy="Correct what is named above.", wrong=wrong)


def read_facts(letter: Letter, data: Mapping[str, Any] | LetterData) -> tuple[Context, Problems]:
    """Return what the letter's template may see, and what is missing or wrong so far.

    The context holds whatever could be read; it is fit for a template only if there are no problems.
    """
    problems = Problems(letter)
    raw = _cleaned(data.model_dump() if isinstance(data, LetterData) else dict(data))
    own = raw.pop("fields", None) or {}
    try:
        context = LetterData.model_validate(raw).model_dump()
    except ValidationError as error:
        _note(error, "", problems)
        context = {"people": _people(raw.get("people"))}
    if raw.get("recipient") is None and not letter.for_the_file:
        problems.lack("recipient", PATHS["recipient"])
    people = context.pop("people")
    allegations = context.get("allegations", ())
    if len({allegation["number"] for allegation in allegations}) < len(allegations):
        problems.wrong["allegations"] = "two allegations have the same number"
    reader = _Reader(people, allegations, problems)
    context["fields"] = _read_fields(
        letter, own if isinstance(own, Mapping) else {}, reader, complete=bool(context)
    )
    return context, problems


def deciding_values(letter: Letter, context: Context) -> dict[str, bool | str]:
    """Return the values of the fields that the letter's words depend on, as far as they are known."""
    fields = context["fields"]
    return {name: fields[name] for name in letter.deciding if name in fields}


def _read_fields(letter: Letter, own: Mapping[str, Any], reader: _Reader, complete: bool) -> Context:
    """Read the letter's own fields: first those that decide which others are needed."""
    fields: Context = {}
    for name, spec in sorted(
        letter.fields.items(), key=lambda item: (not item[1].decides, bool(item[1].when))
    ):
        if (spec.when and not spec.when.holds(fields)) or (spec.each and not complete):
            continue
        if _absent(own.get(name)) and not (spec.minimum == 0 and own.get(name) is not None):
            reader.problems.lack(f"fields.{name}", spec.label, spec.sources)
        else:
            reader.read(fields, name, spec, own[name])
    for name in own:
        if name not in letter.fields:
            reader.problems.wrong[f"fields.{name}"] = "this letter has no such field"
    return fields


class _Reader:
    """Reads values by their declared type."""

    def __init__(self, people: Context, allegations: Sequence[Context], problems: Problems) -> None:
        self.people = people
        self.allegations = {allegation["number"]: allegation for allegation in allegations}
        self.problems = problems

    def read(self, into: Context, name: str, spec: FieldSpec, value: Any) -> None:
        """Put the value of a field into `into`, or note what is wrong with it."""
        try:
            into[name] = self._value(spec, value, f"fields.{name}")
        except ValueError as wrong:
            self.problems.wrong[f"fields.{name}"] = str(wrong)

    def _value(self, spec: FieldSpec, value: Any, where: str) -> Any:
        """Return `value` as the type of `spec`.

        Raises:
            ValueError: it is not of that type; the text says what was expected.
        """
        if spec.type == "enum":
            if not isinstance(value, str) or value not in spec.options:
                raise ValueError(f"one of {', '.join(spec.options)} is wanted, not {value!a}")
            return Choice(value, spec.options[value])
        if spec.type == "party":
            return self._person(value, where)
        if spec.type in ("parties", "list", "rows"):
            return self._several(spec, value, where)
        return _SIMPLE[spec.type](value)

    def _several(self, spec: FieldSpec, value: Any, where: str) -> list[Any]:
        """Return a list of persons, texts or rows."""
        if isinstance(value, str | Mapping) or not isinstance(value, Sequence):
            raise ValueError("a list is wanted")
        if len(value) < spec.minimum:
            raise ValueError(f"at least {spec.minimum} wanted, {len(value)} given")
        places = [f"{where}[{position}]" for position in range(1, len(value) + 1)]
        if spec.type == "parties":
            return [self._person(item, place) for item, place in zip(value, places, strict=True)]
        if spec.type == "list":
            return [_text(item) for item in value]
        rows = [self._row(spec, item, place) for item, place in zip(value, places, strict=True)]
        return self._for_each_allegation(rows) if spec.each else rows

    def _row(self, spec: FieldSpec, value: Any, where: str) -> Context:
        """Return one record with all its columns."""
        if not isinstance(value, Mapping):
            raise ValueError("each row is a mapping of its columns")
        row: Context = {"allegation": value.get("allegation")} if spec.each else {}
        if unknown := [key for key in value if key not in spec.columns and key not in row]:
            raise ValueError(f"there is no column {unknown[0]!a}")
        for name, column in spec.columns.items():
            if _absent(value.get(name)):
                self.problems.lack(f"{where}.{name}", column.label, column.sources)
            else:
                row[name] = self._value(column, value[name], f"{where}.{name}")
        return row

    def _for_each_allegation(self, rows: list[Context]) -> list[Context]:
        """Return the rows in the order of the allegations, each with its allegation instead of a number."""
        given = [row["allegation"] for row in rows]
        if sorted(given, key=str) != sorted(self.allegations, key=str):
            wanted = ", ".join(str(number) for number in self.allegations)
            raise ValueError(f"one row for each allegation is wanted (allegation: {wanted})")
        order = list(self.allegations)
        rows.sort(key=lambda row: order.index(row["allegation"]))
        return [row | {"allegation": self.allegations[row["allegation"]]} for row in rows]

    def _person(self, value: Any, where: str) -> Context:
        """Return a person, given whole or by the key among the people."""
        if isinstance(value, str):
            if value not in self.people:
                raise ValueError(f"there is nobody under {value!a} among the people")
            return dict(self.people[value])
        try:
            return Person.model_validate(value).model_dump()
        except ValidationError as error:
            _note(error, f"{where}.", self.problems)
            return {}


def _note(error: ValidationError, prefix: str, problems: Problems) -> None:
    """Sort what a model refused into missing and wrong."""
    for problem in error.errors(include_url=False):
        path = prefix + ".".join(str(part) for part in problem["loc"])
        generic = re.sub(r"\.\d+", "[]", path)
        label = PATHS.get(generic) or _person_label(generic.rpartition(".")[2]) or path
        if problem["type"] in ("missing", "string_too_short", "too_short") or problem.get("input") is None:
            problems.lack(path, label)
        else:
            problems.wrong[path] = problem["msg"].removeprefix("Value error, ")


def _person_label(name: str) -> str:
    """Return what a part of a person is called."""
    part = Person.model_fields.get(name)
    return (part.description or "") if part else ""


def _people(given: Any) -> Context:
    """Return those of the people who can be read, so that fields that name them are not refused as well."""
    people: Context = {}
    for key, value in given.items() if isinstance(given, Mapping) else ():
        with contextlib.suppress(ValidationError):
            people[key] = Person.model_validate(value).model_dump()
    return people


def _cleaned(value: Any) -> Any:
    """Return `value` with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_cleaned(item) for item in value]
    return value


def _absent(value: Any) -> bool:
    """Say whether a value is none at all: not given, blank, or an empty list."""
    return value is None or value == "" or (isinstance(value, list | tuple | dict) and not value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("text is wanted")
    return value


def _initials(value: Any) -> str:
    if not isinstance(value, str) or not _INITIALS.fullmatch(value) or not value.isupper():
        raise ValueError("a child is not named: initials such as A.B. are wanted")
    return value


def _date(value: Any) -> dt.date:
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        return dt.date.fromisoformat(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError("a date such as 2026-04-17 is wanted")


def _datetime(value: Any) -> dt.datetime:
    if isinstance(value, str) and _ISO_TIME.fullmatch(value):
        return dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(LONDON).replace(tzinfo=None) if value.tzinfo else value
    raise ValueError("a date and time such as 2026-04-17T10:00 is wanted")


def _moment(value: Any) -> dt.date:
    try:
        return _datetime(value)
    except ValueError:
        return _date(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted")
    return value


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number is wanted")
    return value


_SIMPLE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": _text,
    "initials": _initials,
    "date": _date,
    "datetime": _datetime,
    "moment": _moment,
    "boolean": _boolean,
    "integer": _integer,
}
