"""Reading signed heads: those that the log kept, and witnesses, the ones that were found elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from casework.ledger.checkpoint import Checkpoint, Verifier, open_checkpoint
from casework.ledger.errors import NoteRefused
from casework.ledger.findings import Kind, LedgerFinding

Source = Literal["head", "witness"]

_CLAIM: Final = re.compile(r"[^\n]*\n([0-9]{1,16})\n")


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

    def read(
        self, notes: Iterable[object], verifier: Verifier, source: Source, earlier: Collection[str] = ()
    ) -> None:
        """Open signed notes and sort the valid from the refused ones.

        Args:
            notes: as they were kept or found.
            verifier: of the log, under its origin.
            source: where they come from.
            earlier: origins under which the same key signed the log before, in its earlier generations.
        """
        known = {origin: Verifier(origin, verifier.public_key) for origin in earlier}
        for note in notes:
            size = _claimed_size(note)
            if source == "head" and size is not None:
                self.claimed.add(size)
            try:
                # A database may give back anything; what is not text is not a note.
                text = note if isinstance(note, str) else ""
                signer = known.get(text.partition("\n")[0], verifier)
                self.valid.append((source, open_checkpoint(text, signer)))
            except NoteRefused as problem:
                self.findings.append(_refused(source, size, problem.message))

    def signed(self, source: Source | None = None) -> int:
        """Return the greatest size that any valid head (of one source) says; 0 if there is none."""
        return max((head.size for origin, head in self.valid if source in (None, origin)), default=0)


def _claimed_size(note: object) -> int | None:
    """Return the size that a note says, whether or not its signature holds; None if it says none."""
    match = _CLAIM.match(note) if isinstance(note, str) else None
    return int(match[1]) if match else None


def _refused(source: Source, size: int | None, reason: str) -> LedgerFinding:
    """Say that a head vouches for nothing."""
    of_size = "" if size is None else f" of size {size}"
    name = "A signed head" if source == "head" else "A checkpoint from elsewhere"
    pos = size - 1 if size else None
    return LedgerFinding(
        Kind.HEAD_FORGED, source, pos, pos, f"{name}{of_size} vouches for nothing: {reason}", size
    )
