"""Writing: events are sealed before the log's lock is taken, and placed, hashed and signed under it.

    seal_events   outside the lock: commitments and sealing, all that takes time
    extend        under the lock: position, time, envelope, Merkle tree, one signed head for the whole append

Both are pure: the store hands in the head that it has locked and writes down what comes back, in one
transaction. `recorded` is max(now, last recorded), so that it never goes back; a clock that stands more than
five minutes behind the log is refused rather than hidden. Source: architecture, "Small print of the formats".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.base.time import format_instant, parse_instant
from casework.ledger.blob import NONCE_BYTES
from casework.ledger.checkpoint import Checkpoint, Signer
from casework.ledger.commitment import BODY_TAG, FACTS_TAG, SALT_BYTES, commit
from casework.ledger.errors import ClockBehind, StreamMoved, WrongSigner
from casework.ledger.event import Envelope, NewEvent, SealedEvent, StoredEvent
from casework.ledger.log_head import LogHead as LogHead
from casework.ledger.merkle import Frontier
from casework.ledger.seal import StreamKey, event_context, seal

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""How far the clock may stand behind the newest event."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append leaves to be stored: its events, the new head, and that head signed."""

    events: list[StoredEvent]
    head: LogHead
    note: str


def seal_events(
    events: Sequence[NewEvent],
    *,
    log: str,
    first_n: Mapping[str, int],
    keys: Callable[[str], StreamKey],
    dice: Dice,
) -> list[SealedEvent]:
    """Commit to and seal the events of one action, before the lock is taken.

    Args:
        events: in the order in which they will stand.
        log: id of the log.
        first_n: for each stream, the number that its first new event gets.
        keys: returns the key that a stream's bodies are sealed under now. The events of one call are sealed
            in one compartment; those of another compartment are sealed in a call of their own.
        dice: gives 76 bytes an event: salt of the facts, salt of the body, nonce.

    Raises:
        NotCanonical: facts or body hold a value that canonical JSON does not admit.
        BadInput: facts without a `kind`, a stream without a first number, or a key of another stream.
    """
    number = dict(first_n)
    sealed = []
    for event in events:
        key, n = keys(event.stream), number.get(event.stream)
        if n is None or n < 1 or key.stream != event.stream or not isinstance(event.facts.get("kind"), str):
            raise BadInput("An event needs a kind, a number in its stream, and a key of that stream.")
        number[event.stream] = n + 1
        sealed.append(_seal_event(event, log, n, key, dice))
    return sealed


def extend(
    head: LogHead,
    sealed: Sequence[SealedEvent],
    *,
    command: str,
    now: datetime,
    sign: Signer,
    newest: Mapping[str, int] | None = None,
) -> Appended:
    """Place sealed events at the end of the log and sign its new head; to be called under the log's lock.

    Args:
        head: the head that is locked.
        sealed: at least one event.
        command: id that groups the events of one action.
        now: the present moment, aware.
        sign: the log's signing key, whose name is the origin.
        newest: for each stream the number of its newest event as read under the lock (0 for a new stream).
            Without it the caller sees to that check.

    Raises:
        ClockBehind: `now` is more than five minutes before the newest event.
        StreamMoved: a stream has a newer event than the sealed ones were numbered after.
        WrongSigner: the key bears another name than the log.
        BadInput: nothing to append, an id that is none, or a stored head that cannot be read.
    """
    frontier = Frontier.from_bytes(head.frontier)
    if not sealed or frontier.size != head.size:
        raise BadInput("There is nothing to append, or the log's head does not fit its size.")
    if sign.name != head.origin:
        raise WrongSigner("The signing key is of another log.", key=sign.name, log=head.origin)
    parse_id(command)
    recorded = _recorded(now, head.last_recorded)
    _check_numbers(sealed, newest)
    events = []
    for event in sealed:
        envelope = Envelope(
            head.log,
            frontier.size,
            event.stream,
            event.n,
            command,
            recorded,
            event.facts_commit,
            event.body_commit,
            event.sealed_sha256,
        ).to_bytes()
        events.append(
            StoredEvent(
                head.log,
                frontier.size,
                event.stream,
                event.n,
                envelope,
                event.facts_salt,
                event.facts_bytes,
                event.sealed,
            )
        )
        frontier = frontier.append(envelope)
    note = sign.sign_note(Checkpoint(head.origin, frontier.size, frontier.root()).text())
    return Appended(
        events, LogHead(head.log, head.origin, frontier.size, frontier.to_bytes(), recorded), note
    )


def _seal_event(event: NewEvent, log: str, n: int, key: StreamKey, dice: Dice) -> SealedEvent:
    """Commit to and seal one event."""
    parse_id(event.stream)
    drawn = dice.bytes(2 * SALT_BYTES + NONCE_BYTES)
    facts_salt, body_salt = drawn[:SALT_BYTES], drawn[SALT_BYTES : 2 * SALT_BYTES]
    facts, body = canonical_bytes(dict(event.facts)), canonical_bytes(dict(event.body))
    context = event_context(log=log, stream=event.stream, n=n, kind=event.kind, key_id=key.key_id)
    blob = seal(key, body_salt + body, context, drawn[2 * SALT_BYTES :])
    return SealedEvent(
        stream=event.stream,
        n=n,
        facts_bytes=facts,
        facts_salt=facts_salt,
        facts_commit=commit(FACTS_TAG, facts_salt, facts),
        body_commit=commit(BODY_TAG, body_salt, body),
        sealed=blob,
        sealed_sha256=sha256_hex(blob),
    )


def _recorded(now: datetime, last: str) -> str:
    """Return the instant to record: now, or the last recorded one if the clock stands a little behind it."""
    instant = format_instant(now)
    if instant >= last:  # instants have one width, so their text orders as they do
        return instant
    behind = parse_instant(last) - now
    if behind > CLOCK_TOLERANCE:
        raise ClockBehind(
            f"This machine's clock stands {_in_words(behind)} before the newest event of the ledger.",
            remedy="Set the clock, then try again. Nothing was recorded.",
            last_recorded=last,
            now=instant,
        )
    return last


def _in_words(span: timedelta) -> str:
    """Return a span of time in its two largest units: `265 days and 19 hours`."""
    minutes = int(span.total_seconds()) // 60
    counted = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    first = next((at for at, (number, _) in enumerate(counted) if number), len(counted) - 1)
    shown = [(number, unit) for number, unit in counted[first : first + 2] if number]
    return " and ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in shown)


def _check_numbers(sealed: Sequence[SealedEvent], newest: Mapping[str, int] | None) -> None:
    """Refuse events whose numbers do not follow one another, or not the stream's newest event."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for event in sealed:
        numbers[event.stream].append(event.n)
    for stream, found in numbers.items():
        first = found[0] if newest is None else newest.get(stream, 0) + 1
        if found != list(range(first, first + len(found))):
            raise StreamMoved(
                "Somebody else recorded something here first.",
                remedy="Look at what changed, then try again. Nothing was recorded.",
                stream=stream,
                expected=first,
                found=found[0],
            )
