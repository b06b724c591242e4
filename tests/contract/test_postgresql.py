"""The contract, kept by PostgreSQL; and what it adds: a row is seen by those who work for its organisation only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.services.folder import DATABASE
from casework.store import Store
from casework.store.rows import Key
from tests.contract.school import School, dump, opened, step
from tests.contract.store_suite import StoreSuite
from tests.contract.suite_base import WRITES


class TestPostgreSQL(StoreSuite):
    @pytest.fixture
    def store(self, server_folder: Path) -> Iterator[Store]:
        with Store.open(server_folder / DATABASE) as store:
            yield store.seeing(School().organisation)


def test_a_copy_into_a_file_holds_every_row_and_verifies(server_folder: Path, tmp_path: Path) -> None:
    school = School()
    with Store.open(server_folder / DATABASE) as opened_store:
        store = opened_store.seeing(school.organisation)
        school.found(store)
        with store.transaction() as tx:
            case = school.new_stream(tx)
            tx.add_key(Key("k1", case, "main", 1))
            for write in ("wraps", "policy", "catalogue", "calendar", "person", "account", "file"):
                WRITES[write](school, tx, case)
            school.record(tx, (case, opened()), (case, step("triaged")))
        store.copy_to(tmp_path / "copy.db")
        with Store.open(tmp_path / "copy.db") as copy:
            assert dump(copy) == dump(store)
            with copy.read() as reader:
                assert school.verify(reader).size == 2
