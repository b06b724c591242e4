"""A policy as bytes, and with a school's own settings in it.

The resolved form is what a school adopts: one canonical JSON document that holds everything `decide` needs, identified
by its SHA-256. Properties that say nothing (None, empty text, list or mapping) are left out of it, so that a later
release can add optional properties to the language without changing the digest of a policy that does not use them.
Mappings keep the order in which they were written, as lists of pairs under `in_order`.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from casework.base.canonical import canonical_bytes, parse_canonical, sha256_hex
from casework.base.errors import BadInput
from casework.base.words import did_you_mean
from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.model import Catalogue, Policy, Setting

_EMPTY: Final[tuple[Any, ...]] = (None, "", (), {})

_ORDERED: Final = "in_order"
"""Marks a mapping as a list of pairs, because canonical JSON sorts keys and a policy's order is its author's."""

_WANTED: Final[dict[str, tuple[type, str]]] = {
    "integer": (int, "a whole number"),
    "boolean": (bool, "true or false"),
    "text": (str, "text"),
}


R = TypeVar("R", Policy, Catalogue)


class NotAPolicy(BadInput):
    """Bytes that were given as a resolved policy or catalogue are none of this language."""

    code = "not-a-policy"


def to_resolved(policy: Policy | Catalogue) -> bytes:
    """Return the canonical bytes of a policy or catalogue: what is stored, and hashed by `digest`."""
    return canonical_bytes(_plain(policy))


@lru_cache(maxsize=16)
def from_resolved(data: bytes) -> Policy:
    """Return the policy whose resolved form is `data`, read once in this process.

    Raises:
        NotCanonical: the bytes are not canonical JSON.
        NotAPolicy: they are, but hold no policy of language 1.
    """
    return _read(Policy, data)


@lru_cache(maxsize=16)
def catalogue_from_resolved(data: bytes) -> Catalogue:
    """Return the breach catalogue whose resolved form is `data`, as `from_resolved` does; raises as it."""
    return _read(Catalogue, data)


def digest(policy: Policy | Catalogue) -> str:
    """Return what identifies a policy or catalogue: SHA-256 of its resolved form, in hexadecimal."""
    return sha256_hex(to_resolved(policy))


def with_settings(
    policy: Policy, values: Mapping[str, bool | int | str], clauses: Mapping[str, str] | None = None
) -> Policy:
    """Return the policy with a school's own values and clause numbers in it.

    A value that the school gives counts as confirmed, even if it equals the default. What was not given stays as it
    is. `clauses` gives the school's own clause number for the topics that the policy lists.

    Raises:
        PolicyInvalid: every value that is unknown, of the wrong type, outside its limits, or set by law (`hard`).
    """
    errors: list[PolicyError] = []
    settings = dict(policy.settings)
    for name, value in values.items():
        if name not in settings:
            errors.append(
                PolicyError("settings", 0, name, "There is no such setting.", _meant(name, settings))
            )
            continue
        try:
            settings[name] = _adopt(settings[name], value)
        except ValueError as problem:
            errors.append(PolicyError("settings", 0, name, str(problem), _limits(settings[name])))
    for topic in clauses or {}:
        if topic not in policy.clauses:
            errors.append(PolicyError("clauses", 0, topic, "There is no such topic.", _known(policy.clauses)))
    if errors:
        raise PolicyInvalid("The school's settings", sorted(errors))
    return policy.model_copy(update={"settings": settings, "clauses": {**policy.clauses, **(clauses or {})}})


def as_own(
    policy: Policy,
    values: Mapping[str, bool | int | str],
    clauses: Mapping[str, str],
    procedure_name: str = "",
    procedure_date: str = "",
) -> Policy:
    """Return the policy as a school's own: with its values and clauses, and the name and date of its procedure.

    Raises:
        PolicyInvalid: as `with_settings`.
    """
    own = {"procedure_name": procedure_name, "procedure_date": procedure_date}
    update = {part: words for part, words in own.items() if words}
    return with_settings(policy, values, clauses).model_copy(update=update)


def _adopt(setting: Setting, value: bool | int | str) -> Setting:
    """The setting with the school's value. Raises ValueError, in plain words, if it does not fit."""
    if setting.hard and setting.type != "integer" and value != setting.value:
        raise ValueError("The law fixes this value; a school cannot change it.")
    problem = misfit(setting, value)
    if problem:
        raise ValueError(f"{problem} The law sets this limit." if setting.hard else problem)
    return setting.model_copy(update={"value": value, "unconfirmed": False})


def misfit(setting: Setting, value: bool | int | str) -> str:
    """Return why a setting cannot have a value, in plain words; empty if it can."""
    if setting.type == "enum":
        return (
            ""
            if isinstance(value, str) and value in setting.options
            else f"{value!r} is not one of its options."
        )
    wanted, words = _WANTED[setting.type]
    if type(value) is not wanted:
        return f"{value!r} is not {words}."
    if isinstance(value, int) and setting.minimum is not None and value < setting.minimum:
        return f"{value} is below the minimum of {setting.minimum}."
    if isinstance(value, int) and setting.maximum is not None and value > setting.maximum:
        return f"{value} is above the maximum of {setting.maximum}."
    return ""


def _limits(setting: Setting) -> str:
    if setting.hard and setting.type != "integer":
        return "Leave it as it is."
    if setting.type == "enum":
        return f"Choose one of: {', '.join(setting.options)}."
    if setting.type == "integer" and setting.minimum is not None and setting.maximum is not None:
        return f"Choose a number from {setting.minimum} to {setting.maximum}."
    return f"Give {'a whole number' if setting.type == 'integer' else 'another value'}."


def _meant(name: str, settings: Mapping[str, Setting]) -> str:
    near = get_close_matches(name, settings, n=3, cutoff=0.5)
    listing = "`casework policy show --settings` lists them all."
    return f"{did_you_mean(near)} {listing}".lstrip()


def _known(names: Mapping[str, object]) -> str:
    return f"There are: {', '.join(sorted(names))}."


def _read(model: type[R], data: bytes) -> R:
    value = parse_canonical(data)
    try:
        return model.model_validate(_as_written(value))
    except ValidationError as problem:
        first = problem.errors()[0]
        said = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (TypeError, ValueError):
        said = f"`{_ORDERED}` holds no list of pairs"
    raise NotAPolicy(
        f"The stored {model.__name__.lower()} is not of this language: {said}.",
        remedy="It may have been written by a newer release: install that one.",
    )


def _plain(value: Any) -> Any:
    """A model as what JSON can say. A property that says nothing is left out, unless it must be given."""
    if isinstance(value, BaseModel):
        return {
            info.alias or name: _plain(getattr(value, name))
            for name, info in type(value).model_fields.items()
            if info.is_required() or getattr(value, name) not in _EMPTY
        }
    if isinstance(value, dict):
        return {_ORDERED: [[key, _plain(item)] for key, item in value.items()]}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _as_written(value: Any) -> Any:
    """The stored form with its mappings as the author wrote them: the order of steps and fields means something."""
    if isinstance(value, dict):
        if value.keys() == {_ORDERED}:
            return {key: _as_written(item) for key, item in value[_ORDERED]}
        return {key: _as_written(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_written(item) for item in value]
    return value
