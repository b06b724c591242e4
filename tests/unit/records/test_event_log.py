"""The rows of events in each format: the same in all, harmless in a spreadsheet, and an event log that is one."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from casework.records.event_csv import table_csv
from casework.records.event_log import FORMS, written
from casework.records.event_rows import COLUMNS, EventRow, rows_of
from casework.records.history import build_history
from casework.records.model import History
from casework.services.audit_tools import exceptions, reconciled, sample
from tests.unit.records.sample import sample as sample_case

XES = "{http://www.xes-standard.org/}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def history() -> History:
    return build_history(sample_case().given())


@pytest.fixture(scope="module")
def rows(history: History) -> list[EventRow]:
    return rows_of(history)


def _as_text(row: EventRow) -> list[str]:
    shown = {True: "yes", False: "no", None: ""}
    return [shown[c] if c is None or isinstance(c, bool) else str(c) for c in row.cells()]


def test_each_event_has_one_row_with_its_fingerprint(history: History, rows: list[EventRow]) -> None:
    assert [row.event for row in rows] == [entry.n for entry in history.entries]
    assert [row.envelope_sha256 for row in rows] == [item.envelope_sha256 for item in history.fingerprints]
    assert sum(bool(row.waived) for row in rows) == 1
    assert [row.event for row in rows if row.annulled_by] == [
        entry.n for entry in history.entries if entry.annulled_by
    ]


@pytest.mark.parametrize("streamed", [False, True])
def test_csv_and_spreadsheet_hold_the_same_cells(
    rows: list[EventRow], streamed: bool, tmp_path: Path
) -> None:
    table = csv.reader(io.StringIO(written("A School", [rows], "csv").decode("utf-8-sig"), newline=""))
    assert list(table) == [list(COLUMNS), *map(_as_text, rows)]
    with (tmp_path / "events.xlsx").open("w+b") as file:
        FORMS["xlsx"](file, "A School", [rows])
        data = (file.seek(0), file.read())[1] if streamed else written("A School", [rows], "xlsx")
    book = zipfile.ZipFile(io.BytesIO(data))
    shared = [
        "".join(part.text or "" for part in item.iter(f"{SHEET}t"))
        for item in (ElementTree.fromstring(book.read("xl/sharedStrings.xml")) if not streamed else ())
    ]
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = {
        cell.attrib["r"]: shared[int(value.text or "")] if cell.get("t") == "s" else value.text
        for cell in sheet.iter(f"{SHEET}c")
        if (value := cell.find(f"{SHEET}v")) is not None
    }
    cells |= {
        cell.attrib["r"]: "".join(part.text or "" for part in cell.iter(f"{SHEET}t"))
        for cell in sheet.iter(f"{SHEET}c")
        if cell.get("t") == "inlineStr"
    }
    assert not list(sheet.iter(f"{SHEET}f"))
    names = ["A", *(chr(letter) for letter in range(ord("B"), ord("Z") + 1)), "AA"]
    for line, row in enumerate([list(COLUMNS), *map(_as_text, rows)], start=1):
        assert [cells.get(f"{name}{line}", "") for name in names] == row


def test_a_cell_is_never_a_formula() -> None:
    given = ["=1+1", "+44 20", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "safe = 1", "O'Hara"]
    (line,) = csv.reader(io.StringIO(table_csv((), [given]).decode(), newline=""))
    assert line == [f"'{text}" for text in given[:7]] + given[7:]
    assert table_csv((), [[-5, True, None]]) == b"-5,yes,\r\n"


def test_an_event_log_is_one_trace_for_each_case_with_everything_that_process_mining_asks_for(
    rows: list[EventRow],
) -> None:
    log = ElementTree.fromstring(written("A & “B” School", [rows, rows, []], "xes"))
    assert [log.tag, log.attrib["xes.version"]] == [f"{XES}log", "1849-2016"]
    # IEEE 1849: extensions, then globals, then classifiers, then attributes, then traces; a key once in an element.
    order = ["extension", "global", "classifier", "string", "trace"]
    tags = [child.tag.removeprefix(XES) for child in log]
    assert tags == sorted(tags, key=order.index)
    traces = log.findall(f"{XES}trace")
    assert [len(trace.findall(f"{XES}event")) for trace in traces] == [len(rows), len(rows)]
    declared = {child.attrib["prefix"] for child in log.findall(f"{XES}extension")}
    for event, row in zip(traces[0].findall(f"{XES}event"), rows, strict=True):
        held = {child.attrib["key"]: (child.tag.removeprefix(XES), child.attrib["value"]) for child in event}
        assert len(held) == len(event)
        assert {key.partition(":")[0] for key in held if ":" in key} <= declared
        assert held["concept:name"] == ("string", row.what)
        assert held["event"] == ("int", str(row.event))
        assert held["irregular"] == ("boolean", "true" if row.irregular else "false")
        kind, at = held["time:timestamp"]
        assert (kind, datetime.fromisoformat(at).tzinfo is None) == ("date", False)
        if row.happened:
            assert at.startswith(row.happened)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_give_the_same_bytes(rows: list[EventRow], form: str) -> None:
    assert written("A School", [rows], form) == written("A School", [rows], form)


def test_exceptions_name_the_event_and_agree_with_the_figures(history: History) -> None:
    found = exceptions(history, days=2)
    assert reconciled(history, found) == []
    assert {item.why for item in found} >= {"waived", "irregular", "corrected", "annulled"}
    by_event = {(item.why, item.event) for item in found}
    assert by_event >= {("waived", entry.n) for entry in history.entries if entry.waived}
    late = [item for item in found if item.why == "written up late"]
    assert {item.event for item in late} == {
        entry.n for entry in history.entries if (entry.days_to_record or 0) > 2
    }
    assert len(exceptions(history, days=0)) > len(exceptions(history, days=400))
    assert reconciled(history, [item for item in found if item.why != "waived"]) != []


def test_a_sample_can_be_drawn_again_and_follows_from_the_seed() -> None:
    items = [f"ASH-26-{n:04}" for n in range(200)]
    drawn = sample(items, "7", 20)
    assert drawn == sample(reversed(items), "7", 20) == sample(items, "7", 50)[:20]
    assert drawn != sample(items, "8", 20)
    assert len(set(drawn)) == 20
    # What anybody gets with: printf '7\nASH-26-0003' | sha256sum
    assert drawn[0] == "ASH-26-0003"
    assert sample(items, "7", 500) == sample(items, "7", 200)
    counts = [sum(item in sample(items, str(seed), 20) for seed in range(50)) for item in items[:20]]
    assert min(counts) > 0 and max(counts) < 15
