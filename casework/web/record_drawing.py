"""A record drawn: a bar for each log, with what is wrong in it and the witness that came from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.base.words import count
from casework.records.drawing import GREY, INK, PALE, RED, TEAL, svg, text_at

if TYPE_CHECKING:
    from casework.services.audit_report import AuditReport

_WIDTH: Final = 360.0
_LEFT: Final = 2.0
_ROOM: Final = _WIDTH - 2 * _LEFT
_HEIGHT: Final = 84.0
_NAMES: Final = {"cases": "Cases", "access": "Who read what"}
_MARKS: Final = 200
"""Marks of what is wrong on one bar; more would only be one red bar."""


def record_drawing(report: AuditReport, checkpoint: str = "") -> str:
    """Return the logs of a record as bars from the first entry to the last, as SVG with its words as title.

    Args:
        checkpoint: the signed note that came from elsewhere; empty if none did.
    """
    parts, said = [], []
    for at, origin in enumerate(report.keys):
        name = origin.split("/")[-2] if origin.count("/") > 1 else origin
        size = _size(report.checkpoints.get(origin, ""))
        wrong = sorted({f.pos for f in report.findings if f.log == name and f.pos is not None})
        kept = _size(checkpoint) if checkpoint.partition("\n")[0] == origin else 0
        parts += _bar(6 + at * _HEIGHT, _NAMES.get(name, name), size, wrong, kept)
        said.append(
            f"{_NAMES.get(name, name)}: {count(size, 'entry', 'entries')},"
            f" {count(len(wrong), 'place')} where something is wrong"
            + (f", vouched for from elsewhere up to entry {kept}" if kept else "")
        )
    return svg(_HEIGHT * max(len(report.keys), 1) + 6, f"The record. {'; '.join(said)}.", parts, _WIDTH)


def _bar(y: float, name: str, size: int, wrong: list[int], kept: int) -> list[str]:
    middle = y + 42
    parts = [
        text_at(_LEFT, y + 12, name, INK, 13, bold=True),
        f'<rect x="{_LEFT}" y="{middle - 8:.1f}" width="{_ROOM:.1f}" height="16" fill="{PALE}" stroke="{TEAL}"/>',
        text_at(_LEFT, middle + 23, "first entry", GREY, 12),
        text_at(_LEFT + _ROOM, middle + 23, f"entry {size}" if size else "none", GREY, 12, "end"),
    ]
    for pos in wrong[:_MARKS]:
        x = _LEFT + _ROOM * min(pos + 0.5, size or 1) / (size or 1)
        parts.append(
            f'<rect x="{x - 1.5:.1f}" y="{middle - 12:.1f}" width="3" height="24" fill="{RED}"/>'
            + (text_at(x, middle - 14, f"entry {pos}", RED, 12, _anchor(x)) if pos in wrong[:3] else "")
        )
    if kept:
        x = _LEFT + _ROOM * min(kept / (size or 1), 1.0)
        parts.append(
            f'<polygon points="{x:.1f},{middle - 8:.1f} {x - 5:.1f},{middle - 17:.1f} {x + 5:.1f},{middle - 17:.1f}"'
            f' fill="{INK}"/>'
        )
        end = "end" if x > _WIDTH / 2 else "start"
        parts.append(text_at(x + (-8 if end == "end" else 8), middle - 11, f"witness, {kept}", INK, 12, end))
    return parts


def _anchor(x: float) -> str:
    """Which end of its words stands at a mark, so that they stay within the drawing."""
    return "start" if x < _WIDTH / 4 else "end" if x > 3 * _WIDTH / 4 else "middle"


def _size(note: str) -> int:
    """How many entries a checkpoint vouches for; 0 where it is none."""
    line = next(iter(note.split("\n")[1:2]), "")
    return int(line) if line.isascii() and line.isdigit() else 0
