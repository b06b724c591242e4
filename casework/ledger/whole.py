"""The check of a whole log against its heads: one pass over the events, then a verdict.

While the events pass, the root of every size that a head speaks of is computed and compared. Afterwards
`covered` is the greatest size whose head fits: all events before it are proven, so that whatever is wrong
with their form is the writer's fault. From there on, the smallest size whose head does not fit and the
positions that the envelopes state tell where the first break is and of which class (see `order`).

The other things that an envelope says (its stream and number, its time, its log) do not name the first break:
where one of them was altered, the event that seems out of place can be the one after it.
"""

from __future__ import annotations

from array import array
from collections import defaultdict

from casework.ledger.checks import Checked, Succession
from casework.ledger.event import Envelope
from casework.ledger.findings import Kind, LedgerFinding, span
from casework.ledger.heads import Heads, Source
from casework.ledger.merkle import EMPTY_ROOT, Frontier
from casework.ledger.order import UNREADABLE, Break, first_break
from casework.ledger.walk import Counts, Verified, by_itself


class Whole:
    """Takes all events of a log in order.

    Args:
        heads: those that carry a valid signature.
        log: id of the log; that of the first event, if None.
        every_head: whether each append's head has to be among them.
    """

    def __init__(self, heads: Heads, log: str | None, every_head: bool) -> None:
        self.findings: list[LedgerFinding] = []
        self._heads, self._log, self._every_head = heads, log, every_head
        self._roots: dict[int, list[tuple[Source, bytes]]] = defaultdict(list)
        for source, head in heads.valid:
            self._roots[head.size].append((source, head.root))
        self._fitting: dict[Source, set[int]] = {"head": set(), "witness": set()}
        self._unfitting: list[tuple[int, Source]] = []
        self._counts, self._frontier, self._succession = Counts(), Frontier(), Succession()
        self._stated = array("q")
        self._suspect: list[tuple[int, str]] = []
        self._unreadable: list[int] = []
        self._boundaries: list[int] = []
        self._command = ""
        self._compare(0, EMPTY_ROOT)

    def take(self, checked: Checked) -> None:
        """Take the next event."""
        index = self._counts.events
        self._counts.take(checked)
        self._frontier = self._frontier.append(checked.data)
        size = self._frontier.size
        if size in self._roots:
            self._compare(size, self._frontier.root())
        envelope = checked.envelope
        if envelope is not None:
            self._follow(index, envelope, checked)
        else:
            # What cannot be read states no position; of an unknown version, its hash has to be enough.
            self._stated.append(index if checked.unknown else UNREADABLE)
            self._command = ""
            self._succession.skip()
        if checked.unreadable:
            self._unreadable.append(index)
        elif checked.faults:
            agreed = envelope is not None and envelope.pos == checked.row_pos
            self.findings += by_itself(checked, envelope.pos if envelope and agreed else index)

    def finish(self) -> None:
        """Judge, after the last event."""
        covered = max(max(self._fitting["head"], default=0), max(self._fitting["witness"], default=0))
        bad = min((size for size, _ in self._unfitting if size > covered), default=None)
        broken = first_break(self._stated, covered, self._heads.signed())
        breaks = [broken] if broken else []
        if bad is not None and (broken is None or broken.pos >= bad):
            breaks.insert(0, Break(Kind.ALTERED, covered, bad - 1, 0))
        for found in breaks:
            self.findings.append(_broken(found, bad))
        self._judge_form(covered, breaks[0] if breaks else None)
        self._judge_heads(covered, breaks[0].pos if breaks else None)
        self._judge_end(self._counts.events - sum(found.surplus for found in breaks))

    def verified(self) -> Verified:
        """Return what was verified, if nothing was found."""
        return self._counts.verified(self._frontier.size, self._frontier.root(), len(self._heads.valid))

    def _compare(self, size: int, root: bytes) -> None:
        """Compare the root of the first `size` events with what each head of that size says."""
        for source, stated in self._roots.get(size, ()):
            if stated == root:
                self._fitting[source].add(size)
            else:
                self._unfitting.append((size, source))

    def _follow(self, index: int, envelope: Envelope, checked: Checked) -> None:
        """Note where an event stands and whether it follows the one before it."""
        self._stated.append(envelope.pos)
        self._log = self._log or envelope.log
        if envelope.log != self._log:
            self._suspect.append((index, "says that it is of another log"))
        self._suspect += [(index, text) for _, text in self._succession.faults(envelope, checked)]
        if self._command and envelope.command != self._command:
            self._boundaries.append(index)
        self._command = envelope.command

    def _judge_form(self, covered: int, first: Break | None) -> None:
        """Report broken rules of form, except where they may only follow from the first break."""
        end = len(self._stated) if first is None else first.pos + (first.kind is Kind.ALTERED)
        wrong = [(index, text) for index, text in self._suspect if index < end]
        wrong += [
            (index, f"says that it stands at {pos}")
            for index, pos in enumerate(self._stated[:covered])
            if pos not in (index, UNREADABLE)
        ]
        wrong += [(index, "has an envelope that cannot be read") for index in self._unreadable]
        for index, text in wrong:
            kind = Kind.MALFORMED if index < covered or first is None else Kind.ALTERED
            self.findings.append(LedgerFinding(kind, "envelope", index, index, f"Event {index} {text}."))

    def _judge_heads(self, covered: int, first: int | None) -> None:
        """Report heads that disagree with later ones, witnesses of another history, heads that are gone."""
        for size, source in self._unfitting:
            if size > covered:
                continue
            if source == "head":
                text = f"The head of size {size} is signed, but a later head that fits the ledger disagrees."
                pos = max(size - 1, 0)
                finding = LedgerFinding(Kind.HEAD_CONTRADICTS, source, pos, pos, text, size)
            else:
                start = max((known for known in self._fitting[source] if known < size), default=0)
                text = (
                    f"A kept checkpoint of size {size} tells another history: "
                    f"{span(start, size - 1)} were recorded otherwise when it was made."
                )
                finding = LedgerFinding(Kind.ROLLED_BACK, source, start, size - 1, text, size)
            self.findings.append(finding)
        # An append ends where the command changes. Once the log is broken, only proven events tell that.
        end = self._heads.signed("head") if first is None else covered - 1
        for size in self._boundaries if self._every_head else ():
            if size <= end and size not in self._heads.claimed:
                text = f"The signed head that was made after event {size - 1} is gone."
                self.findings.append(LedgerFinding(Kind.HEAD_MISSING, "head", size - 1, size - 1, text, size))

    def _judge_end(self, size: int) -> None:
        """Compare where the log ends with where its newest head, and the newest witness, say that it does.

        Args:
            size: of the log, without what was inserted and with what is known to have been removed.
        """
        signed, witnessed = self._heads.signed("head"), self._heads.signed("witness")
        if size < signed:
            text = f"The ledger ends before {span(size, signed - 1)}, which its newest head signed."
            self.findings.append(LedgerFinding(Kind.CUT_SHORT, "log", size, signed - 1, text, signed))
        elif size > signed:
            text = f"No valid head vouches for {span(signed, size - 1)}."
            self.findings.append(LedgerFinding(Kind.NOT_COVERED, "log", signed, size - 1, text, signed))
        end = max(size, signed)
        if witnessed > end:
            text = (
                f"A kept checkpoint vouches for {span(end, witnessed - 1)}, "
                "which neither the ledger nor its heads know of: it was rolled back."
            )
            self.findings.append(
                LedgerFinding(Kind.ROLLED_BACK, "witness", end, witnessed - 1, text, witnessed)
            )


def _broken(found: Break, bad: int | None) -> LedgerFinding:
    """Put the first break into words."""
    where = span(found.pos, found.last)
    text = {
        Kind.REMOVED: f"The ledger has lost {where}.",
        Kind.INSERTED: f"Something that was never recorded there has been inserted at {where}.",
        Kind.REORDERED: f"The order of {where} has been changed.",
    }.get(found.kind)
    if text is None:
        verb = "are not all as they were" if found.last > found.pos else "is not as it was"
        text = f"{where.capitalize()} {verb} recorded"
        text += f": the signed head of size {bad} does not fit." if bad is not None else "."
    return LedgerFinding(found.kind, "envelope", found.pos, found.last, text, bad)
