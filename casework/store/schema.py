"""The tables, as SQLAlchemy Core: today's schema, which the migrations must arrive at without a difference.

Only types that every driver takes and returns as they are (text, integer, bytes, boolean), because statements
run on the driver's own connection, where SQLAlchemy converts nothing. Instants are UTC text with
milliseconds, dates are ISO text: fixed width, so text order is time order. JSON is canonical bytes or text.

Four groups:

- what must never be lost: organisations, logs, events, streams, keys, wraps, policies, calendars, catalogues,
  people, accounts, memberships, signing keys, identities, files;
- what passes: invitations that wait for their first sign-in, failed sign-ins, drafts, what links to an employee's own
  page show and who read it, links to calendars, whom reminders went to;
- read tables (`READ_TABLES`): a function of envelopes and facts, rebuilt with no key; see projection.py;
- Alembic's own `alembic_version`.

`facts_salt`, `facts` and `sealed` of an event may become null: that is how an event is forgotten while its
envelope goes on proving that nothing was removed. `head` stands on the last event of each append: the signed
head that the log got with it. A row of its own would cost each step a statement and two pages more.

Longer than 400 lines because every table stands in one place.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

SCHEMA_REVISION: Final = "0001"
"""The migration that arrives at these tables; a test compares it with the newest in migrations/versions."""

OLDER_REVISIONS: Final[tuple[str, ...]] = ()
"""Revisions of earlier releases that `upgrade` can start from."""

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _text(name: str, *, key: bool = False, to: str | None = None, null: bool = False) -> Column[str]:
    """A text column: part of the primary key, a reference to another table's column, or neither."""
    references = [ForeignKey(to)] if to else []
    return Column(name, Text, *references, primary_key=key, nullable=null)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """An integer of 64 bits; never counted up by the database."""
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=null)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    """A column of bytes."""
    return Column(name, LargeBinary, nullable=null)


_CLUSTERED: Final[dict[str, Any]] = {"sqlite_with_rowid": False}
"""Small rows that each step writes are kept in the index of their key, so that a step writes fewer pages."""

organisations = Table(
    "organisations",
    metadata,
    _text("organisation", key=True),
    _bytes("settings"),
    _bytes("sealed"),
)

logs = Table(
    "logs",
    metadata,
    _text("log", key=True),
    _text("organisation", to="organisations.organisation"),
    _text("name"),
    _text("origin"),
    _bytes("public_key"),
    _number("size"),
    _bytes("frontier"),
    _text("last_recorded"),
    UniqueConstraint("origin"),
    UniqueConstraint("organisation", "name"),
)

streams = Table(
    "streams",
    metadata,
    _text("stream", key=True),
    _text("log", to="logs.log"),
    _text("kind"),
    _text("ref", null=True),
    Index(None, "log", "kind"),
    Index(None, "ref"),
)

events = Table(
    "events",
    metadata,
    _text("log", key=True, to="logs.log"),
    _number("pos", key=True),
    _text("stream", to="streams.stream"),
    _number("n"),
    _text("command"),
    _bytes("envelope"),
    _text("head", null=True),
    _bytes("facts_salt", null=True),
    _bytes("facts", null=True),
    _bytes("sealed", null=True),
    UniqueConstraint("stream", "n"),
    Index(None, "command"),
)

keys = Table(
    "keys",
    metadata,
    _text("key_id", key=True),
    _text("stream", to="streams.stream"),
    _text("compartment"),
    _number("epoch"),
    UniqueConstraint("stream", "compartment", "epoch"),
)

wraps = Table(
    "wraps",
    metadata,
    _text("key_id", key=True, to="keys.key_id"),
    _text("recipient", key=True),
    _text("suite"),
    _bytes("blob"),
    Index(None, "recipient"),
)

policies = Table("policies", metadata, _text("digest", key=True), _text("label"), _bytes("resolved"))

calendars = Table("calendars", metadata, _text("digest", key=True), _bytes("data"))

catalogues = Table("catalogues", metadata, _text("digest", key=True), _text("label"), _bytes("resolved"))

people = Table(
    "people",
    metadata,
    _text("person", key=True),
    _text("organisation", to="organisations.organisation"),
    _bytes("sealed"),
    Index(None, "organisation"),
)

accounts = Table(
    "accounts",
    metadata,
    _text("account", key=True),
    _text("login_digest"),
    _bytes("public_key", null=True),
    _bytes("credential", null=True),
    _text("disabled", null=True),
    UniqueConstraint("login_digest"),
)

memberships = Table(
    "memberships",
    metadata,
    _text("membership", key=True),
    _text("account", to="accounts.account"),
    _text("organisation", to="organisations.organisation"),
    _text("role"),
    _text("first"),
    _text("last", null=True),
    _bytes("sealed"),
    Index(None, "account"),
    Index(None, "organisation"),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    _text("organisation", key=True, to="organisations.organisation"),
    _bytes("public_key"),
    _bytes("sealed"),
)

