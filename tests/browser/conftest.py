"""One Chromium for the whole folder, and a school whose pages it looks at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from casework.services.drafts import save_draft
from casework.services.schools import choose_school
from casework.web.pages.opening import FORM
from tests.integration.cli.desk import NOW
from tests.support.browser import NoBrowser, Served, launch, must_be_there, served
from tests.support.shown_school import ShownSchool, make_shown_school

OPENING = {"reported": "2026-03-02", "summary": "A post about a pupil", "employee": "Lena Petrov"}
"""A case that is being opened and lacks only the last press."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser as problem:
            if must_be_there():
                pytest.fail(str(problem))
            pytest.skip(f"Left out: {problem}.")
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def shown_school(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> ShownSchool:
    """A school with something on every page; tests work on copies of it."""
    return make_shown_school(tmp_path_factory.mktemp("shown") / "data")


@pytest.fixture(scope="package")
def looked_at(shown_school: ShownSchool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The school, served for those who only look."""
    folder = tmp_path_factory.mktemp("looked-at") / "data"
    shutil.copytree(shown_school.folder, folder)
    with served(folder, NOW) as at:
        school = choose_school(at.workspace, None)
        save_draft(at.workspace, school, school.stream, FORM, OPENING)
        yield at


@pytest.fixture
def at(shown_school: ShownSchool, tmp_path: Path) -> Iterator[Served]:
    """A copy of the school, served for somebody who does something."""
    shutil.copytree(shown_school.folder, tmp_path / "data")
    with served(tmp_path / "data", NOW) as found:
        yield found
