"""The structure tree of a pack, for who has it read aloud: our own pages as we tagged them, and each sheet of a file.

Our own pages keep their headings, tables and links. What a stranger's page holds is not known to us: its words are one
paragraph, in the order in which they are drawn; a picture is a figure whose alternative text says which paper it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

BEGIN: Final = {"/P": b"/P <</MCID 0>> BDC\n", "/Figure": b"/Figure <</MCID 0>> BDC\n"}
"""What begins the content of a sheet, by the kind of element that it is."""

END: Final = b"EMC\n"
"""What ends it."""


class Tags:
    """Gathers the elements of a pack that is being made, and gives it its tree at the end.

    Args:
        made: the pack.
    """

    def __init__(self, made: pikepdf.Pdf) -> None:
        self._made = made
        self._parents: list[tuple[int, Any]] = []
        self._elements: list[tuple[int, Any]] = []

    def sheet(
        self, page: pikepdf.Page, number: int, kind: str, alternative: str, place: Sequence[float]
    ) -> None:
        """Add the element of a sheet that shows a page of a file.

        Args:
            page: the sheet, page `number` of the pack, whose content `BEGIN` and `END` enclose.
            kind: `/P` or `/Figure`.
            alternative: what a figure is, in words.
            place: of a figure on the page: left, bottom, right, top.
        """
        element = self._made.make_indirect(Dictionary(Type=Name.StructElem, S=Name(kind), Pg=page.obj, K=0))
        if kind == "/Figure":
            element["/Alt"] = String(alternative)
            box = Array([round(edge, 2) for edge in place])
            element["/A"] = Dictionary(O=Name.Layout, BBox=box, Placement=Name.Block)
        page.obj["/StructParents"] = len(self._parents)
        page.obj["/Tabs"] = Name.S
        self._parents.append((len(self._parents), self._made.make_indirect(Array([element]))))
        self._elements.append((number, element))

    def document(self, source: pikepdf.Pdf, pages: Sequence[tuple[int, pikepdf.Page]]) -> None:
        """Take over the tree of one of our own documents, if it has one; all its pages were added.

        Args:
            source: the document.
            pages: its pages in the pack, each with its number there.
        """
        if "/StructTreeRoot" not in source.Root:
            return
        tree: Any = self._made.copy_foreign(source.Root.StructTreeRoot)
        first = len(self._parents)
        flat = list(tree.ParentTree.Nums)
        known = {int(flat[at]): flat[at + 1] for at in range(0, len(flat), 2)}
        self._parents += [(first + key, known[key]) for key in sorted(known)]
        for _, page in pages:
            page.obj["/StructParents"] = int(page.obj.StructParents) + first
            for note in page.obj.get("/Annots", Array([])):
                if "/StructParent" in note:
                    note["/StructParent"] = int(note.StructParent) + first
        numbers = {page.obj.objgen: number for number, page in pages}
        for top in tree.K:
            _name_apart(top, b"%d-" % first)
            self._elements += [(numbers[_page_of(part)], part) for part in top.K]

    def finish(self) -> None:
        """Give the pack its tree: the elements in the order of its pages."""
        made = self._made
        root = made.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        whole = made.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
        in_order = [element for _, element in sorted(self._elements, key=lambda item: item[0])]
        for element in in_order:
            element["/P"] = whole
        whole["/K"] = Array(in_order)
        root["/K"] = Array([whole])
        root["/ParentTree"] = made.make_indirect(
            Dictionary(Nums=Array([part for pair in self._parents for part in pair]))
        )
        root["/ParentTreeNextKey"] = len(self._parents)
        made.Root["/StructTreeRoot"] = root
        made.Root["/MarkInfo"] = Dictionary(Marked=True)


def _name_apart(element: Any, prefix: bytes) -> None:
    """Begin the names by which cells of tables refer to headings with `prefix`: each is unique in one document only."""
    if "/ID" in element:
        element["/ID"] = String(prefix + bytes(element.ID))
    if "/A" in element and "/Headers" in element.A:
        element.A["/Headers"] = Array([String(prefix + bytes(name)) for name in element.A.Headers])
    kids = element.get("/K", Array([]))
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            _name_apart(kid, prefix)


def _page_of(element: Any) -> tuple[int, int]:
    """The page on which an element begins."""
    if "/Pg" in element:
        found: tuple[int, int] = element.Pg.objgen
        return found
    return _page_of(next(part for part in element.K if isinstance(part, pikepdf.Object)))
