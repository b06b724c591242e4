"""Ways to tamper with a small log, each with the class and the range of events that have to be named first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.ledger.checkpoint import Checkpoint, Signer
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.findings import Kind
from casework.ledger.merkle import root_of
from tests.unit.ledger.building import Log, build

LOG = build([1, 1, 1, 1, 1, 1])
GROUPED = build([3, 1, 3], b"grouped")
"""Heads of sizes 3, 4 and 7."""
FORGER = Signer.holding(LOG.signer.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def without(items: Sequence[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def swapped(items: Sequence[Any], one: int, two: int) -> list[Any]:
    changed = list(items)
    changed[one], changed[two] = changed[two], changed[one]
    return changed


def with_(items: Sequence[Any], index: int, *new: Any) -> list[Any]:
    return [*items[:index], *new, *items[index:]]


def envelope(event: StoredEvent, **changed: Any) -> StoredEvent:
    """Change an envelope's content and the row with it, as somebody who knows the format would."""
    envelope = replace(Envelope.from_bytes(event.envelope), **changed)
    row = {name: getattr(envelope, name) for name in ("log", "pos", "stream", "n")}
    return replace(event, envelope=envelope.to_bytes(), **row)


def altered(whose: Log, index: int, **changed: Any) -> list[StoredEvent]:
    events = list(whose.events)
    events[index] = envelope(events[index], **changed)
    return events


def resign(
    log: Log, events: Sequence[StoredEvent], heads: Sequence[str], signer: Signer, since: int
) -> list[str]:
    """Write heads anew for changed events from a size on, with a key that is or is not the log's."""
    sizes = [int(note.split("\n")[1]) for note in heads]
    leaves = [event.envelope for event in events]
    return [
        note
        if size < since
        else signer.sign_note(Checkpoint(signer.name, size, root_of(leaves[:size])).text())
        for size, note in zip(sizes, heads, strict=True)
    ]


