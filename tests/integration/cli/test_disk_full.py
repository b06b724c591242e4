"""A disk without room: every command ends in a sentence, leaves nothing half written, and can be done again.

Files that may not grow beyond a length stand for the disk, as the operating system counts it (RLIMIT_FSIZE), so that
each write fails at one point after another.
"""

from __future__ import annotations

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from casework.base.ids import SeededDice
from casework.base.time import FixedClock, parse_occurred
from casework.services import evidence
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.steps import take_step
from casework.services.workspace import Workspace
from casework.store.sqlite import SQLite
from tests.integration.cli.desk import NOW, TRIAGE, Desk, warn
from tests.integration.cli.test_retention import AGREED, LATER, in_files, sealed_of

LENGTHS = (0, 4_096, 60_000, 200_000)
"""Bytes to which a file may grow: each stops the commands somewhere else."""


@contextmanager
def no_file_longer_than(length: int) -> Iterator[None]:
    """Let this process write no file beyond a length."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def due(school_made_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A case that is due to be destroyed, and a backup of it beside."""
    place = tmp_path_factory.mktemp("full")
    folder, reference = place / "data", school_made_once[1]
    shutil.copytree(school_made_once[0], folder)
    with Workspace.open(folder, str, clock=FixedClock(NOW), dice=SeededDice(b"full")) as workspace:
        school = choose_school(workspace, None)
        file = evidence.incoming("post.png", b"what was on the page" * 20_000)
        loaded = find_case(workspace, school, reference)
        evidence.add_evidence(workspace, school, loaded, title="The post", type_="screenshot", file=file)
        values = {name: value for name, value in TRIAGE.items() if name != "route"}
        values["screening"] = {**TRIAGE["screening"], "personal_data": "no"}  # type: ignore[dict-item]
        take_step(
            workspace,
            school,
            find_case(workspace, school, reference),
            "take_no_action",
            values={**values, "retention": "no_action"},
            occurred=parse_occurred("2026-03-02"),
            taken_by="Helen Marsh",
        )
        warn(workspace, reference, ("oral_warning", date(2026, 1, 5), date(2026, 7, 4)))
    Desk(folder, reference, LATER).type("db", "backup", str(place / "a.backup"))
    return folder, reference


@pytest.fixture
def desk(due: tuple[Path, str], tmp_path: Path) -> Desk:
    shutil.copytree(due[0], tmp_path / "data")
    return Desk(tmp_path / "data", due[1], LATER)


def _words(desk: Desk, out: Path) -> dict[str, tuple[str, ...]]:
    taken = ("--to", "Auditor", "--purpose", "Audit", "--out", str(out))
    key = ("--recovery-key", str(desk.folder / "recovery.key"))
    return {
        "backup": ("db", "backup", str(out)),
        "restore": ("db", "restore", str(desk.folder.parent / "a.backup"), "--to", str(out), *key),
        "bundle": ("case", "export", desk.reference, "--format", "bundle", *taken),
        "history": ("case", "export", desk.reference, "--format", "json", *taken),
        "events": ("audit", "export", *taken),
        "monitoring": ("monitoring", "begin", "--no-passphrase", "--key-file", str(out)),
        "key": ("audit", "rotate-key"),
    }


@pytest.mark.parametrize("what", ["backup", "restore", "bundle", "history", "events", "monitoring", "key"])
def test_whatever_finds_no_room_leaves_nothing_and_works_once_there_is(
    due: tuple[Path, str], desk: Desk, what: str
) -> None:
    out = desk.folder.parent / "out"
    for beside in due[0].parent.glob("*.backup*"):
        shutil.copyfile(beside, desk.folder.parent / beside.name)
    shutil.copyfile(due[0] / "erasures.json", desk.folder.parent / "erasures.json")
    words, refused = _words(desk, out)[what], 0
    for length in LENGTHS:
        with no_file_longer_than(length):
            done = desk.type(*words, ok=None)
        if done.exit_code == 0:
            break
        refused += 1
        assert done.exit_code == 5, done.stderr
        assert done.stderr.endswith("\n") and "Traceback" not in done.stderr and done.stdout == ""
        assert not out.exists()
        left = {path.name for path in desk.folder.parent.iterdir() if path.name.startswith(".")}
        assert not left and not list(desk.folder.glob(".*")) and not list(desk.folder.glob("keys/*.next"))
    assert refused
    if done.exit_code:
        desk.type(*words)
    desk.type("audit", "verify")


@pytest.mark.parametrize("length", LENGTHS)
def test_a_destruction_that_finds_no_room_is_not_begun_or_is_pending_and_says_so(
    desk: Desk, length: int
) -> None:
    parts = sealed_of(desk.folder, "case")
    words = ("retention", "apply", desk.reference, *AGREED)
    with no_file_longer_than(length):
        said = desk.type(*words, ok=5).said
    recorded = "The erasure is on record, but still pending" in said
    assert (desk.folder / "erasure-pending").exists() is recorded
    desk.type("audit", "verify")
    if recorded:
        desk.type("retention", "finish")
        assert "casework erasure" in (desk.folder / "erasures.json").read_text()
    else:
        assert in_files(desk.folder, parts) == len(parts)
        desk.type(*words)
    assert in_files(desk.folder, parts) == 0
    assert "Erased on" in desk.type("audit", "verify").stdout


class _NoRoomToVacuum:
    """A connection to a database that cannot be written anew."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, *more: Any) -> Any:
        if sql == "VACUUM":
            problem = sqlite3.OperationalError("database or disk is full")
            problem.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise problem
        return self._connection.execute(sql, *more)


def test_a_database_that_cannot_be_written_anew_says_how_much_room_it_needs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = SQLite.connect
    monkeypatch.setattr(SQLite, "connect", lambda backend: _NoRoomToVacuum(connect(backend)))
    said = desk.type("retention", "apply", desk.reference, *AGREED, ok=5).said
    assert "twice its length has to be free" in said and "still pending" in said
    assert "nothing of this was recorded" not in said
