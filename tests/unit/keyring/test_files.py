"""Key files: written once and whole, read only if private, and one sentence for everything that is wrong."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import BadInput, CaseworkError
from casework.base.ids import SeededDice, new_id
from casework.keyring import container, errors
from casework.keyring.disk import MAX_BYTES, read_private, write_private
from casework.keyring.errors import (
    KeyDamaged,
    KeyExists,
    KeyMissing,
    KeyNotWritten,
    KeyTooOpen,
    PassphraseNeeded,
    PassphraseTooShort,
    WrongPassphrase,
)
from casework.keyring.files import (
    AccountKeys,
    RecoveryKey,
    read_account_keys,
    read_recovery_key,
    write_account_keys,
    write_recovery_key,
)
from casework.keyring.signing import SigningKey
from casework.keyring.wrap import wrap
from casework.ledger.checkpoint import open_note
from casework.ledger.seal import StreamKey

PASSPHRASE = "four small horses"
DICE = SeededDice(b"files")
KEYS = AccountKeys.generate(new_id(DICE), DICE)
RECOVERY = RecoveryKey.generate(new_id(DICE), DICE)


def _ask() -> str:
    return PASSPHRASE


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make new protected files cheap to open, where the cost is not what is tested."""
    monkeypatch.setattr(container, "STRONG", container.Cost(memory_kib=64, iterations=1, lanes=1))


def _bare(path: Path) -> Path:
    write_account_keys(path, KEYS, protection="none", dice=DICE)
    return path


def _protected(path: Path) -> Path:
    write_account_keys(path, KEYS, protection="passphrase", passphrase=_ask, dice=DICE)
    return path


def _rewrite(path: Path, change: Callable[[dict[str, Any]], Any], *, honest: bool = True) -> None:
    """Change a file's members, with a checksum that fits if `honest`."""
    members = json.loads(path.read_bytes())
    check = members.pop("check")
    change(members)
    members["check"] = sha256_hex(canonical_bytes(members)) if honest else check
    path.write_bytes(canonical_bytes(members) + b"\n")


def test_keys_come_back_as_they_were_written(tmp_path: Path, cheap: None) -> None:
    for path in (_bare(tmp_path / "bare.key"), _protected(tmp_path / "protected.key")):
        read = read_account_keys(path, _ask)
        assert read.account == KEYS.account
        assert read.agreement.private_bytes_raw() == KEYS.agreement.private_bytes_raw()


def test_a_recovery_key_comes_back_as_it_was_written(tmp_path: Path, cheap: None) -> None:
    path = tmp_path / "recovery.key"
    write_recovery_key(path, RECOVERY, protection="passphrase", passphrase=_ask, dice=DICE)
    read = read_recovery_key(path, _ask)
    assert (read.organisation, read.agreement_public) == (RECOVERY.organisation, RECOVERY.agreement_public)


def test_a_new_file_is_private_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = os.link

    def link(source: str, target: Path) -> None:
        seen.append(stat.S_IMODE(os.stat(source).st_mode))
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    before = os.umask(0)
    try:
        path = _bare(tmp_path / "keys" / "account.key")
    finally:
        os.umask(before)
    assert seen == [0o600]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["account.key"]


def test_the_shipped_protection_costs_what_it_should() -> None:
    # About a tenth of a second and 64 MiB: RFC 9106 section 4, second recommended option.
    assert container.Cost(memory_kib=65536, iterations=3, lanes=4) == container.STRONG


def test_a_protected_file_holds_no_private_key_in_clear(tmp_path: Path, cheap: None) -> None:
    content = _protected(tmp_path / "account.key").read_text()
    assert KEYS.agreement.private_bytes_raw().hex() not in content
    assert '"protection":"passphrase"' in content
    assert '"protection":"none"' in _bare(tmp_path / "bare.key").read_text()


def test_a_passphrase_is_asked_for_only_if_there_is_one(tmp_path: Path, cheap: None) -> None:
    def never() -> str:
        raise AssertionError("asked")

    assert read_account_keys(_bare(tmp_path / "bare.key"), never).account == KEYS.account
    path = _protected(tmp_path / "protected.key")
    with pytest.raises(PassphraseNeeded):
        read_account_keys(path)
    with pytest.raises(PassphraseNeeded):
        write_account_keys(tmp_path / "new.key", KEYS, protection="passphrase", dice=DICE)


