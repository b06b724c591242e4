"""Turns a file of a stranger into plain pages, or into plain text. Runs in the child process only (`child.py`).

What comes out of a PDF is the look of its pages and nothing else: no script, no form, no attached file, no action, no
link, no hidden metadata. Notes and answers that somebody put onto a page become part of it, because they may be the
very evidence. A picture is decoded and encoded anew, so that nothing of its file goes on but what is to be seen.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Final
from xml.etree import ElementTree

import pikepdf
from pikepdf import Array, Dictionary, Name
from pikepdf.models import PdfParsingError
from PIL import Image, ImageOps, ImageSequence

from casework.rendering.untrusted.strip import everything, strip_objects

MOST_PAGES: Final = 1500
"""Pages that one file may have."""

MOST_PIXELS: Final = 120_000_000
"""Points that a picture may have when it is decoded; the largest telephones take about 100 million."""

MOST_TEXT: Final = 150_000
"""Characters of a text that is printed: about 50 pages."""

_WIDTH, _HEIGHT = 595.0, 842.0
_FINEST: Final = 1600
"""Points across the longer of width and two thirds of height: about 200 to the inch on A4."""

_TALLEST: Final = 1.5
"""Height of a picture in its widths, above which it goes on over several pages: a long capture of a telephone."""

_LARGEST: Final = 0.75
"""Points of paper for each point of a picture at most, so that a small one is not blown up."""

_QUALITY: Final = 88
_PAGE_KEEPS: Final = frozenset(
    {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents"}
)

_MARKS: Final = frozenset({"BDC", "BMC", "EMC", "DP", "MP"})
"""What marks parts of a page's content, for a tag tree or for layers."""

_WORDS: Final = "word/document.xml"
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS: Final = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}
_SHOWN: Final = frozenset({f"{_W}t", *_BREAKS})
_UNREADABLE: Final = (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError)
"""What reading an archive of a stranger raises beside its own errors."""


class NotPrintable(Exception):
    """The file cannot be turned into pages; `code` says why, in the words of `casework.rendering.untrusted.clean`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Paper:
    """What was made of a file: a PDF of so many plain pages, or UTF-8 text; and codes of what should be known of it."""

    data: bytes = field(repr=False)
    pages: int
    remarks: tuple[str, ...] = ()


def pdf_pages(data: bytes) -> Paper:
    """Return the pages of a PDF, stripped of everything but their looks.

    Raises:
        NotPrintable: it is locked, damaged, without pages, or has too many.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as source:
            remarks = _remarks(source)
            _stamp_notes(source)
            made = pikepdf.new()
            for page in source.pages:
                _strip_page(page)
                with contextlib.suppress(PdfParsingError):  # what cannot be read so is shown as it is
                    _without_marks(source, page)
                _add_look(made, page)
            strip_objects(made)
            _require_sane(made)
            return Paper(_saved(made), len(made.pages), remarks)
    except pikepdf.PasswordError:
        raise NotPrintable("locked") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RuntimeError, AttributeError):
        raise NotPrintable("damaged") from None


def _remarks(source: pikepdf.Pdf) -> tuple[str, ...]:
    """What a reader of the pages should know; refuses a document without pages, or with too many."""
    count = len(source.pages)
    if not count:
        raise NotPrintable("empty")
    if count > MOST_PAGES:
        raise NotPrintable("too_long")
    root = source.Root
    names = root.get("/Names", Dictionary())
    form = root.get("/AcroForm", Dictionary())
    found = {
        "layers": "/OCProperties" in root,
        "script": "/JavaScript" in names or "/OpenAction" in root or "/AA" in root,
        "attachments": "/EmbeddedFiles" in names or "/AF" in root,
        "dynamic_form": "/XFA" in form,
        "repaired": bool(source.get_warnings()),
    }
    return tuple(code for code, holds in found.items() if holds)


def _stamp_notes(source: pikepdf.Pdf) -> None:
    """Make answers in forms, stamps and notes part of the pages on which they are seen."""
    if "/AcroForm" in source.Root:
        source.generate_appearance_streams()
    source.flatten_annotations("screen")


