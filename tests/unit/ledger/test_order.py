"""The first break of a log's positions, as a table: what is stated, what is proven and signed, what happened."""

from __future__ import annotations

import pytest

from casework.ledger.findings import Kind
from casework.ledger.order import UNREADABLE, Break, first_break

ALTERED, INSERTED, REMOVED, REORDERED = Kind.ALTERED, Kind.INSERTED, Kind.REMOVED, Kind.REORDERED


@pytest.mark.parametrize(
    ("stated", "proven", "signed", "found"),
    [
        ([], 0, 0, None),
        ([0, 1, 2], 0, 3, None),
        ([0, 5, 2, 3], 2, 4, None),  # before what is proven, nothing was tampered with
        ([0, 2, 3], 0, 4, (REMOVED, 1, 1, -1)),
        ([0, 3], 0, 4, (REMOVED, 1, 2, -2)),
        ([2], 0, 3, (REMOVED, 0, 1, -2)),
        ([0, 4, 3, 2, 5], 0, 6, (REMOVED, 1, 1, -1)),  # one removed, the ones behind it reversed
        ([0, 1, 3], 0, 4, (REMOVED, 2, 2, -1)),  # the last but one
        ([0, 1, 3], 0, 3, (ALTERED, 2, 2, 0)),  # none is missing: the last one's number was changed
        ([0, 1, 3], 0, 0, (ALTERED, 2, 2, 0)),
        ([0, 7, 2, 3], 0, 4, (ALTERED, 1, 1, 0)),  # goes on as if nothing were
        ([0, UNREADABLE, 2, 3], 0, 4, (ALTERED, 1, 1, 0)),
        ([0, 1, 1, 3], 0, 4, (ALTERED, 2, 2, 0)),  # overwritten with a copy
        ([0, 1, 1], 0, 0, (ALTERED, 2, 2, 0)),
        ([0, 1, 2, 1], 0, 3, (INSERTED, 3, 3, 1)),
        ([0, 1, 2, UNREADABLE], 0, 3, (INSERTED, 3, 3, 1)),
        ([0, UNREADABLE, 1, 2], 0, 3, (INSERTED, 1, 1, 1)),
        ([0, 3, 1, 2], 0, 3, (INSERTED, 1, 1, 1)),  # a number that was never signed
        ([0, 3, 1, 2], 0, 4, (REORDERED, 1, 2, 0)),
        ([0, 3, 1, 2], 0, 0, (REORDERED, 1, 2, 0)),
        ([0, 9, 1, 2], 0, 0, (INSERTED, 1, 1, 1)),
        ([0, 2, 1, 2, 3], 0, 4, (INSERTED, 1, 1, 1)),  # a copy of a later one
        ([0, 1, 2, 1, 3], 1, 4, (INSERTED, 1, 3, 1)),  # either of the two may be the false one
        ([0, 1, 2, 1, 3], 2, 4, (INSERTED, 3, 3, 1)),  # the first is proven
        ([1, 0, 2], 0, 3, (REORDERED, 0, 1, 0)),
        ([2, 1, 0], 0, 3, (REORDERED, 0, 2, 0)),
    ],
)
def test_the_first_break_is_classified(
    stated: list[int], proven: int, signed: int, found: tuple[Kind, int, int, int] | None
) -> None:
    assert first_break(stated, proven, signed) == (found and Break(*found))
