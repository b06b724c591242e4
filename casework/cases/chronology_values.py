"""The values of a chronology: facts that are known, known to be otherwise, or unknown; dates as exact as is known."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema


class Part(BaseModel):
    """Base of everything that a chronology is made of: frozen, and unknown properties are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


Answer = Literal["yes", "no", "unknown"]


def _answer(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


Known = Annotated[
    Answer,
    BeforeValidator(_answer),
    WithJsonSchema({"enum": ["yes", "no", "unknown", True, False], "default": "unknown"}),
]
"""A fact: `yes`, `no` (known to be otherwise) or `unknown`, which is the same as leaving it out."""

UNKNOWN: Final[Any] = Field(default="unknown")
"""A fact that is unknown until the file says otherwise."""


def excuse(description: str) -> Any:
    """A fact that explains what would otherwise be a breach: taking it away may turn `met` into `breached`.

    Every other fact can only ever show a breach by being there, so that what is unknown is never held against anybody.
    """
    return Field(default="unknown", description=description, json_schema_extra={"excuse": True})


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


People = Annotated[
    tuple[str, ...],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""Keys of people; one may stand without a list."""

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One or several short texts."""

_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def span(text: str) -> tuple[date, date] | None:
    """The first and last day that a date may mean: `2016-03` is any day of March 2016. None when it is not known.

    Raises: ValueError when it is no date.
    """
    if text in ("", "unknown"):
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no date: write 2016-03-14, 2016-03, 2016 or unknown")
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        return first, first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar") from None


def _date(value: str) -> str:
    span(value)
    return "" if value == "unknown" else value


def _year(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


When = Annotated[
    str,
    BeforeValidator(_year),
    AfterValidator(_date),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
]
"""A date as exact as is known: 2016-03-14, 2016-03, 2016 or unknown."""


def surely_before(one: str, other: str) -> bool:
    """Whether date `one` is before date `other`, however each is read."""
    first, second = span(one), span(other)
    return first is not None and second is not None and first[1] < second[0]


def days_at_least(one: str, other: str) -> int | None:
    """The fewest calendar days that can lie from date `one` to date `other`; None when one is not known."""
    first, second = span(one), span(other)
    return None if first is None or second is None else max((second[0] - first[1]).days, 0)


def days_at_most(one: str, other: str) -> int | None:
    """The most calendar days that can lie from date `one` to date `other`; None when one is not known."""
    first, second = span(one), span(other)
    return None if first is None or second is None else (second[1] - first[0]).days
