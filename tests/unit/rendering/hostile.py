"""Files that are malformed, oversized or made to do harm, and what must become of each."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image


def picture(
    width: int = 60, height: int = 40, format_: str = "JPEG", mode: str = "RGB", **more: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "white" if mode != "RGBA" else (0, 0, 0, 0)).save(out, format_, **more)
    return out.getvalue()


def pdf(pages: int = 1, change: Any = None, **save: Any) -> bytes:
    """A PDF with a line of text on each page, changed by `change` before it is saved."""
    made = pikepdf.new()
    for n in range(1, pages + 1):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj["/Resources"] = Dictionary(Font=Dictionary(F1=font))
        page.obj["/Contents"] = made.make_stream(b"BT /F1 20 Tf 72 700 Td (Sheet %d) Tj ET" % n)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **save)
    return out.getvalue()


def armed(made: pikepdf.Pdf) -> None:
    """Put everything into a PDF that must not come out: scripts, launches, attached files, forms, links."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('evil-script')"))
    launch = Dictionary(S=Name.Launch, F=String("evil-launch.exe"))
    made.attachments["evil-attached.exe"] = b"MZ evil-attachment"
    made.Root.OpenAction = script
    made.Root.AA = Dictionary(WC=launch)
    made.Root.Names.JavaScript = Dictionary(Names=Array([String("x"), script]))
    page = made.pages[0].obj
    page.AA = Dictionary(O=launch)
    page.Metadata = made.make_stream(b"evil-metadata")
    page.PieceInfo = Dictionary(Evil=Dictionary(Private=String("evil-piece")))
    look = made.make_stream(b"BT /F1 12 Tf 2 2 Td (Filled in) Tj ET", Type=Name.XObject, Subtype=Name.Form)
    look.BBox, look.Resources = Array([0, 0, 100, 20]), page.Resources
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([50, 50, 150, 70]), AP=Dictionary(N=look)
    )
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([0, 0, 10, 10]),
        A=Dictionary(S=Name.URI, URI=String("http://evil-link.example")),
    )
    page.Annots = Array([made.make_indirect(note), made.make_indirect(link)])
    image = made.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    image.ColorSpace, image.BitsPerComponent, image.AF = Name.DeviceGray, 8, Array([launch])
    page.Resources.XObject = Dictionary(Im1=image)
    made.docinfo["/Title"] = "evil-title"


def bomb() -> bytes:
    """A PNG of a few bytes that would take gigabytes."""
    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    )


def looping(made: pikepdf.Pdf) -> None:
    """A form that draws itself, and a page tree that contains itself."""
    look = made.make_stream(b"/Me Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    look.Resources = Dictionary(XObject=Dictionary(Me=look))
    made.pages[0].obj.Resources.XObject = Dictionary(Me=look)


def tree_in_itself(made: pikepdf.Pdf) -> None:
    made.Root.Pages.Kids.append(made.Root.Pages)


def huge_image(made: pikepdf.Pdf) -> None:
    image = made.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000)
    image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
    made.pages[0].obj.Resources.XObject = Dictionary(Im1=image)


def no_size(made: pikepdf.Pdf) -> None:
    made.pages[0].obj["/MediaBox"] = Array([0, 0, 0, 0])


def wrong_types(made: pikepdf.Pdf) -> None:
    page = made.pages[0].obj
    page["/Rotate"], page["/UserUnit"], page["/Annots"] = String("x"), Array([]), Name.None_


def strange_box(made: pikepdf.Pdf) -> None:
    made.pages[0].obj["/MediaBox"] = Array([String("a"), 0, 1])


def word(body: str, head: str = "") -> bytes:
    """A Word document with a body of this XML, and perhaps a head before it."""
    named = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "word/document.xml", f"{head}<w:document {named}><w:body>{body}</w:body></w:document>"
        )
    return out.getvalue()


def laughing() -> bytes:
    """A Word document whose words are made of entities within entities."""
    said = ['<!ENTITY e0 "ha">', *(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))]
    return word("<w:p><w:r><w:t>&e11;</w:t></w:r></w:p>", head=f"<!DOCTYPE d [{''.join(said)}]>")


