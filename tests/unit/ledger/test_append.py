"""Sealing outside the lock, extending under it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest

from casework.base.canonical import NotCanonical, parse_canonical
from casework.base.errors import BadInput
from casework.base.ids import SeededDice, new_id
from casework.base.time import format_instant
from casework.ledger.append import Appended, LogHead, extend, seal_events
from casework.ledger.blob import NONCE
from casework.ledger.checkpoint import Signer, open_checkpoint
from casework.ledger.errors import ClockBehind, StreamMoved, WrongSigner
from casework.ledger.event import Envelope, NewEvent, SealedEvent
from casework.ledger.merkle import root_of
from casework.ledger.seal import StreamKey, open_body
from casework.ledger.verify import verify_event
from tests.unit.ledger.building import START, Log, build

COMMAND = "876076af-d025-45f9-89b6-45dd6ed31c2a"


def _sealed(log: Log, *facts: dict[str, object], first: int = 2) -> list[SealedEvent]:
    stream = log.events[0].stream
    return seal_events(
        [NewEvent(stream, fact, {"text": "body"}) for fact in facts],
        log=log.log,
        first_n={stream: first},
        keys=log.keys.__getitem__,
        dice=SeededDice(b"append"),
    )


def _extend(log: Log, sealed: Sequence[SealedEvent], now: datetime = START, **options: object) -> Appended:
    return extend(log.head, sealed, command=COMMAND, now=now, sign=log.signer, **options)  # type: ignore[arg-type]


def test_an_append_is_placed_hashed_and_signed() -> None:
    log = build([1, 1])
    done = _extend(log, _sealed(log, {"kind": "first"}, {"kind": "second"}))
    assert [event.pos for event in done.events] == [2, 3]
    assert [event.n for event in done.events] == [2, 3]
    leaves = [event.envelope for event in (*log.events, *done.events)]
    head = open_checkpoint(done.note, log.signer.verifier())
    assert (head.origin, head.size, head.root) == (log.signer.name, 4, root_of(leaves))
    assert (done.head.size, done.head.log, done.head.origin) == (4, log.log, log.signer.name)
    for event in done.events:
        envelope = verify_event(event)
        assert envelope.command == COMMAND
        assert open_body(event, log.keys[event.stream]).value() == {"text": "body"}


def test_an_append_leaves_its_input_alone() -> None:
    log = build([1])
    before = log.head
    _extend(log, _sealed(log, {"kind": "first"}))
    assert log.head == before


def test_events_keep_their_facts_as_canonical_bytes_and_an_empty_body_is_sealed_too() -> None:
    log = build([1], streams=1)
    stream = log.events[0].stream
    sealed = seal_events(
        [NewEvent(stream, {"b": 1, "kind": "k", "a": ["é"]})],
        log=log.log,
        first_n={stream: 2},
        keys=log.keys.__getitem__,
        dice=SeededDice(b"append"),
    )
    assert sealed[0].facts_bytes == '{"a":["é"],"b":1,"kind":"k"}'.encode()
    event = _extend(log, sealed).events[0]
    assert open_body(event, log.keys[stream]).value() == {}
    assert parse_canonical(event.facts or b"")["kind"] == "k"


def test_every_event_draws_its_own_salts_and_nonce() -> None:
    log = build([1])
    one, two = _sealed(log, {"kind": "k"}, {"kind": "k"})
    assert one.facts_salt != two.facts_salt
    assert one.facts_commit != two.facts_commit
    assert one.body_commit != two.body_commit
    assert one.sealed[NONCE] != two.sealed[NONCE]


@pytest.mark.parametrize(
    ("behind", "recorded"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(minutes=-3), timedelta(minutes=3)),
        (timedelta(milliseconds=1), timedelta(0)),
        (timedelta(minutes=5), timedelta(0)),
    ],
)
def test_recorded_never_goes_back(behind: timedelta, recorded: timedelta) -> None:
    log = build([1])
    done = _extend(log, _sealed(log, {"kind": "k"}), START - behind)
    assert Envelope.from_bytes(done.events[0].envelope).recorded == format_instant(START + recorded)
    assert done.head.last_recorded == format_instant(START + recorded)


def test_a_clock_far_behind_is_refused() -> None:
    log = build([1])
    with pytest.raises(ClockBehind) as caught:
        _extend(log, _sealed(log, {"kind": "k"}), START - timedelta(minutes=5, milliseconds=1))
    assert caught.value.exit_code == 5
    assert caught.value.message == (
        "This machine's clock stands 5 minutes before the newest event of the ledger."
    )
    assert caught.value.details["last_recorded"] == "2026-03-02T09:30:00.000Z"


@pytest.mark.parametrize(
    ("behind", "says"),
    [
        (timedelta(days=265, hours=19, minutes=3, milliseconds=22), "265 days and 19 hours"),
        (timedelta(days=1, minutes=50), "1 day before"),
        (timedelta(hours=1, minutes=1), "1 hour and 1 minute"),
    ],
)
def test_how_far_a_clock_is_behind_is_said_in_words(behind: timedelta, says: str) -> None:
    log = build([1])
    with pytest.raises(ClockBehind, match=f"stands {says}"):
        _extend(log, _sealed(log, {"kind": "k"}), START - behind)


def test_the_first_event_of_a_log_takes_any_time_and_zones_do_not_matter() -> None:
    log = build([1])
    empty = LogHead.empty(log.log, log.signer.name)
    moment = datetime(2026, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=1)))
    done = extend(
        empty, _sealed(log, {"kind": "k"}, first=1), command=COMMAND, now=moment, sign=log.signer, newest={}
    )
    assert done.head.last_recorded == "2026-07-01T00:00:00.000Z"
    assert done.head.size == 1


@pytest.mark.parametrize("newest", [0, 2])
def test_a_stream_that_moved_in_between_is_a_conflict(newest: int) -> None:
    log = build([1])
    sealed = _sealed(log, {"kind": "k"})
    stream = sealed[0].stream
    assert _extend(log, sealed, newest={stream: 1}).head.size == 2
    with pytest.raises(StreamMoved) as caught:
        _extend(log, sealed, newest={stream: newest})
    assert caught.value.exit_code == 4


def test_numbers_of_one_append_follow_one_another() -> None:
    log = build([1])
    one, two = _sealed(log, {"kind": "k"}, {"kind": "k"})
    for wrong in ([two, one], [one, one], [one, two, two]):
        with pytest.raises(StreamMoved):
            _extend(log, wrong)


def test_the_signer_is_that_of_the_log() -> None:
    log = build([1])
    other = Signer("casework.example/other/cases/1", log.signer.public_key, log.signer.sign)
    with pytest.raises(WrongSigner):
        extend(log.head, _sealed(log, {"kind": "k"}), command=COMMAND, now=START, sign=other)


def test_bad_input_is_refused_before_anything_is_signed() -> None:
    log = build([1])
    sealed = _sealed(log, {"kind": "k"})
    with pytest.raises(BadInput):
        _extend(log, [])
    with pytest.raises(BadInput):
        extend(log.head, sealed, command="retry", now=START, sign=log.signer)
    with pytest.raises(BadInput):
        extend(log.head, sealed, command=COMMAND, now=datetime(2026, 3, 2), sign=log.signer)
    shrunk = LogHead(log.log, log.signer.name, 7, log.head.frontier, log.head.last_recorded)
    with pytest.raises(BadInput):
        extend(shrunk, sealed, command=COMMAND, now=START, sign=log.signer)


@pytest.mark.parametrize(
    "facts", [{}, {"kind": 1}, {"kind": "Not a name"}, {"kind": "k", "x": None}, {"kind": "k", "x": 0.5}]
)
def test_facts_need_a_kind_and_a_canonical_form(facts: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        _sealed(build([1]), facts)


def test_text_that_is_not_normalised_is_refused_not_changed() -> None:
    log = build([1])
    with pytest.raises(NotCanonical):
        _sealed(log, {"kind": "k", "x": "e\u0301"})


def test_a_key_of_another_stream_or_a_stream_without_number_is_refused() -> None:
    log = build([2])
    one, two = log.events[0].stream, log.events[1].stream
    wrong = StreamKey.generate(two, "main", 1, SeededDice(b"k"))
    for keys, number in (
        (lambda _: wrong, {one: 2}),
        (log.keys.__getitem__, {two: 2}),
        (log.keys.__getitem__, {one: 0}),
    ):
        with pytest.raises(BadInput):
            seal_events(
                [NewEvent(one, {"kind": "k"})], log=log.log, first_n=number, keys=keys, dice=SeededDice(b"d")
            )


def test_an_empty_log_starts_from_its_id() -> None:
    with pytest.raises(BadInput):
        LogHead.empty("cases", "origin")
    made = new_id(SeededDice(b"l"))
    assert LogHead.empty(made, "origin") == LogHead(made, "origin", 0, b"\x01" + bytes(8), "")
    assert START.tzinfo is UTC
