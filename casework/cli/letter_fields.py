"""What a letter asks of whoever writes it: fields given as `--field NAME=VALUE`, or asked for on a terminal."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import choose, prompt, yes_no
from casework.cli.values import DAY, MOMENT, WORDS

if TYPE_CHECKING:
    from casework.correspondence.catalogue import FieldSpec, Letter
    from casework.correspondence.errors import Lacking

PLACEHOLDERS = {
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DDTHH:MM",
    "moment": "YYYY-MM-DD",
    "integer": "NUMBER",
    "boolean": "yes|no",
    "party": "NAME",
    "parties": "NAME",
}
"""What stands for a missing field of each type; words for any other."""

BETWEEN = " | "
"""What stands between the columns of a row that is typed."""

_SEVERAL = ("list", "parties")


def read_fields(letter: Letter, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the fields that were typed, each in its own type; a list is typed once for each of its parts.

    Raises:
        click.UsageError: the letter has no such field, or the value cannot be one.
    """
    found: dict[str, Any] = {}
    for typed_name, typed in given:
        name = typed_name.replace("-", "_")
        if name not in letter.fields:
            known = ", ".join(letter.fields)
            raise click.UsageError(f"“{letter.title}” has no field {typed_name!r}. Its fields: {known}.")
        spec = letter.fields[name]
        value = _value(name, spec, typed)
        if spec.type in _SEVERAL:
            found.setdefault(name, []).append(value)
        elif spec.type == "rows":
            found.setdefault(name, []).extend(value)
        else:
            found[name] = value
    return found


def own_fields(letter: Letter, missing: Sequence[Lacking]) -> list[str]:
    """Return those of the missing facts that are fields of the letter, so that they can be given here.

    A part of a person who is known is given with the person.
    """
    names = [_field_of(item) for item in missing if not item.whom]
    return [name for name in dict.fromkeys(names) if name in letter.fields]


def typed_as(letter: Letter, item: Lacking) -> tuple[str, str]:
    """Return how a missing fact is called where it is typed, and what it is; the name of whoever lacks it."""
    own = _field_of(item) in letter.fields and not item.whom
    where = item.name.partition(".")[0]
    return _field_of(item) if own else item.whom or _PARTS.get(where, where), item.label


_PARTS = {"school": "the school", "sender": "the sender", "recipient": "the reader", "case": "the procedure"}
"""Whose facts those of a letter are that are no field of it."""


def _field_of(item: Lacking) -> str:
    return item.name.removeprefix("fields.").partition("[")[0].partition(".")[0]


_OPTIONS = {
    "phone": ("--phone", "NUMBER"),
    "email": ("--email", "ADDRESS"),
    "address_lines": ("--address", "LINE"),
    "title": ("--title", "WORDS"),
    "job_title": ("--title", "WORDS"),
    "salutation": ("--salutation", "WORDS"),
    "procedure_dated": ("--procedure-date", "YYYY-MM-DD"),
}
"""With which option of `person edit` or `school edit` a part is given."""


def given_elsewhere(missing: Sequence[Lacking], reference: str) -> list[list[str]]:
    """Return the commands, as arguments, that give those of the missing facts which no field of the letter gives."""
    school: dict[str, str] = {}
    people: dict[str, dict[str, str]] = {}
    for item in missing:
        where, _, part = item.name.rpartition(".")
        option = _OPTIONS.get(part.partition("[")[0])
        if option and where in ("school", "case"):
            school |= dict([option])
        elif option and (item.whom or where == "recipient"):
            people.setdefault(item.whom or "NAME", {}).update([option])
    found = [["school", "edit", *chain.from_iterable(school.items())]] if school else []
    for name, options in people.items():
        found.append(["person", "edit", name, *chain.from_iterable(options.items())])
        found.append(["case", "update-person", reference, name])
    return found


def ask_field(spec: FieldSpec) -> Any:
    """Ask for one field of a letter, in its own type."""
    if spec.type == "boolean":
        return yes_no(spec.label)
    if spec.type == "enum":
        return choose(spec.label, dict(spec.options))
    if spec.type == "rows":
        return _ask_rows(spec)
    if spec.type in _SEVERAL:
        found = [str(prompt(spec.label, type=WORDS))]
        while more := prompt("And (nothing to end)", type=WORDS, optional=True):
            found.append(str(more))
        return found
    types = {"date": DAY, "datetime": MOMENT, "integer": click.IntRange(0)}
    form = {"date": " (such as 2026-03-02)", "datetime": " (such as 2026-03-02T10:00)", "party": " (a name)"}
    return prompt(f"{spec.label}{form.get(spec.type, '')}", type=types.get(spec.type, WORDS))


