"""Figures drawn as SVG: bars for counts, boxes for days. A table stands beside each, and a title tells it in words.

Nothing is told by colour alone. What is hidden has no bar, and says so.
"""

from __future__ import annotations

from typing import Final

from casework.records.by_characteristic import CrossTable
from casework.records.drawing import INK, RULE, TEAL, WIDTH, svg, text_at
from casework.records.statistics import Spread, Table

_LEFT: Final = 210.0
_ROOM: Final = WIDTH - _LEFT - 70
_LINE: Final = 15.0
_LONGEST: Final = 46
_SHADES: Final = ("#eef4f5", "#c3dbe0", "#8bb8c1", "#4b8f9c", TEAL)
"""Of the columns of a table by characteristic, in order: light to dark, so that they differ without colour too."""


def shown(value: float | None) -> str:
    """Return a number as it is printed: whole if it is, else with one place; a dash for none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def bars(table: Table) -> str:
    """Return a bar for each row; a hidden row has none, and says so."""
    most = max((row.count or 0 for row in table.rows), default=0) or 1
    parts = []
    for at, row in enumerate(table.rows):
        y = 4 + at * _LINE
        parts.append(text_at(_LEFT - 6, y + 8.5, _short(row.label), INK, 8.5, "end"))
        length = _ROOM * (row.count or 0) / most
        if row.count:
            parts.append(f'<rect x="{_LEFT}" y="{y:.1f}" width="{length:.1f}" height="11" fill="{TEAL}"/>')
        number = "hidden" if row.count is None else str(row.count)
        parts.append(text_at(_LEFT + length + 4, y + 8.5, number, INK, 8.5))
    says = "; ".join(f"{row.label}: {'hidden' if row.count is None else row.count}" for row in table.rows)
    return svg(8 + len(table.rows) * _LINE, f"{table.title}. {says}.", parts)


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


def boxes(spreads: tuple[Spread, ...]) -> str:
    """Return a box from the lower to the upper quartile of each row, with a line at the median."""
    most = max((item.upper or 0 for item in spreads), default=0) or 1
    parts = []
    for at, item in enumerate(spreads):
        y = 4 + at * _LINE
        parts.append(text_at(_LEFT - 6, y + 8.5, item.label, INK, 8.5, "end"))
        if item.lower is None or item.median is None or item.upper is None:
            parts.append(text_at(_LEFT + 4, y + 8.5, "–", INK, 8.5))
            continue
        low, middle, high = (_LEFT + _ROOM * days / most for days in (item.lower, item.median, item.upper))
        parts.append(
            f'<rect x="{low:.1f}" y="{y:.1f}" width="{max(high - low, 1):.1f}" height="11" fill="#d9e8eb" '
            f'stroke="{RULE}"/><rect x="{middle - 1:.1f}" y="{y - 1:.1f}" width="2" height="13" fill="{TEAL}"/>'
        )
        parts.append(text_at(max(high, middle) + 6, y + 8.5, f"{shown(item.median)} days", INK, 8.5))
    says = "; ".join(f"{item.label}: median {shown(item.median)}" for item in spreads)
    return svg(8 + len(spreads) * _LINE, f"Days. {says}.", parts)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
