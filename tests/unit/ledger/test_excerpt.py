"""An excerpt: one case's events with inclusion proofs, as a bundle would carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.ledger.checkpoint import Checkpoint
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.findings import Kind, LedgerFinding, Removed
from casework.ledger.merkle import leaf_hash, root_of
from casework.ledger.proofs import Proofs
from casework.ledger.verify import verify
from tests.unit.ledger.building import Log, build

LOG = build([2, 1, 3, 1, 2], b"excerpt")
STREAM = LOG.events[0].stream
CASE = [event for event in LOG.events if event.stream == STREAM]  # positions 0, 2, 4, 6, 8


def _proofs(log: Log, size: int) -> dict[int, list[bytes]]:
    leaves = (leaf_hash(event.envelope) for event in log.events)
    return Proofs(leaves, size, indexes=range(size)).inclusion


PROOFS = _proofs(LOG, 9)


def _examine(events: Sequence[StoredEvent | bytes], **changed: Any) -> list[LedgerFinding]:
    return LOG.examine(**{"events": events, "heads": LOG.heads[-1:], "proofs": PROOFS} | changed)


def test_a_case_is_proven_into_the_newest_checkpoint() -> None:
    done = verify(
        CASE, LOG.heads[-1:], LOG.signer.public_key, origin=LOG.signer.name, log=LOG.log, proofs=PROOFS
    )
    assert (done.size, done.events, done.facts) == (9, 5, 5)
    assert done.root == root_of([event.envelope for event in LOG.events])
    assert _examine([event.envelope for event in CASE]) == []
    assert _examine([]) == []


def test_masked_and_erased_events_are_proven_too() -> None:
    assert _examine([replace(event, facts=None, facts_salt=None, sealed=None) for event in CASE]) == []


def test_an_older_checkpoint_proves_what_it_covers() -> None:
    assert _examine(CASE[:3], heads=LOG.heads[:3], proofs=_proofs(LOG, 6)) == []
    findings = _examine(CASE[:4], heads=LOG.heads[:3], proofs=_proofs(LOG, 6))
    assert [(found.kind, found.part, found.pos) for found in findings] == [(Kind.NOT_COVERED, "proof", 6)]


@pytest.mark.parametrize(
    ("events", "kind", "pos", "last"),
    [
        ([CASE[0], CASE[2], *CASE[3:]], Kind.REMOVED, 1, 3),
        (CASE[1:], Kind.REMOVED, 0, 1),
        ([CASE[0], CASE[2], CASE[1], *CASE[3:]], Kind.REMOVED, 1, 3),
        ([CASE[0], CASE[0], *CASE[1:]], Kind.INSERTED, 0, 0),
        ([*CASE[:2], replace(CASE[2], facts=b"{}"), *CASE[3:]], Kind.ALTERED, 4, 4),
        ([*CASE[:2], replace(CASE[2], stream=LOG.log), *CASE[3:]], Kind.ALTERED, 4, 4),
        ([*CASE[:2], replace(CASE[2], envelope=b"rubbish"), *CASE[3:]], Kind.ALTERED, 4, 4),
        (
            [*CASE, replace(CASE[4], envelope=CASE[4].envelope.replace(b'"pos":8', b'"pos":7'), pos=7)],
            Kind.ALTERED,
            7,
            7,
        ),
    ],
)
def test_tampering_with_an_excerpt_is_named(
    events: list[StoredEvent], kind: Kind, pos: int, last: int
) -> None:
    findings = _examine(events)
    assert (findings[0].kind, findings[0].pos, findings[0].last) == (kind, pos, last)


def test_one_altered_event_is_not_held_against_the_ones_after_it() -> None:
    changed = replace(CASE[2], envelope=CASE[2].envelope.replace(b'"n":3', b'"n":7'), n=7)
    findings = _examine([*CASE[:2], changed, *CASE[3:]])
    assert [(found.kind, found.pos) for found in findings] == [(Kind.ALTERED, 4)]


def test_an_event_twice_is_one_finding() -> None:
    findings = _examine([*CASE[:3], CASE[2], *CASE[3:]])
    assert [(found.kind, found.pos) for found in findings] == [(Kind.INSERTED, 4)]


def test_reordered_events_of_two_streams_are_found() -> None:
    findings = _examine([LOG.events[1], LOG.events[0], *LOG.events[2:]])
    assert [(found.kind, found.pos) for found in findings] == [(Kind.REORDERED, 0)]


@pytest.mark.parametrize("proof", [None, [], [bytes(32)] * 4, PROOFS[4]])
def test_an_event_needs_its_own_proof(proof: list[bytes] | None) -> None:
    proofs = {pos: path for pos, path in PROOFS.items() if pos != 2}
    if proof is not None:
        proofs[2] = proof
    findings = _examine(CASE, proofs=proofs)
    assert findings[0].kind is (Kind.NOT_COVERED if proof is None else Kind.ALTERED)
    assert findings[0].pos == 2


def test_without_a_valid_head_nothing_is_proven() -> None:
    findings = _examine(CASE, heads=["no note"])
    assert [found.kind for found in findings] == [Kind.NOT_COVERED] * 5 + [Kind.HEAD_FORGED]


def test_two_heads_of_one_size_that_disagree_are_found() -> None:
    other = LOG.signer.sign_note(Checkpoint(LOG.signer.name, 9, bytes(32)).text())
    findings = _examine(CASE, heads=[LOG.heads[-1], other])
    assert (Kind.HEAD_CONTRADICTS, 8, 8, 9) in [
        (found.kind, found.pos, found.last, found.head) for found in findings
    ]


def test_signed_events_that_break_the_rules_are_the_writers_fault() -> None:
    envelope = Envelope.from_bytes(CASE[3].envelope)
    wrong = replace(envelope, recorded="2026-03-01T00:00:00.000Z", log=STREAM)
    events = list(LOG.events)
    events[6] = replace(events[6], envelope=wrong.to_bytes(), log=STREAM)
    root = root_of(event.envelope for event in events)
    head = LOG.signer.sign_note(Checkpoint(LOG.signer.name, 9, root).text())
    proofs = Proofs((leaf_hash(event.envelope) for event in events), 9, indexes=range(9)).inclusion
    findings = _examine(events, heads=[head], proofs=proofs)
    assert [(found.kind, found.pos) for found in findings] == [(Kind.MALFORMED, 6), (Kind.MALFORMED, 6)]


def test_an_unknown_version_is_proven_by_its_hash_and_leaves_room_in_its_stream() -> None:
    newer = b'{"v":2}'
    leaves = [event.envelope for event in LOG.events]
    leaves[2] = newer
    head = LOG.signer.sign_note(Checkpoint(LOG.signer.name, 9, root_of(leaves)).text())
    proofs = Proofs(map(leaf_hash, leaves), 9, indexes=range(9)).inclusion
    events = [CASE[0], replace(CASE[1], envelope=newer), *CASE[2:]]
    assert _examine(events, heads=[head], proofs=proofs) == []
    assert _examine([CASE[0], newer, *CASE[2:]], heads=[head], proofs=proofs)[0].kind is Kind.NOT_COVERED


def test_verify_raises_the_first_finding() -> None:
    with pytest.raises(Removed):
        verify(CASE[1:], LOG.heads[-1:], LOG.signer.public_key, origin=LOG.signer.name, proofs=PROOFS)


@given(
    st.integers(0, 4), st.integers(0, 10**6), st.sampled_from(["envelope", "facts", "facts_salt", "sealed"])
)
def test_any_bit_of_an_excerpt_matters(index: int, bit: int, column: str) -> None:
    data = bytearray(getattr(CASE[index], column))
    bit %= 8 * len(data)
    data[bit // 8] ^= 1 << bit % 8
    events = [*CASE[:index], replace(CASE[index], **{column: bytes(data)}), *CASE[index + 1 :]]
    assert _examine(events)
