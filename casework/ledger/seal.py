"""Sealing: AES-256-GCM under a stream's key for bodies, under a key of its own for each file.

A sealed blob is

    version 0x01 (1) ‖ key id (32) ‖ nonce (12) ‖ ciphertext ‖ tag (16)

The key id commits to the key and to where it belongs (see `StreamKey`). As the envelope holds the blob's hash, the log
says under which key each body was sealed, and whoever can write the table of wraps cannot slip another key in.

Its associated data are the canonical bytes of {"key", "kind", "log", "n", "stream"}: a blob opens only in its
own place. `pos` is not among them, so that sealing happens before the log's lock. What is sealed of a body is
its 32-byte commitment salt followed by its canonical bytes, so the salt of a body is never in clear.

A file is cut into chunks of 1 MiB; each is

    version 0x01 (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)

with the canonical bytes of {"chunk", "file", "last"} as associated data: `chunk` counts from 0, `last` is
true for the last one only. Chunks cannot be dropped, doubled, reordered or taken from another file unnoticed.

Nonces are random: 96 bits under one key stay safe for 2^32 blobs, far more than a stream will hold
(NIST SP 800-38D section 8.3). Source: architecture, "Small print of the formats".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.base.canonical import canonical_bytes, parse_canonical, sha256_hex
from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.ledger.blob import HEAD_BYTES, NONCE, NONCE_BYTES, TAG_BYTES, VERSION, sealed_under
from casework.ledger.commitment import BODY_TAG, KEY_TAG, SALT_BYTES, commit
from casework.ledger.errors import NotOpened
from casework.ledger.event import Envelope, StoredEvent

Compartment = Literal["main", "safeguarding", "deliberations"]
"""Part of a stream with keys of its own."""

COMPARTMENTS: Final[tuple[Compartment, ...]] = get_args(Compartment)

KEY_BYTES: Final = 32
CHUNK_BYTES: Final = 1024 * 1024
"""Length of every chunk of a file but the last, before sealing."""

_CHUNK_HEAD: Final = 1 + NONCE_BYTES
_CHUNK_OVERHEAD: Final = _CHUNK_HEAD + TAG_BYTES
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class StreamKey:
    """The key of one (stream, compartment, epoch).

    Args:
        stream: id of the stream.
        compartment: "main", "safeguarding" or "deliberations".
        epoch: from 1; letting somebody out starts a new one.
        secret: 32 bytes; never shown.

    Attributes:
        key_id: 64 hexadecimal digits, the commitment to stream, compartment and epoch with the key as its salt: no two
            keys share one, and none can be found for another place. Every blob sealed under the key names it.

    Raises:
        BadInput: one of these is not of that form.
    """

    stream: str
    compartment: Compartment
    epoch: int
    secret: bytes = field(repr=False)
    key_id: str = field(init=False)

    def __post_init__(self) -> None:
        parse_id(self.stream)
        if self.compartment not in COMPARTMENTS or self.epoch < 1:
            raise BadInput(f"There is no epoch {self.epoch} of a compartment {self.compartment!a}.")
        if len(self.secret) != KEY_BYTES:
            raise BadInput(f"A stream's key has {KEY_BYTES} bytes, not {len(self.secret)}.")
        place = {"compartment": self.compartment, "epoch": self.epoch, "stream": self.stream}
        object.__setattr__(self, "key_id", commit(KEY_TAG, self.secret, canonical_bytes(place)))

    @classmethod
    def generate(cls, stream: str, compartment: Compartment, epoch: int, dice: Dice) -> StreamKey:
        """Return a new key."""
        return cls(stream, compartment, epoch, dice.bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class OpenedBody:
    """A body that was opened and found to be the one committed to.

    Args:
        salt: its commitment salt; disclosing it with `data` proves the body to others.
        data: its canonical bytes.
    """

    salt: bytes = field(repr=False)
    data: bytes = field(repr=False)

    def value(self) -> Any:
        """Return the body as a value.

        Raises:
            NotCanonical: what was committed to is not canonical JSON.
        """
        return parse_canonical(self.data)


def event_context(*, log: str, stream: str, n: int, kind: str, key_id: str) -> bytes:
    """Return the associated data of an event's blob: canonical bytes of its place, kind and key.

    Raises:
        BadInput: a kind that is not a lower-case name such as `step_taken`.
    """
    if not _KIND.fullmatch(kind):
        raise BadInput(f"{kind!a} cannot be a kind of event.", remedy="Use a name such as step_taken.")
    # Ids, a plain name and a number need no escaping, so this is their canonical form (a test compares).
    return f'{{"key":"{key_id}","kind":"{kind}","log":"{log}","n":{n},"stream":"{stream}"}}'.encode("ascii")


def seal(key: StreamKey, plaintext: bytes, context: bytes, nonce: bytes) -> bytes:
    """Return the sealed blob.

    Args:
        key: the stream's key.
        plaintext: what is sealed; for a body its salt and canonical bytes.
        context: the associated data, from `event_context`.
        nonce: 12 random bytes, never used twice under one key.
    """
    return VERSION + bytes.fromhex(key.key_id) + nonce + AESGCM(key.secret).encrypt(nonce, plaintext, context)


def open_sealed(key: StreamKey, blob: bytes, context: bytes) -> bytes:
    """Return the plaintext of a sealed blob.

    Raises:
        NotOpened: another key, another place, or altered bytes.
    """
    named = sealed_under(blob)
    if named is None:
        raise NotOpened("A sealed body is not in a form that this release knows.")
    if named != key.key_id:
        raise NotOpened("A sealed body is under another key than the one given.", key=named)
    try:
        return AESGCM(key.secret).decrypt(blob[NONCE], blob[HEAD_BYTES:], context)
    except InvalidTag:
        raise NotOpened(
            "A sealed body does not open: its bytes were altered, or it was moved from another place.",
            remedy="Run `casework audit verify`.",
        ) from None


def open_body(event: StoredEvent, key: StreamKey) -> OpenedBody:
    """Open an event's body and check it against everything its envelope says of it.

    Raises:
        NotOpened: erased, under another key, altered, or not the body that was committed to.
        BadInput: facts or envelope cannot be read.
    """
    if event.sealed is None or event.facts is None:
        raise NotOpened("The body of this event has been erased.", pos=event.pos)
    envelope = Envelope.from_bytes(event.envelope)
    if sha256_hex(event.sealed) != envelope.sealed_sha256:
        raise NotOpened(
            "A sealed body is not the one that was recorded.",
            remedy="Run `casework audit verify`.",
            pos=event.pos,
        )
    facts = parse_canonical(event.facts)
    kind = str(facts.get("kind")) if isinstance(facts, dict) else ""
    place = event_context(
        log=envelope.log, stream=envelope.stream, n=envelope.n, kind=kind, key_id=key.key_id
    )
    plaintext = open_sealed(key, event.sealed, place)
    salt, data = plaintext[:SALT_BYTES], plaintext[SALT_BYTES:]
    if len(salt) != SALT_BYTES or commit(BODY_TAG, salt, data) != envelope.body_commit:
        raise NotOpened("A sealed body is not the one that its envelope commits to.", pos=event.pos)
    return OpenedBody(salt, data)


def seal_file(key: bytes, file_id: str, data: Iterable[bytes], dice: Dice) -> Iterator[bytes]:
    """Yield the sealed chunks of a file, in order.

    Args:
        key: 32 random bytes made for this one file; they are kept in the body of the file's event.
        file_id: the file's id.
        data: the file's bytes in pieces of any length.
        dice: gives 12 bytes a chunk.

    An empty file is one empty chunk. SHA-256 over all sealed chunks joined is what facts call the file's
    `sealed_sha256`.

    Raises:
        BadInput: the key is not of 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise BadInput(f"A file's key has {KEY_BYTES} bytes, not {len(key)}.")
    cipher, held, number = AESGCM(key), bytearray(), 0
    for piece in data:
        held += piece
        while len(held) > CHUNK_BYTES:  # not at equality: the last chunk is known to be last only at the end
            yield _seal_chunk(cipher, file_id, number, bytes(held[:CHUNK_BYTES]), False, dice)
            del held[:CHUNK_BYTES]
            number += 1
    yield _seal_chunk(cipher, file_id, number, bytes(held), True, dice)


