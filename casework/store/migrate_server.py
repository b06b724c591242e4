"""Making the tables on a PostgreSQL server and bringing them up to date, as the role that owns them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text

from casework.store import migrate
from casework.store.backend import EVERY, Backend
from casework.store.errors import ServerRefused, StoreExists, StoreForeign, StoreNewer, StoreOlder
from casework.store.places import find
from casework.store.postgresql import PostgreSQL
from casework.store.row_security import protect, sorts_by_bytes
from casework.store.schema import OLDER_REVISIONS, SCHEMA_REVISION, metadata

_TABLES: Final = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
_REVISION: Final = text("SELECT version_num FROM alembic_version")
_EVERYTHING: Final = text("SELECT set_config('casework.organisation', :every, true)")


def make_on_server(path: Path) -> None:
    """Make the tables on a server, unless somebody has, and see that no school is kept in them yet.

    Raises:
        StoreExists: one is. ServerRefused, StoreUnavailable: they cannot be made; the message says why.
    """
    from casework.store.connect import Store

    try:
        store = Store.open(path)
    except (StoreForeign, StoreOlder):
        migrate.upgrade(path)
        store = Store.open(path)
    with store, store.read(*EVERY) as reader:
        if reader.organisations():
            raise StoreExists(
                f"The database {store.place} holds a school already.",
                remedy="To work with it, open its data folder; for another one, make a second database on the server.",
            )


def upgrade_server(backend: Backend) -> tuple[str, str]:
    """Bring a server's tables up to date, all of them or none, and give the role that records its rights.

    Returns the revision before, empty if there were no tables, and after.

    Raises:
        ServerRefused: the database or the roles are not as they have to be. StoreForeign: it holds something else.
        StoreNewer: it was written by a newer release. StoreUnavailable: the owner cannot sign in.
    """
    assert isinstance(backend, PostgreSQL)  # noqa: S101  (the only other kind)
    recorder = str(backend.server.app.get("user", ""))
    if backend.server.owner["user"] == recorder:
        raise ServerRefused(
            "The tables have to belong to another role than the one that records: an owner is above row security.",
            remedy=f'Name the owner in {backend.server.path}: owner = "casework_owner"',
        )
    with migrate.owner(backend) as connection:
        if not sorts_by_bytes(connection):
            raise ServerRefused(
                f"The database {backend.place} orders text by a language, or does not keep it as UTF-8.",
                remedy="Make it so: CREATE DATABASE casework ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0",
            )
        before = _revision(connection, backend.place)
        if before not in ("", SCHEMA_REVISION, *OLDER_REVISIONS):
            raise StoreNewer(
                f"The database {backend.place} was written by a newer release of casework.",
                remedy="Use that release, or a newer one.",
            )
        connection.execute(_EVERYTHING, {"every": EVERY[0]})  # the owner too is bound by row security
        migrate.migrate(connection)
        protect(connection, recorder)
        return before, _revision(connection, backend.place)


def _revision(connection: Connection, place: str) -> str:
    """The revision of the tables; empty if there are none at all."""
    tables = set(connection.scalars(_TABLES))
    if not tables:
        return ""
    if "alembic_version" not in tables:
        raise StoreForeign(
            f"The database {place} holds something else.", remedy="Make one on the server for casework alone."
        )
    return str(connection.scalar(_REVISION) or "")


def make_empty(path: Path) -> None:
    """Take every row away from a server's tables, as their owner.

    Raises:
        StoreUnavailable: the owner cannot sign in, or somebody uses the tables.
    """
    backend = find(path)
    with migrate.owner(backend) as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)}")
