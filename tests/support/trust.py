"""A trust on a server: two schools in one data folder, an account for each way to stand to a case, and browsers.

trust = Trust(folder, make_trust(folder))  # Ashgrove, which has the case, and Birchwood
browser = trust.signed_in("helen.marsh")
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx

from casework.base.ids import SeededDice
from casework.base.time import Clock, FixedClock, parse_occurred
from casework.keyring.files import RecoveryKey
from casework.services import cases, setup
from casework.services.accounts import add_user
from casework.services.admitting import admit
from casework.services.directory import find_person
from casework.services.schools import School, choose_school
from casework.services.server import Server
from casework.services.setup import NewSchool
from casework.services.sign_in import first_sign_in
from casework.services.workspace import Workspace
from casework.web.app import application
from casework.web.sessions import Sessions
from casework.web.site import Site
from tests.integration.cli.desk import NOW, make_school
from tests.support.accounts import PHRASE, WEAK

HOST: Final = "casework.trust.example"
PROXY: Final = "10.1.1.1"

ASHGROVE: Final = {
    "helen.marsh": ("Helen Marsh", "headteacher"),
    "ada.quill": ("Ada Quill", "administrator"),
    "daniel.okoro": ("Daniel Okoro", "case_manager"),
    "jordan.blake": ("Jordan Blake", "named_contact"),
    "ines.duarte": ("Ines Duarte", "clerk"),
}
"""Who works at Ashgrove; the employee of its case, and a witness, have accounts there like any other."""

ELSEWHERE: Final = ("noor.khan", "Noor Khan", "hr_adviser")
"""Who works at Birchwood alone."""


class Browser:
    """A browser without scripts: asks through the proxy, keeps its cookies, and fills in the form that it sees."""

    def __init__(self, site: Site, *, address: str = "203.0.113.7", client: str = PROXY) -> None:
        self.application = application(site)
        self.cookies = httpx.Cookies()
        self.page = ""
        self.headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": address}
        self._client = client

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self._ask("GET", address, **more)

    def post(self, address: str, fields: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send fields with what the form of the page now shown holds besides."""
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', self.page))
        return self._ask("POST", address, data={**hidden, **(fields or {})}, **more)

    def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        follow = more.pop("follow", True)

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(
                self.application, raise_app_exceptions=False, client=(self._client, 1)
            )
            base = f"https://{HOST}"
            async with httpx.AsyncClient(
                transport=transport, base_url=base, cookies=self.cookies, headers=headers
            ) as client:
                answer = await client.request(method, address, follow_redirects=follow, **more)
                self.cookies = client.cookies
                return answer

        answer = asyncio.run(ask())
        if "text/html" in answer.headers.get("content-type", ""):
            self.page = answer.text
        return answer


@dataclass
class Trust:
    """A server on a data folder, the time there, and its site behind a proxy."""

    folder: Path
    reference: str
    now: datetime = NOW
    clock: Clock = field(default_factory=lambda: FixedClock(NOW))
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.server = Server.open(self.folder, clock=self.clock, cost=WEAK)
        self.site = self.new_site()

    def new_site(self) -> Site:
        """A site without a session, as after a restart."""
        return Site(
            hosts=frozenset((HOST,)),
            secure=True,
            server=self.server,
            proxies=(PROXY,),
            sessions=Sessions(lambda: self.seconds[0], Workspace.leave),
        )

    def browser(self, **more: str) -> Browser:
        """Somebody's browser, in which nobody is signed in."""
        return Browser(self.site, **more)

    def signed_in(self, login: str) -> Browser:
        """A browser in which somebody has signed in."""
        browser = self.browser()
        browser.get("/sign-in")
        answer = browser.post("/sign-in", {"name": login, "phrase": PHRASE})
        assert browser.cookies.get("__Host-casework"), answer.text
        return browser


def make_trust(folder: Path) -> str:
    """Make the two schools with their accounts, and return the reference of the case at Ashgrove."""
    make_school(folder)
    dice = SeededDice(b"trust")
    with Workspace.open(folder, str, clock=FixedClock(NOW), dice=dice) as workspace:
        ashgrove = choose_school(workspace, None)
        for login, (name, role) in ASHGROVE.items():
            _enrol(workspace, ashgrove, login, name, role)
        parts = {"Jordan Blake": "employee", "Ines Duarte": "witness", "Daniel Okoro": "case_manager"}
        opened = cases.open_case(
            workspace,
            ashgrove,
            reported=parse_occurred("2026-02-23"),
            summary="A parent rang about a post.",
            people=[(find_person(workspace, ashgrove, name), [part]) for name, part in parts.items()],
        )
        new = NewSchool(name="Birchwood School", prefix="BIR", adviser="Priya Nair")
        policy, catalogues = setup._resolve(new)
        recovery = RecoveryKey.generate(workspace.new_id(), dice)
        birchwood = setup._enter_school(workspace, new, policy, catalogues, recovery)
        _enrol(workspace, choose_school(workspace, birchwood.prefix), *ELSEWHERE)
    return opened.reference


def _enrol(workspace: Workspace, school: School, login: str, name: str, role: str) -> None:
    added = add_user(workspace, school, name=name, role=role, login=login)
    first_sign_in(workspace, login, added.code, lambda: PHRASE, cost=WEAK)
    admit(workspace, school, login)
