"""Chromium for tests, and a site on a free loopback port that it can look at.

Chromium is the machine's own (`chromium`, `google-chrome`), else the one that `python -m playwright install chromium`
fetched. It runs without a window, and no page of it gets past this machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

from casework.base.time import FixedClock
from casework.services.workspace import Workspace
from casework.web.app import application
from casework.web.site import Site

REQUIRED = "CASEWORK_TEST_BROWSER"
"""Set to `required` in continuous integration, this turns "there is no Chromium" from a skip into a failure."""

HOST = "127.0.0.1"
PHONE, LAPTOP = (390, 844), (1280, 800)
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--lang=en-GB",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
"""The tests often run as root and in containers, where Chromium's own sandbox cannot; it sees our pages only."""


class NoBrowser(Exception):
    """There is no Chromium here; the message says what was looked for."""


def launch(playwright: Playwright) -> Browser:
    """Start Chromium.

    Raises:
        NoBrowser: there is none.
    """
    own = Path(playwright.chromium.executable_path)
    program = next(filter(None, map(shutil.which, PROGRAMS)), str(own) if own.exists() else None)
    if program is None:
        raise NoBrowser(
            f"no Chromium here ({', '.join(PROGRAMS)}): install one (apt-get install chromium), "
            "or .venv/bin/python -m playwright install chromium"
        )
    return playwright.chromium.launch(
        executable_path=program, args=list(SWITCHES), env={**os.environ, "LANGUAGE": "en_GB"}
    )


def must_be_there() -> bool:
    """Return whether tests without a browser are failures here."""
    return os.environ.get(REQUIRED) == "required"


@dataclass
class Served:
    """A site that is being served: where, and whose workspace comes in by its links."""

    site: Site
    workspace: Workspace
    address: str

    def link(self) -> str:
        """Return a new one-time link."""
        return f"{self.address}/open?key={self.site.sessions.link(self.workspace)}"

    def signed_in(self, context: BrowserContext, workspace: Workspace | None = None) -> None:
        """Give a browser the cookie of a new session."""
        cookie = self.site.sessions.begin(workspace or self.workspace)
        context.add_cookies([{"name": self.site.cookie, "value": cookie, "url": self.address}])

    def everybody_leaves(self) -> None:
        """End every session, as 45 minutes without a request do."""
        self.site.sessions.__init__()  # type: ignore[misc]


@contextmanager
def served(folder: Path, now: datetime) -> Iterator[Served]:
    """Serve a data folder on a free port, at a fixed time, from a thread of this process."""
    listening = socket.socket()
    listening.bind((HOST, 0))
    listening.listen()
    site = Site(hosts=frozenset((HOST,)))
    settings = uvicorn.Config(
        application(site), log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    with Workspace.open(folder, str, clock=FixedClock(now)) as workspace:
        thread.start()
        try:
            yield Served(site, workspace, f"http://{HOST}:{listening.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join(10)
            listening.close()


@dataclass
class Watch:
    """What a browser complained of, and where it asked for something that is not ours."""

    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Begin to watch every page of a browser."""
        context.on("console", self._said)
        context.on("weberror", lambda problem: self.complaints.append(str(problem.error)))
        context.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        # That a page was refused with a status is what a test looks for itself.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in (HOST, None):
            self.elsewhere.append(request.url)


@contextmanager
def somebody(
    browser: Browser,
    at: Served,
    *,
    size: tuple[int, int] = LAPTOP,
    scripts: bool = True,
    signed_in: bool = True,
) -> Iterator[Page]:
    """Open a browser of its own for somebody; whatever it complained of fails the test at the end."""
    with somebody_at(browser, at.address, size=size, scripts=scripts) as page:
        if signed_in:
            at.signed_in(page.context)
        yield page


@contextmanager
def somebody_at(
    browser: Browser, address: str, *, size: tuple[int, int] = LAPTOP, scripts: bool = True
) -> Iterator[Page]:
    """Open a browser at any address of ours, signed in nowhere."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=scripts,
        has_touch=size == PHONE,
        locale="en-GB",
        timezone_id="Europe/London",
        base_url=address,
    )
    context.set_default_timeout(10_000)
    watch = Watch()
    watch.over(context)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not watch.complaints, watch.complaints
    assert not watch.elsewhere, watch.elsewhere
