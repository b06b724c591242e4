"""A letter, warm: our whole path from facts to PDF, against bare WeasyPrint with shared fonts and stylesheet."""

from __future__ import annotations

import resource
import sys
from typing import Any

from benchmarks.harness import compare, ratio, table
from casework.base.resources import letters_dir
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example

SPEED_LIMIT = 0.9
"""Our path is to be at least this fraction of bare WeasyPrint."""

MEMORY_LIMIT = 1.10
"""Memory at letter 200 against letter 20."""


def run(rounds: int) -> tuple[str, bool]:
    """Measure, and return a table and whether the limits hold."""
    data = example("hearing-invitation")
    html = compose("hearing-invitation", data)
    bare = _bare()
    measured = compare(
        {
            "bare WeasyPrint, shared fonts and stylesheet": lambda: bare(html),
            "casework, facts to PDF/UA and PDF/A": lambda: to_pdf(compose("hearing-invitation", data)),
        },
        rounds=rounds,
        repeats=5,
    )
    plain, ours = measured.values()
    early, late = _memory(data)
    grown = late / early
    lines = [
        table("A hearing invitation, warm", measured, plain.name),
        f"  limit: at least {SPEED_LIMIT} × bare ({ratio(ours, plain):.2f})",
        f"  memory: {early / 1024:.0f} MB at letter 20, {late / 1024:.0f} MB at letter 200:"
        f" {grown:.2f} × (limit {MEMORY_LIMIT})",
    ]
    return "\n".join(lines), ratio(ours, plain) >= SPEED_LIMIT and grown <= MEMORY_LIMIT


def _memory(data: dict[str, Any]) -> tuple[float, float]:
    """Peak resident kilobytes after 20 and after 200 letters of this process."""
    for _ in range(20):
        to_pdf(compose("hearing-invitation", data))
    early = _peak()
    for _ in range(180):
        to_pdf(compose("hearing-invitation", data))
    return early, _peak()


def _peak() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform == "darwin" else float(peak)


def _bare() -> Any:
    """WeasyPrint as a careful user would use it: fonts and stylesheet read once, nothing else."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    base = f"{letters_dir().as_uri()}/"
    css = weasyprint.CSS(filename=str(letters_dir() / "letter.css"), font_config=fonts, base_url=base)

    def write(html: str) -> bytes:
        document = weasyprint.HTML(string=html, base_url=base)
        pdf: bytes = document.write_pdf(stylesheets=[css], font_config=fonts, pdf_variant="pdf/ua-1")
        return pdf

    return write
