"""Small logs for the ledger's tests: always the same ones, from seeded dice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.base.ids import SeededDice, new_id
from casework.ledger.append import LogHead, extend, seal_events
from casework.ledger.checkpoint import Signer
from casework.ledger.event import NewEvent, StoredEvent
from casework.ledger.findings import LedgerFinding
from casework.ledger.seal import StreamKey
from casework.ledger.verify import examine

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Log:
    """A log with its heads and keys; `events` and `heads` are what an attacker may change."""

    log: str
    signer: Signer
    keys: dict[str, StreamKey]
    head: LogHead
    events: tuple[StoredEvent, ...]
    heads: tuple[str, ...]

    def examine(self, **changed: object) -> list[LedgerFinding]:
        """Examine the log with the key and origin that it was made with."""
        events = changed.pop("events", self.events)
        heads = changed.pop("heads", self.heads)
        options = {"origin": self.signer.name, "log": self.log} | changed
        return examine(events, heads, self.signer.public_key, **options)  # type: ignore[arg-type]

    def change(self, index: int, **columns: object) -> tuple[StoredEvent, ...]:
        """Return the events with some columns of one of them changed."""
        changed = replace(self.events[index], **columns)  # type: ignore[arg-type]
        return (*self.events[:index], changed, *self.events[index + 1 :])


def build(appends: Sequence[int], seed: bytes = b"log", streams: int = 2) -> Log:
    """Build a log: so many events in each append, spread over some streams."""
    dice = SeededDice(seed)
    log, names = new_id(dice), [new_id(dice) for _ in range(streams)]
    private = Ed25519PrivateKey.from_private_bytes(dice.bytes(32))
    signer = Signer.holding(f"casework.example/{new_id(dice)}/cases/1", private)
    keys = {stream: StreamKey.generate(stream, "main", 1, dice) for stream in names}
    head, number = LogHead.empty(log, signer.name), dict.fromkeys(names, 1)
    events: list[StoredEvent] = []
    heads: list[str] = []
    for turn, count in enumerate(appends):
        new = [
            NewEvent(
                names[(len(events) + at) % streams],
                {"kind": "note_added", "turn": turn},
                {"text": f"note {at}"},
            )
            for at in range(count)
        ]
        sealed = seal_events(new, log=log, first_n=number, keys=keys.__getitem__, dice=dice)
        done = extend(head, sealed, command=new_id(dice), now=START + timedelta(minutes=turn), sign=signer)
        for event in done.events:
            number[event.stream] += 1
        head = done.head
        events += done.events
        heads.append(done.note)
    return Log(log, signer, keys, head, tuple(events), tuple(heads))
