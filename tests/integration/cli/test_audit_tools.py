"""The auditor's tools at the command line: the population, the sample, the exceptions, the export."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.integration.cli.desk import PEOPLE, Desk


def test_the_population_is_counted_twice_and_a_case_that_is_hidden_shows(
    session_desk: Desk, tmp_path: Path
) -> None:
    found = session_desk.type("audit", "population", "--json").json
    assert [case["reference"] for case in found["cases"]] == [session_desk.reference]
    assert (found["ok"], found["disagreements"], found["signed"]) == (
        True, [], sum(found["events"].values()),
    )  # fmt: skip
    none = session_desk.type("audit", "population", "--until", "2020-01-01", "--json").json
    assert (none["listed"], none["counted"]) == (0, 1)
    shutil.copytree(session_desk.folder, tmp_path / "data")
    hidden = Desk(tmp_path / "data", session_desk.reference)
    with sqlite3.connect(hidden.folder / "casework.sqlite3") as database:
        database.execute("DELETE FROM cases")
    database.close()
    shown = hidden.type("audit", "population", ok=1)
    assert "1 cases with their facts; the list shows 0" in shown.stdout
    assert "not complete" in shown.stderr
    with sqlite3.connect(hidden.folder / "casework.sqlite3") as database:
        database.execute("DELETE FROM events WHERE pos = 9")
    database.close()
    assert "Positions 9 to 9 of the log are missing." in hidden.type("audit", "population", ok=1).stdout


def test_a_sample_and_the_exceptions_name_reference_and_event(session_desk: Desk) -> None:
    drawn = session_desk.type(
        "audit", "sample", "--seed", "7", "--size", "3", "--of", "events", "--json"
    ).json
    assert (drawn["population"] > 3, drawn["complete"]) == (True, True)
    assert [(row["reference"], row["event"] > 0) for row in drawn["sample"]] == [
        (session_desk.reference, True)
    ] * 3
    found = session_desk.type("audit", "exceptions", "--days", "0", "--json").json
    assert (found["cases"], found["disagreements"]) == (1, [])
    assert sum(found["totals"].values()) == len(found["exceptions"])
    assert session_desk.type("audit", "exceptions", "--csv").stdout.startswith("\ufeffWhy,Reference,Event,")


def test_figures_need_no_key_and_hide_small_numbers_before_they_are_handed_on(session_desk: Desk) -> None:
    found = session_desk.type("stats", "--json").json
    assert (found["cases"], found["small_hidden"], found["erased"]) == (1, False, 0)
    stages = next(item["rows"] for item in found["tables"] if item["id"] == "stage")
    assert sum(row["count"] for row in stages) == 1
    assert session_desk.type("stats", "--until", "2020-01-01", "--json").json["cases"] == 0
    handed_on = session_desk.type("stats", "--small-numbers", "hide", "--format", "csv").stdout
    assert "Open or closed,Open,hidden,,," in handed_on
    assert "too few to show" in session_desk.type("stats", "--small-numbers", "hide").stdout


def test_an_export_of_the_school_names_nobody_and_is_on_the_access_log(
    hearing_desk: Desk, tmp_path: Path
) -> None:
    words = ["audit", "export", "--format", "xes", "--out", str(tmp_path / "log.xes")]
    assert "--to" in hearing_desk.type(*words, ok=2).stderr
    words += ["--to", "Internal audit", "--purpose", "Process review"]
    done = hearing_desk.type(*words, "--json").json
    events = hearing_desk.type("audit", "population", "--json").json["events"]["case"]
    assert (done["cases"], done["events"]) == (1, events)
    text = (tmp_path / "log.xes").read_text(encoding="utf-8")
    assert not [name for name in (*PEOPLE, "Priya Nair") if name.split()[0] in text]
    log = hearing_desk.type("audit", "log", "--log", "access", "--json").json["entries"]
    assert [entry["kind"] for entry in log] == ["access_log_opened", "role_given", "exported"]
    assert "is there already" in hearing_desk.type(*words, ok=2).said


def test_a_bundle_is_verified_without_a_data_folder(
    hearing_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.records.pdf.to_pdf", lambda history: b"%PDF")
    out = tmp_path / "case.zip"
    words = [
        "case",
        "export",
        hearing_desk.reference,
        "--format",
        "bundle",
        "--to",
        "Union",
        "--purpose",
        "Tribunal",
    ]
    assert "already" in hearing_desk.type(*words, "--format", "pdf", ok=2).said
    done = hearing_desk.type(*words, "--masked", "--out", str(out), "--json").json
    stranger = Desk(tmp_path / "nowhere")
    said = stranger.type("verify", str(out), "--key-fingerprint", done["key_fingerprint"], "--json").json
    assert (said["verdict"], said["findings"]) == ("whole and lawful", [])
    assert "only self-attested" in " ".join(stranger.type("verify", str(out)).stdout.split())
    assert not (tmp_path / "nowhere").exists()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(out.read_bytes()[:2000])
    assert stranger.type("verify", str(broken), "--json", ok=1).json["verdict"] == "cut short"
    broken.write_bytes(b"hello")
    assert "neither a .zip file nor a folder" in stranger.type("verify", str(broken), ok=2).said
    key = hearing_desk.type("audit", "key").stdout
    (tmp_path / "key.txt").write_text(key)
    known = ["verify", str(out), "--key-fingerprint", str(tmp_path / "key.txt"), "--json"]
    assert stranger.type(*known).json["verdict"] == "whole and lawful"
    assert "is whole and unaltered" in " ".join(hearing_desk.type("verify").stdout.split())
    assert json.loads(hearing_desk.type("verify", "--json").stdout)["whole"]
