"""Letters that are proposed before they are issued, that replace others, and that are shown without a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casework.base.time import LONDON, FixedClock
from casework.services.letters import letter_number
from casework.services.loading import body_of, find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import Desk
from tests.integration.cli.test_papers import fields
from tests.integration.cli.test_steps import INVITE

LATER = datetime(2026, 3, 4, 9, 0, tzinfo=LONDON)


@pytest.fixture
def proposed(hearing_desk: Desk) -> Desk:
    """A desk whose case has its hearing arranged, and the invitation proposed."""
    words = ["case", "step", hearing_desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30"]
    hearing_desk.type(*words, *INVITE)
    hearing_desk.type("letter", "propose", hearing_desk.reference, "hearing-invitation", *fields())
    return Desk(hearing_desk.folder, hearing_desk.reference, LATER)


def bodies(desk: Desk) -> tuple[Any, Any]:
    """What is kept of letter 1: its proposal and its issue."""
    with Workspace.open(desk.folder, str, clock=FixedClock(LATER)) as workspace:
        loaded = find_case(workspace, choose_school(workspace, None), desk.reference)
        letter = letter_number(loaded, 1)
        issued = body_of(workspace, loaded, letter.issued) if letter.issued else {}
        return body_of(workspace, loaded, letter.proposed), issued


def letters(desk: Desk) -> Any:
    return desk.type("letter", "list", desk.reference, "--json").json["letters"]


def test_a_proposed_letter_is_listed_plainly_and_shown(proposed: Desk) -> None:
    assert [(row["number"], row["status"]) for row in letters(proposed)] == [(1, "proposed")]
    assert "proposed, not issued yet" in proposed.type("letter", "list", proposed.reference).stdout
    assert "proposed, not issued yet" in proposed.type("letter", "show", proposed.reference, "1").stdout
    draft = proposed.type("letter", "preview", proposed.reference, "1").stdout
    assert "Tuesday 24 March 2026" in draft
    assert "Wednesday 4 March 2026" in draft


def test_it_is_issued_as_it_was_proposed_with_the_date_of_its_issue(proposed: Desk, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "letter.pdf")]
    proposed.type("letter", "issue", proposed.reference, "1", *out, "--dry-run")
    assert [row["status"] for row in letters(proposed)] == ["proposed"]
    issued = proposed.type("letter", "issue", proposed.reference, "1", *out, "--json").json
    assert (issued["number"], issued["letter"]) == (1, "hearing-invitation")
    assert [(row["status"], row["issued_on"]) for row in letters(proposed)] == [("issued", "2026-03-04")]
    before, after = bodies(proposed)
    assert before["input"]["letter"]["date"] == "2026-03-02"
    assert before["given"]["length_minutes"] == 90
    assert "changed" not in after
    assert "issued already" in proposed.type("letter", "issue", proposed.reference, "1", ok=3).stderr
    proposed.type("verify")


def test_what_is_changed_when_it_is_issued_is_kept_beside_it(proposed: Desk, tmp_path: Path) -> None:
    words = ["--field", "length_minutes=120", "--out", str(tmp_path / "letter.pdf")]
    proposed.type("letter", "issue", proposed.reference, "1", *words)
    before, after = bodies(proposed)
    assert (before["input"]["fields"]["length_minutes"], after["changed"]) == (90, {"length_minutes": 120})
    assert "Length minutes: 90 -> 120" in proposed.type("case", "timeline", proposed.reference).stdout


def test_it_is_not_issued_once_the_case_says_something_else(proposed: Desk) -> None:
    proposed.type("person", "edit", "Jordan Blake", "--address", "2 Church Row")
    proposed.type("case", "note", proposed.reference, "Rang the venue")
    proposed.type("letter", "preview", proposed.reference, "1")
    proposed.type("case", "update-person", proposed.reference, "Jordan Blake")
    refused = proposed.type("letter", "issue", proposed.reference, "1", "--json", ok=3).json
    assert refused["code"] == "letter-not-ready"
    assert "name or address of whom it goes to" in refused["message"]
    assert "letter revise" in refused["remedy"]


def test_it_is_withdrawn_if_nobody_approves(proposed: Desk) -> None:
    proposed.type("letter", "withdraw", proposed.reference, "1", "--reason", "The venue is too small")
    assert [row["status"] for row in letters(proposed)] == ["withdrawn"]
    assert "withdrawn" in proposed.type("letter", "issue", proposed.reference, "1", ok=3).stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["issue", "7"], 2),
        (["issue", "1", "--sender", "Helen Marsh"], 2),
        (["propose", "1"], 2),
        (["propose", "hearing-invitation"], 2),
        (["issue", "hearing-invitation", *fields(), "--supersedes", "1"], 2),
        (["issue", "hearing-invitation", *fields(), "--because", "The room"], 2),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], code: int, proposed: Desk) -> None:
    verb, *rest = words
    assert proposed.type("letter", verb, proposed.reference, *rest, ok=code).stdout == ""
    assert len(letters(proposed)) == 1


def test_a_proposal_is_rehearsed_and_recorded_once(proposed: Desk) -> None:
    words = ["letter", "propose", proposed.reference, "hearing-invitation", *fields(), "--json"]
    assert proposed.type(*words, "--dry-run").json["dry_run"] is True
    command = ["--command", "0d6ac1f0-6a3a-4f5e-9f3e-0f2f6a0a8c11"]
    first, again = proposed.type(*words, *command).json, proposed.type(*words, *command).json
    assert (first["number"], first["repeated"]) == (2, False)
    assert (again["number"], again["repeated"]) == (2, True)
    assert len(letters(proposed)) == 2


def test_a_letter_says_why_it_replaces_another(proposed: Desk, tmp_path: Path) -> None:
    proposed.type("letter", "issue", proposed.reference, "1", "--out", str(tmp_path / "first.pdf"))
    words = ["hearing-invitation", *fields(), "--supersedes", "1", "--because", "The room was wrong"]
    proposed.type("letter", "issue", proposed.reference, *words, "--out", str(tmp_path / "second.pdf"))
    assert [row["status"] for row in letters(proposed)] == ["superseded", "issued"]


def test_a_letter_is_proposed_on_a_terminal(proposed: Desk) -> None:
    given = [
        word
        for name, word in zip(fields()[::2], fields()[1::2], strict=True)
        if "length" not in word
        for word in (name, word)
    ]
    words = ["letter", "propose", proposed.reference, "hearing-invitation", *given]
    done = proposed.type(*words, answers=["45", "y"])
    assert "Propose this letter" in done.stderr
    assert "Letter 2" in done.stdout


def test_an_example_is_shown_under_the_schools_own_letterhead(desk: Desk) -> None:
    shown = desk.type("letter", "preview", "hearing-invitation", "--example").stdout
    assert "Ashgrove Primary School" in shown
    assert "Ashleigh Primary School" not in shown


def test_an_example_needs_no_case(empty_desk: Desk, tmp_path: Path) -> None:
    shown = empty_desk.type("letter", "preview", "hearing-invitation", "--example").stdout
    assert "hearing" in shown
    draft = tmp_path / "example.html"
    empty_desk.type("letter", "preview", "suspension", "--example", "--out", str(draft))
    assert "<html" in draft.read_text(encoding="utf-8")
    empty_desk.type("letter", "preview", "no-such-letter", "--example", ok=2)
    empty_desk.type("letter", "preview", "ASH-26-7KQ4", "suspension", "--example", ok=2)
    empty_desk.type("letter", "preview", "suspension", ok=2)
    assert not empty_desk.folder.exists()
