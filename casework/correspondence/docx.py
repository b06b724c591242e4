"""Reads the words of a Word file that somebody hands in: its paragraphs, and nothing else of it.

A .docx is a ZIP of XML. It is a stranger's file: it may be no ZIP, unpack to gigabytes, or have entities that grow or
reach out. So only one part of it is unpacked, up to a limit, and its XML is read without entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

from docx.oxml import parse_xml

from casework.base.errors import BadInput

MOST_BYTES: Final = 20 * 1024 * 1024
"""Bytes that the file may have, and to which its text may unpack."""

_PART: Final = "word/document.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SHOWN: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


class NotADocx(BadInput):
    """The file is not a Word file that can be read."""

    code = "not-a-docx"


def paragraphs_of(data: bytes) -> list[str]:
    """Return the paragraphs of a .docx file in order, those of tables included; what was struck out is left out.

    Raises:
        NotADocx: it is none, it is damaged, or it is too large.
    """
    try:
        root: Any = parse_xml(_unpacked(data))  # resolves no entities, and fetches nothing
    except SyntaxError:
        raise _refused("Its text cannot be read.") from None
    if root.getroottree().docinfo.doctype:
        raise _refused("Its text is not that of a Word file.")
    return ["".join(_words(paragraph)) for paragraph in root.iter(f"{_W}p") if not _is_fallback(paragraph)]


def _unpacked(data: bytes) -> bytes:
    """The XML of the text."""
    if len(data) > MOST_BYTES:
        raise _refused(f"It has more than {MOST_BYTES // 1024 // 1024} MiB.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_PART) as part:
            text = part.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        raise _refused("It is no .docx file, or it is damaged or locked with a password.") from None
    if len(text) > MOST_BYTES:
        raise _refused("Its text is too large.")
    return text


def _words(element: Any) -> Iterator[str]:
    """The words of one paragraph; a paragraph within it, as in a box, is one of its own."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SHOWN:
            yield _SHOWN[child.tag]
        elif child.tag not in (f"{_W}p", f"{_W}pPr", _FALLBACK):
            yield from _words(child)


def _is_fallback(paragraph: Any) -> bool:
    """Say whether it repeats something for programs that are too old for it."""
    return any(above.tag == _FALLBACK for above in paragraph.iterancestors())


def _refused(why: str) -> NotADocx:
    return NotADocx(
        f"The Word file cannot be read. {why}",
        remedy="Save it as .docx in Word or LibreOffice, and try again.",
    )
