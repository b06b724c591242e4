"""Make a contact sheet: every page of every letter, small, in one picture, to look at all of them at once.

    python scripts/contact_sheet.py                      docs/images/letters.png, from the invented examples
    python scripts/contact_sheet.py OUT.png FILE.pdf ...  any PDFs

Needs `pdftoppm` (poppler-utils) for the pictures of pages; Pillow comes with the layout engine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from casework.base.resources import letters_dir
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example
from casework.correspondence.library import shipped

SHEET = Path(__file__).resolve().parents[1] / "docs" / "images" / "letters.png"
ACROSS = 10
"""Pages in a row."""

PAGE = (170, 240)
GAP, LABEL = 10, 16
GREYS = 8
"""Shades of grey in the picture: enough to judge a page, and a small file."""


def main(typed: list[str]) -> int:
    """Write the sheet and say how large it is."""
    out = Path(typed[0]) if typed else SHEET
    pdfs = [(path.stem, path.read_bytes()) for path in map(Path, typed[1:])] or list(letters())
    pages = [(f"{name} {number}", page) for name, pdf in pdfs for number, page in enumerate(pictures(pdf), 1)]
    sheet(pages).save(out, optimize=True)
    print(f"{out}: {len(pages)} pages, {out.stat().st_size / 1000:.0f} kB")
    return 0


def letters() -> Iterable[tuple[str, bytes]]:
    """Yield each letter with its invented example."""
    for letter in shipped().letters:
        yield letter, to_pdf(compose(letter, example(letter)))


def pictures(pdf: bytes) -> list[Image.Image]:
    """Return a picture of each page."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", "90", "-gray", "-", f"{folder}/page"]
        subprocess.run(command, input=pdf, check=True)  # noqa: S603 - fixed words
        return [
            Image.open(path).copy().resize(PAGE, Image.Resampling.LANCZOS)
            for path in sorted(Path(folder).iterdir())
        ]


def sheet(pages: list[tuple[str, Image.Image]]) -> Image.Image:
    """Return one picture with all pages in rows, each under its name."""
    width, height = PAGE[0] + GAP, PAGE[1] + GAP + LABEL
    rows = -(-len(pages) // ACROSS)
    whole = Image.new("L", (ACROSS * width + GAP, rows * height + GAP), 210)
    draw = ImageDraw.Draw(whole)
    font = ImageFont.truetype(str(letters_dir() / "fonts" / "SourceSans3-Regular.ttf"), 11)
    for position, (name, page) in enumerate(pages):
        x, y = GAP + position % ACROSS * width, GAP + position // ACROSS * height
        draw.text((x, y), name, fill=0, font=font)
        whole.paste(page, (x, y + LABEL))
    return whole.quantize(GREYS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
