"""A school's answers when it adopts a procedure, from options and from a file, as the policy's types want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from casework.procedure.model import Policy
from casework.services.adoption import Answers, read_answers

if TYPE_CHECKING:
    from casework.procedure.model import Setting


def given_answers(
    policy: Policy | None,
    settings: Sequence[tuple[str, str]],
    clauses: Sequence[tuple[str, str]],
    file: Path | None,
) -> Answers:
    """Return what a school says; an option goes before the file.

    Raises:
        PolicyInvalid: the file cannot be read, or holds something else; every error at once.
    """
    answers = read_answers(file) if file else Answers()
    values = {name.replace("-", "_"): text for name, text in settings}
    return replace(
        answers,
        settings={**answers.settings, **{name: typed(policy, name, text) for name, text in values.items()}},
        clauses={**answers.clauses, **dict(clauses)},
    )


def typed(policy: Policy | None, name: str, text: str) -> bool | int | str:
    """Return what was typed for a setting in the setting's own type; as it stands if it does not fit."""
    setting = policy.settings.get(name) if policy else None
    return text if setting is None else as_value(setting, text)


def as_value(setting: Setting, text: str) -> bool | int | str:
    """Return what was typed for a setting in its own type; as it stands if it does not fit."""
    if setting.type == "integer":
        return int(text) if text.isdecimal() else text
    if setting.type == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    return text
