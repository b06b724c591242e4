"""What a letter asks of whoever writes it: fields given as `--field NAME=VALUE`, or asked for on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import choose, prompt, yes_no
from casework.cli.values import DAY, MOMENT, WORDS

if TYPE_CHECKING:
    from casework.correspondence.catalogue import FieldSpec, Letter

PLACEHOLDERS = {
    "date": "YYYY-MM-DD",
    "datetime": "YYYY-MM-DDTHH:MM",
    "moment": "YYYY-MM-DD",
    "integer": "NUMBER",
    "boolean": "yes|no",
    "party": "NAME",
    "parties": "NAME",
    "rows": "@ROWS.json",
}
"""What stands for a missing field of each type; words for any other."""

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
        else:
            found[name] = value
    return found


def own_fields(letter: Letter, missing: Sequence[tuple[str, str]]) -> list[str]:
    """Return those of the missing facts that are fields of the letter, so that they can be given here."""
    names = [name.removeprefix("fields.").partition("[")[0].partition(".")[0] for name, _ in missing]
    return [name for name in dict.fromkeys(names) if name in letter.fields]


def given_elsewhere(missing: Sequence[tuple[str, str]], reference: str) -> list[str]:
    """Return the commands with which those of the missing facts are given that no field of the letter can give."""
    commands = {
        "school.": "casework school edit",
        "case.procedure_dated": "casework school edit --procedure-date YYYY-MM-DD",
        "recipient.": f"casework person edit NAME\ncasework case update-person {reference} NAME",
    }
    found = [
        command
        for start, command in commands.items()
        if any(name == start or (start.endswith(".") and name.startswith(start)) for name, _ in missing)
    ]
    return [line for command in found for line in command.split("\n")]


def ask_field(spec: FieldSpec) -> Any:
    """Ask for one field of a letter, in its own type."""
    if spec.type == "boolean":
        return yes_no(spec.label)
    if spec.type == "enum":
        return choose(spec.label, dict(spec.options))
    if spec.type == "rows":
        return [{name: ask_field(column) for name, column in spec.columns.items()}]
    if spec.type in _SEVERAL:
        found = [str(prompt(spec.label, type=WORDS))]
        while more := prompt("And (nothing to end)", type=WORDS, optional=True):
            found.append(str(more))
        return found
    types = {"date": DAY, "datetime": MOMENT, "integer": click.IntRange(0)}
    form = {"date": " (such as 2026-03-02)", "datetime": " (such as 2026-03-02T10:00)", "party": " (a name)"}
    return prompt(f"{spec.label}{form.get(spec.type, '')}", type=types.get(spec.type, WORDS))


def as_arguments(
    letter: Letter, fields: Mapping[str, Any], missing: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """Return fields as arguments, what is missing with a placeholder; of a person, the parts that are missing."""
    parts: list[str] = []
    again = set(own_fields(letter, missing))
    for name, value in fields.items():
        if name in again:
            continue
        for item in value if isinstance(value, list) and letter.fields[name].type in _SEVERAL else [value]:
            parts += ["--field", f"{name}={_typed(item)}"]
    lacking = {name for name, _ in missing}
    for name in own_fields(letter, missing):
        spec = letter.fields[name]
        prefix = f"fields.{name}."
        shown = "|".join(spec.options) or PLACEHOLDERS.get(spec.type, "WORDS")
        if spec.type == "party" and prefix[:-1] not in lacking:
            given = fields.get(name)
            known = given if isinstance(given, dict) else {"name": str(given or "NAME")}
            wanted = [part.removeprefix(prefix) for part in sorted(lacking) if part.startswith(prefix)]
            shown = json.dumps({**{part: part.upper() for part in wanted}, **known}, ensure_ascii=False)
        parts += ["--field", f"{name}={shown}"]
    return parts


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
    if spec.type == "rows" or (spec.type in ("party", "parties") and typed.startswith("{")):
        try:
            return json.loads(typed)
        except ValueError:
            wanted = (
                f"a JSON list of rows with {', '.join(spec.columns)}" if spec.columns else "a JSON object"
            )
            raise click.UsageError(f"{name}: give {wanted}.") from None
    return str(typed)


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
