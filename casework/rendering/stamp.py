"""Lines that are stamped onto the pages of a pack: in a shipped font, embedded, of plain characters only."""

from __future__ import annotations

import functools
import io
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

FONT: Final = "/PackStamp"
"""What the font is called in the resources of each page."""

_SIZE: Final = 8.5
_FIRST, _LAST = 32, 126


class _Cut(NamedTuple):
    """A font cut down to plain characters, its measures in thousandths of its size."""

    data: bytes
    widths: tuple[int, ...]
    box: tuple[int, ...]
    ascent: int
    descent: int


@functools.lru_cache(maxsize=2)
def _cut(font: Path) -> _Cut:
    """Return what is needed of a font; what places and joins glyphs is not read, because each stands by itself."""
    opener: Any = import_module("fontTools.ttLib")
    subset: Any = import_module("fontTools.subset")
    with opener.TTFont(font, lazy=True) as whole:
        options = subset.Options(hinting=False, layout_features=[], notdef_outline=True)
        options.drop_tables = [*options.drop_tables, "GSUB", "GPOS", "GDEF"]
        chooser = subset.Subsetter(options)
        chooser.populate(unicodes=range(_FIRST, _LAST + 1))
        chooser.subset(whole)
        per = 1000 / whole["head"].unitsPerEm
        names, metrics, rows = whole.getBestCmap(), whole["hmtx"].metrics, whole["hhea"]
        widths = tuple(round(metrics[names[code]][0] * per) for code in range(_FIRST, _LAST + 1))
        box = tuple(round(getattr(whole["head"], edge) * per) for edge in ("xMin", "yMin", "xMax", "yMax"))
        data = io.BytesIO()
        whole.save(data)
        return _Cut(data.getvalue(), widths, box, round(rows.ascent * per), round(rows.descent * per))


class Stamp:
    """The font of the stamps, within a PDF that is being made.

    Args:
        made: the PDF.
        font: a TrueType font.
    """

    def __init__(self, made: pikepdf.Pdf, font: Path) -> None:
        self._made = made
        self._cut = _cut(font)
        self.font = self._dictionary()

    def _dictionary(self) -> Any:
        data, widths, box, ascent, descent = self._cut
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/CASEWK+PackStamp"),
            Flags=32,
            FontBBox=Array(box),
            ItalicAngle=0,
            Ascent=ascent,
            Descent=descent,
            CapHeight=ascent,
            StemV=80,
            FontFile2=self._made.make_stream(data, Length1=len(data)),
        )
        return self._made.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.TrueType,
                BaseFont=Name("/CASEWK+PackStamp"),
                Encoding=Name.WinAnsiEncoding,
                FirstChar=_FIRST,
                LastChar=_LAST,
                Widths=Array(widths),
                FontDescriptor=self._made.make_indirect(descriptor),
            )
        )

    def line(self, text: str, x: float, y: float, *, right: bool = False) -> bytes:
        """Return what draws a line of text that begins, or with `right` ends, at a place in points."""
        plain = "".join(char if _FIRST <= ord(char) <= _LAST else "?" for char in text)
        left = x - self._width(plain) if right else x
        escaped = plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        text_at = f"BT {FONT} {_SIZE} Tf {left:.2f} {y:.2f} Td ({escaped}) Tj ET"
        return f"/Artifact BMC q 0.29 0.32 0.35 rg {text_at} Q EMC\n".encode("ascii")

    def _width(self, text: str) -> float:
        return float(sum(self._cut.widths[ord(char) - _FIRST] for char in text)) * _SIZE / 1000