identities = Table(
    "identities",
    metadata,
    _text("digest", key=True),
    _text("account", to="accounts.account"),
    Index(None, "account"),
)

invitations = Table(
    "invitations",
    metadata,
    _text("account", key=True, to="accounts.account"),
    _text("code_digest"),
    _text("expires"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    _text("account", key=True, to="accounts.account"),
    _number("failures"),
    _number("untold"),
    _text("last_failed"),
)

drafts = Table(
    "drafts",
    metadata,
    _text("draft", key=True),
    _text("organisation", to="organisations.organisation"),
    _text("stream"),
    _text("account", to="accounts.account"),
    _text("changed"),
    _bytes("sealed"),
    Index(None, "organisation", "changed"),
    Index(None, "stream"),
)

own_links = Table(
    "own_links",
    metadata,
    _text("link", key=True),
    _text("organisation", to="organisations.organisation"),
    _text("stream"),
    _text("digest"),
    _bytes("public_key"),
    _text("until"),
    _number("failures"),
    _text("last_failed"),
    _bytes("sealed"),
    UniqueConstraint("digest"),
    Index(None, "stream"),
)

link_readings = Table(
    "link_readings",
    metadata,
    _text("reading", key=True),
    _text("organisation", to="organisations.organisation"),
    _text("stream"),
    _text("link"),
    _text("who"),
    _text("what"),
    _text("at"),
    Index(None, "organisation"),
    Index(None, "stream"),
)

calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    _text("account", key=True, to="accounts.account"),
    _text("digest"),
    _text("made"),
    UniqueConstraint("digest"),
)

reminders = Table(
    "reminders",
    metadata,
    _text("account", key=True, to="accounts.account"),
    _text("day"),
    _text("state"),
)

files = Table(
    "files",
    metadata,
    _text("file", key=True),
    _text("stream", to="streams.stream"),
    _number("size"),
    Column("chunks", Integer, nullable=False),
    Index(None, "stream"),
)

file_chunks = Table(
    "file_chunks",
    metadata,
    _text("file", key=True, to="files.file"),
    _number("chunk", key=True),
    _bytes("data"),
)

# Read tables. They refer to nothing, so that they can be emptied and filled in any order.

cases = Table(
    "cases",
    metadata,
    _text("stream", key=True),
    _text("log"),
    _text("organisation"),
    _text("reference"),
    _text("policy"),
    _text("opened"),
    _text("state"),
    _text("stage"),
    Column("closed", Boolean, nullable=False),
    _number("events"),
    _text("last_recorded"),
    _text("last_occurred", null=True),
    Index(None, "organisation", "reference"),
)

Index("ix_cases_newest", cases.c.opened.desc(), cases.c.reference)

strand_states = Table(
    "strand_states",
    metadata,
    _text("stream", key=True),
    _text("strand", key=True),
    _text("state"),
    _text("since", null=True),
    _number("n"),
    **_CLUSTERED,
)

clocks = Table(
    "clocks",
    metadata,
    _text("stream", key=True),
    _text("clock", key=True),
    _number("n", key=True),
    _text("started"),
    _text("due"),
    _number("stopped", null=True),
    _text("stopped_on", null=True),
    Index(
        "ix_clocks_running",
        *("due", "stream", "n", "clock"),
        sqlite_where=text("stopped IS NULL"),
        postgresql_where=text("stopped IS NULL"),
    ),
    **_CLUSTERED,
)

letters = Table(
    "letters",
    metadata,
    _text("stream", key=True),
    _text("letter", key=True),
    _text("template"),
    _text("recipient"),
    _text("status"),
    _text("issued", null=True),
    _text("served_effective", null=True),
    _number("n"),
)

warnings = Table(
    "warnings",
    metadata,
    _text("stream", key=True),
    _number("n", key=True),
    _text("level"),
    _text("live_from"),
    _text("live_until"),
)

parties = Table(
    "parties",
    metadata,
    _text("stream", key=True),
    _text("party", key=True),
    _text("flags"),
    _number("n"),
)

party_roles = Table(
    "party_roles",
    metadata,
    _text("stream", key=True),
    _text("party", key=True),
    _text("role", key=True),
    _number("n"),
    _number("place"),
)

readers = Table(
    "readers",
    metadata,
    _text("stream", key=True),
    _text("account", key=True),
    Column("shut_out", Boolean, nullable=False),
    _text("since", null=True),
    _text("until", null=True),
    _number("n"),
    Index(None, "account"),
)

READ_TABLES: Final = (cases, strand_states, clocks, letters, warnings, parties, party_roles, readers)
"""What `rebuild` empties and fills again."""
