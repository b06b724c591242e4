"""A register that is written in one act after the other, and entries to write in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from casework.registers.entries import Sitting, Written
from casework.registers.model import Book, RegisterEvent, fold
from tests.support.policies import shipped

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RECORDED = "2026-11-23T12:00:00.000Z"
BREACH: dict[str, Any] = {
    "what": "A list was sent to the wrong parents",
    "data": "Names and telephone numbers",
    "children": True,
    "special": False,
    "aware_at": "2026-11-20T15:00",
    "consequences": "Unwanted calls",
    "done": "They were asked to delete it",
}
DECISION: dict[str, Any] = {
    "decision": "not_reportable",
    "decided_by": "person-1",
    "decided_at": "2026-11-21T09:00",
    "decided_because": "All of them deleted it",
}
CONSENT: dict[str, Any] = {
    "person": "person-2",
    "account": "account-1",
    "scope": "News of the class",
    "granted_by": "person-1",
    "granted_from": "2026-09-01",
    "evidence": "E-mail of that day",
}


def sitting(name: str) -> Sitting:
    register = shipped().registers[name]
    return Sitting(
        name, register, "policy", {"account": "me", "role": "hr_adviser"}, NOW, {"accounts": {"account-1"}}
    )


class Writing:
    """A register that is written in one act after the other."""

    def __init__(self, name: str) -> None:
        self.sitting, self.history = sitting(name), list[RegisterEvent]()

    @property
    def book(self) -> Book:
        return fold(self.history)

    def take(self, written: Written) -> None:
        self.history.append(RegisterEvent(len(self.history) + 1, RECORDED, written.facts))
