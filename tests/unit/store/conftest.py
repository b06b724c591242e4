"""A store to copy, and one that was copied: making one anew for each test would take most of the time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework.store import Store, Transaction
from tests.contract.school import School
from tests.unit.store.projecting import Template, fresh


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    path, school = tmp_path_factory.mktemp("template") / "casework.db", School()
    with Store.create(path) as store:
        school.found(store)
        with store.transaction() as tx:
            return path, school.new_stream(tx)


@pytest.fixture
def case(template: Template) -> Iterator[tuple[Transaction, School, str]]:
    with fresh(template) as (store, school, stream), store.transaction() as tx:
        yield tx, school, stream
