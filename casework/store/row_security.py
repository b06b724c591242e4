"""Row-level security: the server itself shows a transaction only the rows of the organisations that it works for.

It guards against defects of ours: a query that forgets to name the school, or one that somebody smuggled in. Whoever
runs the server is above it; against them stand keys and verification.

Every table is under it, except those in `SHARED`. One without an `organisation` gets that column here, filled by the
server from what the transaction said: so no statement of ours has to name it, and SQLite, which has no such guard, does
without. A row's organisation is one id, never a list: what is inserted by a transaction that works for several fails.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Table, text

from casework.store.backend import EVERY
from casework.store.schema import (
    accounts,
    calendar_feeds,
    calendars,
    catalogues,
    identities,
    invitations,
    metadata,
    policies,
    reminders,
    sign_ins,
)

_OF_ACCOUNTS: Final = frozenset(
    item.name for item in (accounts, calendar_feeds, identities, invitations, reminders, sign_ins)
)
SHARED: Final = frozenset((policies.name, calendars.name, catalogues.name, "alembic_version")) | _OF_ACCOUNTS
"""What belongs to no one organisation: documents under their digests, the schema's version, and accounts.

An account may work for many; what is kept of it are digests of names, a public key, and what only the unlock phrase
opens. Which roles it has where is under row security.
"""

POLICY: Final = "own_organisation"
"""The name of the policy on each table."""

_SETTING: Final = "current_setting('casework.organisation', true)"
# Queries of their own, which the server answers once for a statement and keeps in a hash: a list of three hundred
# schools then costs a row no more than one school.
_SEEN: Final = (
    f"organisation IN (SELECT unnest(string_to_array({_SETTING}, ','))) OR (SELECT {_SETTING} = '{EVERY[0]}')"
)
_KEPT_FOR_EVER: Final = frozenset(("events", "logs", "organisations", "streams"))
_NEVER_CHANGED: Final = frozenset((policies.name, calendars.name, catalogues.name))
_ABOVE: Final = (
    "SELECT r.rolsuper OR r.rolbypassrls OR EXISTS ("
    "SELECT 1 FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    " AND pg_has_role(current_user, c.relowner, 'MEMBER'))"
    " FROM pg_roles r WHERE r.rolname = current_user"
)
_SORTS: Final = "SELECT 'a' > 'B' AND '~' < U&'\\00E9', current_setting('server_encoding')"


def is_above_it(connection: Any) -> bool:
    """Say whether the role of a driver's connection would see every row, whatever is set."""
    return bool(connection.execute(_ABOVE).fetchone()[0])


def sorts_by_bytes(connection: Connection) -> bool:
    """Say whether the database keeps text as UTF-8 and orders it by its bytes, as SQLite does."""
    return tuple(connection.execute(text(_SORTS)).one()) == (True, "UTF8")


def protect(connection: Connection, role: str) -> None:
    """Put every table under row security, and let `role` do what recording needs and no more; doing it again is fine.

    Args:
        connection: of the owner of the tables, inside the transaction that made them.
        role: who records; may be the owner itself where tables are only being made.
    """
    quoted = connection.dialect.identifier_preparer.quote
    _run(connection, f"GRANT USAGE ON SCHEMA public TO {quoted(role)}")
    for table in metadata.sorted_tables:
        if table.name not in SHARED:
            _separate(connection, table)
        _run(connection, f"REVOKE ALL ON {quoted(table.name)} FROM PUBLIC, {quoted(role)}")
        _run(connection, f"GRANT {_rights(table.name)} ON {quoted(table.name)} TO {quoted(role)}")
    _run(connection, f"GRANT SELECT ON alembic_version TO {quoted(role)}")


def _separate(connection: Connection, table: Table) -> None:
    """Give a table the column that says whose each row is, if it has none, and the policy that reads it."""
    name = connection.dialect.identifier_preparer.quote(table.name)
    if "organisation" not in table.c:
        _run(
            connection,
            f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS organisation text NOT NULL DEFAULT {_SETTING}"
            f" CONSTRAINT ck_{table.name}_one_organisation CHECK (organisation !~ '[,*]' AND organisation <> '')",
        )
    for statement in (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {POLICY} ON {name}",
        f"CREATE POLICY {POLICY} ON {name} USING ({_SEEN}) WITH CHECK ({_SEEN})",
    ):
        _run(connection, statement)


def _rights(table: str) -> str:
    if table in _NEVER_CHANGED:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE" if table in _KEPT_FOR_EVER else "SELECT, INSERT, UPDATE, DELETE"


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
