"""Statements compile for every database, take values in the order that callers know, and are of no one database."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

import casework.store
from casework.store.schema import clocks
from casework.store.sqlite import SQLite
from casework.store.statement import Statement, insert_into, select_where, update_where

POSTGRESQL = postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
SOURCES = {path.stem: path for path in Path(str(casework.store.__file__)).parent.glob("*.py")}


def statements() -> Iterator[tuple[str, Statement]]:
    """Every statement that a module of the store keeps."""
    for module in pkgutil.iter_modules(casework.store.__path__):
        if module.name != "migrate" and not module.ispkg:
            found = vars(importlib.import_module(f"casework.store.{module.name}"))
            for name, value in found.items():
                for item in value if isinstance(value, tuple) else (value,):
                    if isinstance(item, Statement):
                        yield f"{module.name}.{name}", item


@pytest.mark.parametrize("dialect", [SQLite.dialect, POSTGRESQL], ids=["sqlite", "postgresql"])
def test_every_statement_compiles(dialect: Dialect) -> None:
    found = dict(statements())
    assert len(found) > 60
    for name, statement in found.items():
        sql, _ = statement.form(dialect)
        assert sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")), name


def test_values_are_handed_over_in_the_order_that_was_named() -> None:
    names = ("n", "started", "due", "clock", "stopped", "stopped_on", "stream")
    sql, arrange = insert_into(clocks, *names).form(SQLite.dialect)
    assert sql.startswith("INSERT INTO clocks (stream, clock, n, started, due, stopped, stopped_on)")
    assert arrange is not None
    assert arrange(names) == ("stream", "clock", "n", "started", "due", "stopped", "stopped_on")
    assert insert_into(clocks).form(SQLite.dialect)[1] is None


def test_a_value_can_be_used_twice_or_not_at_all() -> None:
    twice = Statement(
        lambda: select(clocks).where(clocks.c.due == bindparam("day"), clocks.c.started == bindparam("day")),
        *("unused", "day"),
    )
    _, arrange = twice.form(SQLite.dialect)
    assert arrange is not None
    assert arrange(("unused", "2026-03-02")) == ("2026-03-02", "2026-03-02")
    once = Statement(lambda: select(clocks).where(clocks.c.due == bindparam("day")), *("unused", "day"))
    _, arrange = once.form(SQLite.dialect)
    assert arrange is not None
    assert arrange(("unused", "2026-03-02")) == ("2026-03-02",)


def test_a_parameter_that_nobody_named_is_a_defect() -> None:
    with pytest.raises(ValueError, match="are named"):
        Statement(lambda: select(clocks).where(clocks.c.due == "2026-03-02")).form(SQLite.dialect)


def test_a_statement_is_compiled_once_for_each_database() -> None:
    built = []

    def build() -> object:
        built.append(1)
        return select(clocks)

    statement = Statement(build)  # type: ignore[arg-type]
    for dialect in (SQLite.dialect, POSTGRESQL) * 2:
        statement.form(dialect)
    assert len(built) == 2


def test_rows_are_locked_where_the_database_locks_rows() -> None:
    statement = select_where(clocks, "stream", lock=True)
    assert "FOR UPDATE" in statement.form(POSTGRESQL)[0]
    assert "FOR UPDATE" not in statement.form(SQLite.dialect)[0]


def test_an_update_takes_what_it_sets_and_then_what_it_looks_for() -> None:
    sql, arrange = update_where(clocks, ("due",), ("stream", "clock")).form(SQLite.dialect)
    assert (sql.count("?"), arrange) == (3, None)


def test_only_the_modules_named_after_it_know_a_database() -> None:
    allowed = {"sqlite", "sqlite_copying", "postgresql"}
    for name, path in SOURCES.items():
        tree = ast.parse(path.read_text())
        imports = {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        foreign = "sqlite3" in imports or "sqlalchemy.dialects" in imports
        pragmas = any(isinstance(text, str) and text.startswith("PRAGMA") for text in texts)
        assert not (foreign or pragmas) or name in allowed, name


def test_all_sql_but_what_a_database_alone_has_is_core() -> None:
    for name, path in SOURCES.items():
        if name in ("sqlite", "postgresql", "row_security", "migrate_server"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.lstrip().split(" ", 1)[0]
                assert words not in {"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP"}, name
