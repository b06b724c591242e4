"""Stream keys, wrapped for one reader each with HPKE (RFC 9180), base mode.

Suite `hpke-x25519-sha256-aes256gcm`: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. A wrap is
`enc (32) ‖ ciphertext (32) ‖ tag (16)` of the key's 32 bytes, with empty associated data and

    info = "casework/wrap/v1" ‖ 0x0A ‖ canonical bytes of
           {"compartment", "epoch", "key", "recipient", "stream"}

so a wrap opens only as the very key, and for the very reader, that it was made for. Base mode does not say who made a
wrap; the key's id does: it is a commitment to the key, and the log holds it, so a key that somebody else put in its
place is refused. Every row names its
suite, so that key agreement can change without touching the log. The ephemeral key comes from the operating
system and cannot be handed in: wraps stay outside the golden ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from casework.base.canonical import canonical_bytes
from casework.base.errors import BadInput
from casework.base.ids import parse_id
from casework.keyring.errors import WrapRefused
from casework.ledger.seal import Compartment, StreamKey

SUITE: Final = "hpke-x25519-sha256-aes256gcm"
"""The one suite of this release."""

HPKE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
"""The suite as the cryptography library runs it."""

_INFO_TAG: Final = b"casework/wrap/v1\n"


@dataclass(frozen=True, slots=True)
class Wrap:
    """A stream key as one reader may have it; nothing in it is secret without that reader's private key.

    Args:
        key_id: id of the stream key.
        recipient: id of the account or organisation that can open it.
        suite: how it was made.
        blob: 80 bytes for this release's suite.
    """

    key_id: str
    recipient: str
    suite: str
    blob: bytes = field(repr=False)


def wrap(key: StreamKey, public_key: bytes, recipient: str) -> Wrap:
    """Wrap a stream key for one reader.

    Args:
        key: the stream key.
        public_key: the reader's X25519 public key, 32 bytes.
        recipient: id of the reader's account, or of the organisation for its recovery key.

    Raises:
        BadInput: the public key is none, or the recipient is not an id.
    """
    info = _info(key.key_id, key.stream, key.compartment, key.epoch, parse_id(recipient))
    try:
        blob = HPKE.encrypt(key.secret, X25519PublicKey.from_public_bytes(public_key), info)
    except ValueError:
        raise BadInput("A reader's public key is not an X25519 key.", recipient=recipient) from None
    return Wrap(key.key_id, recipient, SUITE, blob)


def unwrap(
    wrapped: Wrap, private_key: X25519PrivateKey, *, stream: str, compartment: Compartment, epoch: int
) -> StreamKey:
    """Return the stream key in a wrap.

    Args:
        wrapped: the wrap.
        private_key: the reader's.
        stream: id of the key's stream, as the store's table of keys says.
        compartment: of the key, from there too.
        epoch: of the key, from there too.

    Raises:
        WrapRefused: wrapped for somebody else or as another key, altered, put in another's place, or of an unknown
            suite.
    """
    if wrapped.suite != SUITE:
        raise WrapRefused(
            f"A key is wrapped by a method that this release does not know: {wrapped.suite!a}.",
            remedy="Use the release of casework that wrote it, or a later one.",
            key=wrapped.key_id,
        )
    try:
        info = _info(wrapped.key_id, stream, compartment, epoch, wrapped.recipient)
        key = StreamKey(stream, compartment, epoch, HPKE.decrypt(wrapped.blob, private_key, info))
    except (InvalidTag, ValueError, BadInput):
        raise WrapRefused(
            "A key does not open with your private key: it was wrapped for somebody else, or altered.",
            remedy="Ask somebody who can read the case to let you in.",
            key=wrapped.key_id,
        ) from None
    if key.key_id != wrapped.key_id:
        raise WrapRefused(
            "A key is not the one that its id commits to: somebody put another in its place.",
            remedy="Keep the database as it is, verify it (casework audit verify) and restore a backup.",
            key=wrapped.key_id,
        )
    return key


def _info(key_id: str, stream: str, compartment: str, epoch: int, recipient: str) -> bytes:
    """Return what a wrap is bound to."""
    return _INFO_TAG + canonical_bytes(
        {"compartment": compartment, "epoch": epoch, "key": key_id, "recipient": recipient, "stream": stream}
    )
