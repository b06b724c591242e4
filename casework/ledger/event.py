"""An event's shapes on its way into the log, and its envelope: the Merkle leaf.

The envelope is canonical JSON with exactly these members, in this order and always all of them:

    body_commit, command, facts_commit, log, n, pos, recorded, sealed_sha256, stream, v

Hashes are 64 lower-case hexadecimal digits, ids are UUIDv4 in lower case, `recorded` is an instant in UTC
with milliseconds, `pos` counts from 0 in the log, `n` from 1 in the stream, `v` is 1. `v: 1` fixes the whole
suite: SHA-256, AES-256-GCM, RFC 6962, Ed25519, canonical JSON. The bytes are stored and hashed as they are.

Source: architecture, "Event" and "Small print of the formats"; docs/reference/formats.md, "Envelope".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from casework.base.canonical import NotCanonical, parse_canonical
from casework.ledger.errors import NotAnEnvelope, UnknownVersion

VERSION: Final = 1

_HASH = "[0-9a-f]{64}"
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_COUNT = "0|[1-9][0-9]{0,15}"
_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
# One pattern that only canonical bytes match is the whole check of form: faster than reading JSON and
# writing it again, and with nothing in between that could be lenient. A test holds it against `canonical`.
_ENVELOPE: Final = re.compile(
    f'{{"body_commit":"({_HASH})","command":"({_ID})","facts_commit":"({_HASH})","log":"({_ID})",'
    f'"n":({_COUNT}),"pos":({_COUNT}),"recorded":"({_INSTANT})","sealed_sha256":"({_HASH})",'
    f'"stream":"({_ID})","v":1}}'
)
_LIMIT: Final = 2**53


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the Merkle tree holds of an event: random ids, hashes, a time; nothing that names anybody."""

    log: str
    pos: int
    stream: str
    n: int
    command: str
    recorded: str
    facts_commit: str
    body_commit: str
    sealed_sha256: str

    def to_bytes(self) -> bytes:
        """Return the canonical bytes; what comes in is not checked, since it has just been made or read."""
        return (
            f'{{"body_commit":"{self.body_commit}","command":"{self.command}"'
            f',"facts_commit":"{self.facts_commit}","log":"{self.log}","n":{self.n},"pos":{self.pos}'
            f',"recorded":"{self.recorded}","sealed_sha256":"{self.sealed_sha256}"'
            f',"stream":"{self.stream}","v":1}}'
        ).encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> Envelope:
        """Return the envelope whose bytes are exactly `data`.

        Raises:
            UnknownVersion: canonical JSON that says another `v`.
            NotAnEnvelope: anything else that is not byte for byte an envelope of version 1.
        """
        match = _ENVELOPE.fullmatch(data.decode("latin-1"))  # byte for byte; only ASCII can match
        if not match:
            raise _refusal(data)
        body_commit, command, facts_commit, log, n, pos, recorded, sealed_sha256, stream = match.groups()
        if not (0 < int(n) < _LIMIT and int(pos) < _LIMIT and _is_day(recorded[:10])):
            raise NotAnEnvelope("An envelope holds a number or a date that cannot be.")
        return cls(log, int(pos), stream, int(n), command, recorded, facts_commit, body_commit, sealed_sha256)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened, about to be recorded.

    Args:
        stream: id of the stream that it belongs to.
        facts: typed values for canonical JSON, with a `kind`; readable inside the organisation.
        body: names and texts for canonical JSON, to be sealed; may be empty.
    """

    stream: str
    facts: Mapping[str, Any]
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        """The kind of event, from its facts."""
        return str(self.facts["kind"])


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event sealed and committed to, before the log's lock is taken: it has no place in the log yet."""

    stream: str
    n: int
    facts_bytes: bytes
    facts_salt: bytes = field(repr=False)
    facts_commit: str
    body_commit: str
    sealed: bytes = field(repr=False)
    sealed_sha256: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as the store holds it; `facts_salt`, `facts` and `sealed` are None once erased.

    `log`, `pos`, `stream` and `n` repeat what the envelope says, for the store's indexes.
    """

    log: str
    pos: int
    stream: str
    n: int
    envelope: bytes
    facts_salt: bytes | None = field(repr=False)
    facts: bytes | None
    sealed: bytes | None = field(repr=False)


def _refusal(data: bytes) -> NotAnEnvelope | UnknownVersion:
    """Say why bytes are not an envelope of version 1."""
    try:
        value = parse_canonical(data)
    except NotCanonical as problem:
        return NotAnEnvelope(problem.message)
    version = value.get("v") if isinstance(value, dict) else None
    if type(version) is int and version != VERSION:
        return UnknownVersion(f"An envelope of version {version} is not known to this release.", v=version)
    return NotAnEnvelope("An envelope lacks a member, has one too many, or holds a value out of its form.")


@lru_cache(maxsize=4096)
def _is_day(text: str) -> bool:
    """Say whether `2026-02-30` and its like are days; a log has far fewer days than events."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
