"""Typed values as somebody gives them: each is checked for its form before anything is decided or recorded.

Steps of a case and entries of a register are typed alike, so both read their fields with these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, Literal

from casework.base.errors import BadInput
from casework.base.time import parse_occurred

TEXT_LIMIT: Final = 20_000
"""Characters that one field of words may hold."""

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUTE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]")
_INTEGERS: Final = (-(2**53) + 1, 2**53 - 1)  # what canonical JSON holds


class FieldInvalid(BadInput):
    """A field holds something that it cannot hold."""

    code = "field-invalid"


def clean(label: str, raw: Any) -> str:
    """Words as they are kept: in normal form C, lines ended by a line feed, nothing around them.

    Words that say nothing (white space, characters without a shape) are empty.

    Raises: FieldInvalid when `raw` is no text, is too long, or holds characters that cannot be printed.
    """
    if not isinstance(raw, str):
        raise FieldInvalid(f"{label}: expected words.")
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n")).strip()
    if len(text) > TEXT_LIMIT:
        raise FieldInvalid(f"{label}: at most {TEXT_LIMIT:,} characters, not {len(text):,}.")
    if not text.isprintable() and any(
        unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text
    ):
        raise FieldInvalid(f"{label}: contains characters that cannot be printed.")
    return text if any(unicodedata.category(char)[0] in "LMNPS" for char in text) else ""


def read_option(label: str, options: Collection[str], raw: Any) -> str:
    """One of the options of an enum.

    Raises: FieldInvalid.
    """
    if not isinstance(raw, str) or raw not in options:
        raise FieldInvalid(f"{label}: choose one of {', '.join(options)}; not {raw!r}.")
    return raw


def read_boolean(label: str, raw: Any) -> bool:
    """True or false.

    Raises: FieldInvalid.
    """
    if not isinstance(raw, bool):
        raise FieldInvalid(f"{label}: answer yes or no.")
    return raw


def read_integer(label: str, raw: Any, minimum: int | None, maximum: int | None) -> int:
    """A whole number within its limits.

    Raises: FieldInvalid.
    """
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise FieldInvalid(f"{label}: expected a whole number.")
    low = _INTEGERS[0] if minimum is None else minimum
    high = _INTEGERS[1] if maximum is None else maximum
    if not low <= raw <= high:
        raise FieldInvalid(f"{label}: expected a number from {low} to {high}, not {raw}.")
    return raw


def read_moment(label: str, kind: Literal["date", "datetime"], raw: Any) -> str:
    """A local date as `2026-03-02`, or a local date and time as `2026-03-02T10:00`, kept as text.

    Raises: FieldInvalid, also for an hour that the clocks skipped.
    """
    wanted, form = (_DATE, "2026-03-02") if kind == "date" else (_MINUTE, "2026-03-02T10:00")
    if not isinstance(raw, str) or not wanted.fullmatch(raw):
        raise FieldInvalid(f"{label}: write it like {form}.")
    try:
        datetime.fromisoformat(raw)
    except ValueError:
        raise FieldInvalid(f"{label}: there is no such date as {raw}.") from None
    try:
        parse_occurred(raw)
    except BadInput as skipped:  # an hour that the clocks skipped
        raise FieldInvalid(f"{label}: {skipped.message}", remedy=skipped.remedy) from None
    return raw


PLAIN: Final = frozenset({"enum", "sanction", "boolean", "integer", "date", "datetime"})
"""The types of field whose value needs nothing but the field to be read."""


def read_plain(
    kind: str, label: str, raw: Any, options: Collection[str], minimum: int | None, maximum: int | None
) -> bool | int | str:
    """The value of a field whose type, `kind`, is one of `PLAIN`.

    Raises: FieldInvalid.
    """
    if kind in ("enum", "sanction"):
        return read_option(label, options, raw)
    if kind == "boolean":
        return read_boolean(label, raw)
    if kind == "integer":
        return read_integer(label, raw, minimum, maximum)
    return read_moment(label, "date" if kind == "date" else "datetime", raw)
