"""HTML to .docx: a page of ours as a Word file to write in.

It is for drafts and working papers only: what is issued is the PDF. It knows what our pages use: headings,
paragraphs, lists, tables, bold and italics, the logo, and boxes to write in (`<div class="space" data-lines="4">`).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from casework.rendering.markup import Element, read_markup

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""The media type of a .docx file."""

BULLET: Final = "•"
"""What stands before an item of a list, with a tab; a numbered item has its number and a full stop."""

_FONT: Final = "Calibri"
_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3}
_SIZES: Final = {1: 16.0, 2: 13.0, 3: 11.5}
_LOGO_HEIGHT: Final = 22
_AFTER_SHADING: Final = ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr")
_PNG: Final = "data:image/png;base64,"


def html_to_docx(html: str, *, head: str = "", shaded: Callable[[Element], bool] | None = None) -> bytes:
    """Return a page as a Word file, in the language and with the title that the page has.

    Args:
        html: the page.
        head: words at the head of each page.
        shaded: says which paragraphs have a grey ground; none if not given.
    """
    page = read_markup(html)
    writer = _Writer(page, shaded or (lambda element: False))
    writer.head(head)
    body = page.find("body")
    if body is not None:
        writer.margins(body)
        writer.blocks(body, writer.document)
    return writer.saved()


class _Writer:
    """Writes one file."""

    def __init__(self, page: Element, shaded: Callable[[Element], bool]) -> None:
        self.document: Any = Document()
        self._shaded = shaded
        root, title = page.find("html"), page.find("title")
        named = {meta.attributes.get("name"): meta.attributes.get("content", "") for meta in page.walk()}
        self._properties(title.text() if title else "", named)
        self._styles(root.attributes.get("lang", "en-GB") if root else "en-GB")

    def saved(self) -> bytes:
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()

    def head(self, words: str) -> None:
        """Write words at the head of each page."""
        run = self.document.sections[0].header.paragraphs[0].add_run(words)
        run.font.size, run.bold = Pt(9), True

    def blocks(self, parent: Element, to: Any) -> None:
        """Write what an element holds, block by block."""
        for child in parent.elements:
            self._block(child, to)

    def margins(self, body: Element) -> None:
        """Write what stands in the margins of each page: foot, number of the page, and that it is a draft."""
        section = self.document.sections[0]
        words = {name: body.attributes.get(f"data-{name}", "") for name in ("foot", "page", "of")}
        foot = section.footer.paragraphs[0]
        foot.add_run(f"{words['foot']}\t\t{words['page']} ")
        _field(foot, "PAGE")
        foot.add_run(f" {words['of']} ")
        _field(foot, "NUMPAGES")
        for run in foot.runs:
            run.font.size = Pt(8.5)

    def _block(self, element: Element, to: Any) -> None:
        if element.tag in _HEADINGS:
            self._heading(element)
        elif element.tag == "p":
            self._paragraph(element, to)
        elif element.tag in ("ul", "ol"):
            self._list(element, to)
        elif element.tag == "table":
            self._table(element)
        elif "space" in element.classes:
            self._space(int(element.attributes.get("data-lines", "4")))
        elif element.tag == "img":
            self._picture(element, to.add_paragraph())
        else:
            self.blocks(element, to)

    def _heading(self, element: Element) -> None:
        heading = self.document.add_heading(level=_HEADINGS[element.tag])
        heading.paragraph_format.page_break_before = "new-page" in element.classes
        self._runs(element, heading)

    def _paragraph(self, element: Element, to: Any, lead: str = "") -> None:
        paragraph = to.add_paragraph()
        if lead:
            _hang(paragraph)
            paragraph.add_run(f"{lead}\t")
        self._runs(element, paragraph)

    def _list(self, element: Element, to: Any) -> None:
        number = 0
        for item in element.elements:
            number = int(item.attributes.get("value") or number + 1)
            plain = "choices" in element.classes
            lead = "" if plain else BULLET if element.tag == "ul" else f"{number}."
            blocks = [child for child in item.elements if child.tag in ("p", "ul", "ol", "table", "div")]
            if not blocks:
                self._paragraph(item, to, lead)
                continue
            for block in blocks:
                if block.tag == "p":
                    self._paragraph(block, to, lead)
                    lead = ""
                else:
                    self._block(block, to)

    def _table(self, element: Element) -> None:
        rows = [row for row in element.walk() if row.tag == "tr"]
        if not rows:
            return
        table = self.document.add_table(0, max(len(row.elements) for row in rows), style="Table Grid")
        for row in rows:
            added = table.add_row()
            for cell, to in zip(row.elements, added.cells, strict=False):
                self._runs(cell, to.paragraphs[0], bold=cell.tag == "th")
            if all(cell.attributes.get("scope") == "col" for cell in row.elements):
                _mark(added._tr.get_or_add_trPr(), "w:tblHeader")
            _mark(added._tr.get_or_add_trPr(), "w:cantSplit")
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _space(self, lines: int) -> None:
        cell = self.document.add_table(1, 1, style="Table Grid").cell(0, 0)
        for _ in range(lines - 1):
            cell.add_paragraph()
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _runs(self, element: Element, paragraph: Any, *, bold: bool = False, italic: bool = False) -> None:
        """Write the words of an element into a paragraph, each stretch in its own face."""
        if self._shaded(element):
            _shade(paragraph)
        for piece, is_bold, is_italic in _stretches(element, bold, italic):
            if isinstance(piece, Element):
                self._picture(piece, paragraph)
            elif piece == "\n":
                paragraph.add_run().add_break(WD_BREAK.LINE)
            else:
                run = paragraph.add_run(piece)
                run.bold, run.italic = is_bold or None, is_italic or None

    def _picture(self, element: Element, paragraph: Any) -> None:
        source = element.attributes.get("src", "")
        if source.startswith(_PNG):
            data = io.BytesIO(base64.b64decode(source.removeprefix(_PNG)))
            picture = paragraph.add_run().add_picture(data, height=Mm(_LOGO_HEIGHT))
            picture._inline.docPr.set("descr", element.attributes.get("alt", ""))

    def _properties(self, title: str, named: dict[str | None, str]) -> None:
        properties = self.document.core_properties
        properties.title, properties.author = title, named.get("author", "")
        properties.comments = ""
        made = named.get("dcterms.created", "")[:10]
        if made:
            properties.created = properties.modified = datetime.fromisoformat(made).replace(tzinfo=UTC)

    def _styles(self, language: str) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(18), Mm(20)
        styles = self.document.styles
        normal = styles["Normal"]
        normal.font.name, normal.font.size = _FONT, Pt(11)
        normal.paragraph_format.space_after = Pt(6)
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), language)
        normal.element.get_or_add_rPr().append(spoken)
        for level, size in _SIZES.items():
            style = styles[f"Heading {level}"]
            style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), True
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.element.get_or_add_rPr().get_or_add_rFonts().attrib.clear()
            style.font.name = _FONT


