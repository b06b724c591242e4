"""The plain markup of our pages as a tree: which element stands where, with its place in the text of the page.

Comments mark passages that the law requires: `<!--passage acas:10--> … <!--/passage-->`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

PASSAGE: Final = "passage"
"""The word with which a comment begins that opens a passage; its ids follow."""

_EMPTY: Final = ("br", "img", "meta", "hr", "link", "input", "col")


@dataclass(slots=True)
class Element:
    """One element of a page.

    `start` and `end` are where it begins and ends in the page, `inner` and `inner_end` where what it holds does.
    `passages` are the ids of the passages in which it stands, and of those within it.
    """

    tag: str
    attributes: dict[str, str]
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    children: list[Element | str] = field(default_factory=list)
    passages: set[str] = field(default_factory=set)

    @property
    def classes(self) -> list[str]:
        """The names of its classes."""
        return self.attributes.get("class", "").split()

    @property
    def elements(self) -> list[Element]:
        """The elements that it holds directly."""
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> Iterator[Element]:
        """Yield it and every element below it, in the order of the page."""
        yield self
        for child in self.elements:
            yield from child.walk()

    def find(self, tag: str) -> Element | None:
        """Return the first element of this tag, itself included."""
        return next((element for element in self.walk() if element.tag == tag), None)

    def text(self) -> str:
        """Return its words on one line; what `br` parts is parted by a line end."""
        return "\n".join(" ".join(line.split(" ")).strip() for line in self._raw().split("\n"))

    def _raw(self) -> str:
        parts = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(" ".join(child.replace("\n", " ").split(" ")))
            else:
                parts.append("\n" if child.tag == "br" else child._raw())
        return "".join(parts)


def read_markup(html: str) -> Element:
    """Return the page as a tree. It is one of our own: every element that is not empty is closed."""
    reader = _Reader(html)
    reader.feed(html)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    """Builds the tree."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0]
        for line in html.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self.root = Element("", {}, 0, 0, len(html), len(html))
        self._open = [self.root]
        self._passages: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        start = self._here()
        inner = start + len(self.get_starttag_text() or "")
        element = Element(tag, {name: value or "" for name, value in attrs}, start, inner)
        element.passages = {passage for ids in self._passages for passage in ids}
        self._open[-1].children.append(element)
        if tag in _EMPTY:
            element.inner_end = element.end = inner
        else:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element."""
        if len(self._open) > 1 and self._open[-1].tag == tag:
            element = self._open.pop()
            element.inner_end = self._here()
            element.end = element.inner_end + len(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Take up words."""
        self._open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        """Open or close a passage."""
        word, *ids = data.split() or [""]
        if word == PASSAGE:
            self._passages.append(ids)
            for element in self._open:
                element.passages |= set(ids)
        elif word == f"/{PASSAGE}" and self._passages:
            self._passages.pop()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
