"""Role x state -> steps: the golden table is what a reviewer of a policy signs off."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from casework.procedure.table import HEADINGS, Row, permitted, table_csv
from tests.unit.procedure.small_policy import load_shipped, load_small

GOLDEN = Path(__file__).parents[2] / "golden" / "policy" / "england-maintained.table.csv"


def test_the_shipped_policy_permits_exactly_what_was_signed_off() -> None:
    renew = f"If the change is meant, write table_csv of the policy to {GOLDEN.name} and say why in the changelog."
    assert table_csv(load_shipped()) == GOLDEN.read_text(encoding="utf-8"), renew


def test_a_row_lists_the_steps_of_one_role_in_one_state() -> None:
    rows = permitted(load_small())
    assert rows[0] == Row("procedure", "reported", "investigator", ("report",))
    assert Row("procedure", "heard", "chair", ("warn", "dismiss")) in rows
    assert Row("suspension", "working", "governors", ("suspend",)) in rows
    assert not [row for row in rows if row.state in ("closed", "ended")], "nobody may do anything at the end"


def test_the_csv_form_reads_back() -> None:
    heading, *rows = csv.reader(io.StringIO(table_csv(load_small())))
    assert tuple(heading) == HEADINGS
    assert [Row(a, b, c, tuple(d.split())) for a, b, c, d in rows] == permitted(load_small())
