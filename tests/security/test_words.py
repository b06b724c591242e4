"""Words that were typed to deceive: on a terminal, in JSON, in file names, in the directory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.cli.output import harmless, put_json
from casework.services.evidence import incoming
from tests.integration.cli.desk import Desk

DECEIVING = ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\u202e", "\u2066", "\u200f", "\u061c", "\x7f", "\x08"]


@pytest.mark.parametrize("char", DECEIVING)
def test_a_terminal_obeys_nothing_that_was_typed(char: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not set(harmless(f"a{char}b")) & set(char[0])
    put_json({"name": f"a{char}b"})
    printed = capsys.readouterr().out
    assert not set(printed) & set(char[0])
    assert json.loads(printed) == {"name": f"a{char}b"}


@pytest.mark.parametrize("char", DECEIVING)
@pytest.mark.parametrize("option", ["name", "--title", "--address", "--salutation"])
def test_the_directory_takes_no_name_that_shows_as_another(char: str, option: str, victim: Desk) -> None:
    words = {
        "name": "Mallory Smith",
        "--title": "Teacher",
        "--address": "1 Mill Lane",
        "--salutation": "Ms Smith",
    }
    words[option] += char
    typed = [
        part for name, value in words.items() for part in ((value,) if name == "name" else (name, value))
    ]
    assert "cannot be printed" in victim.type("person", "add", *typed, ok=2).stderr
    assert "Mallory" not in victim.type("person", "list").stdout


def test_a_name_of_a_hundred_thousand_letters_is_refused(victim: Desk) -> None:
    assert "at most 500" in victim.type("person", "add", "x" * 100_000, "--title", "Teacher", ok=2).stderr


@pytest.mark.parametrize("char", ["\x1b[2J", "\x9b", "\x7f"])
def test_a_note_takes_no_control_characters(char: str, victim: Desk) -> None:
    assert "cannot be printed" in victim.type("case", "note", victim.reference, f"a{char}", ok=2).stderr


def test_lines_of_a_note_cannot_pass_for_entries_of_the_history(victim: Desk) -> None:
    victim.type("case", "note", victim.reference, "First\n 99  Tuesday 1 January 2030\n     Dismissed")
    shown = victim.type("case", "timeline", victim.reference).stdout
    forged = next(line for line in shown.splitlines() if "1 January 2030" in line)
    assert forged.startswith("      "), "the words of an entry are indented further than its heading"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        ".bashrc",
        "a/b",
        "a\\b",
        "C:\\x",
        "a\x1b[2J",
        "\u202egpj.exe",
        "",
        "a\nb",
    ],
)
def test_the_name_of_a_file_of_evidence_stays_a_name(name: str, tmp_path: Path) -> None:
    kept = incoming(name, b"x").name
    assert kept and kept == Path(kept).name and not kept.startswith(".") and kept.isprintable()
    assert (tmp_path / kept).parent == tmp_path


def test_evidence_is_written_under_its_own_name_into_this_folder_only(
    victim: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    victim.type("evidence", "get", victim.reference, "1")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["post.png"]
