"""Outcomes by characteristic: counted as they are, and never so that a small number stands or follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from casework.base.errors import BadInput
from casework.records.by_characteristic import OTHERS, Characterised, by_characteristic, lines
from casework.records.monitoring import CHARACTERISTICS, coded, decoded, read_answer, read_lines
from casework.records.statistics import (
    DISMISSAL,
    INFORMAL,
    LEVELS,
    RESULTS,
    SANCTION,
    UNDECIDED,
    CaseFigures,
    statistics_of,
    without_small,
)
from casework.records.statistics_pdf import statistics_html
from casework.records.suppression import SMALL
from tests.unit.records.test_statistics import CASE

Cases = list[tuple[CaseFigures, Mapping[str, str]]]


def _case(sex: str, result: str, *, suspended: bool = False) -> tuple[CaseFigures, Mapping[str, str]]:
    return replace(CASE, outcome=result, result=result, suspended=suspended), {"sex": sex} if sex else {}


def _sex(found: tuple[Characterised, ...]) -> dict[str, dict[str, tuple[int | None, ...]]]:
    (item,) = [item for item in found if item.name == "sex"]
    return {table.id: {row.label: (row.cases, *row.counts) for row in table.rows} for table in item.tables}


def test_outcomes_are_counted_as_by_hand() -> None:
    cases = [
        *[_case("female", INFORMAL, suspended=True)] * 14,
        *[_case("female", SANCTION)] * 12,
        *[_case("male", INFORMAL)] * 21,
        *[_case("male", SANCTION, suspended=True)] * 11,
        *[_case("", INFORMAL)] * 6,
        *[_case("prefer_not_to_say", SANCTION)] * 5,
    ]
    found = by_characteristic(cases)
    tables = _sex(found)
    # 41 ended before a hearing, 28 with a sanction, none was undecided: only the coarsest level has no small sum.
    assert tables["outcome"]["Male"] == (32, 21, 11)
    # Six and five stand together: their cells, 6 and 5, are hidden, and with them the next row.
    assert tables["outcome"][OTHERS] == (11, None, None)
    assert tables["outcome"]["Female"] == (26, None, None)
    assert tables["suspended"]["Male"] == (32, 21, 11)
    assert [item.tables for item in found if item.name == "disability"] == [()]


def _many(seed: int, size: int) -> Cases:
    dice = Random(seed)
    made: Cases = []
    for _ in range(size):
        result = dice.choices(RESULTS, [3, 6, 2, 5, 1])[0]
        answers = {
            name: dice.choices(list(asked.answers), range(2 * len(asked.answers), 0, -2))[0]
            for name, asked in CHARACTERISTICS.items()
            if dice.random() > 0.2
        }
        appeal = dice.choices(["No appeal", "Appeal dismissed", "Appeal upheld"], [8, 2, 1])[0]
        case = replace(CASE, outcome=result, result=result, appeal=appeal, suspended=dice.random() < 0.3)
        made.append((case, answers))
    return made


@pytest.mark.parametrize("size", [9, 25, 60, 200, 900])
def test_no_number_under_ten_stands_in_any_table_and_no_sum_gives_one_away(size: int) -> None:
    shown = 0
    for seed in range(6):
        for item in by_characteristic(_many(seed, size)):
            sizes = {tuple(row.cases for row in table.rows) for table in item.tables}
            assert len(sizes) <= 1  # the same groups in each table: a difference would be a group
            for table in item.tables:
                assert sum(row.cases for row in table.rows) == size
                assert all(total >= SMALL for total in (*table.totals, *(row.cases for row in table.rows)))
                for line in (
                    *(row.counts for row in table.rows),
                    *zip(*(row.counts for row in table.rows), strict=True),
                ):
                    assert line.count(None) != 1
                    assert all(count is None or count >= SMALL for count in line)
                for row in table.rows:
                    left = row.cases - sum(count or 0 for count in row.counts)
                    assert left >= SMALL or None not in row.counts
                    shown += sum(count is not None for count in row.counts)
    assert bool(shown) is (size > 25)


def test_columns_of_one_level_join_those_of_the_level_before() -> None:
    for levels in LEVELS.values():
        for fine, coarse in pairwise(levels):
            joined = {(fine[part], coarse[part]) for part in fine}
            assert len(joined) == len(set(fine.values()))


def test_the_report_shows_them_and_hides_them_with_everything_else_where_there_are_few() -> None:
    cases = _many(1, 300)
    figures = statistics_of([case for case, _ in cases], school="A School", made="today")
    figures = replace(figures, characteristics=by_characteristic(cases))
    page = statistics_html(without_small(figures))
    assert "Ethnic group: suspension" in page and "does not show that anybody was treated unfairly" in page
    flat = list(lines(figures.characteristics))
    assert ("Sex: Suspension", "Female") in {line[:2] for line in flat}
    few = without_small(replace(figures, cases=9))
    assert few.characteristics == ()
    none = replace(figures, characteristics=by_characteristic(cases[:9]))
    assert "too few cases, or too few answers" in statistics_html(none)


def test_what_is_sealed_is_as_long_whatever_was_answered() -> None:
    assert {len(str(coded(answers))) for _, answers in _many(2, 50)} == {len(str(coded({})))}
    for _, answers in _many(3, 50):
        assert decoded(coded(answers)) == answers
    with pytest.raises(BadInput, match="another form"):
        decoded({"form": 2, "answers": "00"})


def test_answers_are_read_by_name_or_by_words_and_every_mistake_is_named() -> None:
    assert read_answer("ethnic_group", "Black, Black British, Caribbean or African") == "black"
    assert read_answer("sex", "prefer not to say") == "prefer_not_to_say"
    rows = [
        (2, {"case": "A", "sex": "Female", "age_band": "under 25"}),
        (3, {"case": "", "sex": "femal", "age_band": "17"}),
        (4, {"case": "B", "sex": ""}),
    ]
    with pytest.raises(BadInput) as caught:
        read_lines(rows, "case")
    said = caught.value.message
    assert said.count("Line 3") == 3 and "Line 4: nothing" in said and "Did you mean" in said
    assert read_lines(rows[:1], "case")[0].answers == {"sex": "female", "age_band": "under_25"}


def test_each_outcome_is_part_of_one_result() -> None:
    counted = Counter(part for levels in LEVELS.values() for level in levels for part in level)
    assert {UNDECIDED, DISMISSAL} < set(counted)
