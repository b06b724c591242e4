"""Which key signs which heads of a log: one at first, and after each change of key the new one.

A change of key is an event of the log. The head that covers it, and nothing after it, is signed by both keys: the old
one vouches for the event that names the new one, and the new one shows that it is held. Heads of a smaller size are the
old key's, heads of a greater size the new one's.

A log that was restored from a backup goes on under another origin; its older heads carry the one that it had then.

Source: C2SP signed-note, which lets a note carry several signatures; docs/reference/formats.md, "Changing the key".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from casework.ledger.checkpoint import Checkpoint, Verifier, claimed_size, open_checkpoint


@dataclass(frozen=True, slots=True)
class Rotation:
    """A change of key: the size of the log with the event that says so, and the public keys before and after it."""

    size: int
    before: bytes
    after: bytes


class KeyLine:
    """The keys of a log, oldest first, each with the heads that it signs.

    Args:
        origin: of the log; also the name of its keys.
        current: the public key that signs now, 32 bytes.
        rotations: every change of key, oldest first.
        earlier: origins under which the same keys signed the log before, in its earlier generations.

    Raises:
        BadInput: an origin or a key is not of its form.
    """

    def __init__(
        self,
        origin: str,
        current: bytes,
        rotations: Sequence[Rotation] = (),
        earlier: Collection[str] = (),
    ) -> None:
        self.origin, self.rotations, self.earlier = origin, tuple(rotations), tuple(earlier)
        self._sizes = [rotation.size for rotation in rotations]
        keys = [*(rotation.before for rotation in rotations), current]
        self.verifiers = tuple(Verifier(origin, key) for key in keys)
        self._older = {name: tuple(Verifier(name, key) for key in keys) for name in earlier}

    @property
    def current(self) -> Verifier:
        """The key that signs now."""
        return self.verifiers[-1]

    def every(self) -> list[Verifier]:
        """Return each key under each origin that the log had, those of now last."""
        return [*(verifier for older in self._older.values() for verifier in older), *self.verifiers]

    def open(self, note: str) -> Checkpoint:
        """Return what a signed head says.

        Raises:
            NoteRefused: not well formed, of another log, or not signed by each key that has to have signed it.
        """
        size = claimed_size(note)
        at = bisect_left(self._sizes, size) if size is not None else 0
        signers = self._older.get(note.partition("\n")[0], self.verifiers)
        opened = open_checkpoint(note, signers[at])
        if at < len(self._sizes) and self._sizes[at] == opened.size:
            open_checkpoint(note, signers[at + 1])
        return opened


def follow(current: bytes, told: Sequence[Rotation]) -> list[Rotation]:
    """Return those of the changes of key that are told, in order, which lead to the current key one after another."""
    line: list[Rotation] = []
    key = current
    for rotation in reversed(told):
        if rotation.after == key:
            line.insert(0, rotation)
            key = rotation.before
    return line
