"""Small counts are hidden so that nobody works them out: tried by solving for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.records.suppression import SMALL, Cell, hidden_cells, hidden_rows

Cells = tuple[tuple[int, ...], ...]


def solutions(cells: Cells, hidden: frozenset[Cell]) -> Iterator[Cells]:
    """Every table of whole numbers with the same sums and the same shown cells: what a reader of it can find out."""
    columns = [sum(column) for column in zip(*cells, strict=True)]

    def rows(at: int, left: list[int]) -> Iterator[Cells]:
        if at == len(cells):
            if not any(left):
                yield ()
            return
        for row in _row(cells, hidden, at, left):
            rest = [had - value for had, value in zip(left, row, strict=True)]
            yield from ((row, *more) for more in rows(at + 1, rest))

    return rows(0, columns)


def _row(cells: Cells, hidden: frozenset[Cell], at: int, left: Sequence[int]) -> Iterator[tuple[int, ...]]:
    choices = [
        range(left[column] + 1) if (at, column) in hidden else (value,)
        for column, value in enumerate(cells[at])
    ]
    return (
        row for row in product(*choices) if sum(row) == sum(cells[at]) and all(map(int.__le__, row, left))
    )


def tables(rows: int, columns: int, most: int, small: int) -> Iterator[Cells]:
    """Every table with so many rows and columns whose sums are all large enough to be shown."""
    for flat in product(range(most + 1), repeat=rows * columns):
        cells = tuple(flat[at : at + columns] for at in range(0, len(flat), columns))
        if _large_enough(cells, small):
            yield cells


@pytest.mark.parametrize(("rows", "columns", "most", "small"), [(2, 2, 6, 3), (2, 3, 3, 2), (3, 2, 3, 2)])
def test_whoever_solves_for_a_small_number_finds_many(rows: int, columns: int, most: int, small: int) -> None:
    """For every table there is, by trying every table that has the same sums and the same shown cells."""
    tried = 0
    for cells in tables(rows, columns, most, small):
        hidden = hidden_cells(cells, small)
        every = list(solutions(cells, hidden)) if hidden else []
        for row, line in enumerate(cells):
            for column, value in enumerate(line):
                if (row, column) not in hidden:
                    assert value >= small
                elif value < small:
                    values = {table[row][column] for table in every}
                    assert len(values) > small and max(values) >= small
                    tried += 1
    assert tried > 500


@pytest.mark.parametrize(("small", "times"), [(4, 60), (6, 15)])
def test_whoever_knows_the_method_too_finds_several(small: int, times: int) -> None:
    """Of the tables that a reader may think of, those that would have been printed alike."""
    dice, tried = Random(small), 0
    while tried < times:
        rows, columns = dice.choice([(2, 2), (2, 3), (3, 2)])
        cells = tuple(tuple(dice.randrange(3 * small) for _ in range(columns)) for _ in range(rows))
        hidden = hidden_cells(cells, small) if _large_enough(cells, small) else frozenset()
        alike = (
            [table for table in solutions(cells, hidden) if hidden_cells(table, small) == hidden]
            if hidden
            else []
        )
        for row, column in hidden:
            assert cells[row][column] >= small or len({table[row][column] for table in alike}) > 1
            tried += cells[row][column] < small


def _large_enough(cells: Cells, small: int) -> bool:
    return all(sum(line) >= small for line in (*cells, *zip(*cells, strict=True)))


_COUNTS = st.one_of(st.integers(0, SMALL + 2), st.integers(0, 400))


@settings(max_examples=60)
@given(st.integers(2, 8).flatmap(lambda wide: st.lists(st.lists(_COUNTS, min_size=wide, max_size=wide), min_size=2,
                                                       max_size=5)))  # fmt: skip
def test_every_small_cell_of_a_large_table_could_be_more_than_ten_numbers(made: list[list[int]]) -> None:
    cells = [[line[0] + SMALL, *line[1:]] for line in made]
    cells += [[SMALL] * len(cells[0])]
    hidden = hidden_cells(cells)
    for row, column in ((row, column) for row, line in enumerate(cells) for column in range(len(line))):
        if (row, column) not in hidden:
            assert cells[row][column] >= SMALL
        elif cells[row][column] < SMALL:
            assert _reach(cells, hidden, (row, column)) >= SMALL


def _reach(cells: list[list[int]], hidden: frozenset[Cell], cell: Cell) -> int:
    """How far apart the bounds of Fréchet lie for a cell of a block of which only the sums are known."""
    across = sum(cells[cell[0]][column] for row, column in hidden if row == cell[0])
    down = sum(cells[row][cell[1]] for row, column in hidden if column == cell[1])
    whole = sum(cells[row][column] for row, column in hidden)
    return min(across, down) - max(0, across + down - whole)


def test_what_is_large_is_shown() -> None:
    assert hidden_cells([[20, 30], [40, 50]]) == frozenset()
    assert hidden_cells([[20, 30, 40], [40, 3, 50], [60, 70, 80]]) < {
        (row, at) for row in range(3) for at in range(3)
    }
    assert hidden_rows([40, 30, 12]) == frozenset()
    assert hidden_rows([40, 3, 12, 50]) == {1, 2}
    assert hidden_rows([9, 9]) is None
