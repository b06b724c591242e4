"""Words within a sentence, lists and counts in words, and what was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def lower_first(title: str) -> str:
    """Return a title within a sentence; abbreviations such as “HR adviser” stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def did_you_mean(near: Sequence[str]) -> str:
    """Return `Did you mean this or that?`; nothing where nothing is near."""
    return f"Did you mean {' or '.join(near)}?" if near else ""


def listed(items: Sequence[str], word: str = "and", none: str = "") -> str:
    """Return items as an English list: `a, b and c`."""
    if len(items) < 2:
        return items[0] if items else none
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def count(number: int, one: str, many: str = "") -> str:
    """Return `1 case` or `3 cases`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def when_due(due: date, today: date) -> str:
    """Return how far off a date is: `today`, `in 3 days`, `2 days late`."""
    days = (due - today).days
    if days < 0:
        return f"{count(-days, 'day')} late"
    return "today" if days == 0 else f"in {count(days, 'day')}"
