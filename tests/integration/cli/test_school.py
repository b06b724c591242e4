"""The school's own details: shown with what is not confirmed, and changed on the record."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from casework.base.canonical import parse_canonical
from casework.base.time import FixedClock
from casework.ledger.seal import event_context, open_sealed
from casework.services.schools import choose_school, log_of
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, TRIAGE, Desk


def png(width: int = 8) -> bytes:
    """The head of a PNG picture, which is all that is looked at here."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, 8)


def last_of_the_school(desk: Desk) -> tuple[Any, Any]:
    """Facts and body of the newest event of the school's own stream."""
    with Workspace.open(desk.folder, str, clock=FixedClock(NOW)) as workspace:
        school = choose_school(workspace, None)
        with workspace.store.read() as reader:
            event = reader.events_of(school.stream)[-1]
            log = log_of(reader, school, "cases").log
        facts, key = parse_canonical(event.facts or b""), workspace.stream_key(school.stream)
        place = event_context(log=log, stream=school.stream, n=event.n, kind=facts["kind"], key_id=key.key_id)
        return facts, parse_canonical(open_sealed(key, event.sealed or b"", place)[32:])


def test_the_school_is_shown_with_what_it_has_not_confirmed(session_desk: Desk) -> None:
    shown = session_desk.type("school", "show").stdout
    assert "Ashgrove Primary School" in shown
    assert "of the policy not confirmed" in shown
    data = session_desk.type("school", "show", "--json").json
    assert data["address"] == ["Mill Lane", "Ashgrove"]
    assert data["unconfirmed"]


def test_details_change_on_the_record_old_and_new(desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "oak.png"
    picture.write_bytes(png())
    words = ["--name", "Oakfield  School", "--address", "1 Oak Road", "--address", "Oakfield"]
    words += ["--logo", str(picture), "--logo-words", "An oak tree", "--letter-field", "support=The line"]
    edited = desk.type("school", "edit", *words, "--json").json
    assert edited["changed"] == ["name", "address", "logo", "letter_fields"]
    shown = desk.type("school", "show", "--json").json
    assert (shown["school"], shown["address"]) == ("Oakfield School", ["1 Oak Road", "Oakfield"])
    assert (shown["logo"], shown["phone"]) == ("An oak tree", "01234 567890")
    assert shown["letter_fields"] == {"support": "The line"}
    assert desk.type("whoami", "--json").json["school"] == "Oakfield School"
    facts, body = last_of_the_school(desk)
    assert (facts["kind"], facts["changed"]) == ("organisation_details_changed", edited["changed"])
    assert body["old"]["name"] == "Ashgrove Primary School"
    assert body["new"]["address"] == ["1 Oak Road", "Oakfield"]
    desk.type("verify")
    desk.type("school", "edit", "--no-logo", "--letter-field", "support=")
    after = desk.type("school", "show", "--json").json
    assert (after["logo"], after["letter_fields"]) == ("", {})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say what changes"),
        (["--name", " "], "needs a name"),
        (["--name", "x" * 91], "The name cannot stand on a letter"),
        ([word for n in range(7) for word in ("--address", f"Line {n}")], "The address cannot"),
        (["--phone", "01234 567890"], "nothing to change"),
        (["--letter-field", "reason=Always"], "no standing words"),
        (["--letter-field", "recording=film"], "choose one of"),
        (["--logo-words", "An oak"], "--logo with --logo-words"),
    ],
)
def test_details_that_cannot_be_are_refused(words: list[str], says: str, desk: Desk) -> None:
    assert says in desk.type("school", "edit", *words, ok=2).stderr


