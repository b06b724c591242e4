"""Empty databases on the tests' own server, handed out to one test after another, and settings that lead to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from casework.services.folder import DATABASE
from casework.store.migrate import upgrade
from casework.store.schema import metadata
from casework.store.server import SETTINGS
from tests.support.postgresql import REQUIRED, NoServer, Server, shared_server

RECORDER, OWNER = "casework_app", "casework_owner"
"""The roles that record and that own the tables, as an administrator makes them."""

_TEMPLATE = "casework_template"


class Databases:
    """What hands them out, for one worker.

    Args:
        server: a running one.
        worker: tells apart whose databases they are.
    """

    def __init__(self, server: Server, worker: str) -> None:
        self.server = server
        self._worker = worker
        self._free: list[str] = []
        self._made = 0

    def prepare(self, folder: Path) -> None:
        """Make the roles, and a database with tables that others are copied from, unless another worker has."""
        with self.administrator() as connection:
            connection.execute("SELECT pg_advisory_lock(1)")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_TEMPLATE,)).fetchone():
                return
            for role in (OWNER, RECORDER):
                connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS")
            connection.execute(f"CREATE DATABASE {_TEMPLATE}_draft OWNER {OWNER}")
            upgrade(self.settings(folder, f"{_TEMPLATE}_draft"))
            connection.execute(f"ALTER DATABASE {_TEMPLATE}_draft RENAME TO {_TEMPLATE}")

    @contextmanager
    def administrator(self, database: str = "postgres", role: str = "postgres") -> Iterator[Any]:
        """Connect past all that casework holds to, as whoever runs the server can."""
        with psycopg.connect(self.server.url(database, role), autocommit=True) as connection:
            yield connection

    def settings(self, folder: Path, database: str) -> Path:
        """Write the settings that lead to a database into a data folder; return the path to open it by."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / SETTINGS
        file.write_text(
            f'[postgresql]\nurl = "{self.server.url(database, RECORDER)}"\nowner = "{OWNER}"\n',
            encoding="utf-8",
        )
        file.chmod(0o600)
        return folder / DATABASE

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Hand out the name of a database with tables and nothing in them, and take it back at the end."""
        name = self._free.pop() if self._free else self._another()
        yield name
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        with self.administrator(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute(f"TRUNCATE {tables}")
        self._free.append(name)

    @contextmanager
    def copy_of(self, name: str) -> Iterator[str]:
        """Hand out a copy of a database that nobody uses now, rows and all; it is gone at the end."""
        copy = self._another(name)
        yield copy
        with self.administrator() as connection:
            connection.execute(f"DROP DATABASE {copy} WITH (FORCE)")

    def _another(self, template: str = _TEMPLATE) -> str:
        self._made += 1
        name = f"casework_{self._worker}_{self._made}"
        with self.administrator() as connection:
            connection.execute("SELECT pg_advisory_lock(1)")  # one at a time: the template may not be in use
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
        return name


@contextmanager
def databases_of(meeting: Path, worker: str) -> Iterator[Databases]:
    """Share a server with the other workers; without one, skip and say so, or fail where one is required."""
    try:
        with shared_server(meeting) as server:
            found = Databases(server, worker)
            found.prepare(meeting / f"template-{worker}")
            yield found
    except NoServer as problem:
        if os.environ.get(REQUIRED) == "required":
            raise
        pytest.skip(f"left out, because there is {problem}")
