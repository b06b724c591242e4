"""A history as JSON, for programs and for reading it back years later.

UTF-8, indented by two spaces, one new line at the end. Members stand in the order of the classes in `model.py`
and `entry.py`, all of them always; `null` is "not known" or "not yet", an empty text is "none". The shape is
that of docs/reference/case-history.schema.json, which `schema` writes. `format` names the version: within it
members are only ever added, so a reader ignores those that it does not know.

Same history, same bytes.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from casework.records.model import History


def to_json(history: History) -> bytes:
    """Return the history as JSON."""
    return _encoded(_plain(history))


def schema() -> bytes:
    """Return the JSON Schema (draft 2020-12) of what `to_json` writes, as JSON."""
    from pydantic import TypeAdapter

    made = _in_json_words(TypeAdapter(History).json_schema(mode="serialization"))
    return _encoded({"$schema": "https://json-schema.org/draft/2020-12/schema", **made})


def _in_json_words(made: Any) -> Any:
    """Speak of JSON where our docstrings speak of Python, and leave out titles that only repeat the name."""
    if isinstance(made, list):
        return [_in_json_words(item) for item in made]
    if not isinstance(made, dict):
        return made
    kept = {key: item for key, item in made.items() if not (key == "title" and isinstance(item, str))}
    words = kept.get("description")
    if isinstance(words, str):
        kept["description"] = words.replace("None", "null")
    return {key: _in_json_words(item) for key, item in kept.items()}


def _encoded(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
