"""A newcomer makes the letters the school's own, with nothing but the page for policy authors."""

from __future__ import annotations

import re
import shlex
from base64 import b64decode
from pathlib import Path

import pytest

from casework.correspondence.findings import Finding
from casework.services import own_letters
from tests.integration.cli.desk import Desk

PAGE = Path(__file__).parents[3] / "docs" / "policy-author" / "letters.md"
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def steps() -> list[tuple[str, str, str]]:
    """The numbered steps of the page: what is said, the kind of what is to be typed, and that itself."""
    text = PAGE.read_text("utf-8")
    section = text[text.index("## Your own logo") : text.index("## Your own words")]
    found = re.findall(r"^\d\. (.*?)^   ```(\w*)\n(.*?)^   ```$", section, re.DOTALL | re.MULTILINE)
    return [(said, kind, re.sub(r"(?m)^   ", "", typed)) for said, kind, typed in found]


def test_a_newcomer_overlays_a_logo_and_a_paragraph(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "oak.png").write_bytes(PIXEL)
    done = 0
    for said, kind, typed in steps():
        if kind:
            path = tmp_path / re.search(r"`(our-letters/\S+)`", said)[1]  # type: ignore[index]
            path.write_text((path.read_text("utf-8") if path.exists() else "") + typed, "utf-8")
            continue
        for command in typed.splitlines():
            desk.type(*shlex.split(command)[1:])
            done += 1
    assert done == 5
    assert (tmp_path / "look.pdf").read_bytes().startswith(b"%PDF")
    letter = desk.type("letter", "preview", "hearing-invitation", "--example", "--json").json["text"]
    assert (
        "Samira Ahmed, our wellbeing lead, keeps Thursday afternoons free for you: 01234 567 890." in letter
    )
    desk.type("letter", "preview", "hearing-invitation", "--example", "--out", "look.html")
    assert "h1,h2,h3{color:#0b3d62}" in (tmp_path / "look.html").read_text("utf-8")
    refused = desk.type("letter", "adopt", "our-letters/", ok=2)
    assert "exactly these letters already" in refused.said
    desk.type("verify")
    desk.type("letter", "adopt", "--none")
    assert "Samira" not in desk.type("letter", "preview", "hearing-invitation", "--example").stdout


def test_a_reworded_passage_is_approved_before_it_is_adopted(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    desk.type("letter", "copy", "shared/privacy.html.j2", str(folder))
    assert "is there already" in desk.type("letter", "copy", "shared/privacy.html.j2", str(folder), ok=2).said
    assert "have no file" in desk.type("letter", "copy", "shared/none.html.j2", str(folder), ok=2).said
    file = folder / "shared" / "privacy.html.j2"
    file.write_text(
        '{% satisfies "ukgdpr:5a" %}<p>Ask us what we keep about you, and why.</p>{% endsatisfies %}'
    )
    refused = desk.type("letter", "adopt", str(folder), "--json", ok=1).json
    assert "nobody has approved it" in refused["message"]
    approve = ["letter", "approve-words", str(folder), "ukgdpr:5a", "--because", "Plain words for our staff"]
    answered = desk.type(*approve, answers=["Dana Whitfield, chair of governors"])
    assert "Ours:" in answered.said
    assert "Ask us what we keep about you, and why." in answered.said
    desk.type("letter", "adopt", str(folder), "--dry-run")
    adopted = desk.type("letter", "adopt", str(folder), "--minute", "Item 7", "--json").json
    assert [item["by"] for item in adopted["approvals"]] == ["Dana Whitfield, chair of governors"]
    assert "Ask us what we keep" in desk.type("letter", "explain", "ukgdpr:5a").stdout
    assert "nothing to adopt" in desk.type("letter", "adopt", str(folder), ok=2).said


def test_letters_adopted_under_another_release_are_checked_anew(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ours" / "shared" / "support.html.j2"
    desk.type("letter", "copy", "shared/support.html.j2", str(tmp_path / "ours"))
    file.write_text(file.read_text() + "<p>Ring Samira Ahmed.</p>")
    desk.type("letter", "adopt", str(tmp_path / "ours"))
    monkeypatch.setattr(own_letters, "_release", lambda: "of the next release")
    assert "Ring Samira Ahmed." in desk.type("letter", "preview", "suspension", "--example").stdout
    asked = Finding("suspension/letter.yaml", 1, "The passage lx:99 is missing.", "Mark it.")
    monkeypatch.setattr(own_letters, "check_files", lambda files: [asked])
    refused = desk.type("letter", "preview", "suspension", "--example", ok=1)
    assert "do not fit this release of casework" in refused.said
    assert "The passage lx:99 is missing." in refused.said
    desk.type("letter", "adopt", "--none")
    assert "Samira" not in desk.type("letter", "preview", "suspension", "--example").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["adopt"], "--none"),
        (["approve-words", "."], "--all"),
        (["check", "--docx", "README.md"], "--as"),
        (["explain", "acas:999"], "No letter has a passage"),
        (["explain", "L-01"], "L-01"),
    ],
)
def test_what_is_typed_wrongly_is_told(desk: Desk, words: list[str], says: str) -> None:
    answer = desk.type("letter", *words, ok=None)
    assert answer.exit_code in (0, 2)
    assert says in answer.said + answer.stdout
