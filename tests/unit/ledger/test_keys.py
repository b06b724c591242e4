"""Under which keys the bodies of a stream may be sealed: the first one, and those that its facts announce."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.base.ids import SeededDice, new_id
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.event import NewEvent, StoredEvent
from casework.ledger.findings import Kind, LedgerFinding
from casework.ledger.seal import StreamKey
from casework.ledger.verify import examine
from tests.unit.ledger.building import START, build

LOG = build([1])
SIGNER, DICE = LOG.signer, SeededDice(b"keys")
STREAM = new_id(DICE)
FIRST, SECOND = (StreamKey.generate(STREAM, "main", epoch, DICE) for epoch in (1, 2))


def _written(*turns: tuple[StreamKey, dict[str, str]]) -> tuple[list[StoredEvent], list[str]]:
    """A log of one stream: for each turn the key that its body is sealed under, and more facts."""
    head, events, heads = LogHead.empty(LOG.log, SIGNER.name), [], []
    for n, (key, facts) in enumerate(turns, 1):
        sealed = seal_events(
            [NewEvent(STREAM, {"kind": "note_added", **facts}, {})],
            log=LOG.log,
            first_n={STREAM: n},
            keys={STREAM: key}.__getitem__,
            dice=DICE,
        )
        done = extend(head, sealed, command=new_id(DICE), now=START, sign=SIGNER)
        head = done.head
        events += done.events
        heads.append(done.note)
    return events, heads


def _examined(*turns: tuple[StreamKey, dict[str, str]]) -> list[LedgerFinding]:
    events, heads = _written(*turns)
    return examine(events, heads, SIGNER.public_key, origin=SIGNER.name)


ANNOUNCED = {"new_key": SECOND.key_id}


def test_the_first_key_of_a_stream_needs_no_announcement() -> None:
    assert _examined((FIRST, {}), (FIRST, {})) == []


def test_another_key_is_announced_with_its_first_use_or_before() -> None:
    assert _examined((FIRST, {}), (SECOND, ANNOUNCED), (SECOND, {})) == []
    assert _examined((FIRST, {}), (FIRST, ANNOUNCED), (SECOND, {}), (FIRST, {})) == []


@pytest.mark.parametrize("facts", [{}, {"new_key": FIRST.key_id}, {"other": SECOND.key_id}])
def test_a_key_that_was_not_announced_is_the_writers_fault(facts: dict[str, str]) -> None:
    findings = _examined((FIRST, {}), (SECOND, facts), (SECOND, {}))
    assert [(found.kind, found.pos) for found in findings] == [(Kind.MALFORMED, 1)]
    assert findings[0].message == "Event 1 is sealed under a key that its stream does not announce."


def test_what_was_erased_announces_nothing_and_is_no_fault() -> None:
    events, heads = _written((FIRST, {}), (SECOND, ANNOUNCED), (SECOND, {}))
    bare = [replace(events[0], sealed=None), replace(events[1], facts=None, facts_salt=None), events[2]]
    assert examine(bare, heads, SIGNER.public_key, origin=SIGNER.name) == []
