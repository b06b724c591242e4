"""One stream after another: was each step of a case, and entry of a register, lawful, and are its lists as told?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.cases.founded import SchoolRecord
from casework.cases.legality import NOT_THERE, unlawful_steps
from casework.cases.replay import Recorded
from casework.ledger.event import StoredEvent
from casework.registers.legality import NOT_THERE as NO_POLICY
from casework.registers.legality import wrong_entries
from casework.registers.model import ADDED, RegisterEvent
from casework.services.audit_around import read_facts
from casework.services.audit_port import Port
from casework.services.audit_report import AuditFinding
from casework.store.errors import StoreDamaged
from casework.store.projection import parse
from casework.store.scratch import Scratch

if TYPE_CHECKING:
    from casework.services.school import School
    from casework.store.projection import ParsedEvent
    from casework.store.rows import Log

LISTED = ("case", "person")
"""Kinds of streams that the read tables tell of."""


@dataclass(slots=True)
class Judged:
    """What came of judging some streams; counts add up."""

    findings: list[AuditFinding] = field(default_factory=list)
    events: int = 0
    cases: int = 0
    steps: int = 0
    register_entries: int = 0
    erased: int = 0
    stale: bool = False


class Judge:
    """Judges the streams of one school's record.

    Args:
        port: one snapshot of the database.
        school: whose.
        log: its log of cases.
        doubtful: positions at which the log's own check found something.
    """

    def __init__(self, port: Port, school: School, log: Log, doubtful: Collection[int] = ()) -> None:
        self._port, self._log, self._doubtful = port, log, frozenset(doubtful)
        self._scratch = Scratch()
        own = port.reader.events_of(school.stream)
        self._school = SchoolRecord((event.pos, read_facts(event) or {}) for event in own)
        # Settings that were altered may name another stream: then nothing is known of what the school adopted.
        self._school_known = bool(own)

    def judge(self, stream: str, kind: str) -> Judged:
        """Judge one stream."""
        events = self._port.reader.events_of(stream)
        judged = Judged(events=len(events), cases=kind == "case")
        parsed = _parsed(events)
        history = _history(parsed)
        if kind in LISTED:
            judged.stale = self._stale(stream, parsed)
        if history is None:
            judged.erased = int(kind == "case")
        elif kind == "case":
            self._case(events, history, judged)
        elif kind == "register":
            self._register(stream, events, history, judged)
        return judged

    def close(self) -> None:
        """Give up what was made in memory."""
        self._scratch.close()

    def _stale(self, stream: str, parsed: Sequence[ParsedEvent] | None) -> bool:
        if parsed is None:
            return True
        kept = self._port.reader.lists_of(stream)
        try:
            made = self._scratch.made_of(parsed, self._log.organisation) if parsed else {}
        except StoreDamaged:
            return True
        return kept != made if made else any(kept.values())

    def _until(self, events: Sequence[StoredEvent], history: Sequence[Recorded]) -> int:
        # What comes after an altered event rests on it: to call that unlawful would bury the one true finding.
        if not self._doubtful:
            return len(history)
        return next((at for at, event in enumerate(events) if event.pos in self._doubtful), len(history))

    def _case(self, events: Sequence[StoredEvent], history: list[Recorded], judged: Judged) -> None:
        reference = str(history[0].facts.get("reference", "")) if history else ""
        history = history[: self._until(events, history)]
        judged.steps = sum(event.facts.get("kind") in ("step_taken", "step_irregular") for event in history)
        policies, calendars = self._port.documents(history)
        found = [
            (wrong.n, wrong.says)
            for wrong in unlawful_steps(history, policies, calendars)
            if not (wrong.says == NOT_THERE and self._port.gone)
        ]
        for recorded, event in zip(history, events, strict=False):
            says = self._school_known and self._school.refutes(recorded, event.pos, history, policies)
            if says:
                found.append((recorded.n, says))
        judged.findings = [
            AuditFinding("cases", "unlawful", says, events[n - 1].pos, reference, n) for n, says in found
        ]

    def _register(
        self, stream: str, events: Sequence[StoredEvent], history: list[Recorded], judged: Judged
    ) -> None:
        policies, _ = self._port.documents(history)
        told = [
            RegisterEvent(item.n, item.recorded, item.facts)
            for item in history[: self._until(events, history)]
        ]
        judged.register_entries = sum(event.facts.get("kind") == ADDED for event in told)
        row = self._port.reader.stream(stream)
        name = (row.ref if row is not None else None) or "register"
        judged.findings = [
            AuditFinding("cases", "unlawful", f"{name}: {wrong.says}", events[wrong.n - 1].pos, "", wrong.n)
            for wrong in wrong_entries(told, policies)
            if not (wrong.says == NO_POLICY and self._port.gone)
        ]


def _parsed(events: Sequence[StoredEvent]) -> list[ParsedEvent] | None:
    """The events of a stream, read; None when one cannot be read (which the log's own check names)."""
    try:
        return [parse(event) for event in events]
    except StoreDamaged:
        return None


def _history(parsed: Sequence[ParsedEvent] | None) -> list[Recorded] | None:
    """The facts of a stream, or None when they were erased or cannot be read (which the log's own check names)."""
    history = []
    for number, event in enumerate(parsed or (), start=1):
        if not event.known or "kind" not in event.facts or event.n != number:
            return None
        history.append(Recorded(event.n, event.recorded, event.facts))
    return None if parsed is None else history
