"""Puts a pack together: our own pages and the plain pages of files, numbered through, with bookmarks and links.

Our own pages come as documents in which each chapter begins with a bookmark that is its key; their links name chapters
as `https://pack.invalid/KEY`. Of a file's pages only what they show is taken over, as one object each: no page of a
stranger, and so no action, form or note, ever becomes a page of a pack.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from casework.rendering.parts import LOOK, Part, Parts, save_plain
from casework.rendering.stamp import FONT, Stamp
from casework.rendering.tags import BEGIN, END, Tags

LINK: Final = "https://pack.invalid/"
"""How a link on our own pages names a chapter; no such address exists."""

_SHORT, _LONG = 595.28, 841.89
_SIDE, _TOP, _BOTTOM = 28.0, 46.0, 46.0
_FOOT, _HEAD = 26.0, 30.0
_INSET: Final = 51.0


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of a pack: its key, its bookmark (empty: none) and how deep that is, and a file's pages after our own.

    `label` stands at the head of the file's pages, in plain characters.
    """

    key: str
    bookmark: str = ""
    depth: int = 0
    part: Part | None = None
    label: str = ""

    @property
    def file_pages(self) -> int:
        """How many pages of a file follow our own."""
        return self.part.pages if self.part is not None else 0


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where each chapter begins, by its key, from page 1; and how many pages there are."""

    starts: dict[str, int]
    total: int


Place = tuple[int, int, int]
"""Where a chapter is among our own documents: which one, its first page from 0, and the one after its last."""


def own_pages(own: Sequence[bytes]) -> dict[str, Place]:
    """Return where each chapter is among our own documents, by its key."""
    found: dict[str, Place] = {}
    for number, one in enumerate(own):
        found.update({key: (number, *pages) for key, pages in _chapters_of(one).items()})
    return found


def _chapters_of(own: bytes) -> dict[str, tuple[int, int]]:
    with pikepdf.open(io.BytesIO(own)) as document:
        places = {page.obj.objgen: n for n, page in enumerate(document.pages)}
        with document.open_outline() as outline:
            begun = [(item.title, places[_target(item).objgen]) for item in _each(outline.root)]
        ends = [*(start for _, start in begun[1:]), len(document.pages)]
        return {key: (start, end) for (key, start), end in zip(begun, ends, strict=True)}


def _each(items: Sequence[Any]) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _each(item.children)


def _target(item: Any) -> Any:
    """The page to which a bookmark leads."""
    destination = item.destination if item.destination is not None else item.action.D
    return destination[0]


def paginate(chapters: Sequence[Chapter], own: Mapping[str, Place]) -> Pagination:
    """Return the page on which each chapter begins: our own pages of it first, then those of its file."""
    starts, at = {}, 1
    for chapter in chapters:
        starts[chapter.key] = at
        _, first, end = own.get(chapter.key, (0, 0, 0))
        at += end - first + chapter.file_pages
    return Pagination(starts, at - 1)


def assemble(
    own: Sequence[bytes],
    chapters: Sequence[Chapter],
    parts: Parts,
    *,
    title: str,
    footer: str,
    font: Path,
    into: BinaryIO,
    progress: Callable[[int], object] = lambda pages: None,
) -> Pagination:
    """Write a pack to `into`, as one PDF; return where its chapters begin.

    Args:
        own: our own pages, in documents; each chapter that has some begins with a bookmark of its key.
        chapters: in order.
        parts: took the files of the chapters.
        title: of the document.
        footer: what stands at the foot of each page beside its number, in plain characters.
        font: of the stamps.
        into: where to.
        progress: is called with the number of pages that were added.
    """
    places = own_pages(own)
    pagination = paginate(chapters, places)
    with ExitStack() as opened, pikepdf.new() as made:
        documents = [opened.enter_context(pikepdf.open(io.BytesIO(one))) for one in own]
        stamp, tags = Stamp(made, font), Tags(made)
        added: list[list[tuple[int, pikepdf.Page]]] = [[] for _ in documents]
        for chapter in chapters:
            document, first, end = places.get(chapter.key, (0, 0, 0))
            for n in range(first, end):
                _add_own(made, documents[document].pages[n], stamp)
                added[document].append((len(made.pages), made.pages[-1]))
                progress(1)
            for n in range(chapter.file_pages):
                _add_look(made, chapter, n, stamp, tags)
                progress(1)
        for source, pages in zip(documents, added, strict=True):
            tags.document(source, pages)
        tags.finish()
        for n, page in enumerate(made.pages, start=1):
            _number(page, n, pagination.total, footer, stamp, made)
            _link(page, pagination, made)
        _bookmarks(made, chapters, pagination)
        _describe(made, title)
        light = io.BytesIO()
        save_plain(made, light)
    light.seek(0)
    parts.bind(light, into)
    return pagination


def _add_own(made: pikepdf.Pdf, page: pikepdf.Page, stamp: Stamp) -> None:
    made.pages.append(page)
    added = made.pages[-1]
    fonts = added.obj.Resources.get("/Font", Dictionary())
    fonts[FONT] = stamp.font
    added.obj.Resources["/Font"] = fonts
    added.contents_add(b"q\n", prepend=True)
    added.contents_add(b"Q\n")


def _add_look(made: pikepdf.Pdf, chapter: Chapter, number: int, stamp: Stamp, tags: Tags) -> None:
    """Add a sheet of A4 that shows a page of a file, a little smaller, with its label above it."""
    assert chapter.part is not None and chapter.part.pdf is not None  # noqa: S101 (it has pages)
    page = chapter.part.pdf.pages[number]
    look = made.copy_foreign(page.obj.Resources.XObject[LOOK])
    wide, high = (float(value) for value in list(page.mediabox)[2:])
    sheet = (_LONG, _SHORT) if wide > high * 1.1 else (_SHORT, _LONG)
    room = (sheet[0] - 2 * _SIDE, sheet[1] - _TOP - _BOTTOM)
    factor = min(room[0] / wide, room[1] / high, 1.0)
    width, height = wide * factor, high * factor
    left, bottom = (sheet[0] - width) / 2, sheet[1] - _TOP - height
    resources = Dictionary(XObject=Dictionary({LOOK: look}), Font=Dictionary({FONT: stamp.font}))
    box = Array([0, 0, *sheet])
    added = pikepdf.Page(made.make_indirect(Dictionary(Type=Name.Page, MediaBox=box, Resources=resources)))
    made.pages.append(added)
    if look.Subtype == "/Image":
        drawn = f"q {width:.3f} 0 0 {height:.3f} {left:.3f} {bottom:.3f} cm {LOOK} Do Q\n".encode()
    else:
        room_of_it = pikepdf.Rectangle(left, bottom, left + width, bottom + height)
        drawn = made.pages[-1].calc_form_xobject_placement(
            look, Name(LOOK), room_of_it, allow_shrink=True, allow_expand=True
        )
    edge = f"/Artifact BMC q 0.75 G 0.5 w {left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re S Q EMC\n"
    of = f", sheet {number + 1} of {chapter.file_pages}"
    head = stamp.line(chapter.label + of, _SIDE, sheet[1] - _HEAD)
    kind = "/Figure" if look.Subtype == "/Image" else "/P"
    shown = BEGIN[kind] + drawn + b"\n" + END + edge.encode() + head
    made.pages[-1].obj["/Contents"] = made.make_stream(shown)
    place = (left, bottom, left + width, bottom + height)
    tags.sheet(made.pages[-1], len(made.pages), kind, (chapter.bookmark or chapter.label) + of, place)


def _number(
    page: pikepdf.Page, number: int, total: int, footer: str, stamp: Stamp, made: pikepdf.Pdf
) -> None:
    """Stamp the footer and the page's number at the foot of a page."""
    width = float(page.mediabox[2])
    side = _SIDE if "/XObject" in page.obj.Resources and LOOK in page.obj.Resources.XObject else _INSET
    right = stamp.line(f"Page {number} of {total}", width - side, _FOOT, right=True)
    page.contents_add(stamp.line(footer, side, _FOOT) + right)


