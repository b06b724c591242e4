"""Salted commitments: what an envelope says of facts and body without betraying them.

A commitment is SHA-256(tag ‖ salt ‖ data). The tag is one of the constants below and says what is
committed to; the salt is 32 random bytes. Both have one length for each use, so no two inputs run together.
Whoever has salt and data can check it; without the salt not even a guess can be confirmed, so that
destroying the salt forgets (docs/reference/formats.md, "Commitments"). The id of a stream's key is one too, with the
key itself for its salt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from casework.base.errors import BadInput

FACTS_TAG: Final = b"casework/facts/v1\n"
BODY_TAG: Final = b"casework/body/v1\n"
FILE_TAG: Final = b"casework/file/v1\n"
KEY_TAG: Final = b"casework/key/v1\n"
SALT_BYTES: Final = 32


def commit(tag: bytes, salt: bytes, data: bytes) -> str:
    """Return SHA-256(tag ‖ salt ‖ data) as 64 lower-case hexadecimal digits.

    Raises:
        BadInput: the salt is not of 32 bytes.
    """
    _check_salt(salt)
    return hashlib.sha256(tag + salt + data).hexdigest()


def commit_chunks(tag: bytes, salt: bytes, chunks: Iterable[bytes]) -> str:
    """Return the commitment to a long text that comes in pieces: that of the pieces joined.

    Raises:
        BadInput: the salt is not of 32 bytes.
    """
    _check_salt(salt)
    digest = hashlib.sha256(tag + salt)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _check_salt(salt: bytes) -> None:
    """Refuse a salt of another length; the message does not show it."""
    if len(salt) != SALT_BYTES:
        raise BadInput(f"A salt has {SALT_BYTES} bytes, not {len(salt)}.")
