"""Properties: whatever is changed in a small log is found, in its place, and nothing stops the verifier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from casework.ledger.event import StoredEvent
from casework.ledger.findings import Kind, LedgerFinding
from casework.ledger.verify import examine
from tests.unit.ledger.building import build

# By the sizes of their heads: one for each event, and some for several events. Named, so that an example is short.
LOGS = {"single": build([1] * 6, b"single"), "grouped": build([3, 1, 4], b"grouped")}
COVERS = {"single": range(1, 7), "grouped": (3, 4, 8)}
names = st.sampled_from(sorted(LOGS))
numbers = st.integers(0, 10**9)


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    bit %= 8 * len(changed)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _names(findings: list[LedgerFinding], pos: int) -> bool:
    """Whether the first finding names the event, alone or as one of the events of its append."""
    first = findings[0]
    assert first.pos is not None and first.last is not None
    return first.pos <= pos <= first.last and first.last - first.pos < 4


@given(names, numbers, numbers, st.sampled_from(["envelope", "facts", "facts_salt", "sealed"]))
def test_any_bit_of_an_event_is_found_and_named(name: str, index: int, bit: int, column: str) -> None:
    log = LOGS[name]
    index %= len(log.events)
    flipped = _flip(getattr(log.events[index], column), bit)
    findings = log.examine(events=log.change(index, **{column: flipped}))
    assert findings[0].kind is Kind.ALTERED
    assert _names(findings, index)
    assert name == "grouped" or findings[0].pos == index


@given(
    names,
    numbers,
    st.sampled_from(["log", "pos", "stream", "n"]),
    st.integers(0, 99) | st.uuids(version=4).map(str),
)
def test_any_change_of_a_row_is_found_and_named(name: str, index: int, column: str, value: int | str) -> None:
    log = LOGS[name]
    index %= len(log.events)
    findings = log.examine(events=log.change(index, **{column: value}))
    if value == getattr(log.events[index], column):
        assert findings == []
    else:
        assert [(finding.kind, finding.part, finding.pos) for finding in findings] == [
            (Kind.ALTERED, "row", index)
        ]


@given(names, numbers, numbers)
def test_any_bit_of_a_head_is_found(name: str, index: int, bit: int) -> None:
    log = LOGS[name]
    index %= len(log.heads)
    note = _flip(log.heads[index].encode(), bit).decode("utf-8", "surrogateescape")
    heads = [*log.heads[:index], note, *log.heads[index + 1 :]]
    assert Kind.HEAD_FORGED in {finding.kind for finding in log.examine(heads=heads)}


@given(names, numbers, st.integers(1, 3))
def test_any_removed_events_are_found_and_named(name: str, start: int, count: int) -> None:
    log = LOGS[name]
    start %= len(log.events)
    end = min(start + count, len(log.events))
    findings = log.examine(events=[*log.events[:start], *log.events[end:]])
    kind = Kind.CUT_SHORT if end == len(log.events) else Kind.REMOVED
    assert [(found.kind, found.pos, found.last) for found in findings] == [(kind, start, end - 1)]


@given(names, numbers)
def test_any_removed_head_is_found(name: str, index: int) -> None:
    log = LOGS[name]
    index %= len(log.heads)
    findings = log.examine(heads=[*log.heads[:index], *log.heads[index + 1 :]])
    size = list(COVERS[name])[index]
    if size == len(log.events):
        assert findings[0].kind is Kind.NOT_COVERED
        assert findings[0].last == size - 1
    else:
        assert [(found.kind, found.head) for found in findings] == [(Kind.HEAD_MISSING, size)]


@given(names, numbers, numbers)
def test_any_two_events_swapped_are_found_and_named(name: str, one: int, two: int) -> None:
    log = LOGS[name]
    one, two = sorted((one % len(log.events), two % len(log.events)))
    events = list(log.events)
    events[one], events[two] = events[two], events[one]
    findings = log.examine(events=events)
    expected = [] if one == two else [(Kind.REORDERED, one, two)]
    assert [(found.kind, found.pos, found.last) for found in findings] == expected


@given(names, numbers, numbers, st.binary(max_size=30))
def test_anything_inserted_is_found_and_named(name: str, place: int, source: int, rubbish: bytes) -> None:
    log = LOGS[name]
    place %= len(log.events) + 1
    copied = log.events[source % len(log.events)]
    for new in (copied, rubbish, replace(copied, envelope=rubbish)):
        findings = log.examine(events=[*log.events[:place], new, *log.events[place:]])
        assert findings[0].kind is Kind.INSERTED
        # Of an event and its copy side by side, nobody can tell which was there first.
        assert _names(findings, place) or (new is copied is log.events[place] and _names(findings, place + 1))


@given(names, numbers)
def test_any_truncation_is_found_and_named(name: str, size: int) -> None:
    log = LOGS[name]
    size %= len(log.events)
    findings = log.examine(events=log.events[:size])
    assert [(found.kind, found.pos) for found in findings] == [(Kind.CUT_SHORT, size)]
    # Cut off with its heads as well, it takes a witness.
    heads = [note for note, covers in zip(log.heads, COVERS[name], strict=True) if covers <= size]
    findings = log.examine(events=log.events[:size], heads=heads, witnesses=log.heads[-1:])
    assert Kind.ROLLED_BACK in {found.kind for found in findings}


_edits = st.lists(
    st.tuples(
        st.sampled_from(["flip", "drop", "swap", "copy", "rubbish", "head", "drophead"]), numbers, numbers
    ),
    max_size=5,
)


@given(names, _edits)
def test_no_combination_of_changes_passes_or_stops_the_verifier(
    name: str, edits: list[tuple[str, int, int]]
) -> None:
    log = LOGS[name]
    events: list[Any] = list(log.events)
    heads: list[Any] = list(log.heads)
    for edit, one, two in edits:
        at = one % len(events) if events else 0
        if edit == "rubbish":
            events.insert(at, bytes(two % 7))
        elif edit == "head" and heads:
            heads[one % len(heads)] = "a note\n" * (two % 3)
        elif edit == "drophead" and heads:
            heads.pop(one % len(heads))
        elif not events:
            continue
        elif edit == "flip" and isinstance(events[at], StoredEvent):
            events[at] = replace(events[at], envelope=_flip(events[at].envelope, two))
        elif edit == "drop":
            events.pop(at)
        elif edit == "swap":
            other = two % len(events)
            events[at], events[other] = events[other], events[at]
        elif edit == "copy":
            events.insert(at, events[two % len(events)])
    untouched = events == list(log.events) and heads == list(log.heads)
    findings = log.examine(events=events, heads=heads)
    assert bool(findings) is not untouched
    assert findings == sorted(findings, key=LedgerFinding.order)


_anything = st.none() | st.integers() | st.text(max_size=9) | st.binary(max_size=9)
_rows = st.builds(
    StoredEvent, _anything, _anything, _anything, _anything, _anything, _anything, _anything, _anything
)


@given(st.lists(_rows | st.binary(max_size=9), min_size=1, max_size=4), st.lists(_anything, max_size=3))
def test_nothing_that_a_database_may_give_back_stops_the_verifier(
    events: list[Any], heads: list[Any]
) -> None:
    for proofs in (None, {}, {0: [b""], 1: []}):
        assert examine(events, heads, bytes(32), origin="a", witnesses=heads, proofs=proofs)
