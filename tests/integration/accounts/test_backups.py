"""A backup of a folder in which everybody signs in, and who restores it."""

from __future__ import annotations

from pathlib import Path

from tests.integration.accounts.room import PHRASE, Room

SECRET = "ember willow thimble"


def test_whoever_signs_in_restores_a_backup_that_holds_no_key_file(room: Room, tmp_path: Path) -> None:
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    (room.folder / "keys" / "account.key").unlink()
    room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)
    backup, there = str(tmp_path / "backup"), tmp_path / "restored"
    room.type(f"db backup {backup} --passphrase", CASEWORK_BACKUP_PASSPHRASE=SECRET)
    words = f"db restore {backup} --to {there} --no-erasures"
    phrases = {"CASEWORK_BACKUP_PASSPHRASE": SECRET, "CASEWORK_PASSPHRASE": PHRASE}
    assert "Say who restores it" in room.type(words, ok=2, **phrases).said
    wrong = {**phrases, "CASEWORK_PASSPHRASE": "another three words"}
    assert "do not belong together" in room.type(f"--as helen.marsh {words}", ok=6, **wrong).said
    room.type(f"--as helen.marsh {words}", **phrases)
    restored = Room(there, room.runtime, room.now)
    restored.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)
    assert "Jordan Blake" in restored.type("person list").stdout
    assert restored.type("audit verify --json").json["whole"]
