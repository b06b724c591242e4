"""Make the pictures of pages in docs/images/pages: an invented school, on a telephone and on a laptop.

    PYTHONPATH=. .venv/bin/python scripts/page_pictures.py

Needs Chromium, as the tests in tests/browser do.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.integration.cli.desk import NOW
from tests.support.browser import LAPTOP, PHONE, launch, served, somebody
from tests.support.shown_school import make_shown_school

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images" / "pages"
COLOURS = 24
"""Enough for letters and lines, and a small file."""

LONGEST = 1600
"""Pixels down of which a picture shows no more."""


def main() -> int:
    """Take each picture and say how large it is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = make_shown_school(Path(folder) / "data")
        pages = {
            "today": "/",
            "first-ten-minutes": "/first-ten-minutes",
            "opening": "/cases/new/when",
            "case": f"/cases/{made.led}",
            "letters": f"/cases/{made.led}/letters",
            "first-look": f"/cases/{made.begun}/first-look",
        }
        browser = launch(playwright)
        with served(made.folder, NOW) as at:
            for name, size in (("telephone", PHONE), ("laptop", LAPTOP)):
                with somebody(browser, at, size=size) as page:
                    for title, address in pages.items():
                        page.goto(address)
                        keep(page.screenshot(full_page=True), PICTURES / f"{title}-{name}.png")
        browser.close()
    return 0


def keep(picture: bytes, path: Path) -> None:
    """Keep the upper part of a picture in few colours."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    part = whole.crop((0, 0, whole.width, min(whole.height, LONGEST)))
    part.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(main())
