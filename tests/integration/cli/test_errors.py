"""Errors: one sentence, one JSON shape, one exit code each, and never a traceback for a user's mistake."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from casework.base.ids import SeededDice, new_id
from casework.cli import case_list
from casework.cli.main import main
from casework.keyring.files import AccountKeys, write_account_keys
from tests.integration.cli.desk import Answer, Desk


def assert_told(answer: Answer, exit_code: int, code: str) -> dict[str, Any]:
    """The shape on standard output, the sentence on standard error, and no traceback."""
    assert answer.exit_code == exit_code, answer
    shape: dict[str, Any] = answer.json
    assert shape["ok"] is False
    assert shape["code"] == code
    assert shape["message"]
    assert shape["message"].splitlines()[0] in answer.said
    assert "Traceback" not in answer.stderr + answer.stdout
    return shape


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["case", "shwo", "X"], 2, "usage"),
        (["case", "next"], 2, "usage"),
        (["case", "note", "REF", "x", "--on", "yesterday"], 2, "usage"),
        (["case", "next", "nonsense"], 2, "bad-input"),
        (["case", "next", "ASH-26-0000"], 6, "not-permitted"),
        (["case", "step", "REF", "no-such-step"], 2, "no-such-step"),
        (["case", "step", "REF", "triage", "--taken-by", "Nobody"], 2, "unknown-person"),
        (["case", "step", "REF", "triage"], 3, "step-refused"),
        (["case", "step", "REF", "triage", "--seen", "2"], 4, "conflict"),
        (["case", "step", "REF", "triage", "--on", "2026-03-09"], 2, "field-invalid"),
        (["case", "allege", "REF", "x", "--clause", "4.1", "--band", "S2"], 2, "field-invalid"),
        (["case", "annul", "REF", "1", "--reason", "x"], 3, "cannot-amend"),
        (["case", "annul", "REF", "99", "--reason", "x"], 2, "unknown-item"),
        (["case", "note", "REF", "x", "--command", "7"], 2, "bad-input"),
        (["case", "assign", "REF", "Sam Field", "--role", "judge"], 2, "field-invalid"),
        (["letter", "issue", "REF", "no-such-letter"], 2, "unknown-letter"),
        (["letter", "serve", "REF", "3", "--method", "hand"], 2, "unknown-item"),
        (["evidence", "add", "REF", "x", "--file", "/nowhere/at/all.png"], 2, "bad-input"),
        (["evidence", "get", "REF", "1"], 2, "unknown-item"),
        (["policy", "check", "/nowhere"], 2, "usage"),
        (["--school", "XYZ", "case", "list"], 2, "unknown-school"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else str(part),
)
def test_each_mistake_has_its_sentence_and_exit_code(
    words: list[str], exit_code: int, code: str, desk: Desk
) -> None:
    typed = [desk.reference if word == "REF" else word for word in words]
    assert_told(desk.type(*typed, "--json", ok=None), exit_code, code)
    plain = desk.type(*typed, ok=exit_code)
    assert plain.stdout == ""
    assert plain.stderr.strip()


def test_nothing_is_recorded_by_what_was_refused(desk: Desk) -> None:
    before = desk.type("case", "next", desk.reference, "--json").json["seen"]
    desk.type("case", "step", desk.reference, "triage", ok=3)
    desk.type("case", "step", desk.reference, "triage", "--seen", "1", ok=4)
    assert desk.type("case", "next", desk.reference, "--json").json["seen"] == before


def test_an_unknown_command_names_those_most_like_it(desk: Desk) -> None:
    assert "Did you mean case" in desk.type("csae", ok=2).stderr
    assert "Did you mean show" in desk.type("case", "shwo", ok=2).stderr
    assert "Did you mean triage" in desk.type("case", "step", desk.reference, "triaje", ok=2).stderr


def test_without_a_database_it_says_how_to_make_one(empty_desk: Desk) -> None:
    shape = assert_told(empty_desk.type("case", "list", "--json", ok=None), 5, "no-store")
    assert "casework init" in shape["remedy"]
    assert "No school is set up" in shape["message"]


def test_a_file_that_is_no_database(empty_desk: Desk) -> None:
    empty_desk.folder.mkdir()
    (empty_desk.folder / "casework.sqlite3").write_text(
        "not a database, but long enough to be read as one" * 20
    )
    assert_told(empty_desk.type("case", "list", "--json", ok=None), 5, "store-foreign")


def test_a_database_of_a_newer_release(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "casework.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    shape = assert_told(desk.type("case", "list", "--json", ok=None), 5, "store-newer")
    assert "newer" in shape["message"]


def test_a_missing_key_and_one_that_others_can_read(desk: Desk) -> None:
    key = desk.folder / "keys" / "account.key"
    key.chmod(0o644)
    assert_told(desk.type("whoami", "--json", ok=None), 5, "key-too-open")
    key.unlink()
    assert_told(desk.type("whoami", "--json", ok=None), 5, "key-missing")


def test_the_key_of_somebody_else(desk: Desk) -> None:
    key = desk.folder / "keys" / "account.key"
    key.unlink()
    dice = SeededDice(b"somebody else")
    write_account_keys(key, AccountKeys.generate(new_id(dice), dice), protection="none", dice=dice)
    assert_told(desk.type("whoami", "--json", ok=None), 6, "not-permitted")
    assert_told(desk.type("case", "show", desk.reference, "--json", ok=None), 6, "not-permitted")


def test_a_defect_is_one_sentence_that_shows_nothing_of_the_case(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ValueError("Jordan Blake")

    monkeypatch.setattr(case_list, "day", broken)
    shape = assert_told(desk.type("case", "list", "--json", ok=None), 70, "defect")
    assert "Jordan" not in json.dumps(shape)
    assert "casework.cli.case_list" in shape["message"]
    monkeypatch.setenv("CASEWORK_TRACEBACK", "1")
    assert "Jordan Blake" in desk.type("case", "list", ok=70).stderr


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort, EOFError])
def test_stopping_it_is_quiet(stop: type[BaseException], desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> str:
        raise stop

    monkeypatch.setattr(case_list, "day", stopped)
    answer = desk.type("case", "list", ok=130)
    assert answer.stderr.strip() == "Stopped."
    assert answer.stdout == ""


@pytest.mark.parametrize("words", [["case", "--help"], ["case", "list"], ["policy", "table", "--csv"]])
def test_a_reader_who_stops_reading_hears_nothing(words: list[str], session_desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "casework", "--data", str(session_desk.folder), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, words_said = process.communicate(timeout=60)
    assert words_said == b""
    assert process.returncode == 141


def test_a_terminal_that_knows_few_characters_still_gets_an_answer(session_desk: Desk) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "casework",
            "--data",
            str(session_desk.folder),
            "policy",
            "explain",
            "hold-hearing",
        ],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert b"Starts from: ?" in done.stdout


def test_the_lists_that_differ_from_the_record_are_named_and_mended(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "casework.sqlite3") as connection:
        connection.execute("UPDATE cases SET stage = 'appeal'")
    connection.close()
    found = desk.type("db", "check", "--json", ok=1).json
    assert found["ok"] is False
    assert [item["table"] for item in found["differing"]] == ["cases"]
    desk.type("db", "rebuild", "--dry-run")
    desk.type("db", "check", ok=1)
    desk.type("db", "rebuild")
    assert desk.type("db", "check", "--json").json["differing"] == []


def test_an_altered_byte_is_named_and_exits_with_1(desk: Desk) -> None:
    assert desk.type("verify", "--json").json["whole"] is True
    with sqlite3.connect(desk.folder / "casework.sqlite3") as connection:
        connection.execute(
            "UPDATE events SET facts = replace(facts, '2026-02-23', '2026-02-24') WHERE pos = 3"
        )
    connection.close()
    found = desk.type("audit", "verify", "--json", ok=1).json
    assert found["ok"] is False
    assert found["findings"][0]["kind"] == "altered"
    assert found["findings"][0]["pos"] == 3
    assert "entry 3" in desk.type("audit", "verify", ok=1).stdout


def test_a_checkpoint_that_was_kept_elsewhere_is_held_against_the_record(desk: Desk, tmp_path: Path) -> None:
    note, key = tmp_path / "checkpoint.txt", tmp_path / "key.txt"
    desk.type("audit", "checkpoint", "--out", str(note))
    key.write_text(desk.type("audit", "key").stdout, encoding="utf-8")
    desk.type("case", "note", desk.reference, "A word")
    held = desk.type("audit", "verify", "--against", str(note), "--key", str(key), "--json").json
    assert held["whole"] is True
    assert held["self_attested"] is False
    foreign = tmp_path / "foreign.txt"
    foreign.write_text(
        note.read_text(encoding="utf-8").replace("casework.invalid", "elsewhere.invalid"), "utf-8"
    )
    assert "not of a log" in desk.type("audit", "verify", "--against", str(foreign), ok=2).said


def test_the_entry_point_is_the_root_command() -> None:
    assert isinstance(main, click.Group)
    assert main.name == "main"


def test_whoever_types_casework_alone_before_anything_is_told_how_to_begin(empty_desk: Desk) -> None:
    begun = empty_desk.type(answers=[], ok=5)
    assert "No school is set up" in begun.stderr
    assert "casework init" in begun.stderr
