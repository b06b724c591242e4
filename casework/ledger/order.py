"""The first place at which a log's positions do not count up, and what happened there.

Each envelope says its own position. Once a log has been tampered with, those numbers tell removing,
inserting and moving apart, which a Merkle root alone cannot: a root only says that something is wrong.
Used by `verify` for the part of a log that no fitting head vouches for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from casework.ledger.findings import Kind

UNREADABLE: Final = -1
"""Stated position of something that is not an envelope."""


@dataclass(frozen=True, slots=True)
class Break:
    """What happened at the first place where the count is broken.

    Args:
        kind: removed, inserted, reordered or altered.
        pos: position concerned.
        last: last position concerned.
        surplus: how many events the log has too many because of it; negative for removed ones.
    """

    kind: Kind
    pos: int
    last: int
    surplus: int


def first_break(stated: Sequence[int], proven: int, signed: int) -> Break | None:
    """Return the first break of the count at or after `proven`; None if the positions count up.

    Args:
        stated: for each place in the log, the position that its envelope says, or `UNREADABLE`.
        proven: the events before this position are known to be as signed.
        signed: size of the newest head with a valid signature; 0 if there is none.
    """
    place = next((at for at in range(proven, len(stated)) if stated[at] != at), None)
    if place is None:
        return None
    found = stated[place]
    after = stated[place + 1 :]
    if place in after:
        return _still_there(stated, place, found, proven, signed)
    resumes = bool(after) and after[0] == place + 1
    at_end = not after and len(stated) >= signed
    if found > place and not resumes and not at_end:
        present = set(after)
        last = place
        while last + 1 < found and last + 1 not in present:
            last += 1
        return Break(Kind.REMOVED, place, last, place - last - 1)
    if found < place and place >= signed > 0:
        return Break(Kind.INSERTED, place, place, 1)  # a copy or no event at all, behind the last signed one
    return Break(Kind.ALTERED, place, place, 0)


def _still_there(stated: Sequence[int], place: int, found: int, proven: int, signed: int) -> Break:
    """Classify a place whose own event comes later: something was put before it, or it was moved."""
    twin = next((at for at, other in enumerate(stated) if other == found and at != place), None)
    beyond = found >= (signed or len(stated))
    if found == UNREADABLE or beyond:
        return Break(Kind.INSERTED, place, place, 1)
    if twin is not None:
        # Two events say the same position. If the earlier one is not proven either, it may be the false one.
        return Break(Kind.INSERTED, twin if proven <= twin < place else place, place, 1)
    return Break(Kind.REORDERED, place, stated.index(place, place + 1), 0)
