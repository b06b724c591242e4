"""Which keys signed a log, and under which origins: as the school's own stream and the log's signed heads tell.

A change of key is an event of the school's stream. There the old key also signs the new one by itself, so that whoever
knows only the old one, because a backup is from before the change, can follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.ledger.key_line import KeyLine, Rotation, follow
from casework.services.audit_around import read_facts
from casework.services.audit_erasures import earlier_origins

if TYPE_CHECKING:
    from casework.ledger.event import StoredEvent
    from casework.services.school import School
    from casework.store.reader import Reader
    from casework.store.rows import Log

ROTATED: Final = "key_rotated"
"""The kind of event that says that the key was changed."""

VOUCHED: Final = "casework key v1"
"""The first line of a note by which an old key vouches for a new one; the origin and the new key follow."""


def vouching(origin: str, fresh: bytes) -> str:
    """Return the text that an old key signs to vouch for a new one."""
    return f"{VOUCHED}\n{origin}\n{fresh.hex()}\n"


def rotations_of(reader: Reader, school: School) -> dict[str, list[Rotation]]:
    """Return each change of key that a school's own stream tells of, by log; whether it was signed, the heads show."""
    told: dict[str, list[Rotation]] = {}
    for facts in map(read_facts, _own_events(reader, school)):
        if facts is None or facts.get("kind") != ROTATED:
            continue
        try:
            before, after = bytes.fromhex(facts["before"]), bytes.fromhex(facts["after"])
            for name, size in facts["sizes"].items():
                told.setdefault(name, []).append(Rotation(int(size), before, after))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
    return told


def _own_events(reader: Reader, school: School) -> list[StoredEvent]:
    """The events of the school's own stream: the one that its log begins with, whatever its settings say now."""
    log = reader.log_of(school.id, "cases")
    first = reader.event_at(log.log, 0) if log is not None else None
    return reader.events_of(first.stream if first is not None else school.stream)


def vouched_keys(reader: Reader, school: School) -> list[str]:
    """Return the signed notes by which each key of a school's cases vouched for the next one, oldest first."""
    told = (read_facts(event) or {} for event in reader.events_of(school.stream))
    return [str(facts["vouched"]) for facts in told if facts.get("kind") == ROTATED and "vouched" in facts]


def key_line(reader: Reader, school: School, log: Log) -> KeyLine:
    """Return the keys of a log, under each of its origins.

    Raises:
        BadInput: the log's origin or its key is not of its form.
    """
    told = follow(log.public_key, rotations_of(reader, school).get(log.name, []))
    return KeyLine(
        log.origin, log.public_key, told, tuple(earlier_origins(reader.heads(log.log), log.origin))
    )
