"""A change of key: the head that covers it is signed by both keys, and verification follows from one to the other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.ledger.checkpoint import Checkpoint, Signer, cosign
from casework.ledger.errors import NoteRefused
from casework.ledger.findings import Kind
from casework.ledger.key_line import KeyLine, Rotation, follow
from casework.ledger.merkle import root_of
from casework.ledger.verify import examine
from tests.unit.ledger.attacks import LOG

NEW = Signer.holding(LOG.signer.name, Ed25519PrivateKey.from_private_bytes(b"n" * 32))
LEAVES = [event.envelope for event in LOG.events]
CHANGED = Rotation(3, LOG.signer.public_key, NEW.public_key)


def head(size: int, signer: Signer) -> str:
    return signer.sign_note(Checkpoint(signer.name, size, root_of(LEAVES[:size])).text())


HEADS = [*LOG.heads[:2], cosign(LOG.heads[2], NEW), *(head(size, NEW) for size in (4, 5, 6))]


def kinds(heads: list[str], *rotations: Rotation, key: bytes = NEW.public_key) -> list[Kind]:
    found = examine(LOG.events, heads, key, origin=LOG.signer.name, rotations=rotations)
    return [finding.kind for finding in found]


def test_a_log_verifies_across_a_change_of_key() -> None:
    assert kinds(HEADS, CHANGED) == []


def test_a_change_that_one_of_the_two_keys_did_not_sign_is_none() -> None:
    assert kinds([*HEADS[:2], LOG.heads[2], *HEADS[3:]], CHANGED) == [Kind.HEAD_FORGED]
    assert kinds([*HEADS[:2], head(3, NEW), *HEADS[3:]], CHANGED) == [Kind.HEAD_FORGED]


def test_each_key_signs_only_its_own_time() -> None:
    assert kinds([head(1, NEW), *HEADS[1:]], CHANGED) == [Kind.HEAD_FORGED]
    assert Kind.HEAD_FORGED in kinds([*HEADS[:5], LOG.heads[5]], CHANGED)


def test_without_the_change_on_record_the_new_key_vouches_for_nothing_before_it() -> None:
    assert kinds(HEADS) == [Kind.HEAD_FORGED] * 2
    assert kinds(HEADS, key=LOG.signer.public_key).count(Kind.HEAD_FORGED) == 3


def test_only_changes_that_lead_to_the_current_key_are_followed() -> None:
    stray = Rotation(2, b"s" * 32, b"t" * 32)
    assert follow(NEW.public_key, [stray, CHANGED]) == [CHANGED]
    assert follow(NEW.public_key, [CHANGED, replace(stray, size=5)]) == [CHANGED]
    assert follow(LOG.signer.public_key, [CHANGED]) == []


def test_a_note_is_signed_a_second_time_without_changing_its_text() -> None:
    line = KeyLine(LOG.signer.name, NEW.public_key, [CHANGED])
    assert line.open(HEADS[2]).size == 3
    assert HEADS[2].startswith(LOG.heads[2])
    with pytest.raises(NoteRefused):
        cosign("no note", NEW)


RESTORED = Signer("example.org/log/2", NEW.public_key, NEW.sign)
"""The same log under the key that it has now, as it goes on after it was restored from a backup."""


def generations(heads: list[str], *earlier: str) -> list[Kind]:
    found = examine(
        LOG.events, heads, NEW.public_key, origin=RESTORED.name, rotations=[CHANGED], earlier=earlier
    )
    return [finding.kind for finding in found]


def test_older_heads_are_of_an_earlier_generation_and_of_the_key_of_their_time() -> None:
    heads = [*HEADS[:4], head(5, RESTORED), head(6, RESTORED)]
    assert generations(heads, LOG.signer.name) == []
    assert set(generations(heads)) == {Kind.HEAD_FORGED}
    wrong_key = [head(1, NEW), *heads[1:]]
    assert generations(wrong_key, LOG.signer.name) == [Kind.HEAD_FORGED]
