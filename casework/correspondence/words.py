"""How facts are put into words: British dates, plain durations, lists with an "and", text in paragraphs.

Each function is a filter of the letters' templates, under the name in `FILTERS`. `clean` is what every text
goes through on its way into a letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from markupsafe import Markup, escape

from casework.base.time import describe_date, describe_datetime, describe_time

_DAY: Final = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_COUNTED: Final = re.compile(r"(?<=[^\W\d]) (?=\d)")
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# Characters without a shape that could reorder, hide or split what a reader sees: controls, direction marks
# and overrides, invisible spaces, halves of characters. Joiners of scripts and emoji stay.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffc]"
)


def clean(text: str) -> str:
    """Return `text` as a letter takes it: composed characters (NFC), no unseen ones, no space around it.

    What is removed has no shape on paper, but can turn the order of what is printed around it.
    """
    lined = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", unicodedata.normalize("NFC", lined)).strip()


def day(value: date) -> str:
    """Return `Friday 17 April 2026`, which no line end divides after "Friday"."""
    return _unbroken(describe_date(value))


def date_only(value: date) -> str:
    """Return `17 April 2026`, as the date of a document is given."""
    return day(value).split(" ", 1)[1]


def day_and_time(value: datetime) -> str:
    """Return `Friday 17 April 2026 at 10.00am`."""
    return _unbroken(describe_datetime(value))


def moment(value: date) -> str:
    """Return `Friday 17 April 2026 at 10.00am`, or the date alone where the time is not known."""
    return day_and_time(value) if isinstance(value, datetime) else day(value)


def time_of_day(value: datetime) -> str:
    """Return `10.00am`."""
    return describe_time(value.time())


def duration(minutes: int) -> str:
    """Return minutes in words: `2 hours 30 minutes`, `45 minutes`."""
    hours, rest = divmod(minutes, 60)
    parts = [_counted(hours, "hour"), _counted(rest, "minute")]
    return " ".join(part for part, amount in zip(parts, (hours, rest), strict=True) if amount) or parts[1]


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return `one allegation`, `three allegations`, `12 allegations`."""
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{_NUMBERS[number] if 0 <= number < len(_NUMBERS) else number}\u00a0{noun}"


def listed(items: Sequence[str]) -> str:
    """Return `Ann, Ben and Cara`."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def words(choice: str) -> str:
    """Return what the letter's options say for a chosen value."""
    return choice.words if isinstance(choice, Choice) else choice


def stopped(text: str) -> str:
    """Return `text` with a full stop, unless it ends a sentence already."""
    return (
        text if text.endswith((".", "!", "?", ":", "…", ".”", ".’", ".'", '."', "?”", "!”")) else f"{text}."
    )


def unstopped(text: str) -> str:
    """Return `text` without a full stop at its end, to go on within a sentence."""
    return text.removesuffix(".") if not text.endswith("..") else text


def lower_first(text: str) -> str:
    """Return `text` with a small first letter, to go on within a line; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def together(text: str) -> str:
    """Return `text` with each number kept on the line of the word before it: `clause 4.1`, `17 April`."""
    return _COUNTED.sub("\u00a0", _unbroken(text))


def paragraphs(text: str) -> Markup:
    """Return `text` as HTML paragraphs: a blank line parts them, a single new line breaks the line."""
    parts = re.split(r"\n[ \t]*\n\s*", text)
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line.strip()) for line in part.split("\n")))
        for part in parts
    )


class Choice(str):
    """A chosen value of an enum field: compared as the value, printed by `words` as its option reads."""

    __slots__ = ("words",)
    words: str

    def __new__(cls, value: str, words: str) -> Choice:
        """Return the choice of `value`, which reads as `words`."""
        choice = super().__new__(cls, value)
        choice.words = words
        return choice


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "counted": counted,
    "date_only": date_only,
    "day": day,
    "day_and_time": day_and_time,
    "duration": duration,
    "iso": date.isoformat,
    "joined": ", ".join,
    "length": len,
    "listed": listed,
    "lower_first": lower_first,
    "moment": moment,
    "paragraphs": paragraphs,
    "stopped": stopped,
    "time": time_of_day,
    "together": together,
    "unstopped": unstopped,
    "words": words,
}
"""The filters that a template may use, by name; there are no others."""


def _unbroken(text: str) -> str:
    """Keep the day with its month and year."""
    return _DAY.sub("\\1\u00a0\\2\u00a0\\3", text)


def _counted(number: int, noun: str) -> str:
    """Return `1 hour`, `2 hours`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
