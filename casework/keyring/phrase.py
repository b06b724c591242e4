"""What an unlock phrase has to be: long enough, and nothing that a program tries first.

No rule asks for capitals, digits or signs: they make phrases hard to remember and easy to guess. Source: NCSC, "Three
random words"; NIST SP 800-63B section 3.1.1.2 (length, no composition rules, a list of what is common).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from casework.keyring.errors import PassphraseTooShort, PassphraseTooWeak

MIN_PASSPHRASE: Final = 12
"""Fewest characters of a new passphrase: three short words."""

_FEWEST_DIFFERENT: Final = 5
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "01234567890",
)
_COMMON_WORDS: Final = (
    "password passwort passphrase letmein welcome changeme school teacher headteacher casework admin"
    " administrator iloveyou monkey dragon football liverpool arsenal chelsea sunshine princess"
    " secret login summer winter spring autumn monday correcthorsebatterystaple"
)
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_REMEDY: Final = "Three random words are easy to remember and hard to guess."


def checked_phrase(phrase: str, names: Iterable[str] = ()) -> str:
    """Return a new phrase as it is used: the same letters give the same key however a keyboard composes them.

    Args:
        phrase: as typed.
        names: of its owner, which anybody would try.

    Raises:
        PassphraseTooShort, PassphraseTooWeak
    """
    kept = unicodedata.normalize("NFC", phrase)
    if len(kept) < MIN_PASSPHRASE:
        raise PassphraseTooShort(f"A passphrase needs at least {MIN_PASSPHRASE} characters.", remedy=_REMEDY)
    if len(set(kept.casefold())) < _FEWEST_DIFFERENT:
        raise PassphraseTooWeak("A passphrase needs more than a few different characters.", remedy=_REMEDY)
    left = _without_known(kept.casefold(), names)
    if len(left) < _FEWEST_DIFFERENT:
        raise PassphraseTooWeak(
            "That passphrase is one that somebody would try: a common word, a row of keys, or a name of your own.",
            remedy=_REMEDY,
        )
    return kept


def _without_known(phrase: str, names: Iterable[str]) -> str:
    """Return what is left of a phrase without common words, names and rows of keys, digits and signs."""
    parts = re.findall(r"[^\W\d_]+", " ".join(names).casefold())
    for known in sorted({*_COMMON, *(part for part in parts if len(part) > 2)}, key=len, reverse=True):
        phrase = phrase.replace(known, "")
    for row in _ROWS:
        for line in (row, row[::-1]):
            for size in range(len(line), 3, -1):
                for at in range(len(line) - size + 1):
                    phrase = phrase.replace(line[at : at + size], "")
    return "".join(re.findall(r"[^\W\d_]", phrase))
