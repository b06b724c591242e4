"""The golden ledger: made again byte for byte, and verified unchanged by every later release."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.base.canonical import parse_canonical
from casework.keyring.files import AccountKeys, read_account_keys, read_recovery_key
from casework.keyring.wrap import Wrap
from casework.ledger.checkpoint import Verifier
from casework.ledger.findings import Kind
from casework.ledger.seal import StreamKey, open_body, open_file
from casework.ledger.verify import examine, verify, verify_event
from tests.golden.ledger import generate

FILES = (
    "events.jsonl",
    "heads.jsonl",
    "log.json",
    "keys.jsonl",
    "file.json",
    "account-unprotected.key",
    "account.key",
    "recovery.key",
)


def _read(name: str) -> Any:
    return json.loads((generate.HERE / name).read_text("utf-8"))


def _keys() -> dict[str, StreamKey]:
    rows = [json.loads(line) for line in (generate.HERE / "keys.jsonl").read_text("utf-8").splitlines()]
    return {
        row["stream"]: StreamKey(
            row["stream"], row["compartment"], row["epoch"], bytes.fromhex(row["secret"])
        )
        for row in rows
    }


def test_the_golden_keys_have_the_ids_that_were_written() -> None:
    rows = [json.loads(line) for line in (generate.HERE / "keys.jsonl").read_text("utf-8").splitlines()]
    assert {row["stream"]: row["key"] for row in rows} == {
        stream: key.key_id for stream, key in _keys().items()
    }


def _private_copy(name: str, folder: Path) -> Path:
    """Copy a key file, since a checkout gives files to be read by all."""
    copy = folder / name
    shutil.copyfile(generate.HERE / name, copy)
    copy.chmod(0o600)
    return copy


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return generate.contents(generate.make(), tmp_path_factory.mktemp("golden"))


def test_every_golden_file_has_its_test(made: dict[str, bytes]) -> None:
    here = {path.name for path in generate.HERE.iterdir() if path.is_file() and path.suffix != ".py"}
    assert here == set(made) | {"wrap.json"} == set(FILES) | {"wrap.json"}


@pytest.mark.parametrize("name", FILES)
def test_the_golden_ledger_is_made_again_byte_for_byte(made: dict[str, bytes], name: str) -> None:
    assert made[name] == (generate.HERE / name).read_bytes(), (
        f"{name} is not what this code writes. A published format never changes: if this is meant as a new "
        f"version, keep the old files and their tests too. Otherwise renew with: {generate.RENEW}"
    )


def test_the_golden_ledger_verifies_unchanged() -> None:
    log = _read("log.json")
    verifier = Verifier.from_text(log["verifier"])
    events, heads = generate.read_events(), generate.read_heads()
    done = verify(events, heads, verifier.public_key, origin=log["origin"], log=log["log"])
    assert (done.size, done.heads, done.facts, done.bodies, done.unknown) == (9, 5, 9, 9, 0)
    assert done.root.hex() == "4733deb7ba9de8915272642ba726abec9b0adbf12c832f265f85feeb1fc08b22"
    for event in events:
        verify_event(event)


def test_the_golden_ledger_verifies_when_everything_that_can_be_erased_is() -> None:
    log = _read("log.json")
    public_key = Verifier.from_text(log["verifier"]).public_key
    bare = [replace(event, facts=None, facts_salt=None, sealed=None) for event in generate.read_events()]
    done = verify(bare, generate.read_heads(), public_key, origin=log["origin"])
    assert (done.size, done.facts, done.bodies) == (9, 0, 0)


def test_one_wrong_byte_of_the_golden_ledger_is_named() -> None:
    log = _read("log.json")
    events = generate.read_events()
    facts = (events[4].facts or b"").replace(b"neutral", b"against")
    events[4] = replace(events[4], facts=facts)
    findings = examine(
        events,
        generate.read_heads(),
        Verifier.from_text(log["verifier"]).public_key,
        origin=log["origin"],
    )
    assert [(found.kind, found.part, found.pos) for found in findings] == [(Kind.ALTERED, "facts", 4)]


def test_the_golden_bodies_and_the_golden_file_open() -> None:
    keys, events, file = _keys(), generate.read_events(), _read("file.json")
    bodies = [open_body(event, keys[event.stream]).value() for event in events]
    assert bodies[1]["name"] == "Zoë Okonkwo"
    assert bodies[6] == {}
    assert bodies[4]["file_key"] == file["key"]
    chunks = [base64.b64decode(chunk) for chunk in file["chunks"]]
    facts = parse_canonical(events[4].facts or b"")
    assert facts["file"] == file["file"]
    assert facts["sealed_sha256"] == hashlib.sha256(b"".join(chunks)).hexdigest()
    text = b"".join(open_file(bytes.fromhex(file["key"]), file["file"], chunks))
    assert hashlib.sha256(text).hexdigest() == file["sha256"]


def test_the_golden_key_files_open(tmp_path: Path) -> None:
    bare = read_account_keys(_private_copy("account-unprotected.key", tmp_path))
    protected = read_account_keys(_private_copy("account.key", tmp_path), lambda: generate.PASSPHRASE)
    for keys in (bare, protected):
        _assert_unwraps(keys)
    recovery = read_recovery_key(_private_copy("recovery.key", tmp_path), lambda: generate.PASSPHRASE)
    assert recovery.organisation in _read("log.json")["origin"]


def _assert_unwraps(keys: AccountKeys) -> None:
    row = _read("wrap.json")
    key = next(key for key in _keys().values() if key.key_id == row["key"])
    made = Wrap(row["key"], row["recipient"], row["suite"], bytes.fromhex(row["blob"]))
    assert keys.unwrap(made, stream=key.stream, compartment=key.compartment, epoch=key.epoch) == key