ATTACKS: dict[str, tuple[Callable[[], dict[str, Any]], Kind, int, int]] = {
    "first event removed": (lambda: {"events": without(LOG.events, 0)}, Kind.REMOVED, 0, 0),
    "event removed": (lambda: {"events": without(LOG.events, 2)}, Kind.REMOVED, 2, 2),
    "two events removed": (
        lambda: {"events": without(without(LOG.events, 3), 2)},
        Kind.REMOVED,
        2,
        3,
    ),
    "grouped: event removed": (lambda: {"events": without(GROUPED.events, 5)}, Kind.REMOVED, 5, 5),
    "last event removed": (lambda: {"events": LOG.events[:-1]}, Kind.CUT_SHORT, 5, 5),
    "last three events removed": (lambda: {"events": LOG.events[:-3]}, Kind.CUT_SHORT, 3, 5),
    "all events removed": (lambda: {"events": []}, Kind.CUT_SHORT, 0, 5),
    "event removed with its head": (
        lambda: {"events": without(LOG.events, 2), "heads": without(LOG.heads, 2)},
        Kind.REMOVED,
        2,
        2,
    ),
    "removed and renumbered": (
        lambda: {
            "events": [
                *LOG.events[:2],
                *(envelope(event, pos=event.pos - 1) for event in LOG.events[3:]),
            ]
        },
        Kind.ALTERED,
        2,
        2,
    ),
    "copy inserted": (lambda: {"events": with_(LOG.events, 4, LOG.events[1])}, Kind.INSERTED, 4, 4),
    "copy of the event before inserted": (
        lambda: {"events": with_(LOG.events, 2, LOG.events[1])},
        Kind.INSERTED,
        2,
        2,
    ),
    "own event inserted under the place's number": (
        lambda: {"events": with_(LOG.events, 2, envelope(LOG.events[2], command=LOG.log))},
        Kind.INSERTED,
        2,
        3,
    ),
    "own event inserted after the one of its number": (
        lambda: {"events": with_(LOG.events, 3, envelope(LOG.events[2], command=LOG.log))},
        Kind.INSERTED,
        3,
        3,
    ),
    "event of a far number inserted": (
        lambda: {"events": with_(LOG.events, 2, envelope(LOG.events[2], pos=99))},
        Kind.INSERTED,
        2,
        2,
    ),
    "event of the number after the last one inserted": (
        lambda: {"events": with_(LOG.events, 2, envelope(LOG.events[2], pos=6))},
        Kind.INSERTED,
        2,
        2,
    ),
    "rubbish inserted": (lambda: {"events": with_(LOG.events, 2, b"rubbish")}, Kind.INSERTED, 2, 2),
    "event of an unknown version inserted": (
        lambda: {"events": with_(LOG.events, 2, b'{"v":2}')},
        Kind.INSERTED,
        2,
        3,
    ),
    "copy appended": (lambda: {"events": [*LOG.events, LOG.events[0]]}, Kind.INSERTED, 6, 6),
    "rubbish appended": (lambda: {"events": [*LOG.events, b""]}, Kind.INSERTED, 6, 6),
    "event appended without a head": (
        lambda: {"events": [*LOG.events, envelope(LOG.events[5], pos=6, n=4)]},
        Kind.NOT_COVERED,
        6,
        6,
    ),
    "neighbours swapped": (lambda: {"events": swapped(LOG.events, 2, 3)}, Kind.REORDERED, 2, 3),
    "distant events swapped": (lambda: {"events": swapped(LOG.events, 0, 5)}, Kind.REORDERED, 0, 5),
    "log reversed": (lambda: {"events": LOG.events[::-1]}, Kind.REORDERED, 0, 5),
    "event moved to the end": (
        lambda: {"events": [*without(LOG.events, 1), LOG.events[1]]},
        Kind.REORDERED,
        1,
        5,
    ),
    "envelopes swapped under their rows": (
        lambda: {
            "events": [
                *LOG.events[:1],
                replace(LOG.events[1], envelope=LOG.events[2].envelope),
                replace(LOG.events[2], envelope=LOG.events[1].envelope),
                *LOG.events[3:],
            ]
        },
        Kind.REORDERED,
        1,
        2,
    ),
    "overwritten with a copy": (
        lambda: {"events": [*LOG.events[:3], LOG.events[1], *LOG.events[4:]]},
        Kind.ALTERED,
        3,
        3,
    ),
    "time changed": (
        lambda: {"events": altered(LOG, 2, recorded="2026-03-02T09:31:00.000Z")},
        Kind.ALTERED,
        2,
        2,
    ),
    "stream changed": (lambda: {"events": altered(LOG, 2, stream=LOG.log, n=1)}, Kind.ALTERED, 2, 2),
    "number in its stream changed": (lambda: {"events": altered(LOG, 2, n=7)}, Kind.ALTERED, 2, 2),
    "position changed": (lambda: {"events": altered(LOG, 2, pos=4)}, Kind.ALTERED, 2, 2),
    "position of the last event changed": (lambda: {"events": altered(LOG, 5, pos=9)}, Kind.ALTERED, 5, 5),
    "log changed": (lambda: {"events": altered(LOG, 0, log=LOG.events[0].stream)}, Kind.ALTERED, 0, 0),
    "command changed": (lambda: {"events": altered(LOG, 5, command=LOG.log)}, Kind.ALTERED, 5, 5),
    "made unreadable": (lambda: {"events": LOG.change(3, envelope=b"{}")}, Kind.ALTERED, 3, 3),
    "made nothing": (lambda: {"events": LOG.change(3, envelope=None)}, Kind.ALTERED, 3, 3),
    "made a text": (lambda: {"events": LOG.change(3, envelope="text")}, Kind.ALTERED, 3, 3),
    "version changed": (
        lambda: {"events": LOG.change(3, envelope=LOG.events[3].envelope.replace(b'"v":1', b'"v":2'))},
        Kind.ALTERED,
        3,
        3,
    ),
    "white space added": (
        lambda: {"events": LOG.change(3, envelope=LOG.events[3].envelope + b" ")},
        Kind.ALTERED,
        3,
        3,
    ),
    "grouped: one event changed": (
        lambda: {"events": altered(GROUPED, 5, recorded="2026-03-03T00:00:00.000Z")},
        Kind.ALTERED,
        4,
        6,
    ),
    "grouped: position changed": (lambda: {"events": altered(GROUPED, 5, pos=50)}, Kind.ALTERED, 5, 5),
    "facts changed": (lambda: {"events": LOG.change(1, facts=b'{"kind":"annulled"}')}, Kind.ALTERED, 1, 1),
    "salt changed": (lambda: {"events": LOG.change(1, facts_salt=bytes(32))}, Kind.ALTERED, 1, 1),
    "salt shortened": (lambda: {"events": LOG.change(1, facts_salt=b"")}, Kind.ALTERED, 1, 1),
    "facts gone, salt left": (lambda: {"events": LOG.change(1, facts=None)}, Kind.ALTERED, 1, 1),
    "salt gone, facts left": (lambda: {"events": LOG.change(1, facts_salt=None)}, Kind.ALTERED, 1, 1),
    "facts made a text": (lambda: {"events": LOG.change(1, facts="{}")}, Kind.ALTERED, 1, 1),
    "body exchanged": (lambda: {"events": LOG.change(1, sealed=LOG.events[3].sealed)}, Kind.ALTERED, 1, 1),
    "body emptied": (lambda: {"events": LOG.change(1, sealed=b"")}, Kind.ALTERED, 1, 1),
    "row moved to another stream": (lambda: {"events": LOG.change(1, stream=LOG.log)}, Kind.ALTERED, 1, 1),
    "row given another number": (lambda: {"events": LOG.change(1, n=9)}, Kind.ALTERED, 1, 1),
    "row given a text for a place": (lambda: {"events": LOG.change(1, pos="1")}, Kind.ALTERED, 1, 1),
    "head removed": (lambda: {"heads": without(LOG.heads, 2)}, Kind.HEAD_MISSING, 2, 2),
    "last head removed": (lambda: {"heads": LOG.heads[:-1]}, Kind.NOT_COVERED, 5, 5),
    "last two heads removed": (lambda: {"heads": LOG.heads[:-2]}, Kind.NOT_COVERED, 4, 5),
    "all heads removed": (lambda: {"heads": []}, Kind.NOT_COVERED, 0, 5),
    "head not text": (lambda: {"heads": [*LOG.heads[:2], None, *LOG.heads[3:]]}, Kind.HEAD_MISSING, 2, 2),
    "head by another key": (
        lambda: {"heads": resign(LOG, LOG.events, LOG.heads[:3], FORGER, 3) + list(LOG.heads[3:])},
        Kind.HEAD_FORGED,
        2,
        2,
    ),
    "event and all later heads rewritten without the key": (
        lambda: {
            "events": altered(LOG, 3, command=LOG.log),
            "heads": resign(LOG, altered(LOG, 3, command=LOG.log), LOG.heads, FORGER, 4),
        },
        Kind.HEAD_FORGED,
        3,
        3,
    ),
    "event and the next head rewritten without the key": (
        lambda: {
            "events": altered(LOG, 3, command=LOG.log),
            "heads": [
                *resign(LOG, altered(LOG, 3, command=LOG.log), LOG.heads[:4], FORGER, 4),
                *LOG.heads[4:],
            ],
        },
        Kind.ALTERED,
        3,
        4,
    ),
    "event changed and all later heads removed": (
        lambda: {"events": altered(LOG, 3, command=LOG.log), "heads": LOG.heads[:3]},
        Kind.NOT_COVERED,
        3,
        5,
    ),
    "event changed, all heads but the last removed": (
        lambda: {"events": altered(LOG, 3, command=LOG.log), "heads": LOG.heads[-1:], "every_head": False},
        Kind.ALTERED,
        0,
        5,
    ),
    "cut off with its heads, but a letter remembers": (
        lambda: {"events": LOG.events[:4], "heads": LOG.heads[:4], "witnesses": [LOG.heads[5]]},
        Kind.ROLLED_BACK,
        4,
        5,
    ),
    "rewritten with the key, but a letter remembers": (
        lambda: {
            "events": altered(LOG, 3, command=LOG.log),
            "heads": resign(LOG, altered(LOG, 3, command=LOG.log), LOG.heads, LOG.signer, 4),
            "witnesses": [LOG.heads[1], LOG.heads[4]],
        },
        Kind.ROLLED_BACK,
        2,
        4,
    ),
    "a letter with a forged checkpoint": (
        lambda: {"witnesses": resign(LOG, LOG.events, LOG.heads[4:5], FORGER, 0)},
        Kind.HEAD_FORGED,
        4,
        4,
    ),
    "two histories signed": (
        lambda: {
            "heads": [
                *LOG.heads,
                LOG.signer.sign_note(Checkpoint(LOG.signer.name, 3, bytes(32)).text()),
            ]
        },
        Kind.HEAD_CONTRADICTS,
        2,
        2,
    ),
    "two histories signed at the end": (
        lambda: {
            "heads": [
                *LOG.heads,
                LOG.signer.sign_note(Checkpoint(LOG.signer.name, 6, bytes(32)).text()),
            ]
        },
        Kind.HEAD_CONTRADICTS,
        5,
        5,
    ),
    "an empty log signed otherwise": (
        lambda: {
            "heads": [*LOG.heads, LOG.signer.sign_note(Checkpoint(LOG.signer.name, 0, bytes(32)).text())]
        },
        Kind.HEAD_CONTRADICTS,
        0,
        0,
    ),
    "removed here, altered there": (
        lambda: {"events": without(LOG.change(4, facts=b"{}"), 1)},
        Kind.REMOVED,
        1,
        1,
    ),
    "altered here, removed there": (
        lambda: {"events": without(LOG.change(1, facts=b"{}"), 4)},
        Kind.ALTERED,
        1,
        1,
    ),
}
