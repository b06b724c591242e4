"""A composed letter as plain text: for a terminal, for the golden files, and for who reads no PDF.

Every word of the letter is there, in order. The letters' own markup is all that it knows: headings,
paragraphs, lists, tables, line breaks.
"""

from __future__ import annotations

import re
import textwrap
from html.parser import HTMLParser
from typing import Final

WIDTH: Final = 90
"""Characters in a line."""

_BLOCKS: Final = ("p", "div", "h1", "h2", "h3", "li", "ol", "ul", "tr", "table", "header", "main", "section")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_BULLET: Final = "- "


def to_text(html: str) -> str:
    """Return a composed letter as plain text in lines of at most `WIDTH` characters, where words allow."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(reader.lines)).strip() + "\n"


class _Reader(HTMLParser):
    """Turns the letters' markup into lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._words: list[str] = []
        self._marker = ""
        self._numbers: list[int | None] = []
        self._skip = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a list, an item or a line."""
        attributes = dict(attrs)
        if tag in _BLOCKS or tag == "br":
            self._flush()
        if tag in ("head", "style"):
            self._skip = True
        elif tag == "body":
            foot, page, of = (attributes.get(f"data-{name}") for name in ("foot", "page", "of"))
            self.lines += [f"[At the foot of each page: {foot} | {page} x {of} y]", ""]
        elif tag in ("ol", "ul"):
            self._numbers.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._item(attributes.get("value"))
        elif tag in ("td", "th") and self._words:
            self._words.append(" ")
        elif tag == "img":
            self._words.append(f"[{attributes.get('alt') or 'picture'}]")

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if tag in ("head", "style"):
            self._skip = False
        if tag in _BLOCKS:
            self._flush(underline={"h1": "=", "h2": "-"}.get(tag, ""))
        if tag in ("ol", "ul"):
            self._numbers.pop()
        if tag in ("p", "ol", "ul", "table", "div"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        """Take up words."""
        if not self._skip:
            self._words.append(data)

    def _item(self, value: str | None) -> None:
        """Set the marker of a list item: its own number, the next number, or a bullet."""
        number = int(value) if value else self._numbers[-1]
        self._marker = _BULLET if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1

    def _flush(self, underline: str = "") -> None:
        """Write the words so far as lines, indented as deep as the list they are in."""
        text = _SPACE.sub(" ", "".join(self._words)).strip(" ")
        self._words = []
        if not text:
            return
        indent = "   " * len(self._numbers)
        first = indent[: len(indent) - len(self._marker)] + self._marker if self._marker else indent
        self._marker = ""
        wrapper = textwrap.TextWrapper(WIDTH, first, indent, break_long_words=False, break_on_hyphens=False)
        self.lines += [line.replace("\u00a0", " ") for line in wrapper.wrap(text)]
        if underline:
            self.lines.append(underline * min(len(text), WIDTH))
