"""Reads the words of a Word file (.docx) that somebody else made.

Such a file is a zip of XML. What it may be is limited before anything is parsed: how large, how many parts, how large
they become; and none may bring entities of its own. What is no such file, or hostile, is refused with a sentence.
"""

from __future__ import annotations

import zipfile
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
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class UnreadableDocument(BadInput):
    """This is no Word file that can be read."""

    code = "unreadable-document"


def paragraphs_of(data: bytes) -> list[str]:
    """Return the paragraphs of a Word file in their order, tables, headers, footers and text boxes included.

    Words that are marked as deleted are left out; a line break is a space; empty paragraphs are left out.

    Raises:
        UnreadableDocument: it is no Word file, too large, protected by a password, or made to do harm.
    """
    return [" ".join(text.split()) for part in _parts(data, margins=True) for text in _texts(part)]


def lines_of(data: bytes) -> list[str]:
    """Return the paragraphs as `paragraphs_of` does, without headers and footers; a line break is a line end.

    Raises:
        UnreadableDocument: as `paragraphs_of`.
    """
    return [text for part in _parts(data, margins=False) for text in _texts(part)]


def _parts(data: bytes, *, margins: bool) -> list[Any]:
    """Return the XML of the body, and of the headers and footers if they are asked for."""
    _require_harmless(data)
    from docx import Document

    try:
        document = Document(BytesIO(data))
        parts: list[Any] = [document.element.body]
        for section in document.sections if margins else ():
            parts += [
                piece._element
                for piece in (section.header, section.footer)
                if not piece.is_linked_to_previous
            ]
    except Exception as problem:  # whatever a library says of a file that it cannot read
        raise UnreadableDocument(
            "The file is not a Word file that can be read.",
            remedy="Open it in Word and save it anew as .docx.",
        ) from problem
    return parts


def _require_harmless(data: bytes) -> None:
    """Refuse what must not be parsed."""
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
            if "word/document.xml" not in archive.namelist():
                raise UnreadableDocument("This is not a Word file (.docx).", remedy="Save it as .docx.")
            if len(entries) > _PARTS or sum(entry.file_size for entry in entries) > _UNPACKED:
                raise UnreadableDocument("This Word file becomes too large when it is unpacked.")
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _require_plain_xml(_unpacked(archive, entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as problem:
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


def _require_plain_xml(xml: bytes) -> None:
    """Refuse declarations, with which a small file can become a huge one, and nesting that no letter has."""
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


def _texts(part: Any) -> Iterator[str]:
    """Yield the text of each paragraph of a part; one that stands inside another comes after it, by itself."""
    for paragraph in part.iter(f"{_W}p"):
        if any(outer.tag == _FALLBACK for outer in paragraph.iterancestors()):
            continue
        words = [_word(piece) for piece in paragraph.iter() if _own(piece, paragraph)]
        text = "".join(words)
        if text.strip():
            yield text


def _own(piece: Any, paragraph: Any) -> bool:
    """Whether a piece of text stands in this very paragraph, not in a text box within it."""
    if piece.tag not in (f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"):
        return False
    return next((outer for outer in piece.iterancestors() if outer.tag == f"{_W}p"), None) is paragraph


def _word(piece: Any) -> str:
    if piece.tag == f"{_W}t":
        return piece.text or ""
    return " " if piece.tag == f"{_W}tab" else "\n"
