"""What verification finds: eleven classes, one shape, one order, and an exception for each class.

Order of precedence: a finding is named first if it stands at a lower position in the log; at one position,
the class that is higher in this table; what has no position comes last.

| class            | what it means                                                                          |
| ---------------- | -------------------------------------------------------------------------------------- |
| removed          | an event is gone from the middle of the log                                            |
| inserted         | something stands in the log that was never recorded there                              |
| reordered        | events stand in another order than they were recorded in                               |
| altered          | an event is not what was signed: its envelope, facts, sealed body, or its row          |
| malformed        | it is what was signed, but breaks the rules of the format: the writer was at fault     |
| head_forged      | a head is not well formed, of another log, or not signed by this log's key             |
| head_contradicts | a head is signed, but disagrees with a later one that fits: two histories were signed  |
| head_missing     | an append's head is not among the heads that were kept                                 |
| cut_short        | the log ends before the last event that its newest head signed                         |
| not_covered      | events stand after the newest head that vouches for anything                           |
| rolled_back      | a checkpoint held elsewhere says more, or otherwise, than the log and its heads         |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final, Literal

from casework.base.errors import Findings


class Kind(Enum):
    """The class of a finding, in order of precedence."""

    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    ALTERED = "altered"
    MALFORMED = "malformed"
    HEAD_FORGED = "head_forged"
    HEAD_CONTRADICTS = "head_contradicts"
    HEAD_MISSING = "head_missing"
    CUT_SHORT = "cut_short"
    NOT_COVERED = "not_covered"
    ROLLED_BACK = "rolled_back"


Part = Literal["log", "envelope", "row", "facts", "body", "proof", "head", "witness"]
"""Where in an event, or beside the events, the finding is."""

_RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """One thing that is wrong with a ledger.

    Args:
        kind: its class.
        part: where it is.
        pos: position in the log of the first event concerned, from 0; None if none can be said.
        last: position of the last event concerned; the same as `pos` where exactly one is named.
        message: one sentence for the reader; holds no names, texts, salts or keys.
        head: size of the head concerned, where there is one.
    """

    kind: Kind
    part: Part
    pos: int | None
    last: int | None
    message: str
    head: int | None = None

    def order(self) -> tuple[bool, int, int]:
        """Return the key by which findings are sorted: position, then class; without a position last."""
        return (self.pos is None, self.pos or 0, _RANK[self.kind])


class LedgerFault(Findings):
    """A ledger does not verify. `finding` is the first by precedence, `others` how many more there are."""

    code = "ledger"
    kind: ClassVar[Kind]

    def __init__(self, finding: LedgerFinding, others: int = 0) -> None:
        more = f" There are {others} more findings." if others > 1 else ""
        more = " There is one more finding." if others == 1 else more
        super().__init__(
            finding.message + more,
            remedy="Keep a copy of the database as it is, and compare it with a backup.",
            kind=finding.kind,
            part=finding.part,
            pos=finding.pos,
            last=finding.last,
            head=finding.head,
            others=others,
        )
        self.finding = finding
        self.pos = finding.pos


class Removed(LedgerFault):
    """An event is gone from the middle of the log."""

    code = "ledger-removed"
    kind = Kind.REMOVED


class Inserted(LedgerFault):
    """Something stands in the log that was never recorded there."""

    code = "ledger-inserted"
    kind = Kind.INSERTED


class Reordered(LedgerFault):
    """Events stand in another order than they were recorded in."""

    code = "ledger-reordered"
    kind = Kind.REORDERED


class Altered(LedgerFault):
    """An event is not what was signed."""

    code = "ledger-altered"
    kind = Kind.ALTERED


class Malformed(LedgerFault):
    """An event is what was signed, but breaks the rules of the format."""

    code = "ledger-malformed"
    kind = Kind.MALFORMED


class HeadForged(LedgerFault):
    """A head is not well formed, of another log, or not signed by this log's key."""

    code = "ledger-head-forged"
    kind = Kind.HEAD_FORGED


class HeadContradicts(LedgerFault):
    """A head is signed, but disagrees with a later one that fits the log."""

    code = "ledger-head-contradicts"
    kind = Kind.HEAD_CONTRADICTS


class HeadMissing(LedgerFault):
    """An append's head is not among the heads that were kept."""

    code = "ledger-head-missing"
    kind = Kind.HEAD_MISSING


class CutShort(LedgerFault):
    """The log ends before the last event that its newest head signed."""

    code = "ledger-cut-short"
    kind = Kind.CUT_SHORT


class NotCovered(LedgerFault):
    """Events stand after the newest head that vouches for anything."""

    code = "ledger-not-covered"
    kind = Kind.NOT_COVERED


class RolledBack(LedgerFault):
    """A checkpoint held elsewhere says more, or otherwise, than the log and its heads."""

    code = "ledger-rolled-back"
    kind = Kind.ROLLED_BACK


_FAULTS: Final[dict[Kind, type[LedgerFault]]] = {
    fault.kind: fault
    for fault in (
        Removed,
        Inserted,
        Reordered,
        Altered,
        Malformed,
        HeadForged,
        HeadContradicts,
        HeadMissing,
        CutShort,
        NotCovered,
        RolledBack,
    )
}


def fault_of(findings: Sequence[LedgerFinding]) -> LedgerFault:
    """Return the exception that names the first of some findings (at least one) by precedence."""
    first = min(findings, key=LedgerFinding.order)
    return _FAULTS[first.kind](first, len(findings) - 1)


def span(pos: int, last: int) -> str:
    """Return `event 4` or `events 4 to 7`."""
    return f"event {pos}" if pos == last else f"events {pos} to {last}"
