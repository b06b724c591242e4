"""Joins in a PDF's tags what runs over a page: one list stays one list, one paragraph one paragraph.

WeasyPrint tags page by page, so that a list that goes on overleaf would be read aloud as two, and the item in the
middle as one without its number. What goes on is known from the layout: the same element has a box on both pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

_KEPT_APART: Final = ("table",)
"""What repeats its headings on each page, and so stays as it is."""


def join_over_pages(document: Any, pdf: Any) -> None:
    """Join the tags of each element that is on two pages.

    Args:
        document: the laid-out `weasyprint.Document`.
        pdf: the `pydyf.PDF` that was made of it; it is changed.
    """
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    whole = pdf.objects[_number(root["K"][0])]
    pages = [page._page_box for page in document.pages]
    for at, (before, after) in enumerate(pairwise(pages)):
        depth = len(_going_on(before, after))
        kids = [pdf.objects[_number(kid)] for kid in whole["K"]]
        here = [kid for kid in kids if kid["Pg"] == pdf.page_references[at]]
        there = [kid for kid in kids if kid["Pg"] == pdf.page_references[at + 1]]
        first = here[-1] if here else _last_over(kids, there)
        if depth and first is not None and there and first["S"] == there[0]["S"]:
            whole["K"].remove(there[0].reference)
            _join(first, there[0], depth, pdf)


def _last_over(kids: Sequence[Any], there: Sequence[Any]) -> Any:
    """The element before those of a page: it began on an earlier page and has been joined over the one between."""
    place = kids.index(there[0]) if there else 0
    return kids[place - 1] if place else None


def _going_on(before: Any, after: Any) -> list[Any]:
    """The elements that end one page and begin the next, from the outermost; none from a table on."""
    ending = [id(element) for element in _edge(before, -1)]
    found: list[Any] = []
    for element in _edge(after, 0):
        if id(element) not in ending or element.tag in _KEPT_APART:
            break
        found.append(element)
    return found


def _edge(page: Any, which: int) -> Iterator[Any]:
    """Yield the elements at the beginning (0) or the end (-1) of a page, from the outermost, each once."""
    (box,) = page.children[:1]
    seen: list[Any] = []
    while box is not None:
        element = box.element
        if element is not None and element.tag not in ("html", "body") and element not in seen:
            seen.append(element)
            yield element
        children = (
            [] if _holds_lines(box) else [child for child in box.children if hasattr(child, "children")]
        )
        box = children[which] if children else None


def _holds_lines(box: Any) -> bool:
    """Whether a box holds lines of words, and no more boxes that a page could part."""
    return any(type(child).__name__ == "LineBox" for child in box.children)


def _join(first: Any, second: Any, depth: int, pdf: Any) -> None:
    """Put what the second element holds into the first; what goes on within them is joined too."""
    kids = list(second["K"])
    if depth > 1 and first["K"] and kids:
        last, next_ = _element(first["K"][-1], pdf), _element(kids[0], pdf)
        if last is not None and next_ is not None and last["S"] == next_["S"]:
            _join(last, next_, depth - 1, pdf)
            kids = kids[1:]
    for kid in kids:
        element = _element(kid, pdf)
        if element is not None:
            element["P"] = first.reference
        first["K"].append(kid)
    bodies = [_element(kid, pdf) for kid in first["K"]] if first["S"] == "/LI" else []
    bodies = [body for body in bodies if body is not None and body["S"] == "/LBody"]
    for body in bodies[1:]:
        first["K"].remove(body.reference)
        _join(bodies[0], body, 1, pdf)


def _element(kid: Any, pdf: Any) -> Any:
    """The element that a child of the tag tree is; None for a stretch of a page."""
    return None if isinstance(kid, int) else pdf.objects[_number(kid)]


def _number(reference: Any) -> int:
    return int(reference.split()[0])
