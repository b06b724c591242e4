"""The one pass that only says whether a log is in order, held against the check that names what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from casework.ledger.checkpoint import claimed_size, open_checkpoint
from casework.ledger.checks import check_event
from casework.ledger.errors import NoteRefused
from casework.ledger.key_line import KeyLine
from casework.ledger.sound import Sound, signed
from tests.unit.ledger.attacks import ATTACKS, GROUPED, LOG
from tests.unit.ledger.building import Log


def in_order(log: Log, events: Sequence[Any], heads: Sequence[Any], witnesses: Sequence[str] = ()) -> bool:
    """Run the one pass, with each head beside the event that it says it was made after."""
    keys = KeyLine(log.signer.name, log.signer.public_key)
    try:
        known = [open_checkpoint(note, log.signer.verifier()) for note in witnesses]
    except NoteRefused:
        return False
    beside = {claimed_size(note): note for note in heads}
    if len(beside) < len(heads) or not set(beside) <= set(range(1, len(events) + 1)):
        return False  # a store has no place for such heads
    sound = Sound(log.signer.name, log.log, {checkpoint.size: checkpoint.root for checkpoint in known})
    for size, event in enumerate(events, start=1):
        sound.take(check_event(event), beside.get(size))
    return sound.finish() and signed(heads, keys)


@pytest.mark.parametrize("log", [LOG, GROUPED], ids=["one by one", "grouped"])
def test_a_log_in_order_is_found_so(log: Log) -> None:
    assert in_order(log, log.events, log.heads)
    assert in_order(log, log.events, log.heads, log.heads[:1])


@pytest.mark.parametrize("name", ATTACKS)
def test_whatever_is_named_elsewhere_is_not_found_in_order_here(name: str) -> None:
    change = ATTACKS[name][0]()
    log = GROUPED if name.startswith("grouped") else LOG
    events, heads = change.get("events", log.events), change.get("heads", log.heads)
    assert not in_order(log, events, heads, change.get("witnesses", ()))


@pytest.mark.parametrize(
    ("order", "place"),
    [
        ((1, 0, 2, 3, 4, 5), 0),
        ((None, 1, 2, 3, 4, 0), 0),
        ((0, 1, 2, 3, 4, None), 5),
        ((0, 1, 3, None, 4, 5), 2),
    ],
)
def test_a_head_beside_another_event_is_told_apart(order: Sequence[int | None], place: int) -> None:
    sound = Sound(LOG.signer.name, LOG.log, {})
    for event, at in zip(LOG.events, order, strict=True):
        sound.take(check_event(event), None if at is None else LOG.heads[at])
    assert (sound.finish(), sound.misplaced) == (False, place)


@pytest.mark.parametrize(
    ("ends", "place"), [({"example.org/log/1": 4}, None), ({"example.org/log/1": 3}, 3), ({}, 0)]
)
def test_each_head_is_of_the_generation_that_its_size_falls_in(
    ends: dict[str, int], place: int | None
) -> None:
    names = ["example.org/log/1"] * 4 + ["example.org/log/2"] * 2
    heads = [note.replace(LOG.signer.name, name) for note, name in zip(LOG.heads, names, strict=True)]
    sound = Sound(names[-1], LOG.log, {}, ends)
    for event, note in zip(LOG.events, heads, strict=True):
        sound.take(check_event(event), note)
    assert (sound.finish(), sound.misplaced) == (place is None, place)
