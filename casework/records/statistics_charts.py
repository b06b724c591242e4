"""Figures drawn as SVG: bars for counts, boxes for days. A table stands beside each, and a title tells it in words.

Nothing is told by colour alone. What is hidden has no bar, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from casework.records.by_characteristic import CrossTable
from casework.records.drawing import INK, RULE, TEAL, WIDTH, svg, text_at
from casework.records.statistics import Spread, Table

_LEFT: Final = 210.0
_ROOM: Final = WIDTH - _LEFT - 70
_LINE: Final = 15.0
_LONGEST: Final = 46


@dataclass(frozen=True, slots=True)
class Layout:
    """How a chart is laid out: its width, where bars begin and how long they may be, height of a row, size of letters.

    With `above`, labels stand above their bars, so that a narrow screen can show them large enough to read.
    """

    width: float
    left: float
    room: float
    line: float
    letters: float
    above: bool

    def top(self, at: int) -> float:
        """Return where the bar of a row begins, from above."""
        return 4 + at * self.line + (16 if self.above else 0)

    def label(self, at: int, words: str) -> str:
        """Return the label of a row."""
        if self.above:
            return text_at(self.left, self.top(at) - 5, _short(words), INK, self.letters)
        return text_at(self.left - 6, self.top(at) + 8.5, _short(words), INK, self.letters, "end")


PRINTED: Final = Layout(WIDTH, _LEFT, _ROOM, _LINE, 8.5, above=False)
SCREEN: Final = Layout(360.0, 0.0, 280.0, 38.0, 13.0, above=True)

_SHADES: Final = ("#eef4f5", "#c3dbe0", "#8bb8c1", "#4b8f9c", TEAL)
"""Of the columns of a table by characteristic, in order: light to dark, so that they differ without colour too."""


def shown(value: float | None) -> str:
    """Return a number as it is printed: whole if it is, else with one place; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def bars(table: Table, layout: Layout = PRINTED) -> str:
    """Return a bar for each row; a hidden row has none, and says so."""
    most = max((row.count or 0 for row in table.rows), default=0) or 1
    parts = []
    for at, row in enumerate(table.rows):
        y = layout.top(at)
        parts.append(layout.label(at, row.label))
        length = layout.room * (row.count or 0) / most
        if row.count:
            parts.append(
                f'<rect x="{layout.left}" y="{y:.1f}" width="{length:.1f}" height="11" fill="{TEAL}"/>'
            )
        number = "hidden" if row.count is None else str(row.count)
        parts.append(text_at(layout.left + length + 4, y + 8.5, number, INK, layout.letters))
    says = "; ".join(f"{row.label}: {'hidden' if row.count is None else row.count}" for row in table.rows)
    return svg(8 + len(table.rows) * layout.line, f"{table.title}. {says}.", parts, layout.width)


def stacked(table: CrossTable) -> str:
    """Return a bar as long as its row has cases, in a part for each column; what is hidden is one part of its own."""
    most = max(row.cases for row in table.rows)
    parts = []
    for at, row in enumerate(table.rows):
        y = 4 + at * _LINE
        parts.append(text_at(_LEFT - 6, y + 8.5, _short(row.label), INK, 8.5, "end"))
        x = _LEFT
        shown = [(count, _SHADES[place % len(_SHADES)]) for place, count in enumerate(row.counts) if count]
        for count, shade in (*shown, (row.cases - sum(count for count, _ in shown), "#ffffff")):
            length = _ROOM * count / most
            if count:
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{length:.1f}" height="11" fill="{shade}" stroke="{RULE}"/>'
                )
            x += length
        parts.append(text_at(x + 4, y + 8.5, str(row.cases), INK, 8.5))
    y = 10 + len(table.rows) * _LINE
    keys = [*zip(table.columns, _SHADES, strict=False), ("hidden", "#ffffff")]
    for at, (label, shade) in enumerate(keys):
        parts.append(
            f'<rect x="{_LEFT}" y="{y + at * 12:.1f}" width="9" height="9" fill="{shade}" stroke="{RULE}"/>'
        )
        parts.append(text_at(_LEFT + 14, y + at * 12 + 7.5, label, INK, 8))
    says = "; ".join(f"{row.label}: {row.cases} cases" for row in table.rows)
    return svg(y + 12 * len(keys) + 4, f"{table.title}. {says}.", parts)


def boxes(spreads: tuple[Spread, ...], layout: Layout = PRINTED) -> str:
    """Return a box from the lower to the upper quartile of each row, with a line at the median."""
    most = max((item.upper or 0 for item in spreads), default=0) or 1
    parts = []
    for at, item in enumerate(spreads):
        y = layout.top(at)
        parts.append(layout.label(at, item.label))
        if item.lower is None or item.median is None or item.upper is None:
            parts.append(text_at(layout.left + 4, y + 8.5, "–", INK, layout.letters))
            continue
        low, middle, high = (
            layout.left + layout.room * days / most for days in (item.lower, item.median, item.upper)
        )
        parts.append(
            f'<rect x="{low:.1f}" y="{y:.1f}" width="{max(high - low, 1):.1f}" height="11" fill="#d9e8eb" '
            f'stroke="{RULE}"/><rect x="{middle - 1:.1f}" y="{y - 1:.1f}" width="2" height="13" fill="{TEAL}"/>'
        )
        says = f"{shown(item.median)} days"
        parts.append(text_at(max(high, middle) + 6, y + 8.5, says, INK, layout.letters))
    says = "; ".join(f"{item.label}: median {shown(item.median)}" for item in spreads)
    return svg(8 + len(spreads) * layout.line, f"Days. {says}.", parts, layout.width)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
