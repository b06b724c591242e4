"""Reads the words of a Word file (.docx) that somebody else made.

Such a file is a zip of XML. What it may be is limited before anything is parsed: how large, how many parts, how large
they become; and none may bring entities of its own. What is no such file, or hostile, is refused with a sentence.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from casework.base.errors import BadInput

LIMIT: Final = 20 * 1024 * 1024
"""Bytes that a Word file may have."""

_UNPACKED: Final = 100 * 1024 * 1024
_XML: Final = 30 * 1024 * 1024
_PARTS: Final = 2_000
_DEEPEST: Final = 256
_BODY: Final = "word/document.xml"
_MARGIN: Final = re.compile(r"word/(?:header|footer)\d*\.xml")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
_SHOWN: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class UnreadableDocument(BadInput):
    """This is no Word file that can be read."""

    code = "unreadable-document"


def paragraphs_of(data: bytes, *, with_margins: bool = False) -> list[str]:
    """Return the paragraphs of a Word file in their order, those of tables and text boxes included.

    Tracked changes count as accepted: words that are marked as deleted are left out. A line break is a line break.

    Args:
        with_margins: the paragraphs of headers and footers too, after the others.

    Raises:
        UnreadableDocument: it is no Word file, too large, protected by a password, or made to do harm.
    """
    parts = _parts(data)
    margins = sorted(name for name in parts if _MARGIN.fullmatch(name)) if with_margins else []
    return [text for name in (_BODY, *margins) for text in _texts(_parsed(parts[name]))]


def _parts(data: bytes) -> dict[str, bytes]:
    """Return the XML of a Word file, part by part; refuse what must not be parsed."""
    if len(data) > LIMIT:
        raise UnreadableDocument(f"A Word file may have {LIMIT // 1024 // 1024} MiB; this one has more.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableDocument(
            "This is an old Word file (.doc), or one under a password.",
            remedy="Save it as .docx without a password.",
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if _BODY not in archive.namelist():
                raise UnreadableDocument("This is not a Word file (.docx).", remedy="Save it as .docx.")
            if len(entries) > _PARTS or sum(entry.file_size for entry in entries) > _UNPACKED:
                raise UnreadableDocument("This Word file becomes too large when it is unpacked.")
            wanted = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
            return {entry.filename: _plain_xml(_unpacked(archive, entry)) for entry in wanted}
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as problem:
        raise UnreadableDocument(
            "This is not a Word file (.docx), or it is damaged.", remedy="Save it as .docx."
        ) from problem


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a part, but never more of it than it says that it has, nor more than it may have."""
    with archive.open(entry) as opened:
        found = opened.read(_XML + 1)
    if len(found) > _XML:
        raise UnreadableDocument("A part of this Word file is too large.")
    return found


def _plain_xml(xml: bytes) -> bytes:
    """Return a part; refuse declarations, by which a small file becomes huge, and deeper nesting than letters have."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableDocument("This Word file holds declarations that no letter needs, so it is not read.")
    deep = 0
    for piece in xml.split(b"<")[1:]:
        if piece.startswith(b"/"):
            deep -= 1
        elif not piece.startswith((b"?", b"!")) and b"/>" not in piece:
            deep += 1
        if deep > _DEEPEST:
            raise UnreadableDocument("This Word file is nested deeper than any letter, so it is not read.")
    return xml


def _parsed(xml: bytes) -> Any:
    from docx.oxml import parse_xml

    try:
        root = parse_xml(xml)  # resolves no entities, and fetches nothing
    except SyntaxError:
        root = None
    if root is None or not root.tag.startswith(_W):
        raise UnreadableDocument(
            "The file is not a Word file that can be read.",
            remedy="Open it in Word and save it anew as .docx.",
        )
    return root


def _texts(part: Any) -> Iterator[str]:
    """Yield the text of each paragraph of a part; one that stands inside another, as in a box, comes after it."""
    for paragraph in part.iter(f"{_W}p"):
        if not any(outer.tag == _FALLBACK for outer in paragraph.iterancestors()):
            yield "".join(_words(paragraph))


def _words(element: Any) -> Iterator[str]:
    """Yield the words of one paragraph, without those of a paragraph within it."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _SHOWN:
            yield _SHOWN[child.tag]
        elif child.tag not in (f"{_W}p", f"{_W}pPr", _FALLBACK):
            yield from _words(child)
