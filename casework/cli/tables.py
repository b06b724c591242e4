"""Text laid out for people: aligned tables, labelled lines, wrapped paragraphs, British dates.

Widths are columns of the terminal; where output goes elsewhere it is `WIDE_ENOUGH` columns wide unless COLUMNS says
otherwise, so that a file reads like the screen.
"""

from __future__ import annotations

import re
import shutil
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from casework.base.time import LONDON, local_date, parse_instant
from casework.base.words import count as count
from casework.base.words import listed as listed

if TYPE_CHECKING:
    from casework.records.entry import Change

WIDE_ENOUGH: Final = 100
"""Columns where the width is not known."""

_GAP: Final = 2
_NARROWEST: Final = 10
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_JOINTS: Final = re.compile("(?<=[-_|])(?=.)")
"""Where a name such as `notice_of_hearing_days`, or a list of answers, may be broken."""

_COMMAND_AT_END: Final = re.compile(r"(.*:) ((?:casework|chmod) (?:(?!\. ).)*)")
"""A sentence that ends with a command after a colon."""

_COLOURED: Final = re.compile("(\x1b\\[[0-9]+m)([^\x1b]*)(\x1b\\[0m)")
"""A text that is coloured as a whole, as `casework.cli.output` does it."""


def width() -> int:
    """Return how many columns there are to fill."""
    return max(40, shutil.get_terminal_size((WIDE_ENOUGH, 24)).columns)


def day(value: date | str | None) -> str:
    """Return `Tue 3 Mar 2026` for a date, an ISO date or an ISO date and time; nothing for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        at = value[11:16]
        text = day(date.fromisoformat(value[:10]))
        return f"{text}, {at}" if at else text
    return f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]} {value.year}"


def recorded_day(instant: str) -> str:
    """Return the London date of a recorded instant, such as `Tue 3 Mar 2026`; nothing for an empty one."""
    return day(local_date(parse_instant(instant))) if instant else ""


def local_time(instant: str) -> str:
    """Return a recorded instant as London's clocks showed it, such as `Tue 3 Mar 2026, 09:15`."""
    return local_moment(parse_instant(instant))


def local_moment(moment: datetime) -> str:
    """Return an aware moment as London's clocks show it, such as `Tue 3 Mar 2026, 09:15`."""
    local = moment.astimezone(LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def some(items: Sequence[str]) -> str:
    """Return the first three items as an English list, and that there are more: `a, b, c and more`."""
    return listed([*items[:3], "more"] if len(items) > 3 else items)


def paragraph(text: str, indent: int = 0, first: str | None = None, columns: int | None = None) -> str:
    """Return `text` wrapped, its own line ends kept; `first` stands before the first line instead of blanks.

    A text that is coloured as a whole stays so, and its colours take no room.
    """
    coloured = _COLOURED.fullmatch(text)
    if coloured:
        return f"{coloured[1]}{paragraph(coloured[2], indent, first, columns)}{coloured[3]}"
    room = columns or width()
    blank = " " * indent
    lines: list[str] = []
    for line in text.splitlines() or [""]:
        lead = first if first is not None and not lines else blank
        wrapped = textwrap.wrap(
            line, room, initial_indent=lead, subsequent_indent=blank, break_on_hyphens=False
        )
        lines.extend(wrapped or [lead.rstrip()])
    return "\n".join(lines)


def wrapped(text: str) -> str:
    """Return `text` with each of its lines wrapped under its own indentation or behind its own dash.

    A path stays whole, and so does a command at the end of a line: it gets a line of its own, to be copied.
    """
    lines = []
    for line in text.splitlines():
        blank = " " * (len(line) - len(line.lstrip("- ")))
        ends = _COMMAND_AT_END.fullmatch(line) if columns_of(line) > width() else None
        lines += textwrap.wrap(
            ends[1] if ends else line,
            width(),
            subsequent_indent=blank,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        lines += [f"{blank}  {ends[2]}"] if ends else []
    return "\n".join(lines)


def pairs(rows: Iterable[tuple[str, str]], indent: int = 0) -> str:
    """Return labelled lines, the labels aligned; a row without a value is left out."""
    shown = [(label, value) for label, value in rows if value]
    if not shown:
        return ""
    room = max(columns_of(label) for label, _ in shown) + _GAP
    return "\n".join(
        paragraph(value, indent + room, first=" " * indent + pad(label, room)) for label, value in shown
    )


def changed(changes: Iterable[Change]) -> str:
    """Return labelled lines of what was and what is now."""
    return pairs(((item.label, f"{item.old} -> {item.new}") for item in changes), indent=2)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], columns: int | None = None) -> str:
    """Return an aligned table; what does not fit is wrapped inside its column. No rows give no text."""
    cells = [[str(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    widths = _widths([list(headings), *cells], columns or width())
    lines = [_row(list(headings), widths), _row(["-" * size for size in widths], widths)]
    lines += [_row(row, widths) for row in cells]
    return "\n".join(lines)


def columns_of(text: str) -> int:
    """Return how many columns a line of text takes: wide characters two, combining ones and colours none."""
    text = _COLOURED.sub(r"\2", text)
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def pad(text: str, columns: int) -> str:
    """Return `text` filled up with blanks to so many columns."""
    return text + " " * (columns - columns_of(text))


def _widths(rows: list[list[str]], room: int) -> list[int]:
    """Return the columns' widths: as they are, or the widest made narrower until the table fits."""
    widths = [
        max(columns_of(line) for row in rows for line in row[index].splitlines() or [""])
        for index in range(len(rows[0]))
    ]
    spare = sum(widths) + _GAP * (len(widths) - 1) - room
    while spare > 0:
        widest = max(widths)
        if widest <= _NARROWEST:
            break
        widths[widths.index(widest)] -= 1
        spare -= 1
    return widths


def _row(cells: list[str], widths: list[int]) -> str:
    wrapped = [
        [line for part in cell.splitlines() or [""] for line in _cell(part, size) or [""]]
        for cell, size in zip(cells, widths, strict=True)
    ]
    height = max(len(lines) for lines in wrapped)
    return "\n".join(
        (" " * _GAP)
        .join(
            pad(lines[at] if at < len(lines) else "", size)
            for lines, size in zip(wrapped, widths, strict=True)
        )
        .rstrip()
        for at in range(height)
    )


def _cell(text: str, size: int) -> list[str]:
    """One line of a cell, wrapped; a name that is too long for its column is broken where its words meet."""
    words = [piece for word in text.split(" ") for piece in _pieces(word, size)]
    return textwrap.wrap(" ".join(words), size, break_on_hyphens=False)


def _pieces(word: str, size: int) -> list[str]:
    pieces = [""]
    for part in _JOINTS.split(word) if len(word) > size else [word]:
        if pieces[-1] and len(pieces[-1]) + len(part) > size:
            pieces.append("")
        pieces[-1] += part
    return pieces
