"""The server is killed while a letter is being issued: afterwards the letter is there once, or not at all."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from casework.services import audit, letters
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.browser.test_journeys import begin_letter, heading, press
from tests.support.browser import somebody_at
from tests.support.shown_school import ShownSchool

LINK = re.compile(r"http://[\d.:]+/open\?key=[\w-]+")

DIES = """
import os, signal, sys
from casework.cli.main import main
from casework.store.sqlite import SQLite
import casework.services.letters as letters

where, data = sys.argv[1:]
issue, record = letters.issue, letters._record

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def record_and_die(*given, **more):
    record(*given, **more)
    die()

letters._record = {"before it is recorded": die, "after it was recorded": record_and_die, "never": record}[where]
main(["--data", data, "serve", "--port", "0", "--json"])
"""
"""`casework serve`, in a process that dies at a chosen point of issuing a letter."""


@contextmanager
def serving(data: Path, dies: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `casework serve`; yields the process and its one-time link."""
    process = subprocess.Popen(
        [sys.executable, "-c", DIES, dies, str(data)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, next(filter(None, map(LINK.search, process.stdout)))[0]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def come_in(page: Page, link: str) -> None:
    page.goto(link)
    press(page, "Open casework")
    expect(page.get_by_role("link", name="Today")).to_be_visible()


def issued(data: Path, reference: str) -> int:
    with Workspace.open(data, str) as workspace:
        school = choose_school(workspace, None)
        rows = letters.listing(workspace, school, find_case(workspace, school, reference))
        return sum(row.template == "allegation-received" for row in rows)


@pytest.mark.parametrize(("dies", "there"), [("before it is recorded", 0), ("after it was recorded", 1)])
def test_a_letter_is_there_whole_and_once_or_not_at_all(
    chromium: Browser, shown_school: ShownSchool, tmp_path: Path, dies: str, there: int
) -> None:
    data = tmp_path / "data"
    shutil.copytree(shown_school.folder, data)
    with serving(data, dies) as (process, link), somebody_at(chromium, link) as page:
        come_in(page, link)
        begin_letter(page, shown_school.led)
        page.get_by_role("button", name="Issue it", exact=True).click(no_wait_after=True)
        assert process.wait(20) == -signal.SIGKILL
    assert issued(data, shown_school.led) == there
    assert not audit.verify(data).findings
    with serving(data, "never") as (_, link), somebody_at(chromium, link) as page:
        come_in(page, link)
        page.goto(f"/cases/{shown_school.led}/letters")
        heading(page, "Letters")
        if not there:
            begin_letter(page, shown_school.led)
            press(page, "Issue it")
            expect(page.get_by_role("status")).to_contain_text("Issued")
    assert issued(data, shown_school.led) == 1
