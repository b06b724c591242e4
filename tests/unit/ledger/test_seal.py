"""Sealing: NIST's vectors through our own function, and nothing that opens in another place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.canonical import canonical_bytes
from casework.base.errors import BadInput
from casework.base.ids import SeededDice, new_id
from casework.ledger.blob import sealed_under
from casework.ledger.commitment import BODY_TAG, KEY_TAG, commit
from casework.ledger.errors import NotOpened
from casework.ledger.event import Envelope
from casework.ledger.seal import (
    CHUNK_BYTES,
    StreamKey,
    event_context,
    open_body,
    open_file,
    open_sealed,
    seal,
    seal_file,
)
from tests.unit.ledger.building import build

h = bytes.fromhex

# NIST CAVP gcmEncryptExtIV256.rsp (Keylen 256, IVlen 96, Taglen 128, count 0 of the first two groups), and
# test case 16 of the GCM specification that NIST SP 800-38D refers to: key, nonce, plaintext, associated
# data, ciphertext and tag.
AES_256_GCM = [
    (
        "b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
        "516c33929df5a3284ff463d7",
        "",
        "",
        "bdc1ac884d332457a1d2664f168c76f0",
    ),
    (
        "31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22",
        "0d18e06c7c725ac9e362e1ce",
        "2db5168e932556f8089a0622981d017d",
        "",
        "fa4362189661d163fcd6a56d8bf0405ad636ac1bbedd5cc3ee727dc2ab4a9489",
    ),
    (
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16a"
        "edf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f6"
        "1e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ),
]

DICE = SeededDice(b"seal")
STREAM, OTHER_STREAM, LOG, FILE = (new_id(DICE) for _ in range(4))
KEY = StreamKey.generate(STREAM, "main", 1, DICE)
PLACE: dict[str, Any] = {"log": LOG, "stream": STREAM, "n": 3, "kind": "note_added", "key_id": KEY.key_id}


@pytest.mark.parametrize(("key", "nonce", "plaintext", "associated", "sealed"), AES_256_GCM)
def test_nist_aes_256_gcm(key: str, nonce: str, plaintext: str, associated: str, sealed: str) -> None:
    under = replace(KEY, secret=h(key))
    blob = seal(under, h(plaintext), h(associated), h(nonce))
    assert blob == b"\x01" + h(under.key_id) + h(nonce) + h(sealed)
    assert open_sealed(under, blob, h(associated)) == h(plaintext)


@given(st.integers(1, 2**53 - 1), st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True))
def test_a_place_is_canonical_json(n: int, kind: str) -> None:
    assert event_context(**PLACE | {"n": n, "kind": kind}) == canonical_bytes(
        {"key": KEY.key_id, "kind": kind, "log": LOG, "n": n, "stream": STREAM}
    )


@pytest.mark.parametrize("kind", ["", "Note", "note added", 'note"', "notë", "9notes", "n" * 65])
def test_a_kind_is_a_plain_name(kind: str) -> None:
    with pytest.raises(BadInput):
        event_context(**PLACE | {"kind": kind})


@pytest.mark.parametrize(
    "moved",
    [
        {"log": OTHER_STREAM},
        {"stream": OTHER_STREAM},
        {"n": 4},
        {"kind": "annulled"},
        {"key_id": OTHER_STREAM},
    ],
)
def test_a_blob_opens_only_in_its_own_place(moved: dict[str, Any]) -> None:
    blob = seal(KEY, b"text", event_context(**PLACE), bytes(12))
    assert open_sealed(KEY, blob, event_context(**PLACE)) == b"text"
    with pytest.raises(NotOpened):
        open_sealed(KEY, blob, event_context(**PLACE | moved))


def test_a_blob_names_its_key_and_no_other_is_tried() -> None:
    blob = seal(KEY, b"text", event_context(**PLACE), bytes(12))
    assert sealed_under(blob) == KEY.key_id
    with pytest.raises(NotOpened, match="another key"):
        open_sealed(StreamKey.generate(STREAM, "main", 2, DICE), blob, event_context(**PLACE))


@pytest.mark.parametrize(
    "other",
    [{"secret": bytes(32)}, {"stream": OTHER_STREAM}, {"compartment": "safeguarding"}, {"epoch": 2}],
)
def test_the_id_of_a_key_commits_to_the_key_and_its_place(other: dict[str, Any]) -> None:
    place = canonical_bytes({"compartment": "main", "epoch": 1, "stream": STREAM})
    assert KEY.key_id == commit(KEY_TAG, KEY.secret, place)
    assert replace(KEY, **other).key_id != KEY.key_id


@pytest.mark.parametrize("data", [b"", b"\x02" + bytes(80), b"\x01" + bytes(59)])
def test_what_is_no_blob_names_no_key(data: bytes) -> None:
    assert sealed_under(data) is None


@given(st.integers(0, 10**6))
def test_any_bit_of_a_blob_matters(bit: int) -> None:
    blob = bytearray(seal(KEY, b"text", event_context(**PLACE), bytes(12)))
    bit %= 8 * len(blob)
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotOpened):
        open_sealed(KEY, bytes(blob), event_context(**PLACE))


@given(st.binary(max_size=60))
def test_no_bytes_stop_the_opening(data: bytes) -> None:
    with pytest.raises(NotOpened):
        open_sealed(KEY, data, b"")


def test_a_body_opens_with_its_salt_and_proves_itself() -> None:
    log = build([2])
    event = log.events[1]
    opened = open_body(event, log.keys[event.stream])
    assert opened.value() == {"text": "note 1"}
    assert commit(BODY_TAG, opened.salt, opened.data) == Envelope.from_bytes(event.envelope).body_commit


def test_an_erased_body_says_so() -> None:
    log = build([1])
    for gone in ({"sealed": None}, {"facts": None, "facts_salt": None}):
        with pytest.raises(NotOpened, match="erased"):
            open_body(log.change(0, **gone)[0], log.keys[log.events[0].stream])


def test_a_body_that_is_not_the_one_recorded_does_not_open() -> None:
    log = build([2], streams=1)
    first, second = log.events
    key = log.keys[first.stream]
    envelope = Envelope.from_bytes(first.envelope)
    foreign = replace(envelope, sealed_sha256=Envelope.from_bytes(second.envelope).sealed_sha256)
    uncommitted = replace(envelope, body_commit="0" * 64)
    for wrong in (
        replace(first, sealed=second.sealed),
        replace(first, sealed=second.sealed, envelope=foreign.to_bytes()),
        replace(first, envelope=uncommitted.to_bytes()),
        replace(first, facts=b'{"kind":"annulled"}'),
        replace(first, facts=b"[]"),
    ):
        with pytest.raises((NotOpened, BadInput)):
            open_body(wrong, key)


@pytest.mark.parametrize(
    ("length", "chunks"),
    [(0, 1), (1, 1), (CHUNK_BYTES, 1), (CHUNK_BYTES + 1, 2), (2 * CHUNK_BYTES, 2), (2 * CHUNK_BYTES + 5, 3)],
)
def test_a_file_is_cut_into_chunks_of_one_mebibyte(length: int, chunks: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    data = data[:length]
    pieces = [data[at : at + 300_000] for at in range(0, length, 300_000)]
    sealed = list(seal_file(KEY.secret, FILE, pieces, SeededDice(b"file")))
    assert [len(chunk) for chunk in sealed[:-1]] == [1 + 12 + CHUNK_BYTES + 16] * (chunks - 1)
    assert len(sealed) == chunks
    assert sealed == list(seal_file(KEY.secret, FILE, [data], SeededDice(b"file")))
    assert b"".join(open_file(KEY.secret, FILE, sealed)) == data


def test_a_file_opens_only_whole_and_as_itself() -> None:
    first, second, third = seal_file(KEY.secret, FILE, [bytes(2 * CHUNK_BYTES + 9)], DICE)
    (single,) = seal_file(KEY.secret, FILE, [b"short"], DICE)
    (foreign,) = seal_file(KEY.secret, OTHER_STREAM, [b"short"], DICE)
    for wrong in (
        [],
        [first],
        [first, second],
        [second, third],
        [first, third],
        [second, first, third],
        [first, second, second, third],
        [first, second, third, third],
        [first, second, third, single],
        [first, second, b""],
        [b"", first, second, third],
        [first[:-1], second, third],
        [b"\x02" + single[1:]],
        [single[:20]],
        [foreign],
    ):
        with pytest.raises(NotOpened):
            list(open_file(KEY.secret, FILE, wrong))
    with pytest.raises(NotOpened):
        list(open_file(bytes(32), FILE, [single]))


def test_what_was_yielded_before_a_truncation_is_found_to_be_only_a_part() -> None:
    chunks = list(seal_file(KEY.secret, FILE, [bytes(CHUNK_BYTES + 1)], DICE))
    opening = open_file(KEY.secret, FILE, iter(chunks[:1]))
    with pytest.raises(NotOpened):
        next(opening)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_files_key_has_32_bytes(length: int) -> None:
    with pytest.raises(BadInput):
        next(seal_file(bytes(length), FILE, [b""], DICE))


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": "1"},
        {"compartment": "private"},
        {"epoch": 0},
        {"secret": bytes(16)},
    ],
)
def test_a_stream_key_is_complete(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        replace(KEY, **wrong)