@pytest.mark.parametrize("wrong", ["", "Four small horses", "four small horses ", "four\x00", "\ud800"])
def test_a_wrong_passphrase_has_its_sentence(tmp_path: Path, cheap: None, wrong: str) -> None:
    path = _protected(tmp_path / "account.key")
    with pytest.raises(WrongPassphrase) as caught:
        read_account_keys(path, lambda: wrong)
    assert caught.value.message == "The passphrase does not open this key."
    assert caught.value.exit_code == 5


def test_a_passphrase_is_the_same_however_it_is_composed(tmp_path: Path, cheap: None) -> None:
    path = tmp_path / "account.key"
    composed, decomposed = "caf\u00e9 au lait noir", "cafe\u0301 au lait noir"
    write_account_keys(path, KEYS, protection="passphrase", passphrase=lambda: decomposed, dice=DICE)
    assert read_account_keys(path, lambda: composed).account == KEYS.account


@pytest.mark.parametrize("short", ["", "eleven char"])
def test_a_new_passphrase_has_twelve_characters(tmp_path: Path, short: str) -> None:
    with pytest.raises(PassphraseTooShort) as caught:
        write_account_keys(
            tmp_path / "a.key", KEYS, protection="passphrase", passphrase=lambda: short, dice=DICE
        )
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_twelve_characters_are_enough(tmp_path: Path, cheap: None) -> None:
    path = tmp_path / "a.key"
    write_account_keys(path, KEYS, protection="passphrase", passphrase=lambda: "twelve chars", dice=DICE)
    assert read_account_keys(path, lambda: "twelve chars").account == KEYS.account


def test_stronger_protection_than_todays_may_come(tmp_path: Path, cheap: None) -> None:
    path = _protected(tmp_path / "account.key")
    _rewrite(path, _break_kdf(iterations=16, lanes=8))
    with pytest.raises(WrongPassphrase):  # it was derived otherwise, but it is tried
        read_account_keys(path, _ask)
    _rewrite(path, _break_kdf(iterations=17))
    with pytest.raises(KeyDamaged):
        read_account_keys(path, _ask)


def test_there_is_no_third_protection(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_account_keys(tmp_path / "a.key", KEYS, protection="later", dice=DICE)  # type: ignore[arg-type]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = _bare(tmp_path / "account.key")
    before = path.read_bytes()
    for write in (
        lambda: _bare(path),
        lambda: write_recovery_key(path, RECOVERY, protection="none", dice=DICE),
        lambda: write_private(path, b"other"),
    ):
        with pytest.raises(KeyExists) as caught:
            write()
        assert str(path) in caught.value.message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    path = tmp_path / "account.key"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyExists):
        _bare(path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(KeyNotWritten, match="No space left"):
        _bare(tmp_path / "account.key")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_has_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyNotWritten):
        _bare(tmp_path / "file" / "account.key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o601])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = _bare(tmp_path / "account.key")
    path.chmod(mode)
    with pytest.raises(KeyTooOpen) as caught:
        read_account_keys(path)
    assert caught.value.remedy == f"Run: chmod 600 {path}"
    path.chmod(0o400)
    assert read_account_keys(path).account == KEYS.account


def test_a_missing_file_has_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing) as caught:
        read_account_keys(tmp_path / "account.key")
    assert str(tmp_path / "account.key") in caught.value.message
    assert caught.value.exit_code == 5


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(KeyDamaged):
            read_private(path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(KeyMissing, match="cannot be read"):
        read_private(tmp_path / "loop")
    long = tmp_path / "long"
    long.touch(0o600)
    long.write_bytes(bytes(MAX_BYTES + 1))
    with pytest.raises(KeyDamaged):
        read_private(long)


def test_a_file_that_cannot_be_read_has_its_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _bare(tmp_path / "account.key")

    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    with pytest.raises(KeyMissing, match="Input/output error"):
        read_account_keys(path)


def _break(name: str, value: object) -> Callable[[dict[str, Any]], Any]:
    return lambda members: members.update({name: value})


def _break_kdf(**values: object) -> Callable[[dict[str, Any]], Any]:
    return lambda members: members["kdf"].update(values)


@pytest.mark.parametrize(
    "change",
    [
        _break("v", 2),
        _break("format", "casework recovery key"),
        _break("protection", "some"),
        _break("account", "somebody"),
        _break("account", 5),
        _break("agreement_public", "00" * 32),
        _break("private", "00" * 31),
        _break("private", "00" * 32),
        _break("private", "xx"),
        _break("private", 7),
        lambda members: members.pop("private"),
        lambda members: members.pop("v"),
        lambda members: members.pop("agreement_public"),
    ],
)
def test_a_file_whose_parts_do_not_fit_is_damaged(
    tmp_path: Path, change: Callable[[dict[str, Any]], Any]
) -> None:
    path = _bare(tmp_path / "account.key")
    _rewrite(path, change)
    with pytest.raises(KeyDamaged) as caught:
        read_account_keys(path)
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    "change",
    [
        _break("kdf", "argon2id"),
        _break("kdf", {}),
        _break("nonce", "00" * 11),
        _break("nonce", 3),
        _break_kdf(name="scrypt"),
        _break_kdf(memory_kib=2**30),
        _break_kdf(memory_kib=1),
        _break_kdf(iterations=0),
        _break_kdf(lanes="4"),
        _break_kdf(salt="00"),
    ],
)
def test_a_protection_that_cannot_be_is_damage_not_a_wrong_passphrase(
    tmp_path: Path, cheap: None, change: Callable[[dict[str, Any]], Any]
) -> None:
    path = _protected(tmp_path / "account.key")
    _rewrite(path, change)
    with pytest.raises(KeyDamaged):
        read_account_keys(path, _ask)


