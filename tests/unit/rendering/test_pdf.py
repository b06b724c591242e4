from __future__ import annotations

import gc
from pathlib import Path

import pytest

from casework.base.errors import Unavailable
from casework.rendering.bundle import Bundle
from casework.rendering.errors import NoGlyph, OutsideResource
from casework.rendering.pdf import html_to_pdf
from tests.unit.rendering.pages import page_of
from tests.unit.rendering.standards import failures, fonts, read, tags, text

RICH = page_of(
    "<h1>One</h1><p>Some <b>bold</b>, some <i>italic</i>, some <b><i>both</i></b>.</p>"
    '<ol><li value="3">plain</li><li><p>two</p><p>paragraphs</p></li></ol>'
    "<h2>Two</h2><p>ẹ̀kọ́ שלום مرحبا 😂👍🏽 👨‍👩‍👧 🇬🇧</p>",
    title="Rich & plain",
)


def test_a_page_is_of_both_standards() -> None:
    assert failures(html_to_pdf(RICH)) == []


def test_the_metadata_is_readable_and_names_both_standards() -> None:
    pdf = html_to_pdf(RICH)
    for name in (
        b'pdfuaid:part="1"',
        b'pdfaid:part="3"',
        b'pdfaid:conformance="A"',
        b"pdfaExtension:schemas",
    ):
        assert name in pdf


def test_title_language_and_date_come_from_the_page() -> None:
    opened = read(html_to_pdf(RICH))
    assert opened.metadata is not None
    assert opened.metadata.title == "Rich & plain"
    assert str(opened.metadata["/CreationDate"]).startswith("D:20260331")
    assert opened.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]
    assert opened.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]


def test_headings_and_list_items_are_tagged() -> None:
    found = tags(html_to_pdf(RICH))
    assert [tag for tag in found if tag.startswith("H")] == ["H1", "H2"]
    assert found.count("L") == 1
    assert found.count("LI") == found.count("LBody") == found.count("Lbl") == 2


def test_only_shipped_fonts_are_used_and_all_are_embedded() -> None:
    found = fonts(html_to_pdf(RICH))
    assert all(found.values())
    names = {name.split("-")[0] for name in found}
    assert names <= {"Letter", "Other", "Emoji"}


def test_a_font_that_the_page_asks_for_and_the_machine_has_is_not_used() -> None:
    pdf = html_to_pdf(page_of('<p style="font-family: DejaVu Sans Mono, Arial, serif">Some words</p>'))
    assert all(name.split("-")[0] in ("Letter", "Other", "Emoji") for name in fonts(pdf))


def test_the_same_page_gives_the_same_bytes_whatever_was_made_before() -> None:
    first = html_to_pdf(RICH)
    html_to_pdf(page_of("<p>Something else 中".replace("中", "ẹ") + "</p>"))
    assert html_to_pdf(RICH) == first


def test_pages_are_numbered_within_their_number() -> None:
    words = text(html_to_pdf(page_of("<p>Some words.</p>" * 60)))
    assert "Page 1 of 2" in words
    assert "Page 2 of 2" in words


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://example.invalid/a.png" alt="a">',
        '<img src="file:///etc/hostname" alt="a">',
        '<img src="logo.png" alt="a">',
        '<p style="background: url(http://example.invalid/a.png)">a</p>',
        "<style>@import url(https://example.invalid/a.css);</style><p>a</p>",
        "<style>@font-face { font-family: x; src: url(file:///x.ttf) }</style><p>a</p>",
        '<link rel="stylesheet" href="https://example.invalid/a.css"><p>a</p>',
        '<object data="file:///etc/hostname"></object>',
    ],
)
def test_a_page_that_reaches_out_is_refused(body: str) -> None:
    with pytest.raises(OutsideResource):
        html_to_pdf(page_of(body))


def test_a_character_without_a_glyph_is_refused_by_name() -> None:
    with pytest.raises(NoGlyph, match=r"U\+4E2D") as caught:
        html_to_pdf(page_of("<p>&#x4e2d; and 文</p>"))
    assert caught.value.details["characters"] == ["中", "文"]


def test_a_missing_font_is_an_error_and_not_another_look(tmp_path: Path) -> None:
    (tmp_path / "letter.css").write_text('@font-face { font-family: "x"; src: url(bundle:fonts/None.ttf) }')
    with pytest.raises(Unavailable, match=r"fonts/None\.ttf"):
        html_to_pdf(page_of("<p>a</p>"), bundle=Bundle((tmp_path,)))


@pytest.mark.parametrize("on", [True, False])
def test_the_garbage_collector_is_left_as_it_was(on: bool) -> None:
    was = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        html_to_pdf(RICH)
        assert gc.isenabled() is on
        with pytest.raises(OutsideResource):
            html_to_pdf(page_of('<img src="x" alt="x">'))
        assert gc.isenabled() is on
    finally:
        (gc.enable if was else gc.disable)()
