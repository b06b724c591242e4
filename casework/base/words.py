"""Words within a sentence, and what was probably meant."""

from __future__ import annotations

from collections.abc import Sequence


def lower_first(title: str) -> str:
    """Return a title within a sentence; abbreviations such as “HR adviser” stay as they are."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def did_you_mean(near: Sequence[str]) -> str:
    """Return `Did you mean this or that?`; nothing where nothing is near."""
    return f"Did you mean {' or '.join(near)}?" if near else ""
