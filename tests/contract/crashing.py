"""What the crash tests run in child processes: ways of recording, and of being killed while doing so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from casework.store import Store, Transaction
from casework.store.backend import Connection, Cursor
from casework.store.migrate import create
from casework.store.rows import Account, Document, Key, Organisation, Person, WrappedKey
from casework.store.sqlite import SQLite
from tests.contract.school import School, opened, step

KILLED = 17
"""The exit code of a child that was killed on purpose."""

COMMAND = "00000000-0000-4000-8000-000000000001"

Recording = Callable[[School, Transaction, str], object]


def open_a_case(school: School, tx: Transaction, case: str) -> None:
    """A stream, its key, a wrap and three events, one of them with clocks."""
    stream = school.new_stream(tx)
    tx.add_key(Key("k2", stream, "main", 1))
    tx.add_wraps([WrappedKey("k2", "head", "suite", b"blob"), WrappedKey("k2", "recovery", "suite", b"blob")])
    clock = {"clock": "acknowledge", "from": "2026-03-02", "due": "2026-03-09"}
    party = {"kind": "party_added", "party": "p1", "roles": ["head_teacher", "investigator"], "flags": {}}
    school.record(
        tx, (stream, opened("ASH-26-0002", clocks=[clock])), (stream, party), (stream, party), command=COMMAND
    )


def record_a_sanction(school: School, tx: Transaction, case: str) -> None:
    """A step in the case and the warning in the person's file: two streams, one append."""
    file_of = school.new_stream(tx, "person", ref="person-1")
    warning = {
        "kind": "warning_recorded",
        "level": "final",
        "live_from": "2026-03-03",
        "live_until": "2027-03-02",
    }
    school.record(tx, (case, step("warned", stopped=["investigate"])), (file_of, warning), command=COMMAND)


def issue_a_letter(school: School, tx: Transaction, case: str) -> None:
    """A file and the events of its letter."""
    tx.add_file("file-1", stream=case, chunks=[b"a" * 5000, b"b" * 5000, b"c"])
    letter = {"letter": "l1", "template": "hearing-invitation", "recipient": "p1"}
    proposed, issued = ({"kind": f"letter_{what}"} | letter for what in ("proposed", "issued"))
    school.record(tx, (case, proposed), (case, issued), command=COMMAND)


def destroy_words(school: School, tx: Transaction, case: str) -> None:
    """The event that says it, and words, facts, keys and a stream's place in the lists going, all at once."""
    tx.erase_words(case, [1, 2])
    tx.erase_facts(case, [2])
    tx.erase_keys(case)
    tx.forget_stream(case)
    said = school.new_stream(tx, "organisation")
    school.record(tx, (said, {"kind": "record_erased", "stream": case, "events": [1, 2]}), command=COMMAND)


RECORDINGS: dict[str, Recording] = {
    "a step": lambda school, tx, case: school.record(tx, (case, step("triaged")), command=COMMAND),
    "a case": open_a_case,
    "a sanction": record_a_sanction,
    "a letter": issue_a_letter,
    "a correction": lambda school, tx, case: school.record(
        tx, (case, {"kind": "annulled", "event": 2}), command=COMMAND
    ),
    "an erasure": destroy_words,
    "an organisation": lambda school, tx, case: tx.put_organisation(Organisation("other", b"{}", b"")),
    "a person": lambda school, tx, case: tx.put_person(Person("p1", school.organisation, b"sealed")),
    "an account": lambda school, tx, case: tx.put_account(
        Account("a1", school.organisation, b"k", b"sealed")
    ),
    "a policy": lambda school, tx, case: tx.put_policy(Document("1" * 64, "england@1", b"{}")),
    "a catalogue": lambda school, tx, case: tx.put_catalogue(Document("2" * 64, "media@1", b"{}")),
    "a calendar": lambda school, tx, case: tx.put_calendar("3" * 64, b"{}"),
    "rebuilt read tables": lambda school, tx, case: tx.rebuild_views(),
}
"""Everything that is ever recorded in one transaction, by name."""

