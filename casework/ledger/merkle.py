"""The Merkle tree of RFC 6962 over envelopes: roots, the frontier, and what checks a proof (`proofs` makes them).

- leaf hash = SHA-256(0x00 ‖ leaf), node hash = SHA-256(0x01 ‖ left ‖ right), root of nothing = SHA-256("");
- a tree of n leaves splits at the largest power of two smaller than n.

The two `verify_*` functions answer True or False for
whatever they are given and never raise: what they are given may come from an attacker.

Source: RFC 6962 section 2.1; the verifying algorithms as RFC 9162 sections 2.1.3.2 and 2.1.4.2 word them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from casework.base.errors import BadInput

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

_FRONTIER_VERSION: Final = b"\x01"


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a growing tree: all that is needed to append and to say the root.

    Args:
        size: number of leaves.
        edge: roots of the complete subtrees, largest first; one for each 1 in the binary form of `size`.

    Raises:
        BadInput: the two do not fit together.
    """

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.edge) != self.size.bit_count():
            raise BadInput(f"A tree of {self.size} leaves does not have {len(self.edge)} complete subtrees.")

    def append(self, leaf: bytes) -> Frontier:
        """Return the frontier with one more leaf, given as its bytes."""
        return self.append_hash(leaf_hash(leaf))

    def append_hash(self, hashed: bytes) -> Frontier:
        """Return the frontier with one more leaf, given as its leaf hash."""
        edge, size = list(self.edge), self.size
        while size & 1:
            hashed = node_hash(edge.pop(), hashed)
            size >>= 1
        return Frontier(self.size + 1, (*edge, hashed))

    def root(self) -> bytes:
        """Return the root hash of the tree, 32 bytes."""
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1]
        for subtree in reversed(self.edge[:-1]):
            root = node_hash(subtree, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the stored form: version 1, size in 8 bytes (most significant first), the edge."""
        return _FRONTIER_VERSION + self.size.to_bytes(8, "big") + b"".join(self.edge)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """Return what `to_bytes` wrote.

        Raises:
            BadInput: not of that form.
        """
        size = int.from_bytes(data[1:9], "big")
        if data[:1] != _FRONTIER_VERSION or len(data) != 9 + HASH_BYTES * size.bit_count():
            raise BadInput("The stored edge of the Merkle tree cannot be read.")
        return cls(size, tuple(data[at : at + HASH_BYTES] for at in range(9, len(data), HASH_BYTES)))


class Growth:
    """A tree that grows in place: what `Frontier` says, without making a new one for each leaf."""

    __slots__ = ("edge", "size")

    def __init__(self) -> None:
        self.size = 0
        self.edge: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Add one leaf, given as its leaf hash."""
        edge, size = self.edge, self.size
        while size & 1:
            hashed = sha256(b"\x01" + edge.pop() + hashed).digest()
            size >>= 1
        edge.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Return the root hash of the tree, 32 bytes."""
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1]
        for subtree in self.edge[-2::-1]:
            root = sha256(b"\x01" + subtree + root).digest()
        return root

    def frontier(self) -> Frontier:
        """Return the right edge as a value."""
        return Frontier(self.size, tuple(self.edge))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over `leaves`, given as their bytes (not their hashes)."""
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root()


def verify_inclusion(hashed: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` shows a leaf of that hash at `index` in the tree of `size` leaves under `root`."""
    if not 0 <= index < size or not _are_hashes((hashed, *proof)):
        return False
    place, last, running = index, size - 1, hashed
    for sibling in proof:
        if not last:
            return False
        if place & 1 or place == last:
            running = node_hash(sibling, running)
            place, last = _climb(place, last)
        else:
            running = node_hash(running, sibling)
        place, last = place >> 1, last >> 1
    return not last and running == root


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether `proof` shows that the second tree only appended to the first; both given by size."""
    if not 0 <= first <= second or not _are_hashes((first_root, second_root, *proof)):
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    hashes = list(proof) if first & (first - 1) else [first_root, *proof]
    if not hashes:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            place, last = _climb(place, last)
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return not last and old == first_root and new == second_root


def _climb(place: int, last: int) -> tuple[int, int]:
    """Go up over the levels at which the right edge has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _are_hashes(values: Iterable[object]) -> bool:
    """Say whether all are byte strings of the length of a hash."""
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