def _strip_page(page: pikepdf.Page) -> None:
    """Leave on a page only what its looks are made of."""
    for key in [key for key in page.obj.keys() if key not in _PAGE_KEEPS]:  # noqa: SIM118 (no mapping)
        del page.obj[key]


def _without_marks(source: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Take the marks of a tag tree out of a page's content: they would be taken for those of the pack."""
    page.contents_coalesce()
    content: Any = page.obj.get("/Contents")
    if content is None or not any(mark in content.read_bytes() for mark in (b"BDC", b"BMC")):
        return
    kept = [one for one in pikepdf.parse_content_stream(page) if str(one.operator) not in _MARKS]
    page.obj["/Contents"] = source.make_stream(pikepdf.unparse_content_stream(kept))


def _add_look(made: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Add a page that shows what `page` shows, upright and with its lower left corner at zero."""
    look = made.copy_foreign(page.as_form_xobject())
    left, bottom, right, top = (float(value) for value in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1))
    width, height = abs(right - left) * unit, abs(top - bottom) * unit
    if int(page.obj.get("/Rotate", 0)) % 180 == 90:
        width, height = height, width
    if not (1 <= width <= 20_000 and 1 <= height <= 20_000):
        raise NotPrintable("damaged")
    _add_page(made, width, height, look, "/Look")
    added = made.pages[-1]
    rectangle = pikepdf.Rectangle(0, 0, width, height)
    placed = added.calc_form_xobject_placement(
        look, Name("/Look"), rectangle, allow_shrink=True, allow_expand=True
    )
    added.obj["/Contents"] = made.make_stream(placed)


def _add_page(made: pikepdf.Pdf, width: float, height: float, shown: Any, name: str) -> None:
    resources = Dictionary(XObject=Dictionary({name: shown}))
    box = Array([0, 0, round(width, 2), round(height, 2)])
    page = Dictionary(Type=Name.Page, MediaBox=box, Resources=resources)
    made.pages.append(pikepdf.Page(made.make_indirect(page)))


def _require_sane(made: pikepdf.Pdf) -> None:
    """Refuse pictures of a size that no reader could show."""
    for inner in everything(made):
        points = int(inner.get("/Width", 0)) * int(inner.get("/Height", 0))
        if inner.get("/Subtype") == "/Image" and points > MOST_PIXELS * 2:
            raise NotPrintable("too_large")


def _saved(made: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    made.remove_unreferenced_resources()
    made.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def picture_pages(data: bytes) -> Paper:
    """Return a picture as pages: one for each frame of a scan; a long capture goes on over several.

    Raises:
        NotPrintable: it cannot be decoded, or is too large.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    made = pikepdf.new()
    try:
        with Image.open(io.BytesIO(data)) as picture:
            frames = ImageSequence.Iterator(picture) if picture.format == "TIFF" else [picture]
            for frame in frames:
                if frame.width * frame.height > MOST_PIXELS:
                    raise NotPrintable("too_large")
                for part in _parts(_upright(frame)):
                    _add_picture(made, part)
                if len(made.pages) > MOST_PAGES:
                    raise NotPrintable("too_long")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise NotPrintable("too_large") from None
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, EOFError, AttributeError):
        raise NotPrintable("damaged") from None
    return Paper(_saved(made), len(made.pages))


def _upright(frame: Image.Image) -> Image.Image:
    """Return a picture as it is meant to be seen: turned upright, on white, in plain colours, of a sensible size."""
    wide = max(frame.width, min(frame.height, round(frame.width * _TALLEST)) / _TALLEST)
    if frame.format == "JPEG" and wide > 2 * _FINEST:
        frame.draft("RGB", (round(frame.width * _FINEST / wide), round(frame.height * _FINEST / wide)))
    turned = ImageOps.exif_transpose(frame)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        seen = turned.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        turned = white
    plain = turned.convert("L" if turned.mode in ("1", "L", "I;16", "I", "F") else "RGB")
    factor = _FINEST / max(plain.width, min(plain.height, plain.width * _TALLEST) / _TALLEST)
    if factor >= 1:
        return plain
    size = (max(1, round(plain.width * factor)), max(1, round(plain.height * factor)))
    return plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)


