"""The form of a sealed blob: where its parts stand, and what can be read of it without a key.

    version 0x01 (1) ‖ key id (32) ‖ nonce (12) ‖ ciphertext ‖ tag (16)

Apart from `seal`, because verification reads it and imports nothing that seals.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
KEY_ID: Final = slice(1, 33)
NONCE: Final = slice(33, 33 + NONCE_BYTES)
HEAD_BYTES: Final = NONCE.stop


def sealed_under(blob: bytes) -> str | None:
    """Return the id of the key that a blob says it is sealed under; None if it is no blob of a known version.

    Opening it is what proves it.
    """
    if len(blob) < HEAD_BYTES + TAG_BYTES or blob[:1] != VERSION:
        return None
    return blob[KEY_ID].hex()
