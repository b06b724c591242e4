"""The markup of a letter's template: plain, and nothing that could hide words from the reader.

A passage in a comment, in an element without a shape, or under a style of its own would be there and not be read. So a
template has the elements, attributes and classes that the stylesheet of letters knows, and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

from casework.correspondence.findings import Finding

FRAME: Final = "shared/letter.html.j2"
"""The page around every letter: its head, the order of its parts, the mark of a draft."""

_HEADINGS: Final = frozenset(("h1", "h2", "h3"))
_TABLES: Final = frozenset(("table", "caption", "thead", "tbody", "tr", "th", "td"))
_WORDS: Final = frozenset(("p", "div", "ol", "ul", "li", "b", "i", "em", "strong", "br", "span", "a", "img"))
_ELEMENTS: Final = _HEADINGS | _TABLES | _WORDS
_OF_FRAME: Final = frozenset(("html", "head", "meta", "title", "body"))
_OF_TABLES: Final = frozenset(("scope", "colspan", "rowspan"))
_ATTRIBUTES: Final = _OF_TABLES | frozenset(("class", "value", "lang", "alt", "src", "href", "start", "id"))
_OF_FRAME_TOO: Final = frozenset(
    ("charset", "name", "content", "data-foot", "data-page", "data-of", "data-draft")
)
_PARTS: Final = re.compile(r"\{%-?\s*(?:block|include|satisfies)\b")
_JINJA: Final = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_CLASS: Final = re.compile(r"\.([a-z][a-z-]*)")
_PLAIN: Final = "Use plain headings, paragraphs, lists and tables."


@lru_cache(maxsize=512)
def markup_findings(name: str, text: str, stylesheet: str) -> tuple[Finding, ...]:
    """Return what is wrong with the markup of one template; `stylesheet` is the text of the letters' own.

    Letters share templates: each is looked through once in this process.
    """
    reader = _Reader(name, frozenset(_CLASS.findall(stylesheet)))
    reader.feed(_JINJA.sub(_in_its_place, text))
    reader.close()
    return (*reader.findings, *(_outside_the_page(text) if name == FRAME else ()))


def _outside_the_page(text: str) -> list[Finding]:
    """A finding for each part of the page that does not stand between its beginning and its end."""
    begins, ends = text.find("<body"), text.find("</body>")
    return [
        Finding(
            FRAME,
            text.count("\n", 0, part.start()) + 1,
            "This part of a letter would not be on the page.",
            "Move it between <body> and </body>.",
        )
        for part in _PARTS.finditer(text)
        if begins < 0 or not begins < part.start() < ends
    ]


def _in_its_place(tag: re.Match[str]) -> str:
    """What stands for a Jinja tag: a word where a fact is printed, else nothing; lines stay what they are."""
    return ("x" if tag[0].startswith("{{") else "") + "\n" * tag[0].count("\n")


class _Reader(HTMLParser):
    """Reads one template's markup."""

    def __init__(self, name: str, classes: frozenset[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.findings: list[Finding] = []
        self._name = name
        self._classes = classes
        self._frame = name == FRAME

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element and its attributes."""
        if tag not in _ELEMENTS and not (self._frame and tag in _OF_FRAME):
            self._wrong(f"A letter has no use for the element “{tag}”.", _PLAIN)
        for said in self._attributes(attrs):
            self._wrong(*said)

    def handle_comment(self, data: str) -> None:
        """Refuse a comment: what is in it is not read."""
        self._wrong("This comment would be in the letter unseen.", "Write comments as {# … #}.")

    def unknown_decl(self, data: str) -> None:
        """Refuse a section that is not read."""
        self._wrong("This would be in the letter unseen.", _PLAIN)

    def handle_pi(self, data: str) -> None:
        """Refuse an instruction that is not read."""
        self._wrong("This would be in the letter unseen.", _PLAIN)

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
        for name, value in attrs:
            if name not in _ATTRIBUTES and not (self._frame and name in _OF_FRAME_TOO):
                yield f"A letter has no use for the attribute “{name}”.", _PLAIN
            elif name == "class":
                for one in (value or "").split():
                    if one not in self._classes:
                        known = ", ".join(sorted(self._classes))
                        yield f"There is no class “{one}”.", f"There are: {known}."

    def _wrong(self, reason: str, remedy: str) -> None:
        self.findings.append(Finding(self._name, self.getpos()[0], reason, remedy))
