"""A letter's draft as a Word file: it goes out to be worked on, and comes back as paragraphs.

What is shaded has to stay word for word. What came back is read by its paragraphs alone; how it looks does not count,
because the letter that is issued is always the PDF. `casework.correspondence.rewording` says what was changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from casework.correspondence.language import Language
from casework.correspondence.rewording import blocks_of, one_line
from casework.rendering.docx import BULLET, html_to_docx
from casework.rendering.markup import Element

_LEAD: Final = re.compile(rf"^\s*(?:{BULLET}\s*|\d{{1,3}}\.\s+)")


def draft_docx(html: str, language: Language) -> bytes:
    """Return a composed letter as a Word file to write in, with what must stay shaded."""
    kept = {
        (block.element.tag, block.text, tuple(block.passages))
        for block in blocks_of(html)
        if block.fixed or block.passages
    }

    def stays(element: Element) -> bool:
        return (element.tag, one_line(element.text()), tuple(sorted(element.passages))) in kept

    return html_to_docx(html, head=language.draft, shaded=stays)


def words_of(paragraphs: Iterable[str]) -> list[str]:
    """Return the paragraphs of a draft that came back without the bullets and numbers that we put before items."""
    return [_LEAD.sub("", text) for text in paragraphs]
