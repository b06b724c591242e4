"""Two drawings for the printed history, as SVG: the six stages, and everything on one axis of time.

Nothing is told by colour alone: each mark has a shape or a word of its own, and each drawing a title that says
in words what it shows. Lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from casework.base.time import day_and_month
from casework.records.model import History, Stage
from casework.records.phrases import days, short_day, stage_time

WIDTH: Final = 493.0
"""The width of both drawings: that of the page's text."""

INK, TEAL, PALE, RED, AMBER, GREY, RULE = (
    *("#1b2733", "#0d5565", "#d9e8eb", "#a3262a", "#8a5a00", "#59626b", "#b9c1c7"),
)

_FONTS: Final = "History, Other scripts, Emoji"
"""The fonts' names in `page/history.css`."""

_LEFT: Final = 68.0
_RIGHT: Final = WIDTH - 8
_ROW: Final = 9.0
_MONTHS: Final = 180
"""Days from which on the axis has months, not weeks."""


def stages_drawing(history: History) -> str:
    """Return the six stages in a row, with the day on which each was entered and the days spent in it."""
    words = "; ".join(f"{stage.title}: {stage_time(stage)}" for stage in history.stages)
    width = WIDTH / len(history.stages)
    parts = [_chevron(stage, at * width, width) for at, stage in enumerate(history.stages)]
    return svg(58, f"The six stages. {words}.", parts)


