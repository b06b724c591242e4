"""A site on a copy of the school that is made once, and a browser without scripts."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from casework.base.time import FixedClock
from casework.services.workspace import Workspace
from casework.web.app import application
from casework.web.site import Site
from tests.integration.cli.desk import NOW, lead_to_hearing, make_school
from tests.support.trust import make_trust

HOST = "127.0.0.1:8642"


class Browser:
    """Asks for pages of a site, keeps its cookies, and fills in the forms that it is shown."""

    def __init__(self, site: Site) -> None:
        self._application = application(site)
        self.cookies = httpx.Cookies()
        self.page = ""

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self._ask("GET", address, **more)

    def post(self, address: str, fields: Any = (), **more: Any) -> httpx.Response:
        """Send fields with what the form of the page now shown holds besides."""
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.page))
        return self.send(address, {**hidden, **dict(fields)}, **more)

    def send(self, address: str, fields: Any, **more: Any) -> httpx.Response:
        """Send exactly these fields."""
        return self._ask("POST", address, data=fields, **more)

    def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._application, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=f"http://{HOST}", cookies=self.cookies
            ) as client:
                answer = await client.request(
                    method, address, follow_redirects=more.pop("follow", True), **more
                )
                self.cookies = client.cookies
                return answer

        answer = asyncio.run(ask())
        if "text/html" in answer.headers.get("content-type", ""):
            self.page = answer.text
        return answer


@pytest.fixture(scope="session")
def school_for_pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("pages") / "data"
    return folder, make_school(folder)


@pytest.fixture(scope="session")
def trust_made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Two schools on a server, and the reference of the case at one of them."""
    folder = tmp_path_factory.mktemp("trust") / "data"
    return folder, make_trust(folder)


@pytest.fixture(scope="session")
def led_school(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The school with its case led to where letters and a hearing come of it."""
    folder = tmp_path_factory.mktemp("led") / "data"
    reference = make_school(folder)
    lead_to_hearing(folder, reference)
    return folder, reference


@pytest.fixture
def workspace(school_for_pages: tuple[Path, str], tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(school_for_pages[0], tmp_path / "data")
    with Workspace.open(tmp_path / "data", str, clock=FixedClock(NOW)) as opened:
        yield opened


@pytest.fixture
def reference(school_for_pages: tuple[Path, str]) -> str:
    return school_for_pages[1]


@pytest.fixture
def site() -> Site:
    return Site(hosts=frozenset(("127.0.0.1",)))


@pytest.fixture
def stranger(site: Site) -> Browser:
    """Somebody who is not signed in."""
    return Browser(site)


@pytest.fixture
def browser(site: Site, workspace: Workspace) -> Browser:
    """Somebody who came in by the link."""
    made = Browser(site)
    made.send("/open", {"key": site.sessions.link(workspace)})
    return made
