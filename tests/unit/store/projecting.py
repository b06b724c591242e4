"""What the tests of read tables share: a store to copy, and facts to record in it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casework.store import Store, Transaction
from casework.store.schema import READ_TABLES
from tests.contract.school import School, on

VIEWS = tuple(table.name for table in READ_TABLES)
Facts = dict[str, Any]
Template = tuple[Path, str]
"""A database with a school, and the stream of a case without events, to be copied."""


@contextmanager
def fresh(template: Template) -> Iterator[tuple[Store, School, str]]:
    """A copy of the template, its school, and the stream of its case."""
    path, stream = template
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(shutil.copyfile(path, Path(folder) / "casework.db")) as store,
    ):
        yield store, School.later(), stream


def history_of(tx: Transaction, school: School, stream: str, *history: Facts) -> None:
    school.record(tx, *[(stream, facts) for facts in history])


def party(name: str, *roles: str, **flags: bool) -> Facts:
    return {
        "kind": "party_added",
        "party": name,
        "roles": list(roles),
        "flags": flags,
        "occurred": on("2026-03-02"),
    }


def letter(what: str, name: str = "l1", day: str = "2026-03-04", **more: Any) -> Facts:
    facts = {"kind": f"letter_{what}", "letter": name, "occurred": on(day)}
    if what == "proposed":
        facts |= {"template": "hearing-invitation", "recipient": "p1"}
    return facts | more