def _chevron(stage: Stage, x: float, width: float) -> str:
    tip, top, bottom = 8.0, 2.0, 30.0
    right, middle = x + width - 3, (top + bottom) / 2
    outline = (
        f"{x:.1f},{top} {right - tip:.1f},{top} {right:.1f},{middle} "
        f"{right - tip:.1f},{bottom} {x:.1f},{bottom} {x + tip:.1f},{middle}"
    )
    fill, ink, edge = {
        "past": (TEAL, "#ffffff", f'stroke="{TEAL}" stroke-width="0.8"'),
        "present": (PALE, INK, f'stroke="{TEAL}" stroke-width="2"'),
        "not_reached": ("#ffffff", GREY, f'stroke="{GREY}" stroke-width="0.8" stroke-dasharray="3 2"'),
    }[stage.status]
    centre = x + width / 2
    below = {
        "past": (short_day(stage.entered), days(stage.days)),
        "present": (short_day(stage.entered), f"{days(stage.days)} so far"),
        "not_reached": ("not reached", ""),
    }[stage.status]
    lines = [
        text_at(centre, 42 + 10 * at, line, GREY, 7.5, "middle") for at, line in enumerate(below) if line
    ]
    return (
        f'<polygon points="{outline}" fill="{fill}" {edge}/>'
        + text_at(centre + 1, middle + 3.2, stage.title, ink, 9, "middle", bold=True)
        + "".join(lines)
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """Days to points."""

    first: date
    last: date

    def x(self, day: str | date) -> float:
        when = date.fromisoformat(day) if isinstance(day, str) else day
        span = max(1, (self.last - self.first).days)
        return _LEFT + min(1.0, max(0.0, (when - self.first).days / span)) * (_RIGHT - _LEFT)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark on a lane, with its label above it."""

    x: float
    label: str
    shape: str


def timeline_drawing(history: History, today: date) -> str:
    """Return stages, steps, suspension, letters and what was late on one axis of time; empty without dates."""
    axis = _axis(history, today)
    if axis is None:
        return ""
    lanes = [
        ("Stage", list(_bars(_stage_bars(history, axis)))),
        ("Steps", list(_marks(_step_marks(history, axis)))),
        ("Suspended", list(_bars(_suspension_bars(history, axis)))),
        ("Letters", list(_marks(_letter_marks(history, axis)))),
        ("Late", list(_late(history, axis, today))),
    ]
    parts: list[str] = []
    y = 4.0
    for name, rows in lanes:
        if not rows:
            continue
        height = max(height for height, _ in rows)
        parts.append(text_at(0, y + (8.8 if name == "Late" else height - 1.5), name, INK, 8, bold=True))
        parts += [f'<g transform="translate(0 {y:.1f})">{drawn}</g>' for _, drawn in rows]
        y += height + 6
        parts.append(_line(_LEFT, y - 3, _RIGHT, y - 3, RULE, 0.4))
    parts += _ticks(axis, y)
    title = (
        f"The case on an axis of time, from {short_day(axis.first.isoformat())} to "
        f"{short_day(axis.last.isoformat())}. Every mark is an event or a letter by its number; all of them "
        "are listed with their dates in the tables below."
    )
    return svg(y + 16, title, parts)


def _axis(history: History, today: date) -> _Axis | None:
    known = [entry.occurred.date for entry in history.entries if entry.occurred and entry.occurred.date]
    if not known:
        return None
    first, last = date.fromisoformat(min(known)), date.fromisoformat(max(known))
    if any(stage.status == "present" for stage in history.stages):
        last = max(last, today)
    return _Axis(first, last)


_Row = tuple[float, str]
"""The height of a drawn row of a lane, and the row."""

_Bar = tuple[float, float, str]
"""From, to, and what stands in it."""


def _stage_bars(history: History, axis: _Axis) -> Iterator[_Bar]:
    for stage in history.stages:
        for visit in stage.visits:
            if visit.entered:
                yield axis.x(visit.entered), axis.x(visit.left or axis.last), stage.title


def _suspension_bars(history: History, axis: _Axis) -> Iterator[_Bar]:
    for span in history.suspensions:
        yield axis.x(span.since), axis.x(span.until or axis.last), days(span.days)


def _bars(bars: Iterable[_Bar]) -> Iterator[_Row]:
    """Bars side by side; a name that does not fit is shortened, or left to the table."""
    drawn = []
    for at, (start, end, name) in enumerate(bars):
        width = max(end - start, 1.2)
        fill, ink = (TEAL, "#ffffff") if at % 2 == 0 else (PALE, INK)
        drawn.append(
            f'<rect x="{start:.1f}" y="0" width="{width:.1f}" height="12" fill="{fill}" stroke="{TEAL}" '
            'stroke-width="0.6"/>'
        )
        room = int((width - 4) / 3.9)
        label = name if len(name) <= room else name[:3] if room >= 3 else ""
        if label:
            drawn.append(text_at(start + width / 2, 8.8, label, ink, 7.5, "middle"))
    if drawn:
        yield 12.0, "".join(drawn)


def _step_marks(history: History, axis: _Axis) -> Iterator[_Mark]:
    """One mark for the steps of a day that are alike; what was not in order is never hidden among others."""
    alike: dict[tuple[str, str], list[int]] = {}
    for entry in history.entries:
        if entry.taken_by and entry.annulled_by is None and entry.occurred and entry.occurred.date:
            shape = "diamond" if entry.irregular else "square" if entry.waived else "circle"
            alike.setdefault((entry.occurred.date, shape), []).append(entry.n)
    for (day, shape), numbers in alike.items():
        label = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        yield _Mark(axis.x(day), label, shape)


def _letter_marks(history: History, axis: _Axis) -> Iterator[_Mark]:
    """The day of issue and the day of receipt; one mark where they are the same."""
    for letter in history.letters:
        received = next((service.effective for service in letter.services if service.counts), None)
        if letter.issued_on and letter.issued_on != received:
            yield _Mark(axis.x(letter.issued_on), f"L{letter.number}", "hollow")
        if received:
            yield _Mark(axis.x(received), f"L{letter.number}", "full")


def _marks(marks: Iterable[_Mark]) -> Iterator[_Row]:
    """Marks on a lane; labels that would touch stand one above the other."""
    ordered = sorted(marks, key=lambda mark: mark.x)
    ends: list[float] = []
    placed: list[tuple[_Mark, int]] = []
    for mark in ordered:
        half = 2.2 * len(mark.label) + 1.5
        level = next((at for at, end in enumerate(ends) if end <= mark.x - half), len(ends))
        ends[level : level + 1] = [mark.x + half]
        placed.append((mark, level))
    if not placed:
        return
    base = len(ends) * _ROW + 9
    drawn = []
    for mark, level in placed:
        top = base - 7 - level * _ROW
        drawn.append(text_at(mark.x, top - 1, mark.label, INK, 7.5, "middle"))
    drawn += [_SHAPES[mark.shape].format(x=f"{mark.x:.1f}", y=f"{base - 3:.1f}") for mark, _ in placed]
    yield base, "".join(drawn)


_SHAPES: Final = {
    "circle": f'<circle cx="{{x}}" cy="{{y}}" r="2.6" fill="{TEAL}"/>',
    "square": f'<rect x="-2.6" y="-2.6" width="5.2" height="5.2" fill="#ffffff" stroke="{AMBER}" stroke-width="1.6" '
    'transform="translate({x} {y})"/>',
    "diamond": f'<polygon points="0,-4 4,0 0,4 -4,0" fill="{RED}" transform="translate({{x}} {{y}})"/>',
    "hollow": f'<polygon points="-3,2.4 3,2.4 0,-3" fill="#ffffff" stroke="{INK}" stroke-width="0.9" '
    'transform="translate({x} {y})"/>',
    "full": f'<polygon points="-3,2.4 3,2.4 0,-3" fill="{INK}" transform="translate({{x}} {{y}})"/>',
}


def _late(history: History, axis: _Axis, today: date) -> Iterator[_Row]:
    """What came after its due date: a line from that date to the day on which it came."""
    late = [item for item in history.deadlines if item.days_late and item.status != "left_open"]
    for at, item in enumerate(sorted(late, key=lambda item: item.due)):
        start, end = axis.x(item.due), axis.x(item.stopped_on or min(axis.last, today))
        y = at * _ROW + 5
        label = f"{item.title}, {days(item.days_late)}"
        right = end + 4 + 3.6 * len(label) < _RIGHT
        text = (
            text_at(end + 4, y + 2.6, label, INK, 7.5)
            if right
            else text_at(start - 4, y + 2.6, label, INK, 7.5, "end")
        )
        yield (
            (at + 1) * _ROW,
            _line(start, y, max(end, start + 1.5), y, RED, 2.4)
            + _line(start, y - 3, start, y + 3, RED, 1)
            + text,
        )


def _ticks(axis: _Axis, y: float) -> list[str]:
    """Ticks on the axis: days, weeks or months, and at most thirteen of them."""
    span = (axis.last - axis.first).days
    marks = [axis.first + timedelta(days=at) for at in range(span + 1)]
    if span > _MONTHS:
        marks = [day for day in marks if day.day == 1]
    elif span > 10:
        marks = [day for day in marks if day.weekday() == 0]
    marks = marks[:: -(-len(marks) // 13)]
    parts = [_line(_LEFT, y, _RIGHT, y, INK, 0.8)]
    for day in marks:
        x = axis.x(day)
        parts.append(_line(x, y, x, y + 3, INK, 0.8))
        number, month = day_and_month(day).split(" ")
        label = f"{number} {month[:3]}" if span <= _MONTHS else f"{month[:3]} {day.year}"
        parts.append(text_at(x, y + 11, label, GREY, 7, "middle"))
    return parts


def svg(height: float, title: str, parts: Iterable[str], width: float = WIDTH) -> str:
    """Return a drawing, of the page's width unless another is given; `title` says in words what it shows."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}pt" height="{height:.1f}pt" '
        f'viewBox="0 0 {width:.0f} {height:.1f}" role="img" font-family="{_FONTS}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"/>'
    )


def text_at(
    x: float, y: float, text: str, colour: str, size: float, anchor: str = "start", *, bold: bool = False
) -> str:
    """Return words at a place; `anchor` says which end of them stands there."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(text)}</text>"
    )
