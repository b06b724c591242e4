"""Words within a sentence."""

from __future__ import annotations


def lower_first(title: str) -> str:
    """Return a title within a sentence; abbreviations such as “HR adviser” stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
