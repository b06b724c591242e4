"""Is a log in order? Told in one pass and flat memory; what is wrong with one that is not, `verify` tells.

The heads come beside the events whose append they were made for, as the store keeps them. What is checked is what
`verify` checks, but for the signatures, which `signed` checks apart because they take most of the time: each event by
itself, its place, its number and time; the text of each head against the root at its size; a head wherever an act ends.
A log that is found sound and signed is one in which `examine` finds nothing; a test holds the two against each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType

from casework.ledger.checkpoint import Checkpoint
from casework.ledger.checks import Checked, Succession
from casework.ledger.errors import NoteRefused
from casework.ledger.key_line import KeyLine
from casework.ledger.merkle import EMPTY_ROOT, Growth


class Sound:
    """Takes the events of a log in order.

    Args:
        origin: of the log.
        log: id of the log.
        witnesses: by size, the root of each checkpoint that was found elsewhere.
        earlier: by origin, the size at which each earlier generation of the log ended, oldest first.

    `misplaced` is the position of the first entry beside which not the head stands that was made after it.
    """

    def __init__(
        self,
        origin: str,
        log: str,
        witnesses: Mapping[int, bytes],
        earlier: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.sound = witnesses.get(0, EMPTY_ROOT) == EMPTY_ROOT
        self.misplaced: int | None = None
        self.growth = Growth()
        self._origins, self._ends = (*earlier, origin), tuple(earlier.values())
        self._log = log
        self._witnesses, self._met = witnesses, sum(size == 0 for size in witnesses)
        self._succession = Succession()
        self._command, self._covered = "", True

    def take(self, checked: Checked, head: object) -> None:
        """Take the next event and the head beside it."""
        self.growth.add(sha256(b"\x00" + checked.data).digest())
        if self.sound:
            self.sound = self._in_order(checked) and self._fits(head)

    def doubt(self) -> None:
        """Say that something beside the events is wrong."""
        self.sound = False

    def finish(self) -> bool:
        """Return whether the whole log was in order, after its last event; a log without events is not."""
        if self.sound and not self._covered:
            self.sound, self.misplaced = False, self.growth.size - 1
        return self.sound and self.growth.size > 0 and self._met == len(self._witnesses)

    def _in_order(self, checked: Checked) -> bool:
        envelope = checked.envelope
        if envelope is None or checked.faults:
            return False
        if envelope.pos != self.growth.size - 1 or envelope.log != self._log:
            return False
        if envelope.command != self._command and not self._covered:
            self.misplaced = self.growth.size - 2
            return False
        self._command, self._covered = envelope.command, False
        return not self._succession.faults(envelope, checked)

    def _fits(self, head: object) -> bool:
        size = self.growth.size
        witnessed = self._witnesses.get(size)
        if head is None and witnessed is None:
            return True
        root = self.growth.root()
        if witnessed is not None:
            self._met += 1
            if witnessed != root:
                return False
        if head is None:
            return True
        self._covered = True
        origin = self._origins[bisect_left(self._ends, size)]
        if isinstance(head, str) and head.startswith(f"{Checkpoint(origin, size, root).text()}\n"):
            return True
        self.misplaced = size - 1
        return False


def signed(notes: Iterable[object], keys: KeyLine) -> bool:
    """Return whether each note is well formed and signed by the key, or keys, that had to sign it."""
    try:
        for note in notes:
            if not isinstance(note, str):
                return False
            keys.open(note)
    except NoteRefused:
        return False
    return True