def _parts(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture, or the parts of a long one, each of one size and a little over the end of the part before."""
    step = round(picture.width * _TALLEST)
    if picture.height <= picture.width * 2:
        yield picture
        return
    over = step // 20
    for top in range(0, picture.height - over, step - over):
        part = Image.new(picture.mode, (picture.width, step), "white")
        part.paste(picture.crop((0, top, picture.width, min(top + step, picture.height))))
        yield part


def _add_picture(made: pikepdf.Pdf, picture: Image.Image) -> None:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    stream = made.make_stream(
        out.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    factor = min(_WIDTH / picture.width, _HEIGHT / picture.height, _LARGEST)
    width, height = max(1.0, picture.width * factor), max(1.0, picture.height * factor)
    _add_page(made, width, height, stream, "/Look")
    drawn = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Look Do Q"
    made.pages[-1].obj["/Contents"] = made.make_stream(drawn.encode())


def text_lines(data: bytes) -> Paper:
    """Return a text as UTF-8.

    Raises:
        NotPrintable: it is too long to be printed.
    """
    return _text(_decoded(data))


def email_lines(data: bytes) -> Paper:
    """Return an e-mail as text: who wrote to whom, when, about what, its words, and what was attached to it.

    Raises:
        NotPrintable: it is too long to be printed, or cannot be read.
    """
    try:
        message = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
        head = [
            f"{name}: {message[name]}" for name in ("From", "To", "Cc", "Date", "Subject") if message[name]
        ]
        body = message.get_body(("plain",))
        words = _decoded(bytes(body.get_payload(decode=True))) if body is not None else ""
        attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    except (LookupError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        raise NotPrintable("damaged") from None
    if not words.strip():
        raise NotPrintable("no_words")
    tail = ["", "Attached, and not printed here:", *attached] if attached else []
    return _text("\n".join([*head, "", words, *tail]))


def word_lines(data: bytes) -> Paper:
    """Return the words of a Word document: its paragraphs and, cell by cell, its tables, as they stand now.

    What was deleted under tracked changes is left out, and so are comments, notes, headings of pages and pictures.

    Raises:
        NotPrintable: it cannot be opened, has no words, or is too long to be printed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open(_WORDS) as part:
            written = part.read(MOST_TEXT * 50 + 1)
        if len(written) > MOST_TEXT * 50:
            raise NotPrintable("too_long")
        body = ElementTree.fromstring(written).find(f"{_W}body")  # noqa: S314 (in the child, under its limits)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, *_UNREADABLE):
        raise NotPrintable("damaged") from None
    lines = [_line(part) for part in (body if body is not None else ())]
    made = _text("\n".join(lines))
    return Paper(made.data, 0, ("words_only",))


def _line(part: Any) -> str:
    """The words of a paragraph, or of a table with its cells parted by bars."""
    if part.tag != f"{_W}tbl":
        return "".join(_BREAKS.get(item.tag, item.text or "") for item in part.iter() if item.tag in _SHOWN)
    rows = part.iter(f"{_W}tr")
    return "\n".join(
        " | ".join(" ".join(_line(one) for one in cell.iter(f"{_W}p")) for cell in row.findall(f"{_W}tc"))
        for row in rows
    )


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _text(text: str) -> Paper:
    if len(text) > MOST_TEXT:
        raise NotPrintable("too_long")
    if not text.strip():
        raise NotPrintable("empty")
    return Paper(text.encode("utf-8", "replace"), 0)


MAKERS: Final = {
    "pdf": pdf_pages,
    "picture": picture_pages,
    "text": text_lines,
    "email": email_lines,
    "word": word_lines,
}
"""What makes pages of a file, by the form of its kind."""
