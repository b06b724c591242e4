"""Inclusion and consistency proofs of RFC 6962, made from leaf hashes that pass by once.

A proof is a list of roots over ranges of leaves. Which ranges is known beforehand, so that only the right edge of the
tree and the roots that are asked for have to be kept: the memory does not grow with the log.

Source: RFC 6962 sections 2.1.1 and 2.1.2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from casework.base.errors import BadInput
from casework.ledger.merkle import node_hash

Range = tuple[int, int]
"""The first leaf, and the one after the last."""


class Proofs:
    """Proofs for one tree.

    Args:
        leaf_hashes: in leaf order; those after the first `size` are left alone.
        size: how many leaves the tree has.
        indexes: the leaves that are to be proven to be in it.
        firsts: the sizes of earlier trees that it is to be proven to have grown out of.

    Raises:
        BadInput: there is no such leaf, an earlier tree is the larger one, or there are fewer leaves.
    """

    def __init__(
        self,
        leaf_hashes: Iterable[bytes],
        size: int,
        *,
        indexes: Collection[int] = (),
        firsts: Collection[int] = (),
    ) -> None:
        inclusion = {index: _inclusion(index, size) for index in indexes}
        consistency = {first: _consistency(first, size) for first in firsts}
        wanted = {place for places in (*inclusion.values(), *consistency.values()) for place in places}
        roots = _roots(leaf_hashes, size, wanted)
        self.inclusion = {index: [roots[place] for place in places] for index, places in inclusion.items()}
        """By leaf, the proof that it is in the tree, lowest hash first."""
        self.consistency = {
            first: [roots[place] for place in places] for first, places in consistency.items()
        }
        """By earlier size, the proof that the tree only appended to the tree of that size."""


def _roots(leaf_hashes: Iterable[bytes], size: int, wanted: Collection[Range]) -> dict[Range, bytes]:
    """The roots over ranges: complete subtrees, or what is left of the tree from a leaf to its end."""
    found: dict[Range, bytes] = {}
    edge: list[tuple[Range, bytes]] = []
    count = 0
    for hashed in islice(leaf_hashes, size):
        place, count = (count, count + 1), count + 1
        while edge and edge[-1][0][1] - edge[-1][0][0] == place[1] - place[0]:
            if place in wanted:
                found[place] = hashed
            (start, _), left = edge.pop()
            if (start, place[0]) in wanted:
                found[start, place[0]] = left
            place, hashed = (start, place[1]), node_hash(left, hashed)
        edge.append((place, hashed))
    if count != size:
        raise BadInput(f"There are {count} leaves, not {size}.")
    rest = b""
    for (start, end), hashed in reversed(edge):
        rest = node_hash(hashed, rest) if rest else hashed
        found[start, end] = hashed
        found[start, size] = rest
    return found


def _inclusion(index: int, size: int) -> list[Range]:
    """The ranges whose roots show that a leaf is in the tree, lowest first."""
    if not 0 <= index < size:
        raise BadInput(f"A tree of {size} leaves has no leaf {index}.")
    start, end, path = 0, size, list[Range]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def _consistency(first: int, size: int) -> list[Range]:
    """The ranges whose roots show that a tree only appended to its first leaves, lowest first."""
    if not 0 <= first <= size:
        raise BadInput(f"A tree of {first} leaves does not come before a tree of {size}.")
    start, end, path = 0, size, list[Range]()
    while first and first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start:  # the reader holds the root of the first tree, but not of a part of it
        path.append((start, end))
    return path[::-1]


def _split(count: int) -> int:
    """The largest power of two smaller than `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1
