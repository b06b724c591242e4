"""The first tables: what must never be lost, and the read tables derived from it.

Longer than 400 lines because one migration makes every table of the first release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first release."""
    _organisations_and_logs()
    _keys_documents_and_files()
    _accounts()
    _identities()
    _signing_in()
    _drafts()
    _links()
    _read_tables()


def _organisations_and_logs() -> None:
    """Organisations, logs, streams and events."""
    op.create_table(
        "organisations",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("settings", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_organisations"),
    )
    op.create_table(
        "logs",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_recorded", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_logs"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name="fk_logs_organisation_organisations"
        ),
        sa.UniqueConstraint("origin", name="uq_logs_origin"),
        sa.UniqueConstraint("organisation", "name", name="uq_logs_organisation_name"),
    )
    op.create_table(
        "streams",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stream", name="pk_streams"),
        sa.ForeignKeyConstraint(["log"], ["logs.log"], name="fk_streams_log_logs"),
    )
    op.create_index("ix_streams_log_kind", "streams", ["log", "kind"])
    op.create_index("ix_streams_ref", "streams", ["ref"])
    op.create_table(
        "events",
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.Text(), nullable=True),
        sa.Column("facts_salt", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("log", "pos", name="pk_events"),
        sa.ForeignKeyConstraint(["log"], ["logs.log"], name="fk_events_log_logs"),
        sa.ForeignKeyConstraint(["stream"], ["streams.stream"], name="fk_events_stream_streams"),
        sa.UniqueConstraint("stream", "n", name="uq_events_stream_n"),
    )
    op.create_index("ix_events_command", "events", ["command"])


def _keys_documents_and_files() -> None:
    """What stands beside the ledger."""
    op.create_table(
        "keys",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="pk_keys"),
        sa.ForeignKeyConstraint(["stream"], ["streams.stream"], name="fk_keys_stream_streams"),
        sa.UniqueConstraint("stream", "compartment", "epoch", name="uq_keys_stream_compartment_epoch"),
    )
    op.create_table(
        "wraps",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("suite", sa.Text(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "recipient", name="pk_wraps"),
        sa.ForeignKeyConstraint(["key_id"], ["keys.key_id"], name="fk_wraps_key_id_keys"),
    )
    op.create_index("ix_wraps_recipient", "wraps", ["recipient"])
    op.create_table(
        "policies",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("resolved", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_policies"),
    )
    op.create_table(
        "calendars",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_calendars"),
    )
    op.create_table(
        "catalogues",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("resolved", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_catalogues"),
    )
    op.create_table(
        "people",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_people"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name="fk_people_organisation_organisations"
        ),
    )
    op.create_index("ix_people_organisation", "people", ["organisation"])
    op.create_table(
        "files",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("file", name="pk_files"),
        sa.ForeignKeyConstraint(["stream"], ["streams.stream"], name="fk_files_stream_streams"),
    )
    op.create_index("ix_files_stream", "files", ["stream"])
    op.create_table(
        "file_chunks",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("chunk", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file", "chunk", name="pk_file_chunks"),
        sa.ForeignKeyConstraint(["file"], ["files.file"], name="fk_file_chunks_file_files"),
    )


def _accounts() -> None:
    """Who may sign in, in which role where, and what signs."""
    op.create_table(
        "accounts",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("login_digest", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("disabled", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_accounts"),
        sa.UniqueConstraint("login_digest", name="uq_accounts_login_digest"),
    )
    op.create_table(
        "memberships",
        sa.Column("membership", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("last", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("membership", name="pk_memberships"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_memberships_account_accounts"),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name="fk_memberships_organisation_organisations",
        ),
    )
    op.create_index("ix_memberships_account", "memberships", ["account"])
    op.create_index("ix_memberships_organisation", "memberships", ["organisation"])
    op.create_table(
        "signing_keys",
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_signing_keys"),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name="fk_signing_keys_organisation_organisations",
        ),
    )


def _identities() -> None:
    """Whom an OpenID provider has to vouch for, by account."""
    op.create_table(
        "identities",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_identities"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_identities_account_accounts"),
    )
    op.create_index("ix_identities_account", "identities", ["account"])


def _drafts() -> None:
    """What somebody has begun to fill in."""
    op.create_table(
        "drafts",
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("draft", name="pk_drafts"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_drafts_account_accounts"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name="fk_drafts_organisation_organisations"
        ),
    )
    op.create_index("ix_drafts_organisation_changed", "drafts", ["organisation", "changed"])
    op.create_index("ix_drafts_stream", "drafts", ["stream"])


def _links() -> None:
    """What links show to somebody without an account, who read it, links to calendars, and reminders."""
    op.create_table(
        "own_links",
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_failed", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("link", name="pk_own_links"),
        sa.UniqueConstraint("digest", name="uq_own_links_digest"),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.organisation"], name="fk_own_links_organisation_organisations"
        ),
    )
    op.create_index("ix_own_links_stream", "own_links", ["stream"])
    op.create_table(
        "link_readings",
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reading", name="pk_link_readings"),
        sa.ForeignKeyConstraint(
            ["organisation"],
            ["organisations.organisation"],
            name="fk_link_readings_organisation_organisations",
        ),
    )
    op.create_index("ix_link_readings_organisation", "link_readings", ["organisation"])
    op.create_index("ix_link_readings_stream", "link_readings", ["stream"])
    op.create_table(
        "calendar_feeds",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_calendar_feeds"),
        sa.UniqueConstraint("digest", name="uq_calendar_feeds_digest"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_calendar_feeds_account_accounts"),
    )
    op.create_table(
        "reminders",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_reminders"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_reminders_account_accounts"),
    )


def _signing_in() -> None:
    """What passes: invitations that wait for their first sign-in, and failed sign-ins."""
    op.create_table(
        "invitations",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_invitations"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_invitations_account_accounts"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("untold", sa.BigInteger(), nullable=False),
        sa.Column("last_failed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_sign_ins"),
        sa.ForeignKeyConstraint(["account"], ["accounts.account"], name="fk_sign_ins_account_accounts"),
    )


def _read_tables() -> None:
    """What is derived from envelopes and facts."""
    op.create_table(
        "cases",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("last_recorded", sa.Text(), nullable=False),
        sa.Column("last_occurred", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stream", name="pk_cases"),
    )
    op.create_index("ix_cases_organisation_reference", "cases", ["organisation", "reference"])
    op.create_index("ix_cases_newest", "cases", [sa.text("opened DESC"), "reference"])
    op.create_table(
        "strand_states",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("strand", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "strand", name="pk_strand_states"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clocks",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("stopped", sa.BigInteger(), nullable=True),
        sa.Column("stopped_on", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("stream", "clock", "n", name="pk_clocks"),
        sqlite_with_rowid=False,
    )
    running = sa.text("stopped IS NULL")
    due = ["due", "stream", "n", "clock"]
    op.create_index("ix_clocks_running", "clocks", due, sqlite_where=running, postgresql_where=running)
    op.create_table(
        "letters",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("issued", sa.Text(), nullable=True),
        sa.Column("served_effective", sa.Text(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "letter", name="pk_letters"),
    )
    op.create_table(
        "warnings",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("live_from", sa.Text(), nullable=False),
        sa.Column("live_until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "n", name="pk_warnings"),
    )
    op.create_table(
        "parties",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "party", name="pk_parties"),
    )
    op.create_table(
        "party_roles",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "party", "role", name="pk_party_roles"),
    )
    op.create_table(
        "readers",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("shut_out", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Text(), nullable=True),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "account", name="pk_readers"),
    )
    op.create_index("ix_readers_account", "readers", ["account"])
