"""A sign-in as it lasts: where its key is, until when, and what ends it."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casework.base.ids import SeededDice, new_id
from casework.keyring.errors import KeyDamaged, KeyMissing, KeyTooOpen
from casework.keyring.files import AccountKeys
from casework.keyring.session import IDLE, LASTS, UserSessions

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DICE = SeededDice(b"sessions")
KEYS = AccountKeys.generate(new_id(DICE), DICE)


class Ring:
    """A keyring that keeps secrets in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.kept[name] = secret

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get(name)

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[name]


class Locked(Ring):
    """A keyring that refuses everything."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        raise RuntimeError("locked")


def _secret() -> bytes:
    return KEYS.agreement.private_bytes_raw()


def test_the_file_alone_opens_nothing_where_the_system_has_a_keyring(tmp_path: Path) -> None:
    ring = Ring()
    sessions = UserSessions(tmp_path / "data", lambda: ring)
    begun = sessions.begin(KEYS, "helen.marsh", NOW, DICE)
    assert begun.held == "keyring"
    assert _secret().hex().encode() not in begun.path.read_bytes()
    (found,) = sessions.all()
    assert sessions.keys(found).agreement_public == KEYS.agreement_public
    ring.kept[found.path.name] = "00" * 32
    with pytest.raises(KeyDamaged):
        sessions.keys(found)
    ring.kept.clear()
    with pytest.raises(KeyMissing, match="keyring does not hold"):
        sessions.keys(found)


@pytest.mark.parametrize("ring", [None, Locked()])
def test_without_a_keyring_the_key_is_in_a_file_of_its_owner(tmp_path: Path, ring: Ring | None) -> None:
    sessions = UserSessions(tmp_path / "data", lambda: ring, tmp_path)
    begun = sessions.begin(KEYS, "helen.marsh", NOW, DICE)
    assert (begun.held, stat.S_IMODE(begun.path.stat().st_mode)) == ("file", 0o600)
    assert begun.path.is_relative_to(tmp_path / "casework")
    assert sessions.keys(sessions.all()[0]).agreement_public == KEYS.agreement_public
    assert _secret().hex() not in repr(begun)


def test_it_ends_with_the_day_with_idleness_and_with_signing_out(tmp_path: Path) -> None:
    ring = Ring()
    sessions = UserSessions(tmp_path / "data", lambda: ring)
    begun = sessions.begin(KEYS, "helen.marsh", NOW, DICE)
    assert not begun.is_over(NOW + IDLE - timedelta(seconds=1))
    assert begun.is_over(NOW + IDLE)
    sessions.was_used(begun, NOW + IDLE / 2)
    (used,) = sessions.all()
    assert not used.is_over(NOW + IDLE)
    assert used.is_over(NOW + LASTS) and used.is_over(NOW - timedelta(seconds=1))
    sessions.end(used)
    assert (sessions.all(), ring.kept) == ([], {})


def test_a_damaged_file_is_no_session_and_one_that_others_can_read_is_refused(tmp_path: Path) -> None:
    sessions = UserSessions(tmp_path / "data")
    path = sessions.begin(KEYS, "helen.marsh", NOW, DICE).path
    whole = path.read_bytes()
    for spoilt in (b"", whole[:-9], whole.replace(b'"v":1', b'"v":2'), whole.replace(b'"file"', b'"note"')):
        path.write_bytes(spoilt)
        assert sessions.all() == []
    path.write_bytes(whole)
    assert len(sessions.all()) == 1
    path.chmod(0o640)
    with pytest.raises(KeyTooOpen):
        sessions.all()
