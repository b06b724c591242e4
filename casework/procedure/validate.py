"""Holding a file against its model, with errors in plain words on the line where they stand."""

from __future__ import annotations

import re
from collections.abc import Container
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from casework.procedure.files import KINDS_OF_FILE
from casework.procedure.model import Model
from casework.procedure.requirements import KINDS
from casework.procedure.source import Path_, Written

M = TypeVar("M", bound=BaseModel)

_WANTED: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}

_EXAMPLES: Final = {
    "version": "2026.1",
    "id": "england-maintained",
    "parts": "appeal",
    "number": "REG-1 or TQ-1",
}


def validated(source: Written, model: type[M]) -> M | None:
    """Return what `source` holds as a `model`; None, with the errors noted in `source`, if it does not fit."""
    if source.value is None:
        return None
    try:
        found = model.model_validate(source.value, strict=True)
    except ValidationError as problem:
        seen: dict[Path_, list[Any]] = {}
        for error in problem.errors(include_url=False):
            seen.setdefault(_in_file(error["loc"], source.value), []).append(error)
        missing = {path for path, errors in seen.items() if errors[0]["type"] == "missing"}
        unknown = {path for path, errors in seen.items() if errors[0]["type"] == "extra_forbidden"}
        meant = {path: _meant(path, missing) for path in unknown}
        # What is missing because it is misspelt is said once, where it stands.
        missing &= {(*path[:-1], name) for path, name in meant.items()}
        # What could not even be read has been said; its consequences need not be.
        said = {path for path in seen if source.says(path) or source.is_settled(path)}
        for path, errors in seen.items():
            if path not in missing and path not in said:
                _note(source, path, errors, meant.get(path, ""))
        return None
    return None if source.errors else found


def _in_file(loc: tuple[str | int, ...], value: Any) -> Path_:
    """The path in the file that pydantic means: its own names for unions and folded parts are passed over."""
    path: list[str | int] = []
    for position, part in enumerate(loc):
        if part in (
            value if isinstance(value, dict) else range(len(value)) if isinstance(value, tuple) else ()
        ):
            value = value[part]
            path.append(part)
        elif position == len(loc) - 1 and isinstance(value, dict) and isinstance(part, str):
            path.append(part)  # the name of what is missing
    return tuple(path)


def _meant(path: Path_, missing: set[Path_]) -> str:
    """The property that was probably meant by the unknown one at `path`: one that is missing there comes first."""
    name = str(path[-1])
    lacking = [str(other[-1]) for other in missing if other[:-1] == path[:-1]]
    close = get_close_matches(name, sorted(lacking), n=1)
    if not close and name not in _properties():
        close = get_close_matches(name, sorted(_properties()), n=1, cutoff=0.75)
    return close[0] if close else ""


_PLACES: Final = {
    **{str(name): f"{name}.yaml" for name, file in KINDS_OF_FILE.items() if name in file.model_fields},
    "steps": "strands/NAME.yaml",
}
"""The file of a policy in which each of these stands."""


def _note(source: Written, path: Path_, errors: list[Any], meant: str) -> None:
    first = errors[0]
    kind, context = first["type"], first.get("ctx", {})
    if kind == "missing":
        source.add(path, f"`{path[-1]}` is missing.", "Add it.", source.line(path[:-1]))
    elif kind == "extra_forbidden":
        place = _PLACES.get(str(path[0])) if len(path) == 1 else None
        elsewhere = f"It belongs in {place}." if place and place != source.file else "Leave it out."
        remedy = f"Did you mean `{meant}`?" if meant else elsewhere
        source.add(path, f"There is no property `{path[-1]}` here.", remedy)
    elif kind == "literal_error":
        source.add(path, f"{first['input']!r} is not possible here.", f"Choose {context['expected']}.")
    elif kind == "value_error":
        text = str(context["error"])
        source.add(path, f"{text[:1].upper()}{text[1:]}.")
    elif kind == "too_short":
        what = "mapping" if isinstance(first["input"], dict) else "list"
        source.add(path, f"The {what} is empty.", "Name at least one.")
    elif kind == "string_pattern_mismatch":
        source.add(
            path, f"{first['input']!r} does not have the right form.", f"It looks like {_example(path)}."
        )
    elif all(error["type"] in _WANTED for error in errors):
        wanted = dict.fromkeys(_WANTED[error["type"]] for error in errors)
        source.add(
            path,
            f"Expected {' or '.join(wanted)}, not {_what(first['input'])}.",
            _as_wanted(wanted, first["input"]),
        )
    else:
        source.add(path, f"{first['msg']}.")


def _what(value: Any) -> str:
    """What somebody wrote, in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return f"the number {value}" if isinstance(value, int) else f"the text {str(value)[:40]!r}"


def _example(path: Path_) -> str:
    named = [part for part in path if isinstance(part, str)]
    return _EXAMPLES.get(named[-1], "the shipped policies") if named else "the shipped policies"


def _as_wanted(wanted: Container[str], value: Any) -> str:
    """What to write instead, where that is plain."""
    if "a list" in wanted and isinstance(value, str) and re.fullmatch(r"[\w:-]+", value):
        return f"Write [{value}]."
    if "text" in wanted and isinstance(value, int):
        return f'Write "{str(value).lower()}".'
    return ""


def _properties() -> set[str]:
    """Every property of the language by the name that files use."""
    names = {"must", "should", "use"}
    todo: list[Any] = [*KINDS_OF_FILE.values(), *KINDS.values(), *Model.__subclasses__()]
    for model in todo:
        names |= {info.alias or name for name, info in model.model_fields.items()}
    return names - {"kind", "strength", "rule"}
