"""Takes out of a PDF what points out of its pages or makes them do something, however deep it lies.

The child process does it to what a stranger made, and whoever gets pages from the child does it to those: the child may
have been taken over by what it read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pikepdf

_NEVER: Final = (
    *("/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/RichMedia", "/Movie"),
    *("/Launch", "/OPI", "/Ref", "/PieceInfo", "/Metadata", "/StructParent", "/StructParents", "/FFilter"),
    "/FDecodeParms",
)
"""Members that point out of a page or make it do something."""


def strip_objects(pdf: pikepdf.Pdf) -> None:
    """Take every such member away."""
    for inner in everything(pdf):
        for key in _NEVER:
            if key in inner:
                del inner[key]
        if isinstance(inner, pikepdf.Stream) and "/F" in inner:
            del inner["/F"]  # its bytes would come from another file


def everything(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield every dictionary and stream of a PDF, those within others included."""
    for item in pdf.objects:
        yield from _members(item)


def _members(item: Any) -> Iterator[Any]:
    waiting = [item]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, pikepdf.Dictionary | pikepdf.Stream):
            yield inner
            waiting.extend(value for _, value in inner.items() if not _elsewhere(value))
        elif isinstance(inner, pikepdf.Array):
            waiting.extend(value for value in inner if not _elsewhere(value))


def _elsewhere(value: Any) -> bool:
    """True for plain values, and for objects that are met on their own."""
    return not isinstance(value, pikepdf.Object) or bool(value.is_indirect)