def _stretches(element: Element, bold: bool, italic: bool) -> Iterator[tuple[str | Element, bool, bool]]:
    """Yield the words of an element, line ends and pictures, each with its face; space around lines is left out."""
    at_start = True
    for piece, is_bold, is_italic in _pieces(element, bold, italic):
        if isinstance(piece, str) and piece != "\n":
            words = " ".join(piece.replace("\n", " ").split(" "))
            while "  " in words:
                words = words.replace("  ", " ")
            words = words.lstrip(" ") if at_start else words
            at_start = words.endswith(" ") or (at_start and not words)
            if words:
                yield words, is_bold, is_italic
        else:
            at_start = True
            yield piece, is_bold, is_italic


def _pieces(element: Element, bold: bool, italic: bool) -> Iterator[tuple[str | Element, bool, bool]]:
    for child in element.children:
        if isinstance(child, str):
            yield child, bold, italic
        elif child.tag == "br":
            yield "\n", bold, italic
        elif child.tag == "img":
            yield child, bold, italic
        else:
            yield from _pieces(
                child, bold or child.tag in ("b", "strong"), italic or child.tag in ("i", "em")
            )


def _hang(paragraph: Any) -> None:
    """Indent a paragraph behind its bullet or number."""
    paragraph.paragraph_format.left_indent = Mm(7)
    paragraph.paragraph_format.first_line_indent = Mm(-7)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(7))


def _shade(paragraph: Any) -> None:
    """Give a paragraph a grey ground."""
    ground = OxmlElement("w:shd")
    ground.set(qn("w:val"), "clear")
    ground.set(qn("w:fill"), "E8E8E8")
    paragraph._p.get_or_add_pPr().insert_element_before(ground, *_AFTER_SHADING)


def _mark(properties: Any, name: str) -> None:
    """Set a property that is there or not."""
    properties.append(OxmlElement(name))


def _field(paragraph: Any, name: str) -> None:
    """Write something that Word works out, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, shown = OxmlElement("w:r"), OxmlElement("w:t")
    shown.text = "1"  # until the program that opens it has counted
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)
