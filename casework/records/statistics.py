"""Figures over many cases, for those who run a school: counts, and days per stage. Nobody is named.

Counts are of cases unless a table says otherwise. Days are calendar days, of stages that have ended. A median and
quartiles are those of the values in order, interpolated (`statistics.quantiles`, method "inclusive").
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from casework.cases.assess_steps import sanction_standing
from casework.cases.comparable import appeal_standing, was_decided
from casework.records.figures import closed_on, deadlines_of, stages_of, suspensions_of
from casework.records.record import Record
from casework.records.suppression import SMALL, hidden_rows
from casework.records.words import BANDS, STAGES

if TYPE_CHECKING:
    from casework.records.by_characteristic import Characterised

HIDDEN: Final = "under 10, or hidden so that such a number cannot be worked out"
"""What stands for a hidden count, in a note."""

_NOT_YET: Final = "No allegation yet"

_APPEALS: Final = {
    "none": "No appeal",
    "undecided": "Appeal not decided",
    "dismissed": "Appeal dismissed",
    "upheld_in_part": "Appeal upheld in part",
    "upheld": "Appeal upheld",
}

UNDECIDED: Final = "Not decided yet"
INFORMAL: Final = "Ended before a hearing decided"
NO_SANCTION: Final = "Decided, and no sanction stands"
SANCTION: Final = "Sanction short of dismissal"
DISMISSAL: Final = "Dismissal"

RESULTS: Final = (UNDECIDED, INFORMAL, NO_SANCTION, SANCTION, DISMISSAL)
"""What comes of a case, in few words; each outcome is part of one of them."""

NO_APPEAL: Final = "No appeal"
NOT_UPHELD: Final = "Appeal not upheld, or not decided"
UPHELD: Final = "Appeal upheld, in part or whole"

APPEALED: Final = (NO_APPEAL, NOT_UPHELD, UPHELD)
"""What comes of appeals, in few words."""

SUSPENDED: Final = ("Not suspended", "Suspended")

_PARTS: Final[Mapping[str, str]] = {
    _APPEALS["none"]: NO_APPEAL,
    _APPEALS["undecided"]: NOT_UPHELD,
    _APPEALS["dismissed"]: NOT_UPHELD,
    _APPEALS["upheld_in_part"]: UPHELD,
    _APPEALS["upheld"]: UPHELD,
}

_SANCTIONED: Final = "A sanction, or dismissal"

LEVELS: Final[Mapping[str, Sequence[Mapping[str, str]]]] = {
    "outcome": (
        {result: result for result in RESULTS},
        {
            UNDECIDED: UNDECIDED,
            **dict.fromkeys((INFORMAL, NO_SANCTION), "No sanction"),
            **dict.fromkeys((SANCTION, DISMISSAL), _SANCTIONED),
        },
        {
            **dict.fromkeys((UNDECIDED, INFORMAL, NO_SANCTION), "No sanction so far"),
            **dict.fromkeys((SANCTION, DISMISSAL), _SANCTIONED),
        },
    ),
    "suspended": ({answer: answer for answer in SUSPENDED},),
    "appeal": (
        {part: part for part in APPEALED},
        {NO_APPEAL: NO_APPEAL, **dict.fromkeys((NOT_UPHELD, UPHELD), "An appeal")},
    ),
}
"""What is told by characteristic, from the finest to the coarsest: each part, and the column in which it counts.

Each level joins columns of the one before, so that the sums of a coarser one say nothing that a finer one does not.
"""


def finest(table: str, counted: Mapping[str, int]) -> int | None:
    """Return the first of the `LEVELS` of a table at which no sum is small; None if there is none.

    Args:
        counted: how many cases there are of each part.
    """
    for at, level in enumerate(LEVELS[table]):
        sums = Counter({column: 0 for column in level.values()})
        for part, column in level.items():
            sums[column] += counted.get(part, 0)
        if min(sums.values()) >= SMALL:
            return at
    return None


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """What is counted of one case. `days` are of each stage that ended, by its name."""

    opened: str
    closed: bool
    stage: str
    band: str
    clauses: tuple[str, ...]
    outcome: str
    result: str
    appeal: str
    days: Mapping[str, int]
    suspensions: tuple[int, ...]
    waivers: int
    overdue: int
    late: int
    suspended: bool = False

    @property
    def appealed(self) -> str:
        """What came of an appeal, of `APPEALED`."""
        return _PARTS[self.appeal]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: `count` is None where it is hidden; `part` names the row of a shorter table that it is of."""

    label: str
    count: int | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of cases. In a `whole` table each case stands in one row, so that the rows make up the total.

    A `fixed` table has the same rows for every school; any other has only rows that occur.
    """

    id: str
    title: str
    rows: tuple[Row, ...]
    whole: bool = True
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Spread:
    """Days: of how many cases, the median and the quartiles; None where there are none, or too few to show."""

    label: str
    count: int | None
    lower: float | None
    median: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of a school. `cases` is None where it is hidden; `first` and `last` bound the days of opening.

    `characteristics` are there if answers to equality monitoring were counted; small numbers are always hidden in them.
    """

    school: str
    made: str
    first: str
    last: str
    cases: int | None
    tables: tuple[Table, ...]
    spreads: tuple[Spread, ...]
    small_hidden: bool = False
    characteristics: tuple[Characterised, ...] = ()

    def table(self, id_: str) -> Table:
        """Return a table by its id."""
        return next(table for table in self.tables if table.id == id_)