RECORDS_EVENTS = ("a step", "a case", "a sanction", "a letter", "a correction", "an erasure")


def base_case(path: Path) -> str:
    """Make a store with a school and a case of two events; return the case's stream."""
    school = School()
    with Store.create(path) as store:
        school.found(store)
        with store.transaction() as tx:
            case = school.new_stream(tx)
            clock = {"clock": "investigate", "from": "2026-03-02", "due": "2026-03-16"}
            school.record(tx, (case, opened()), (case, step("triaged", clocks=[clock])))
    return case


def record(store: Store, name: str, case: str) -> None:
    """Record something, byte for byte the same whenever it is done."""
    school = School.later()
    with store.transaction() as tx:
        if not tx.find_command(COMMAND):
            RECORDINGS[name](school, tx, case)


class Fragile:
    """A connection on which the process dies: before statement number `at`, or at the commit.

    Args:
        connection: the real one.
        at: the number of the statement, `before commit`, `after commit`, or `never` to count statements only.
    """

    def __init__(self, connection: Connection, at: int | str) -> None:
        self._connection = connection
        self._at = at
        self.statements = 0

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Count, perhaps die, run."""
        self._count()
        return self._connection.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Cursor:
        """Count, perhaps die, run."""
        self._count()
        return self._connection.executemany(sql, parameters)

    def commit(self) -> None:
        """Perhaps die, commit, perhaps die."""
        self._die_at("before commit")
        self._connection.commit()
        self._die_at("after commit")

    def rollback(self) -> None:
        """Undo."""
        self._connection.rollback()

    def close(self) -> None:
        """Close."""
        self._connection.close()

    def _count(self) -> None:
        self._die_at(self.statements)
        self.statements += 1

    def _die_at(self, point: int | str) -> None:
        if self._at == point:
            os._exit(KILLED)


class FragileSQLite(SQLite):
    """SQLite on fragile connections."""

    at: int | str = "never"
    last: Fragile

    def connect(self) -> Any:
        """Open a connection and make it fragile."""
        self.last = Fragile(super().connect(), self.at)
        return self.last


def count_statements(path: Path, name: str, case: str) -> int:
    """Record something and return how many statements that took."""
    backend = FragileSQLite(path, "rw")
    with Store(backend) as store:
        record(store, name, case)
    return backend.last.statements


def record_and_die(path: Path, name: str, case: str, at: int | str) -> None:
    """In a child: record something and be killed on the way."""
    backend = FragileSQLite(path, "rw")
    backend.at = at
    record(Store(backend), name, case)


def create_and_die(path: Path, at: str) -> None:
    """In a child: make a database and be killed before the function `at` of `casework.store.migrate`."""
    from casework.store import migrate

    setattr(migrate, at, lambda *_: os._exit(KILLED))
    create(path)


def hold_the_lock(path: Path, pipe: Pipe) -> None:
    """In a child: begin a transaction, say so, and be killed in it when told to."""
    with Store.open(path) as store, store.transaction():
        pipe.send("begun")
        pipe.recv()
        os._exit(KILLED)


def record_many(path: Path, case: str, name: str, times: int) -> None:
    """In a child: record so many steps, beside others who do the same."""
    school = School.later(name.encode())
    start = school.now
    with Store.open(path) as store:
        for _ in range(times):
            school.now = start
            with store.transaction() as tx:
                school.record(tx, (case, step(name)))


def use_as_somebody_else(path: Path, user: int | None, pipe: Pipe) -> None:
    """In a child: as an ordinary user, say what opening, reading and recording in the store at `path` come to."""
    if user is not None:
        os.setgroups([])
        os.setuid(user)
    school, said = School(), dict[str, Any]()
    try:
        with Store.open(path) as store:
            with store.read() as reader:
                said["size"] = school.verify(reader).size
            try:
                with store.transaction():
                    said["recorded"] = True
            except Exception as problem:
                said["refused"] = (type(problem).__name__, str(problem))
    except Exception as problem:
        said["not opened"] = (type(problem).__name__, str(problem))
    pipe.send(said)
