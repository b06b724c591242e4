"""The pages of a PDF of our own as pictures, for a screen that shows no PDF within a page, as a telephone's does not.

Only for what we made ourselves: what comes from outside is opened by a process of little power
(`casework.rendering.untrusted`).
"""

from __future__ import annotations

import threading
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pypdfium2

WIDTH: Final = 900
"""Pixels across a page: twice what a telephone shows, so that the words are sharp there too."""

_lock = threading.Lock()
"""The library serves one thread at a time."""


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF of our own has."""
    with _lock:
        document = _opened(pdf)
        try:
            return len(document)
        finally:
            document.close()


def page_picture(pdf: bytes, number: int, width: int = WIDTH) -> bytes | None:
    """Return page `number` of a PDF of our own, counted from 1, as a PNG; None if it has no such page.

    Args:
        width: pixels across.
    """
    with _lock:
        document = _opened(pdf)
        try:
            if not 1 <= number <= len(document):
                return None
            page = document[number - 1]
            picture = page.render(scale=width / page.get_width()).to_pil()
        finally:
            document.close()
    written = BytesIO()
    picture.convert("P", palette=1, colors=64).save(written, "PNG", compress_level=4)
    return written.getvalue()


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    import pypdfium2  # slow to import, and only for the pages of the browser

    return pypdfium2.PdfDocument(pdf)
