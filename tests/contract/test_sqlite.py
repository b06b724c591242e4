"""The contract, kept by SQLite; and what SQLite adds to it: one flush for each step."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from casework.ledger.findings import LedgerFault
from casework.store import Store
from tests.contract.school import School, opened, step
from tests.contract.store_suite import StoreSuite


class TestSQLite(StoreSuite):
    def make_store(self, folder: Path) -> Store:
        return Store.create(folder / "casework.db")

    def test_a_step_is_committed_exactly_once(self, store: Store, school: School, case: str) -> None:
        said: list[str] = []
        connection = store._take()
        connection.set_trace_callback(said.append)  # type: ignore[attr-defined]
        store._give_back(connection)
        with store.transaction() as tx:
            school.record(tx, (case, step("triaged")), (school.new_stream(tx), opened("ASH-26-0002")))
        assert [sql for sql in said if sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))] == [
            "BEGIN IMMEDIATE",
            "COMMIT",
        ]

    def test_every_writing_connection_is_safe(self, store: Store) -> None:
        connection = store._take()
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
        }
        store._give_back(connection)
        assert settings == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "trusted_schema": 0,
        }


def test_a_command_that_only_reads_pays_for_nothing_heavy() -> None:
    heavy = ("alembic", "cryptography", "jinja2", "pydantic", "transitions", "weasyprint")
    script = f"import sys, casework.store; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_position_that_is_no_number_does_not_stop_the_reading(tmp_path: Path) -> None:
    """SQLite keeps whatever somebody else writes into a column; verification has to see it, and name it."""
    school, path = School(), tmp_path / "casework.db"
    with Store.create(path) as store:
        school.found(store)
        with store.transaction() as tx:
            case = school.new_stream(tx)
            school.record(tx, (case, opened()), (case, step("triaged")))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE events SET pos = 'second' WHERE pos = 1")
    connection.commit()
    connection.close()
    with Store.open(path) as store, store.read() as reader:
        assert [event.pos for event in reader.events(school.log)] == [0, "second"]
        with pytest.raises(LedgerFault):
            school.verify(reader)
