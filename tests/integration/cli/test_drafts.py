"""A letter's draft as a Word file: out, worked on, back, and issued in the sender's words."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.integration.cli.desk import Desk
from tests.integration.cli.test_papers import fields
from tests.integration.cli.test_steps import INVITE
from tests.unit.rendering.standards import text

OWN = "We know that a letter like this is worrying."


@pytest.fixture
def out(hearing_desk: Desk, tmp_path: Path) -> Path:
    """The draft of an invitation to the hearing."""
    words = ["case", "step", hearing_desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30"]
    hearing_desk.type(*words, *INVITE)
    draft = ["letter", "draft", hearing_desk.reference, "hearing-invitation", *fields()]
    said = hearing_desk.type(*draft, "--docx", str(tmp_path / "draft.docx")).stdout
    assert "--from" in said
    return tmp_path / "draft.docx"


def _edit(path: Path, old: str, new: str) -> None:
    document = docx.Document(str(path))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            paragraph.text = paragraph.text.replace(old, new)
            document.save(str(path))
            return
    raise AssertionError(f"{old} is not in the draft")


def test_a_draft_comes_back_in_the_senders_words_and_is_issued_so(
    hearing_desk: Desk, out: Path, tmp_path: Path
) -> None:
    reference = hearing_desk.reference
    back = ["letter", "draft", reference, "hearing-invitation", *fields(), "--from", str(out)]
    assert "nothing was changed" in hearing_desk.type(*back, ok=2).said
    _edit(out, OWN, f"{OWN} Ring me whenever you like.")
    done = hearing_desk.type(*back)
    assert "1 change:" in done.said
    assert f"- {OWN}" in done.said
    assert "proposed in your words" in done.stdout
    assert "Ring me whenever you like." in hearing_desk.type("letter", "preview", reference, "1").stdout
    hearing_desk.type("letter", "issue", reference, "1", "--out", str(tmp_path / "l.pdf"))
    words = text((tmp_path / "l.pdf").read_bytes())
    assert f"{OWN} Ring me whenever you like." in words


def test_other_words_for_what_the_law_requires_need_an_approval(hearing_desk: Desk, out: Path) -> None:
    _edit(out, "You have a legal right to bring", "You have a right by law to bring")
    back = ["letter", "draft", hearing_desk.reference, "hearing-invitation", *fields(), "--from", str(out)]
    refused = hearing_desk.type(*back, ok=2).said
    assert "has to be there word for word" in refused
    assert hearing_desk.type("letter", "list", hearing_desk.reference, "--json").json["letters"] == []
    done = hearing_desk.type(*back, "--approved", "Ruth Adeyemi, 3 March, plainer", "--json").json
    assert done["reworded"][0]["approved"] == "Ruth Adeyemi, 3 March, plainer"


def test_a_file_that_is_no_word_file_is_refused(hearing_desk: Desk, out: Path) -> None:
    out.write_bytes(b"not a Word file")
    back = ["letter", "draft", hearing_desk.reference, "hearing-invitation", *fields(), "--from", str(out)]
    assert "not a Word file" in hearing_desk.type(*back, ok=2).said


def test_what_is_missing_is_named_with_the_whole_command(hearing_desk: Desk, tmp_path: Path) -> None:
    words = ["case", "step", hearing_desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30"]
    hearing_desk.type(*words, *INVITE)
    draft = [
        "letter",
        "draft",
        hearing_desk.reference,
        "hearing-invitation",
        "--docx",
        str(tmp_path / "d.docx"),
    ]
    said = hearing_desk.type(*draft, ok=2).said
    assert f"--docx {tmp_path / 'd.docx'}" in said
    assert "--field length_minutes=NUMBER" in said
    assert not (tmp_path / "d.docx").exists()


def test_a_proposed_letter_goes_out_and_comes_back_as_a_new_version(
    hearing_desk: Desk, out: Path, tmp_path: Path
) -> None:
    reference, again = hearing_desk.reference, tmp_path / "again.docx"
    _edit(out, OWN, f"{OWN} Ring me whenever you like.")
    _edit(out, "You have a legal right to bring", "You have a right by law to bring")
    first = ["letter", "draft", reference, "hearing-invitation", *fields(), "--from", str(out)]
    hearing_desk.type(*first, "--approved", "Ruth Adeyemi, 3 March")
    hearing_desk.type("letter", "draft", reference, "1", "--docx", str(again))
    assert (
        "nothing was changed"
        in hearing_desk.type("letter", "draft", reference, "1", "--from", str(again), ok=2).said
    )
    _edit(again, "Ring me whenever you like.", "Ring me at any time.")
    done = hearing_desk.type("letter", "draft", reference, "1", "--from", str(again), "--json").json
    assert done["number"] == 1
    assert sorted(change["approved"] for change in done["reworded"]) == ["", "Ruth Adeyemi, 3 March"]
    shown = hearing_desk.type("letter", "preview", reference, "1")
    assert "Ring me at any time." in shown.stdout
    assert "You have a right by law to bring" in shown.stdout
    assert "2 changes; of what has to stay as it is: Ruth Adeyemi, 3 March" in " ".join(shown.stdout.split())
