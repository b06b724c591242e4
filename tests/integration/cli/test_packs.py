"""A pack: what is in it and what is not, on which page, where its links lead, and what the record keeps of it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from casework.base.time import LONDON
from casework.cases.evidence_acts import AUTHORSHIPS, BASES, CHECKS, LIVE, SUPPLIED, VISIBILITIES
from casework.cases.pack_acts import PURPOSES
from casework.cli import evidence, evidence_life, pack, progress, school_documents
from casework.records import provenance
from casework.services.school_documents import TYPES
from tests.integration.cli.desk import Answer, Desk
from tests.integration.cli.test_papers import INVITE, fields
from tests.unit.rendering import hostile, standards
from tests.unit.rendering.aloud import tree

LATER = datetime(2026, 3, 13, 9, 0, tzinfo=LONDON)
MAIL = (
    b"From: Jordan Blake <jb@x.example>\nTo: office@ashgrove.example\nDate: Mon, 16 Feb 2026 09:12:00 +0000\n"
    b"Subject: Consent forms\n\nHave the forms for class 3W come in?\n"
)


@dataclass
class Packed:
    """A case with everything that a pack may meet, and two packs of it."""

    desk: Desk
    first: Answer
    second: Answer
    reader: PdfReader
    text: list[str]

    def page_of(self, words: str) -> int:
        """The first page, from 1, on which words stand."""
        return next(n for n, text in enumerate(self.text, start=1) if words in text)


def prepare(desk: Desk, folder: Path) -> None:
    """Add the evidence before the hearing is arranged, arrange it, and add what comes late."""

    def put(name: str, data: bytes) -> str:
        (folder / name).write_bytes(data)
        return str(folder / name)

    def add(title: str, type_: str, *more: str) -> None:
        desk.type("evidence", "add", desk.reference, title, "--type", type_, *more)

    ref = desk.reference
    document = ["school", "add-document"]
    old, new = put("old.pdf", hostile.pdf(2)), put("new.txt", b"3.1 Nothing is posted without consent.")
    desk.type(*document, "Social Media Policy", "--file", old, "--from", "2024-09-01")
    desk.type(*document, "Social Media Policy", "--file", new, "--from", "2025-09-01", "--replaces", "1")
    statement = put("statement.txt", "Statement of Lena Petrov: I saw it at six o’clock.".encode())
    signed = put("signed.pdf", hostile.pdf(2))
    add("Statement of Lena Petrov", "statement", "--file", statement, "--about", "1")
    corrected = ["--outcome", "corrected", "--by", "Lena Petrov", "--corrections", "It was five o’clock."]
    desk.type("evidence", "check", ref, "2", *corrected, "--file", signed)
    armed = put("rota.pdf", hostile.pdf(3, change=hostile.armed))
    add("Rota", "document", "--file", armed, "--about", "1", "--points", "against")
    add("Log of the page", "log", "--file", put("broken.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9))
    add(
        "Letter of a parent",
        "document",
        "--file",
        put("parent.txt", b"I am the mother of Ella Quick."),
        "--about",
        "1",
    )
    removed = "line 1: name of a pupil: not needed for the allegation"
    redacted = put("redacted.txt", b"I am the mother of [pupil].")
    desk.type("evidence", "redact", ref, "5", "--file", redacted, "--removed", removed)
    add("Complaint of another parent", "email", "--file", put("secret.txt", b"Tom Hidden was filmed."))
    desk.type(
        "evidence", "disclose", ref, "6", "--withheld", "--reason", "Names a child; a summary was given"
    )
    add(
        "Screenshot <b>of</b> the chat",
        "screenshot",
        "--file",
        put("chat.png", hostile.picture(300, 900, "PNG")),
    )
    desk.type("evidence", "disclose", ref)
    desk.type("case", "step", ref, "invite-to-hearing", "--hearing-at", "2026-03-17T10:30", *INVITE)
    desk.type("letter", "issue", ref, "hearing-invitation", *fields(), "--out", str(folder / "letter.pdf"))
    desk.type("letter", "serve", ref, "1", "--method", "hand", "--proof", "Signed for by J Blake")
    desk.now = LATER
    own = ["--supplied-by", "employee", "--supplier", "Jordan Blake", "--points", "against", "--about", "1"]
    add("E-mail about the forms", "email", "--file", put("mail.eml", MAIL), *own)


@pytest.fixture(scope="module")
def packed(hearing_made_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Packed:
    folder = tmp_path_factory.mktemp("packed")
    shutil.copytree(hearing_made_once[0], folder / "data")
    desk = Desk(folder / "data", hearing_made_once[1])
    prepare(desk, folder)
    words = ["pack", "build", desk.reference, "--json"]
    first = desk.type(*words, "--out", str(folder / "first.pdf"))
    desk.type("evidence", "add", desk.reference, "One more paper")
    desk.type("evidence", "link", desk.reference, "9", "--about", "1", "--points", "neutral")
    second = desk.type(*words, "--out", str(folder / "second.pdf"))
    reader = PdfReader(folder / "first.pdf")
    return Packed(desk, first, second, reader, [page.extract_text() for page in reader.pages])


def test_pages_are_numbered_through(packed: Packed) -> None:
    total = len(packed.text)
    assert packed.first.json["pages"] == total > 15
    for n, text in enumerate(packed.text, start=1):
        assert f"Page {n} of {total}" in text
        assert f"{packed.desk.reference} - Hearing pack, pack 1 - Confidential" in text


def links(reader: PdfReader) -> list[tuple[int, int, Any]]:
    """Each link: its page, the page that it leads to (both from 1), and its place on the page."""
    numbers = {page.indirect_reference.idnum: n for n, page in enumerate(reader.pages, start=1)}  # type: ignore[union-attr]
    found = []
    for n, page in enumerate(reader.pages, start=1):
        for note in page.get("/Annots", ()):
            item = note.get_object()
            assert "/A" not in item, "every link leads within the pack"
            found.append((n, numbers[list.__getitem__(item["/Dest"], 0).idnum], item["/Rect"]))
    return found


def test_every_link_of_the_index_leads_to_the_page_that_it_names(packed: Packed) -> None:
    leads = links(packed.reader)
    named = {}
    for text in packed.text[:4]:
        for label, page in re.findall(r"^((?:Evidence|Letter) [0-9]+) .*? ([0-9]+)$", text, re.M):
            named.setdefault(label, set()).add(int(page))
    assert len(named) >= 7
    for label, pages in named.items():
        (page,) = pages
        assert page in {target for _, target, _ in leads}
        assert label in packed.text[page - 1]
    assert {target for _, target, _ in leads} >= {page for pages in named.values() for page in pages}


def test_bookmarks_lead_to_each_paper(packed: Packed) -> None:
    reader, found = packed.reader, {}

    def walk(items: Any) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                found[item.title] = (reader.get_destination_page_number(item) or 0) + 1

    walk(reader.outline)
    assert list(found)[:4] == ["Cover", "Index", "Letters", "Letter 1: Invitation to a disciplinary hearing"]
    assert found["Evidence 3: Rota"] == packed.page_of("Evidence 3 to the index\nRota")
    assert list(found)[-2:] == ["What was left out", "Proof of service"]


def test_the_index_goes_from_the_allegation_to_the_evidence_and_the_finding(packed: Packed) -> None:
    index = "\n".join(packed.text[1:3])
    assert index.index("Allegation 1") < index.index("Evidence 3") < index.index("Finding: None yet")
    assert "Against the allegation" in index and "Clauses 4.1, 4.3" in index


@pytest.mark.parametrize("word", ["Ella Quick", "Tom Hidden", "evil"])
def test_what_was_withheld_redacted_or_hidden_is_nowhere(packed: Packed, word: str) -> None:
    assert not any(word in text for text in packed.text)


def test_what_is_left_out_or_late_is_said_with_its_reason(packed: Packed) -> None:
    everything = " ".join(" ".join(packed.text).split())
    assert "Names a child; a summary was given" in everything
    assert (
        "The employee’s papers were due by Tuesday 10 March 2026. This came on Friday 13 March 2026."
        in everything
    )
    assert "name of a pupil (not needed for the allegation)" in everything
    assert "Signed for by J Blake" in everything
    assert packed.first.json["late"] == [8] and packed.first.json["withheld"] == [6]


def test_what_was_said_in_text_stands_in_the_pack(packed: Packed) -> None:
    everything = " ".join(" ".join(packed.text).split())
    for words in (
        "I saw it at six o’clock.",
        "Lena Petrov agreed with corrections. It was five o’clock.",
        "I am the mother of [pupil].",
        "Have the forms for class 3W come in?",
        "Screenshot <b>of</b> the chat",
        "Evidence 2, signed or corrected copy, sheet 2 of 2",
    ):
        assert words in everything


def test_a_file_that_cannot_be_opened_stops_no_pack(packed: Packed) -> None:
    assert packed.first.json["unprinted"] == [
        "Evidence 4: The file is kept sealed as it came, and does not appear in a pack. It is damaged, or not what it"
        " seems to be, and cannot be opened. Ask for another copy."
    ]
    assert "It is damaged" in packed.text[packed.page_of("Log of the page\nKind") - 1]


def test_a_pack_does_nothing_but_show(packed: Packed) -> None:
    root = packed.reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm", "/Names", "/AF"} & set(root)
    assert not any("/AA" in page for page in packed.reader.pages)
    data = Path(packed.first.json["file"]).read_bytes()
    assert b"JavaScript" not in data and b"evil" not in data


def test_a_pack_is_tagged_for_who_has_it_read_aloud(packed: Packed) -> None:
    data = Path(packed.second.json["file"]).read_bytes()
    report = standards.page.validate_pdf_bytes(data, profile="ua1")
    broken = {failure.rule_id for failure in report.failures}
    # It does not call itself PDF/UA: strangers' pages come with fonts that are not within.
    assert {rule for rule in broken if not rule.startswith("PDFUA1-FONT-")} == {
        "PDFUA1-ID-PART-001",
        "PDFUA1-ID-SCHEMA-001",
    }
    told = [(element.tag, " ".join(element.text().split())) for element in tree(data).walk()]
    heads = [words for tag, words in told if tag == "H1"]
    assert heads[:3] == ["Hearing pack", "Index", "Statement of Lena Petrov"]
    assert heads[-2:] == ["What was left out", "Proof of service"]
    kinds = [tag for tag, _ in told]
    assert kinds.index("H1") < kinds.index("Link") and kinds.count("Document") == 1
    figures = [element.raw["/Alt"] for element in tree(data).walk() if element.tag == "Figure"]
    assert figures[0] == "Evidence 7: Screenshot <b>of</b> the chat, sheet 1 of 3"
    # Each page belongs to the tree: its number there leads to elements that say that they are on it.
    reader = PdfReader(packed.second.json["file"])
    numbers = list(reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"])  # type: ignore[index]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    assert sorted(parents) == list(range(len(parents)))
    for page in reader.pages:
        element = parents[page["/StructParents"]].get_object()[0].get_object()
        assert element.raw_get("/Pg").idnum == page.indirect_reference.idnum  # type: ignore[union-attr]


def test_the_record_knows_a_pack_by_its_fingerprint(packed: Packed, tmp_path: Path) -> None:
    desk, file = packed.desk, Path(packed.first.json["file"])
    assert desk.type("pack", "check", desk.reference, str(file), "--json").json["pack"] == 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(file.read_bytes() + b" ")
    assert desk.type("pack", "check", desk.reference, str(changed), ok=1).said.startswith("This file is none")
    rows = desk.type("pack", "list", desk.reference, "--json").json["packs"]
    assert [row["sha256"] for row in rows] == [packed.first.json["sha256"], packed.second.json["sha256"]]
    assert desk.type("pack", "list", desk.reference).stdout.count("hearing") == 2


def test_the_schools_own_documents_stand_at_the_end_as_they_were_in_force(packed: Packed) -> None:
    page = packed.page_of("Document 2 to the index")
    sheet = " ".join(packed.text[page - 1].split())
    assert "In force from Monday 1 September 2025" in sheet and "3.1 Nothing is posted" in sheet
    assert packed.first.json["documents"] == 1 and not any("Document 1" in text for text in packed.text)
    apart = packed.desk.type("pack", "build", packed.desk.reference, "--no-documents", "--dry-run", "--json")
    assert apart.json["documents"] == 0
    assert apart.json["changes"][-1] == "Document 2, “Social Media Policy”, is left out: it is given apart."


def test_documents_of_the_school_are_kept_once_and_end(packed: Packed, tmp_path: Path) -> None:
    desk, out = packed.desk, tmp_path / "policy.pdf"
    listed = desk.type("school", "documents", "--json").json["documents"]
    assert [(item["title"], item["until"]) for item in listed] == [
        ("Social Media Policy", "2025-08-31"),
        ("Social Media Policy", None),
    ]
    desk.type("school", "get-document", "1", "--out", str(out))
    assert sha256(out.read_bytes()).hexdigest() == listed[0]["sha256"]
    add = ["school", "add-document", "Policy", "--from", "2026-01-01", "--file"]
    assert "on record already" in desk.type(*add, str(out), ok=2).said
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 9)
    assert "could not stand in a pack" in desk.type(*add, str(broken), ok=2).said
    end = ["school", "end-document", "--because", "Governors, minute 7/26"]
    assert (
        "ended on Sunday 31 August 2025 already" in desk.type(*end, "1", "--until", "2026-01-01", ok=2).said
    )
    assert "cannot end before that" in desk.type(*end, "2", "--until", "2025-01-01", ok=2).said
    assert "There is no document 3" in desk.type(*end, "3", "--until", "2026-01-01", ok=2).said
    assert "until Friday 1 January 2027" in desk.type(*end, "2", "--until", "2027-01-01", "--dry-run").stdout


def test_built_again_it_says_what_changed(packed: Packed) -> None:
    assert packed.first.json["changes"] == []
    assert packed.second.json["changes"] == ["Evidence 9, “One more paper”, is new."]
    assert packed.second.json["changed_since"] == "pack 1 of Friday 13 March 2026"
    assert packed.second.json["undecided"] == [9]
    reader = PdfReader(packed.second.json["file"])
    cover = reader.pages[0].extract_text()
    assert "What changed since pack 1" in cover and "is new" in cover
    index = " ".join("\n".join(page.extract_text() for page in reader.pages[1:3]).split())
    assert "Evidence 9 One more paper Late Neither way" in index[: index.index("Finding:")]
    for page, target, _ in links(reader):
        assert f"Page {target} of {len(reader.pages)}" in reader.pages[target - 1].extract_text()
        assert page != target


def test_nothing_is_packed_or_written_where_there_is_nothing(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "pack.pdf"
    refused = desk.type("pack", "build", desk.reference, "--out", str(out), ok=3)
    assert "nothing to put into a pack" in refused.said and list(tmp_path.glob("*.pdf")) == []


def test_a_rehearsal_says_what_a_pack_would_hold_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.type("evidence", "add", desk.reference, "A paper")
    out = tmp_path / "pack.pdf"
    said = desk.type("pack", "build", desk.reference, "--out", str(out), "--dry-run")
    assert "no file was written" in said.said and "1 item of evidence" in said.stdout
    assert f"casework evidence disclose {desk.reference} 1" in said.stdout
    assert list(tmp_path.glob("*.pdf")) == []
    assert desk.type("pack", "list", desk.reference, "--json").json["packs"] == []


def test_the_choices_are_those_of_the_core() -> None:
    assert pack.PURPOSES == PURPOSES
    assert tuple(TYPES) == school_documents.TYPES
    assert evidence_life.CHECKS == CHECKS == tuple(provenance.CHECKS)
    for name, known, words in (
        ("supplied", SUPPLIED, provenance.SUPPLIED),
        ("basis", BASES, provenance.BASES),
        ("visibility", VISIBILITIES, provenance.VISIBILITIES),
        ("authorship", AUTHORSHIPS, provenance.AUTHORSHIPS),
        ("live", LIVE, provenance.LIVE),
    ):
        assert evidence.CHOICES[name] == known == tuple(words)


@pytest.mark.parametrize(
    ("shown", "patience", "seen"), [(True, 0.0, True), (True, 60.0, False), (False, 0.0, False)]
)
def test_a_bar_appears_only_after_a_while_and_where_it_is_seen(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    shown: bool,
    patience: float,
    seen: bool,
) -> None:
    monkeypatch.setattr(progress, "_PATIENCE", patience)
    with progress.Bar("Building the pack", shown=shown) as bar:
        for done in (1, 2, 3):
            bar.tell(done, 3)
    printed = capsys.readouterr()
    assert ("Building the pack" in printed.err) is seen and printed.out == ""
