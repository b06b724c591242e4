"""Changing a database behind casework's back, as somebody does who has the file and no key."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any


def doctor(folder: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Run SQL on the database of a data folder; each statement has to change something."""
    path = folder / "casework.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            sql, values = (statement, ()) if isinstance(statement, str) else statement
            changed = connection.execute(sql, values).rowcount
            assert changed != 0, f"nothing was attacked by: {sql}"


def ask(folder: Path, sql: str) -> list[Any]:
    """Return the rows of a query."""
    with closing(sqlite3.connect(folder / "casework.sqlite3")) as connection:
        return connection.execute(sql).fetchall()


def change_settings(folder: Path, **changes: Any) -> None:
    """Change readable settings of the school; the other ones stay."""
    settings = json.loads(ask(folder, "SELECT settings FROM organisations")[0][0]) | changes
    data = json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    doctor(folder, ("UPDATE organisations SET settings = ?", (data,)))


def slip_in_policy(folder: Path) -> str:
    """Keep a weaker policy beside the real one, under its true digest, and return that."""
    label, resolved = ask(folder, "SELECT label, resolved FROM policies")[0]
    weaker = bytes(resolved).replace(b'"at_least":2', b'"at_least":1')
    assert weaker != resolved
    digest = sha256(weaker).hexdigest()
    doctor(folder, ("INSERT INTO policies VALUES (?, ?, ?)", (digest, label, weaker)))
    return digest


def swapped(column: str, old: str, new: str) -> str:
    """Return the SQL expression for a column of bytes with one text in the place of another."""
    return f"{column} = CAST(replace(CAST({column} AS TEXT), '{old}', '{new}') AS BLOB)"
