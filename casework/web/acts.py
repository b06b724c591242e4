"""Acts that a form asks for: sent twice they are done once, and what is in the way is said on the page itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput, Conflict, Refused
from casework.services.errors import NoAccess
from casework.services.recorder import already_recorded
from casework.web.failures import told

if TYPE_CHECKING:
    from starlette.responses import Response

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


Act = Callable[["Here", int], str]
"""What a button on the page of a numbered thing does; returns what is said when it is done."""


def act_on(
    here: Here, acts: Mapping[str, Act], part: str, again: Callable[[Here, str], Response]
) -> Response:
    """Do the act that the address names to the thing that it numbers, and show that thing's page.

    Args:
        part: where such things are, under the case.
        again: draws the page of the thing with what is in the way.

    Raises:
        NoAccess: there is no such act.
    """
    act, number = acts.get(here.part["act"]), here.part["number"]
    if act is None:
        raise NoAccess("There is nothing here, or it is not for you.")
    try:
        said = act(here, number)
    except (BadInput, Refused) as problem:
        return again(here, told(problem))
    return here.go(here.of_case(part, number), said)


def _done(here: Here, command: str) -> bool:
    return already_recorded(here.workspace, command, here.case.stream) is not None
