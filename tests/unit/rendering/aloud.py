"""Reads a tagged PDF as somebody hears it: element by element, in the order of the tag tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdf
from pypdf.generic import ContentStream

from tests.unit.rendering.standards import read

_CHARACTERS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")


@dataclass
class Tagged:
    """An element of the tag tree: its tag, its own words, and what is below it."""

    tag: str
    raw: Any
    words: str = ""
    below: list[Tagged] = field(default_factory=list)

    def walk(self) -> Iterator[Tagged]:
        """Yield it and everything below it, in reading order."""
        yield self
        for inner in self.below:
            yield from inner.walk()

    def text(self) -> str:
        """Return all words in it."""
        return self.words + "".join(inner.text() for inner in self.below)


def tree(pdf: bytes) -> Tagged:
    """Return the tag tree of a PDF, with the words of each element."""
    opened = read(pdf)
    pages = {
        page.indirect_reference.idnum: _marked(page, opened)
        for page in opened.pages
        if page.indirect_reference
    }
    root: Any = opened.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    whole = Tagged("Root", root)
    _grow(whole, root, pages, 0)
    return whole


def _grow(into: Tagged, element: Any, pages: dict[int, dict[int, str]], page: int) -> None:
    """Add what is below an element; a number is a stretch of the page."""
    raw = element.get("/Pg")
    page = element.raw_get("/Pg").idnum if raw is not None else page
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, int):
            into.below.append(Tagged("", None, pages[page].get(kid, "")))
        elif "/MCID" in kid:
            of = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
            into.below.append(Tagged("", None, pages[of].get(kid["/MCID"], "")))
        elif "/S" in kid:
            inner = Tagged(kid["/S"].removeprefix("/"), kid)
            into.below.append(inner)
            _grow(inner, kid, pages, page)


def _marked(page: pypdf.PageObject, opened: pypdf.PdfReader) -> dict[int, str]:
    """Return the words of each marked stretch of a page, by its number."""
    fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
    tables = {
        name: _characters(font.get_object()["/ToUnicode"].get_object().get_data())
        for name, font in fonts.items()
        if "/ToUnicode" in font.get_object()  # the stamp of a pack, which is read to nobody, has none
    }
    found: dict[int, str] = {}
    table: dict[bytes, str] = {}
    number: list[int | None] = []
    for operands, operator in ContentStream(page.get_contents(), opened).operations:
        if operator == b"BDC":
            number.append(operands[1].get("/MCID") if hasattr(operands[1], "get") else None)
        elif operator == b"BMC":
            number.append(None)
        elif operator == b"EMC":
            number.pop()
        elif operator == b"Tf":
            table = tables.get(operands[0], {})
        elif operator in (b"Tj", b"TJ") and number and number[-1] is not None:
            parts = operands[0] if operator == b"TJ" else operands
            words = "".join(_decoded(part, table) for part in parts if hasattr(part, "original_bytes"))
            found[number[-1]] = found.get(number[-1], "") + words
    return found


def _decoded(part: Any, table: dict[bytes, str]) -> str:
    raw = part.original_bytes
    return "".join(table.get(raw[at : at + 2], "?") for at in range(0, len(raw), 2))


def _characters(table: bytes) -> dict[bytes, str]:
    """Return the text of each glyph of a font."""
    pairs = [pair for block in _CHARACTERS.findall(table) for pair in _PAIR.findall(block)]
    return {
        bytes.fromhex(glyph.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for glyph, text in pairs
    }
