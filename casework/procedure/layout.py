"""Where everything of a strand's diagram stands: rows of states, names of steps between them, bends of long arrows.

Pure geometry in whole pixels, the same for the same strand. Order within a row follows the mean of the neighbours (the
fewest crossings of several sweeps are kept); places follow the neighbours as closely as the widths allow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from casework.procedure.model import Strand
from casework.procedure.ranks import Rows, set_out

STATE_WIDTH: Final = 184
WIDE: Final = 262
STEP_WIDTH: Final = 152
GAP: Final = 20
BESIDE_GAP: Final = 150
LINE: Final = 15
ROW_GAP: Final = 18
SPINE: Final = 1000.0
MARGIN: Final = 24
BAND_LABEL: Final = 108


@dataclass(frozen=True, slots=True)
class Box:
    """A state, the name of a step, or a bend of a long arrow; `x` is its middle, `y` its top."""

    id: str
    kind: Literal["state", "step", "bend"]
    lines: tuple[str, ...]
    width: int
    height: int
    x: int = 0
    y: int = 0

    @property
    def bottom(self) -> int:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """A diagram with every place settled; `links` run from box to box, and end in an arrow where a state begins."""

    width: int
    height: int
    boxes: dict[str, Box]
    links: tuple[tuple[str, str], ...]
    rows: Rows
    bands: tuple[tuple[str, int, int], ...]


def wrap(text: str, width: int, size: int) -> tuple[str, ...]:
    """Break text into lines that fit `width` pixels in type of `size` pixels, by a cautious mean width of letters."""
    room = int(width / (size * 0.56))
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def lay_out(strand: Strand) -> Layout:
    """Settle the place of every state, step and bend of a strand."""
    rows = set_out(strand)
    boxes, layers, links = _build(strand, rows)
    _order(layers, links, rows)
    places = _place(strand, layers, boxes, links, rows)
    tops = _tops(layers, boxes)
    left = min(places[name] - box.width / 2 for name, box in boxes.items()) - MARGIN
    left -= BAND_LABEL if any(state.stage for state in strand.states.values()) else 0
    placed = {}
    for depth, names in enumerate(layers):
        room = _height(names, boxes)
        for name in names:
            height = room if boxes[name].kind == "bend" else boxes[name].height
            y = tops[depth] + (room - height) // 2
            placed[name] = replace(boxes[name], x=round(places[name] - left), y=y, height=height)
    width = max(box.x + box.width // 2 for box in placed.values()) + MARGIN
    height = tops[-1] + _height(layers[-1], boxes) + MARGIN
    return Layout(width, height, placed, tuple(links), rows, _bands(strand, placed, height))


def loop_lines(strand: Strand, steps: tuple[str, ...], width: int) -> tuple[str, ...]:
    """The steps that stay in a state, as lines of its box; a line that continues another starts with a space."""
    return tuple(
        line if number == 0 else f" {line}"
        for step in steps
        for number, line in enumerate(wrap(f"↻ {strand.steps[step].title}", width - 34, 11))
    )


def in_a_row(width: int) -> int:
    """How many badges stand beside each other in a box of this width."""
    return (width - 8) // 22


def _build(strand: Strand, rows: Rows) -> tuple[dict[str, Box], list[list[str]], list[tuple[str, str]]]:
    """Boxes, layers (rows of states at even depths, steps and bends between) and links between neighbouring layers."""
    boxes: dict[str, Box] = {}
    layers: list[list[str]] = [[] for _ in range(2 * max(rows.rank.values()) + 1)]
    links: list[tuple[str, str]] = []
    for state, about in strand.states.items():
        loops = rows.loops.get(state, ())
        width = WIDE if len(loops) > 2 else STATE_WIDTH
        lines = wrap(about.title, width - 20, 15)  # bold type is wider
        badges = sum(state in strand.steps[step].from_ for step in rows.badges)
        small = len(loop_lines(strand, loops, width))
        height = 18 + len(lines) * 18 + (small * 14 + 2 if small else 0) + 20 * -(-badges // in_a_row(width))
        boxes[state] = Box(state, "state", lines, width, height)
        layers[2 * rows.rank[state]].append(state)
    for arrow in rows.arrows:
        name = f"step:{arrow.step}"
        lines = wrap(strand.steps[arrow.step].title, STEP_WIDTH, 12)
        boxes[name] = Box(name, "step", lines, STEP_WIDTH, len(lines) * LINE + 4)
        depth = 2 * max(rows.rank[source] for source in arrow.sources) + 1
        layers[depth].append(name)
        for source in arrow.sources:
            _link(source, 2 * rows.rank[source], name, depth, boxes, layers, links)
        _link(name, depth, arrow.target, 2 * rows.rank[arrow.target], boxes, layers, links)
    return boxes, layers, links


def _link(
    upper: str,
    start: int,
    lower: str,
    end: int,
    boxes: dict[str, Box],
    layers: list[list[str]],
    links: list[tuple[str, str]],
) -> None:
    """Link two boxes, with a bend on every layer between them."""
    previous = upper
    for depth in range(start + 1, end):
        bend = f"bend:{upper}:{lower}:{depth}"
        boxes[bend] = Box(bend, "bend", (), 12, 1)
        layers[depth].append(bend)
        links.append((previous, bend))
        previous = bend
    links.append((previous, lower))


def _order(layers: list[list[str]], links: list[tuple[str, str]], rows: Rows) -> None:
    """Order each layer so that few links cross: sweeps down and up by the mean place of neighbours, the best kept."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    best = [list(layer) for layer in layers]
    fewest = _crossings(layers, links)
    for sweep in range(12):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for depth in range(len(layers)) if down else reversed(range(len(layers))):
            reference = (
                layers[depth - 1]
                if down and depth
                else layers[depth + 1]
                if not down and depth + 1 < len(layers)
                else []
            )
            place = {name: index for index, name in enumerate(reference)}
            now = {name: float(index) for index, name in enumerate(layers[depth])}
            mean = {
                name: sum(found) / len(found)
                if (found := [place[n] for n in neighbours.get(name, []) if n in place])
                else now[name]
                for name in layers[depth]
            }
            layers[depth].sort(
                key=lambda name: (
                    mean[rows.beside[name][0]] + 0.01 if name in rows.beside else mean[name],
                    now[name],
                )
            )
        crossings = _crossings(layers, links)
        if crossings < fewest:
            fewest, best = crossings, [list(layer) for layer in layers]
    layers[:] = best
    for layer in layers:
        for state, (origin, _, _) in rows.beside.items():
            if state in layer:
                layer.remove(state)
                layer.insert(layer.index(origin) + 1, state)


