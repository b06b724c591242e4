"""Where a log stands: apart from `append`, because verification reads it and imports nothing that writes."""

from __future__ import annotations

from dataclasses import dataclass

from casework.base.ids import parse_id
from casework.ledger.merkle import Frontier


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where a log stands: what the store keeps of it and locks in order to append.

    Args:
        log: id of the log.
        origin: its origin, which names its signing key too.
        size: number of events.
        frontier: `Frontier.to_bytes()` of that size.
        last_recorded: instant of the newest event; empty for an empty log.
    """

    log: str
    origin: str
    size: int
    frontier: bytes
    last_recorded: str

    @classmethod
    def empty(cls, log: str, origin: str) -> LogHead:
        """Return the head of a new log."""
        return cls(parse_id(log), origin, 0, Frontier().to_bytes(), "")
