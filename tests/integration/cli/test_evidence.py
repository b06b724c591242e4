"""Evidence as an adviser adds it: the capture form, versions, checks, copies, and files that are not what they say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from casework.base.time import LONDON
from casework.services.evidence_files import incoming, safe_name
from tests.integration.cli.desk import Desk
from tests.unit.rendering import hostile


def put(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_the_capture_form_asks_for_what_is_missing_and_keeps_it(desk: Desk, tmp_path: Path) -> None:
    post = put(tmp_path, "post.png", hostile.picture(format_="PNG"))
    words = ["evidence", "capture", desk.reference, "The post", "--file", post, "--live", "live"]
    lacking = desk.type(*words, ok=2)
    assert "Missing option '--address'" in lacking.said
    answers = ["https://social.example/p/1", "@somebody", "300 followers", "repost", "limited"]
    more = ["2026-02-21T18:10", "Helen Marsh", "A parent showed it of her own accord"]
    done = desk.type(*words, answers=[*answers, *more, "public_task"])
    assert "Evidence item 1 added" in done.stdout
    shown = desk.type("evidence", "show", desk.reference, "1", "--json").json
    assert shown["origin"] == {
        "Captured": "Saturday 21 February 2026 at 6.10pm, by Helen Marsh",
        "How it was obtained": "A parent showed it of her own accord",
        "Lawful basis": "The school’s public task",
        "Who could see it": "Some people, such as followers or a group",
        "Address": "https://social.example/p/1",
        "Account": "@somebody",
        "Audience": "300 followers",
        "Whose words": "Somebody else’s words, posted again",
        "Could still be seen": "Yes, when it was captured",
    }
    assert "Account" in desk.type("evidence", "show", desk.reference, "1").stdout


def test_where_an_item_comes_from_is_asked_for_and_may_be_left_open(desk: Desk) -> None:
    answers = ["A rota", "School office", "Una Whelan", "The school's own record", "public_task", "school"]
    assert "Evidence item 1 added" in desk.type("evidence", "add", desk.reference, answers=answers).stdout
    shown = desk.type("evidence", "show", desk.reference, "1", "--json").json
    assert shown["origin"] == {
        "Source": "School office",
        "Supplied by": "Una Whelan, the school",
        "How it was obtained": "The school's own record",
        "Lawful basis": "The school’s public task",
        "Who could see it": "It is the school’s own record or system",
    }
    desk.type("evidence", "add", desk.reference, "Another", answers=[""] * 5)
    assert desk.type("evidence", "show", desk.reference, "2", "--json").json["origin"] == {}


def test_what_not_everybody_could_see_needs_a_word_on_how_it_was_come_by(desk: Desk) -> None:
    refused = desk.type("evidence", "add", desk.reference, "A chat", "--visibility", "private", ok=2)
    assert "how it was come by" in refused.said and "data protection officer" in refused.said


def test_versions_checks_and_copies_stand_beside_each_other(desk: Desk, tmp_path: Path) -> None:
    ref = desk.reference
    first, second = put(tmp_path, "a.txt", b"first"), put(tmp_path, "b.txt", b"second, with Ella")
    redacted, signed = put(tmp_path, "c.txt", b"second, with [pupil]"), put(tmp_path, "d.pdf", hostile.WHOLE)
    desk.type("evidence", "add", ref, "Notes", "--type", "interview_notes", "--file", first)
    desk.type("evidence", "revise", ref, "1", "--file", second, "--reason", "Names added")
    check = ["evidence", "check", ref, "1", "--by", "Lena Petrov", "--outcome"]
    assert "what the person corrects or disputes" in desk.type(*check, "disputed", ok=2).said
    desk.type(*check, "agreed", "--file", signed)
    locked = desk.type("evidence", "revise", ref, "1", "--file", first, ok=3)
    assert "locked" in locked.said and "casework evidence check" in locked.said
    same = desk.type(
        "evidence", "redact", ref, "1", "--file", second, "--removed", "line 1: name: not needed", ok=2
    )
    assert "byte for byte" in same.said
    vague = desk.type("evidence", "redact", ref, "1", "--file", redacted, "--removed", "the name", ok=2)
    assert "does not say where, what and why" in vague.said
    desk.type("evidence", "redact", ref, "1", "--file", redacted, "--removed", "line 1: name: not needed")
    for options, data in (
        ([], b"second, with Ella"),
        (["--version", "1"], b"first"),
        (["--redacted"], b"second, with [pupil]"),
    ):
        out = tmp_path / f"out{len(options)}{options[:1]}"
        desk.type("evidence", "get", ref, "1", *options, "--out", str(out))
        assert out.read_bytes() == data
    assert "has 2 versions" in desk.type("evidence", "get", ref, "1", "--version", "3", ok=2).said
    shown = desk.type("evidence", "show", ref, "1", "--json").json
    assert [file["what"] for file in shown["files"]] == [
        "As it came",
        "Version 2",
        "Signed or corrected copy",
        "Redacted copy",
    ]
    assert len({file["sha256"] for file in shown["files"]}) == 4
    assert shown["checks"] == ["Monday 2 March 2026: Lena Petrov agreed that it is right."]
    assert shown["removed"] == [{"where": "line 1", "what": "name (not needed)"}]
    desk.now = datetime(2026, 3, 3, 9, 0, tzinfo=LONDON)
    assert desk.type("verify").exit_code == 0
    listed = " ".join(desk.type("evidence", "list", ref).stdout.split())
    assert "version 2, checked and redacted" in listed


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        (
            "post.png",
            hostile.UNPRINTED["a program"][0],
            ["ends in .png, but it is: program", "do not run it"],
        ),
        (
            "scan.pdf",
            hostile.UNPRINTED["a PDF cut in two"][0],
            ["kept sealed as it came", "Ask for another copy"],
        ),
        ("notes.xlsx", b"PK\x03\x04....xl/workbook.xml", ["Save it as PDF, and add that too"]),
        ("photo.jpg", hostile.picture(), []),
    ],
)
def test_a_file_is_told_from_its_content_and_kept(
    desk: Desk, tmp_path: Path, name: str, data: bytes, says: list[str]
) -> None:
    words = ["evidence", "add", desk.reference, "x", "--file", put(tmp_path, name, data), "--json"]
    remarks = " ".join(desk.type(*words).json["remarks"])
    assert all(part in remarks for part in says) and bool(says) == bool(remarks)
    listed = " ".join(desk.type("evidence", "list", desk.reference).stdout.split())
    assert ("not printed" in listed) is bool(says)
    desk.type("evidence", "get", desk.reference, "1", "--out", str(tmp_path / "out"))
    assert (tmp_path / "out").read_bytes() == data


def test_what_cannot_be_taken_is_refused_and_nothing_is_recorded(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.services.evidence_files.FILE_LIMIT", 10)
    for path, says in (
        (put(tmp_path, "empty", b""), "is empty. Name the file that holds the evidence"),
        (put(tmp_path, "large", b"x" * 11), "at most"),
        (str(tmp_path), "is no file"),
        (str(tmp_path / "nowhere"), "cannot be read"),
        ("/dev/zero", "is no file"),
    ):
        assert says in desk.type("evidence", "add", desk.reference, "x", "--file", path, ok=2).said
    assert desk.type("evidence", "list", desk.reference, "--json").json["evidence"] == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "file"),
        ("a\x1b[31mb\n.png", "a_[31mb_.png"),
        ("photo\u202egnp.exe", "photo_gnp.exe"),
        ("C:\\Windows\\x.png", "C__Windows_x.png"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("COM1.pdf", "_COM1.pdf"),
        ("trailing. . ", "trailing"),
        (" . hidden", "hidden"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("e\u0301.png", "é.png"),
        ("\ud800.png", "_.png"),
        ("", "file"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(name: str, safe: str) -> None:
    shown = safe_name(name)
    assert incoming(name, b"x").name == shown
    assert shown.replace("?", "_") == safe
    assert "/" not in shown and "\\" not in shown and shown.isprintable() and len(shown) <= 120
