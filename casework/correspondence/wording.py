"""The wording of a passage: all that it can say, with the facts it names and the conditions within it.

Two templates word a passage alike if the reader cannot tell them apart: markup, line ends, the order of files and what
stands around the passage make no difference. The digest of a wording is what an approval is bound to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.correspondence.conditions import AllOf, Condition, Fixed, InLoop, IsOneOf, Not
from casework.correspondence.language import plain
from casework.correspondence.names import Names

if TYPE_CHECKING:
    from casework.correspondence.library import Library
    from casework.correspondence.walked import Occurrence

_CUT_TAG: Final = re.compile(r"^[^<>]*>|<[^<>]*$")
"""A tag that a fact stands in, as the text before and after that fact has it."""

SHOWN: Final = 16
"""Hexadecimal digits of a wording's digest that a person has to copy."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage: fixed text, a fact that is printed, a filter on it, or a fact that is asked about."""

    kind: str
    value: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a passage can say, piece by piece."""

    pieces: tuple[Piece, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the wording, in hexadecimal."""
        told = [[piece.kind, piece.value, [_told(one) for one in piece.conditions]] for piece in self.pieces]
        return sha256_hex(canonical_bytes(told))

    @property
    def short(self) -> str:
        """The beginning of the digest: enough to tell wordings apart, and short enough to be copied."""
        return self.digest[:SHOWN]

    def text(self, labels: Mapping[str, str]) -> str:
        """Return the wording for people: facts as `[what they are]`, and before what is said sometimes, when."""
        words: list[str] = []
        before: tuple[Condition, ...] = ()
        for piece in self.pieces:
            if piece.kind not in ("text", "read"):
                continue
            if piece.conditions != before:
                when = " and ".join(filter(None, (_spelled(one) for one in piece.conditions)))
                words.append(f"({when}:)" if when else "(else or always:)")
                before = piece.conditions
            words.append(piece.value if piece.kind == "text" else f"[{labels.get(piece.value, piece.value)}]")
        return _joined(words)


def wordings(library: Library, letter_id: str) -> dict[str, Wording]:
    """Return the wording of each passage that a letter marks, by the passage's id.

    Raises:
        UnknownLetter: there is no such letter.
    """
    found: dict[str, list[Piece]] = {}
    for occurrence in library.walked(letter_id).occurrences:
        for passage, depth in occurrence.within:
            for piece in _pieces(occurrence, depth):
                _add(found.setdefault(passage, []), piece)
    return {passage: Wording(tuple(pieces)) for passage, pieces in found.items()}


def labels(library: Library, letter_id: str) -> dict[str, str]:
    """Return what each fact that a letter prints is, in plain words, by its path."""
    names = Names(library.letter(letter_id))
    paths = {one.value for one in library.walked(letter_id).of("read")}
    return {path: known.label for path in paths if (known := names.known(path)) and known.label}


def conditions_below(occurrence: Occurrence, depth: int) -> tuple[Condition, ...] | None:
    """Return the conditions of an occurrence beyond the first `depth`; None if it can never be seen."""
    if any(_fixed(one) is False for one in occurrence.guards):
        return None
    return tuple(one for one in occurrence.guards[depth:] if _fixed(one) is not True)


def _pieces(occurrence: Occurrence, depth: int) -> Iterator[Piece]:
    """What an occurrence adds to the wording of a passage that `depth` conditions lead to; nothing if never seen."""
    conditions = conditions_below(occurrence, depth)
    if occurrence.kind == "passage" or conditions is None:
        return
    value = plain(_CUT_TAG.sub(" ", occurrence.value)) if occurrence.kind == "text" else occurrence.value
    if value:
        yield Piece(occurrence.kind, value, conditions)


def _add(pieces: list[Piece], piece: Piece) -> None:
    """Add a piece; text that goes on under the same conditions is one piece, however the template divides it."""
    last = pieces[-1] if pieces else None
    if last is not None and last.kind == piece.kind == "text" and last.conditions == piece.conditions:
        pieces[-1] = Piece("text", f"{last.value} {piece.value}", last.conditions)
    else:
        pieces.append(piece)


def _fixed(condition: Condition) -> bool | None:
    """The truth of a condition that no fact can change; None for any other."""
    if isinstance(condition, Fixed):
        return condition.value
    if isinstance(condition, Not):
        inner = _fixed(condition.inner)
        return None if inner is None else not inner
    if isinstance(condition, AllOf):
        parts = {_fixed(part) for part in condition.parts}
        return False if False in parts else None if None in parts else True
    return None


def _told(condition: Condition) -> Any:
    """A condition as plain data, the same for the same condition in every release."""
    if isinstance(condition, IsOneOf):
        return ["is", condition.field, sorted(str(value) for value in condition.allowed)]
    if isinstance(condition, Not):
        return ["not", _told(condition.inner)]
    if isinstance(condition, AllOf):
        return ["all", *(_told(part) for part in condition.parts)]
    return ["each"] if isinstance(condition, InLoop) else ["maybe"]


def _spelled(condition: Condition, *, contrary: bool = False) -> str:
    """A condition in words; nothing for one that holds or fails for reasons that no field tells."""
    if isinstance(condition, Not):
        return _spelled(condition.inner, contrary=not contrary)
    if isinstance(condition, IsOneOf):
        values = " or ".join(sorted(str(value).lower() for value in condition.allowed))
        return f"if {condition.field} is {'not ' if contrary else ''}{values}"
    if isinstance(condition, AllOf):
        parts = [_spelled(part, contrary=contrary) for part in condition.parts]
        return (" or " if contrary else " and ").join(filter(None, parts))
    return "for each" if isinstance(condition, InLoop) else "sometimes"


def _joined(words: list[str]) -> str:
    """Words as a sentence: no space before a full stop or comma."""
    text = " ".join(words)
    for mark in (".", ",", ";", ":", "?", "!", "’", ")"):
        text = text.replace(f" {mark}", mark)
    return text.replace("( ", "(")