def open_file(key: bytes, file_id: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the plaintext of a file's sealed chunks, in order.

    What has been yielded is genuine, but the file is known to be whole only when this ends without an error.

    Raises:
        NotOpened: another key or file, altered bytes, or a chunk missing, doubled, added or out of order.
    """
    cipher, number = AESGCM(key), 0
    remaining = iter(chunks)
    chunk = next(remaining, None)
    if chunk is None:
        raise NotOpened("A file has no chunks.", file=file_id)
    while chunk is not None:
        following = next(remaining, None)
        last = following is None
        whole = last or len(chunk) == CHUNK_BYTES + _CHUNK_OVERHEAD
        if not whole or len(chunk) < _CHUNK_OVERHEAD or chunk[:1] != VERSION:
            raise _chunk_refused(file_id, number)
        try:
            yield cipher.decrypt(
                chunk[1:_CHUNK_HEAD], chunk[_CHUNK_HEAD:], _chunk_context(file_id, number, last)
            )
        except InvalidTag:
            raise _chunk_refused(file_id, number) from None
        chunk, number = following, number + 1


def _seal_chunk(cipher: AESGCM, file_id: str, number: int, data: bytes, last: bool, dice: Dice) -> bytes:
    """Return one sealed chunk."""
    nonce = dice.bytes(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, data, _chunk_context(file_id, number, last))


def _chunk_context(file_id: str, number: int, last: bool) -> bytes:
    """Return the associated data of a chunk, in canonical form (a test compares)."""
    return f'{{"chunk":{number},"file":"{file_id}","last":{"true" if last else "false"}}}'.encode("ascii")


def _chunk_refused(file_id: str, number: int) -> NotOpened:
    """Return the error for a chunk that is not what it should be in its place."""
    return NotOpened(
        f"Chunk {number} of a file does not open: it was altered or moved, or the file is not whole.",
        remedy="Restore the database from a backup, and run `casework audit verify`.",
        file=file_id,
        chunk=number,
    )
