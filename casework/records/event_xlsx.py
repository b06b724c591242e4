"""Events as a spreadsheet: one sheet, a header that stays in view, dates as text. No cell is ever a formula or a link.

The same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, BinaryIO, Final

import xlsxwriter

from casework.base.errors import BadInput
from casework.records.event_rows import COLUMNS, EventRow

_LONGEST: Final = 32_767
"""Characters that a cell holds."""

_MOST_ROWS: Final = 1_048_575
"""Rows that a sheet holds beside its header."""

_SAME: Final = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When the file was made, as it says of itself: no time of its own, so that the same rows give the same bytes."""


def write_xlsx(file: BinaryIO, cases: Iterable[Sequence[EventRow]]) -> None:
    """Write the events of cases, one row each, under a row of names.

    Raises:
        BadInput: there are more rows than a sheet holds.
    """
    in_memory = isinstance(file, BytesIO)
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # Rows of many cases go through a file for the time being; those of one case, which may name people, do not.
        "constant_memory": not in_memory,
        "in_memory": in_memory,
        "use_zip64": not in_memory,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": "Events", "created": _SAME})
        sheet = book.add_worksheet("Events")
        sheet.freeze_panes(1, 2)
        bold = book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        line = 0
        for rows in cases:
            for row in rows:
                line += 1
                if line > _MOST_ROWS:
                    raise BadInput(
                        f"A spreadsheet holds {_MOST_ROWS:,} rows.", remedy="Take --format csv instead."
                    )
                _write_row(sheet, line, row)
        sheet.autofilter(0, 0, line, len(COLUMNS) - 1)
        sheet.set_column(0, len(COLUMNS) - 1, 16)


def _write_row(sheet: Any, line: int, row: EventRow) -> None:
    for column, value in enumerate(row.cells()):
        if isinstance(value, bool):
            sheet.write_string(line, column, "yes" if value else "no")
        elif isinstance(value, int):
            sheet.write_number(line, column, value)
        elif value:
            sheet.write_string(line, column, value[:_LONGEST])
