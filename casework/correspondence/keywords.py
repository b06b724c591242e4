"""Reads a school's own letter: which required passages look present, which look absent, and which cannot be told.

What is in our own words is recognised as such; the rest is read by key words. That sees words, and not what they mean:
a passage that looks present may still say the wrong thing, and one that looks absent may be there in other words. It is
an aid for somebody who then reads; it proves nothing, as the check of our own templates does.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from casework.base.resources import letters_dir
from casework.correspondence.catalogue import Letter, Passage
from casework.correspondence.errors import UnknownLetter
from casework.correspondence.findings import Finding, raise_if_any
from casework.correspondence.library import Library
from casework.correspondence.recognise import recognise
from casework.procedure.source import read_source

FILE: Final = "key-words.yaml"
"""The file of the key words, among the letters."""

Status = Literal["present", "absent", "unsure"]
"""How a passage looks; `unsure`: there are words of it that other passages have too, or a part of it."""

_NEAR: Final = 1
"""Paragraphs within which all the words of a passage have to stand, where its entry does not say."""

_EXCERPT: Final = 90
_MONTHS: Final = "january|february|march|april|may|june|july|august|september|october|november|december"
_HOLE: Final = r"[\[<{{(_«][^\]>}})»]*\b{0}\b"
_SPECIAL: Final = {
    "{date}": rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\b|\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|"
    + _HOLE.format("date|day"),
    "{time}": r"\b\d{1,2}[.:]\d{2}\s*(?:am|pm)?\b|\b\d{1,2}\s*(?:am|pm|noon|o.clock)\b|"
    + _HOLE.format("time"),
    "{phone}": r"\b0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,6}\b|"
    + _HOLE.format("number|phone|telephone|tel|contact details"),
    "{number}": r"\b\d+(?:\.\d+)+\b|" + _HOLE.format("number|clause|paragraph|section"),
}
"""What a word in braces stands for: such a thing, or the place of one in a letter to be filled in."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How one required passage looks in a letter; `where` is the beginning of the paragraph that has its words."""

    passage: Passage
    status: Status
    where: str = ""


def letter_as(library: Library, named: str) -> Letter:
    """Return the letter of this folder or number of the catalogue; of several with the number, the one that is it
    alone.

    Raises:
        UnknownLetter: there is none, or several.
    """
    if not re.fullmatch(r"[LS]-\d{2}", named.upper()):
        return library.letter(named)
    having = [letter for letter in library.letters.values() if named.upper() in letter.catalogue]
    alone = [letter for letter in having if len(letter.catalogue) == 1] or having
    if len(alone) != 1:
        names = ", ".join(letter.id for letter in alone)
        reason = (
            f"{named.upper()} is several letters: {names}."
            if alone
            else f"There is no letter {named.upper()}."
        )
        raise UnknownLetter(reason, remedy="Name its folder: `casework letter list` shows them.")
    return alone[0]


def look_for(library: Library, letter: Letter, paragraphs: Sequence[str]) -> list[Looked]:
    """Return how each passage that `letter` requires looks in these paragraphs, in the letter's order.

    A paragraph in our own words speaks for its own passage alone.
    """
    ours = recognise(library, letter.id, paragraphs)
    others = [number for number in range(len(paragraphs)) if number not in ours.ours]
    plain = [plain_text(paragraphs[number]) for number in others]
    found = []
    for passage in letter.required:
        share, number = ours.shares[passage.id]
        if ours.there(passage.id):
            found.append(Looked(passage, "present", _shortened(paragraphs[number])))
            continue
        status, at = look_by_words(passage.id, plain)
        if status == "absent" and share:
            found.append(Looked(passage, "unsure", _shortened(paragraphs[number])))
        else:
            found.append(Looked(passage, status, "" if at is None else _shortened(paragraphs[others[at]])))
    return found


def look_by_words(passage: str, plain: Sequence[str]) -> tuple[Status, int | None]:
    """Return how a passage looks by its key words alone, and the paragraph that has most of them.

    Args:
        passage: the id of a passage.
        plain: paragraphs as `plain_text` makes them.
    """
    entry = key_words().get(passage)
    if entry is None:
        return "unsure", None
    for near in range(1, entry.near + 1):
        for at in range(len(plain) - near + 1):
            stretch = plain[at : at + near]
            if all(group.search(" \n ".join(stretch)) for group in entry.groups):
                most = max(
                    range(near),
                    key=lambda one: sum(bool(group.search(stretch[one])) for group in entry.groups),
                )
                return ("unsure" if entry.common else "present"), at + most
    return "absent", None


def _shortened(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rstrip()}…"


@dataclass(frozen=True, slots=True)
class KeyWords:
    """The words of a passage: a pattern for each group, and within how many paragraphs they have to stand.

    `common`: other passages may have all these words too.
    """

    groups: tuple[re.Pattern[str], ...]
    near: int
    common: bool


@functools.cache
def key_words() -> dict[str, KeyWords]:
    """Return the key words of each passage by its id, read once.

    Raises:
        LettersWrong: the file cannot be read.
    """
    source = read_source(letters_dir() / FILE, FILE)
    raise_if_any(Finding(FILE, error.line, error.reason, error.remedy) for error in source.errors)
    return {
        entry["id"]: KeyWords(
            tuple(_pattern(group) for group in entry["words"]),
            entry.get("near", _NEAR),
            entry.get("common", False),
        )
        for entry in source.value["passages"]
    }


def _pattern(group: Sequence[Any]) -> re.Pattern[str]:
    """The words of a group as one pattern: each at the beginning of a word, with any ending."""
    words = [_SPECIAL.get(str(word)) or rf"(?<!\w){re.escape(plain_text(str(word)))}" for word in group]
    return re.compile("|".join(words))


def plain_text(text: str) -> str:
    """Text in small letters, with plain apostrophes and single spaces."""
    return " ".join(text.replace("’", "'").replace("‘", "'").casefold().split())
