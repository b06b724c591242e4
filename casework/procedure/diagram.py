"""A strand as a picture (SVG): states as boxes from top to bottom, steps by name on their arrows, stages as bands.

Drawn by us, so that it needs no other program and the same policy always gives the same bytes. It says everything in
words: a title, a description, and a tooltip with the plain sentence of each state. Nothing rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from string import ascii_uppercase
from typing import Final

from casework.procedure.layout import Box, Layout, in_a_row, lay_out, loop_lines, wrap
from casework.procedure.model import Policy, Strand

_STAGES: Final = {
    "reported": "Report",
    "triaged": "Triage",
    "investigated": "Investigation",
    "hearing": "Hearing",
    "outcome": "Outcome",
    "appeal": "Appeal",
    "closed": "End",
}

_STYLE: Final = """
text { font-family: "Source Sans 3", "DejaVu Sans", Arial, sans-serif; fill: #16202c; }
.band { fill: #eef3f8; } .band.odd { fill: #f8fafc; }
.stage { font-size: 15px; font-weight: bold; fill: #2f4a68; }
.state { fill: #ffffff; stroke: #2f4a68; stroke-width: 1.5; }
.end { fill: none; stroke: #2f4a68; stroke-width: 1; }
.first { fill: #dbe8f5; }
.name { font-size: 14px; font-weight: bold; text-anchor: middle; }
.loop { font-size: 11px; }
.step { font-size: 12px; text-anchor: middle; }
.back { fill: #ffffff; fill-opacity: 0.85; }
.link { fill: none; stroke: #6b7f95; stroke-width: 1.5; }
.head { fill: #6b7f95; }
.badge { fill: #2f4a68; } .letter { font-size: 11px; font-weight: bold; fill: #ffffff; text-anchor: middle; }
.badge.hollow { fill: #ffffff; stroke: #2f4a68; stroke-width: 1.5; } .letter.hollow { fill: #2f4a68; }
.note { font-size: 13px; }
""".strip()


def diagram(policy: Policy, strand_id: str) -> str:
    """Return the picture of one strand as SVG text.

    Raises:
        KeyError: the policy has no such strand.
    """
    strand = policy.strands[strand_id]
    layout = lay_out(strand)
    notes = _notes(strand, layout)
    width = max(layout.width, 560, *(60 + round(7.2 * len(text)) for _, text in notes))
    height = layout.height + 20 + 24 * len(notes)
    shift = (width - layout.width) // 2
    drawing = (*_links(layout), *_steps(layout), *_beside(strand, layout), *_states(strand, layout))
    body = "\n".join(
        (
            *_bands(layout, width),
            f'<g transform="translate({shift} 0)">',
            *drawing,
            "</g>",
            *_written(notes, layout.height),
        )
    )
    name, text = f"{strand_id}-title", f"{strand_id}-text"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name} {text}" lang="en-GB" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f'<title id="{name}">{escape(f"{strand.title}: {policy.title}")}</title>\n'
        f'<desc id="{text}">{escape(_description(strand))}</desc>\n'
        f"<style>\n{_STYLE}\n</style>\n"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _description(strand: Strand) -> str:
    """The whole picture in words, for those who cannot see it."""
    sentences = [f"{strand.title}. It begins at “{strand.states[strand.initial].title}”."]
    for step in strand.steps.values():
        origins = ", ".join(f"“{strand.states[state].title}”" for state in step.from_)
        ends = f"leads to “{strand.states[step.to].title}”" if step.to else "changes nothing there"
        sentences.append(f"From {origins}: “{step.title}” {ends}.")
    finals = ", ".join(f"“{state.title}”" for state in strand.states.values() if state.final)
    return " ".join([*sentences, f"It ends at {finals}."])


def _bands(layout: Layout, width: int) -> Iterator[str]:
    for number, (stage, top, bottom) in enumerate(layout.bands):
        odd = " odd" if number % 2 else ""
        yield f'<rect class="band{odd}" x="0" y="{top}" width="{width}" height="{bottom - top}"/>'
        yield f'<text class="stage" x="14" y="{top + 26}">{_STAGES[stage]}</text>'


def _links(layout: Layout) -> Iterator[str]:
    for upper, lower in layout.links:
        a, b = layout.boxes[upper], layout.boxes[lower]
        through = f" L {b.x} {b.bottom}" if b.kind == "bend" else ""
        end = b.y - 7 if b.kind == "state" else b.y
        middle = (a.bottom + end) // 2
        yield f'<path class="link" d="M {a.x} {a.bottom} C {a.x} {middle} {b.x} {middle} {b.x} {end}{through}"/>'
        if b.kind == "state":
            yield _head(b.x, b.y, 0, 1)


def _head(x: int, y: int, dx: int, dy: int) -> str:
    """An arrow head whose point is at x, y; it points along dx, dy."""
    points = ((x, y), (x - 9 * dx - 5 * dy, y - 9 * dy - 5 * dx), (x - 9 * dx + 5 * dy, y - 9 * dy + 5 * dx))
    return f'<polygon class="head" points="{" ".join(f"{px},{py}" for px, py in points)}"/>'


def _steps(layout: Layout) -> Iterator[str]:
    for box in layout.boxes.values():
        if box.kind == "step":
            yield _label(box.x, box.y, box.lines)


def _label(x: int, top: int, lines: tuple[str, ...]) -> str:
    """The name of a step on a pale ground, so that it can be read where an arrow passes."""
    width = max(len(line) for line in lines) * 7 + 4
    size = f'width="{width}" height="{15 * len(lines) + 4}"'
    ground = f'<rect class="back" x="{x - width // 2}" y="{top}" {size} rx="3"/>'
    return ground + _lines("step", x, top + 13, 15, lines)


def _lines(kind: str, x: int, y: int, step: int, lines: tuple[str, ...]) -> str:
    spans = "".join(
        f'<tspan x="{x}" y="{y + step * n}">{escape(line)}</tspan>' for n, line in enumerate(lines)
    )
    return f'<text class="{kind}">{spans}</text>'


def _beside(strand: Strand, layout: Layout) -> Iterator[str]:
    """The ways to a state that stands beside another one, and back."""
    for state, (origin, there, home) in layout.rows.beside.items():
        a, b = layout.boxes[origin], layout.boxes[state]
        left, right = a.x + a.width // 2, b.x - b.width // 2
        middle, width = (left + right) // 2, right - left - 12
        y = (max(a.y, b.y) + min(a.bottom, b.bottom)) // 2
        yield f'<path class="link" d="M {left} {y - 8} L {right - 7} {y - 8}"/>{_head(right, y - 8, 1, 0)}'
        yield f'<path class="link" d="M {right} {y + 8} L {left + 7} {y + 8}"/>{_head(left, y + 8, -1, 0)}'
        lines = tuple(line for step in there for line in wrap(strand.steps[step].title, width, 12))
        yield _label(middle, y - 16 - 15 * len(lines), lines)
        lines = tuple(line for step in home for line in wrap(strand.steps[step].title, width, 12))
        yield _label(middle, y + 14, lines)


def _states(strand: Strand, layout: Layout) -> Iterator[str]:
    for name, state in strand.states.items():
        box = layout.boxes[name]
        left = box.x - box.width // 2
        kind = "state first" if name == strand.initial else "state"
        yield f"<g><title>{escape(state.plain or state.title)}</title>"
        yield f'<rect class="{kind}" x="{left}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10"/>'
        if state.final:
            inner = f'x="{left + 4}" y="{box.y + 4}" width="{box.width - 8}" height="{box.height - 8}" rx="7"'
            yield f'<rect class="end" {inner}/>'
        yield _lines("name", box.x, box.y + 23, 18, box.lines)
        for number, line in enumerate(loop_lines(strand, layout.rows.loops.get(name, ()), box.width)):
            x = left + (26 if line.startswith(" ") else 14)
            y = box.y + 25 + 18 * len(box.lines) + 14 * number
            yield f'<text class="loop" x="{x}" y="{y}">{escape(line.strip())}</text>'
        yield from _badges(strand, layout, name, box)
        yield "</g>"


def _badges(strand: Strand, layout: Layout, state: str, box: Box) -> Iterator[str]:
    """Letters of the badges: filled where the step starts from the state, hollow on the border where it leads to it."""
    badges = _lettered(layout)
    here = [letter for letter, step in badges if state in strand.steps[step].from_]
    most = in_a_row(box.width)
    rows = [here[start : start + most] for start in range(0, len(here), most)]
    for above, row in enumerate(reversed(rows)):
        for place, letter in enumerate(row):
            yield _badge(box.x + 22 * place - 11 * (len(row) - 1), box.bottom - 14 - 20 * above, letter)
    for place, letter in enumerate(letter for letter, step in badges if strand.steps[step].to == state):
        yield _badge(box.x - box.width // 2 + 18 + 22 * place, box.y, letter, hollow=True)


def _lettered(layout: Layout) -> list[tuple[str, str]]:
    """The badges with their letters: A to Z, then AA to ZZ."""
    return [(ascii_uppercase[n % 26] * (n // 26 + 1), step) for n, step in enumerate(layout.rows.badges)]


def _badge(x: int, y: int, letter: str, *, hollow: bool = False) -> str:
    kind = " hollow" if hollow else ""
    circle = f'<circle class="badge{kind}" cx="{x}" cy="{y}" r="9"/>'
    return f'{circle}<text class="letter{kind}" x="{x}" y="{y + 4}">{letter}</text>'


def _notes(strand: Strand, layout: Layout) -> list[tuple[str, str]]:
    """What the badges mean (letter and words), and how the beginning and the ends are marked."""
    notes = []
    for letter, step_id in _lettered(layout):
        step = strand.steps[step_id]
        leads = f"leads to “{strand.states[step.to].title}”" if step.to else "the case stays where it is"
        notes.append((letter, f"{step.title}: {leads}"))
    if notes:
        notes.append(("", "Dark letter: the step can be taken from here. Light letter: it leads here."))
    notes.append(("", "Blue box: the beginning. Double border: an end."))
    again = [
        step
        for name, step in strand.steps.items()
        if step.reopens and step.to and name not in layout.rows.badges
    ]
    notes += [("", f"Also from an end, which it begins again: {step.title}.") for step in again]
    if layout.rows.loops:
        notes.append(("", "↻ This can be done here, also several times; it leads nowhere else."))
    return notes


def _written(notes: list[tuple[str, str]], top: int) -> Iterator[str]:
    for number, (letter, text) in enumerate(notes):
        y = top + 18 + 24 * number
        if letter:
            yield _badge(24, y, letter)
        yield f'<text class="note" x="{42 if letter else 15}" y="{y + 5}">{escape(text)}</text>'
