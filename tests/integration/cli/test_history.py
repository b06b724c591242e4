"""The history of a case, read on the screen or taken away: whole, and on the access log."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.cli.desk import Desk


def test_the_timeline_tells_everything_in_order(hearing_desk: Desk) -> None:
    shown = hearing_desk.type("case", "timeline", hearing_desk.reference).stdout
    assert shown.index("Decide on a formal investigation") < shown.index(
        "Find that there is a case to answer"
    )
    assert "Helen Marsh" in shown
    entries = hearing_desk.type("case", "timeline", hearing_desk.reference, "--json").json["entries"]
    assert len(entries) == hearing_desk.type("case", "next", hearing_desk.reference, "--json").json["seen"]
    log = hearing_desk.type("audit", "log", "--log", "access", "--json").json["entries"]
    assert [entry["kind"] for entry in log] == ["access_log_opened", "role_given", "read", "read"]


def test_an_export_needs_a_purpose_and_is_on_the_access_log(hearing_desk: Desk, tmp_path: Path) -> None:
    words = ["case", "export", hearing_desk.reference, "--format", "json", "--format", "txt"]
    assert "--to" in hearing_desk.type(*words, ok=2).stderr
    words += ["--to", "Judith Falk"]
    assert "--purpose" in hearing_desk.type(*words, ok=2).stderr
    words += ["--purpose", "For the appeal panel", "--out", str(tmp_path / "bundle")]
    done = hearing_desk.type(*words, "--json").json
    assert [Path(name).name for name in done["files"]] == ["case-history.json", "case-history.txt"]
    held = json.loads(Path(done["files"][0]).read_text(encoding="utf-8"))
    assert held["format"] == "casework/case-history/v1"
    log = hearing_desk.type("audit", "log", "--log", "access", "--json").json["entries"]
    assert [entry["kind"] for entry in log] == ["access_log_opened", "role_given", "exported"]
    assert "is there already" in hearing_desk.type(*words, ok=2).said
    assert len(hearing_desk.type("audit", "log", "--log", "access", "--json").json["entries"]) == 3
    hearing_desk.type(*words, "--force")
