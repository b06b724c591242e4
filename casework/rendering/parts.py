"""Plain pages of many files, kept until they are put together, without their bulk in memory.

What is large in a file (its pictures) goes onto the disk, into one file that has no name: nothing of it stays behind,
whatever happens. In memory stays what the pages are made of, with a token in the place of each bulk, so that memory
does not grow with a pack. `bind` writes the whole, each token replaced by what it stands for.
"""

from __future__ import annotations

import io
import re
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, cast

import pikepdf

from casework.rendering.untrusted.clean import Cleaned, Cleaner
from casework.rendering.untrusted.kinds import Kind
from casework.rendering.untrusted.strip import strip_objects

LOOK: Final = "/Look"
"""What the one thing is called that a page of a part shows; see `casework.rendering.untrusted.paper`."""

_BULK: Final = 4096
"""Bytes from which on a stream goes onto the disk."""

_CHUNK: Final = 1024 * 1024
_TOKEN: Final = re.compile(rb"stream\n(casework-bulk-[0-9a-f]{64})\nendstream\nendobj\n$")
_NONSENSE: Final = (
    pikepdf.PdfError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    RuntimeError,
    OverflowError,
)
"""What comes of reading a PDF that the child did not make as it should."""

_LENGTH: Final = re.compile(rb"/Length [0-9]+")


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a file: its pages as an open PDF, or its text, or neither and `why` (a code)."""

    cleaned: Cleaned
    text: str = field(default="", repr=False)
    pdf: pikepdf.Pdf | None = field(default=None, repr=False)

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self.pdf.pages) if self.pdf is not None else 0


class Parts:
    """Takes files of strangers one after another and keeps their plain pages.

    Args:
        folder: on whose disk they are kept meanwhile; the system's folder for temporary files if None.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._bulk = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 (closed by __exit__)
        self._places: dict[bytes, tuple[int, int]] = {}
        self._open: list[pikepdf.Pdf] = []
        self._cleaner = Cleaner()

    def __enter__(self) -> Parts:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child process and give the disk back."""
        self._cleaner.__exit__(kind, problem, trace)
        for pdf in self._open:
            pdf.close()
        self._bulk.close()

    def take(self, data: bytes, kind: Kind) -> Part:
        """Take a file; nothing that it holds makes this raise."""
        made = io.BytesIO()
        cleaned = self._cleaner.clean(data, kind, made)
        if cleaned.why:
            return Part(cleaned)
        if not cleaned.pages:
            return Part(cleaned, made.getvalue().decode("utf-8", "replace"))
        try:
            pdf = self._lightened(_opened(made, cleaned.pages))
        except _NONSENSE:
            return Part(Cleaned(why="crashed"))
        self._open.append(pdf)
        return Part(cleaned, pdf=pdf)

    def _lightened(self, pdf: pikepdf.Pdf) -> pikepdf.Pdf:
        """Return the PDF with a token in the place of each large stream, whose bytes are on the disk."""
        with pdf:
            strip_objects(pdf)
            for item in pdf.objects:
                if isinstance(item, pikepdf.Stream) and int(item.get("/Length", 0)) >= _BULK:
                    filters: Any = item.get("/Filter")
                    parameters: Any = item.get("/DecodeParms")
                    item.write(self._put(item.read_raw_bytes()), filter=filters, decode_parms=parameters)
            light = io.BytesIO()
            save_plain(pdf, light)
        return pikepdf.open(light)

    def _put(self, data: bytes) -> bytes:
        token = b"casework-bulk-" + sha256(data).hexdigest().encode()
        if token not in self._places:
            self._places[token] = (self._bulk.seek(0, io.SEEK_END), len(data))
            self._bulk.write(data)
        return token

    def bind(self, light: BinaryIO, into: BinaryIO) -> None:
        """Write a PDF that `save_plain` saved to `into`, each token replaced by the bytes that it stands for."""
        data = light.read()
        table = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
        rows = [row.split() for row in data[table : data.index(b"trailer", table)].splitlines()[2:]]
        used = {number: int(row[0]) for number, row in enumerate(rows) if row[2] == b"n"}
        order = sorted(used, key=lambda number: used[number])
        ends = [*(used[number] for number in order[1:]), table]
        at = into.write(data[: used[order[0]]])
        places = {}
        for number, end in zip(order, ends, strict=True):
            places[number] = at
            at += self._write(data[used[number] : end], into)
        lines = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % places[n] for n in range(1, len(rows)))]
        trailer = data[data.index(b"trailer", table) : data.rindex(b"startxref")]
        into.write(b"xref\n0 %d\n%s%sstartxref\n%d\n%%%%EOF\n" % (len(rows), b"".join(lines), trailer, at))

    def _write(self, written: bytes, into: BinaryIO) -> int:
        """Write one object, with its bulk if it has a token; return how many bytes it took."""
        found = _TOKEN.search(written)
        if found is None or found[1] not in self._places:
            return into.write(written)
        start, length = self._places[found[1]]
        head = _LENGTH.sub(b"/Length %d" % length, written[: found.start()])
        size = into.write(head + b"stream\n")
        self._bulk.seek(start)
        for chunk in range(0, length, _CHUNK):
            size += into.write(self._bulk.read(min(_CHUNK, length - chunk)))
        return size + into.write(b"\nendstream\nendobj\n")


def save_plain(pdf: pikepdf.Pdf, into: BinaryIO) -> None:
    """Save a PDF for `Parts.bind`: its objects one after another, its streams untouched."""
    pdf.save(
        into,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        deterministic_id=True,
    )


def _opened(made: BinaryIO, pages: int) -> pikepdf.Pdf:
    """Open what the child made, if it is what the child makes; raises one of `_NONSENSE` otherwise."""
    pdf = pikepdf.open(made)
    shown = [page.obj.Resources.XObject[LOOK].Subtype for page in pdf.pages]
    if len(shown) != pages or any(kind not in ("/Form", "/Image") for kind in shown):
        pdf.close()
        raise ValueError("these are not the pages of the child")
    return pdf
