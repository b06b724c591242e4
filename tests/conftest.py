"""What every test shares: how Hypothesis searches, that compiled modules are kept, and a PostgreSQL server.

The suite must give the same answer twice, so its properties are derandomised and have no deadline (a busy
machine is not a defect). To look for new counterexamples, run `pytest --hypothesis-profile explore`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.support.databases import Databases

# Two workers and the programs that tests start import the same modules: compiled once, whatever the machine is set to.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

settings.register_profile(
    "suite",
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Databases]:
    """Databases on one server of the tests' own, which all workers share."""
    from tests.support.databases import databases_of

    base = tmp_path_factory.getbasetemp()
    with databases_of(base if worker_id == "master" else base.parent, worker_id) as found:
        yield found


@pytest.fixture
def server_folder(databases: Databases, tmp_path: Path) -> Iterator[Path]:
    """A data folder whose settings lead to an empty database on the server."""
    with databases.empty() as name:
        databases.settings(tmp_path / "on-server", name)
        yield tmp_path / "on-server"
