"""The envelope: the template and the pattern against canonical JSON, which is the definition."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.ledger.commitment import BODY_TAG, FACTS_TAG, FILE_TAG, commit, commit_chunks
from casework.ledger.errors import NotAnEnvelope, UnknownVersion
from casework.ledger.event import Envelope

hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
ids = st.uuids(version=4).map(str)
instants = st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")
envelopes = st.builds(
    Envelope,
    log=ids,
    pos=st.integers(0, 2**53 - 1),
    stream=ids,
    n=st.integers(1, 2**53 - 1),
    command=ids,
    recorded=instants,
    facts_commit=hashes,
    body_commit=hashes,
    sealed_sha256=hashes,
)
GOOD = Envelope(
    log="01e2e853-3f6b-44e4-99ec-3295f3556e81",
    pos=4,
    stream="c87aa20f-f3f7-4cf3-86b5-1ae054586eed",
    n=2,
    command="876076af-d025-45f9-89b6-45dd6ed31c2a",
    recorded="2026-03-02T09:30:15.250Z",
    facts_commit="1" * 64,
    body_commit="2" * 64,
    sealed_sha256="3" * 64,
)


@given(envelopes)
def test_the_template_writes_canonical_bytes(envelope: Envelope) -> None:
    assert envelope.to_bytes() == canonical_bytes(asdict(envelope) | {"v": 1})


@given(envelopes)
def test_what_was_written_is_read(envelope: Envelope) -> None:
    assert Envelope.from_bytes(envelope.to_bytes()) == envelope


@given(envelopes, st.integers(0, 10**6), st.integers(0, 7))
def test_whatever_is_read_is_canonical(envelope: Envelope, place: int, bit: int) -> None:
    data = bytearray(envelope.to_bytes())
    data[place % len(data)] ^= 1 << bit
    try:
        read = Envelope.from_bytes(bytes(data))
    except (NotAnEnvelope, UnknownVersion):
        return
    assert parse_canonical(bytes(data)) == asdict(read) | {"v": 1}
    assert read.to_bytes() == data


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reader(data: bytes) -> None:
    with pytest.raises(NotAnEnvelope):
        Envelope.from_bytes(data)


def _spoil(pattern: str, replacement: str) -> bytes:
    data, count = re.subn(pattern, replacement, GOOD.to_bytes().decode())
    assert count == 1
    return data.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"null",
        b'{"v":1}',
        GOOD.to_bytes() + b"\n",
        b" " + GOOD.to_bytes(),
        GOOD.to_bytes().replace(b",", b", "),
        GOOD.to_bytes().upper(),
        _spoil(r'"n":2', '"n":0'),
        _spoil(r'"n":2', '"n":02'),
        _spoil(r'"n":2', '"n":-2'),
        _spoil(r'"n":2', '"n":2.0'),
        _spoil(r'"n":2', '"n":"2"'),
        _spoil(r'"n":2', '"n":9007199254740992'),
        _spoil(r'"n":2,', ""),
        _spoil(r'"pos":4', '"pos":4,"posy":4'),
        _spoil(r'"pos":4', '"pos":4,"pos":4'),
        _spoil(r'"pos":4', '"pos":9007199254740992'),
        _spoil(r"1{64}", "A" * 64),
        _spoil(r"1{64}", "1" * 63),
        _spoil(r"-44e4-", "-14e4-"),
        _spoil(r"-99ec-", "-c9ec-"),
        _spoil(r"2026-03-02", "2026-02-30"),
        _spoil(r"2026-03-02", "2026-13-02"),
        _spoil(r"T09", "T24"),
        _spoil(r"\.250Z", "Z"),
        _spoil(r"\.250Z", ".250+00:00"),
        _spoil(r'"v":1', '"v":true'),
        _spoil(r'"v":1', '"v":"1"'),
        _spoil(r"876076af", "876076a\u0664"),
    ],
)
def test_what_is_not_exactly_an_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnEnvelope):
        Envelope.from_bytes(data)


def test_another_version_is_told_apart_from_damage() -> None:
    with pytest.raises(UnknownVersion) as caught:
        Envelope.from_bytes(_spoil(r'"v":1', '"v":2'))
    assert caught.value.details == {"v": 2}
    with pytest.raises(UnknownVersion):
        Envelope.from_bytes(b'{"something":["else"],"v":7}')


def test_a_commitment_is_sha256_of_tag_salt_and_data() -> None:
    # printf 'casework/facts/v1\n%032d{}' 0 | sha256sum, with 32 characters "0" as the salt
    salt = b"0" * 32
    assert (
        commit(FACTS_TAG, salt, b"{}") == "9a44c045584842a1f6bb1d311cf1829c772103e904f26190be83bfb0e0fbb871"
    )
    assert len({commit(tag, salt, b"{}") for tag in (FACTS_TAG, BODY_TAG, FILE_TAG)}) == 3


@given(st.lists(st.binary(max_size=5), max_size=6))
def test_a_long_text_in_pieces_has_the_commitment_of_the_whole(pieces: list[bytes]) -> None:
    salt = bytes(32)
    assert commit_chunks(FILE_TAG, salt, pieces) == commit(FILE_TAG, salt, b"".join(pieces))


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_has_one_length(salt: bytes) -> None:
    with pytest.raises(BadInput):
        commit(FACTS_TAG, salt, b"{}")
    with pytest.raises(BadInput):
        commit_chunks(FILE_TAG, salt, [b"{}"])
