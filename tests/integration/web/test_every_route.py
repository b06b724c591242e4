"""Every route of a server, walked by those for whom a case is not: a page that is added falls under this by itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import Mount, Route

from casework.web.app import EVERY, ON_SERVER, application
from casework.web.routing import Page
from casework.web.site import Site
from tests.support.trust import Browser, Trust

FOR_ANYBODY = {
    "/calendar/{secret}.ics",
    "/own",
    "/own/close",
    "/own/letters/{number:int}.pdf",
    "/own/{secret}",
    "/health",
    "/invitation",
    "/leave",
    "/sign-in",
    "/sign-in/answer",
    "/sign-in/organisation",
}
KEPT_OUT = {
    "ada.quill": "an administrator, who reads no case",
    "jordan.blake": "its employee",
    "ines.duarte": "a witness in it",
    "noor.khan": "an HR adviser of another school",
    "helen.marsh": "a head teacher whom nobody let in",
}
UNKNOWN = "ASH-26-0000"
BEHIND = [page for page in ON_SERVER if page.access in ("signed_in", "case")]
OF_A_CASE = [page for page in ON_SERVER if page.access == "case"]


@pytest.fixture(scope="module")
def trust(trust_made_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trust]:
    folder = tmp_path_factory.mktemp("routes") / "data"
    shutil.copytree(trust_made_once[0], folder)
    made = Trust(folder, trust_made_once[1])
    yield made
    made.server.close()


@pytest.fixture(scope="module")
def browsers(trust: Trust) -> dict[str, Browser]:
    """Everybody who is kept out, signed in, with the page on which a form's token stands."""
    found = {login: trust.signed_in(login) for login in KEPT_OUT}
    for browser in found.values():
        browser.get("/account")
    return found


def address_of(page: Page, reference: str) -> str:
    named = page.address.replace("{reference}", reference)
    return re.sub(r"\{\w+(:int)?\}", lambda found: "1" if found[1] else "x", named)


def asked(browser: Browser, page: Page, method: str, reference: str) -> httpx.Response:
    form = browser.page
    ask = browser.get if method == "GET" else browser.post
    answer = ask(address_of(page, reference))
    browser.page = form
    return answer


def blurred(answer: httpx.Response, reference: str) -> str:
    """An answer without what is random in it, and without the reference that was typed."""
    text = re.sub(r'(name="(?:token|command)" value=")[^"]*', r"\1", answer.text)
    return f"{answer.status_code} {text.replace(reference, 'REF')}"


def test_no_route_stands_beside_the_pages_that_say_who_may_come(trust: Trust) -> None:
    for site, pages in ((trust.site, ON_SERVER), (Site(hosts=frozenset(("localhost",))), EVERY)):
        routes = application(site).routes
        assert [route.path for route in routes if isinstance(route, Mount)] == ["/static"]
        assert {route.path for route in routes if isinstance(route, Route)} == {p.address for p in pages}
        assert len(routes) == len(pages) + 1
    assert {page.address for page in ON_SERVER if page.access == "anybody"} == FOR_ANYBODY
    assert all(page.access == "case" for page in ON_SERVER if "{reference}" in page.address)


@pytest.mark.parametrize("page", [p for p in ON_SERVER if p.access != "anybody"], ids=lambda p: p.name)
def test_nobody_is_asked_to_sign_in_whatever_they_ask_for(page: Page, trust: Trust) -> None:
    stranger = trust.browser()
    for method in page.methods:
        said = []
        for reference in (trust.reference, UNKNOWN):
            answer = asked(stranger, page, method, reference)
            assert answer.url.path == "/sign-in" and answer.status_code == 200
            said.append(blurred(answer, reference))
        assert said[0] == said[1]


@pytest.mark.parametrize("page", OF_A_CASE, ids=lambda p: p.name)
def test_whoever_is_kept_out_of_a_case_learns_nothing_of_it(
    page: Page, trust: Trust, browsers: dict[str, Browser]
) -> None:
    for login, browser in browsers.items():
        for method in page.methods:
            there, not_there = (
                blurred(asked(browser, page, method, name), name) for name in (trust.reference, UNKNOWN)
            )
            assert there == not_there and there.startswith("404 "), f"{method} as {KEPT_OUT[login]}"


@pytest.mark.parametrize("page", [p for p in BEHIND if p.access == "signed_in"], ids=lambda p: p.name)
def test_no_other_page_tells_of_the_case_or_of_another_school(
    page: Page, trust: Trust, browsers: dict[str, Browser]
) -> None:
    for login, browser in browsers.items():
        for method in page.methods:
            answer = asked(browser, page, method, trust.reference)
            assert answer.status_code < 500, answer.text
            assert trust.reference not in answer.text, f"{method} as {KEPT_OUT[login]}"
            assert login != "noor.khan" or "Ashgrove" not in answer.text


def test_whoever_is_let_in_finds_the_case(trust: Trust) -> None:
    daniel = trust.signed_in("daniel.okoro")
    assert trust.reference in daniel.get("/").text
    assert daniel.get(f"/cases/{trust.reference}").status_code == 200
