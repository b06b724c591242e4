"""One altered event is one finding: what rests on it is not called unlawful beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from casework.scenario.model import load_scenario
from casework.scenario.run import play
from casework.services import audit

STORY = Path(__file__).parents[1] / "scenarios" / "first-written-warning.yaml"


def test_one_altered_event_is_one_finding(tmp_path: Path) -> None:
    played = play(load_scenario(STORY), tmp_path / "data")
    database = sqlite3.connect(tmp_path / "data" / "casework.sqlite3")
    (facts,) = database.execute("SELECT facts FROM events WHERE pos = 14").fetchone()
    spoiled = bytearray(facts)
    spoiled[len(spoiled) // 2] ^= 1
    database.execute("UPDATE events SET facts = ? WHERE pos = 14", (bytes(spoiled),))
    database.commit()
    database.close()
    report = audit.verify(played.workspace, [played.school])
    named = [(item.kind, item.pos) for item in report.findings if item.kind in ("altered", "unlawful")]
    assert named == [("altered", 14)]