def case_figures(record: Record, waivers: int) -> CaseFigures:
    """Return what is counted of a case whose facts are there; `waivers` is how many requirements were waived."""
    case, policy, words = record.case, record.words.policy, record.words
    closed = closed_on(record) is not None
    standing = sanction_standing(case, policy)
    state = case.states.get(policy.main_strand, "")
    known = policy.strands[policy.main_strand].states.get(state)
    stages = stages_of(record)
    result = NO_SANCTION if was_decided(case, policy) else INFORMAL if closed else UNDECIDED
    if standing is not None:
        sanction = policy.sanctions[standing[0]]
        outcome, result = sanction.title, DISMISSAL if sanction.dismissal else SANCTION
    else:  # an end of a stage of its own says more than that the case is closed
        outcome = words.state(policy.main_strand, state) if closed and known and known.stage else result
    reached = [stage.title for stage in stages if stage.status != "not_reached"]
    bands = [item.band for item in case.standing_allegations]
    codes = {code for item in case.standing_allegations for code in item.clauses}
    clauses = {f"{words.clause(code).number} ({code})" for code in codes}
    deadlines, suspensions = deadlines_of(record), suspensions_of(record)
    return CaseFigures(
        opened=case.opened.isoformat() if case.opened else "",
        closed=closed,
        stage=STAGES.get(str(known.stage), reached[-1]) if known and known.stage else reached[-1],
        band=BANDS[max(bands, key=list(BANDS).index)] if bands else _NOT_YET,
        clauses=tuple(sorted(clauses)),
        outcome=outcome,
        result=result,
        appeal=_APPEALS[appeal_standing(case, policy)],
        days={
            stage.title: stage.days for stage in stages if stage.status == "past" and stage.days is not None
        },
        suspensions=tuple(span.days for span in suspensions if span.until is not None),
        waivers=waivers,
        overdue=sum(item.status == "overdue" for item in deadlines),
        late=sum(item.status == "late" for item in deadlines),
        suspended=bool(suspensions),
    )


def statistics_of(
    cases: Sequence[CaseFigures], *, school: str, made: str, first: str = "", last: str = ""
) -> Statistics:
    """Return the figures of cases."""
    running = [case for case in cases if not case.closed]
    severity = "Cases by the most serious allegation"
    kind = "Cases by rule of the conduct policy"
    codes = (code for case in cases for code in case.clauses)
    open_or_closed = ("Closed" if case.closed else "Open" for case in cases)
    tables = (
        _counted("status", "Open or closed", open_or_closed, ("Open", "Closed")),
        _counted("stage", "Open cases by stage", (case.stage for case in running), STAGES.values()),
        _counted("severity", severity, (case.band for case in cases), (*BANDS.values(), _NOT_YET)),
        _counted("kind", kind, codes, whole=False),
        _of_parts(
            _counted("outcome", "Cases by what stands in the end", (case.outcome for case in cases)),
            {case.outcome: case.result for case in cases},
        ),
        _of_parts(
            _counted("suspended", "Suspension", (SUSPENDED[case.suspended] for case in cases), SUSPENDED),
            {answer: answer for answer in SUSPENDED},
        ),
        _of_parts(_counted("appeal", "Appeals", (case.appeal for case in cases), _APPEALS.values()), _PARTS),
        _counted("waivers", "Requirements waived, by case", (_some(case.waivers) for case in cases), _SOME),
        _counted("late", "Deadlines missed, by case", (_some(case.late) for case in cases), _SOME),
        _counted("overdue", "Deadlines overdue now, by case", (_some(case.overdue) for case in cases), _SOME),
    )
    spreads = [
        _spread(title, [case.days[title] for case in cases if title in case.days])
        for title in STAGES.values()
    ]
    spreads.append(_spread("Suspension", [days for case in cases for days in case.suspensions]))
    return Statistics(school, made, first, last, len(cases), tables, tuple(spreads))


