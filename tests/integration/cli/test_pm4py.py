"""The event log, opened with pm4py: every event, in its order, with the cells that the CSV has."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.desk import Desk

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv" / "pm4py" / "bin" / "python"

READ = """
import json, sys
import pm4py
log = pm4py.read_xes(sys.argv[1])
graph, first, last = pm4py.discover_dfg(log)
rows = [{name: None if value != value else str(value) for name, value in row.items()} for row in log.to_dict("records")]
print(json.dumps({"rows": rows, "first": first, "last": last, "follows": sum(graph.values())}))
"""


@pytest.mark.skipif(
    not PYTHON.exists(), reason="pm4py is not there (make pm4py): no event log is opened with it"
)
def test_pm4py_opens_an_event_log_with_every_row_of_the_csv(session_desk: Desk, tmp_path: Path) -> None:
    taken = ("--out", str(tmp_path), "--to", "Internal audit", "--purpose", "Process review")
    session_desk.type("case", "export", session_desk.reference, "--format", "xes", "--format", "csv", *taken)
    done = subprocess.run(
        [PYTHON, "-W", "ignore", "-c", READ, str(tmp_path / "case-history.xes")],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    found = json.loads(done.stdout[done.stdout.index('{"rows"') :])
    with (tmp_path / "case-history.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = list(csv.DictReader(file))
    read = {row["event"]: row for row in found["rows"]}
    assert len(found["rows"]) == len(expected) == len(read) > 10
    for row in expected:
        for name, value in row.items():
            cell = read[row["event"]].get(name)
            shown = {"True": "yes", "False": "no", None: ""}.get(cell, cell)
            if name in ("days_to_record", "position", "days_late") and shown:
                shown = str(int(float(shown)))
            assert shown == value, (row["event"], name)
        assert read[row["event"]]["concept:name"] == row["what"]
        assert read[row["event"]]["case:concept:name"] == session_desk.reference
    assert list(found["first"]) == ["Case opened"]
    assert found["follows"] == len(expected) - 1
