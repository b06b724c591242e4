"""`casework paper`: made from a case, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.desk import Desk
from tests.unit.rendering.standards import text


def test_the_papers_are_listed_with_who_fills_them_in(session_desk: Desk) -> None:
    rows = session_desk.type("paper", "list", session_desk.reference, "--json").json["papers"]
    by_name = {row["paper"]: row for row in rows}
    assert by_name["investigation-report"]["filled_in_by"] == ["Daniel Okoro"]
    assert {"decision-form", "order-of-the-day", "hearing-notes", "question-list"} <= set(by_name)


def test_a_paper_is_made_and_comes_back_as_evidence(desk: Desk, tmp_path: Path) -> None:
    pdf, word = tmp_path / "a.pdf", tmp_path / "a.docx"
    made = desk.type(
        *("paper", "make", desk.reference, "interview-notes", "--with", "Helen Marsh"),
        *("--pdf", str(pdf), "--docx", str(word)),
    )
    assert f"paper return {desk.reference} interview-notes FILE" in made.stdout
    assert "Helen Marsh, head teacher" in text(pdf.read_bytes())
    assert desk.reference in text(pdf.read_bytes())
    log = desk.type("audit", "log", "--log", "access", "--json").json["entries"]
    assert [entry["kind"] for entry in log[-2:]] == ["exported", "exported"]
    back = desk.type("paper", "return", desk.reference, "interview-notes", str(word), "--by", "Daniel Okoro")
    assert "Evidence item" in back.stdout
    assert f"evidence check {desk.reference}" in back.stdout
    item = desk.type("evidence", "list", desk.reference, "--json").json["evidence"][-1]
    assert (item["title"], item["type"], item["source"]) == (
        "Interview notes",
        "interview_notes",
        "Daniel Okoro",
    )
    out = tmp_path / "back.docx"
    desk.type("evidence", "get", desk.reference, str(item["number"]), "--out", str(out))
    assert out.read_bytes() == word.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["decision-from"], "Did you mean decision-form?"),
        (["decision-form", "--with", "Ruth"], "is not made for one person"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_sentence(
    words: list[str], said: str, session_desk: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "x.pdf"
    answer = session_desk.type("paper", "make", session_desk.reference, *words, "--pdf", str(out), ok=2)
    assert said in answer.said
    assert not out.exists()


def test_a_form_of_the_schools_own_is_made_and_comes_back(desk: Desk, tmp_path: Path) -> None:
    own = tmp_path / "papers"
    (own / "return-to-work").mkdir(parents=True)
    (own / "return-to-work" / "paper.yaml").write_text(
        "title: Return to work\nuse: What was agreed for the return.\nfor: [headteacher]\ncomes_back_as: document\n"
    )
    (own / "return-to-work" / "paper.html.j2").write_text(
        '{% extends "shared/paper.html.j2" %}{% block body %}<p>Agreed with {{ employee.name }}.</p>{% endblock %}'
    )
    pdf, forms = tmp_path / "r.pdf", ["--papers", str(own)]
    desk.type("paper", "make", desk.reference, "return-to-work", "--pdf", str(pdf), *forms)
    assert "Agreed with Jordan Blake." in text(pdf.read_bytes())
    desk.type("paper", "return", desk.reference, "return-to-work", str(pdf), "--by", "Helen Marsh", *forms)
    assert (
        desk.type("evidence", "list", desk.reference, "--json").json["evidence"][-1]["title"]
        == "Return to work"
    )
    (own / "return-to-work" / "paper.html.j2").write_text("{{ case.nobody }}")
    wrong = desk.type("paper", "make", desk.reference, "return-to-work", "--pdf", str(pdf), *forms, ok=1)
    assert "return-to-work/paper.html.j2" in wrong.said
