"""Printing an issued letter again, years later: the same bytes, the same words by another renderer, or what differs.

With each issued letter the page is kept from which it was printed, and what printed it. Years later fonts and layout
may be another release's; the words must be the same.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from casework.base.errors import BadInput
from casework.cases.acts import UnknownItem
from casework.correspondence.compose import to_pdf
from casework.services.access import note_access
from casework.services.letter_delivery import file_of
from casework.services.letter_writing import letter_number
from casework.services.loading import LoadedCase, body_of

if TYPE_CHECKING:
    from casework.services.letter_writing import Written
    from casework.services.schools import School
    from casework.services.workspace import Workspace

Outcome = Literal["same_bytes", "same_words", "differs", "not_kept"]
"""What printing a letter again comes to; `not_kept`: the page is not there, so it cannot be printed again."""

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Again:
    """What a letter comes to when it is printed again.

    Args:
        fingerprint: SHA-256 of the PDF as it was issued.
        intact: whether the PDF that is kept still has that fingerprint.
        outcome: see `Outcome`.
        differences: lines that differ, each with `-` (then) or `+` (now) before it.
        printed_by: what printed it then, and what prints it now.
        file: whether another file, if one was given, is the letter as it was issued; None if none was.
    """

    fingerprint: str
    intact: bool
    outcome: Outcome
    differences: tuple[str, ...]
    printed_by: tuple[str, str]
    file: bool | None


def renderer() -> str:
    """Return what prints letters here: `WeasyPrint 70.0`."""
    return f"WeasyPrint {version('weasyprint')}"


def printed(html: str, written: Written) -> dict[str, Any]:
    """Return what is kept with an issued letter to be printed again, and whose letters it was written by."""
    whose = "own" if written.library.files else "shipped"
    return {"page": html, "printed_by": renderer(), "letters": whose}


def print_again(
    workspace: Workspace, school: School, loaded: LoadedCase, number: int, file: bytes | None = None
) -> Again:
    """Print an issued letter again and compare; the reading is put on the access log.

    Args:
        file: a PDF that is said to be this letter.

    Raises:
        UnknownItem: there is no such letter, or it was never issued. NoAccess, NotOpened.
    """
    letter = letter_number(loaded, number)
    if letter.issued is None:
        raise UnknownItem(
            f"Letter {number} has not been issued.", remedy="Issue it first: `casework letter issue`."
        )
    note_access(workspace, school, "letter", loaded.stream)
    words = body_of(workspace, loaded, letter.issued)
    kept, fingerprint = file_of(workspace, loaded, letter.issued)[1], str(words["file_sha256"])
    outcome, differences = _compared(kept, str(words.get("page", "")))
    return Again(
        fingerprint=fingerprint,
        intact=sha256(kept).hexdigest() == fingerprint,
        outcome=outcome,
        differences=differences,
        printed_by=(str(words.get("printed_by", "not recorded")), renderer()),
        file=None if file is None else sha256(file).hexdigest() == fingerprint,
    )


def _compared(kept: bytes, page: str) -> tuple[Outcome, tuple[str, ...]]:
    if not page:
        return "not_kept", ()
    now = to_pdf(page)
    if now == kept:
        return "same_bytes", ()
    before, after = words_of(kept), words_of(now)
    if before == after:
        return "same_words", ()
    return "differs", _differences(before, after)


def words_of(pdf: bytes) -> tuple[str, ...]:
    """Return the words of a PDF in order, wherever its lines and pages end.

    Raises:
        BadInput: it cannot be read.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return tuple(word for page in PdfReader(BytesIO(pdf)).pages for word in page.extract_text().split())
    except (PyPdfError, ValueError, KeyError, TypeError) as problem:
        raise BadInput("The PDF cannot be read.") from problem


def _differences(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """Where the words differ, a stretch a line."""
    lines: list[str] = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        around = " ".join(before[max(0, a - 3) : a])
        lines += [f"- … {around} {' '.join(before[a:b])}".rstrip()] if b > a else []
        lines += [f"+ … {around} {' '.join(after[c:d])}".rstrip()] if d > c else []
    return (*lines[:_SHOWN], *([f"… and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []))
