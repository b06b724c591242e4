"""Ids and case references: random, so that they tell neither time, nor order, nor how many there are.

An id is a UUID of version 4 in lower case. A case reference is for people: `ASH-26-7KQ4` is the school's
prefix, the year, and four characters of Crockford's base 32, which leaves out I, L, O and U.
"""

from __future__ import annotations

import builtins
import hashlib
import os
import re
from typing import Final, Protocol

from casework.base.errors import BadInput

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("ILO", "110")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_PREFIX: Final = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_REFERENCE: Final = re.compile(r"([A-Z][A-Z0-9]{1,5})-([0-9]{2})-([0-9A-Z]{4})")


class Dice(Protocol):
    """Where randomness comes from; handed in, so that a ledger can be made again byte for byte."""

    def bytes(self, n: int) -> builtins.bytes:
        """Return the next `n` random bytes."""
        ...


class SystemDice:
    """The operating system's secure randomness: the dice of every real record."""

    def bytes(self, n: int) -> builtins.bytes:
        """Return `n` unpredictable bytes."""
        return os.urandom(n)  # what secrets.token_bytes calls, without its imports


class SeededDice:
    """A stream of bytes that `seed` alone decides; for golden files, scenarios and tests, never for secrets.

    Block i of the stream is SHA-256(seed, then i as 8 bytes, most significant first), from i = 0. How the
    stream is cut into calls makes no difference to it.
    """

    def __init__(self, seed: builtins.bytes) -> None:
        self._seed = seed
        self._block = 0
        self._left = b""

    def bytes(self, n: int) -> builtins.bytes:
        """Return the next `n` bytes of the stream."""
        while len(self._left) < n:
            self._left += hashlib.sha256(self._seed + self._block.to_bytes(8, "big")).digest()
            self._block += 1
        taken, self._left = self._left[:n], self._left[n:]
        return taken


def new_id(dice: Dice) -> str:
    """Return a new UUIDv4 in lower case, from 16 bytes of `dice`."""
    raw = bytearray(dice.bytes(16))
    raw[6] = raw[6] & 0x0F | 0x40  # version 4 (RFC 9562 section 5.4)
    raw[8] = raw[8] & 0x3F | 0x80  # variant
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def parse_id(text: str) -> str:
    """Return `text` if it is an id exactly as casework writes it.

    Raises:
        BadInput: not a UUID of version 4 in lower case.
    """
    if not _ID.fullmatch(text):
        raise BadInput(f"{text!a} is not an id.", remedy="Give a UUID of version 4 in lower case.")
    return text


def new_reference(dice: Dice, prefix: str, year: int) -> str:
    """Return a new case reference such as `ASH-26-7KQ4`; whoever stores it checks that it is new.

    Args:
        dice: gives 3 bytes, of which 20 bits are used.
        prefix: the school's own, 2 to 6 capital letters or digits, a letter first.
        year: the year in full, such as 2026.

    Raises:
        BadInput: the prefix or the year is not of that form.
    """
    if not _PREFIX.fullmatch(prefix):
        raise BadInput(
            f"{prefix!a} cannot begin a case reference.",
            remedy="Use 2 to 6 capital letters or digits, beginning with a letter, such as ASH.",
        )
    if not 2000 <= year <= 2099:
        raise BadInput(
            f"{year} is not a year of this century.", remedy="Give the year in full, such as 2026."
        )
    bits = int.from_bytes(dice.bytes(3), "big") >> 4
    return f"{prefix}-{year % 100:02}-" + "".join(ALPHABET[bits >> shift & 31] for shift in (15, 10, 5, 0))


def parse_reference(text: str) -> str:
    """Return the case reference that somebody meant: in capitals, with I and L read as 1 and O as 0.

    Raises:
        BadInput: `text` does not look like a case reference.
    """
    match = _REFERENCE.fullmatch(text.strip().upper())
    tail = match[3].translate(_MISREAD) if match else ""
    if not match or "U" in tail:
        raise BadInput(f"{text!a} is not a case reference.", remedy="It looks like ASH-26-7KQ4.")
    return f"{match[1]}-{match[2]}-{tail}"
