"""Lines that are stamped onto the pages of a pack: in a shipped font, embedded, of plain characters only."""

from __future__ import annotations

import io
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

FONT: Final = "/PackStamp"
"""What the font is called in the resources of each page."""

_SIZE: Final = 8.5
_FIRST, _LAST = 32, 126


class Stamp:
    """The font of the stamps, within a PDF that is being made.

    Args:
        made: the PDF.
        font: a TrueType font.
    """

    def __init__(self, made: pikepdf.Pdf, font: Path) -> None:
        self._made = made
        opener: Any = import_module("fontTools.ttLib")
        subset: Any = import_module("fontTools.subset")
        with opener.TTFont(font) as whole:
            chooser = subset.Subsetter(subset.Options(hinting=False, layout_features=[], notdef_outline=True))
            chooser.populate(unicodes=range(_FIRST, _LAST + 1))
            chooser.subset(whole)
            per = 1000 / whole["head"].unitsPerEm
            names, widths = whole.getBestCmap(), whole["hmtx"].metrics
            self._widths: list[int] = [
                round(widths[names[code]][0] * per) for code in range(_FIRST, _LAST + 1)
            ]
            rows = whole["hhea"]
            box = [round(getattr(whole["head"], edge) * per) for edge in ("xMin", "yMin", "xMax", "yMax")]
            data = io.BytesIO()
            whole.save(data)
            self.font = self._dictionary(
                data.getvalue(), box, round(rows.ascent * per), round(rows.descent * per)
            )

    def _dictionary(self, data: bytes, box: list[int], ascent: int, descent: int) -> Any:
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
                Widths=Array(self._widths),
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
        return float(sum(self._widths[ord(char) - _FIRST] for char in text)) * _SIZE / 1000
