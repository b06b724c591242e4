"""What an auditor keeps and holds against the record later: checkpoints, proofs, keys, and a change of key."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.base.time import FixedClock
from casework.services import rotation
from casework.services.schools import schools
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Desk


def _kept(desk: Desk, folder: Path, name: str) -> tuple[str, str]:
    """Take a checkpoint and a public key away, and return where they are."""
    note, key = folder / f"{name}.txt", folder / f"{name}-key.txt"
    desk.type("audit", "checkpoint", "--out", str(note))
    key.write_text(desk.type("audit", "key").stdout, encoding="utf-8")
    return str(note), str(key)


def test_a_proof_shows_alone_that_the_record_only_grew(desk: Desk, tmp_path: Path) -> None:
    old, key = _kept(desk, tmp_path, "old")
    desk.type("case", "note", desk.reference, "A word")
    proof = tmp_path / "proof.txt"
    desk.type("audit", "proof", "--against", old, "--out", str(proof))
    nowhere = Desk(tmp_path / "nothing here")
    checked = ("audit", "check-proof", str(proof), "--against", old, "--key", key)
    said = nowhere.type(*checked, "--json").json
    assert (said["consistent"], said["new"] - said["old"]) == (True, 1)
    assert "nothing of them was changed" in " ".join(nowhere.type(*checked).stdout.split())
    lines = proof.read_text(encoding="utf-8").split("\n")
    proof.write_text("\n".join([*lines[:1], *reversed(lines[1:3]), *lines[3:]]), encoding="utf-8")
    assert "does not show" in nowhere.type(*checked, ok=1).said
    proof.write_text("rubbish", encoding="utf-8")
    assert "no proof of consistency" in nowhere.type(*checked, ok=2).said


def test_a_changed_key_is_followed(desk: Desk, tmp_path: Path) -> None:
    old, old_key = _kept(desk, tmp_path, "old")
    desk.type("audit", "rotate-key")
    desk.type("case", "note", desk.reference, "After the change")
    new, new_key = _kept(desk, tmp_path, "new")
    assert old_key != new_key
    for key in (old_key, new_key):
        for note in (old, new):
            said = desk.type("audit", "verify", "--key", key, "--against", note, "--json").json
            assert (said["whole"], said["self_attested"]) == (True, False)
    desk.type("audit", "proof", "--against", old, "--out", str(tmp_path / "proof.txt"))
    words = ("audit", "check-proof", str(tmp_path / "proof.txt"), "--against", old)
    desk.type(*words, "--key", old_key, "--key", new_key)
    assert "No known key" in desk.type(*words, "--key", new_key, ok=1).said


def test_a_bundle_proves_what_was_signed_before_the_key_was_changed(desk: Desk, tmp_path: Path) -> None:
    old, _ = _kept(desk, tmp_path, "old")
    desk.type("audit", "rotate-key")
    _, key = _kept(desk, tmp_path, "new")
    out, words = str(tmp_path / "case.zip"), ("--format", "bundle", "--to", "Auditor", "--purpose", "Audit")
    desk.type("case", "export", desk.reference, *words, "--masked", "--since", old, "--out", out)
    for against in (("--against", old), ()):
        said = desk.type("verify", out, "--key-fingerprint", key, *against, "--json").json
        assert (said["verdict"], said["findings"]) == ("whole and lawful", [])
    assert "has only grown" in " ".join(desk.type("verify", out, "--against", old).stdout.split())


def test_a_change_of_key_that_was_cut_short_changed_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    _, before = _kept(desk, desk.folder, "before")
    with Workspace.open(desk.folder, str, clock=FixedClock(NOW)) as workspace:
        monkeypatch.setattr(rotation, "signing_key_row", killed)
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate_keys(workspace, schools(workspace))
    monkeypatch.undo()
    desk.type("case", "note", desk.reference, "With the key as it was")
    assert desk.type("audit", "verify", "--key", before, "--json").json["whole"] is True


def test_one_case_is_judged_alone(desk: Desk) -> None:
    said = desk.type("audit", "verify", "--case", desk.reference.lower(), "--json").json
    assert (said["whole"], said["cases"]) == (True, 1)
    assert "no case ASH-26-0000" in desk.type("audit", "verify", "--case", "ASH-26-0000", ok=6).said
