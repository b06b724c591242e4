"""Backups: sealed, verified, on record; and the way back, in a new generation, with what was erased erased again."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from casework.base.time import FixedClock
from casework.services import backups, restoring
from casework.services.erasing import erase
from casework.services.erasure import Erasure
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Desk, make_school
from tests.security.doctor import doctor

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["casework.services.restoring", "tests.integration.cli.desk"])
KILLED = 17


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A school with one case, and a backup of it beside."""
    folder = tmp_path_factory.mktemp("backup")
    reference = make_school(folder / "data")
    Desk(folder / "data", reference).type("db", "backup", str(folder / "one.backup"))
    return folder, reference


@pytest.fixture
def desk(once: tuple[Path, str], tmp_path: Path) -> Desk:
    """A copy of all that."""
    shutil.copytree(once[0], tmp_path / "all")
    return Desk(tmp_path / "all" / "data", once[1])


def restore(desk: Desk, *more: str, ok: int = 0, file: str = "one.backup", to: str = "restored") -> Desk:
    place = desk.folder.parent
    said = desk.type(
        *("db", "restore", str(place / file), "--to", str(place / to)),
        *("--recovery-key", str(desk.folder / "recovery.key")),
        *more,
        ok=ok,
    )
    restored = Desk(place / to, desk.reference)
    restored.said = said  # type: ignore[attr-defined]
    return restored


def erase_case(desk: Desk) -> None:
    """Destroy the words of the case, as retention does."""
    with Workspace.open(desk.folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, desk.reference)
        item = Erasure(
            loaded.stream,
            tuple(range(1, loaded.n + 1)),
            "words",
            True,
            "no_action",
            ("RET-1d",),
            "2026-03-02",
        )
        erase(workspace, school, [item])


def test_a_backup_holds_no_word_in_the_clear_and_is_on_record(desk: Desk) -> None:
    data = (desk.folder.parent / "one.backup").read_bytes()
    for secret in (b"Ashgrove", b"SQLite", desk.reference.encode()):
        assert secret not in data
    assert (desk.folder.parent / "one.backup").stat().st_mode & 0o077 == 0
    listed = desk.type("db", "backups", "--json").json["backups"]
    assert [item["expires"] for item in listed] == ["2026-05-31"]
    assert "backup made" in desk.type("audit", "log", "--log", "access").stdout


def test_restored_it_verifies_as_a_new_generation_and_work_goes_on(desk: Desk) -> None:
    place = desk.folder.parent
    desk.type("audit", "checkpoint", "--out", str(place / "kept.txt"))
    (place / "key.txt").write_text(desk.type("audit", "key").stdout, encoding="utf-8")
    more = ("--until", "2026-05-01", "--reason", "Works from home")
    desk.type("case", "link", "create", desk.reference, "--for", "employee", *more)
    (place / "one.backup").unlink()
    desk.type("db", "backup", str(place / "one.backup"))
    for number in range(3):
        desk.type("case", "note", desk.reference, f"After the backup {number}")
    desk.type("audit", "checkpoint", "--out", str(place / "lost.txt"))
    restored = restore(desk)
    report = restored.type("audit", "verify", "--json").json
    assert report["whole"] and next(iter(report["generations"].values())) > 0
    assert all(origin.endswith("/2") for origin in report["keys"])
    restored.type("case", "note", desk.reference, "After the restore")
    links = restored.type("case", "link", "list", desk.reference, "--json").json["links"]
    assert [item["standing"] for item in links] == ["gone"], "one that was revoked since would open again"
    said = restored.type("audit", "verify", "--against", str(place / "lost.txt")).stdout
    assert "Lost: a checkpoint from elsewhere vouches for" in " ".join(said.split())
    # Whoever kept a checkpoint of the generation before still gets a proof, and one that was lost is told, not accused.
    note, key, proof = str(place / "kept.txt"), str(place / "key.txt"), str(place / "proof.txt")
    restored.type("audit", "proof", "--against", note, "--out", proof)
    checked = restored.type("audit", "check-proof", proof, "--against", note, "--key", key, "--json").json
    assert checked["consistent"] and checked["log"].endswith("/2") and checked["new"] > checked["old"]
    lost = restored.type("audit", "proof", "--against", str(place / "lost.txt"), ok=1).said
    assert "restored from a backup since" in " ".join(lost.split())
    out = str(place / "case.zip")
    words = (
        "--masked",
        "--to",
        "Union",
        "--purpose",
        "Audit",
        "--since",
        str(place / "lost.txt"),
        "--out",
        out,
    )
    restored.type("case", "export", desk.reference, "--format", "bundle", *words)
    told = restored.type("verify", out, "--against", str(place / "lost.txt"), "--json").json
    assert (told["verdict"], told["findings"]) == ("only self-attested", [])
    assert any("is lost, or was recorded anew" in line for line in told["notes"])
    again = place / "two.backup"
    restored.type("db", "backup", str(again))
    shutil.copy(desk.folder / "recovery.key", restored.folder / "recovery.key")
    third = restore(restored, file="two.backup", to="third")
    assert all(key.endswith("/3") for key in third.type("audit", "verify", "--json").json["keys"])


