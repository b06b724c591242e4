"""Holds a PDF against PDF/UA-1 and PDF/A-3a, and reads its tag tree."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import page
import pypdf

_STREAM = re.compile(rb"/Length (\d+)[^>]*>>\nstream\n")
_LENGTH_RULE = "PDFA3A-STREAM-LENGTH-001"


def failures(pdf: bytes) -> list[str]:
    """Return the rules of both standards that the PDF breaks."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("ua1", "3a")]
    found = [f"{failure.rule_id}: {failure.message}" for report in reports for failure in report.failures]
    if _lengths_are_exact(pdf):
        # The checker takes a last byte 0x0d of compressed data for part of the line end after it.
        found = [failure for failure in found if not failure.startswith(_LENGTH_RULE)]
    return found


def _lengths_are_exact(pdf: bytes) -> bool:
    """Say whether each stream is as long as it says, and is followed by one line feed (ISO 32000-1, 7.3.8.1)."""
    return all(
        pdf.startswith(b"\nendstream\n", match.end() + int(match[1])) for match in _STREAM.finditer(pdf)
    )


@lru_cache(maxsize=2)
def read(pdf: bytes) -> pypdf.PdfReader:
    """Return the PDF, opened; one after another, the functions below read the same one."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    """Return the words of the PDF, on one line."""
    return " ".join(" ".join(sheet.extract_text() for sheet in read(pdf).pages).split())


def tags(pdf: bytes) -> list[str]:
    """Return the tags of the structure tree in reading order: `Document`, `H1`, `P`."""
    root: Any = read(pdf).trailer["/Root"]
    return list(_below(root["/StructTreeRoot"]))


def _below(element: Any) -> Iterator[str]:
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object()
        if isinstance(kid, dict) and "/S" in kid:
            yield kid["/S"].removeprefix("/")
            yield from _below(kid)


def fonts(pdf: bytes) -> dict[str, bool]:
    """Return the names of the fonts, and whether each is in the file."""
    found = {}
    for sheet in read(pdf).pages:
        resources: Any = sheet["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            found[str(inner["/BaseFont"]).partition("+")[2]] = (
                "/FontFile2" in inner["/FontDescriptor"].get_object()
            )
    return found
