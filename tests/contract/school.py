"""An invented school for the store's tests: a log with real, sealed and signed events, always the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from casework.base.ids import SeededDice, new_id
from casework.ledger.append import Appended, LogHead, extend, seal_events
from casework.ledger.checkpoint import Signer
from casework.ledger.event import NewEvent
from casework.ledger.seal import StreamKey
from casework.ledger.verify import Verified, verify
from casework.store import Reader, Store, Transaction
from casework.store.backend import EVERY
from casework.store.rows import Organisation
from casework.store.schema import metadata
from casework.store.statement import Statement

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
POLICY, CALENDAR = "a" * 64, "b" * 64


class School:
    """Ashdown Primary: its ids, its signing key, and a way to record facts. Everything follows from `seed`."""

    def __init__(self, seed: bytes = b"Ashdown Primary") -> None:
        self.dice = SeededDice(seed)
        self.organisation, self.log = new_id(self.dice), new_id(self.dice)
        private = Ed25519PrivateKey.from_private_bytes(self.dice.bytes(32))
        self.signer = Signer.holding(f"example.invalid/{self.organisation}/cases/1", private)
        self.now = START
        self._keys: dict[str, StreamKey] = {}

    @classmethod
    def later(cls, seed: bytes = b"later") -> School:
        """Return the same school as it goes on recording, with dice of its own."""
        school = cls()
        school.dice = SeededDice(seed)
        school.now = START.replace(hour=11)
        return school

    def found(self, store: Store) -> None:
        """Enter the school and its empty log."""
        with store.transaction() as tx:
            tx.put_organisation(Organisation(self.organisation, b"{}", b"sealed"))
            head = LogHead.empty(self.log, self.signer.name)
            tx.add_log(head, organisation=self.organisation, name="cases", public_key=self.signer.public_key)

    def new_stream(self, tx: Transaction, kind: str = "case", ref: str | None = None) -> str:
        """Enter a new stream and return its id."""
        stream = new_id(self.dice)
        tx.add_stream(stream, log=self.log, kind=kind, ref=ref)
        return stream

    def make(
        self, head: LogHead, numbers: Mapping[str, int], *facts: tuple[str, dict[str, Any]], command: str = ""
    ) -> Appended:
        """Seal and place facts, each with its stream, after `head`; `numbers` are the streams' newest events."""
        self.now += timedelta(minutes=1)
        sealed = seal_events(
            [NewEvent(stream, fact, {"text": "in confidence"}) for stream, fact in facts],
            log=self.log,
            first_n={stream: n + 1 for stream, n in numbers.items()},
            keys=self._key,
            dice=self.dice,
        )
        return extend(head, sealed, command=command or new_id(self.dice), now=self.now, sign=self.signer)

    def record(self, tx: Transaction, *facts: tuple[str, dict[str, Any]], command: str = "") -> Appended:
        """Record facts, each with its stream, as one command."""
        head = tx.head(self.log)
        assert head is not None
        numbers = {stream: tx.newest_n(stream) for stream, _ in facts}
        appended = self.make(head, numbers, *facts, command=command)
        tx.append(appended.events, appended.head, appended.note)
        return appended

    def verify(self, reader: Reader | Transaction) -> Verified:
        """Verify the school's log as it is stored."""
        return verify(
            reader.events(self.log),
            list(reader.heads(self.log)),
            self.signer.public_key,
            origin=self.signer.name,
            log=self.log,
        )

    def _key(self, stream: str) -> StreamKey:
        if stream not in self._keys:
            self._keys[stream] = StreamKey.generate(stream, "main", 1, SeededDice(stream.encode()))
        return self._keys[stream]


def opened(reference: str = "ASH-26-7KQ4", day: str = "2026-03-02", **more: Any) -> dict[str, Any]:
    """The facts of a case that was opened."""
    return {
        "kind": "case_opened",
        "occurred": on(day),
        "reference": reference,
        "policy": POLICY,
        "calendar": CALENDAR,
        "catalogues": [],
        "states": {"procedure": "reported", "suspension": "not_suspended"},
    } | more


def step(
    to: str,
    *,
    from_: str = "reported",
    strand: str = "procedure",
    stage: str = "triaged",
    day: str = "2026-03-03",
    **more: Any,
) -> dict[str, Any]:
    """The facts of a step that was taken."""
    facts: dict[str, Any] = {
        "kind": "step_taken",
        "occurred": on(day),
        "strand": strand,
        "step": f"to_{to}",
        "from": from_,
        "to": to,
        "final": False,
        "policy": POLICY,
        "calendar": CALENDAR,
        "taken_by": {"party": "p1", "role": "head_teacher", "basis": "minute"},
        "recorded_by": {"party": "p2", "role": "hr_adviser"},
        "values": {},
    }
    return facts | ({"stage": stage} if strand == "procedure" else {}) | more


def on(day: str) -> dict[str, str]:
    """When something occurred: a local date, or `unknown`."""
    return {"precision": "unknown"} if day == "unknown" else {"precision": "day", "date": day}


def dump(store: Store, *, only: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table (or of some), in an order that does not depend on when it was written."""
    found = {}
    with store.read(*EVERY) as reader:
        for table in metadata.sorted_tables:
            if not only or table.name in only:
                query = Statement(lambda table=table: select(table))  # type: ignore[misc]
                found[table.name] = sorted(reader._rows(query), key=repr)
    return found
