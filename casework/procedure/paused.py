"""A deadline that stands still: what runs in its place, so that it is not forgotten.

The names are here by themselves because lists need them, and lists read no policy as a whole.
"""

from __future__ import annotations

from typing import Final

PAUSED: Final = "paused."
"""Before the name of a deadline: the clock that runs in its place while it stands still, to look again."""

PAUSED_THEN: Final = "Let it run on, or let it stand still for longer, with the reason."
"""What to do when it is time to look again."""


def paused_title(title: str) -> str:
    """Return what the clock is called that runs while the deadline of this title stands still."""
    return f"Look again: “{title}” stands still"
