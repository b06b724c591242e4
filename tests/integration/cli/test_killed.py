"""What is written beside steps, with the process really killed at each point: nothing half done, and it can go on.

What one transaction records, such as a step or a letter, is killed at each statement in `contract/test_crash.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casework.keyring.monitoring import read_monitoring_key
from casework.services.monitoring import _newest_key, recorded
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import Desk
from tests.integration.cli.test_disk_full import due as due
from tests.integration.cli.test_retention import AGREED, LATER, in_files, sealed_of
from tests.support.killing import KILLED, kill_at, points_of

WHY = ("--reason", "Yearly review")


class _Killed:
    """A command, and what has to be so after it was killed and typed again.

    `folder` is the data folder, `beside` whatever stands beside it; `words` the command as it is typed there.
    """

    def __init__(self, due: tuple[Path, str]) -> None:
        self.made, self.reference = due
        self.parts = sealed_of(self.made, "case")

    def words(self, what: str, place: Path) -> tuple[str, ...]:
        key = ("--recovery-key", str(place / "data" / "recovery.key"))
        return {
            "apply": ("retention", "apply", self.reference, *AGREED),
            "propose": ("retention", "propose", self.reference, *WHY),
            "hold": ("retention", "hold", self.reference, "--why", "tribunal", "--reason", "ET1"),
            "rotate": ("audit", "rotate-key"),
            "begin": ("monitoring", "begin", "--no-passphrase", "--key-file", str(place / "m.key")),
            "add": ("monitoring", "add", self.reference, "--sex", "female"),
            "backup": ("db", "backup", str(place / "b.backup")),
            "restore": ("db", "restore", str(place / "a.backup"), "--to", str(place / "restored"), *key),
        }[what]

    def place(self, at: Path) -> Path:
        shutil.copytree(self.made.parent, at)
        return at


@pytest.fixture(scope="module")
def killed(due: tuple[Path, str]) -> _Killed:
    key = due[0].parent / "first.key"
    Desk(due[0], due[1], LATER).type("monitoring", "begin", "--no-passphrase", "--key-file", str(key))
    return _Killed(due)


@pytest.mark.parametrize("what", ["apply", "propose", "hold", "rotate", "add", "backup", "restore"])
def test_killed_at_each_point_and_typed_again(killed: _Killed, tmp_path: Path, what: str) -> None:
    whole = killed.place(tmp_path / "whole")
    points = points_of(whole / "data", LATER, killed.words(what, whole))
    assert points >= 2
    for at in range(points):
        place = killed.place(tmp_path / str(at))
        words = killed.words(what, place)
        assert kill_at(place / "data", LATER, words, at) == KILLED
        desk = Desk(place / "data", killed.reference, LATER)
        assert desk.type("audit", "verify", "--json").json["ok"], f"{what} at {at}"
        again = desk.type(*words, ok=None)
        _as_it_should_be(what, desk, place, killed, again.exit_code, again.said)
        shutil.rmtree(place)


def _as_it_should_be(what: str, desk: Desk, place: Path, killed: _Killed, code: int, said: str) -> None:
    if what == "apply":
        assert code == 0 or "no closed record" in said
        desk.type("retention", "finish")
        assert in_files(desk.folder, killed.parts) == 0
        assert desk.reference in desk.type("retention", "certificate", desk.reference).stdout
    elif what == "backup":
        assert code == 0 or "there already" in said  # whole, or not there
        key = ("--recovery-key", str(desk.folder / "recovery.key"), "--dry-run")
        desk.type("db", "restore", str(place / "b.backup"), "--to", str(place / "tried"), *key)
    elif what == "restore":
        assert code == 0 or "something at" in said
        Desk(place / "restored", desk.reference, LATER).type("audit", "verify")
    else:
        assert code == 0, said
    if what == "add":
        with Workspace.open(desk.folder, str) as workspace:
            assert sum(item.counts for item in recorded(workspace, choose_school(workspace, None))) == 1


def test_a_monitoring_key_on_record_always_has_its_file(due: tuple[Path, str], tmp_path: Path) -> None:
    again = ("--again",)
    killed = _Killed(due)
    whole = killed.place(tmp_path / "whole")
    words = (*killed.words("begin", whole), *again)
    for at in range(points_of(whole / "data", LATER, words)):
        place = killed.place(tmp_path / str(at))
        file = place / "m.key"
        with Workspace.open(place / "data", str) as workspace:
            before = _newest_key(workspace, choose_school(workspace, None))
        assert kill_at(place / "data", LATER, (*killed.words("begin", place), *again), at) == KILLED
        with Workspace.open(place / "data", str) as workspace:
            now = _newest_key(workspace, choose_school(workspace, None))
        assert now == before or (now is not None and read_monitoring_key(file).id == now[0])
