"""Letters by the dozen and from cold: two warm workers, and a fresh process, against Chromium and LibreOffice.

The other two are measured if they are on this machine; nothing is downloaded for it.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.pool
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import process_time

from benchmarks.harness import Measured, Work, compare, ratio, table
from benchmarks.peers import (
    CHROMIUM,
    LIBREOFFICE,
    Chromium,
    found,
    memory_of,
    office,
    print_cold,
    processor_time_of,
)
from casework.base.resources import letters_dir
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example

LETTER = "hearing-invitation"
DOZEN = 8
"""Letters in one measurement."""

COLD_LIMIT, MEMORY_LIMIT, OFFICE_LIMIT = 1.15, 0.5, 5.0
"""Cold at most so many times Chromium cold; two workers with so much of its memory, and so many times LibreOffice."""

_COLD = f"""
from casework.correspondence.compose import compose, to_pdf
from casework.correspondence.examples import example
to_pdf(compose("{LETTER}", example("{LETTER}")))
"""


def run(rounds: int) -> tuple[str, bool]:
    """Measure, and return a table and whether the limits that could be measured hold."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        page = _page(folder)
        pool = stack.enter_context(multiprocessing.get_context("spawn").Pool(2))
        workers = {"two warm workers": lambda: _print_in(pool, DOZEN)}
        warm: dict[str, Work] = {"one warm process": lambda: _print_here(DOZEN), **workers}
        cold: dict[str, Work] = {"casework, cold": lambda: _process(sys.executable, "-c", _COLD)}
        absent = []
        browser = _browser(stack)
        if browser is None:
            absent.append("Chromium")
        else:
            warm["one warm Chromium"] = _times(lambda: browser.print(page))
            cold["Chromium, cold"] = lambda: print_cold(found(CHROMIUM) or "", page, folder / "cold.pdf")
        program = found(LIBREOFFICE)
        if program is None:
            absent.append("LibreOffice")
        else:
            document = _document(folder)
            cold["LibreOffice, a process for each letter"] = lambda: office(program, document, folder)
        measured = compare(warm, rounds=rounds, repeats=1, warm_up=1)
        once = compare(cold, rounds=rounds, repeats=1, warm_up=1)
        work = _processor_time(browser, page, rounds) if browser else {}
        ours = sum(pool.map(_own_memory, range(2), chunksize=1))
        theirs = memory_of(browser.pid) if browser else 0.0
    lines = [table(f"{DOZEN} hearing invitations, warm", measured, "one warm process")]
    lines += [table("One hearing invitation, everything started for it", once, "casework, cold")]
    if work:
        lines.append(table("Processor time of a letter, whatever else the machine does", work, "Chromium"))
    lines += [f"  two workers: {ours:.0f} MB" + (f"; Chromium: {theirs:.0f} MB" if theirs else "")]
    lines += [f"  not measured, because this machine has none: {', '.join(absent)}"] if absent else []
    checks = _limits(measured, once, ours, theirs)
    lines += [f"  limit: {words}: {'held' if good else 'NOT held'}" for words, good in checks]
    return "\n".join(lines), all(good for _, good in checks)


def _processor_time(browser: Chromium, page: Path, rounds: int) -> dict[str, Measured]:
    """Seconds of processor time for each letter, round by round: it tells the same on a busy machine."""
    ours, theirs = [], []
    for _ in range(rounds):
        start = process_time()
        _print_here(DOZEN)
        ours.append((process_time() - start) / DOZEN)
        start = processor_time_of(browser.pid)
        _times(lambda: browser.print(page))()
        theirs.append((processor_time_of(browser.pid) - start) / DOZEN)
    return {
        "casework": Measured("casework", tuple(ours)),
        "Chromium": Measured("Chromium", tuple(theirs)),
    }


def _limits(
    warm: dict[str, Measured], cold: dict[str, Measured], ours: float, theirs: float
) -> list[tuple[str, bool]]:
    """The limits against those of the other programs that are here."""
    workers, fresh = warm["two warm workers"], cold["casework, cold"]
    found_: list[tuple[str, bool]] = []
    if browser := warm.get("one warm Chromium"):
        faster = ratio(workers, browser)
        found_.append((f"two workers at least as fast as a warm Chromium ({faster:.2f} ×)", faster >= 1))
        less = ours / theirs
        found_.append((f"with less than half its memory ({less:.2f})", less <= MEMORY_LIMIT))
        slower = 1 / ratio(fresh, cold["Chromium, cold"])
        found_.append((f"cold at most {COLD_LIMIT} × Chromium ({slower:.2f})", slower <= COLD_LIMIT))
    if writer := cold.get("LibreOffice, a process for each letter"):
        each = writer.median / (workers.median / DOZEN)
        found_.append((f"two workers {OFFICE_LIMIT} × LibreOffice ({each:.1f})", each >= OFFICE_LIMIT))
    return found_


def _browser(stack: ExitStack) -> Chromium | None:
    program = found(CHROMIUM)
    if program is None:
        return None
    browser = Chromium(program)
    stack.callback(browser.close)
    return browser


def _page(folder: Path) -> Path:
    """The letter as a page on disk that a browser can open, with its stylesheet in it and its fonts beside it."""
    style = (letters_dir() / "letter.css").read_text("utf-8").replace("bundle:", f"{letters_dir().as_uri()}/")
    html = compose(LETTER, example(LETTER)).replace("</head>", f"<style>{style}</style></head>")
    page = folder / "letter.html"
    page.write_text(html, "utf-8")
    return page


def _document(folder: Path) -> Path:
    """The letter as a Word file."""
    from casework.rendering.docx import html_to_docx

    document = folder / "letter.docx"
    document.write_bytes(html_to_docx(compose(LETTER, example(LETTER))))
    return document


def _print_here(count: int) -> None:
    for _ in range(count):
        _one(0)


def _print_in(pool: multiprocessing.pool.Pool, count: int) -> None:
    pool.map(_one, range(count), chunksize=1)


def _one(_: int) -> int:
    return len(to_pdf(compose(LETTER, example(LETTER))))


def _own_memory(_: int) -> float:
    _one(0)
    return memory_of(os.getpid())


def _times(work: Callable[[], object]) -> Work:
    def several() -> None:
        for _ in range(DOZEN):
            work()

    return several


def _process(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
