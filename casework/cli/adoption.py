"""A school's own settings, read from options and from a file, as the policy's types want them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.load import load_policy, shipped_policies
from casework.procedure.model import Policy
from casework.procedure.source import read_source

_PARTS = ("settings", "clauses")


def adopted(
    policy_id: str,
    settings: Sequence[tuple[str, str]],
    clauses: Sequence[tuple[str, str]],
    file: Path | None,
) -> tuple[dict[str, bool | int | str], dict[str, str]]:
    """Return the settings and clause numbers of a school; an option goes before the file.

    Raises:
        PolicyInvalid: the file cannot be read, or holds something else; every error at once.
    """
    values, topics = _file(file) if file else ({}, {})
    folder = shipped_policies().get(policy_id)
    policy = load_policy(folder) if folder and settings else None
    values.update({name: typed(policy, name, text) for name, text in settings})
    topics.update(dict(clauses))
    return values, topics


def typed(policy: Policy | None, name: str, text: str) -> bool | int | str:
    """Return what was typed for a setting in the setting's own type; as it stands if it does not fit."""
    setting = policy.settings.get(name) if policy else None
    if setting is None:
        return text
    if setting.type == "integer":
        return int(text) if text.isdecimal() else text
    if setting.type == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    return text


def _file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    source = read_source(path, path.name)
    data = source.value if isinstance(source.value, dict) else {}
    errors = list(source.errors)
    if not errors and not isinstance(source.value, dict):
        errors.append(PolicyError(path.name, 1, "", "Expected `settings:` and `clauses:`."))
    for part, held in data.items():
        if part not in _PARTS or not isinstance(held, dict):
            errors.append(
                PolicyError(
                    path.name, source.line((part,)), part, "This does not belong here.", "Leave it out."
                )
            )
    if errors:
        raise PolicyInvalid("The settings file", sorted(errors))
    return dict(data.get("settings", {})), {key: str(value) for key, value in data.get("clauses", {}).items()}
