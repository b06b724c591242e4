"""What can be checked of one stored event by itself, and of its place after the event before it.

Nothing here trusts the types of what a database gives back: text where bytes belong is a finding, no crash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from casework.base.canonical import NotCanonical, parse_canonical, sha256_hex
from casework.ledger.blob import sealed_under
from casework.ledger.commitment import FACTS_TAG, SALT_BYTES, commit
from casework.ledger.errors import NotAnEnvelope, UnknownVersion
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.findings import Kind, Part

_NOTHING: Final = b""


@dataclass(slots=True)
class Checked:
    """One event as it was read: its envelope if that can be read, and what is wrong with it by itself.

    Args:
        data: the envelope's bytes.
        envelope: None if unreadable or of a version that is not known.
        unknown: whether it is of a version that is not known.
        unreadable: whether it is no envelope at all.
        row_pos: the position that the store's row says; None if only an envelope was given.
        faults: part and sentence (without subject) for each thing that is wrong.
        has_facts, has_body: whether there were facts, or a sealed body, to check.
        key: id of the key that the sealed body says it is under; empty if it says none.
        new_key: id of the key that the facts announce for their stream; empty if they announce none.
    """

    data: bytes
    envelope: Envelope | None = None
    unknown: bool = False
    unreadable: bool = False
    row_pos: int | None = None
    faults: list[tuple[Part, str]] = field(default_factory=list)
    has_facts: bool = False
    has_body: bool = False
    key: str = ""
    new_key: str = ""


def check_event(item: StoredEvent | bytes) -> Checked:
    """Read an event and check it by itself: form, row, commitment of the facts, hash of the sealed body."""
    stored = item if isinstance(item, StoredEvent) else None
    checked = Checked(_bytes(stored.envelope if stored else item) or _NOTHING)
    try:
        checked.envelope = Envelope.from_bytes(checked.data)
    except UnknownVersion:
        checked.unknown = True
    except NotAnEnvelope:
        checked.unreadable = True
        checked.faults.append(("envelope", "has an envelope that cannot be read"))
    if stored is not None:
        checked.row_pos = _int(stored.pos)
        if checked.envelope is not None:
            _check_row(stored, checked.envelope, checked)
            _check_parts(stored, checked.envelope, checked)
    return checked


def _check_row(stored: StoredEvent, envelope: Envelope, checked: Checked) -> None:
    """Compare the store's columns with the envelope: a row moved to another case would hide there."""
    row = (stored.log, stored.pos, stored.stream, stored.n)
    if row != (envelope.log, envelope.pos, envelope.stream, envelope.n):
        checked.faults.append(("row", "stands in the store under another log, place or stream than it says"))


def _check_parts(stored: StoredEvent, envelope: Envelope, checked: Checked) -> None:
    """Check facts against their commitment and the sealed body against its hash, as far as they are there."""
    facts, salt, sealed = _bytes(stored.facts), _bytes(stored.facts_salt), _bytes(stored.sealed)
    if (facts is None) != (salt is None):
        # Erasing takes both. One without the other proves nothing and was not left by an erasure.
        checked.faults.append(("facts", "has lost either its facts or their salt"))
    elif facts is not None and salt is not None:
        checked.has_facts = True
        if len(salt) != SALT_BYTES or commit(FACTS_TAG, salt, facts) != envelope.facts_commit:
            checked.faults.append(("facts", "has facts that are not the ones it commits to"))
        else:
            checked.new_key = _announced(facts)
    if sealed is not None:
        checked.has_body = True
        if sha256_hex(sealed) != envelope.sealed_sha256:
            checked.faults.append(("body", "has a sealed body that is not the one that was recorded"))
        else:
            checked.key = sealed_under(sealed) or ""


class Succession:
    """Whether each event follows the ones before it: its number in its stream, its time, and its key.

    The first key of a stream is the one that its first body is under; every other one is announced by the facts of an
    event, at the latest by those of the first event whose body is under it.
    """

    def __init__(self) -> None:
        self._due: dict[str, tuple[int, ...]] = {}
        self._keys: dict[str, set[str]] = {}
        self._recorded = ""
        self._gaps = False

    def skip(self) -> None:
        """Pass an event of an unknown version: it may belong to any stream, so numbers may now be missing."""
        self._gaps = True

    def faults(self, envelope: Envelope, checked: Checked) -> list[tuple[Kind, str]]:
        """Return what is wrong with the place of an event, as a class and a sentence without subject."""
        found: list[tuple[Kind, str]] = []
        keys = self._keys.setdefault(envelope.stream, set())
        if checked.new_key:
            keys.add(checked.new_key)
        if checked.key:
            if keys and checked.has_facts and checked.key not in keys:
                found.append((Kind.MALFORMED, "is sealed under a key that its stream does not announce"))
            keys.add(checked.key)
        due, n = self._due.get(envelope.stream, (1,)), envelope.n
        if n in due or (self._gaps and n > due[0]):
            self._due[envelope.stream] = (n + 1,)
        else:
            found.append((Kind.REMOVED if n > due[0] else Kind.INSERTED, _says_n(n, due[0])))
            # Either this event or the count is wrong: the next one may continue from either.
            self._due[envelope.stream] = (due[0] + 1, n + 1)
        if envelope.recorded < self._recorded:
            found.append((Kind.MALFORMED, "says that it was recorded before the event that it follows"))
        self._recorded = max(self._recorded, envelope.recorded)
        return found


def _announced(facts: bytes) -> str:
    """Return the id of the key that facts announce; only facts that may do so are read."""
    if b'"new_key"' not in facts:
        return ""
    try:
        read = parse_canonical(facts)
    except NotCanonical:
        return ""
    announced = read.get("new_key") if isinstance(read, dict) else None
    return announced if isinstance(announced, str) else ""


def _says_n(n: int, due: int) -> str:
    """Say that a number in a stream does not follow."""
    return f"says that it is number {n} of its stream, where number {due} is due"


def _int(value: object) -> int | None:
    """Return an integer as it is, and None for anything else."""
    return value if isinstance(value, int) else None


def _bytes(value: object) -> bytes | None:
    """Return bytes as they are; None for None; for anything else nothing, which then fails its check."""
    if value is None or isinstance(value, bytes):
        return value
    return _NOTHING
