"""A letter, warm: the whole path from facts to the fingerprint on the ledger, against bare WeasyPrint; and memory."""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benchmarks.harness import compare, ratio, table
from benchmarks.steps import open_case
from casework.base.resources import letters_dir
from casework.base.time import LONDON, FixedClock
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example
from casework.services import directory, letters
from casework.services.allegations import allege
from casework.services.loading import find_case
from casework.services.schools import School
from casework.services.setup import NewSchool, create_workspace
from casework.services.workspace import Workspace

LETTER = "allegation-and-investigation"
SPEED_LIMIT = 0.9
"""Our path is to be at least this fraction of bare WeasyPrint."""

MEMORY_LIMIT = 1.10
"""Memory at letter 200 against letter 20."""

_LETTERS_IN_A_CASE = 10
_NOW = datetime(2026, 3, 3, 12, tzinfo=LONDON)
_DETAILS = {
    "address": ["Ashleigh Lane", "Westmere"],
    "phone": "01632 960 144",
    "email": "office@ashleigh.example",
}
_FIELDS = {
    "contact": {"name": "Tom Bexley", "title": "School business manager", "phone": "01632 960 147"},
    "support": "Your union can advise and accompany you.",
    "do_not_contact": ["the parents of class 3W"],
    "decision_maker": {"name": "Diane Whitfield", "title": "Head teacher"},
    "safeguarding_line": False,
    "meeting_at": "2026-03-13T14:00",
    "meeting_place": "The meeting room",
    "note_taker": {"name": "Tom Bexley", "title": "School business manager"},
    "documents_shown": ["a capture of the page"],
}


def run(rounds: int) -> tuple[str, bool]:
    """Measure, and return a table and whether the limits hold."""
    with tempfile.TemporaryDirectory() as folder:
        issue, html = _issuing(Path(folder) / "data")
        bare = _bare()
        measured = compare(
            {
                "bare WeasyPrint, shared fonts and stylesheet": lambda: bare(html),
                "casework, facts to PDF/UA and PDF/A": lambda: to_pdf(compose(LETTER, example(LETTER))),
                "casework, facts to fingerprint on the ledger": issue,
            },
            rounds=rounds,
            repeats=5,
        )
    plain, _, whole = measured.values()
    early, late = _memory(example(LETTER))
    grown = late / early
    lines = [
        table("A letter about an allegation, warm", measured, plain.name),
        f"  limit: the whole path at least {SPEED_LIMIT} × bare ({ratio(whole, plain):.2f})",
        f"  memory: {early / 1024:.0f} MB at letter 20, {late / 1024:.0f} MB at letter 200:"
        f" {grown:.2f} × (limit {MEMORY_LIMIT})",
    ]
    return "\n".join(lines), ratio(whole, plain) >= SPEED_LIMIT and grown <= MEMORY_LIMIT


def _issuing(folder: Path) -> tuple[Callable[[], object], str]:
    """Return what issues a letter in a case, and the page of that letter."""
    new = NewSchool(
        "Ashleigh Primary School", "ASH", "Helen Marsh", details=_DETAILS, procedure_date="2025-09-01"
    )
    workspace, school = create_workspace(
        folder, new, passphrase=None, recovery_file=folder / "recovery.key", clock=FixedClock(_NOW)
    )
    for name, title in (("Diane Whitfield", "Head teacher"), ("Rachel Okafor", "Assistant head teacher")):
        directory.add_person(workspace, school, name=name, title=title, phone="01632 960 144")
    directory.add_person(
        workspace,
        school,
        name="Jordan Price",
        title="Teaching assistant",
        address=["17 Mill Terrace", "WM4 7JT"],
    )
    reference = _open(workspace, school)

    def issue() -> None:
        nonlocal reference
        loaded = find_case(workspace, school, reference)
        if len(loaded.case.letters) >= _LETTERS_IN_A_CASE:
            reference = _open(workspace, school)
            loaded = find_case(workspace, school, reference)
        letters.issue(workspace, school, loaded, LETTER, fields=_FIELDS)

    loaded = find_case(workspace, school, reference)
    page = letters.preview(workspace, school, loaded, LETTER, fields=_FIELDS)
    if page.missing:
        raise RuntimeError(f"the letter lacks {page.missing}")
    return issue, page.html


def _open(workspace: Workspace, school: School) -> str:
    """Open a case with two allegations, and return its reference."""
    reference = open_case(workspace, school)
    for text in (
        "That you uploaded 14 photographs of pupils.",
        "That you added the names of 11 pupils to them.",
    ):
        loaded = find_case(workspace, school, reference)
        day = (date(2026, 2, 27), date(2026, 2, 27))
        allege(workspace, school, loaded, text=text, clauses=["SMP-4.3"], band="S3", period=day)
    return reference


def _memory(data: dict[str, Any]) -> tuple[float, float]:
    """Peak resident kilobytes after 20 and after 200 letters of this process."""
    for _ in range(20):
        to_pdf(compose(LETTER, data))
    early = _peak()
    for _ in range(180):
        to_pdf(compose(LETTER, data))
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
    style = (letters_dir() / "letter.css").read_text("utf-8").replace("bundle:", "")
    css = weasyprint.CSS(string=style, font_config=fonts, base_url=base)

    def write(html: str) -> bytes:
        document = weasyprint.HTML(string=html, base_url=base)
        pdf: bytes = document.write_pdf(stylesheets=[css], font_config=fonts, pdf_variant="pdf/ua-1")
        return pdf

    return write
