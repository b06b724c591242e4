"""Working papers: each as it is with nothing known and with everything, on paper and in Word."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import pytest

from casework.base.resources import papers_dir
from casework.cli.evidence import TYPES
from casework.correspondence.errors import LettersWrong
from casework.correspondence.paper_facts import PaperFacts
from casework.correspondence.papers import Papers, UnknownPaper, shipped_papers
from casework.rendering.docx import html_to_docx
from casework.rendering.markup import read_markup
from casework.services.papers import asked
from tests.support.policies import shipped
from tests.unit.rendering.standards import failures, read, tags

PAPERS = list(shipped_papers().papers)
POLICY = shipped()
HOSTILE = "<script>x</script> {{ 7 * 7 }} <b>not bold</b> & “quoted”"


def _facts(paper_id: str, **known: Any) -> PaperFacts:
    paper = shipped_papers().paper(paper_id)
    questions = {name: asked(POLICY, steps) for name, steps in paper.questions.items()}
    given: dict[str, Any] = {
        "paper": {"title": paper.title, "made": date(2026, 3, 5)},
        "school": {"name": "Ashleigh Primary School"},
        "case": {"reference": "ASH-26-7KQ4", "procedure_name": "Disciplinary Procedure"},
        "questions": questions,
    }
    return PaperFacts.model_validate({**given, **known})


def _all(paper_id: str, **changed: Any) -> PaperFacts:
    """Facts of a case about which everything is known."""
    items = [{"number": 1, "title": "The page as it was seen", "source": "Tom Bexley", "about": ["1"]}]
    rachel = {"name": "Rachel Okafor", "title": "Assistant head teacher", "part": "Investigating officer"}
    allegations = [
        {
            "number": number,
            "text": f"Allegation of {HOSTILE}",
            "clause": "clause 4.1 of the Social Media Policy",
            "period": "on Friday 27 February 2026",
            "gross_misconduct": number == 2,
            "evidence": items if number == 1 else [],
        }
        for number in (1, 2, 4)
    ]
    hearing = {
        "at": datetime(2026, 4, 17, 10, 0),
        "venue": "Room 3",
        "adjustments": "Large print",
        "worst_outcome": "A final written warning",
        "panel": [{"name": "Felix Adeyemi"}, {"name": "Moira Stanton"}],
        "presenting_officer": rachel,
        "note_takers": [{"name": "Wendy Sharpe"}],
        "others": [{"name": "Wendy Sharpe", "title": "Clerk", "part": "Clerk to the panel"}],
    }
    known = {
        "employee": {"name": "Jordan Price", "title": "Teaching assistant"},
        "person": {"name": "Tom Bexley", "title": "School business manager"},
        "interview": [{"name": "Tom Bexley"}, rachel],
        "allegations": allegations,
        "evidence": items,
        "meetings": [{"title": "Hold an investigation meeting", "on": None, "account": "He is sorry."}],
        "investigation": {
            "investigators": [rachel],
            "terms": "What was uploaded.\n\nNot what should follow.",
            "events": [{"on": date(2026, 3, 3), "what": "Decide on a formal investigation"}],
            "report_due": date(2026, 3, 24),
        },
        "hearing": hearing,
        "grounds": ["Too harsh.", "The panel had read something that I had not."],
        **changed,
    }
    return _facts(paper_id, **known)


def _words(html: str) -> str:
    body = read_markup(html).find("body")
    assert body is not None
    return " ".join(body.text().split())


def _docx_words(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    texts = [node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t")]
    return "".join(texts)


@pytest.mark.parametrize("paper_id", PAPERS)
def test_a_paper_can_be_made_when_nothing_is_known_yet(paper_id: str) -> None:
    html = shipped_papers().compose(paper_id, _facts(paper_id))
    assert shipped_papers().paper(paper_id).title in _words(html)
    assert "None" not in _words(html)


@pytest.mark.parametrize("paper_id", PAPERS)
def test_a_paper_is_of_both_standards_and_its_words_stay_words(paper_id: str) -> None:
    html = shipped_papers().compose(paper_id, _all(paper_id))
    assert "<script" not in html
    assert HOSTILE in _words(html) or "allegation" not in html
    pdf = shipped_papers().to_pdf(html)
    assert failures(pdf) == []
    found = tags(pdf)
    assert found.count("H1") == 1
    assert "TH" in found


@pytest.mark.parametrize("paper_id", PAPERS)
def test_the_word_file_holds_every_word_of_the_paper_in_order(paper_id: str) -> None:
    html = shipped_papers().compose(paper_id, _all(paper_id))
    data = html_to_docx(html)
    shown = re.sub(r"(?<=\D)\d\.\t|•\t", "", _docx_words(data).replace("\t", ""))
    numbers = re.compile(r"\d\.|•|\s")  # the numbers of lists are words in Word only
    assert numbers.sub("", shown) == numbers.sub("", _words(html))


def test_the_word_file_has_headings_a_title_a_language_and_the_number_of_its_pages() -> None:
    data = html_to_docx(shipped_papers().compose("investigation-report", _all("investigation-report")))
    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.title == "Investigation report, ASH-26-7KQ4"
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
    assert styles.count("Heading 1") == 1
    assert "Heading 3" in styles
    foot = document.sections[0].footer.paragraphs[0]
    assert "Ashleigh Primary School · Investigation report" in foot.text
    assert [
        field.get(docx.oxml.ns.qn("w:instr")) for field in foot._p.iter(docx.oxml.ns.qn("w:fldSimple"))
    ] == [
        "PAGE",
        "NUMPAGES",
    ]


def test_a_decision_form_has_a_page_for_each_allegation_and_one_for_what_follows() -> None:
    page = read_markup(shipped_papers().compose("decision-form", _all("decision-form")))
    new = [element.text() for element in page.walk() if "new-page" in element.classes]
    assert new == ["Allegation 1", "Allegation 2", "Allegation 4", "What follows"]
    pdf = shipped_papers().to_pdf(shipped_papers().compose("decision-form", _all("decision-form")))
    begins = [sheet.extract_text().partition("\n")[0] for sheet in read(pdf).pages]
    assert begins[1:5] == new
    appeal = _all("decision-form", hearing={"appeal": True})
    page = read_markup(shipped_papers().compose("decision-form", appeal))
    new = [element.text() for element in page.walk() if "new-page" in element.classes]
    assert new == ["Ground 1", "Ground 2", "The decision"]


def test_a_decision_form_asks_what_the_policy_asks_for_a_decision() -> None:
    words = _words(shipped_papers().compose("decision-form", _all("decision-form")))
    decisions = [step for _, step in POLICY.steps.values() if step.act == "decision"]
    assert len(decisions) >= 4
    for step in decisions:
        assert step.title in words
        for field in step.fields.values():
            assert field.label in words or field.type in ("party", "parties") or field.occurrence


def test_what_one_decision_alone_needs_stands_under_it_and_no_command_is_named() -> None:
    found = asked(POLICY, ["act:decision"])
    alone = {item.title: {question.label for question in item.questions} for item in found.alone}
    assert "What must change, and by when" in alone["Give a warning"]
    assert {question.label for question in found.common} & set().union(*alone.values()) == set()
    told = [*found.common, *(question for item in found.alone for question in item.questions)]
    assert {question.label for question in told} == {question.label for question in found.questions}
    assert not any("`" in question.help for question in (*found.questions, *found.each))


def test_the_investigation_report_has_no_field_for_a_sanction() -> None:
    words = _words(shipped_papers().compose("investigation-report", _all("investigation-report"))).lower()
    assert not re.search(r"sanction|warning|dismiss|guilt", words)


@pytest.mark.parametrize("paper_id", PAPERS)
def test_a_paper_names_roles_rules_and_a_kind_of_evidence_that_there_are(paper_id: str) -> None:
    paper = shipped_papers().paper(paper_id)
    assert set(paper.readers) <= set(POLICY.roles)
    assert paper.comes_back_as in TYPES
    for steps in paper.questions.values():
        assert asked(POLICY, steps).questions


def test_every_folder_is_a_paper_and_every_shared_part_is_used() -> None:
    texts = [path.read_text("utf-8") for path in papers_dir().rglob("*.j2")]
    assert {path.parent.name for path in papers_dir().glob("*/paper.html.j2")} - {"shared"} == set(PAPERS)
    for path in (papers_dir() / "shared").iterdir():
        assert any(f"shared/{path.name}" in text for text in texts), path.name


def test_a_schools_own_file_stands_in_for_ours(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "signed.html.j2").write_text("<p>Llofnod</p>")
    html = Papers([tmp_path]).compose("interview-notes", _all("interview-notes"))
    assert "<p>Llofnod</p>" in html
    assert "Signature" not in html


@pytest.mark.parametrize(
    "wrong", ["{{ case.nobody }}", "{{ employee.name.__class__ }}", "{% if %}", "{{ x() }}"]
)
def test_a_template_that_cannot_be_used_is_told_by_its_name(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "decision-form").mkdir()
    (tmp_path / "decision-form" / "paper.html.j2").write_text(wrong)
    with pytest.raises(LettersWrong, match=r"decision-form/paper\.html\.j2"):
        Papers([tmp_path]).compose("decision-form", _all("decision-form"))


def test_a_paper_file_that_cannot_be_is_a_finding_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "decision-form").mkdir()
    (tmp_path / "decision-form" / "paper.yaml").write_text(
        "title: A form\nuse: To decide with\ncolour: red\n"
    )
    found = Papers([tmp_path]).findings
    assert {finding.file for finding in found} == {"decision-form/paper.yaml"}
    assert any("colour" in finding.reason for finding in found)


def test_a_paper_that_there_is_not_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownPaper) as caught:
        shipped_papers().paper("decision-from")
    assert caught.value.remedy == "Did you mean decision-form?"
