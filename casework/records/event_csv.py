"""Events as CSV (RFC 4180): UTF-8 with a byte order mark, so that a spreadsheet shows every letter.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises ("CSV injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import BinaryIO, Final

from casework.records.event_rows import COLUMNS, Cell, EventRow

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula; the last four are the same signs in full width."""


def write_csv(file: BinaryIO, cases: Iterable[Sequence[EventRow]]) -> None:
    """Write the events of cases, one row each, under a row of names."""
    file.write(table_csv(COLUMNS, ()))
    for rows in cases:
        file.write(table_csv((), (row.cells() for row in rows)))


def table_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table; without headings, lines that follow an earlier part of it."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    if headings:
        text.write("\ufeff")
        writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        # A null byte would end the text for some readers.
        text = value.replace("\0", "\ufffd")
        return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
    return "" if value is None else str(value)
