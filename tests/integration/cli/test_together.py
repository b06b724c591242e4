"""Several people at once: nothing is lost, nothing is recorded twice, and who came second is told."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.integration.cli.desk import Desk


def start(desk: Desk, *words: str) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "casework", "--data", str(desk.folder), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_people_who_record_at_once_each_is_recorded_or_told(desk: Desk) -> None:
    running = [start(desk, "case", "note", desk.reference, f"Note {number}", "--json") for number in range(4)]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    codes = [code for _, code in ended]
    assert set(codes) <= {0, 4}, ended
    for (said, _), code in ended:
        answer = json.loads(said)
        assert answer["ok"] is (code == 0)
        if code == 4:
            assert answer["code"] == "conflict"
            assert answer["since"]
    shown = json.loads(start(desk, "case", "show", desk.reference, "--json").communicate(timeout=120)[0])
    assert len(shown["notes"]) == codes.count(0) > 0
    report = json.loads(start(desk, "audit", "verify", "--json").communicate(timeout=120)[0])
    assert report["whole"] is True


def test_one_command_sent_twice_at_once_is_recorded_once(desk: Desk) -> None:
    act = "0b1c5f3e-8f0a-4c3b-9a53-1f2e3d4c5b6a"
    running = [
        start(desk, "case", "note", desk.reference, "Once", "--command", act, "--json") for _ in range(3)
    ]
    codes = sorted((process.communicate(timeout=120), process.returncode)[1] for process in running)
    assert codes == [0, 0, 0]
    shown = json.loads(start(desk, "case", "show", desk.reference, "--json").communicate(timeout=120)[0])
    assert [note["text"] for note in shown["notes"]] == ["Once"]


def test_whoever_looked_before_somebody_else_recorded_is_told_what_changed(desk: Desk) -> None:
    seen = desk.type("case", "next", desk.reference, "--json").json["seen"]
    desk.type("case", "note", desk.reference, "Somebody else was faster")
    refused = desk.type("case", "step", desk.reference, "triage", "--seen", str(seen), "--json", ok=4)
    assert refused.json["since"] == [{"event": seen + 1, "kind": "note_added"}]
