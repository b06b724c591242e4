"""The migrations arrive at today's schema on a server too, as its owner, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Boolean, inspect

from casework.store import migrate
from casework.store.connect import Store
from casework.store.errors import ServerRefused, StoreForeign, StoreNewer, StoreOlder
from casework.store.migrate import revision, upgrade
from casework.store.places import find
from casework.store.row_security import SHARED
from casework.store.schema import SCHEMA_REVISION, metadata
from casework.store.server import SETTINGS
from tests.migrations.test_migrations import NEXT, next_revision
from tests.support.databases import OWNER, Databases

__all__ = ["next_revision"]


@pytest.fixture
def bare(databases: Databases, tmp_path: Path) -> Any:
    """Settings that lead to a database without tables, and its name."""
    name = f"bare_{tmp_path.name[-40:]}".replace("-", "_").lower()
    with databases.administrator() as connection:
        connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE template0')
        yield databases.settings(tmp_path / "data", name), name
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def engine_of(path: Path) -> Any:
    return find(path).engine()  # type: ignore[attr-defined]


def test_an_empty_database_gets_its_tables_and_doing_it_again_changes_nothing(bare: tuple[Path, str]) -> None:
    path, _ = bare
    with pytest.raises(StoreForeign, match="not a casework database") as refused:
        Store.open(path)
    assert "casework db upgrade" in refused.value.remedy
    assert upgrade(path) == ("", SCHEMA_REVISION)
    assert upgrade(path) == (SCHEMA_REVISION, SCHEMA_REVISION)
    assert revision(path) == SCHEMA_REVISION
    Store.open(path).close()


def test_the_migrations_arrive_at_todays_tables(databases: Databases, server_folder: Path) -> None:
    engine = engine_of(server_folder / "casework.sqlite3")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
        separate = {
            item[2] for item in found if item[0] == "remove_column" and item[3].name == "organisation"
        }
        assert [item for item in found if item[0] != "remove_column"] == []
        # What row security adds, and nothing else.
        own = {table.name for table in metadata.sorted_tables if "organisation" in table.c}
        assert separate == {table.name for table in metadata.sorted_tables} - own - SHARED
        for table in metadata.sorted_tables:
            there = {column["name"]: column for column in inspect(connection).get_columns(table.name)}
            for column in table.columns:
                assert there[column.name]["nullable"] is bool(column.nullable)
                same = there[column.name]["type"].python_type is column.type.python_type
                assert same or isinstance(column.type, Boolean), (table.name, column.name)
    engine.dispose()


def test_an_upgrade_that_fails_leaves_the_tables_as_they_were(
    bare: tuple[Path, str], next_revision: Path
) -> None:
    path, _ = bare
    next_revision.write_text(NEXT.format(down=SCHEMA_REVISION, then="raise KeyError('a defect')"))
    with pytest.raises(KeyError):
        upgrade(path)
    with pytest.raises(StoreForeign):
        revision(path)


def test_tables_of_an_older_and_of_a_newer_release(
    bare: tuple[Path, str], next_revision: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = bare
    next_revision.write_text(NEXT.format(down=SCHEMA_REVISION, then="pass"))
    with monkeypatch.context() as before:
        before.setattr("casework.store.revision.SCHEMA_REVISION", SCHEMA_REVISION)
        before.setattr(migrate, "MIGRATIONS", Path(migrate.__file__).with_name("migrations"))
        upgrade(path)
    with pytest.raises(StoreOlder):
        Store.open(path)
    assert upgrade(path) == (SCHEMA_REVISION, "9000")
    with pytest.raises(StoreNewer):
        upgrade(path)


def test_a_database_of_something_else_is_left_alone(bare: tuple[Path, str], databases: Databases) -> None:
    path, name = bare
    with databases.administrator(name) as connection:
        connection.execute("CREATE TABLE pupils (name text)")
    with pytest.raises(StoreForeign, match="holds something else"):
        upgrade(path)


def test_a_database_that_sorts_by_a_language_is_refused(databases: Databases, tmp_path: Path) -> None:
    with databases.administrator() as connection:
        connection.execute(
            f"CREATE DATABASE latin OWNER {OWNER} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
        )
        try:
            with pytest.raises(ServerRefused, match="UTF-8") as refused:
                upgrade(databases.settings(tmp_path / "data", "latin"))
        finally:
            connection.execute("DROP DATABASE latin WITH (FORCE)")
    assert "LOCALE 'C'" in refused.value.remedy


def test_the_tables_may_not_belong_to_the_role_that_records(bare: tuple[Path, str]) -> None:
    path, _ = bare
    file = path.with_name(SETTINGS)
    file.write_text("\n".join(line for line in file.read_text().splitlines() if not line.startswith("owner")))
    with pytest.raises(ServerRefused, match="another role"):
        upgrade(path)