def _link(page: pikepdf.Page, pagination: Pagination, made: pikepdf.Pdf) -> None:
    """Let the links of one of our own pages lead to the chapters that they name."""
    for note in page.obj.get("/Annots", Array([])):
        address = str(note.get("/A", Dictionary()).get("/URI", ""))
        start = pagination.starts.get(address.removeprefix(LINK))
        if not address.startswith(LINK) or start is None:
            continue
        del note["/A"]
        target = made.pages[start - 1].obj
        note["/Dest"] = Array([target, Name.XYZ, 0, target.MediaBox[3], 0])


def _bookmarks(made: pikepdf.Pdf, chapters: Sequence[Chapter], pagination: Pagination) -> None:
    with made.open_outline() as outline:
        for chapter in chapters:
            if not chapter.bookmark:
                continue
            item = pikepdf.OutlineItem(chapter.bookmark, pagination.starts[chapter.key] - 1)
            place = outline.root[-1].children if chapter.depth and outline.root else outline.root
            place.append(item)
            item.is_closed = False


def _describe(made: pikepdf.Pdf, title: str) -> None:
    made.docinfo["/Title"] = title
    made.docinfo["/Producer"] = "casework"
    with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
    made.Root["/Lang"] = pikepdf.String("en-GB")
    made.Root["/PageMode"] = Name.UseOutlines
    made.Root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
