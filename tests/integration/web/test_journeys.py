"""A head teacher's ways through the pages, without scripts: every answer kept, nothing twice, nothing lost."""

from __future__ import annotations

import re

from casework.services.listing import list_cases
from casework.services.schools import schools
from casework.services.workspace import Workspace
from casework.web.site import COOKIE, Site
from tests.integration.web.conftest import Browser

STEP = "/cases/{}/steps/take-no-action"


def cases(workspace: Workspace) -> int:
    return len(list_cases(workspace, schools(workspace)[0]))


def test_a_case_is_opened_by_three_answers_that_can_be_gone_on_with_later(
    browser: Browser, workspace: Workspace
) -> None:
    before = cases(workspace)
    assert "When was the school told?" in browser.get("/cases/new").text
    assert "Enter the day" in browser.post("/cases/new/when", {"reported": ""}).text
    assert "What were you told?" in browser.post("/cases/new/when", {"reported": "2026-03-02"}).text
    assert "Go on with the case you began" in browser.get("/").text
    assert "What were you told?" in browser.get("/cases/new").text
    assert "Whom is it about?" in browser.post("/cases/new/what", {"summary": "A post about a pupil."}).text
    assert "Nobody called" in browser.post("/cases/new/who", {"employee": "Nobody Known"}).text
    assert "Is this right?" in browser.post("/cases/new/who", {"employee": "jordan blake"}).text
    shown = browser.page
    opened = browser.post("/cases/new/check")
    assert re.search(r"Its reference is ASH-26-", opened.text)
    browser.page = shown
    again = browser.post("/cases/new/check")  # pressed twice: the draft is gone, and nothing is opened again
    assert again.status_code == 200 and cases(workspace) == before + 1


def test_somebody_whom_the_school_does_not_know_is_entered_on_the_way(
    browser: Browser, workspace: Workspace
) -> None:
    browser.get("/cases/new")
    browser.post("/cases/new/when", {"reported": "2026-03-02"})
    browser.post("/cases/new/what", {"summary": "A post."})
    browser.post("/cases/new/who", {"employee": "Omar Cook", "job": "Caretaker", "home": "1 Row\nAshgrove"})
    assert "Omar Cook" in browser.post("/cases/new/check").text


def test_a_step_that_is_refused_says_why_and_keeps_what_was_typed(browser: Browser, reference: str) -> None:
    browser.get(STEP.format(reference))
    assert "casework" not in re.sub(r"(?s)<head>.*?</head>|<header>.*?</header>", "", browser.page)
    refused = browser.post(STEP.format(reference), {"f.enquiry": "It was a joke.", "do": "take"})
    assert refused.status_code == 422 and "cannot be recorded yet" in refused.text
    assert "It was a joke." in refused.text and "This answer is needed." in refused.text
    shown = re.sub(r'<input type="hidden"[^>]*>', "", refused.text)  # a token may hold anything
    assert not re.search(r"--[a-z]|casework [a-z]", shown.partition("<main")[2].partition("</main>")[0])
    assert "It was a joke." in browser.get(STEP.format(reference)).text


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    browser: Browser, reference: str, site: Site, workspace: Workspace
) -> None:
    browser.get(STEP.format(reference))
    site.sessions.end(browser.cookies.get(COOKIE) or "")
    asked = browser.post(STEP.format(reference), {"f.enquiry": "Typed before it ended.", "do": "later"})
    assert asked.status_code == 403 and "is kept" in asked.text
    back = browser.send("/open", {"key": site.sessions.link(workspace)})
    assert "Typed before it ended." in back.text
    sent = browser.post(STEP.format(reference))
    assert "is kept" in sent.text
    assert "Typed before it ended." in browser.get(STEP.format(reference)).text


def test_the_pages_of_a_case_say_where_it_is_and_use_no_word_of_ours(
    browser: Browser, reference: str
) -> None:
    case = browser.get(f"/cases/{reference}").text
    assert 'aria-current="step"' in case and "What to do next" in case
    for part in (
        "timeline",
        "dates",
        "letters",
        "evidence",
        "evidence/post",
        "papers",
        "packs",
        "first-look",
        "people",
        "allegations",
    ):
        answer = browser.get(f"/cases/{reference}/{part}")
        assert answer.status_code == 200
        assert not re.search(r"\b(ledger|envelope|stream|strand|payload|JSON|UUID)\b", answer.text)


def test_evidence_is_added_once_though_the_button_was_pressed_twice(browser: Browser, reference: str) -> None:
    address = f"/cases/{reference}/evidence"
    browser.get(address)
    page, fields = browser.page, {"title": "The page as a picture", "type": "screenshot", "points": "for"}
    photograph = {"file": ("../../page.png", b"\x89PNG\r\n\x1a\nnot quite", "image/png")}
    before = len(re.findall(r"/evidence/\d+\"", page))
    assert "sealed" in browser.post(address, fields, files=photograph).text
    browser.page = page
    browser.post(address, fields, files=photograph)
    assert browser.get(address).text.count("The page as a picture") == 1
    assert len(re.findall(r"/evidence/\d+\"", browser.page)) == before + 1
