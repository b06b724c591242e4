"""The migrations arrive at today's schema without a difference, whole or not at all, and names follow the rules."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from casework.store import migrate
from casework.store.connect import Store
from casework.store.errors import NoStore, StoreDamaged, StoreForeign, StoreNewer, StoreOlder, StoreReadOnly
from casework.store.migrate import MIGRATIONS, create, revision, upgrade
from casework.store.schema import OLDER_REVISIONS, SCHEMA_REVISION, metadata
from casework.store.sqlite import SQLite, mark

RESERVED = {"alembic_version"}


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    path = tmp_path / "migrated.db"
    create(path)
    return path


def schema_of(path: Path) -> dict[str, str]:
    """Every table and index with its SQL: white space, quotes and the order of constraints evened out."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return {name: even(sql) for name, sql in rows if name not in RESERVED}


def even(sql: str) -> str:
    columns, *constraints = re.split(r"\s*[,)]\s+(?=CONSTRAINT)", re.sub(r"\s+", " ", sql).replace('"', ""))
    return "\n".join([columns, *sorted(constraint.rstrip(" )") for constraint in constraints)])


def engine_of(path: Path) -> Engine:
    return SQLite(path, "rw").engine()


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_all_migrations_arrive_at_todays_tables(migrated: Path, tmp_path: Path) -> None:
    direct = tmp_path / "direct.db"
    direct.touch()
    mark(direct)
    engine = engine_of(direct)
    metadata.create_all(engine)
    engine.dispose()
    assert schema_of(migrated) == schema_of(direct)


def test_alembic_finds_no_difference_either(migrated: Path) -> None:
    engine = engine_of(migrated)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_revision_that_this_release_opens() -> None:
    assert scripts().get_heads() == [SCHEMA_REVISION]
    earlier = [script.revision for script in scripts().walk_revisions()][1:]
    assert sorted(earlier) == sorted(OLDER_REVISIONS)


def test_migrations_are_named_after_their_revision() -> None:
    for script in scripts().walk_revisions():
        assert re.fullmatch(rf"r{script.revision}_[a-z_]+\.py", Path(script.path).name)
        assert re.fullmatch(r"[0-9]{4}", script.revision)


def test_every_constraint_and_index_is_named_by_the_rule(migrated: Path) -> None:
    rule = re.compile(r"(pk|uq|fk|ck)_[a-z_]+")
    for table, sql in schema_of(migrated).items():
        if sql.startswith("CREATE TABLE"):
            named = re.findall(r"CONSTRAINT (\w+)", sql)
            assert f"pk_{table}" in named
            assert all(rule.fullmatch(name) and f"_{table}" in name for name in named)
            assert sql.count("PRIMARY KEY") + sql.count("UNIQUE") + sql.count("FOREIGN KEY") == len(named)
        else:
            assert table.startswith("ix_")
            assert sql.startswith(f"CREATE INDEX {table} ON ")


def test_upgrading_what_is_up_to_date_changes_nothing(migrated: Path) -> None:
    before = schema_of(migrated)
    assert upgrade(migrated) == (SCHEMA_REVISION, SCHEMA_REVISION)
    assert schema_of(migrated) == before


def set_revision(path: Path, number: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (number,))
    connection.commit()
    connection.close()


def test_a_newer_database_is_refused(migrated: Path) -> None:
    set_revision(migrated, "9999")
    assert revision(migrated) == "9999"
    for use in (Store.open, upgrade):
        with pytest.raises(StoreNewer) as refused:
            use(migrated)
        assert (refused.value.exit_code, refused.value.code) == (5, "store-newer")
        assert "newer release" in refused.value.message
        assert refused.value.remedy


def test_an_older_database_is_refused_until_it_is_upgraded(
    migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.store.revision.OLDER_REVISIONS", ("0000",))
    set_revision(migrated, "0000")
    with pytest.raises(StoreOlder, match="earlier release") as refused:
        Store.open(migrated)
    assert "casework db upgrade" in refused.value.remedy


def test_upgrading_needs_a_casework_database(tmp_path: Path, migrated: Path) -> None:
    with pytest.raises(NoStore):
        upgrade(tmp_path / "none.db")
    connection = sqlite3.connect(migrated)
    connection.execute("DROP TABLE alembic_version")
    connection.close()
    with pytest.raises(StoreForeign):
        upgrade(migrated)


def test_upgrading_a_database_that_can_only_be_read_is_refused(
    migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _path, mode: mode == 4)
    with pytest.raises(StoreReadOnly):
        upgrade(migrated)


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations with one more, whose `upgrade` a test writes."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for source in (MIGRATIONS, MIGRATIONS / "versions"):
        for file in source.glob("*.py"):
            (folder / file.relative_to(MIGRATIONS)).write_text(file.read_text())
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    monkeypatch.setattr("casework.store.revision.OLDER_REVISIONS", (SCHEMA_REVISION,))
    monkeypatch.setattr("casework.store.revision.SCHEMA_REVISION", "9000")
    return folder / "versions" / "r9000_next.py"


NEXT = """
import sqlalchemy as sa
from alembic import op
revision = "9000"
down_revision = "{down}"
def upgrade():
    op.create_table("later", sa.Column("x", sa.Text()))
    {then}
"""


def test_an_older_database_is_brought_up_to_date(migrated: Path, next_revision: Path) -> None:
    next_revision.write_text(NEXT.format(down=SCHEMA_REVISION, then="pass"))
    with pytest.raises(StoreOlder):
        Store.open(migrated)
    assert upgrade(migrated) == (SCHEMA_REVISION, "9000")
    assert "later" in schema_of(migrated)
    Store.open(migrated).close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(migrated: Path, next_revision: Path) -> None:
    before = schema_of(migrated)
    next_revision.write_text(NEXT.format(down=SCHEMA_REVISION, then="raise KeyError('a defect')"))
    with pytest.raises(KeyError):
        upgrade(migrated)
    assert schema_of(migrated) == before
    assert revision(migrated) == SCHEMA_REVISION


def test_an_upgrade_that_would_leave_loose_ends_is_undone(migrated: Path, next_revision: Path) -> None:
    orphan = "op.execute(\"INSERT INTO streams VALUES ('s', 'no such log', 'case', NULL)\")"
    next_revision.write_text(NEXT.format(down=SCHEMA_REVISION, then=orphan))
    with pytest.raises(StoreDamaged, match="refer to nothing"):
        upgrade(migrated)
    assert revision(migrated) == SCHEMA_REVISION
    assert "later" not in schema_of(migrated)