def _ask_rows(spec: FieldSpec) -> list[dict[str, Any]]:
    """Ask for row after row."""
    rows: list[dict[str, Any]] = []
    click.echo(f"{spec.label}:", err=True)
    while not rows or yes_no("Another"):
        number = {"allegation": prompt("Allegation number", type=click.IntRange(1))} if spec.each else {}
        rows.append({**number, **{name: ask_field(column) for name, column in spec.columns.items()}})
    return rows


def as_arguments(letter: Letter, fields: Mapping[str, Any], missing: Sequence[Lacking] = ()) -> list[str]:
    """Return fields as arguments, what is missing with a placeholder."""
    parts: list[str] = []
    again = own_fields(letter, missing)
    for name, value in fields.items():
        if name not in again:
            several = isinstance(value, list) and letter.fields[name].type in (*_SEVERAL, "rows")
            for item in value if several else [value]:
                parts += ["--field", f"{name}={_typed(item)}"]
    for name in again:
        parts += ["--field", f"{name}={_placeholder(letter.fields[name])}"]
    return parts


def _placeholder(spec: FieldSpec) -> str:
    """What stands for a missing field: its choices, the form of its type; of rows, each column in capitals."""
    if spec.type == "rows":
        columns = (
            "|".join(column.options) or PLACEHOLDERS.get(column.type) or name.replace("_", "-").upper()
            for name, column in spec.columns.items()
        )
        return ("NUMBER: " if spec.each else "") + BETWEEN.join(columns)
    return "|".join(spec.options) or PLACEHOLDERS.get(spec.type, "WORDS")


def _value(name: str, spec: FieldSpec, typed: str) -> Any:
    if spec.type == "boolean":
        if typed.casefold() not in ("yes", "no"):
            raise click.UsageError(f"{name}: answer yes or no, not {typed!r}.")
        return typed.casefold() == "yes"
    if spec.type == "integer":
        if not typed.isdecimal():
            raise click.UsageError(f"{name}: {typed!r} is not a whole number.")
        return int(typed)
    if spec.type == "enum" and typed not in spec.options:
        raise click.UsageError(f"{name}: choose one of {', '.join(spec.options)}; not {typed!r}.")
    if spec.type == "rows" and not typed.lstrip().startswith(("[", "{")):
        return [_row(name, spec, typed)]
    if spec.type == "rows" or (spec.type in ("party", "parties") and typed.startswith("{")):
        try:
            read = json.loads(typed)
        except ValueError:
            raise click.UsageError(f"{name}: this is not JSON. {_form(name, spec)}") from None
        return [read] if spec.type == "rows" and isinstance(read, dict) else read
    return str(typed)


def _row(name: str, spec: FieldSpec, typed: str) -> dict[str, Any]:
    """Return one row as it was typed: its columns in their order, and before them the number of an allegation."""
    row: dict[str, Any] = {}
    if spec.each:
        number, colon, typed = typed.partition(":")
        if not colon or not number.strip().isdecimal():
            raise click.UsageError(f"{name}: it begins with the number of an allegation. {_form(name, spec)}")
        row["allegation"] = int(number)
    parts = [part.strip() for part in typed.split(BETWEEN.strip())]
    if len(parts) != len(spec.columns):
        count = f"{len(spec.columns)} parts" if len(spec.columns) > 1 else "one part"
        raise click.UsageError(f"{name}: {count} wanted, {len(parts)} given. {_form(name, spec)}")
    for part, (column, kind) in zip(parts, spec.columns.items(), strict=True):
        row[column] = _value(f"{name}, {column.replace('_', ' ')}", kind, part)
    return row


def _form(name: str, spec: FieldSpec) -> str:
    """How a field is typed."""
    again = ", once for each allegation" if spec.each else ", once for each" if spec.columns else ""
    return f"Type --field {shlex.quote(f'{name}={_placeholder(spec)}')}{again}."


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and "name" not in value:
        number = f"{value['allegation']}: " if "allegation" in value else ""
        parts = [_typed(part) for name, part in value.items() if name != "allegation"]
        if not any(BETWEEN.strip() in part for part in parts):
            return number + BETWEEN.join(parts)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