@pytest.mark.parametrize("name", ["account", "agreement_public"])
def test_the_header_of_a_protected_file_cannot_be_exchanged(tmp_path: Path, cheap: None, name: str) -> None:
    path = _protected(tmp_path / "account.key")
    _rewrite(path, _break(name, new_id(DICE)))
    with pytest.raises(WrongPassphrase):
        read_account_keys(path, _ask)


@given(bit=st.integers(0, 10**6))
def test_any_bit_of_a_key_file_matters(tmp_path_factory: pytest.TempPathFactory, bit: int) -> None:
    path = _bare(tmp_path_factory.mktemp("bit") / "account.key")
    data = bytearray(path.read_bytes())
    bit %= 8 * len(data)
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)
    with pytest.raises(KeyDamaged):
        read_account_keys(path)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_stop_the_reader(data: bytes) -> None:
    with pytest.raises(KeyDamaged):
        container.unpack(data, "casework account key", _ask)


def test_the_two_kinds_of_file_are_not_taken_for_one_another(tmp_path: Path) -> None:
    path = _bare(tmp_path / "account.key")
    with pytest.raises(KeyDamaged, match="not a casework recovery key"):
        read_recovery_key(path)
    other = tmp_path / "recovery.key"
    write_recovery_key(other, RECOVERY, protection="none", dice=DICE)
    with pytest.raises(KeyDamaged, match="not a casework account key"):
        read_account_keys(other)
    _rewrite(other, _break("agreement_public", "00" * 32))
    with pytest.raises(KeyDamaged):
        read_recovery_key(other)


def test_a_signing_key_signs_and_comes_back_from_its_secret() -> None:
    key = SigningKey.generate(DICE)
    signer = key.signer("casework.example/school/cases/1")
    assert signer.public_key == key.public == SigningKey.from_secret(key.secret).public
    assert open_note(signer.sign_note("text\n"), [signer.verifier()]) == "text\n"


def test_an_account_and_the_recovery_key_unwrap(tmp_path: Path) -> None:
    keys, stream = read_account_keys(_bare(tmp_path / "account.key")), new_id(DICE)
    key = StreamKey.generate(stream, "safeguarding", 2, DICE)
    for reader, name in ((keys, keys.account), (RECOVERY, RECOVERY.organisation)):
        made = wrap(key, reader.agreement_public, name)
        assert reader.unwrap(made, stream=stream, compartment="safeguarding", epoch=2) == key


def test_new_keys_need_an_id() -> None:
    for make in (AccountKeys.generate, RecoveryKey.generate):
        with pytest.raises(BadInput):
            make("somebody", DICE)


def test_every_error_says_its_code() -> None:
    classes = [
        item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, CaseworkError)
    ]
    own = [item for item in classes if item.__module__ == errors.__name__]
    assert len({item.code for item in own}) == len(own) == 12
