"""Verification: every kind of tampering is found, and its first event named with its class."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.ledger import findings as found
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.checkpoint import Checkpoint, Signer
from casework.ledger.errors import UnknownVersion
from casework.ledger.event import Envelope, NewEvent, StoredEvent
from casework.ledger.findings import Kind, LedgerFault, LedgerFinding
from casework.ledger.merkle import root_of
from casework.ledger.verify import Verified, examine, verify, verify_event
from tests.unit.ledger.building import START, Log, build

LOG = build([1, 1, 1, 1, 1, 1])
GROUPED = build([3, 1, 3], b"grouped")
"""Heads of sizes 3, 4 and 7."""
FORGER = Signer.holding(LOG.signer.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def _first(findings: Sequence[LedgerFinding]) -> tuple[Kind, int | None, int | None]:
    assert findings
    return findings[0].kind, findings[0].pos, findings[0].last


def _without(items: Sequence[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def _swapped(items: Sequence[Any], one: int, two: int) -> list[Any]:
    changed = list(items)
    changed[one], changed[two] = changed[two], changed[one]
    return changed


def _with(items: Sequence[Any], index: int, *new: Any) -> list[Any]:
    return [*items[:index], *new, *items[index:]]


def _envelope(event: StoredEvent, **changed: Any) -> StoredEvent:
    """Change an envelope's content and the row with it, as somebody who knows the format would."""
    envelope = replace(Envelope.from_bytes(event.envelope), **changed)
    row = {name: getattr(envelope, name) for name in ("log", "pos", "stream", "n")}
    return replace(event, envelope=envelope.to_bytes(), **row)


def _at(whose: Log, index: int, **changed: Any) -> list[StoredEvent]:
    events = list(whose.events)
    events[index] = _envelope(events[index], **changed)
    return events


