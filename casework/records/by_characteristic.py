"""What came of cases, by characteristic: tables in which no small count stands or can be worked out (EqA-149).

A characteristic has one set of rows for all its tables: groups of at least ten cases, and the smaller ones together in
one row. Columns are those of a level at which no sum over all cases is small; of such levels the one that shows most.
So every sum in these tables is of at least ten cases; what is hidden within is for `hidden_cells`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from casework.records.monitoring import CHARACTERISTICS, NOT_ANSWERED, Answers
from casework.records.statistics import LEVELS, SUSPENDED, CaseFigures, finest
from casework.records.suppression import hidden_cells, hidden_rows

OTHERS: Final = "All others together"


@dataclass(frozen=True, slots=True)
class Group:
    """A row: how many cases, and how many of each column; None where that is hidden."""

    label: str
    cases: int
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CrossTable:
    """What came of cases, by one characteristic; without columns, cases alone."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Group, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Characterised:
    """The tables of one characteristic; none if there are too few cases to show any number."""

    name: str
    title: str
    tables: tuple[CrossTable, ...]


@dataclass(frozen=True, slots=True)
class _Measure:
    title: str
    of: Callable[[CaseFigures], str]


_MEASURES: Final[Mapping[str, _Measure]] = {
    "outcome": _Measure("What came of the case", lambda case: case.result),
    "suspended": _Measure("Suspension", lambda case: SUSPENDED[case.suspended]),
    "appeal": _Measure("Appeals", lambda case: case.appealed),
}


def by_characteristic(cases: Sequence[tuple[CaseFigures, Answers]]) -> tuple[Characterised, ...]:
    """Return what came of cases, by each characteristic; `cases` are all of them, with what was answered of each."""
    came = {name: [measure.of(case) for case, _ in cases] for name, measure in _MEASURES.items()}
    found = []
    for name, asked in CHARACTERISTICS.items():
        said = [asked.answers[answers[name]] if name in answers else NOT_ANSWERED for _, answers in cases]
        groups = _groups([*asked.answers.values(), NOT_ANSWERED], said)
        tables = [
            table
            for measure, parts in came.items()
            if (table := _table(measure, groups, Counter(zip(said, parts, strict=True)))) is not None
        ]
        if len(groups) > 1 and not tables:
            tables = [_cases_alone(groups, Counter(said))]
        found.append(Characterised(name, asked.title, tuple(tables)))
    return tuple(found)


def _groups(labels: Sequence[str], said: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which answers share a row: each stands alone, and the small ones together; nothing if even that would tell."""
    counted = Counter(said)
    small = hidden_rows([counted[label] for label in labels])
    if small is None:
        return {}
    alone: dict[str, tuple[str, ...]] = {
        label: (label,) for at, label in enumerate(labels) if at not in small
    }
    return {**alone, OTHERS: tuple(labels[at] for at in sorted(small))} if small else alone


def _table(
    measure: str, groups: Mapping[str, tuple[str, ...]], counted: Mapping[tuple[str, str], int]
) -> CrossTable | None:
    """The table at the level that shows the largest share of its cells; None if none shows any."""
    sums: Counter[str] = Counter()
    for (_, part), count in counted.items():
        sums[part] += count
    first = finest(measure, sums)
    if first is None or len(groups) < 2:
        return None
    made = [_at_level(measure, level, groups, counted) for level in LEVELS[measure][first:]]
    best = max(made, key=_shown)
    return best if _shown(best) else None


def _at_level(
    measure: str,
    level: Mapping[str, str],
    groups: Mapping[str, tuple[str, ...]],
    counted: Mapping[tuple[str, str], int],
) -> CrossTable:
    columns = tuple(dict.fromkeys(level.values()))
    cells = [
        [
            sum(counted.get((label, part), 0) for label in of for part in level if level[part] == column)
            for column in columns
        ]
        for of in groups.values()
    ]
    hidden = hidden_cells(cells)
    rows = (
        Group(
            label,
            sum(line),
            tuple(None if (at, place) in hidden else count for place, count in enumerate(line)),
        )
        for at, (label, line) in enumerate(zip(groups, cells, strict=True))
    )
    totals = tuple(map(sum, zip(*cells, strict=True)))
    return CrossTable(measure, _MEASURES[measure].title, columns, tuple(rows), totals)


def _shown(table: CrossTable) -> float:
    """The share of cells that are shown."""
    counts = [count for row in table.rows for count in row.counts]
    return sum(count is not None for count in counts) / len(counts)


def _cases_alone(groups: Mapping[str, tuple[str, ...]], counted: Mapping[str, int]) -> CrossTable:
    rows = (Group(label, sum(counted[one] for one in of), ()) for label, of in groups.items())
    return CrossTable("cases", "Cases", (), tuple(rows), ())


def share(count: int | None, of: int) -> str:
    """Return a count with its share of the row, as it is printed; `hidden` for None."""
    return "hidden" if count is None else f"{count} ({100 * count / of:.0f}%)"


def lines(found: Sequence[Characterised]) -> Iterator[tuple[str, str, int | None]]:
    """Yield every number of the tables with the names of its table and of its row, for a flat list."""
    for item in found:
        for table in item.tables:
            title = f"{item.title}: {table.title}"
            for row in table.rows:
                yield title, row.label, row.cases
                yield from (
                    (title, f"{row.label}: {column}", count)
                    for column, count in zip(table.columns, row.counts, strict=True)
                )
