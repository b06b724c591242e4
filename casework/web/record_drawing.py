"""A record drawn: a bar for each log, with what is wrong in it and the witness that came from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.base.words import count
from casework.records.drawing import GREY, INK, PALE, RED, TEAL, WIDTH, svg, text_at

if TYPE_CHECKING:
    from casework.services.audit_report import AuditReport

_LEFT: Final = 96.0
_ROOM: Final = WIDTH - _LEFT - 12
_HEIGHT: Final = 62.0
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
    return svg(_HEIGHT * max(len(report.keys), 1) + 6, f"The record. {'; '.join(said)}.", parts)


def _bar(y: float, name: str, size: int, wrong: list[int], kept: int) -> list[str]:
    middle = y + 22
    parts = [
        text_at(0, middle + 4, name, INK, 10, bold=True),
        f'<rect x="{_LEFT}" y="{middle - 8:.1f}" width="{_ROOM:.1f}" height="16" fill="{PALE}" stroke="{TEAL}"/>',
        text_at(_LEFT, middle + 21, "first entry", GREY, 8),
        text_at(_LEFT + _ROOM, middle + 21, f"entry {size}" if size else "none", GREY, 8, "end"),
    ]
    for pos in wrong[:_MARKS]:
        x = _LEFT + _ROOM * min(pos + 0.5, size or 1) / (size or 1)
        parts.append(
            f'<rect x="{x - 1.5:.1f}" y="{middle - 12:.1f}" width="3" height="24" fill="{RED}"/>'
            + (text_at(x, middle - 14, f"entry {pos}", RED, 8, "middle") if pos in wrong[:3] else "")
        )
    if kept:
        x = _LEFT + _ROOM * min(kept / (size or 1), 1.0)
        parts.append(
            f'<polygon points="{x:.1f},{middle - 8:.1f} {x - 5:.1f},{middle - 17:.1f} {x + 5:.1f},{middle - 17:.1f}"'
            f' fill="{INK}"/>'
        )
        end = "end" if x > WIDTH / 2 else "start"
        parts.append(text_at(x + (-8 if end == "end" else 8), middle - 11, f"witness, {kept}", INK, 8, end))
    return parts


def _size(note: str) -> int:
    """How many entries a checkpoint vouches for; 0 where it is none."""
    line = next(iter(note.split("\n")[1:2]), "")
    return int(line) if line.isascii() and line.isdigit() else 0
