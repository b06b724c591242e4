"""Reading signed heads: those that the log kept, and witnesses, the ones that were found elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from casework.ledger.checkpoint import Checkpoint, claimed_size
from casework.ledger.errors import NoteRefused
from casework.ledger.findings import Kind, LedgerFinding
from casework.ledger.key_line import KeyLine

Source = Literal["head", "witness"]


@dataclass(slots=True)
class Heads:
    """The heads that carry a valid signature, with where each came from, and what is wrong with the others.

    Args:
        valid: source and content of each head with a valid signature.
        claimed: sizes of all heads that the log kept, forged ones included.
        findings: one for each head that is refused.
    """

    valid: list[tuple[Source, Checkpoint]] = field(default_factory=list)
    claimed: set[int] = field(default_factory=set)
    findings: list[LedgerFinding] = field(default_factory=list)

    def read(self, notes: Iterable[object], keys: KeyLine, source: Source) -> None:
        """Open signed notes and sort the valid from the refused ones."""
        for note in notes:
            size = claimed_size(note)
            if source == "head" and size is not None:
                self.claimed.add(size)
            try:
                # A database may give back anything; what is not text is not a note.
                text = note if isinstance(note, str) else ""
                self.valid.append((source, keys.open(text)))
            except NoteRefused as problem:
                self.findings.append(_refused(source, size, problem.message))

    def signed(self, source: Source | None = None) -> int:
        """Return the greatest size that any valid head (of one source) says; 0 if there is none."""
        return max((head.size for origin, head in self.valid if source in (None, origin)), default=0)


def _refused(source: Source, size: int | None, reason: str) -> LedgerFinding:
    """Say that a head vouches for nothing."""
    of_size = "" if size is None else f" of size {size}"
    name = "A signed head" if source == "head" else "A kept checkpoint"
    pos = size - 1 if size else None
    return LedgerFinding(
        Kind.HEAD_FORGED, source, pos, pos, f"{name}{of_size} vouches for nothing: {reason}", size
    )
