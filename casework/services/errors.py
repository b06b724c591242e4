"""Errors of the use cases, grouped by who has to act; each is one sentence and has its exit code."""

from __future__ import annotations

from typing import Any

from casework.base.errors import BadInput, Conflict, NotPermitted, Unavailable


class NoAccess(NotPermitted):
    """Not there, or not for this account: both answer alike."""

    code = "not-permitted"


class UnknownPerson(BadInput):
    """Nobody of that name is known, or more than one person is."""

    code = "unknown-person"


class UnknownSchool(BadInput):
    """No school of that name is in this data folder, or several are and none was chosen."""

    code = "unknown-school"


class EntryChanged(Conflict):
    """Somebody else changed the same entry first: of the directory, or the school's own."""

    code = "conflict"

    def __init__(self, message: str) -> None:
        super().__init__(message, remedy="Look at it again, then decide.")


class CaseMoved(Conflict):
    """Somebody else recorded something in the case first.

    `since` lists the kinds of events that were recorded in the meantime, oldest first.
    """

    code = "conflict"

    def __init__(self, message: str, *, since: list[dict[str, Any]]) -> None:
        super().__init__(message, remedy="Look at what changed, then decide again.", since=since)
        self.since = since


class CommandUsed(Conflict):
    """The id of an act was used for another act, so that it is not known what was meant."""

    code = "command-used"

    def __init__(self) -> None:
        super().__init__("That command was used for another act.", remedy="Draw a new id for each act.")


class RolledBackHere(Unavailable):
    """The record is shorter, or other, than when this installation saw it last."""

    code = "rolled-back"
