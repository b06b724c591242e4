"""Hiding small counts so that they cannot be worked out from what is left (EqA-149).

Pure. A count is small under `SMALL`, and nought is small too: that nobody was dismissed says something of everybody.
What is hidden besides the small counts is chosen by its place and not by its size: else that it was hidden would tell
that it is the next smallest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

SMALL: Final = 10
"""Counts below this are hidden where figures are handed on: too few to say nothing of somebody."""

Cell: TypeAlias = tuple[int, int]
"""A row and a column, from 0."""

Cells: TypeAlias = Sequence[Sequence[int]]


def hidden_rows(counts: Sequence[int], small: int = SMALL) -> frozenset[int] | None:
    """Return which of the counts that make up a shown sum are hidden; None if even hiding all would tell.

    At least two are hidden if any is, with at least `small` between them, and never so that each has to be the largest
    small number.
    """
    hidden = {at for at, count in enumerate(counts) if count < small}
    if not hidden:
        return frozenset()
    first, size = min(hidden), len(counts)
    others = [at % size for at in range(first + 1, first + size) if at % size not in hidden]
    while not _safe([counts[at] for at in hidden], small):
        if not others:
            return None
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _safe(counts: Sequence[int], small: int) -> bool:
    """Whether counts that are hidden together cannot be worked out from their sum."""
    return len(counts) >= 2 and sum(counts) >= small and sum(counts) != (small - 1) * len(counts)


def hidden_cells(cells: Cells, small: int = SMALL) -> frozenset[Cell]:
    """Return which cells of a table are hidden when the sums of all its rows and columns are shown.

    Hidden is where the rows and the columns that have small counts meet, and as many more of both, by place, as it
    takes. Of such a block only the sums are known, each of at least `small`: so each of its cells could be more than
    `small` different numbers.

    Args:
        cells: at least two rows and two columns; every row and every column sums to at least `small`, so that hiding
            all cells is always enough.
        small: what counts as small below.
    """
    places = [(row, column) for row in range(len(cells)) for column in range(len(cells[0]))]
    below = [(row, column) for row, column in places if cells[row][column] < small]
    rows, columns = sorted({row for row, _ in below}), sorted({column for _, column in below})
    while below:
        across = [sum(cells[row][column] for column in columns) for row in rows]
        down = [sum(cells[row][column] for row in rows) for column in columns]
        if len(columns) < 2 or min(across) < small:
            columns.append(_next(columns, len(cells[0])))
        elif len(rows) < 2 or min(down) < small:
            rows.append(_next(rows, len(cells)))
        else:
            break
    return frozenset((row, column) for row in rows for column in columns)


def _next(taken: Sequence[int], size: int) -> int:
    """The first place behind the first one taken that is not taken, beginning again at the end."""
    return next(at % size for at in range(taken[0] + 1, taken[0] + size) if at % size not in taken)
