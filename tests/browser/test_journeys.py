"""Whole ways through the pages in a real browser: on a telephone, without scripts, twice at once, and after a break."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from casework.base.time import FixedClock
from casework.services import allegations, letters
from casework.services.cases import assign
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW
from tests.support.browser import PHONE, Served, somebody
from tests.support.look import looked
from tests.support.shown_school import ShownSchool

KEPT = "It was a joke between friends."


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def answer(page: Page, question: str, words: str) -> None:
    page.get_by_role("group", name=question, exact=True).get_by_label(words, exact=True).check()


def open_a_case(page: Page) -> str:
    """Open a case by its questions; return its reference."""
    page.goto("/cases/new")
    for question, field, words in (
        ("When was the school told?", "The day", "2026-03-02"),
        ("What were you told?", "In a sentence, as you were told it", "A post about a pupil."),
        ("Whom is it about?", "Name", "Lena Petrov"),
    ):
        heading(page, question)
        page.get_by_label(field).fill(words)
        press(page, "Keep and go on")
    heading(page, "Is this right?")
    press(page, "Open the case")
    said = page.get_by_role("status").inner_text()
    return re.findall(r"ASH-26-\w{4}", said)[0]


def give_parts(workspace: Workspace, reference: str) -> None:
    """Bring in who has to act, and what is alleged."""
    school = choose_school(workspace, None)
    assign(
        workspace, school, find_case(workspace, school, reference), named="Helen Marsh", roles=["headteacher"]
    )
    allegations.allege(
        workspace,
        school,
        find_case(workspace, school, reference),
        text="Put a post about a pupil on her own page",
        clauses=["SMP-4.1b"],
        band="S3",
        period=(NOW.date(), NOW.date()),
    )


def decide_on_an_investigation(page: Page, reference: str) -> None:
    page.goto(f"/cases/{reference}/steps/triage")
    answer(page, "Which procedure fits", "Conduct, investigated formally under this procedure")
    page.get_by_label("What was looked at").fill("The page, with the parent.")
    for question in page.get_by_role("group").filter(has=page.get_by_label("Not known")).all():
        question.get_by_label("No", exact=True).check()
    page.get_by_label("Not needed; no question above was answered yes or unclear").check()
    page.get_by_label("Who did this").fill("Helen Marsh")
    press(page, "Record it")
    expect(page.get_by_role("status")).to_have_text("Recorded: Decide on a formal investigation.")


def issued(at: Served, reference: str) -> list[str]:
    school = choose_school(at.workspace, None)
    rows = letters.listing(at.workspace, school, find_case(at.workspace, school, reference))
    return [row.template for row in rows if row.status == "issued"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_head_teacher_opens_a_case_and_sends_the_first_letter_on_a_telephone(
    chromium: Browser, at: Served, scripts: bool
) -> None:
    with somebody(chromium, at, size=PHONE, scripts=scripts, signed_in=False) as page:
        page.goto(at.link())
        press(page, "Open casework")
        heading(page, "Monday 2 March 2026")
        page.get_by_role("link", name="A complaint has come in").click()
        heading(page, "The first ten minutes")
        reference = open_a_case(page)
        give_parts(at.workspace, reference)
        decide_on_an_investigation(page, reference)
        page.get_by_role("link", name="Letters", exact=True).click()
        page.get_by_role("link", name="Tell the employee that there is an allegation").first.click()
        write_what_is_missing(page)
        press(page, "Issue it")
        expect(page.get_by_role("status")).to_contain_text("Issued: An allegation about you")
        assert issued(at, reference) == ["allegation-received"]


def write_what_is_missing(page: Page) -> None:
    answer(
        page,
        "Whether the LADO or the police have agreed what the employee may be told about safeguarding",
        "No",
    )
    page.get_by_label("The support that is offered").fill("The education support line, 08000 562 561")
    press(page, "Show it")
    expect(page.get_by_role("button", name="Issue it", exact=True)).to_be_visible()


def begin_letter(page: Page, reference: str) -> None:
    page.goto(f"/cases/{reference}/letters/new/allegation-received")
    write_what_is_missing(page)


@pytest.fixture
def ready(at: Served, shown_school: ShownSchool) -> str:
    """The reference of a case in which a letter can be written."""
    return shown_school.led


def test_a_letter_is_sent_once_though_the_button_is_pressed_twice_and_back_is_harmless(
    chromium: Browser, at: Served, ready: str
) -> None:
    before = issued(at, ready)
    with somebody(chromium, at) as page:
        begin_letter(page, ready)
        page.get_by_role("button", name="Issue it", exact=True).dblclick()
        expect(page.get_by_role("status").first).to_contain_text("Issued")
        assert len(issued(at, ready)) == len(before) + 1
        page.go_back()
        heading(page, "Tell the employee that there is an allegation, and what happens now")
        page.reload()
        assert len(issued(at, ready)) == len(before) + 1


def test_what_was_typed_when_the_session_ended_is_there_after_coming_in_again(
    chromium: Browser, at: Served, shown_school: ShownSchool
) -> None:
    address = f"/cases/{shown_school.begun}/steps/take-no-action"
    with somebody(chromium, at, size=PHONE) as page:
        page.goto(address)
        page.get_by_label("What was looked at").fill(KEPT)
        at.everybody_leaves()
        press(page, "Keep for later")
        heading(page, "Please come in again")
        assert looked(page).faults == []
        page.goto(at.link())
        press(page, "Open casework")
        heading(page, "What you had typed is here")
        expect(page.get_by_text(KEPT)).to_be_visible()
        assert looked(page).faults == []
        press(page, "Send it now")
        page.goto(address)
        expect(page.get_by_label("What was looked at")).to_have_value(KEPT)


def test_of_two_who_record_at_once_the_second_hears_what_changed_and_keeps_every_word(
    chromium: Browser, at: Served, shown_school: ShownSchool
) -> None:
    address = f"/cases/{shown_school.begun}/steps/take-no-action"
    with (
        Workspace.open(at.workspace.folder, str, clock=FixedClock(NOW)) as other,
        somebody(chromium, at) as first,
        somebody(chromium, at, size=PHONE, signed_in=False) as second,
    ):
        at.signed_in(second.context, other)
        second.goto(address)
        second.get_by_label("What was looked at").fill(KEPT)
        decide_on_an_investigation(first, shown_school.begun)
        press(second, "Record it")
        told = second.get_by_role("alert")
        expect(told).to_contain_text("What you typed is still here.")
        expect(told).to_contain_text("Decide on a formal investigation")
        expect(second.get_by_label("What was looked at")).to_have_value(KEPT)
        assert looked(second).faults == []


def test_a_refusal_is_where_the_eye_and_the_reader_go_first(
    chromium: Browser, at: Served, shown_school: ShownSchool
) -> None:
    with somebody(chromium, at, size=PHONE) as page:
        page.goto(f"/cases/{shown_school.begun}/steps/take-no-action")
        press(page, "Record it")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_role("alert")).to_be_in_viewport()
        look = looked(page)
        assert look.faults == look.too_wide == []


def test_a_photograph_is_added_as_evidence_from_a_telephone(
    chromium: Browser, at: Served, shown_school: ShownSchool
) -> None:
    with somebody(chromium, at, size=PHONE) as page:
        page.goto(f"/cases/{shown_school.led}/evidence")
        page.get_by_label("What it is").fill("The page as a picture")
        page.get_by_label("Where it comes from").fill("The parent")
        photograph = {"name": "page.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\nnot quite"}
        page.get_by_label("Or take a photograph").set_input_files(photograph)
        press(page, "Add")
        expect(page.get_by_role("status")).to_contain_text("Added")
        expect(page.get_by_role("link").filter(has_text="The page as a picture")).to_have_count(1)
