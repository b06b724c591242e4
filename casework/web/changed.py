"""What somebody else recorded in a case while a form was being filled in, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.base.words import listed
from casework.services.history import timeline

if TYPE_CHECKING:
    from casework.web.site import Here


def since(here: Here, seen: int) -> str:
    """Return what was recorded after the event that the form was drawn at; nothing if nothing was."""
    entries = timeline(here.workspace, here.school, here.case)
    new = list(dict.fromkeys(f"“{entry.title}”" for entry in entries if entry.n > seen))
    return f"Since you looked, this was recorded: {listed(new)}." if new else ""
