"""HTML to PDF: the one way in which casework makes a document.

What is promised of every PDF:

- it is PDF/UA-1 and PDF/A-3a at once: tagged, in English, titled, its fonts within;
- the same HTML gives the same bytes on every machine with the same versions of WeasyPrint and its libraries:
  the dates come from the page, the file's id is a hash of its content, and only shipped fonts take part;
- nothing is fetched: a page that asks for a web address or a file is refused (`OutsideResource`);
- no character is lost: one that no shipped font can show is refused by name (`NoGlyph`).

Fonts and stylesheet are read once and kept, which is most of the cost of the first document. Documents are
laid out one after another, because the font map serves one thread at a time.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import html as markup
import importlib
import threading
import warnings
from collections.abc import Iterator
from typing import Any, Final

from casework.base.errors import CaseworkError
from casework.base.resources import letters_dir
from casework.rendering.archive import VARIANT, declare_both
from casework.rendering.bundle import SCHEME, Bundle
from casework.rendering.engine import load_engine, only_fonts_of
from casework.rendering.errors import NoGlyph
from casework.rendering.glyphs import describe, missing_glyphs
from casework.rendering.joined import join_over_pages
from casework.rendering.once import work_out_once

STYLESHEET: Final = "letter.css"
"""The stylesheet of letters; it declares the fonts."""

FONTS: Final = (
    "fonts/SourceSans3-Regular.ttf",
    "fonts/SourceSans3-Bold.ttf",
    "fonts/SourceSans3-It.ttf",
    "fonts/SourceSans3-BoldIt.ttf",
    "fonts/DejaVuSans.ttf",
    "fonts/NotoEmoji-Regular.ttf",
)
"""The shipped fonts: the text's own, then what stands in for other scripts and for emoji."""

_NO_SYSTEM_FONTS: Final = "fonts/fonts.conf"
_LETTER_SIZED: Final = 200_000
_lock = threading.Lock()


def html_to_pdf(html: str, *, stylesheet: str = STYLESHEET, bundle: Bundle | None = None) -> bytes:
    """Lay out a page and return it as PDF/UA-1 and PDF/A-3a.

    Args:
        html: a whole document, with `lang`, a title and, for the date of the file, `dcterms.created`.
        stylesheet: the name of a stylesheet in the bundle.
        bundle: where resources come from; the shipped letters if not given.

    Raises:
        NoGlyph: a character that no shipped font can show.
        OutsideResource: the page asks for something that is not in the bundle.
        EngineMissing: a system library is not installed.
        Unavailable: a font or the stylesheet is missing.
    """
    bundle = bundle or Bundle((letters_dir(),))
    _require_glyphs(html, bundle)
    with _lock:
        return _press(bundle, stylesheet).print(html)


def forget_fonts() -> None:
    """Drop the fonts and stylesheets that are kept, and the temporary copies that the engine made of them."""
    _press.cache_clear()


class _Press:
    """A stylesheet and its fonts, parsed once and used for every page."""

    def __init__(self, bundle: Bundle, stylesheet: str) -> None:
        no_system_fonts = letters_dir() / _NO_SYSTEM_FONTS
        self._bundle = bundle
        self._engine: Any = load_engine(no_system_fonts)
        self._urls: Any = importlib.import_module("weasyprint.urls")
        with only_fonts_of(no_system_fonts):
            self._fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
        self._style = self._guarded(
            lambda: self._engine.CSS(
                string=bundle.path(stylesheet).read_text("utf-8"),
                font_config=self._fonts,
                **self._surroundings(),
            )
        )

    def print(self, html: str) -> bytes:
        """Return the page as a PDF.

        Raises:
            OutsideResource: the page asks for something that is not in the bundle.
        """
        with _collector_at_rest(html):
            pdf = self._guarded(
                lambda: self._engine.HTML(string=html, **self._surroundings()).write_pdf(
                    font_config=self._fonts,
                    stylesheets=[self._style],
                    pdf_variant=VARIANT,
                    finisher=_finish,
                )
            )
        return bytes(pdf)

    def _surroundings(self) -> dict[str, Any]:
        """Return what page and stylesheet live in: a world of the bundle only."""
        return {"url_fetcher": self._fetch, "base_url": SCHEME}

    def _fetch(self, url: str) -> Any:
        """Answer the engine's request for a resource; a refusal ends the rendering and leaves no gap."""
        try:
            body = self._bundle.fetch(url)
        except CaseworkError as refusal:
            raise self._urls.FatalURLFetchingError(url) from refusal
        return self._urls.URLFetcherResponse(url, body)

    def _guarded(self, work: Any) -> Any:
        """Return what `work` returns; a refused resource surfaces as our own error."""
        with warnings.catch_warnings():
            # WeasyPrint leaves its colour profile open for Python to close, which Python warns of.
            warnings.simplefilter("ignore", ResourceWarning)
            try:
                return work()
            except self._urls.FatalURLFetchingError as stopped:
                raise (stopped.__cause__ or stopped) from None


@contextlib.contextmanager
def _collector_at_rest(html: str) -> Iterator[None]:
    """Let the garbage collector wait until a page of a letter's size is laid out.

    It would otherwise look several times through all that is being built and still needed: a twentieth of the time.
    """
    pausing = gc.isenabled() and len(html) < _LETTER_SIZED
    if pausing:
        gc.disable()
    try:
        yield
    finally:
        if pausing:
            gc.enable()


def _finish(document: object, pdf: Any) -> None:
    """Complete a PDF just before it is written."""
    join_over_pages(document, pdf)
    declare_both(pdf)
    work_out_once(pdf)


@functools.lru_cache(maxsize=4)
def _press(bundle: Bundle, stylesheet: str) -> _Press:
    """Return the press for this stylesheet, made on first use."""
    return _Press(bundle, stylesheet)


def _require_glyphs(html: str, bundle: Bundle) -> None:
    """Refuse a page with a character that would be printed as an empty box."""
    missing = missing_glyphs(markup.unescape(html), lambda: tuple(bundle.path(name) for name in FONTS))
    if missing:
        named = ", ".join(describe(character) for character in missing[:5])
        raise NoGlyph(
            f"The fonts of letters cannot show {named}.",
            remedy="Write it in another way, and keep the original as an item of evidence.",
            characters=missing,
        )


atexit.register(forget_fonts)
