"""Parts and their bulk, our own pages and the plain pages of files: what comes together, and what never gets in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from casework.base.resources import letters_dir
from casework.rendering.assemble import LINK, Chapter, assemble, own_pages, paginate
from casework.rendering.parts import Parts
from casework.rendering.pdf import FONTS
from casework.rendering.untrusted.kinds import kind_of
from tests.unit.rendering import hostile

FONT = letters_dir() / FONTS[0]


@pytest.fixture(scope="module")
def parts() -> Iterator[Parts]:
    with Parts() as made:
        yield made


def take(parts: Parts, data: bytes) -> Any:
    return parts.take(data, kind_of(data))


def own(*keys: str, links: tuple[str, ...] = ()) -> bytes:
    """Our own pages: two for each chapter, the first of all with links to chapters."""
    made = pikepdf.new()
    with made.open_outline() as outline:
        for key in keys:
            outline.root.append(pikepdf.OutlineItem(key, len(made.pages)))
            for _ in range(2):
                made.add_blank_page(page_size=(595, 842))
                made.pages[-1].obj.Contents = made.make_stream(
                    b"Q 0 0 1 rg"
                )  # unbalanced: must not spoil the stamp
    notes = [
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=pikepdf.Array([0, 0, 9, 9]),
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(LINK + key)),
        )
        for key in links
    ]
    made.pages[0].obj.Annots = pikepdf.Array(notes)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def put_together(
    parts: Parts, documents: list[bytes], chapters: list[Chapter]
) -> tuple[Any, PdfReader, bytes]:
    out = io.BytesIO()
    told: list[int] = []
    found = assemble(
        documents,
        chapters,
        parts,
        title="T",
        footer="REF (x) \\ é",
        font=FONT,
        into=out,
        progress=told.append,
    )
    assert sum(told) == found.total
    with pikepdf.open(io.BytesIO(out.getvalue())) as opened:
        assert not opened.get_warnings()
    return found, PdfReader(io.BytesIO(out.getvalue())), out.getvalue()


def test_chapters_are_numbered_through_over_several_documents(parts: Parts) -> None:
    part = take(parts, hostile.pdf(3))
    documents = [own("index", links=("paper", "end", "nowhere")), own("paper", "end")]
    chapters = [
        Chapter("index", "Index"),
        Chapter("section", "Papers"),
        Chapter("paper", "Paper 1", 1, part, "Paper 1"),
        Chapter("end"),
    ]
    found, reader, _ = put_together(parts, documents, chapters)
    assert found.starts == {"index": 1, "section": 3, "paper": 3, "end": 8}
    assert found == paginate(chapters, own_pages(documents)) and found.total == 9
    texts = [page.extract_text() for page in reader.pages]
    assert all(f"Page {n} of 9" in text for n, text in enumerate(texts, start=1))
    assert [n for n, text in enumerate(texts, start=1) if "Paper 1, sheet 2 of 3" in text] == [6]
    assert "REF (x) \\ ?" in texts[0], "what the stamp’s font does not have is not lost silently"
    titles = [
        item.title if not isinstance(item, list) else [one.title for one in item] for item in reader.outline
    ]
    assert titles == ["Index", "Papers", ["Paper 1"]]
    leads = [note.get_object().get("/Dest") for note in reader.pages[0]["/Annots"]]
    assert [lead is not None for lead in leads] == [True, True, False]


def test_bulk_comes_back_byte_for_byte_and_is_kept_once(parts: Parts) -> None:
    picture = hostile.Image.effect_noise((900, 600), 80).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    chapters = [Chapter(f"p{n}", f"P{n}", 0, take(parts, out.getvalue()), "P") for n in range(2)]
    _, reader, data = put_together(parts, [own("p0"), own("p1")], chapters)
    shown = [reader.pages[n]["/Resources"]["/XObject"]["/Look"].get_object() for n in (2, 5)]
    assert [look["/Width"] for look in shown] == [900, 900]
    sent = shown[0]._data
    assert sent[:2] == b"\xff\xd8" and sent[-2:] == b"\xff\xd9" and len(sent) > 50_000
    assert hostile.Image.open(io.BytesIO(sent)).size == (900, 600)
    assert b"casework-bulk" not in data


def test_a_file_that_holds_a_token_of_ours_stops_nothing(parts: Parts) -> None:
    def forge(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Resources.XObject = pikepdf.Dictionary(
            X=made.make_stream(
                b"casework-bulk-" + b"0" * 64, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form
            )
        )

    part = take(parts, hostile.pdf(change=forge))
    _, reader, _ = put_together(parts, [own("a")], [Chapter("a", "A", 0, part, "A")])
    assert len(reader.pages) == 3


def test_whatever_the_child_says_only_looks_get_in(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that was taken over hands out a PDF full of scripts; its pages show nothing that acts."""

    def armed_look(made: pikepdf.Pdf) -> None:
        hostile.armed(made)
        page = made.pages[0].obj
        page.Resources.XObject.Look = page.Resources.XObject.Im1

    sent = hostile.pdf(change=armed_look)

    def taken_over(_self: Any, _data: bytes, _kind: Any, into: Any) -> Any:
        into.write(sent)
        return hostile_answer

    from casework.rendering.untrusted.clean import Cleaned, Cleaner

    hostile_answer = Cleaned(pages=1, size=len(sent))
    monkeypatch.setattr(Cleaner, "clean", taken_over)
    _, reader, data = put_together(parts, [own("a")], [Chapter("a", "A", 0, take(parts, b"%PDF-x"), "A")])
    assert b"evil" not in data
    root = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/Names", "/AcroForm"} & set(root)
    assert not {"/AA", "/Annots", "/Metadata", "/PieceInfo"} & set(reader.pages[2])
    hostile_answer = Cleaned(pages=2, size=len(sent))
    assert take(parts, b"%PDF-x").cleaned.why == "crashed", "it does not have the pages that it says"