def test_what_was_erased_since_is_erased_again(desk: Desk) -> None:
    erase_case(desk)
    restored = restore(desk, "--erasures", str(desk.folder / "erasures.json"))
    assert "Erased again: 1 record" in restored.said.stdout  # type: ignore[attr-defined]
    report = restored.type("audit", "verify", "--json").json
    assert report["whole"] and len(report["erasures"]) == 1
    # A record that was restored without the list knows of no erasure, and takes none away from the list beside it.
    place = desk.folder.parent
    (place / "erasures.json").unlink()
    unaware = restore(desk, "--no-erasures", to="unaware")
    shutil.copy(desk.folder / "erasures.json", place / "erasures.json")
    unaware.type("db", "backup", str(place / "two.backup"))
    aware = restore(desk, "--no-erasures", to="third").said.stdout  # type: ignore[attr-defined]
    assert "Erased again: 1 record" in aware
    assert b"erasure-pending" not in b"".join(p.name.encode() for p in restored.folder.iterdir())


def test_a_key_that_was_changed_after_the_backup_still_vouches_for_the_list(desk: Desk) -> None:
    desk.type("audit", "rotate-key")
    desk.type("audit", "rotate-key")
    erase_case(desk)
    restored = restore(desk, "--erasures", str(desk.folder / "erasures.json"))
    assert "Erased again: 1 record" in restored.said.stdout  # type: ignore[attr-defined]
    restored.type("audit", "rotate-key")
    report = restored.type("audit", "verify", "--json").json
    assert report["whole"] and len(report["erasures"]) == 1


def test_what_is_remembered_of_the_record_before_does_not_call_a_restored_one_rolled_back(desk: Desk) -> None:
    desk.type("case", "note", desk.reference, "After the backup")
    restored = restore(desk)
    for seen in (desk.folder / "keys").glob("*.checkpoint"):
        shutil.copy(seen, restored.folder / "keys" / seen.name)
    assert restored.type("audit", "verify", "--json").json["whole"] is True
    restored.type("case", "note", desk.reference, "After the restore")


def test_an_entry_that_was_exchanged_is_not_called_one_whose_words_are_missing(desk: Desk) -> None:
    erase_case(desk)
    doctor(desk.folder, "UPDATE events SET n = n + 100 WHERE pos = 4")
    found = desk.type("audit", "verify", "--json", ok=1).json["findings"]
    assert next(item["kind"] for item in found if item.get("pos") == 4) == "altered"


def test_without_the_list_of_erasures_nothing_is_restored_unless_that_is_said(desk: Desk) -> None:
    (desk.folder.parent / "erasures.json").unlink()
    assert "would come back" in restore(desk, ok=2).said.said  # type: ignore[attr-defined]
    restore(desk, "--no-erasures")


@pytest.mark.parametrize("at", [100, -40])
def test_a_backup_that_was_altered_or_cut_is_refused_and_leaves_nothing(desk: Desk, at: int) -> None:
    file = desk.folder.parent / "one.backup"
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    said = restore(desk, ok=5).said  # type: ignore[attr-defined]
    assert "backup" in said.said
    file.write_bytes(bytes(data[:at]))
    restore(desk, ok=5)
    assert sorted(p.name for p in desk.folder.parent.iterdir()) == ["data", "erasures.json", "one.backup"]


def test_an_expired_backup_and_a_folder_in_use_are_refused(desk: Desk) -> None:
    assert "is something at" in restore(desk, to="data", ok=2).said.said  # type: ignore[attr-defined]
    desk.now = NOW.replace(year=2027)
    assert "last day of this backup" in restore(desk, ok=2).said.said  # type: ignore[attr-defined]
    restore(desk, "--although-expired", "--dry-run")
    assert not (desk.folder.parent / "restored").exists()


def test_a_record_that_does_not_verify_is_not_backed_up(desk: Desk) -> None:

    doctor(desk.folder, "UPDATE events SET sealed = X'01' WHERE pos = 4")
    out = desk.folder.parent / "bad.backup"
    assert "does not verify" in desk.type("db", "backup", str(out), ok=1).said
    assert not out.exists()


def die(module: str, name: str, folder: Path, call: str) -> None:
    """In a child: be killed where a function is called, while a backup is made or restored."""
    import importlib

    setattr(importlib.import_module(module), name, lambda *_, **__: os._exit(KILLED))
    desk = Desk(folder / "data")
    if call == "backup":
        desk.type("db", "backup", str(folder / "new.backup"))
    else:
        restore(desk)


@pytest.mark.parametrize(
    ("call", "at"),
    [
        ("backup", "_note"),
        ("restore", "finish"),
        ("restore", "_flush"),
    ],
)
def test_killed_on_the_way_nothing_is_half_there(desk: Desk, call: str, at: str) -> None:
    place = desk.folder.parent
    child = PROCESSES.Process(
        target=die, args=((backups if call == "backup" else restoring).__name__, at, place, call)
    )
    child.start()
    child.join()
    assert child.exitcode == KILLED
    assert not (place / "new.backup").exists()
    assert (place / "restored").exists() is (at == "_flush")  # named whole, and only then flushed
    if at == "_flush":
        Desk(place / "restored", desk.reference).type("audit", "verify")
