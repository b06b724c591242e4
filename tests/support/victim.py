"""A real database that is changed once, verified, and put back; and the classes that each change may be named by."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.base.errors import CaseworkError
from casework.keyring.signing import SigningKey
from casework.ledger.checkpoint import Signer
from casework.services import audit
from casework.services.schools import choose_school, log_of
from casework.services.signing import signing_key_of
from casework.services.workspace import Workspace
from casework.store.schema import READ_TABLES, metadata

LISTS = frozenset({"stale"})
ORDER = frozenset({"removed", "inserted", "reordered", "altered", "cut_short", "not_covered"})
HEADS = frozenset({"head_forged", "head_missing", "head_contradicts", "not_covered", "altered"})
LOG = frozenset({"log_altered", "head_forged", "removed", "altered", "cut_short", "not_covered"})
STREAM, KEY = frozenset({"stream_altered"}), frozenset({"key_missing"})
SETTINGS = frozenset({"settings_altered"})
DIRECTORY = frozenset({"directory_altered"})
FILE = frozenset({"file_altered", "file_missing", "file_inserted"})
DOCUMENT = frozenset({"document_altered", "document_missing"})
END = frozenset({"cut_short"})
ALTERED = frozenset({"altered"})

EXPECTED: dict[tuple[str, str], frozenset[str]] = {
    **{
        ("events", column): ALTERED
        for column in ("stream", "n", "command", "envelope", "facts_salt", "facts", "sealed")
    },
    ("events", "log"): ORDER,
    ("events", "pos"): ORDER,
    ("events", "head"): HEADS,
    **{("logs", column): LOG for column in ("log", "organisation", "name", "origin", "public_key")},
    **{("logs", column): END for column in ("size", "frontier", "last_recorded")},
    **{("streams", column): STREAM for column in ("stream", "log", "kind", "ref")},
    **{("keys", column): KEY for column in ("key_id", "stream")},
    **{("files", column): FILE for column in ("file", "stream", "size", "chunks")},
    **{("file_chunks", column): FILE for column in ("file", "chunk", "data")},
    **{
        (table, column): DOCUMENT
        for table in ("policies", "catalogues")
        for column in ("digest", "label", "resolved")
    },
    **{("calendars", column): DOCUMENT for column in ("digest", "data")},
    ("organisations", "settings"): SETTINGS | DIRECTORY,
    ("organisations", "sealed"): DIRECTORY,
    **{("people", column): DIRECTORY for column in ("person", "organisation", "sealed")},
    ("organisations", "organisation"): frozenset({"removed"}),
    **{(table.name, column.name): LISTS for table in READ_TABLES for column in table.columns},
}
"""By table and column, the classes of which one has to be named first when a value there was changed."""

UNNOTICED = {
    *(("keys", column) for column in ("compartment", "epoch")),
    *(("wraps", column) for column in ("key_id", "recipient", "suite", "blob")),
    *(("accounts", column) for column in ("account", "login_digest", "public_key", "credential", "disabled")),
    *(
        ("memberships", column)
        for column in ("membership", "account", "organisation", "role", "first", "last", "sealed")
    ),
    *(("signing_keys", column) for column in ("organisation", "public_key", "sealed")),
    *(("identities", column) for column in ("digest", "account")),
    *(("invitations", column) for column in ("account", "code_digest", "expires")),
    *(("sign_ins", column) for column in ("account", "failures", "untold", "last_failed")),
    *(
        ("own_links", column)
        for column in (
            *("link", "organisation", "stream", "digest", "public_key", "until"),
            *("failures", "last_failed", "sealed"),
        )
    ),
    *(
        ("link_readings", column)
        for column in ("reading", "organisation", "stream", "link", "who", "what", "at")
    ),
    *(("reminders", column) for column in ("account", "day", "state")),
    *(("calendar_feeds", column) for column in ("account", "digest", "made")),
    *(("drafts", column) for column in ("draft", "organisation", "stream", "account", "changed", "sealed")),
}
"""What a key is needed for to notice, or what no decision rests on."""

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what it is called, the classes it may be named by; none, if it may go unnoticed."""

    name: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What verification said of a change: the class named first, or `whole`, `stale`, or why it could not read."""

    change: Change
    named: str
    right: bool


def _stolen_signing_key(folder: Path) -> SigningKey:
    """The key that signs the record of the one school in a folder, as somebody has it who has stolen it."""
    with Workspace.open(folder, str) as workspace, workspace.store.read() as reader:
        return signing_key_of(workspace, log_of(reader, choose_school(workspace, None), "cases"))


class Victim:
    """A data folder whose database is changed once, verified, and put back, again and again.

    Args:
        folder: of the data; its database is closed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "casework.sqlite3"
        self.pristine = self.path.read_bytes()
        self._signing = _stolen_signing_key(folder)
        self._content = self._noticeable()
        assert self.verdict() == WHOLE, "the victim is not whole before anything was done to it"

    def judge(self, change: Change) -> Outcome:
        """Verify after a change, and say whether it was named rightly."""
        named = self.verdict()
        return Outcome(change, named, self._right(change, named))

    def restore(self) -> None:
        """Put the database back as it was."""
        for beside in ("-wal", "-shm"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        self.path.write_bytes(self.pristine)

    def verdict(self) -> str:
        """Verify and return the class that is named first."""
        try:
            report = audit.verify(self.folder)
        except CaseworkError as error:
            return f"not read: {error.code}"
        if report.findings:
            return report.findings[0].kind
        return "stale" if report.lists == "stale" else WHOLE

    def run(self, *statements: tuple[str, tuple[Any, ...]]) -> None:
        """Run SQL that may break every rule."""
        with closing(self._connect()) as connection:
            for sql, values in statements:
                connection.execute(sql, values)

    def ask(self, sql: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """Return the rows of a query."""
        with closing(self._connect()) as connection:
            return connection.execute(sql, values).fetchall()

    def signer(self, origin: str) -> Signer:
        """Return the key of the log, as somebody has it who has stolen it."""
        return self._signing.signer(origin)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _right(self, change: Change, named: str) -> bool:
        if named in change.classes:
            return True
        # A change that is not of the logic may go by; and a page that is broken may end the reading, with a sentence.
        if change.name.startswith("page"):
            return (
                named.startswith("not read: ") or named not in (WHOLE,) or self._content == self._noticeable()
            )
        return not change.classes

    def _noticeable(self) -> dict[str, Any]:
        """Everything in the record that may not change unnoticed.

        Lists are left out: a broken page can hide a row of them from one way of reading and not from another, and they
        are made again from the record anyhow.
        """
        found = {}
        for table in (table for table in metadata.sorted_tables if table not in READ_TABLES):
            columns = [column.name for column in table.columns if (table.name, column.name) not in UNNOTICED]
            if columns:
                found[table.name] = sorted(
                    map(repr, self.ask(f"SELECT {', '.join(columns)} FROM {table.name}"))
                )
        return found
