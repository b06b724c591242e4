"""Words that a letter must not use: guilt before it is decided, and codes that are ours alone."""

from __future__ import annotations

import re
from typing import Final

_GUILT: Final = re.compile(
    r"\b(guilty|guilt|culprit|perpetrator|offender|wrongdoing|proven|"
    r"(?:has|have|had|was|were|is|are) (?:been )?proved|"
    r"you (?:have )?(?:committed|breached|broke|broken)|your (?:misconduct|breach|offence|wrongdoing)|"
    r"neutral act)\b",
    re.IGNORECASE,
)
_CODES: Final = re.compile(
    r"\b(?:(?:ACAS|KCSIE|SSR|PAN|LX|RET|CASE|EqA|ERelA|ERA96|UKGDPR|HRA|SMP|PAN)-\d[\w.]*|L-\d\d)\b"
)
_TAG: Final = re.compile(r"<[^>]*>")


def guilt_words(text: str) -> list[str]:
    """Return the words of `text` that take guilt for granted, or call a suspension "a neutral act".

    Before the outcome a letter says "alleged" and "potential" (LX-4: ACAS-8b, CASE-7). What somebody wrote
    may quote such a word for good reason, so in a text of a case it is a thing to look at, not an error.
    """
    return [match[0] for match in _GUILT.finditer(plain(text))]


def our_codes(text: str) -> list[str]:
    """Return the codes of ours in `text`: a letter cites the school's own clauses (LX-2)."""
    return [match[0] for match in _CODES.finditer(plain(text))]


def plain(text: str) -> str:
    """Return the words of a piece of HTML, on one line."""
    return " ".join(_TAG.sub(" ", text).split())
