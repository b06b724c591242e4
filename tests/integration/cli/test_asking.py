"""On a terminal what is missing is asked for; elsewhere it is named. Passphrases are never on a command line."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.desk import Desk

SETTINGS = ["init", "--name", "Ashgrove Primary School", "--prefix", "ASH", "--adviser", "Priya Nair"]


def at_terminal(words: list[str], answers: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run a command at a real terminal; each time it waits, type the next answer."""
    try:
        ours, theirs = pty.openpty()
    except OSError as problem:  # a container without terminals
        pytest.skip(f"no terminal can be opened here: {problem}")
    process = subprocess.Popen(
        [sys.executable, "-m", "casework", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    os.close(theirs)
    shown, waiting = b"", list(answers)
    while True:
        readable, _, _ = select.select([ours], [], [], 60)
        assert readable, shown.decode()
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
        if waiting and shown.rstrip(b" ").endswith(b":"):
            os.write(ours, f"{waiting.pop(0)}\n".encode())
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


def test_a_new_passphrase_is_asked_for_twice_and_never_shown(tmp_path: Path) -> None:
    folder, words = str(tmp_path / "data"), [*SETTINGS[:-2]]
    answers = [
        "Priya Nair",
        "",
        "Mill Lane, Ashgrove",
        "",
        "",
        "",
        "2025-09-01",
        "short",
        "short",
        "three random words",
        "three random words",
    ]
    code, shown = at_terminal(["--data", folder, *words], answers, {})
    assert code == 0, shown
    assert "Ashgrove Primary School is set up." in shown
    assert "Move the recovery key away" in shown
    assert "at least 12 characters" in shown
    assert "three random words" not in shown
    code, shown = at_terminal(["--data", folder, "whoami"], ["three random words"], {})
    assert code == 0, shown
    assert "Priya Nair" in shown
    code, shown = at_terminal(["--data", folder, "whoami"], ["something else"], {})
    assert code == 5
    assert "does not open this key" in shown


def test_a_passphrase_comes_from_the_environment_or_a_file(
    empty_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CASEWORK_PASSPHRASE", "CASEWORK_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)
    nobody = empty_desk.type(*SETTINGS, "--json", ok=5)
    assert nobody.json["code"] == "passphrase-needed"
    assert not empty_desk.folder.exists()
    monkeypatch.setenv("CASEWORK_PASSPHRASE", "short")
    assert empty_desk.type(*SETTINGS, "--json", ok=2).json["code"] == "passphrase-too-short"
    assert not (empty_desk.folder / "casework.sqlite3").exists()
    monkeypatch.setenv("CASEWORK_PASSPHRASE", "three random words")
    empty_desk.type(*SETTINGS)
    empty_desk.type("whoami")
    monkeypatch.delenv("CASEWORK_PASSPHRASE")
    file = tmp_path / "passphrase"
    file.write_text("three random words\n", encoding="utf-8")
    monkeypatch.setenv("CASEWORK_PASSPHRASE_FILE", str(file))
    file.chmod(0o644)
    assert "Others than you" in empty_desk.type("whoami", ok=5).stderr
    file.chmod(0o600)
    empty_desk.type("whoami")
    monkeypatch.setenv("CASEWORK_PASSPHRASE_FILE", str(tmp_path / "nowhere"))
    assert "cannot be read" in empty_desk.type("whoami", ok=5).stderr


def test_no_option_takes_a_passphrase(session_desk: Desk) -> None:
    assert "--passphrase" not in session_desk.type("init", "--help").stdout.replace("--no-passphrase", "")
    assert "--passphrase" not in session_desk.type("--help").stdout


def test_a_school_is_set_up_with_its_own_settings(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(
        'settings:\n  triage_days: 2\n  panel_size: 3\nclauses:\n  appeal: "9.2"\n', encoding="utf-8"
    )
    recovery = tmp_path / "safe" / "ashgrove.key"
    recovery.parent.mkdir()
    words = [*SETTINGS, "--no-passphrase", "--recovery-file", str(recovery), "--settings-file", str(file)]
    done = empty_desk.type(*words, "--setting", "triage_days=1", "--clause", "hearing=7", "--json").json
    assert done["protection"] == "none"
    assert recovery.stat().st_mode & 0o777 == 0o600
    settings = empty_desk.type("policy", "show", "--settings", "--json").json["settings"]
    assert (settings["triage_days"]["value"], settings["triage_days"]["unconfirmed"]) == (1, False)
    assert "triage_days" not in done["unconfirmed"]
    assert empty_desk.type(*words, ok=5).stderr
    assert "has no passphrase" in Desk(tmp_path / "other").type(*SETTINGS, "--no-passphrase").stdout


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--setting", "triage_days=soon"], "triage_days"),
        (["--setting", "no_such=1", "--clause", "nowhere=2"], "nowhere"),
        (["--setting", "triage_days"], "KEY=VALUE"),
        (["--policy", "no-such"], "no policy"),
        (["--prefix", "ashgrove"], "two to five letters"),
    ],
)
def test_settings_that_cannot_be_are_named_and_nothing_is_made(
    words: list[str], named: str, empty_desk: Desk
) -> None:
    refused = empty_desk.type(*SETTINGS, "--no-passphrase", *words, ok=2)
    assert named in refused.stderr
    assert not (empty_desk.folder / "casework.sqlite3").exists()


def test_a_settings_file_that_is_wrong_is_told_with_its_lines(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("settings: [1]\nrules: {}\n", encoding="utf-8")
    refused = empty_desk.type(*SETTINGS, "--no-passphrase", "--settings-file", str(file), ok=2)
    assert "settings.yaml:1" in refused.stderr
    assert "settings.yaml:2" in refused.stderr


def test_what_a_step_lacks_is_asked_for_in_order_and_confirmed(desk: Desk) -> None:
    no = "2"
    answers = [
        "formal",
        "Looked at the page",
        *([no] * 4),
        *([no] * 5),
        "yes",
        "Names of pupils",
        "1",
        "",
        "y",
    ]
    done = desk.type("case", "step", desk.reference, "triage", answers=answers)
    assert done.stderr.index("Which procedure fits") < done.stderr.index("Might a child be at risk?")
    assert "Who took this step" in done.stderr
    assert "Decide on a formal investigation: event 5" in done.stdout
    steps = desk.type("case", "show", desk.reference, "--json").json["steps"]
    assert steps[0]["values"]["screening"]["personal_data"] == "yes"
    assert steps[0]["texts"]["screening"] == {"personal_data": "Names of pupils"}
    assert steps[0]["taken_by"] == "Helen Marsh"


def test_only_what_is_missing_is_asked_for(desk: Desk) -> None:
    harm = [word for key in ("offence", "risk", "suitability") for word in ("--harm-threshold", f"{key}=no")]
    words = [
        "--route",
        "formal",
        "--enquiry",
        "Looked",
        "--lado-contact",
        "not_needed",
        "--taken-by",
        "Helen",
    ]
    answers = ["no", *(["no"] * 6), "y"]
    done = desk.type("case", "step", desk.reference, "triage", *harm, *words, answers=answers)
    assert "harmed a child" in done.stderr
    assert "suitable to work with children" not in done.stderr.partition("Before deciding")[0]
    assert "Which procedure fits" not in done.stderr


def test_an_answer_that_cannot_be_is_asked_for_again(desk: Desk) -> None:
    desk.type("case", "step", desk.reference, "triage", answers=_triage_answers())
    answers = ["Nobody Known", "okoro", "Who put them up", "soon", "2026-03-20", "", "y"]
    done = desk.type("case", "step", desk.reference, "appoint-investigator", answers=answers)
    assert "Nobody called 'Nobody Known'" in done.stderr
    assert "'soon' is not a date" in done.stderr
    assert "Appoint the investigator" in done.stdout


def test_answers_are_not_lost_when_the_step_is_refused_or_stopped(desk: Desk) -> None:
    answers = [*_triage_answers()[:-3], "referred", "Rang the LADO", "", "y"]
    answers[0] = "capability"
    refused = desk.type("case", "step", desk.reference, "triage", answers=answers, ok=3)
    assert "--lado-advice 'Rang the LADO'" in refused.stderr
    stopped = desk.type(
        "case", "step", desk.reference, "triage", answers=[*_triage_answers()[:-1], "n"], ok=130
    )
    assert "Stopped." in stopped.stderr
    assert desk.type("case", "next", desk.reference, "--json").json["seen"] == 4


def test_questions_that_do_not_apply_are_not_asked(desk: Desk) -> None:
    done = desk.type("case", "step", desk.reference, "triage", answers=_triage_answers())
    assert "Whom you spoke to" not in done.stderr
    assert "union representative" not in done.stderr


def test_json_never_asks(desk: Desk) -> None:
    refused = desk.type("case", "step", desk.reference, "triage", "--json", answers=[], ok=3)
    assert refused.json["code"] == "step-refused"


def test_what_is_wrong_with_an_answer_is_said_before_the_next_question(desk: Desk) -> None:
    long = "x" * 20_001
    answers = ["formal", "   ", long, "Looked at the page", *_triage_answers()[2:]]
    done = desk.type("case", "step", desk.reference, "triage", answers=answers)
    assert "This needs an answer." in done.stderr
    assert "at most 20,000 characters" in done.stderr
    assert "Decide on a formal investigation" in done.stdout


def test_a_date_in_the_future_is_refused_where_it_is_typed(hearing_desk: Desk) -> None:
    words = ["case", "record", hearing_desk.reference, "hold-hearing"]
    typed = hearing_desk.type(
        *words, answers=["They went ahead", "2026-03-09T10:00", "2026-03-02T09:00"], ok=130
    )
    assert typed.stderr.count("is dated in the future") == 1
    assert "--held-at 2026-03-02T09:00" in typed.stderr


def test_whoever_took_a_step_is_asked_for_until_somebody_is_known(desk: Desk) -> None:
    answers = [*_triage_answers()[:-2], "Helen Mash", "Helen", "y"]
    done = desk.type("case", "step", desk.reference, "triage", answers=answers)
    assert "Nobody called 'Helen Mash'" in done.stderr
    newest = desk.type("case", "timeline", desk.reference).stdout.rpartition("Decide on a formal")[2]
    assert "Helen Marsh" in newest


def test_one_answer_of_a_refused_step_can_be_changed(desk: Desk) -> None:
    answers = [*_triage_answers()[:-3], "referred", "Rang the LADO", "", "y"]
    answers[0] = "capability"
    done = desk.type("case", "step", desk.reference, "triage", answers=[*answers, "1", "formal", "y"])
    assert "cannot be recorded yet" in done.stderr
    assert "Your answers:" in done.stderr
    assert done.stderr.count("Which procedure fits\n") == 2
    assert done.stderr.count("(words, or @FILE)") == 2  # asked once, with the LADO's advice
    assert "Decide on a formal investigation: event 5" in done.stdout


def test_an_answer_to_one_question_of_a_list_is_changed_alone(desk: Desk) -> None:
    given = _triage_answers()
    given[2:3] = ["yes", "A child was upset"]  # and nobody told the LADO
    refused = desk.type("case", "step", desk.reference, "triage", answers=given, ok=3)
    number = next(
        line.split()[0]
        for line in refused.stderr.splitlines()
        if "Has this person harmed a child" in line and line.strip()[:1].isdecimal() and "yes" in line
    )
    done = desk.type("case", "step", desk.reference, "triage", answers=[*given, number, "no", "y"])
    assert "Decide on a formal investigation: event 5" in done.stdout


def test_a_command_that_is_stopped_says_what_was_answered(desk: Desk) -> None:
    stopped = desk.type("case", "step", desk.reference, "triage", answers=["formal", "Seen"], ok=130)
    assert "With your answers, the command is:" in stopped.stderr
    assert "--enquiry Seen" in stopped.stderr
    entered = desk.type("person", "add", answers=["Sam Fields", "Caretaker", "3 Mill Lane, Ashgrove"], ok=130)
    assert "--address '3 Mill Lane'" in entered.stderr
    assert "'Sam Fields'" in entered.stderr
    begun = Desk(desk.folder.parent / "other").type(
        "init", "--no-passphrase", answers=["Ashgrove", "ASH", "Priya Nair"], ok=130
    )
    assert "--prefix ASH" in begun.stderr


def test_an_answer_about_a_person_or_school_that_cannot_be_is_asked_for_again(desk: Desk) -> None:
    answers = [
        "Sam Field",
        "Sam Fields",
        "  ",
        "Caretaker",
        "",
        "",
        "",
        "bad\x07mail",
        "sam@ashgrove.example",
    ]
    added = desk.type("person", "add", answers=answers)
    assert "Somebody of that name is in the directory already." in added.stderr
    assert "cannot be printed" in added.stderr
    assert "Sam Fields, Caretaker: entered." in added.stdout
    answers = ["Ashgrove", "ashgrove", "ASH", "Priya Nair", "", "Mill Lane, Ashgrove", "", "", "", "soon", ""]
    made = Desk(desk.folder.parent / "other").type("init", "--no-passphrase", answers=answers)
    assert "two to five letters" in made.stderr
    assert "'soon' is not a date" in made.stderr
    assert "school edit --procedure-date DATE" in made.stdout.replace("\n", " ")


def test_a_letter_asks_again_for_the_one_answer_that_it_cannot_have(hearing_desk: Desk) -> None:
    words = ["letter", "issue", hearing_desk.reference, "allegation-and-investigation"]
    answers = [
        "no",
        "2026-03-12",
        "2026-03-12T10:00",
        "Room 2",
        "Nobody Known",
        "Priya Nair",
        "Ask your union.",
    ]
    typed = hearing_desk.type(*words, answers=answers, ok=2)
    assert typed.stderr.count("'Nobody Known'") == 1
    assert "--field 'note_taker=Priya Nair'" in typed.stderr
    assert "--field 'support=Ask your union.'" in typed.stderr
    assert "person edit 'Priya Nair' --phone NUMBER" in typed.stderr


def test_a_case_is_opened_by_answering(desk: Desk) -> None:
    answers = ["Somebody", "Sam", "2 March", "2026-03-03", "2026-03-02", "A post about a parent"]
    opened = desk.type("case", "open", answers=answers)
    assert "is dated in the future" in opened.stderr
    assert "opened: events 1 to 3" in opened.stdout
    missing = desk.type("case", "open", "--reported", "2026-03-02", ok=2)
    assert "Missing option '--employee'" in missing.stderr


def _triage_answers() -> list[str]:
    return ["formal", "Looked at the page", *(["no"] * 10), "1", "", "y"]
