"""From a file to a server: all of it, verified there, or nothing; and what a command then works with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.services import to_server
from casework.services.folder import DATABASE
from casework.services.workspace import Workspace
from casework.store import Store
from casework.store.errors import StoreBusy
from casework.store.server import SETTINGS
from tests.contract.school import School, dump
from tests.integration.cli.desk import Desk
from tests.support.databases import Databases


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Iterator[Path]:
    """A file that leads to an empty database."""
    with databases.empty() as name:
        yield databases.settings(tmp_path / "given", name).with_name(SETTINGS)


def rows(folder: Path) -> object:
    with Store.open(folder / DATABASE) as store:
        return dump(store)


def test_a_record_is_moved_whole_and_goes_on_there(hearing_desk: Desk, settings: Path) -> None:
    before = rows(hearing_desk.folder)
    answer = hearing_desk.type("db", "move", "--to", str(settings), "--json")
    assert rows(hearing_desk.folder) == before
    assert answer.json["place"].startswith("casework_")
    assert (hearing_desk.folder / SETTINGS).stat().st_mode & 0o077 == 0
    assert not (hearing_desk.folder / DATABASE).exists()
    assert (hearing_desk.folder / f"{DATABASE}.moved").exists()
    assert "whole" in hearing_desk.type("audit", "verify").stdout
    hearing_desk.type("case", "note", hearing_desk.reference, "Telephoned.")
    assert "differ" not in hearing_desk.type("db", "check").stdout
    hearing_desk.type("db", "rebuild")
    again = hearing_desk.type("db", "move", "--to", str(settings), ok=2)
    assert "on a server already" in again.said


def test_a_backup_of_a_server_is_restored_into_a_file(
    hearing_desk: Desk, settings: Path, tmp_path: Path
) -> None:
    hearing_desk.type("db", "move", "--to", str(settings))
    backup, key = tmp_path / "of-server.backup", hearing_desk.folder / "recovery.key"
    hearing_desk.type("db", "backup", str(backup))
    to = tmp_path / "restored"
    hearing_desk.type("db", "restore", str(backup), "--to", str(to), "--recovery-key", str(key))
    assert (to / DATABASE).exists()
    assert "whole" in Desk(to).type("audit", "verify").stdout


class Interrupted(BaseException):
    """As if the process were killed here."""


@pytest.mark.parametrize("at", ["_copied", "_arrived", "write_private"])
def test_a_move_that_is_interrupted_changes_nothing_here_and_can_be_done_again(
    desk: Desk, settings: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    before, real, calls = rows(desk.folder), getattr(to_server, at), []

    def interrupt(*arguments: object) -> object:
        calls.append(arguments)
        if at == "write_private" and len(calls) == 1:  # the first writes beside, the second is the switch
            return real(*arguments)
        done = real(*arguments) if at == "_copied" else None
        raise Interrupted(done)

    with monkeypatch.context() as patched:
        patched.setattr(to_server, at, interrupt)
        with Workspace.open(desk.folder, str) as workspace, pytest.raises(Interrupted):
            to_server.move_to_server(workspace, settings)
    assert not (desk.folder / SETTINGS).exists()
    assert rows(desk.folder) == before
    desk.type("db", "move", "--to", str(settings))
    assert rows(desk.folder) == before


def test_the_record_of_somebody_else_is_never_overwritten(desk: Desk, settings: Path) -> None:
    with Store.open(settings.with_name(DATABASE)) as store:
        school = School()
        school.found(store.seeing(school.organisation))
    refused = desk.type("db", "move", "--to", str(settings), ok=5)
    assert "holds a school already" in refused.said
    assert not (desk.folder / SETTINGS).exists()


def test_what_arrives_otherwise_than_it_was_sent_is_not_used(
    desk: Desk, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = to_server._copied

    def spoil(source: object, transaction: object) -> int:
        count = real(source, transaction)  # type: ignore[arg-type]
        transaction._execute("UPDATE events SET facts = '\\x00' WHERE pos = 1", ())  # type: ignore[attr-defined]
        return count

    monkeypatch.setattr(to_server, "_copied", spoil)
    assert "not what was sent" in desk.type("db", "move", "--to", str(settings), ok=1).said
    assert not (desk.folder / SETTINGS).exists()


def test_whoever_had_the_file_open_cannot_record_in_it_after_the_move(
    desk: Desk, settings: Path, tmp_path: Path
) -> None:
    with Store.open(desk.folder / DATABASE) as late:
        shutil.copyfile(settings, desk.folder / SETTINGS)
        with pytest.raises(StoreBusy, match="moved to a server"), late.transaction():
            pass
