"""What somebody hears who has a letter read aloud: every word, once, in order; headings, lists, tables, pictures."""

from __future__ import annotations

import base64
import functools
import re
import struct
import zlib

import pytest

from casework.base.resources import letters_dir
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example
from casework.correspondence.library import shipped
from casework.rendering.markup import Element, read_markup
from tests.unit.rendering.aloud import Tagged, tree
from tests.unit.rendering.standards import failures, fonts, read

READ_ALOUD = ["suspension", "appeal-hearing", "no-further-action"]
"""Letters that together have every kind of element: reading all of them would take long, and show nothing more."""


def _logo() -> str:
    """A PNG picture of one grey point as base64 text."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()


@functools.cache
def _page(letter_id: str) -> str:
    data = example(letter_id)
    data["school"]["logo"] = {"png": _logo(), "words": "An ash tree in a circle"}
    return compose(letter_id, data)


@functools.cache
def _read(letter_id: str) -> tuple[bytes, Tagged]:
    pdf = to_pdf(_page(letter_id))
    return pdf, tree(pdf)


def _body(html: str) -> Element:
    body = read_markup(html).find("body")
    assert body is not None
    return body


@pytest.mark.parametrize("letter_id", READ_ALOUD)
def test_every_word_is_read_once_and_in_order(letter_id: str) -> None:
    _, whole = _read(letter_id)
    heard = "".join(element.text() for element in whole.walk() if element.tag == "Document")
    bare = functools.partial(re.sub, r"\s|\u200b", "")
    for label in [element for element in whole.walk() if element.tag == "Lbl"]:
        heard = heard.replace(label.text(), "", 1)
    assert bare(heard) == bare(_body(_page(letter_id)).text())


@pytest.mark.parametrize("letter_id", READ_ALOUD)
def test_the_letter_is_of_both_standards_with_a_logo_that_is_told_in_words(letter_id: str) -> None:
    pdf, whole = _read(letter_id)
    assert failures(pdf) == []
    assert all(fonts(pdf).values())
    figures = [element for element in whole.walk() if element.tag == "Figure"]
    assert [figure.raw["/Alt"] for figure in figures] == ["An ash tree in a circle"]
    root = read(pdf).trailer["/Root"]
    assert root["/Lang"] == shipped().language.tag  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert root["/Metadata"]  # type: ignore[index]


@pytest.mark.parametrize("letter_id", READ_ALOUD)
def test_lists_have_items_with_a_label_and_a_body(letter_id: str) -> None:
    _, whole = _read(letter_id)
    items = [element for element in whole.walk() if element.tag == "LI"]
    parts = [tuple(inner.tag for inner in item.below) for item in items]
    body = list(_body(_page(letter_id)).walk())
    assert set(parts) <= {("Lbl", "LBody")}
    assert len(parts) == sum(element.tag == "li" for element in body)
    lists = sum(element.tag == "L" for element in whole.walk())
    assert lists == sum(element.tag in ("ul", "ol") for element in body)
    assert all(item.below[-1].text().strip() for item in items)
    for element in whole.walk():
        assert element.tag != "L" or {inner.tag for inner in element.below} == {"LI"}


@pytest.mark.parametrize("letter_id", shipped().letters)
def test_headings_are_in_order_and_none_is_skipped(letter_id: str) -> None:
    levels = [int(item.tag[1]) for item in _body(_page(letter_id)).walk() if re.fullmatch(r"h\d", item.tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


@pytest.mark.parametrize("letter_id", shipped().letters)
def test_tables_have_headers_and_pictures_have_words(letter_id: str) -> None:
    for element in _body(_page(letter_id)).walk():
        if element.tag == "table":
            assert any("scope" in inner.attributes for inner in element.walk() if inner.tag == "th")
        if element.tag == "img":
            assert element.attributes["alt"]


def test_the_language_of_the_page_is_that_of_the_letters() -> None:
    for path in letters_dir().rglob("*.html.j2"):
        for tag in re.findall(r'<html lang="([^"]*)"', path.read_text("utf-8")):
            assert tag == shipped().language.tag
