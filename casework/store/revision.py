"""Which schema revision a database is at, and whether this release can use it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sqlalchemy import column, select, table

from casework.store.backend import Backend, Connection
from casework.store.errors import StoreForeign, StoreNewer, StoreOlder
from casework.store.schema import OLDER_REVISIONS, SCHEMA_REVISION
from casework.store.session import Session
from casework.store.statement import Statement

_REVISION: Final = Statement(lambda: select(column("version_num")).select_from(table("alembic_version")))


def revision_of(backend: Backend, connection: Connection) -> str:
    """Return the schema revision that a database is at.

    Raises:
        StoreForeign: it has none.
    """
    session = Session(backend, connection)
    row = None
    with suppress(backend.error):  # no such table
        row = session._row(_REVISION)
    if row is None:
        raise StoreForeign(
            f"{backend.place} is not a casework database.",
            remedy="Check the path. On a new server `casework db upgrade` makes the tables.",
        )
    return str(row[0])


def require_current(backend: Backend, connection: Connection) -> None:
    """Refuse a database that this release does not write.

    Raises:
        StoreForeign, StoreNewer, StoreOlder: why not.
    """
    found, place = revision_of(backend, connection), backend.place
    if found in OLDER_REVISIONS:
        raise StoreOlder(
            f"The database {place} was written by an earlier release of casework.",
            remedy="Make a backup of it, then bring it up to date with: casework db upgrade",
        )
    if found != SCHEMA_REVISION:
        raise StoreNewer(
            f"The database {place} was written by a newer release of casework.",
            remedy="Use that release, or a newer one.",
            revision=found,
        )
