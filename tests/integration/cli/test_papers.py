"""Letters, evidence and words on a case: recorded, listed, and written to files as they were."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from casework.base.time import LONDON
from casework.cases.acts import BANDS
from casework.cases.evidence_acts import EVIDENCE_TYPES
from casework.cli import case_words, evidence, letter_asked
from casework.procedure.service import METHODS
from tests.integration.cli.desk import Desk
from tests.integration.cli.test_steps import INVITE

FIELDS = {
    "length_minutes": "90",
    "documents_sent": "enclosed",
    "recording": "notes",
    "support": "Your union, or the wellbeing line on 01234 567899",
    "contact": '{"name": "Priya Nair", "title": "HR adviser", "phone": "01234 567892"}',
}


def fields(**but: str) -> list[str]:
    """The fields of an invitation as options."""
    return [word for name, value in {**FIELDS, **but}.items() for word in ("--field", f"{name}={value}")]


@pytest.fixture
def invited(hearing_desk: Desk) -> Desk:
    """A desk whose case has its hearing arranged."""
    words = ["case", "step", hearing_desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-17T10:30"]
    hearing_desk.type(*words, *INVITE)
    return hearing_desk


def test_the_lists_of_kinds_are_those_of_the_core() -> None:
    assert evidence.TYPES == EVIDENCE_TYPES
    assert letter_asked.METHODS == METHODS
    assert case_words.BANDS == BANDS


def test_a_letter_says_what_it_lacks_and_how_to_give_it(invited: Desk) -> None:
    words = [invited.reference, "hearing-invitation"]
    lacking = invited.type("letter", "preview", *words, "--json", ok=1).json
    assert lacking["ok"] is False
    assert "fields.length_minutes" in [item["name"] for item in lacking["missing"]]
    refused = invited.type("letter", "issue", *words, "--field", "recording=notes", "--json", ok=2).json
    assert refused["code"] == "missing-fact"
    assert "--field recording=notes" in refused["corrected"]
    assert "--field length_minutes=NUMBER" in refused["corrected"]
    assert invited.type("letter", "issue", *words, ok=2).stdout == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("no_such=1", "has no field"),
        ("length_minutes=long", "whole number"),
        ("recording=film", "choose one of"),
        ("shorter_notice=maybe", "yes or no"),
        ("withheld=nothing", "Type --field 'withheld=WHAT | WHY', once for each."),
        ("withheld=[nothing", "this is not JSON"),
    ],
)
def test_a_field_that_cannot_be_is_refused(typed: str, said: str, invited: Desk) -> None:
    refused = invited.type(
        "letter", "preview", invited.reference, "hearing-invitation", "--field", typed, ok=2
    )
    assert said in refused.stderr


def test_a_letter_is_previewed_issued_served_and_shown_as_it_was(invited: Desk, tmp_path: Path) -> None:
    words = [invited.reference, "hearing-invitation"]
    text = invited.type("letter", "preview", *words, *fields()).stdout
    assert "Tuesday 17 March 2026" in text
    draft = tmp_path / "draft.html"
    invited.type("letter", "preview", *words, *fields(), "--out", str(draft))
    assert "<html" in draft.read_text(encoding="utf-8")
    again = invited.type("letter", "preview", *words, *fields(), "--out", str(draft), ok=2)
    assert "is there already" in again.said
    invited.type("letter", "issue", *words, *fields(), "--dry-run")
    assert invited.type("letter", "list", invited.reference, "--json").json["letters"] == []

    pdf = tmp_path / "letter.pdf"
    issued = invited.type("letter", "issue", *words, *fields(), "--out", str(pdf), "--json").json
    assert (issued["number"], issued["letter"]) == (1, "hearing-invitation")
    assert pdf.read_bytes().startswith(b"%PDF")
    served = ["letter", "serve", invited.reference, "1", "--method", "first_class", "--json"]
    done = invited.type(*served).json
    assert done["effective"] == "2026-03-04"
    assert "2 March 2026" in done["working"]
    copy = tmp_path / "copy.pdf"
    shown = invited.type("letter", "show", invited.reference, "1", "--out", str(copy), "--json").json
    assert shown["status"] == "served"
    assert shown["sha256"] == issued["sha256"]
    assert copy.read_bytes() == pdf.read_bytes()
    refused = invited.type("letter", "issue", *words, *fields(), "--out", str(pdf), ok=2)
    assert "is there already" in refused.said
    assert len(invited.type("letter", "list", invited.reference, "--json").json["letters"]) == 1


def test_what_a_letter_lacks_is_asked_for_on_a_terminal(invited: Desk, tmp_path: Path) -> None:
    given = [
        word
        for name in ("documents_sent", "support", "contact")
        for word in ("--field", f"{name}={FIELDS[name]}")
    ]
    words = ["letter", "issue", invited.reference, "hearing-invitation", *given]
    done = invited.type(*words, "--out", str(tmp_path / "letter.pdf"), answers=["2", "45", "y"])
    assert "How the hearing is recorded" in done.stderr
    assert "45 minutes" in done.stdout
    assert "Letter 1" in done.stdout
    letters = invited.type("letter", "list", invited.reference, "--json").json["letters"]
    assert letters[0]["status"] == "issued"


def test_a_letter_is_withdrawn_with_a_reason(invited: Desk, tmp_path: Path) -> None:
    words = [invited.reference, "hearing-invitation", *fields(), "--out", str(tmp_path / "letter.pdf")]
    invited.type("letter", "issue", *words)
    assert "--reason" in invited.type("letter", "withdraw", invited.reference, "1", ok=2).stderr
    invited.type("letter", "withdraw", invited.reference, "1", "--reason", "Sent to the old address")
    letters = invited.type("letter", "list", invited.reference, "--json").json["letters"]
    assert letters[0]["status"] == "withdrawn"


def test_letters_explain_themselves(session_desk: Desk) -> None:
    shown = session_desk.type("letter", "explain", "hearing-invitation").stdout
    assert "Must say" in shown
    assert "acas:10" in shown
    close = session_desk.type("letter", "explain", "hearing-invitatoin", ok=2)
    assert "hearing-invitation" in close.stderr


def test_evidence_comes_back_as_it_was_received(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "post.png"
    file.write_bytes(bytes(range(256)) * 50)
    words = ["evidence", "add", desk.reference, "The post", "--type", "screenshot", "--file", str(file)]
    added = desk.type(*words, "--points", "neutral", "--json").json
    assert added["number"] == 1
    copy = tmp_path / "copy.png"
    desk.type("evidence", "get", desk.reference, "1", "--out", str(copy))
    assert copy.read_bytes() == file.read_bytes()
    assert copy.stat().st_mode & 0o077 == 0
    assert (
        "is there already"
        in desk.type("evidence", "get", desk.reference, "1", "--out", str(copy), ok=2).stderr
    )
    desk.type("evidence", "get", desk.reference, "1", "--out", str(copy), "--force")
    desk.type("evidence", "disclose", desk.reference, "1", "--withheld", ok=2)
    desk.type("evidence", "disclose", desk.reference, "1", "--withheld", "--reason", "Names a pupil")
    assert desk.type("evidence", "list", desk.reference, "--json").json["evidence"][0]["status"] == "withheld"


def test_allegations_are_added_amended_and_withdrawn(desk: Desk) -> None:
    words = ["case", "allege", desk.reference]
    first = [*words, "Put photographs up", "--clause", "SMP-4.1b", "--band", "S2", "--from", "2026-02-20"]
    assert desk.type(*first, "--json").json["number"] == 1
    amended = [*words, "Put two photographs up", "--clause", "SMP-4.1b", "--band", "S3", "--amend", "1"]
    desk.type(*amended, "--from", "2026-02-20", "--to", "2026-02-21", "--gross-misconduct")
    found = desk.type("case", "show", desk.reference, "--json").json["allegations"]
    assert [(item["text"], item["band"], item["gross_misconduct"]) for item in found] == [
        ("Put two photographs up", "S3", True)
    ]
    near = desk.type(*words, "x", "--clause", "4.1", "--band", "S2", ok=2)
    assert "SMP-4.1" in near.stderr
    assert "--withdraw takes neither" in desk.type(*words, "x", "--withdraw", "1", ok=2).stderr
    desk.type(*words, "--withdraw", "1", "--reason", "Another person did it")
    assert desk.type("case", "show", desk.reference, "--json").json["allegations"][0]["withdrawn"] is True


def test_notes_are_one_line_and_advice_stays_apart(desk: Desk) -> None:
    desk.type("case", "note", desk.reference, "Rang the LADO; no answer")
    desk.type("case", "note", desk.reference, "--advice", "Ring again today")
    desk.type("case", "note", desk.reference, "--minutes", "Present: all", "--on", "2026-03-02T10:00")
    notes = desk.type("case", "show", desk.reference, "--json").json["notes"]
    assert [(note["type"], note["text"]) for note in notes] == [
        ("note", "Rang the LADO; no answer"),
        ("advice", "Ring again today"),
        ("minutes", "Present: all"),
    ]


def test_parts_in_a_case_are_given_and_taken(desk: Desk) -> None:
    words = ["case", "assign", desk.reference, "Daniel Okoro"]
    desk.type(*words, "--role", "case-manager")
    people = {
        p["name"]: p["roles"] for p in desk.type("case", "show", desk.reference, "--json").json["people"]
    }
    assert people["Daniel Okoro"] == ["case_manager"]
    desk.type(*words, "--no-role", "--reason", "On leave")
    people = {
        p["name"]: p["roles"] for p in desk.type("case", "show", desk.reference, "--json").json["people"]
    }
    assert people["Daniel Okoro"] == []


def test_every_writing_command_can_be_rehearsed(desk: Desk) -> None:
    later = Desk(desk.folder, desk.reference, datetime(2026, 3, 3, 9, 0, tzinfo=LONDON))
    before = later.type("audit", "log", "--json").json["entries"]
    people = later.type("person", "list", "--json").json["people"]
    ref = later.reference
    for words in (
        ["person", "add", "New Person", "--title", "Cook"],
        ["case", "open", "--reported", "2026-03-02", "--employee", "Sam Field", "--summary", "x"],
        ["case", "note", ref, "x"],
        ["case", "allege", ref, "x", "--clause", "SMP-4.1b", "--band", "S2"],
        ["case", "assign", ref, "Sam Field", "--role", "witness"],
        ["evidence", "add", ref, "x"],
        ["db", "rebuild"],
    ):
        done = later.type(*words, "--dry-run", "--json")
        assert done.json["dry_run"] is True
        assert "Nothing was" in done.stderr
    assert later.type("audit", "log", "--json").json["entries"] == before
    assert later.type("person", "list", "--json").json["people"] == people
