"""What the suites share: a store, a school, a case, every way of writing, and means to spoil what was written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, null, update

from casework.base.ids import new_id
from casework.store import Store, Transaction
from casework.store.rows import (
    Account,
    Document,
    Draft,
    FailedSignIns,
    Invitation,
    Key,
    LinkReading,
    Membership,
    Organisation,
    OwnLink,
    Person,
    SigningKey,
    WrappedKey,
)
from casework.store.schema import events, file_chunks
from casework.store.statement import Statement
from tests.contract.school import School, opened, step

WRITES: dict[str, Callable[[School, Transaction, str], object]] = {
    "organisation": lambda school, tx, stream: tx.put_organisation(
        Organisation(school.organisation, b"{1}", b"")
    ),
    "log": lambda school, tx, stream: add_access_log(school, tx),
    "stream": lambda school, tx, stream: school.new_stream(tx),
    "events": lambda school, tx, stream: school.record(tx, (stream, step("triaged"))),
    "key": lambda school, tx, stream: tx.add_key(Key("k9", stream, "main", 9)),
    "wraps": lambda school, tx, stream: tx.add_wraps([WrappedKey("k1", "somebody", "suite", b"blob")]),
    "policy": lambda school, tx, stream: tx.put_policy(Document("1" * 64, "england@1", b"{}")),
    "catalogue": lambda school, tx, stream: tx.put_catalogue(Document("2" * 64, "media@1", b"{}")),
    "calendar": lambda school, tx, stream: tx.put_calendar("3" * 64, b"{}"),
    "person": lambda school, tx, stream: tx.put_person(Person("p1", school.organisation, b"sealed")),
    "account": lambda school, tx, stream: tx.put_account(Account("a1", "ada.quill", b"k" * 32)),
    "membership": lambda school, tx, stream: add_membership(school, tx),
    "signing key": lambda school, tx, stream: tx.put_signing_key(
        SigningKey(school.organisation, b"k" * 32, b"sealed")
    ),
    "identity": lambda school, tx, stream: add_identity(school, tx),
    "invitation": lambda school, tx, stream: add_invitation(school, tx),
    "failed sign-ins": lambda school, tx, stream: add_failed_sign_in(school, tx),
    "draft": lambda school, tx, stream: add_draft(school, tx),
    "link": lambda school, tx, stream: add_link(school, tx),
    "file": lambda school, tx, stream: tx.add_file("f1", stream=stream, chunks=[b"one", b"two"]),
    "views": lambda school, tx, stream: tx.rebuild_views(),
}
"""Every way of writing, by what it writes."""


def add_access_log(school: School, tx: Transaction) -> None:
    """Enter a second log."""
    head = tx.head(school.log)
    assert head is not None
    empty = type(head).empty(new_id(school.dice), f"example.invalid/{school.organisation}/access/1")
    tx.add_log(empty, organisation=school.organisation, name="access", public_key=b"k" * 32)


def add_membership(school: School, tx: Transaction) -> None:
    """Enter an account and its role."""
    tx.put_account(Account("a2", "bo.lind", None))
    tx.put_membership(Membership("m1", "a2", school.organisation, "clerk", "2026-01-01", None, b"sealed"))


def add_link(school: School, tx: Transaction) -> None:
    """Enter a link to an own page, that it was read, and a link to a calendar."""
    tx.put_account(Account("a7", "gil.hart", None))
    tx.add_own_link(link_of(school, "l1"))
    tx.add_link_reading(reading_of(school, "r1"))
    tx.put_reminder("a7", "2026-03-02", "sent")
    tx.put_feed("a7", "4" * 64, "2026-03-02T09:00:00.000Z")


def link_of(school: School, link: str, stream: str = "s1", until: str = "2026-05-01") -> OwnLink:
    """A link to an own page of a case."""
    return OwnLink(link, school.organisation, stream, f"digest of {link}", b"k" * 32, until, 0, "", b"sealed")


def reading_of(school: School, reading: str, stream: str = "s1") -> LinkReading:
    """That somebody read their own page of a case."""
    at = "2026-03-02T09:00:00.000Z"
    return LinkReading(reading, school.organisation, stream, "l1", "employee", "own page", at)


def add_draft(school: School, tx: Transaction) -> None:
    """Enter an account and what it began to fill in."""
    tx.put_account(Account("a6", "fay.moor", None))
    tx.put_draft(Draft("d1", school.organisation, "s1", "a6", "2026-03-02T09:00:00.000Z", b"sealed"))


def add_identity(school: School, tx: Transaction) -> None:
    """Enter an account that is bound to an identity."""
    tx.put_account(Account("a5", "ed.bound", None))
    tx.bind_identity("1" * 64, "a5")


def add_invitation(school: School, tx: Transaction) -> None:
    """Enter an account that waits for its first sign-in."""
    tx.put_account(Account("a3", "cy.reader", None))
    tx.put_invitation(Invitation("a3", "1" * 64, "2026-01-08T00:00:00.000Z"))


def add_failed_sign_in(school: School, tx: Transaction) -> None:
    """Enter an account with which signing in failed."""
    tx.put_account(Account("a4", "di.late", None))
    tx.put_failed_sign_ins(FailedSignIns("a4", 2, 1, "2026-01-08T00:00:00.000Z"))


def in_threads(work: list[Callable[[], None]]) -> None:
    """Run every task in a thread of its own, and wait for all."""
    threads = [threading.Thread(target=task) for task in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class StoreFixtures:
    """Fixtures; `make_store` is all that a database has to add."""

    def make_store(self, folder: Path) -> Store:
        """Return a new, empty store."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, tmp_path: Path) -> Any:
        with self.make_store(tmp_path) as store:
            yield store

    @pytest.fixture
    def school(self, store: Store) -> School:
        school = School()
        school.found(store)
        return school

    @pytest.fixture
    def case(self, store: Store, school: School) -> str:
        """A case with one event and one key."""
        with store.transaction() as tx:
            stream = school.new_stream(tx)
            tx.add_key(Key("k1", stream, "main", 1))
            school.record(tx, (stream, opened()))
        return stream


ERASE = Statement(
    lambda: (
        update(events)
        .where(events.c.log == bindparam("of_log"), events.c.pos == bindparam("at"))
        .values(facts_salt=null(), facts=null(), sealed=null())
    ),
    *("of_log", "at"),
)
SPOIL = Statement(
    lambda: (
        update(events)
        .where(events.c.log == bindparam("of_log"), events.c.pos == bindparam("at"))
        .values(facts=bindparam("with_"))
    ),
    *("with_", "of_log", "at"),
)
LOSE_CHUNK = Statement(
    lambda: delete(file_chunks).where(
        file_chunks.c.file == bindparam("file"), file_chunks.c.chunk == bindparam("chunk")
    ),
    *("file", "chunk"),
)
