"""The check of an excerpt, such as one case in a bundle: each event is proven into one signed tree.

An excerpt holds whole streams up to its checkpoint: the numbers of each stream count from 1 without a gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.ledger.checks import Checked, Succession
from casework.ledger.event import Envelope
from casework.ledger.findings import Kind, LedgerFinding
from casework.ledger.heads import Heads
from casework.ledger.merkle import EMPTY_ROOT, leaf_hash, verify_inclusion
from casework.ledger.walk import Counts, Verified, by_itself


class Excerpt:
    """Takes the events of an excerpt in the order of the log.

    Args:
        heads: those that carry a valid signature; the newest is the one that the proofs lead to.
        log: id of the log; that of the first event, if None.
        proofs: by position, the inclusion proof of each event.
    """

    def __init__(self, heads: Heads, log: str | None, proofs: Mapping[int, Sequence[bytes]]) -> None:
        self.findings: list[LedgerFinding] = []
        self._heads, self._log, self._proofs = heads, log, proofs
        newest = max((head for _, head in heads.valid), key=lambda head: head.size, default=None)
        self._size, self._root = (newest.size, newest.root) if newest else (0, EMPTY_ROOT)
        self._counts, self._succession = Counts(), Succession()
        self._previous = -1
        self._streams: dict[str, int] = {}

    def take(self, checked: Checked) -> None:
        """Take the next event."""
        self._counts.take(checked)
        envelope = checked.envelope
        pos = envelope.pos if envelope else checked.row_pos
        self.findings += by_itself(checked, pos)
        proven = self._prove(checked, pos)
        if envelope is None:
            self._succession.skip()
        else:
            placed = self._follow(envelope, checked)
            # What an event says that is not proven is not worth a finding about its place.
            self.findings += placed if proven else ()

    def finish(self) -> None:
        """Judge, after the last event: other heads that came along have to agree where they can."""
        for source, head in self._heads.valid:
            if head.size == self._size and head.root != self._root:
                text = f"Two signed heads of size {head.size} disagree."
                self.findings.append(
                    LedgerFinding(
                        Kind.HEAD_CONTRADICTS, source, head.size - 1, head.size - 1, text, head.size
                    )
                )

    def verified(self) -> Verified:
        """Return what was verified, if nothing was found."""
        return self._counts.verified(self._size, self._root, len(self._heads.valid))

    def _prove(self, checked: Checked, pos: int | None) -> bool:
        """Check that an event is in the tree of the checkpoint."""
        name = "An event" if pos is None else f"Event {pos}"
        proof = None if pos is None else self._proofs.get(pos)
        if pos is None or proof is None or pos >= self._size:
            text = f"{name} came without a proof that the checkpoint of size {self._size} covers it."
            self.findings.append(LedgerFinding(Kind.NOT_COVERED, "proof", pos, pos, text, self._size))
            return False
        if not verify_inclusion(leaf_hash(checked.data), pos, self._size, proof, self._root):
            text = f"{name} is not the one that the checkpoint of size {self._size} covers."
            self.findings.append(LedgerFinding(Kind.ALTERED, "envelope", pos, pos, text, self._size))
            return False
        return True

    def _follow(self, envelope: Envelope, checked: Checked) -> list[LedgerFinding]:
        """Return what is wrong with the place of an event after the ones before it."""
        pos, before = envelope.pos, self._streams.get(envelope.stream, -1)
        wrong: list[tuple[Kind, int, str]] = []
        self._log = self._log or envelope.log
        if envelope.log != self._log:
            wrong.append((Kind.MALFORMED, pos, "says that it is of another log"))
        if pos < self._previous:
            wrong.append((Kind.REORDERED, pos, "comes after an event that it stands before in the log"))
        for kind, text in self._succession.faults(envelope, checked):
            # A missing number was somewhere between the event before it in the stream and this one.
            wrong.append((kind, min(before + 1, pos) if kind is Kind.REMOVED else pos, text))
        self._previous = max(self._previous, pos)
        self._streams[envelope.stream] = pos
        return [
            LedgerFinding(
                kind,
                "envelope",
                start,
                max(start, pos - 1) if kind is Kind.REMOVED else pos,
                f"Event {pos} {text}.",
            )
            for kind, start, text in wrong
        ]
