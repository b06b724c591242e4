"""Keys, salts, passphrases and texts never show in a repr, a message, an error's details or a traceback's text."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from casework.base.errors import CaseworkError
from casework.base.ids import SeededDice, new_id
from casework.keyring import container
from casework.keyring.files import AccountKeys, RecoveryKey, read_account_keys, write_account_keys
from casework.keyring.signing import SigningKey
from casework.keyring.wrap import unwrap, wrap
from casework.ledger.append import extend, seal_events
from casework.ledger.event import NewEvent
from casework.ledger.findings import fault_of
from casework.ledger.seal import StreamKey, open_body, seal_file
from tests.unit.ledger.building import START, build

TEXT = "Zoë Okonkwo was seen"
PASSPHRASE = "four small horses"
DICE = SeededDice(b"secrets")


def _shown(secret: bytes) -> list[str]:
    """Return the forms in which a secret could show."""
    return [secret.hex(), base64.b64encode(secret).decode(), repr(secret)[2:-1], str(list(secret))[1:-1]]


def _assert_hidden(text: str, *secrets: bytes) -> None:
    for secret in secrets:
        for form in _shown(secret):
            assert form not in text
    assert TEXT not in text
    assert PASSPHRASE not in text


def test_nothing_secret_shows_in_a_repr() -> None:
    log = build([1])
    event, key = log.events[0], log.keys[log.events[0].stream]
    account, recovery = AccountKeys.generate(new_id(DICE), DICE), RecoveryKey.generate(new_id(DICE), DICE)
    signing = SigningKey.generate(DICE)
    signer = signing.signer("casework.example/school/cases/1")
    new = NewEvent(event.stream, {"kind": "note_added"}, {"text": TEXT})
    (sealed,) = seal_events(
        [new], log=log.log, first_n={event.stream: 2}, keys=log.keys.__getitem__, dice=DICE
    )
    done = extend(log.head, [sealed], command=log.log, now=START, sign=log.signer)
    opened = open_body(done.events[0], key)
    made = wrap(key, account.agreement_public, account.account)
    secrets = [
        key.secret,
        sealed.facts_salt,
        opened.salt,
        opened.data,
        account.agreement.private_bytes_raw(),
        signing.secret,
        recovery.agreement.private_bytes_raw(),
        event.facts_salt or b"",
    ]
    for shown in (
        new,
        sealed,
        done,
        done.events,
        event,
        key,
        opened,
        account,
        recovery,
        signing,
        signer,
        made,
    ):
        for text in (repr(shown), str(shown), f"{shown}", f"{[shown]!r}"):
            _assert_hidden(text, *secrets)


def _errors(tmp_path: Path) -> list[tuple[Callable[[], object], bytes]]:
    log = build([2], streams=1)
    event, key = log.events[0], log.keys[log.events[0].stream]
    account = AccountKeys.generate(new_id(DICE), DICE)
    other = StreamKey.generate(key.stream, "main", 2, DICE)
    made = wrap(key, account.agreement_public, account.account)
    path = tmp_path / "account.key"
    write_account_keys(path, account, protection="passphrase", passphrase=lambda: PASSPHRASE, dice=DICE)
    spoilt = tmp_path / "spoilt.key"
    spoilt.touch(0o600)
    spoilt.write_bytes(path.read_bytes()[:-9])
    bare = tmp_path / "bare.key"
    write_account_keys(bare, account, protection="none", dice=DICE)
    bare.write_bytes(bare.read_bytes().replace(account.account[:4].encode(), b"0000"))
    private = account.agreement.private_bytes_raw()
    place = {"stream": key.stream, "compartment": "main", "epoch": 9}
    new = NewEvent(key.stream, {"kind": "k", "x": 0.5}, {"text": TEXT})
    return [
        (lambda: open_body(event, other), other.secret),
        (lambda: open_body(replace(event, sealed=log.events[1].sealed), key), key.secret),
        (lambda: replace(key, secret=b"short secret"), b"short secret"),
        (lambda: next(seal_file(b"short secret", key.stream, [b""], DICE)), b"short secret"),
        (lambda: unwrap(made, account.agreement, **place), key.secret),  # type: ignore[arg-type]
        (lambda: read_account_keys(path, lambda: PASSPHRASE + "!"), private),
        (lambda: read_account_keys(spoilt, lambda: PASSPHRASE), private),
        (lambda: read_account_keys(bare), private),
        (lambda: _raise(log.examine(events=log.change(0, facts=b"{}"))), event.facts_salt or b""),
        (
            lambda: seal_events(
                [new], log=log.log, first_n={key.stream: 3}, keys=log.keys.__getitem__, dice=DICE
            ),
            key.secret,
        ),
    ]


def _raise(findings: list) -> None:  # type: ignore[type-arg]
    raise fault_of(findings)


@pytest.mark.parametrize("number", range(10))
def test_nothing_secret_shows_in_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(container, "STRONG", container.Cost(memory_kib=64, iterations=1, lanes=1))
    fail, secret = _errors(tmp_path)[number]
    with pytest.raises(CaseworkError) as caught:
        fail()
    error = caught.value
    whole = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    for text in (str(error), repr(error), error.message, error.remedy, json.dumps(error.as_json())):
        _assert_hidden(text, secret)
    # The source lines in a traceback are ours; everything else in it must be as silent.
    _assert_hidden(whole.replace(f'"{PASSPHRASE}"', ""), *([] if secret == b"short secret" else [secret]))
