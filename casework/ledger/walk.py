"""What the check of a whole log and that of an excerpt share: taking events one by one, and counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from casework.ledger.checks import Checked
from casework.ledger.findings import Kind, LedgerFinding


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified, to be said beside "verified": what is not counted here was not checked.

    Args:
        size: of the tree: all events of the log, or of the checkpoint that an excerpt was proven against.
        root: its Merkle root.
        events: how many events were checked.
        heads: how many heads, and witnesses, were checked.
        facts: how many events still have their facts.
        bodies: how many events still have their sealed body.
        unknown: how many events are of a version that this release does not know.
    """

    size: int
    root: bytes
    events: int
    heads: int
    facts: int
    bodies: int
    unknown: int


class Walk(Protocol):
    """A check that takes the events of a log in order."""

    findings: list[LedgerFinding]

    def take(self, checked: Checked) -> None:
        """Take the next event."""
        ...

    def finish(self) -> None:
        """Judge, after the last event."""
        ...

    def verified(self) -> Verified:
        """Return what was verified, if nothing was found."""
        ...


@dataclass(slots=True)
class Counts:
    """How many events, and parts of events, were checked."""

    events: int = 0
    facts: int = 0
    bodies: int = 0
    unknown: int = 0

    def take(self, checked: Checked) -> None:
        """Count one event."""
        self.events += 1
        self.facts += checked.has_facts
        self.bodies += checked.has_body
        self.unknown += checked.unknown

    def verified(self, size: int, root: bytes, heads: int) -> Verified:
        """Return the counts beside the tree that they belong to."""
        return Verified(size, root, self.events, heads, self.facts, self.bodies, self.unknown)


def by_itself(checked: Checked, pos: int | None) -> list[LedgerFinding]:
    """Return what is wrong with an event by itself, as findings at `pos`."""
    name = "An event" if pos is None else f"Event {pos}"
    return [LedgerFinding(Kind.ALTERED, part, pos, pos, f"{name} {text}.") for part, text in checked.faults]