WHOLE = pdf()

PRINTED: dict[str, tuple[bytes, int]] = {
    "an ordinary PDF": (pdf(3), 3),
    "a PDF with everything in it": (pdf(change=armed), 1),
    "a PDF after some other bytes": (b"junk\n" + WHOLE, 1),
    "a form that draws itself": (pdf(change=looping), 1),
    "a PDF with a sound structure and no end": (WHOLE[: WHOLE.rindex(b"startxref")], 1),
    "a JPEG": (picture(), 1),
    "a long capture": (picture(300, 2400, "PNG"), 6),
    "a transparent PNG": (picture(format_="PNG", mode="RGBA"), 1),
    "a GIF": (picture(format_="GIF"), 1),
    "a scan of two pages": (
        picture(format_="TIFF", save_all=True, append_images=[Image.new("RGB", (60, 40))]),
        2,
    ),
}
"""Files that are printed, and on how many pages."""

UNPRINTED: dict[str, tuple[bytes, str]] = {
    "a PDF under a password": (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "locked"),
    "a PDF cut in two": (WHOLE[: len(WHOLE) // 3], "damaged"),
    "a name and nothing else": (b"%PDF-1.7\n", "damaged"),
    "bytes that call themselves a PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "a page of no size": (pdf(change=no_size), "damaged"),
    "an image of ten thousand million points in a PDF": (pdf(change=huge_image), "too_large"),
    "a picture cut in two": (picture(400, 300)[:700], "damaged"),
    "a PNG that would take gigabytes": (bomb(), "too_large"),
    "a PNG and nothing else": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "a Word document without a body": (b"PK\x03\x04....word/document.xml", "damaged"),
    "a Word document that is no XML": (word("<w:p>"), "damaged"),
    "a Word document of a billion laughs": (laughing(), "damaged"),
    "a Word document that would take gigabytes": (word(" " * 60_000_000), "too_long"),
    "a Word document without words": (word("<w:p/>"), "empty"),
    "a program": (b"MZ\x90\0" + b"\0" * 60, "program"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "a web page": (b"<!DOCTYPE html><script>alert(1)</script>", "not_printed"),
    "an archive": (b"PK\x03\x04" + b"\0" * 30, "not_printed"),
    "bytes of no kind": (b"\0\1\2\3" * 9, "not_printed"),
}
"""Files that are not printed, and why."""

SEEDS: dict[str, bytes] = {
    "a PDF": pdf(2, change=armed, compress_streams=False),
    "a PDF of object streams": pdf(2, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "a PNG": picture(40, 30, "PNG"),
    "a JPEG": picture(40, 30),
    "a GIF": picture(40, 30, "GIF"),
    "a TIFF": picture(40, 30, "TIFF", compression="tiff_lzw"),
    "a WebP": picture(40, 30, "WEBP"),
    "a Word document": word("<w:p><w:r><w:t>I saw it.</w:t></w:r></w:p>"),
    "an e-mail": b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText\n--b--\n",
}
"""Sound files to be spoilt."""


def spoilt(data: bytes, seed: int) -> bytes:
    """Return a file with a few things in it spoilt: bytes changed, pieces lost, doubled or moved, numbers made huge."""
    dice, made = random.Random(seed), bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(made)), dice.randint(1, max(1, len(made) // 8))
        piece = bytes(made[at : at + length])
        change = dice.randrange(5)
        if change == 0:
            made[at] = dice.randrange(256)
        elif change == 1:
            del made[at : at + min(length, len(made) - 1)]
        elif change == 2:
            made[at:at] = piece
        elif change == 3:
            made[at : at + len(piece)] = bytes(reversed(piece))
        else:
            numbers = [found.span() for found in re.finditer(rb"[0-9]+", bytes(made))]
            if numbers:
                start, end = dice.choice(numbers)
                made[start:end] = dice.choice((b"0", b"-1", b"4294967296", b"99999999999999999999"))
    return bytes(made)