def _crossings(layers: list[list[str]], links: list[tuple[str, str]]) -> int:
    place = {name: (depth, index) for depth, layer in enumerate(layers) for index, name in enumerate(layer)}
    count = 0
    for number, (a, b) in enumerate(links):
        for c, d in links[number + 1 :]:
            if place[a][0] == place[c][0] and (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0:
                count += 1
    return count


def _place(
    strand: Strand, layers: list[list[str]], boxes: dict[str, Box], links: list[tuple[str, str]], rows: Rows
) -> dict[str, float]:
    """The middle of each box: as near to its neighbours as the order and the widths within its layer allow.

    The longest way through the strand is held on one straight line; bends stand straight below where they begin.
    """
    near: dict[str, list[str]] = {name: [] for name in boxes}
    for upper, lower in links:
        near[lower].append(upper)
        if boxes[upper].kind != "bend":
            near[upper].append(lower)
    spine = _spine(strand, rows)
    places = dict.fromkeys(boxes, 0.0)
    for sweep in range(80):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [
                0.0 if name in spine else sum(places[n] for n in near[name]) / max(len(near[name]), 1)
                for name in layer
            ]
            weights = [SPINE if name in spine else 1.0 if near[name] else 0.01 for name in layer]
            places.update(zip(layer, _spread(layer, wanted, weights, boxes, rows), strict=True))
    return places


def _spine(strand: Strand, rows: Rows) -> set[str]:
    """The boxes of the longest way from the initial state, the first in the file among equals."""
    longest: dict[str, list[str]] = {}

    def way(state: str) -> list[str]:
        if state not in longest:
            ways = [
                [f"step:{arrow.step}", arrow.target, *way(arrow.target)]
                for arrow in rows.arrows
                if state in arrow.sources and rows.rank[arrow.target] - rows.rank[state] == 1
            ]
            longest[state] = max(ways, key=len, default=[])
        return longest[state]

    return {strand.initial, *way(strand.initial)}


def _spread(
    layer: list[str], wanted: list[float], weights: list[float], boxes: dict[str, Box], rows: Rows
) -> list[float]:
    """Places in order, far enough apart, with the least weighted squared distance from what is wanted."""
    offsets = [0.0] if layer else []
    for left, right in pairwise(layer):
        gap = BESIDE_GAP if right in rows.beside else GAP
        offsets.append(offsets[-1] + (boxes[left].width + boxes[right].width) / 2 + gap)
    pools: list[tuple[float, float, int]] = []
    for x, offset, weight in zip(wanted, offsets, weights, strict=True):
        pools.append((x - offset, weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:  # neighbours that want to overlap move as one
            (a, v, n), (b, w, m) = pools[-2], pools[-1]
            pools[-2:] = [((a * v + b * w) / (v + w), v + w, n + m)]
    flat = [value for value, _, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(flat, offsets, strict=True)]


def _height(layer: list[str], boxes: dict[str, Box]) -> int:
    return max((boxes[name].height for name in layer), default=0)


def _tops(layers: list[list[str]], boxes: dict[str, Box]) -> list[int]:
    tops, y = [], MARGIN + 10
    for layer in layers:
        tops.append(y)
        y += _height(layer, boxes) + ROW_GAP
    return tops


def _bands(strand: Strand, boxes: dict[str, Box], height: int) -> tuple[tuple[str, int, int], ...]:
    """One band for each stage, from just above its first row to where the next one begins; none without stages."""
    spans: dict[str, list[int]] = {}
    for name, state in strand.states.items():
        if state.stage or (state.final and any(s.stage for s in strand.states.values())):
            span = spans.setdefault(state.stage or "closed", [height, 0])
            span[:] = [min(span[0], boxes[name].y), max(span[1], boxes[name].bottom)]
    ordered = sorted(spans.items(), key=lambda item: item[1][0])
    edges = [0]
    for (_, one), (_, other) in pairwise(ordered):
        edges.append((one[1] + other[0]) // 2)
    edges.append(height)
    return tuple((name, edges[i], edges[i + 1]) for i, (name, _) in enumerate(ordered))
