"""What the errors of a PostgreSQL server mean to the reader. Nothing of a statement's values is ever quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from casework.store.errors import (
    OutcomeUnknown,
    Overtaken,
    ServerRefused,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreUnavailable,
)

if TYPE_CHECKING:
    from casework.store.postgresql import PostgreSQL
    from casework.store.server import Server

_WAITED: Final = frozenset(
    ("55P03", "40P01", "40001", "53300", "57014")
)  # locks, deadlock, no connection left
_ENDED: Final = frozenset(
    ("57P01", "57P02", "57P03", "57P05", "25P03")
)  # the server or the session was ended
_DAMAGED: Final = frozenset(("XX001", "XX002"))
_SIGN_IN: Final = frozenset(("28000", "28P01"))


def explain(problem: Exception, backend: PostgreSQL, *, committing: bool = False) -> Exception:
    """Return our error for the driver's; what only a defect of ours can cause comes back as it is.

    Args:
        committing: the server was just told to keep what was recorded.
    """
    code, place = getattr(problem, "sqlstate", None) or "", backend.place
    if _is_gone(problem, code):
        return _gone(place, committing=committing)
    if code in _WAITED:
        return StoreBusy(
            f"Others kept {place} busy for too long; nothing of this was recorded.",
            remedy="Try again. If it goes on, ask the server’s administrator which session waits for which.",
        )
    if code.startswith("53"):
        return StoreFull(
            f"The server of {place} has no room or memory left; nothing of this was recorded.",
            remedy="Tell its administrator, and do it again when there is.",
        )
    if code == "25006":
        return backend.refuse_write()
    if code in _DAMAGED:
        return StoreDamaged(
            f"The database {place} is damaged.", remedy="Tell the server’s administrator; restore a backup."
        )
    if code.startswith("58"):
        return StoreUnavailable(f"The server of {place} could not read or write its disk.")
    if code == "42501" and "row-level security" not in str(problem):
        return ServerRefused(
            f"A right is missing in {place} that casework needs.",
            remedy="Give it again, as the owner of the tables: casework db upgrade",
        )
    if code == "23505":
        return Overtaken(
            "What was to be recorded is there already: somebody else recorded first.",
            remedy="Look again and decide anew.",
        )
    return problem


def unreachable(problem: psycopg.Error, server: Server) -> StoreUnavailable:
    """Return our error for a connection that could not be opened; the driver's words hold no password."""
    if problem.sqlstate in _SIGN_IN or "authentication" in str(problem) or "password" in str(problem):
        return ServerRefused(
            f"The server does not let this role into {server.place}.",
            remedy=f"Check user and password: in {server.path}, in a password file (~/.pgpass), or in PGPASSWORD.",
        )
    said = " ".join(str(problem).split()).rpartition("failed: ")[2].partition(" Is the server")[0]
    return StoreUnavailable(
        f"There is no connection to {server.place}: {said.rstrip('.?')}.",
        remedy=f"Check that the server runs, and the url in {server.path}.",
    )


def _is_gone(problem: Exception, code: str) -> bool:
    """Whether there is no connection any more: the driver then has no code, or the server said good-bye."""
    without_answer = isinstance(problem, psycopg.OperationalError | psycopg.InterfaceError) and not code
    return without_answer or code.startswith("08") or code in _ENDED


def _gone(place: str, *, committing: bool) -> StoreUnavailable:
    if committing:
        return OutcomeUnknown(
            f"The connection to {place} was lost at the last moment, so it is not known whether this was recorded.",
            remedy="Look whether it was (casework case show, casework status), before you do it again.",
        )
    return StoreUnavailable(
        f"The connection to {place} was lost; nothing of this was recorded.", remedy="Do it again."
    )
