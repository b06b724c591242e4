"""How facts are put into a letter: sentences that end, words that stay together, text in paragraphs.

Each function is a filter of the letters' templates, and so is each thing that a language says; `filters` names them.
`clean` is what every text goes through on its way into a letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from markupsafe import Markup, escape

from casework.correspondence.language import Language

_DAY: Final = re.compile(r"(\d{1,2}) ([^\W\d]+) (\d{4})")
_COUNTED: Final = re.compile(r"(?<=[^\W\d]) (?=\d)")

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
    return _COUNTED.sub("\u00a0", _DAY.sub("\\1\u00a0\\2\u00a0\\3", text))


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


_OF_THE_LANGUAGE: Final = {
    "counted": "counted",
    "date_only": "date_only",
    "day": "whole_day",
    "day_and_time": "moment",
    "duration": "duration",
    "joined": "joined",
    "listed": "listed",
    "moment": "moment",
    "time": "time_of_day",
}
_OF_ANY_LANGUAGE: Final[Mapping[str, Callable[..., Any]]] = {
    "iso": date.isoformat,
    "length": len,
    "lower_first": lower_first,
    "paragraphs": paragraphs,
    "stopped": stopped,
    "together": together,
    "unstopped": unstopped,
    "words": words,
}

FILTERS: Final = frozenset([*_OF_THE_LANGUAGE, *_OF_ANY_LANGUAGE])
"""The names of the filters that a template may use; there are no others."""


def filters(language: Language) -> dict[str, Callable[..., Any]]:
    """Return the filters by name, as this language has them."""
    return {name: getattr(language, says) for name, says in _OF_THE_LANGUAGE.items()} | dict(_OF_ANY_LANGUAGE)
