"""Plain pages of many files, kept in one nameless file on the disk until they are put together.

Nothing of it stays behind, whatever happens: the file has no name, and its space is free as soon as it is closed. What
is kept of each file is only where its bytes lie, so that memory does not grow with a pack.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, cast

import pikepdf

from casework.rendering.untrusted.clean import Cleaned, Cleaner
from casework.rendering.untrusted.kinds import Kind

LOOK: Final = "/Look"
"""What the one thing is called that a page of a part shows; see `casework.rendering.untrusted.paper`."""


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a file: its pages as an open PDF, or its text, or neither and `why` (a code)."""

    cleaned: Cleaned
    text: str = ""
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
        self._kept = cast(BinaryIO, tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 (closed by __exit__)
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
        self._kept.close()

    def take(self, data: bytes, kind: Kind) -> Part:
        """Take a file; nothing that it holds makes this raise."""
        start = self._kept.seek(0, io.SEEK_END)
        cleaned = self._cleaner.clean(data, kind, self._kept)
        if cleaned.why:
            return Part(cleaned)
        made = cast(BinaryIO, io.BufferedReader(_Window(self._kept, start, cleaned.size), 64 * 1024))
        if not cleaned.pages:
            return Part(cleaned, made.read().decode("utf-8", "replace"))
        pdf = _opened(made, cleaned.pages)
        if pdf is None:
            return Part(Cleaned(why="crashed"))
        self._open.append(pdf)
        return Part(cleaned, pdf=pdf)


def _opened(made: BinaryIO, pages: int) -> pikepdf.Pdf | None:
    """Open what the child made; None if it is not what the child makes."""
    try:
        pdf = pikepdf.open(made)
        shown = [page.obj.Resources.XObject[LOOK].Subtype for page in pdf.pages]
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, RuntimeError):
        return None
    if len(shown) != pages or any(kind not in ("/Form", "/Image") for kind in shown):
        pdf.close()
        return None
    return pdf


class _Window(io.RawIOBase):
    """A part of a file, read as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that any place in it can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = min(max(base + offset, 0), self._size)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read on."""
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._at)
        data = self._file.read(min(len(view), self._size - self._at))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
