"""Which characters the shipped fonts can show.

What no font shows would be printed as an empty box, and a box in an allegation is a gap in what somebody was
told. It would also break PDF/A, which wants a real character behind every mark. So it is refused beforehand.
"""

from __future__ import annotations

import functools
import importlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

EVERYDAY: Final = re.compile(
    "[\n\t\r\x20-\x7e\u00a0-\u0148\u014a-\u017e\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u20ac]*"
)
"""Text of these characters needs no further look; a test holds them against the fonts."""

# Marks that change their neighbours and have no shape of their own: joiners, variation selectors, tags.
_SHAPELESS: Final = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


def missing_glyphs(text: str, fonts: Callable[[], tuple[Path, ...]]) -> list[str]:
    """Return the characters of `text` that no font has, each once, in order of appearance.

    Args:
        text: what will be shown.
        fonts: returns the font files; called only if `text` has uncommon characters.
    """
    if EVERYDAY.fullmatch(text):
        return []
    known = _characters(fonts())
    return [
        character
        for character in dict.fromkeys(text)
        if ord(character) not in known and character not in "\n\t\r" and not _SHAPELESS.match(character)
    ]


def describe(character: str) -> str:
    """Return how to speak of a character that cannot be shown: `U+4E2D (CJK UNIFIED IDEOGRAPH-4E2D)`."""
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'no name')})"


@functools.cache
def _characters(fonts: tuple[Path, ...]) -> frozenset[int]:
    """Return the code points that at least one of `fonts` maps to a glyph."""
    opener: Any = importlib.import_module("fontTools.ttLib")  # slow, and only for uncommon characters
    known: set[int] = set()
    for font in fonts:
        with opener.TTFont(font, lazy=True) as opened:
            known.update(opened.getBestCmap())
    return frozenset(known)
