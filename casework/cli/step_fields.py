"""A policy's fields as options of the command line: one option for each, of the field's type, with its own words.

| field                    | typed as                                                             |
| ------------------------ | -------------------------------------------------------------------- |
| date, datetime           | `--review-on 2026-03-02`, `--held-at 2026-03-02T10:00`               |
| text                     | `--reasons "..."`, or `--reasons @reasons.txt` to read a file        |
| enum, sanction           | one of the options that help lists                                   |
| boolean                  | `--full-pay` or `--no-full-pay`                                      |
| party, parties           | a name, an unambiguous part of one, or a role; several times for parties |
| checklist                | for each question `--screening belief=no`, `=yes:the reason`         |
| one for each allegation  | `--findings 1=proved --findings 2=not_proved`                        |
| items of evidence        | `--evidence 1=1,3 --evidence 2=none`, by their numbers               |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from casework.cli.standing import option_of
from casework.cli.tables import listed
from casework.cli.values import DAY, MOMENT, WORDS, Pair, as_typed

if TYPE_CHECKING:
    from casework.procedure.model import Condition, Policy, Step, StepField

_EACH: Final = {"text": "NUMBER=WORDS", "evidence": "NUMBER=ITEMS"}
"""What an answer for each allegation looks like, by the type of its field."""

_PREFIX: Final = "field__"


class FieldOption(click.Option):
    """The option of one field.

    Args:
        field_name: the field's name in the policy.
        field: what the policy says of it.
        policy: the policy.
    """

    def __init__(self, field_name: str, field: StepField, policy: Policy) -> None:
        self.field_name, self.field = field_name, field
        flag = option_of(field_name)
        yes_no = field.type == "boolean"
        super().__init__(
            [f"{flag}/--no-{flag[2:]}" if yes_no else flag, _PREFIX + field_name],
            type=None if yes_no else _type_of(field, policy),
            default=None,
            multiple=_repeated(field),
            help=_help(field, policy),
        )


def field_options(step: Step, policy: Policy) -> list[click.Parameter]:
    """Return the options of the fields of a step, in the order of the policy; what a register answers has none."""
    return [FieldOption(name, field, policy) for name, field in step.fields.items() if not field.entered_in]


def given_values(step: Step, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were given, as the services take them: options that were left out are left out."""
    values: dict[str, Any] = {}
    for name, field in step.fields.items():
        raw = parameters.get(_PREFIX + name)
        if raw is None or raw == ():
            continue
        if field.type == "checklist" or field.each:
            values[name] = dict(raw)
        else:
            values[name] = list(raw) if field.type == "parties" else raw
    return values


def typed_value(name: str, value: Any) -> list[str]:
    """Return a field's value as arguments: what `given_values` would read again."""
    flag = option_of(name)
    if isinstance(value, bool):
        return [flag if value else f"--no-{flag[2:]}"]
    if isinstance(value, dict):
        return [part for key, item in value.items() for part in (flag, f"{key}={as_typed(item)}")]
    if isinstance(value, list):
        return [part for item in value for part in (flag, str(item))]
    return [flag, as_typed(value) if isinstance(value, str) else str(value)]


def read_value(name: str, field: StepField, typed: str, policy: Policy) -> Any:
    """Return the value of a field that was typed on its own, as for a correction.

    Raises:
        click.BadParameter: it cannot be one.
    """
    if field.type == "boolean":
        answers = {"yes": True, "no": False, "true": True, "false": False}
        if typed.casefold() not in answers:
            raise click.BadParameter(f"{name}: answer yes or no.")
        return answers[typed.casefold()]
    if field.type == "checklist" or field.each:
        return dict([Pair("KEY=VALUE").convert(part, None, None) for part in typed.split(";")])
    if field.type == "parties":
        return [part.strip() for part in typed.split(",")]
    read: Callable[..., Any] = click.types.convert_type(_type_of(field, policy)).convert
    return read(typed, None, None)


def choices_of(field: StepField, policy: Policy) -> dict[str, str]:
    """Return the options of an enum or sanction field with their words."""
    if field.type == "sanction" and not field.options:
        return {name: sanction.title for name, sanction in policy.sanctions.items()}
    return dict(field.options)


def condition_in_words(condition: Condition) -> str:
    """Return when a field is asked for, in words."""
    wanted = listed([_plain(value) for value in condition.is_], "or")
    if condition.field is not None:
        return f"if {option_of(condition.field)} is {wanted}"
    if condition.setting is not None:
        return f"if the school's setting {condition.setting} is {wanted}"
    who = {"teacher": "a teacher", "union_rep": "a union representative", "head": "the head teacher"}
    denied = "" if condition.is_ == (True,) else "not "
    return f"if the employee is {denied}{who[condition.subject or 'teacher']}"


def _plain(value: bool | int | str) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _repeated(field: StepField) -> bool:
    return field.type in ("checklist", "parties") or field.each is not None


def _type_of(field: StepField, policy: Policy) -> Any:
    if field.type == "checklist":
        return Pair("QUESTION=ANSWER[:WHY]")
    if field.each:
        return Pair(_EACH.get(field.type, "NUMBER=ANSWER"))
    if field.type in ("enum", "sanction"):
        return click.Choice(list(choices_of(field, policy)))
    if field.type == "integer":
        return click.IntRange(field.minimum, field.maximum)
    if field.type in ("party", "parties"):
        return _Name()
    return {"date": DAY, "datetime": MOMENT}.get(field.type, WORDS)


class _Name(click.ParamType[str]):
    """A person, by name or role."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name as it was typed; who that is, the service finds out."""
        return str(value)


def _help(field: StepField, policy: Policy) -> str:
    """The field's words, its choices, and whether it has to be given."""
    parts = [_sentence(field.label), _sentence(field.help)]
    if field.each:
        parts.append("One for each allegation.")
    if choices := choices_of(field, policy):
        parts.append("; ".join(f"{key}: {words}" for key, words in choices.items()) + ".")
    if field.checklist:
        parts.append("Answer each question above, one option each.")
    needed = "needed" if not field.optional else "optional"
    parts.append(f"[{needed}{' ' + condition_in_words(field.when) if field.when else ''}]")
    return " ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
