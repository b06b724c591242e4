"""Figures over cases, and that a small number can never be worked out from what is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import product

import pytest

from casework.records.history import record_of
from casework.records.statistics import (
    DISMISSAL,
    INFORMAL,
    LEVELS,
    SANCTION,
    SMALL,
    CaseFigures,
    Row,
    Spread,
    Statistics,
    Table,
    case_figures,
    finest,
    statistics_of,
    without_small,
)
from casework.records.statistics_charts import shown
from casework.records.statistics_pdf import statistics_html, statistics_pdf
from tests.unit.records.sample import sample
from tests.unit.rendering.standards import failures

CASE = CaseFigures(
    opened="2026-03-02",
    closed=True,
    stage="Appeal",
    band="S2 (misconduct)",
    clauses=("4.1 (SMP-4.1a)",),
    outcome="First written warning",
    result=SANCTION,
    appeal="Appeal dismissed",
    days={"Reported": 2, "Triaged": 4},
    suspensions=(),
    waivers=0,
    overdue=0,
    late=0,
)


def _figures(cases: list[CaseFigures]) -> Statistics:
    return statistics_of(cases, school="A School", made="today")


def _rows(figures: Statistics, table: str) -> dict[str, int | None]:
    return {row.label: row.count for row in figures.table(table).rows if row.count != 0}


def test_a_case_is_counted_as_its_record_says() -> None:
    record = record_of(sample().given())
    found = case_figures(record, waivers=1)
    assert (found.closed, found.stage, found.outcome) == (False, "Appeal", "First written warning")
    assert found.band == "S2 (misconduct)"
    assert (found.appeal, found.waivers) == ("Appeal not decided", 1)
    assert "Appeal" not in found.days  # it goes on
    assert found.days["Reported"] == 4
    assert len(found.suspensions) == 1


def test_each_case_stands_once_in_each_table_and_days_have_median_and_quartiles() -> None:
    cases = [replace(CASE, days={"Reported": days}, closed=days > 2) for days in range(1, 6)]
    cases.append(replace(CASE, days={}, suspensions=(7, 9), waivers=3, closed=False, stage="Hearing"))
    found = _figures(cases)
    assert [sum(row.count or 0 for row in table.rows) for table in found.tables if table.whole] == [
        6, 3, 6, 6, 6, 6, 6, 6, 6,
    ]  # fmt: skip
    assert _rows(found, "status") == {"Open": 3, "Closed": 3}
    assert _rows(found, "stage") == {"Appeal": 2, "Hearing": 1}
    assert _rows(found, "waivers") == {"None": 5, "Two or more": 1}
    reported, *_, suspension = found.spreads
    assert reported == Spread("Reported", 5, 2.0, 3.0, 4.0)
    assert suspension == Spread("Suspension", 2, 7.5, 8.0, 8.5)
    assert [shown(value) for value in (3.0, 7.5, None)] == ["3", "7.5", "–"]
    assert _figures([]).cases == 0
    assert statistics_html(without_small(_figures([])))


@pytest.mark.parametrize("fixed", [True, False])
def test_no_hidden_number_follows_from_what_is_shown(fixed: bool) -> None:
    """Whoever knows the method and the total tries every table there could be: none pins a hidden number down."""
    by_what_is_shown: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    most = 36  # beyond three times the largest small number, nothing new can be told
    for counts in product(range(most + 1), repeat=3):
        if sum(counts) > most:
            continue
        rows = tuple(Row(label, count) for label, count in zip("abc", counts, strict=True))
        found = Statistics("", "", "", "", sum(counts), (Table("t", "", rows, True, fixed),), ())
        hidden = without_small(found)
        by_what_is_shown[hidden.cases, hidden.tables].add(counts)
        assert all(row.count is None or row.count >= SMALL for row in hidden.tables[0].rows)
    for (_, (table,)), possible in by_what_is_shown.items():  # type: ignore[misc]
        kept = {row.label for row in table.rows if row.count is not None}  # type: ignore[has-type]
        for at, label in enumerate("abc"):
            small = {counts[at] for counts in possible if counts[at] < SMALL}
            assert label in kept or not small or len({counts[at] for counts in possible}) > 1


def test_no_hidden_outcome_follows_from_the_sums_that_are_shown_by_characteristic() -> None:
    """The sums of large parts are known from there, and that of the small ones together."""
    by_what_is_shown: dict[object, set[tuple[int, ...]]] = defaultdict(set)
    rows = (("Informal", INFORMAL), ("Warning", SANCTION), ("Final warning", SANCTION))
    for counts in (each for each in product(range(31), repeat=3) if sum(each) <= 30):
        told = tuple(Row(label, count, part) for (label, part), count in zip(rows, counts, strict=True))
        hidden = without_small(Statistics("", "", "", "", sum(counts), (Table("outcome", "", told),), ()))
        sums = Counter({INFORMAL: counts[0], SANCTION: counts[1] + counts[2]})
        at = finest("outcome", sums)
        large = tuple(sums.items()) if at is not None and LEVELS["outcome"][at][INFORMAL] != INFORMAL else at
        by_what_is_shown[hidden.cases, hidden.tables, large].add(counts)
    for (cases, (table,), _), possible in by_what_is_shown.items():  # type: ignore[misc]
        kept = {row.label for row in table.rows if row.count is not None}  # type: ignore[has-type]
        for at, (label, _) in enumerate(rows):
            values = {counts[at] for counts in possible}
            assert label in kept or len(values) > 1 or min(values) >= SMALL, (cases, possible)  # type: ignore[has-type]


def test_small_numbers_are_hidden_across_tables_too() -> None:
    closed, running = replace(CASE, closed=True), replace(CASE, closed=False, stage="Hearing")
    hidden = without_small(_figures([closed] * 40 + [running] * 3))
    assert hidden.cases == 43
    assert _rows(hidden, "status") == {"Open": None, "Closed": None}
    assert set(_rows(hidden, "stage").values()) == {None}
    few = without_small(_figures([CASE] * 9))
    assert few.cases is None
    assert {row.count for table in few.tables for row in table.rows} == {None}
    assert {item.median for item in few.spreads} == {None}
    rare = without_small(
        _figures([CASE] * 30 + [replace(CASE, outcome="Dismissal with notice", result=DISMISSAL)] * 2)
    )
    assert "Dismissal" not in statistics_html(
        rare
    )  # that the row is there would tell that somebody was dismissed
    assert [row.label for row in rare.table("outcome").rows] == ["All others"]


def test_the_report_has_a_table_with_every_chart_and_says_when_small_numbers_show() -> None:
    page = statistics_html(_figures([CASE] * 12))
    assert page.count("<svg") == page.count("<table") == 11
    assert page.count("<svg") == page.count("<title>") - 1
    assert "Small numbers are shown." in page
    hidden = statistics_html(without_small(_figures([CASE] * 12)))
    assert "Small numbers are shown." not in hidden and "12 in all" in hidden
    assert "&lt;b&gt;" in statistics_html(_figures([replace(CASE, outcome="<b>")]))


def test_the_report_is_a_pdf_that_everybody_can_read() -> None:
    cases = [replace(CASE, waivers=at % 3, closed=at % 2 == 0) for at in range(30)]
    assert failures(statistics_pdf(without_small(_figures(cases)))) == []
