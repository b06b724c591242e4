"""Acts that a form asks for: sent twice, they are done once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from casework.base.errors import Conflict
from casework.services.recorder import already_recorded

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.web.site import Here


def where(here: Here) -> tuple[Workspace, School, LoadedCase]:
    """Return what every service that acts on a case is told first."""
    return here.workspace, here.school, here.case


def once(here: Here, act: Callable[[str], Any], command: str = "") -> Any:
    """Do an act with the id that its form brought, and return what it returns; None if that was done before.

    Args:
        act: gets the id.
        command: the id, where it is another than the form's own.
    """
    chosen = command or here.text("command")
    if chosen and _done(here, chosen):
        return None
    try:
        return act(chosen)
    except Conflict:
        if chosen and _done(here, chosen):
            return None
        raise


def _done(here: Here, command: str) -> bool:
    return already_recorded(here.workspace, command, here.case.stream) is not None
