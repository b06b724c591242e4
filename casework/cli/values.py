"""What somebody types, read as values: words or the file that holds them, days, times, numbered answers.

Each type says in its error what is wanted. What it returns is what the services take; what was typed is kept beside it
where the two differ, so that a corrected command can repeat it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from casework.base.errors import BadInput
from casework.base.time import Occurred, parse_date, parse_occurred, parse_time

_LARGEST: Final = 200_000


class Typed(str):
    """Words that were read from elsewhere; `typed` is how they were asked for, such as `@report.txt`."""

    typed: str

    def __new__(cls, text: str, typed: str) -> Typed:
        """Keep `typed` beside `text`."""
        made = super().__new__(cls, text)
        made.typed = typed
        return made


def as_typed(value: str) -> str:
    """Return what somebody typed for these words."""
    return value.typed if isinstance(value, Typed) else str(value)


class Words(click.ParamType[str]):
    """Words, or `@FILE` for the words in a file; a word that begins with @ is typed as @@."""

    name = "words"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words."""
        if isinstance(value, Typed) or not value.startswith("@"):
            return str(value)
        if value.startswith("@@"):
            return Typed(value[1:], value)
        try:
            with Path(value[1:]).open("rb") as file:
                data = file.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                self.fail(f"{value[1:]} is larger than {_LARGEST:,} bytes.", param, ctx)
            return Typed(data.decode("utf-8-sig").strip(), value)
        except OSError as problem:
            self.fail(f"{value[1:]} cannot be read: {problem.strerror}.", param, ctx)
        except UnicodeDecodeError:
            self.fail(f"{value[1:]} is not text in UTF-8.", param, ctx)


class Day(click.ParamType[str]):
    """A day as `2026-03-02`, kept as text."""

    name = "yyyy-mm-dd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the day as it was typed, if it is one."""
        try:
            return parse_date(value).isoformat()
        except BadInput as problem:
            self.fail(f"{problem.message} {problem.remedy}", param, ctx)


class Moment(click.ParamType[str]):
    """A day and local time as `2026-03-02T10:00`, kept as text."""

    name = "yyyy-mm-ddThh:mm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the moment as it was typed, if it is one."""
        day, _, time = value.partition("T")
        try:
            parse_date(day)
            parse_time(time)
        except BadInput:
            self.fail(f"{value!r} is not a day and time. Write it as 2026-03-02T10:00.", param, ctx)
        return str(value)


class When(click.ParamType[Occurred]):
    """When something happened: `2026-03-02`, `2026-03-02T10:00` or `unknown`."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Occurred:
        """Return when it was."""
        if isinstance(value, Occurred):
            return value
        try:
            return parse_occurred(value)
        except BadInput as problem:
            self.fail(f"{problem.message} {problem.remedy}", param, ctx)


class Pair(click.ParamType[tuple[str, str]]):
    """A name and what it gets: `KEY=VALUE`; the value may be `@FILE`.

    Args:
        metavar: how the two parts are called in help, such as `QUESTION=ANSWER`.
    """

    def __init__(self, metavar: str = "KEY=VALUE") -> None:
        self.name = metavar

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return both parts."""
        if isinstance(value, tuple):
            return value
        key, equals, rest = value.partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} is not of the form {self.name}.", param, ctx)
        return key.strip(), Words().convert(rest, param, ctx)


class Prefix(click.ParamType[str]):
    """The letters with which a school's case references begin."""

    name = "letters"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the letters as capitals."""
        letters = str(value).strip().upper()
        if not (letters.isascii() and letters.isalpha() and 2 <= len(letters) <= 5):
            self.fail(f"{value!r} is not two to five letters, such as ASH.", param, ctx)
        return letters


WORDS: Final = Words()
DAY: Final = Day()
MOMENT: Final = Moment()
WHEN: Final = When()
PAIR: Final = Pair()
PREFIX: Final = Prefix()


def typed_when(occurred: Occurred) -> str:
    """Return a moment as it is typed."""
    facts = occurred.to_facts()
    return "T".join(part for part in (facts.get("date"), facts.get("time")) if part) or "unknown"
