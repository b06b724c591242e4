"""A second implementation of HPKE base mode, to hold the first one against: RFC 9180 sections 4 and 5, as written.

Only for DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, and for the first message of a context.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEM_ID, KDF_ID, AEAD_ID = (
    (0x0020).to_bytes(2, "big"),
    (0x0001).to_bytes(2, "big"),
    (0x0002).to_bytes(2, "big"),
)
KEM_SUITE, HPKE_SUITE = b"KEM" + KEM_ID, b"HPKE" + KEM_ID + KDF_ID + AEAD_ID


def _extract(salt: bytes, label: bytes, material: bytes, suite: bytes) -> bytes:
    labelled = b"HPKE-v1" + suite + label + material
    return hmac.new(salt or bytes(32), labelled, sha256).digest()


def _expand(secret: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    done = block = b""
    for number in range(1, length // 32 + 2):
        block = hmac.new(secret, block + labelled + bytes([number]), sha256).digest()
        done += block
    return done[:length]


def _shared(exchanged: bytes, enc: bytes, public: bytes) -> bytes:
    extracted = _extract(b"", b"eae_prk", exchanged, KEM_SUITE)
    return _expand(extracted, b"shared_secret", enc + public, 32, KEM_SUITE)


def key_schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and base nonce of base mode."""
    context = (
        b"\x00"
        + _extract(b"", b"psk_id_hash", b"", HPKE_SUITE)
        + _extract(b"", b"info_hash", info, HPKE_SUITE)
    )
    secret = _extract(shared, b"secret", b"", HPKE_SUITE)
    return (
        _expand(secret, b"key", context, 32, HPKE_SUITE),
        _expand(secret, b"base_nonce", context, 12, HPKE_SUITE),
    )


def seal(ephemeral: X25519PrivateKey, public: bytes, info: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """Return enc and ciphertext of the first message."""
    enc = ephemeral.public_key().public_bytes_raw()
    exchanged = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = key_schedule(_shared(exchanged, enc, public), info)
    return enc + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_(private: X25519PrivateKey, message: bytes, info: bytes, aad: bytes) -> bytes:
    """Return the plaintext of the first message."""
    enc, sealed = message[:32], message[32:]
    exchanged = private.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = key_schedule(_shared(exchanged, enc, private.public_key().public_bytes_raw()), info)
    return AESGCM(key).decrypt(nonce, sealed, aad)