@pytest.mark.parametrize("data", [b"GIF89a", png(4000), png() + bytes(300_000)])
def test_a_logo_is_a_small_png(data: bytes, desk: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    picture.write_bytes(data)
    refused = desk.type("school", "edit", "--logo", str(picture), "--logo-words", "An oak", ok=2)
    assert "The logo cannot stand on a letter" in refused.stderr


def test_a_change_can_be_rehearsed_and_is_recorded_once(desk: Desk) -> None:
    words = ["school", "edit", "--phone", "01234 111111"]
    assert desk.type(*words, "--dry-run", "--json").json["changed"] == ["phone"]
    assert desk.type("school", "show", "--json").json["phone"] == "01234 567890"
    command = ["--command", "0d6ac1f0-6a3a-4f5e-9f3e-0f2f6a0a8c11"]
    first = desk.type(*words, *command, "--json").json
    again = desk.type(*words, *command, "--json").json
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert first["size"] == again["size"]


def test_standing_words_are_given_when_the_school_is_set_up(empty_desk: Desk) -> None:
    words = ["init", "--name", "Ashgrove", "--prefix", "ASH", "--adviser", "Priya Nair", "--no-passphrase"]
    empty_desk.type(*words, "--letter-field", "nonsense=x", ok=2)
    empty_desk.type(*words, "--letter-field", "support=The wellbeing line")
    assert empty_desk.type("school", "show", "--json").json["letter_fields"] == {
        "support": "The wellbeing line"
    }


def _set_up(desk: Desk, *more: str) -> str:
    """A school made by typing, with a case in which a letter is due; return the case's reference."""
    words = ["--name", "Oak School", "--prefix", "OAK", "--adviser", "Priya Nair", "--adviser-phone", "1"]
    words += ["--address", "1 The Street", "--phone", "1", "--email", "office@oak.example", "--no-passphrase"]
    made = desk.type("init", *words, *more)
    assert ("cannot be written without" in " ".join(made.stdout.split())) is ("--procedure-date" not in more)
    desk.type("person", "add", "Jordan Blake", "--title", "Cook", "--address", "1 Mill Lane")
    desk.type("person", "add", "Helen Marsh", "--title", "Head teacher", "--head")
    opened = desk.type(
        *("case", "open", "--reported", "2026-03-02", "--employee", "Jordan Blake", "--summary", "A post"),
        *("--role", "headteacher=Helen Marsh", "--json"),
    )
    reference = str(opened.json["reference"])
    no = [f"--harm-threshold={key}=no" for key in TRIAGE["harm_threshold"]]
    no += [f"--screening={key}={answer}" for key, answer in TRIAGE["screening"].items()]
    desk.type(
        *("case", "step", reference, "triage", "--route", "formal", "--enquiry", "Looked", *no),
        *("--lado-contact", "not_needed", "--taken-by", "Helen Marsh"),
    )
    return reference


def test_the_date_of_the_procedure_can_be_given_after_the_school_was_set_up(empty_desk: Desk) -> None:
    preview = ["letter", "preview", _set_up(empty_desk), "allegation-received"]
    lacking = empty_desk.type(*preview, ok=1)
    assert "the date of the school's" in " ".join(lacking.stderr.split())
    assert "school edit --procedure-date YYYY-MM-DD" in lacking.stderr.partition("First:")[2]
    assert "its date is not given" in empty_desk.type("school", "show").stdout
    empty_desk.type("school", "edit", "--procedure-date", "2025-09-01")
    assert last_of_the_school(empty_desk)[0]["changed"] == ["procedure_date"]
    assert "the date of the school's" not in " ".join(empty_desk.type(*preview, ok=1).stderr.split())
    assert "Disciplinary Policy and Procedure, 2025-09-01" in empty_desk.type("school", "show").stdout


def test_the_procedure_that_a_school_was_set_up_with_stays(empty_desk: Desk) -> None:
    reference = _set_up(
        empty_desk, "--procedure-date", "2024-09-01", "--procedure-name", "Staff Conduct Rules"
    )
    shown = empty_desk.type("school", "show").stdout
    assert "Staff Conduct Rules, 2024-09-01" in shown
    missing = empty_desk.type("letter", "preview", reference, "allegation-received", ok=1).stderr
    assert "case.procedure" not in missing
    assert "First:" not in missing
    kept = empty_desk.type("school", "edit", "--procedure-date", "2025-09-01", ok=2)
    assert "its cases keep it" in kept.stderr
