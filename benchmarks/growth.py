"""How cost grows with size, as a picture: an SVG with one line for each measure, both axes from zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 420, 70, 40, 30, 60
_COLOURS = ("#1d3557", "#457b9d", "#2a9d8f", "#bc6c25", "#6c757d")


def plot(
    sizes: Sequence[int],
    lines: Mapping[str, Sequence[float]],
    *,
    title: str = "Processor seconds to verify a record, by its number of entries",
) -> str:
    """Return the picture.

    Args:
        sizes: numbers of entries, in the order of the figures.
        lines: by name, a figure for each size.
        title: what is drawn, by what.
    """
    most, longest = max(sizes), max(max(values) for values in lines.values())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
        ' font-size="12" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="20" font-size="14">{escape(title)}</text>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = _place(share * most, 0, most, longest)
        parts.append(
            f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{round(share * most, -3):,.0f}</text>'
        )
        x, y = _place(0, share * longest, most, longest)
        parts.append(f'<line x1="{x:.0f}" x2="{_WIDTH - _RIGHT}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{share * longest:,.0f}</text>')
    for number, (name, values) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [
            _place(size, value, most, longest) for size, value in sorted(zip(sizes, values, strict=True))
        ]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in [_place(0, 0, most, longest), *places])
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        down = _TOP + 12 + 18 * number
        parts.append(f'<rect x="{_LEFT + 14}" y="{down - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{_LEFT + 30}" y="{down}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _place(size: float, value: float, most: float, longest: float) -> tuple[float, float]:
    x = _LEFT + size / most * (_WIDTH - _LEFT - _RIGHT)
    return x, _HEIGHT - _BOTTOM - value / longest * (_HEIGHT - _TOP - _BOTTOM)
