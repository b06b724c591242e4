"""Reading a list of people as a school's own system gives it out: a CSV file of unknown make, trusted in nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casework.base.errors import BadInput

MOST_BYTES: Final = 10_000_000
"""How large such a file may be."""

MOST_ROWS: Final = 20_000
"""How many people it may list: more than the largest authority's schools send at once."""

_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATORS: Final = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file on which it begins, counted from 1, and its cells by heading."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken, and why: one sentence for whoever keeps the list."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """A list of people as it was read: its headings, its rows, and rows that do not fit the headings."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...] = ()


def read_people_file(path: Path) -> PeopleFile:
    """Return the rows of a CSV file: comma, semicolon, tab or bar; UTF-8, UTF-16 or Windows-1252; blank rows left out.

    Raises:
        BadInput: it cannot be read, is a workbook or no text, is far too long, or has no headings or no rows.
    """
    text = _text(path)
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in _lines(path, text):
        if not any(cells):
            continue
        if not headings:
            headings = _headings(path, cells)
            continue
        if len(rows) + len(bad) == MOST_ROWS:
            raise BadInput(f"{path.name} lists more than {MOST_ROWS:,} people.", remedy="Import it in parts.")
        if any(cells[len(headings) :]):
            reason = (
                f"has {len(cells)} cells, and there are {len(headings)} headings: is a comma not in quotes?"
            )
            bad.append(BadRow(line, reason))
            continue
        padded = [*cells, *[""] * (len(headings) - len(cells))]
        rows.append(Row(line, dict(zip(headings, padded, strict=False))))
    if not rows and not bad:
        raise BadInput(
            f"{path.name} lists nobody.",
            remedy="Its first line holds the headings, each further one a person.",
        )
    return PeopleFile(path.name, headings, tuple(rows), tuple(bad))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"{path.name} is too long for a list of people.", remedy="Check the path.")
        data = path.read_bytes()
    except OSError:
        raise BadInput(f"{path} cannot be read.", remedy="Check the path.") from None
    if data.startswith(_SPREADSHEETS):
        raise BadInput(
            f"{path.name} is a workbook, not a CSV file.",
            remedy="Open it and save it as CSV (UTF-8), then import that.",
        )
    codings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(
        f"{path.name} is not text.", remedy="Export the list from your school's system as CSV (UTF-8)."
    )


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record of the file with the line on which it begins, its cells without blanks around them."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, [cell.strip() for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise BadInput(
            f"{path.name} is broken at line {begins}: {problem}.",
            remedy="A quotation mark that is never closed is the usual cause. Mend that line, or export the list anew.",
        ) from None


def _headings(path: Path, cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    twice = sorted({cell for cell in cells if cell and cells.count(cell) > 1})
    if twice:
        raise BadInput(
            f"{path.name} has two columns called {twice[0]!r}.",
            remedy="Give each column a heading of its own.",
        )
    return tuple(cell or f"column {number}" for number, cell in enumerate(cells, 1))
