"""A head teacher's ways through the pages, without scripts: every answer kept, nothing twice, nothing lost."""

from __future__ import annotations

import re

from casework.services.listing import list_cases
from casework.services.loading import find_case
from casework.services.people import edit_person, update_in_case
from casework.services.schools import schools
from casework.services.workspace import Workspace
from casework.web.site import COOKIE, Site
from tests.integration.cli.desk import lead_to_hearing
from tests.integration.web.conftest import Browser

STEP = "/cases/{}/steps/take-no-action"


def add_number(workspace: Workspace, reference: str, name: str) -> None:
    """Give somebody a telephone number, which letters want."""
    school = schools(workspace)[0]
    edit_person(workspace, school, name, phone="01234 567899")
    update_in_case(workspace, school, find_case(workspace, school, reference), named=name)


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
    assert not re.search(
        r"--[a-z]|casework [a-z]", refused.text.partition("<main")[2].partition("</main>")[0]
    )
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
    for part in ("timeline", "dates", "letters", "evidence", "first-look", "people", "allegations", "papers"):
        answer = browser.get(f"/cases/{reference}/{part}")
        assert answer.status_code == 200
        assert not re.search(r"\b(ledger|envelope|stream|strand|payload|JSON|UUID)\b", answer.text)


def test_evidence_is_added_once_though_the_button_was_pressed_twice(browser: Browser, reference: str) -> None:
    address = f"/cases/{reference}/evidence"
    browser.get(address)
    page, fields = browser.page, {"title": "The page as a picture", "type": "screenshot", "points": "for"}
    photograph = {"file": ("../../page.png", b"\x89PNG\r\n\x1a\nnot quite", "image/png")}
    before = page.count("<li>")
    assert "sealed" in browser.post(address, fields, files=photograph).text
    browser.page = page
    browser.post(address, fields, files=photograph)
    assert browser.get(address).text.count("The page as a picture (") == 1
    assert browser.page.count("<li>") == before + 1


def test_a_letter_is_written_shown_and_issued_once(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    lead_to_hearing(workspace.folder, reference)
    case = browser.get(f"/cases/{reference}").text
    address = re.findall(r'href="([^"]*/letters/new/[^"]*)"', case)[0]
    shown = browser.get(address)
    assert "It still needs" in shown.text and "Issue it" not in shown.text
    typed = {"date": "2026-03-20", "datetime-local": "2026-03-20T10:00", "number": "30"}
    boxes = re.findall(r'name="(f\.[^"]+)" type="([\w-]+)"', shown.text)
    fields = {name: typed.get(kind, "Priya Nair") for name, kind in boxes if kind != "radio"}
    fields |= dict(re.findall(r'type="radio" name="(f\.[^"]+)" value="([^"]+)"', shown.text))
    fields |= dict.fromkeys(re.findall(r'<textarea id="(f\.[^"]+)"', shown.text), "Priya Nair")
    add_number(workspace, reference, "Priya Nair")
    looked = browser.post(address, {**fields, "do": "look"})
    assert "What it says" in looked.text, re.findall(r"(?s)<p>(.*?)</p>", looked.text)
    draft = browser.post(f"{address}/draft.pdf", fields)
    assert draft.content.startswith(b"%PDF-") and draft.headers["content-type"] == "application/pdf"
    page = browser.page
    assert "Issued" in browser.post(address, {**fields, "do": "issue"}).text
    browser.page = page
    browser.post(address, {**fields, "do": "issue"})
    listed = browser.get(f"/cases/{reference}/letters").text
    numbers = re.findall(r"/letters/(\d+)\.pdf", listed)
    assert len(numbers) == len(set(numbers))
    assert browser.get(f"/cases/{reference}/letters/{numbers[-1]}.pdf").content.startswith(b"%PDF-")
    served = browser.post(
        f"/cases/{reference}/letters/{numbers[-1]}/served", {"method": "hand", "on": "2026-03-02"}
    )
    assert "Counts as served" in served.text


def test_a_paper_to_work_with_is_made_to_write_in(browser: Browser, reference: str) -> None:
    address = f"/cases/{reference}/papers"
    assert "Papers to work with" in browser.get(address).text
    made = browser.post(f"{address}/decision-form", {"form": "docx"})
    assert made.content.startswith(b"PK") and made.headers["cache-control"] == "no-store"
    browser.get(address)
    assert browser.post(f"{address}/decision-form", {"form": "exe"}).status_code == 422
    assert browser.post(f"{address}/no-such-paper", {"form": "docx"}).status_code == 422
