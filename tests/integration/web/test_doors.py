"""Who comes in, and what a browser may do: no page without a check, no form from elsewhere, no link twice."""

from __future__ import annotations

import re

import pytest

from casework.services.workspace import Workspace
from casework.web.app import EVERY
from casework.web.guard import RATE, TRIES, UPLOAD_LIMIT
from casework.web.routing import Page
from casework.web.sessions import IDLE, LINK, LONGEST, Sessions
from casework.web.site import Site
from tests.integration.web.conftest import HOST, Browser

OPEN = {
    "/open",
    "/sign-in",
    "/leave",
    "/own",
    "/own/close",
    "/own/letters/{number:int}.pdf",
    "/own/{secret}",
    "/calendar/{secret}.ics",
}


def address_of(page: Page, reference: str = "ASH-26-0000") -> str:
    parts = {"reference": reference, "step": "triage", "letter": "allegation-received", "question": "when"}
    address = re.sub(r"\{\w+:int\}", "1", page.address)
    return re.sub(r"\{(\w+)\}", lambda found: parts.get(found[1], "any"), address)


def test_every_page_says_who_may_come_and_few_are_for_anybody() -> None:
    assert {page.address for page in EVERY if page.access == "anybody"} == OPEN
    assert all(page.access == "case" for page in EVERY if "{reference}" in page.address)


@pytest.mark.parametrize("page", [p for p in EVERY if p.access != "anybody"], ids=lambda p: p.name)
def test_a_stranger_is_asked_to_come_in_whatever_they_ask_for(
    page: Page, stranger: Browser, reference: str
) -> None:
    for method in page.methods:
        ask = stranger.get if method == "GET" else stranger.send
        answers = [
            ask(address_of(page, name), *([{}] if method == "POST" else [])) for name in (reference, "X")
        ]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert "come in again" in answers[0].text and reference not in answers[0].text


@pytest.mark.parametrize("page", [p for p in EVERY if p.access == "case"], ids=lambda p: p.name)
def test_a_case_that_is_not_there_and_one_that_is_not_for_you_answer_alike(
    page: Page, browser: Browser, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casework.services import guard

    browser.get("/cases/new")
    method = page.methods[0]
    ask, form = (browser.get if method == "GET" else browser.post), browser.page
    there = ask(address_of(page, "ASH-26-0000"))
    browser.page = form

    def shut(*_: object) -> None:
        raise guard.no_such_case()

    monkeypatch.setattr("casework.web.site.find_case", shut)
    hidden = ask(address_of(page, reference))
    assert (hidden.status_code, hidden.text) == (there.status_code, there.text) == (404, there.text)


def test_the_link_lets_one_in_once_and_a_look_at_it_uses_nothing_up(
    site: Site, workspace: Workspace, stranger: Browser
) -> None:
    key = site.sessions.link(workspace)
    assert "The link works once" in stranger.get(f"/open?key={key}").text
    assert stranger.send("/open", {"key": key}).status_code == 200
    assert Browser(site).send("/open", {"key": key}).status_code == 403


def test_links_and_sessions_end(workspace: Workspace) -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    late = sessions.link(workspace)
    now[0] = LINK + 1
    assert sessions.use_link(late) is None
    cookie = sessions.begin(workspace)
    now[0] += IDLE - 1
    assert sessions.visitor(cookie) is not None
    now[0] += IDLE + 1
    assert sessions.visitor(cookie) is None
    cookie, begun = sessions.begin(workspace), now[0]
    while now[0] - begun < LONGEST:
        assert sessions.visitor(cookie) is not None
        now[0] += IDLE / 2
    assert sessions.visitor(cookie) is None


def test_a_form_without_this_session_s_token_or_from_elsewhere_does_nothing(browser: Browser) -> None:
    assert browser.send("/cases/new/when", {"reported": "2026-03-02"}).status_code == 403
    browser.get("/cases/new")
    evil = {"Origin": "https://evil.example"}
    assert browser.post("/cases/new/when", {"reported": "2026-03-02"}, headers=evil).status_code == 403
    assert 'value="2026-03-02"' not in browser.get("/cases/new/when").text


def test_the_site_answers_to_its_own_name_only(browser: Browser) -> None:
    assert browser.get("/", headers={"Host": "evil.example:8642"}).status_code == 421
    assert browser.get("/", headers={"Host": HOST}).status_code == 200


def test_too_much_and_too_often_are_refused(stranger: Browser) -> None:
    large = {"Content-Length": str(UPLOAD_LIMIT + 1)}
    assert stranger.get("/", headers=large).status_code == 413
    tried = [stranger.send("/sign-in", {}).status_code for _ in range(TRIES + 1)]
    assert tried[-1] == 429
    seen = [stranger.get("/sign-in").status_code for _ in range(RATE)]
    assert 429 in seen


def test_nothing_may_be_loaded_from_elsewhere_or_kept(browser: Browser) -> None:
    answer = browser.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "http://" not in answer.text and "https://" not in answer.text
    assert " style=" not in answer.text and "<script>" not in answer.text and " onclick" not in answer.text


def test_the_cookie_is_for_this_site_and_no_script(
    site: Site, workspace: Workspace, stranger: Browser
) -> None:
    answer = stranger.send("/open", {"key": site.sessions.link(workspace)}, follow=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert Site(hosts=frozenset(), secure=True).cookie.startswith("__Host-")


def test_leaving_ends_the_session(browser: Browser) -> None:
    browser.send("/leave", {})
    assert browser.get("/").status_code == 403


def test_a_defect_is_a_page_without_its_inside(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("casework.web.pages.home.everything_due", broken)
    answer = browser.get("/")
    assert answer.status_code == 500 and "secret" not in answer.text and "defect" in answer.text
