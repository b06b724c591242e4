"""Every file and folder that casework makes: whose it is, and what it is never written over."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.cli import writing
from casework.cli.environment import leave_no_core
from casework.cli.writing import write_file
from tests.integration.cli.desk import Desk

INIT = ("init", "--name", "A School", "--prefix", "ASH", "--adviser", "Priya Nair", "--no-passphrase")


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def made_in(folder: Path) -> dict[str, int]:
    """The permissions of a folder and of everything in it."""
    return {str(p.relative_to(folder)): stat.S_IMODE(p.lstat().st_mode) for p in (folder, *folder.rglob("*"))}


@pytest.mark.usefixtures("umask")
def test_a_data_folder_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "new" / "data")
    desk.type(*INIT)
    modes = made_in(tmp_path / "new")
    folders = {".", "data", "data/keys"}
    assert {name for name, mode in modes.items() if mode == 0o700} == folders
    files = {"data/casework.sqlite3", "data/recovery.key", "data/keys/account.key"}
    assert {name for name, mode in modes.items() if mode == 0o600} == files
    assert set(modes) == folders | files, "nothing is left behind"


@pytest.mark.usefixtures("umask")
def test_what_is_taken_away_is_its_owners_alone_whatever_the_umask(victim: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    victim.type(
        "case", "export", victim.reference, "--to", "X", "--purpose", "To test", "--out", str(out / "case")
    )
    victim.type("evidence", "get", victim.reference, "1", "--out", str(out / "post.png"))
    victim.type("audit", "checkpoint", "--out", str(out / "checkpoint.txt"))
    modes = made_in(out)
    assert {mode for name, mode in modes.items() if name in (".", "case")} == {0o700}
    assert {mode for name, mode in modes.items() if name not in (".", "case")} == {0o600}
    assert len(modes) == 6


@pytest.mark.usefixtures("umask")
def test_the_folder_of_the_recovery_key_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    place = tmp_path / "safe" / "keys" / "recovery.key"
    Desk(tmp_path / "data").type(*INIT, "--recovery-file", str(place))
    assert made_in(tmp_path / "safe") == {".": 0o700, "keys": 0o700, "keys/recovery.key": 0o600}


@pytest.mark.parametrize("place", ["data", "data/casework.sqlite3"])
def test_a_database_that_anybody_may_change_is_refused(place: str, victim: Desk) -> None:
    (victim.folder.parent / place).chmod(0o777)
    assert "chmod o-w" in victim.type("case", "list", ok=5).stderr


def test_a_folder_that_anybody_may_change_is_no_place_for_a_school(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o777)
    assert "chmod o-w" in Desk(tmp_path / "data").type(*INIT, ok=5).stderr
    assert list((tmp_path / "data").iterdir()) == []


def test_a_link_in_the_place_of_a_key_is_not_followed_when_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "recovery.key").symlink_to(tmp_path / "elsewhere")
    assert "never overwritten" in Desk(tmp_path / "data").type(*INIT, ok=2).stderr
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "data" / "casework.sqlite3").exists()
    assert not (tmp_path / "data" / "keys" / "account.key").exists()


def test_a_link_in_the_place_of_an_output_is_neither_followed_nor_replaced(
    victim: Desk, tmp_path: Path
) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("mine", encoding="utf-8")
    link.symlink_to(target)
    typed = ("evidence", "get", victim.reference, "1", "--out", str(link))
    assert "there already" in victim.type(*typed, ok=2).stderr
    victim.type(*typed, "--force")
    assert target.read_text(encoding="utf-8") == "mine"
    assert not link.is_symlink()


def test_a_file_that_comes_meanwhile_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"somebody else's")
    monkeypatch.setattr(writing.os.path, "lexists", lambda _: False)
    with pytest.raises(BadInput, match="there already"):
        write_file(path, b"ours")
    assert path.read_bytes() == b"somebody else's"
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.pdf"]


def test_a_disk_without_links_takes_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(writing.os, "link", no_links)
    write_file(tmp_path / "a", b"ours")
    assert (tmp_path / "a").read_bytes() == b"ours"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_name_as_long_as_a_disk_takes_can_be_written(tmp_path: Path) -> None:
    assert write_file(tmp_path / ("n" * 255), b"x").read_bytes() == b"x"


def test_a_crash_leaves_no_image_of_the_process_on_the_disk() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        leave_no_core()
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
