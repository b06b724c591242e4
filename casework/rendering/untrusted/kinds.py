"""What a file is, told from its content; its name and what a browser said of it count for nothing.

Only first bytes and a few fixed words are looked at: nothing here parses what a stranger wrote.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["pdf", "picture", "text", "email", "word", "none"]
"""How a kind of file goes onto paper; `none`: it is kept, and not printed."""

_LOOKED_AT: Final = 1024
"""Bytes at the beginning in which a PDF may begin (some scanners write something before it)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its id, what people call it, its media type, its usual ending, and how it is printed."""

    id: str
    title: str
    media_type: str
    ending: str
    form: Form = "none"

    @property
    def printed(self) -> bool:
        """True when its content can stand on the pages of a pack."""
        return self.form != "none"


_PDF: Final = Kind("pdf", "PDF document", "application/pdf", ".pdf", "pdf")
_TEXT: Final = Kind("text", "plain text", "text/plain", ".txt", "text")
_EMAIL: Final = Kind("email", "e-mail", "message/rfc822", ".eml", "email")
_WEB_PAGE: Final = Kind("web_page", "web page", "text/html", ".html")
_WORD: Final = Kind(
    "word",
    "Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".docx",
    "word",
)
_EXCEL: Final = Kind(
    "excel", "Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
)
_SLIDES: Final = Kind(
    "slides",
    "PowerPoint presentation",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pptx",
)
_OPEN_TEXT: Final = Kind(
    "open_document", "OpenDocument text", "application/vnd.oasis.opendocument.text", ".odt"
)
_ZIP: Final = Kind("archive", "archive of files", "application/zip", ".zip")
_OFFICE: Final = Kind("office", "older Office document", "application/x-ole-storage", ".doc")
_RTF: Final = Kind("rich_text", "rich text document", "application/rtf", ".rtf")
_PROGRAM: Final = Kind("program", "program", "application/octet-stream", ".bin")
_UNKNOWN: Final = Kind("unknown", "file of a kind that is not known", "application/octet-stream", ".bin")

_PICTURES: Final = (
    (b"\xff\xd8\xff", Kind("jpeg", "JPEG picture", "image/jpeg", ".jpg", "picture")),
    (b"\x89PNG\r\n\x1a\n", Kind("png", "PNG picture", "image/png", ".png", "picture")),
    (b"GIF87a", Kind("gif", "GIF picture", "image/gif", ".gif", "picture")),
    (b"GIF89a", Kind("gif", "GIF picture", "image/gif", ".gif", "picture")),
    (b"II*\x00", Kind("tiff", "TIFF picture", "image/tiff", ".tif", "picture")),
    (b"MM\x00*", Kind("tiff", "TIFF picture", "image/tiff", ".tif", "picture")),
)
_WEBP: Final = Kind("webp", "WebP picture", "image/webp", ".webp", "picture")
_HEIC: Final = Kind("heic", "HEIC picture", "image/heic", ".heic")
_VIDEO: Final = Kind("video", "video", "video/mp4", ".mp4")
_SOUND: Final = Kind("sound", "sound recording", "audio/mpeg", ".mp3")

_STARTS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (b"{\\rtf", _RTF),
    (b"MZ", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"\xcf\xfa\xed\xfe", _PROGRAM),
    (b"\xca\xfe\xba\xbe", _PROGRAM),
    (b"#!", _PROGRAM),
    (b"ID3", _SOUND),
    (b"\xff\xfb", _SOUND),
    (b"OggS", _SOUND),
    (b"\x1aE\xdf\xa3", Kind("video", "video", "video/webm", ".webm")),
    (b"Rar!\x1a\x07", _ZIP),
    (b"7z\xbc\xaf\x27\x1c", _ZIP),
    (b"\x1f\x8b", _ZIP),
)

_PACKED: Final = (
    (b"word/document.xml", _WORD),
    (b"xl/workbook.xml", _EXCEL),
    (b"ppt/presentation.xml", _SLIDES),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", _OPEN_TEXT),
)
"""Names that the parts of an Office document have, within the archive that it is."""

_MAIL_HEADERS: Final = (
    b"from:",
    b"to:",
    b"date:",
    b"subject:",
    b"received:",
    b"message-id:",
    b"return-path:",
)


def kind_of(data: bytes) -> Kind:
    """Return what a file is, from its content."""
    for look in (_picture, _container, _started, _archive, _pdf, _written):
        found = look(data)
        if found is not None:
            return found
    return _UNKNOWN


def kind_called(name: str) -> Kind:
    """Return a kind by its id; `unknown` for one that this release does not know."""
    return _BY_ID.get(name, _UNKNOWN)


def _picture(data: bytes) -> Kind | None:
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        return Kind("bmp", "BMP picture", "image/bmp", ".bmp", "picture")
    return next((kind for start, kind in _PICTURES if data.startswith(start)), None)


def _container(data: bytes) -> Kind | None:
    """Formats that name themselves a few bytes in."""
    if data.startswith(b"RIFF"):
        return {b"WEBP": _WEBP, b"WAVE": _SOUND, b"AVI ": _VIDEO}.get(data[8:12])
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return _HEIC if brand[:2] in (b"he", b"mi", b"av") and brand != b"avc1" else _VIDEO
    return None


def _started(data: bytes) -> Kind | None:
    return next((kind for start, kind in _STARTS if data.startswith(start)), None)


def _archive(data: bytes) -> Kind | None:
    if not data.startswith(b"PK\x03\x04"):
        return None
    return next((kind for name, kind in _PACKED if name in data), _ZIP)


def _pdf(data: bytes) -> Kind | None:
    return _PDF if b"%PDF-" in data[:_LOOKED_AT] else None


def _written(data: bytes) -> Kind | None:
    """Text: no byte that text does not have. A web page and an e-mail are text of a form of their own."""
    start = data[: 64 * 1024]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _TEXT
    if any(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in set(start)):
        return None
    small = start[:2048].lower().lstrip(b"\xef\xbb\xbf \t\r\n")
    if small.startswith((b"<!doctype html", b"<html", b"<?xml", b"<script", b"<svg")):
        return _WEB_PAGE
    headers: set[bytes] = {line.partition(b":")[0] + b":" for line in small.splitlines()[:40]}
    return _EMAIL if len(headers.intersection(_MAIL_HEADERS)) >= 3 else _TEXT


_EVERY: Final = (
    *(_PDF, _TEXT, _EMAIL, _WEB_PAGE, _WORD, _EXCEL, _SLIDES, _OPEN_TEXT, _ZIP, _OFFICE, _RTF, _PROGRAM),
    *(_WEBP, _HEIC, _VIDEO, _SOUND),
    *(kind for _, kind in _PICTURES),
    Kind("bmp", "BMP picture", "image/bmp", ".bmp", "picture"),
)
_BY_ID: Final = {kind.id: kind for kind in _EVERY}