def _resign(
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


def test_an_untouched_log_verifies_and_says_what_was_checked() -> None:
    done = verify(LOG.events, LOG.heads, LOG.signer.public_key, origin=LOG.signer.name, log=LOG.log)
    root = root_of([event.envelope for event in LOG.events])
    assert done == Verified(size=6, root=root, events=6, heads=6, facts=6, bodies=6, unknown=0)
    assert LOG.examine() == GROUPED.examine() == []


def test_envelopes_alone_verify() -> None:
    leaves = [event.envelope for event in LOG.events]
    done = verify(leaves, LOG.heads, LOG.signer.public_key, origin=LOG.signer.name)
    assert (done.events, done.facts, done.bodies) == (6, 0, 0)


def test_an_empty_log_verifies() -> None:
    assert LOG.examine(events=[], heads=[]) == []
    done = verify([], [], LOG.signer.public_key, origin=LOG.signer.name)
    assert (done.size, done.events) == (0, 0)


def test_an_erased_log_still_verifies() -> None:
    bare = [replace(event, facts=None, facts_salt=None, sealed=None) for event in LOG.events]
    assert LOG.examine(events=bare) == []


def test_the_order_in_which_heads_are_given_does_not_matter() -> None:
    assert LOG.examine(heads=LOG.heads[::-1]) == []


ATTACKS: dict[str, tuple[Callable[[], dict[str, Any]], Kind, int, int]] = {
    "first event removed": (lambda: {"events": _without(LOG.events, 0)}, Kind.REMOVED, 0, 0),
    "event removed": (lambda: {"events": _without(LOG.events, 2)}, Kind.REMOVED, 2, 2),
    "two events removed": (
        lambda: {"events": _without(_without(LOG.events, 3), 2)},
        Kind.REMOVED,
        2,
        3,
    ),
    "grouped: event removed": (lambda: {"events": _without(GROUPED.events, 5)}, Kind.REMOVED, 5, 5),
    "last event removed": (lambda: {"events": LOG.events[:-1]}, Kind.CUT_SHORT, 5, 5),
    "last three events removed": (lambda: {"events": LOG.events[:-3]}, Kind.CUT_SHORT, 3, 5),
    "all events removed": (lambda: {"events": []}, Kind.CUT_SHORT, 0, 5),
    "event removed with its head": (
        lambda: {"events": _without(LOG.events, 2), "heads": _without(LOG.heads, 2)},
        Kind.REMOVED,
        2,
        2,
    ),
    "removed and renumbered": (
        lambda: {
            "events": [
                *LOG.events[:2],
                *(_envelope(event, pos=event.pos - 1) for event in LOG.events[3:]),
            ]
        },
        Kind.ALTERED,
        2,
        2,
    ),
    "copy inserted": (lambda: {"events": _with(LOG.events, 4, LOG.events[1])}, Kind.INSERTED, 4, 4),
    "copy of the event before inserted": (
        lambda: {"events": _with(LOG.events, 2, LOG.events[1])},
        Kind.INSERTED,
        2,
        2,
    ),
    "own event inserted under the place's number": (
        lambda: {"events": _with(LOG.events, 2, _envelope(LOG.events[2], command=LOG.log))},
        Kind.INSERTED,
        2,
        3,
    ),
    "own event inserted after the one of its number": (
        lambda: {"events": _with(LOG.events, 3, _envelope(LOG.events[2], command=LOG.log))},
        Kind.INSERTED,
        3,
        3,
    ),
    "event of a far number inserted": (
        lambda: {"events": _with(LOG.events, 2, _envelope(LOG.events[2], pos=99))},
        Kind.INSERTED,
        2,
        2,
    ),
    "rubbish inserted": (lambda: {"events": _with(LOG.events, 2, b"rubbish")}, Kind.INSERTED, 2, 2),
    "event of an unknown version inserted": (
        lambda: {"events": _with(LOG.events, 2, b'{"v":2}')},
        Kind.INSERTED,
        2,
        3,
    ),
    "copy appended": (lambda: {"events": [*LOG.events, LOG.events[0]]}, Kind.INSERTED, 6, 6),
    "rubbish appended": (lambda: {"events": [*LOG.events, b""]}, Kind.INSERTED, 6, 6),
    "event appended without a head": (
        lambda: {"events": [*LOG.events, _envelope(LOG.events[5], pos=6, n=4)]},
        Kind.NOT_COVERED,
        6,
        6,
    ),
    "neighbours swapped": (lambda: {"events": _swapped(LOG.events, 2, 3)}, Kind.REORDERED, 2, 3),
    "distant events swapped": (lambda: {"events": _swapped(LOG.events, 0, 5)}, Kind.REORDERED, 0, 5),
    "log reversed": (lambda: {"events": LOG.events[::-1]}, Kind.REORDERED, 0, 5),
    "event moved to the end": (
        lambda: {"events": [*_without(LOG.events, 1), LOG.events[1]]},
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
        lambda: {"events": _at(LOG, 2, recorded="2026-03-02T09:31:00.000Z")},
        Kind.ALTERED,
        2,
        2,
    ),
    "stream changed": (lambda: {"events": _at(LOG, 2, stream=LOG.log, n=1)}, Kind.ALTERED, 2, 2),
    "number in its stream changed": (lambda: {"events": _at(LOG, 2, n=7)}, Kind.ALTERED, 2, 2),
    "position changed": (lambda: {"events": _at(LOG, 2, pos=4)}, Kind.ALTERED, 2, 2),
    "position of the last event changed": (lambda: {"events": _at(LOG, 5, pos=9)}, Kind.ALTERED, 5, 5),
    "log changed": (lambda: {"events": _at(LOG, 0, log=LOG.events[0].stream)}, Kind.ALTERED, 0, 0),
    "command changed": (lambda: {"events": _at(LOG, 5, command=LOG.log)}, Kind.ALTERED, 5, 5),
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
        lambda: {"events": _at(GROUPED, 5, recorded="2026-03-03T00:00:00.000Z")},
        Kind.ALTERED,
        4,
        6,
    ),
    "grouped: position changed": (lambda: {"events": _at(GROUPED, 5, pos=50)}, Kind.ALTERED, 5, 5),
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
    "head removed": (lambda: {"heads": _without(LOG.heads, 2)}, Kind.HEAD_MISSING, 2, 2),
    "last head removed": (lambda: {"heads": LOG.heads[:-1]}, Kind.NOT_COVERED, 5, 5),
    "last two heads removed": (lambda: {"heads": LOG.heads[:-2]}, Kind.NOT_COVERED, 4, 5),
    "all heads removed": (lambda: {"heads": []}, Kind.NOT_COVERED, 0, 5),
    "head not text": (lambda: {"heads": [*LOG.heads[:2], None, *LOG.heads[3:]]}, Kind.HEAD_MISSING, 2, 2),
    "head by another key": (
        lambda: {"heads": _resign(LOG, LOG.events, LOG.heads[:3], FORGER, 3) + list(LOG.heads[3:])},
        Kind.HEAD_FORGED,
        2,
        2,
    ),
    "event and all later heads rewritten without the key": (
        lambda: {
            "events": _at(LOG, 3, command=LOG.log),
            "heads": _resign(LOG, _at(LOG, 3, command=LOG.log), LOG.heads, FORGER, 4),
        },
        Kind.HEAD_FORGED,
        3,
        3,
    ),
    "event and the next head rewritten without the key": (
        lambda: {
            "events": _at(LOG, 3, command=LOG.log),
            "heads": [
                *_resign(LOG, _at(LOG, 3, command=LOG.log), LOG.heads[:4], FORGER, 4),
                *LOG.heads[4:],
            ],
        },
        Kind.ALTERED,
        3,
        4,
    ),
    "event changed and all later heads removed": (
        lambda: {"events": _at(LOG, 3, command=LOG.log), "heads": LOG.heads[:3]},
        Kind.NOT_COVERED,
        3,
        5,
    ),
    "event changed, all heads but the last removed": (
        lambda: {"events": _at(LOG, 3, command=LOG.log), "heads": LOG.heads[-1:], "every_head": False},
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
            "events": _at(LOG, 3, command=LOG.log),
            "heads": _resign(LOG, _at(LOG, 3, command=LOG.log), LOG.heads, LOG.signer, 4),
            "witnesses": [LOG.heads[1], LOG.heads[4]],
        },
        Kind.ROLLED_BACK,
        2,
        4,
    ),
    "a letter with a forged checkpoint": (
        lambda: {"witnesses": _resign(LOG, LOG.events, LOG.heads[4:5], FORGER, 0)},
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
    "an empty log signed otherwise": (
        lambda: {
            "heads": [*LOG.heads, LOG.signer.sign_note(Checkpoint(LOG.signer.name, 0, bytes(32)).text())]
        },
        Kind.HEAD_CONTRADICTS,
        0,
        0,
    ),
    "removed here, altered there": (
        lambda: {"events": _without(LOG.change(4, facts=b"{}"), 1)},
        Kind.REMOVED,
        1,
        1,
    ),
    "altered here, removed there": (
        lambda: {"events": _without(LOG.change(1, facts=b"{}"), 4)},
        Kind.ALTERED,
        1,
        1,
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_tampering_is_found_and_its_first_event_named(name: str) -> None:
    attack, kind, pos, last = ATTACKS[name]
    changed = attack()
    log = GROUPED if name.startswith("grouped") else LOG
    findings = log.examine(**changed)
    assert _first(findings) == (kind, pos, last), findings
    with pytest.raises(LedgerFault) as caught:
        verify(
            changed.pop("events", log.events),
            changed.pop("heads", log.heads),
            log.signer.public_key,
            origin=log.signer.name,
            log=log.log,
            **changed,
        )
    assert (caught.value.kind, caught.value.pos) == (kind, pos)
    assert caught.value.exit_code == 1
    assert caught.value.details["others"] == len(findings) - 1
    assert type(caught.value).__name__.lower() == kind.value.replace("_", "")


def test_every_class_of_finding_has_its_attack() -> None:
    # A writer that signs rubbish is not an attack on the log; it has tests of its own below.
    assert {kind for _, kind, _, _ in ATTACKS.values()} == set(Kind) - {Kind.MALFORMED}


def test_several_findings_are_all_collected() -> None:
    events = list(LOG.change(1, facts=b"{}"))
    events[3] = replace(events[3], sealed=b"")
    findings = LOG.examine(events=_without(events, 4), heads=_without(LOG.heads, 0))
    assert [(finding.kind, finding.part, finding.pos) for finding in findings] == [
        (Kind.HEAD_MISSING, "head", 0),
        (Kind.ALTERED, "facts", 1),
        (Kind.ALTERED, "body", 3),
        (Kind.REMOVED, "envelope", 4),
    ]


def test_one_removed_event_is_one_finding() -> None:
    for log, index in ((LOG, 0), (LOG, 3), (GROUPED, 1), (GROUPED, 4)):
        findings = log.examine(events=_without(log.events, index))
        assert [finding.kind for finding in findings] == [Kind.REMOVED]


def test_the_wrong_public_key_vouches_for_nothing() -> None:
    findings = examine(LOG.events, LOG.heads, FORGER.public_key, origin=LOG.signer.name)
    assert {finding.kind for finding in findings} == {Kind.HEAD_FORGED, Kind.NOT_COVERED}
    with pytest.raises(BadInput):
        examine(LOG.events, LOG.heads, b"short", origin=LOG.signer.name)


def test_heads_of_another_log_vouch_for_nothing() -> None:
    other = build([1] * 6, b"other")
    findings = LOG.examine(heads=other.heads)
    assert findings[0].kind is Kind.HEAD_FORGED
    assert any(finding.kind is Kind.NOT_COVERED for finding in findings)


def test_another_log_than_the_one_expected_is_found() -> None:
    findings = LOG.examine(log=LOG.events[0].stream)
    assert _first(findings) == (Kind.MALFORMED, 0, 0)


def test_a_subset_of_heads_is_enough_where_not_every_head_is_at_hand() -> None:
    assert LOG.examine(heads=LOG.heads[-1:], every_head=False) == []
    assert len(LOG.examine(heads=LOG.heads[-1:])) == 5


def test_witnesses_that_agree_are_counted() -> None:
    done = verify(
        LOG.events, LOG.heads, LOG.signer.public_key, origin=LOG.signer.name, witnesses=LOG.heads[2:4]
    )
    assert done.heads == 8


def _signed_rubbish(log: Log, envelopes: Sequence[bytes]) -> list[LedgerFinding]:
    heads = [
        log.signer.sign_note(Checkpoint(log.signer.name, size, root_of(envelopes[:size])).text())
        for size in range(1, len(envelopes) + 1)
    ]
    return log.examine(events=envelopes, heads=heads)


@pytest.mark.parametrize(
    ("index", "changed"),
    [
        (2, {"pos": 7}),
        (2, {"n": 7}),
        (4, {"n": 1}),
        (2, {"log": "01e2e853-3f6b-44e4-99ec-3295f3556e81"}),
        (2, {"recorded": "2026-03-01T00:00:00.000Z"}),
    ],
)
def test_a_signed_log_that_breaks_the_rules_is_the_writers_fault(index: int, changed: dict[str, Any]) -> None:
    envelopes = [event.envelope for event in LOG.events]
    envelopes[index] = _envelope(LOG.events[index], **changed).envelope
    findings = _signed_rubbish(LOG, envelopes)
    assert _first(findings) == (Kind.MALFORMED, index, index)
    assert len(findings) == 1


def test_a_signed_event_that_is_no_envelope_is_the_writers_fault() -> None:
    envelopes = [event.envelope for event in LOG.events]
    envelopes[2] = b"not JSON"
    assert _first(_signed_rubbish(LOG, envelopes)) == (Kind.MALFORMED, 2, 2)


def test_an_unknown_version_is_verified_by_its_hash_alone() -> None:
    envelopes = [event.envelope for event in LOG.events]
    newer = parse_canonical(envelopes[2]) | {"v": 2, "more": ["things"]}
    envelopes[2] = canonical_bytes(newer)
    assert _signed_rubbish(LOG, envelopes) == []
    heads = LOG.heads
    findings = LOG.examine(events=envelopes, heads=heads)
    assert _first(findings) == (Kind.ALTERED, 2, 2)


def test_verify_event_returns_the_envelope_or_names_the_part() -> None:
    event = LOG.events[2]
    assert verify_event(event) == Envelope.from_bytes(event.envelope)
    for changed, part in (
        ({"facts": b"{}"}, "facts"),
        ({"sealed": b""}, "body"),
        ({"n": 5}, "row"),
        ({"envelope": b"{}"}, "envelope"),
    ):
        with pytest.raises(found.Altered) as caught:
            verify_event(replace(event, **changed))  # type: ignore[arg-type]
        assert (caught.value.details["part"], caught.value.pos) == (part, 2)
    with pytest.raises(UnknownVersion):
        verify_event(replace(event, envelope=b'{"v":2}'))


def test_verification_takes_a_stream_of_events_once() -> None:
    done = verify(iter(LOG.events), LOG.heads, LOG.signer.public_key, origin=LOG.signer.name)
    assert done.events == 6


def test_a_log_may_go_on_after_it_was_verified() -> None:
    stream = LOG.events[0].stream
    head = LogHead(LOG.log, LOG.signer.name, LOG.head.size, LOG.head.frontier, LOG.head.last_recorded)
    (sealed,) = seal_events(
        [NewEvent(stream, {"kind": "k"})],
        log=LOG.log,
        first_n={stream: 4},
        keys=LOG.keys.__getitem__,
        dice=_Zeros(),
    )
    done = extend(head, [sealed], command=LOG.log, now=START.replace(day=9), sign=LOG.signer)
    assert LOG.examine(events=[*LOG.events, *done.events], heads=[*LOG.heads, done.note]) == []


class _Zeros:
    def bytes(self, n: int) -> bytes:
        return bytes(n)


def test_verification_imports_nothing_that_writes() -> None:
    seen: set[str] = set()
    waiting = ["casework.ledger.verify"]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        spec = importlib.util.find_spec(name)
        assert spec is not None and spec.origin is not None
        for node in ast.walk(ast.parse(Path(spec.origin).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("casework"):
                waiting.append(str(node.module))
    assert "casework.ledger.merkle" in seen
    assert not seen & {"casework.ledger.append", "casework.ledger.seal"}
    assert all(name.startswith(("casework.ledger", "casework.base")) for name in seen)