_SOME: Final = ("None", "One", "Two or more")


def _some(number: int) -> str:
    return _SOME[min(number, 2)]


def _counted(
    id_: str, title: str, values: Iterable[str], order: Iterable[str] = (), *, whole: bool = True
) -> Table:
    """Count values: in rows that are given, and then any other; without any, the most frequent first."""
    counted = Counter(values)
    fixed = tuple(order)
    others = sorted(counted.keys() - set(fixed), key=lambda label: (-counted[label], label))
    rows = tuple(Row(label, counted[label]) for label in (*fixed, *others))
    return Table(id_, title, rows, whole, bool(fixed))


def _of_parts(table: Table, parts: Mapping[str, str]) -> Table:
    return replace(table, rows=tuple(replace(row, part=parts[row.label]) for row in table.rows))


def _spread(label: str, days: Sequence[int]) -> Spread:
    if not days:
        return Spread(label, 0, None, None, None)
    if len(days) == 1:
        return Spread(label, 1, float(days[0]), float(days[0]), float(days[0]))
    lower, median, upper = statistics.quantiles(days, n=4, method="inclusive")
    return Spread(label, len(days), lower, median, upper)


def without_small(found: Statistics) -> Statistics:
    """Return the figures with every count below `SMALL` hidden, so that none can be worked out from what is left.

    In a table whose rows make up a total, at least two rows are hidden, with at least `SMALL` cases between them, and
    never so that each has to be the largest small number. What is hidden besides is chosen by its place and not by
    its size. Where that cannot be done, everything is hidden. A test tries every table to see that nothing follows.
    """
    tables = [_hide(table) for table in found.tables]
    if any(table is None for table in tables) or (found.cases or 0) < SMALL:
        empty = tuple(_all_hidden(table) for table in found.tables)
        spreads = tuple(Spread(item.label, None, None, None, None) for item in found.spreads)
        return replace(
            found, cases=None, tables=empty, spreads=spreads, small_hidden=True, characteristics=()
        )
    shown = {table.id: table for table in tables if table is not None}
    if "status" in shown and any(row.count is None for row in shown["status"].rows):
        shown["stage"] = _all_hidden(shown["stage"])  # its rows make up the number of open cases
    # How many cases have left a stage would tell how many have not, so that only the days are shown.
    spreads = tuple(
        replace(item, count=None)
        if (item.count or 0) >= SMALL
        else Spread(item.label, None, None, None, None)
        for item in found.spreads
    )
    return replace(found, tables=tuple(shown.values()), spreads=spreads, small_hidden=True)


def _hide(table: Table) -> Table | None:
    """Hide what is small in one table, and as much more as it takes; None if even that would tell."""
    counts = [row.count or 0 for row in table.rows]
    hidden: frozenset[int] | None
    if table.id in LEVELS:
        hidden = _hidden_parts(table.id, table.rows)
    elif table.whole:
        hidden = hidden_rows(counts)
    else:
        hidden = frozenset(at for at, count in enumerate(counts) if count < SMALL)
    if hidden is None:
        # A table of its own population (open cases) may be hidden whole; its total is not shown.
        return None if table.id != "stage" else _all_hidden(table)
    rows = tuple(Row(row.label, None) if at in hidden else row for at, row in enumerate(table.rows))
    return replace(table, rows=rows if table.fixed else _without_labels(rows))


def _hidden_parts(table: str, rows: Sequence[Row]) -> frozenset[int] | None:
    """What is hidden where the sums of parts are told by characteristic: what is small in a part, and more of it."""
    counts = [row.count or 0 for row in rows]
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.part] += row.count or 0
    at = finest(table, sums)
    if at is None:
        return hidden_rows(counts)
    level, hidden = LEVELS[table][at], set[int]()
    for column in level.values():
        of = [place for place, row in enumerate(rows) if level[row.part] == column]
        within = hidden_rows([counts[place] for place in of])
        hidden |= set(of) if within is None else {of[place] for place in within}
    return frozenset(hidden)


def _all_hidden(table: Table) -> Table:
    rows = tuple(Row(row.label, None) for row in table.rows)
    return replace(table, rows=rows if table.fixed else _without_labels(rows))


def _without_labels(rows: Sequence[Row]) -> tuple[Row, ...]:
    """One hidden row for all: that a row is there would say that there is such a case."""
    kept = tuple(row for row in rows if row.count is not None)
    return kept if len(kept) == len(rows) else (*kept, Row("All others", None))
