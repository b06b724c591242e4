"""The life of a letter as typed: versions, a second person, failed delivery, scans, e-mail, printing again."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from casework.services import letter_again
from tests.integration.cli.desk import Desk
from tests.integration.cli.test_papers import fields
from tests.integration.cli.test_steps import INVITE

KIND = "I know that you are away until Monday.\nRing me any time."


@pytest.fixture
def invited(hearing_desk: Desk) -> Desk:
    """A desk whose case has its hearing arranged, and the invitation proposed."""
    words = ["case", "step", hearing_desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30"]
    hearing_desk.type(*words, *INVITE)
    hearing_desk.type(
        "letter", "propose", hearing_desk.reference, "hearing-invitation", *fields(), "--add", KIND
    )
    return hearing_desk


def test_each_version_is_kept_and_what_was_approved_is_issued(invited: Desk, tmp_path: Path) -> None:
    letter = [invited.reference, "1"]
    draft = invited.type("letter", "preview", *letter)
    assert "Helen Marsh adds" in draft.stdout
    assert "I know that you are away until Monday.\nRing me any time." in draft.stdout
    assert "Signed by  Helen Marsh, Head teacher" in draft.stdout
    guilty = invited.type("letter", "revise", *letter, "--add", "You are guilty.", ok=2)
    assert "“guilty” takes guilt for granted" in guilty.said
    invited.type("letter", "approve", *letter, "--by", "Helen Marsh", "--evidence", "Her e-mail")
    invited.type("letter", "revise", *letter, "--field", "length_minutes=120")
    assert "what it says already" in invited.type("letter", "revise", *letter, ok=3).stderr
    assert invited.type("letter", "show", *letter, "--json").json["approved"] == ""
    invited.type("letter", "approve", *letter, "--by", "Helen Marsh", "--evidence", "Her e-mail of noon")
    changed = ["--field", "length_minutes=60", "--out", str(tmp_path / "no.pdf")]
    assert "approved as it stands" in invited.type("letter", "issue", *letter, *changed, ok=3).stderr
    invited.type("letter", "issue", *letter, "--out", str(tmp_path / "letter.pdf"))
    shown = invited.type("letter", "show", *letter, "--json").json
    assert [item["changed"] for item in shown["versions"]] == [[], ["length_minutes"]]
    assert shown["approved"].endswith("Her e-mail of noon")
    timeline = invited.type("case", "timeline", invited.reference).stdout
    assert "Letter 1 written anew" in timeline
    assert "Length minutes: 90 -> 120" in timeline
    words = " ".join(letter_again.words_of((tmp_path / "letter.pdf").read_bytes()))
    assert "Helen Marsh adds I know that you are away until Monday. Ring me any time." in words
    invited.type("verify")


def _next(desk: Desk) -> list[tuple[str, str, int | None]]:
    """The letters that are due next: what is to be done with each, its name and its number."""
    due = desk.type("case", "next", desk.reference, "--json").json["letters_due"]
    late = "allegation-and-investigation"
    return [(one["act"], one["letter"], one["number"]) for one in due if one["letter"] != late]


def test_what_may_be_done_next_names_the_letter_that_is_due(hearing_desk: Desk, tmp_path: Path) -> None:
    desk, name = hearing_desk, "hearing-invitation"
    assert _next(desk) == []
    words = ["case", "step", desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30"]
    receipt = desk.type(*words, *INVITE).said_out
    assert (
        f"Write “hearing invitation”: casework --data {desk.folder} letter issue {desk.reference} {name}"
        in receipt
    )
    assert "Write “allegation and investigation” (5 days late):" in receipt
    assert _next(desk) == [("write", name, None)]
    desk.type("letter", "propose", desk.reference, name, *fields())
    assert _next(desk) == [("issue", name, 1)]
    desk.type("letter", "issue", desk.reference, "1", "--out", str(tmp_path / "letter.pdf"))
    assert _next(desk) == [("deliver", name, 1)]
    desk.type("letter", "serve", desk.reference, "1", "--method", "hand", "--on", "2026-03-02")
    assert _next(desk) == []
    desk.type("letter", "undelivered", desk.reference, "1", "--how", "not_found")
    assert _next(desk) == [("deliver", name, 1)]
    shown = desk.type("case", "show", desk.reference).said_out
    assert "Deliver letter 1, “hearing invitation”, and record how (in 1 day):" in shown
    desk.type("letter", "withdraw", desk.reference, "1", "--reason", "The date is off.")
    assert _next(desk) == [("write", name, None)]


def test_a_letter_that_did_not_arrive_is_delivered_again(invited: Desk, tmp_path: Path) -> None:
    letter = [invited.reference, "1"]
    invited.type("letter", "issue", *letter, "--out", str(tmp_path / "letter.pdf"))
    made = invited.type("letter", "eml", *letter, "--out", str(tmp_path / "letter.eml"))
    assert "This is an address of the school." in made.said
    message = message_from_bytes((tmp_path / "letter.eml").read_bytes(), policy=default)
    assert (message["X-Unsent"], message["To"], message["From"]) == ("1", "somebody@ashgrove.example", None)
    (attached,) = message.iter_attachments()
    assert attached.get_content() == (tmp_path / "letter.pdf").read_bytes()
    assert "Jordan" not in message["Subject"]
    wrong = invited.type("letter", "eml", *letter, "--to", "a@b.example\nBcc: c@d.example", ok=2)
    assert "is not an e-mail address" in wrong.said
    invited.type("letter", "serve", *letter, "--method", "email_agreed", "--on", "2026-03-02T15:00")
    back = invited.type(
        "letter", "undelivered", *letter, "--how", "returned", "--words", "Full", "--json"
    ).json
    assert (back["counts"], back["effective"]) == (False, None)
    assert "deliver_again" in [item["clock"] for item in back["due"]]
    assert (
        invited.type("letter", "list", invited.reference, "--json").json["letters"][0]["status"] == "issued"
    )
    invited.type("letter", "serve", *letter, "--method", "signed_for", "--on", "2026-03-02")
    refused = invited.type("letter", "undelivered", *letter, "--how", "refused")
    assert (
        "It was sent, so the day stands: it counts as received on Wednesday 4 March 2026." in refused.stdout
    )
    done = invited.type("letter", "serve", *letter, "--method", "hand", "--on", "2026-03-02", "--json").json
    assert "deliver_again" not in [item["clock"] for item in done["due"]]
    scan = tmp_path / "slip.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n slip")
    invited.type("letter", "attach", *letter, str(scan), "--kind", "proof_of_posting", "--service", "2")
    scan.write_bytes(b"words")
    assert "a PDF, a JPEG or a PNG" in invited.type("letter", "attach", *letter, str(scan), ok=2).said
    shown = invited.type(
        "letter", "show", *letter, "--scan", "1", "--out", str(tmp_path / "out.png"), "--json"
    ).json
    assert (tmp_path / "out.png").read_bytes() == b"\x89PNG\r\n\x1a\n slip"
    assert [item["failed"] for item in shown["services"]] == [
        "returned (Full): does not count",
        "refused: counts all the same",
        "",
    ]
    assert shown["effective"] == "2026-03-02"
    assert shown["scans"][0]["service"] == 2
    invited.type("db", "rebuild")
    assert (
        invited.type("letter", "list", invited.reference, "--json").json["letters"][0]["status"] == "served"
    )
    invited.type("verify")


def test_a_letter_is_printed_again_and_compared(
    invited: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = [invited.reference, "1"]
    assert "not been issued" in invited.type("letter", "verify", *letter, ok=2).said
    pdf = tmp_path / "letter.pdf"
    invited.type("letter", "issue", *letter, "--out", str(pdf))
    same = invited.type("letter", "verify", *letter, "--file", str(pdf), "--json").json
    assert (same["outcome"], same["intact"], same["file"]) == ("same_bytes", True, True)
    other = pdf.read_bytes()
    pdf.write_bytes(other + b"\n")
    assert invited.type("letter", "verify", *letter, "--file", str(pdf), "--json", ok=1).json["file"] is False
    kept = letter_again.to_pdf
    monkeypatch.setattr(
        letter_again,
        "to_pdf",
        lambda page: kept(page.replace("</head>", "<style>h2{color:red}</style></head>")),
    )
    monkeypatch.setattr(letter_again, "renderer", lambda: "WeasyPrint 99")
    again = invited.type("letter", "verify", *letter, "--json").json
    assert (again["outcome"], again["printed_by"]["now"]) == ("same_words", "WeasyPrint 99")
    monkeypatch.setattr(letter_again, "to_pdf", lambda page: kept(page.replace("Library", "Hall")))
    said = invited.type("letter", "verify", *letter, ok=1).stdout
    assert "- … at 10.30am Where: Library" in said
    assert "+ … at 10.30am Where: Hall" in said


def test_why_a_letter_took_anothers_place_is_shown(invited: Desk, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "a.pdf")]
    invited.type("letter", "issue", invited.reference, "1", *out)
    again = [
        *fields(),
        "--supersedes",
        "1",
        "--because",
        "The room was wrong",
        "--out",
        str(tmp_path / "b.pdf"),
    ]
    invited.type("letter", "issue", invited.reference, "hearing-invitation", *again)
    assert (
        "letter 2 took its place: The room was wrong"
        in invited.type("letter", "show", invited.reference, "1").stdout
    )
    assert "does not stand any more" in invited.type("letter", "eml", invited.reference, "1", ok=3).said
