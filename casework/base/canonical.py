"""Canonical JSON: one value, one sequence of bytes, so that bytes can be hashed, signed and compared.

The form is RFC 8785 (JSON Canonicalization Scheme), restricted so that no reader can differ:

- values are objects, arrays, strings, integers and booleans; there is no float and no null;
- an integer is smaller than 2^53 in magnitude, which every JSON reader holds exactly;
- a key is ASCII, so that sorting by code point and by UTF-16 unit is the same thing;
- a string is valid Unicode in normal form C; it is refused otherwise, never quietly changed;
- objects and arrays nest at most `MAX_DEPTH` deep.

Only the exact types `dict`, `list`, `str`, `int` and `bool` are admitted: a subclass would come back as
something else. Stored bytes are hashed as they stand; nothing is encoded again in order to verify it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any, Final

from casework.base.errors import BadInput

MAX_DEPTH: Final = 32
"""How many objects and arrays may enclose one another; `[]` is one."""

_LIMIT: Final = 2**53

# Kept for ever: building an encoder costs more than encoding an event. A cycle is caught by MAX_DEPTH.
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


class NotCanonical(BadInput):
    """A value has no canonical form, or bytes are not in canonical form."""

    code = "not-canonical"


def canonical_bytes(value: object) -> bytes:
    """Return the canonical bytes of `value`.

    Raises:
        NotCanonical: a float, null, other type or subclass; an integer of 2^53 or more; a key that is not
            ASCII text; a string that is not Unicode in normal form C; deeper than `MAX_DEPTH`.
    Source: RFC 8785 section 3.2.
    """
    _check(value, MAX_DEPTH)
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:  # only ASCII strings and well-formed ones get here, unless half a pair is left
        raise NotCanonical("A string holds half of a surrogate pair, which is not Unicode.") from None


def parse_canonical(data: bytes) -> Any:
    """Return the value whose canonical bytes are exactly `data`.

    Raises:
        NotCanonical: `data` is not JSON in UTF-8, holds what `canonical_bytes` refuses, or would be
            written differently (white space, key order, a key given twice, escapes, `-0`, trailing bytes).
    """
    try:
        value = json.loads(data.decode())
    except (AttributeError, ValueError, RecursionError) as problem:
        # AttributeError: text where a database should have given back bytes.
        # ValueError covers bad UTF-8, bad JSON and an integer of more digits than Python will read.
        raise NotCanonical(f"The bytes are not canonical JSON: {_reason(problem)}.") from None
    again = canonical_bytes(value)
    if again != data:
        at = next((i for i, (a, b) in enumerate(zip(again, data, strict=False)) if a != b), len(again))
        raise NotCanonical(f"The bytes are not in canonical form: they differ from it at byte {at}.", at=at)
    return value


def sha256_hex(data: bytes) -> str:
    """Return SHA-256 of `data` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def has_digest(data: object, digest: str) -> bool:
    """Say whether `data` are bytes whose SHA-256 is `digest`; a database may give back anything."""
    return isinstance(data, bytes) and sha256_hex(data) == digest


def _check(value: object, room: int) -> None:
    """Refuse what the restricted form does not admit; `room` is how many levels are left."""
    kind = type(value)
    if kind is str:
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):  # type: ignore[attr-defined,arg-type]
            raise NotCanonical("A string is not in Unicode normal form C.")
    elif kind is dict:
        if not room:
            raise NotCanonical(f"The value is nested more than {MAX_DEPTH} deep.")
        for key, item in value.items():  # type: ignore[attr-defined]
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"A key must be ASCII text, not {key!a}.")
            if type(item) is not str or not item.isascii():  # most are, and each call costs
                _check(item, room - 1)
    elif kind is int:
        if not -_LIMIT < value < _LIMIT:  # type: ignore[operator]
            raise NotCanonical("An integer must be smaller than 2^53 in magnitude.")
    elif kind is list:
        if not room:
            raise NotCanonical(f"The value is nested more than {MAX_DEPTH} deep.")
        for item in value:  # type: ignore[attr-defined]
            _check(item, room - 1)
    elif kind is not bool:
        raise NotCanonical(f"A value of type {kind.__name__} has no canonical form.")


def _reason(problem: Exception) -> str:
    """Say in a few words why bytes could not be read."""
    if isinstance(problem, json.JSONDecodeError):
        return f"{problem.msg} at character {problem.pos}"
    if isinstance(problem, UnicodeDecodeError):
        return f"not UTF-8 at byte {problem.start}"
    if isinstance(problem, AttributeError):
        return "text, not bytes"
    return "nested too deep" if isinstance(problem, RecursionError) else "an integer is too long"
