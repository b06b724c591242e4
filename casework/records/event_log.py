"""Rows of events as CSV, as a spreadsheet (XLSX) or as an event log (XES): the same rows in each.

Cases come one by one, so that the export of a whole school holds one case at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from typing import BinaryIO, Final, TypeAlias

from casework.records.event_rows import EventRow

Cases: TypeAlias = Iterable[Sequence[EventRow]]
"""The rows of each case."""

Writer: TypeAlias = Callable[[BinaryIO, str, Cases], None]


def _csv(file: BinaryIO, school: str, cases: Cases) -> None:
    from casework.records.event_csv import write_csv

    write_csv(file, cases)


def _xlsx(file: BinaryIO, school: str, cases: Cases) -> None:
    from casework.records.event_xlsx import write_xlsx

    write_xlsx(file, cases)


def _xes(file: BinaryIO, school: str, cases: Cases) -> None:
    from casework.records.event_xes import write_xes

    write_xes(file, school, cases)


FORMS: Final[Mapping[str, Writer]] = {"csv": _csv, "xlsx": _xlsx, "xes": _xes}
"""What writes each format."""


def written(school: str, cases: Cases, form: str) -> bytes:
    """Return the events of cases in one of `FORMS`."""
    file = BytesIO()
    FORMS[form](file, school, cases)
    return file.getvalue()
