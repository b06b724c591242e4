"""People and their parts on the pages: who is wanted, what would clash, and what the case page says of it."""

from __future__ import annotations

import re

import pytest

from casework.services.loading import find_case, people_of
from casework.services.schools import schools
from casework.services.workspace import Workspace
from tests.integration.web.conftest import Browser


def parts_of(workspace: Workspace, reference: str) -> dict[str, tuple[str, ...]]:
    """Return the parts of each person in a case, by name."""
    loaded = find_case(workspace, schools(workspace)[0], reference)
    people = people_of(workspace, loaded)
    return {people[party.id]["name"]: tuple(party.roles) for party in loaded.case.parties.values()}


def open_case(browser: Browser, about: str) -> str:
    """Open a case by the pages, and return its address."""
    browser.get("/cases/new")
    browser.post("/cases/new/when", {"reported": "2026-03-02"})
    browser.post("/cases/new/what", {"summary": "A post about a pupil."})
    browser.post("/cases/new/who", {"employee": about})
    return str(browser.post("/cases/new/check").url.path)


def give(browser: Browser, address: str, named: str, role: str, **more: str) -> str:
    """Give somebody a part, and return the page that follows."""
    browser.get(f"{address}/people/give?role={role}")
    return browser.post(f"{address}/people/give", {"named": named, "role": role, **more}).text


def test_a_new_case_asks_who_decides_and_the_head_teacher_is_offered(
    browser: Browser, workspace: Workspace
) -> None:
    address = open_case(browser, "Jordan Blake")
    page = browser.page
    assert "Who is the head teacher in this?" in page and "Who is the case manager in this?" in page
    assert "Who is the chair of governors" not in page  # that is asked where the case is about the head
    offered = re.findall(
        r'name="named" value="([^"]+)"><input type="hidden" name="role" value="([^"]+)"', page
    )
    assert offered == [("Helen Marsh", "headteacher")]
    answer = browser.post(f"{address}/people/give", {"named": "Helen Marsh", "role": "headteacher"})
    assert answer.url.path == address and "Who decides in this case?" not in answer.text
    assert parts_of(workspace, address.split("/")[-1])["Helen Marsh"] == ("headteacher",)


def test_a_case_about_the_head_teacher_asks_for_the_chair_of_governors(browser: Browser) -> None:
    open_case(browser, "Helen Marsh")
    assert "Who is the chair of governors in this?" in browser.page
    assert "Who is the head teacher in this?" not in browser.page


def test_a_clash_is_said_before_the_part_is_given_with_the_step_that_it_bars_and_why(
    browser: Browser, workspace: Workspace, reference: str
) -> None:
    address = f"/cases/{reference}"
    assert "recorded as: Investigating officer" in give(
        browser, address, "Daniel Okoro", "investigating_officer"
    )
    stopped = give(browser, address, "Daniel Okoro", "hearing_chair")
    assert "Stop: this would clash" in stopped and "Hold the hearing" in stopped
    assert "Whoever collected the evidence should not also judge it." in stopped
    assert "governing body" in stopped and "Nothing was recorded." in stopped
    assert parts_of(workspace, reference)["Daniel Okoro"] == ("investigating_officer",)
    assert "recorded as" in browser.post(f"{address}/people/give", {"do": "give"}).text
    assert parts_of(workspace, reference)["Daniel Okoro"] == ("investigating_officer", "hearing_chair")
    assert "This will stand in the way" in browser.get(f"{address}/people").text


def test_a_part_is_taken_away_and_the_other_parts_stay(
    browser: Browser, workspace: Workspace, reference: str
) -> None:
    address = f"/cases/{reference}"
    give(browser, address, "Ruth Adeyemi", "witness")
    give(browser, address, "Ruth Adeyemi", "clerk", do="give")
    browser.get(f"{address}/people")
    taken = browser.post(
        f"{address}/people/take", {"named": "Ruth Adeyemi", "role": "witness", "reason": "Saw nothing."}
    )
    assert "stays on record" in taken.text
    assert parts_of(workspace, reference)["Ruth Adeyemi"] == ("clerk",)


def test_somebody_new_is_entered_with_the_part_and_once_though_it_was_sent_twice(
    browser: Browser, workspace: Workspace, reference: str
) -> None:
    address = f"/cases/{reference}"
    browser.get(f"{address}/people/give?role=witness")
    form, typed = browser.page, {"named": "Tom Hale", "job": "Caretaker", "role": "witness"}
    assert "Tom Hale is recorded as: Witness" in browser.post(f"{address}/people/give", typed).text
    browser.page = form
    browser.post(f"{address}/people/give", typed)
    assert parts_of(workspace, reference)["Tom Hale"] == ("witness",)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"named": "", "role": "witness"}, "Say who it is."),
        ({"named": "Nobody Known", "role": "witness"}, "Nobody called"),
        ({"named": "Ruth Adeyemi", "role": ""}, "Choose a part."),
        ({"named": "Ruth Adeyemi", "role": "headteacher"}, "there is only one"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_recorded(
    browser: Browser, workspace: Workspace, reference: str, typed: dict[str, str], says: str
) -> None:
    before = parts_of(workspace, reference)
    browser.get(f"/cases/{reference}/people/give")
    answer = browser.post(f"/cases/{reference}/people/give", typed)
    assert answer.status_code == 422 and says in answer.text and "casework case" not in answer.text
    assert parts_of(workspace, reference) == before


def test_an_allegation_is_worded_changed_and_withdrawn_on_its_page(browser: Browser, reference: str) -> None:
    address = f"/cases/{reference}/allegations"
    browser.get(f"{address}/0")
    typed = {"text": "Put a photograph of a pupil online.", "from": "2026-02-20", "band": "S2", "gross": "no"}
    refused = browser.post(f"{address}/0", typed)
    assert refused.status_code == 422 and "Choose at least one rule" in refused.text
    assert "Put a photograph of a pupil online." in browser.get(f"{address}/0").text  # kept as a draft
    form = browser.page
    typed["clauses"] = "SMP-4.3"
    assert "Friday 20 February 2026" in browser.post(f"{address}/0", typed).text
    browser.page = form
    browser.post(f"{address}/0", typed)
    assert browser.get(address).text.count("Put a photograph of a pupil online.") == 1
    assert 'value="SMP-4.3" checked' in browser.get(f"{address}/1").text
    changed = browser.post(
        f"{address}/1", {**typed, "text": "Put two photographs online.", "to": "2026-02-21"}
    )
    assert "Put two photographs online." in changed.text and "Saturday 21 February 2026" in changed.text
    assert "Put two photographs online." in browser.get(f"/cases/{reference}").text
    browser.get(address)
    assert browser.post(f"{address}/1/withdraw", {"reason": ""}).status_code == 422
    withdrawn = browser.post(f"{address}/1/withdraw", {"reason": "It was somebody else."})
    assert "Allegation 1 is withdrawn." in withdrawn.text and "(withdrawn)" in withdrawn.text


def test_how_somebody_is_reached_is_mended_in_the_school_s_list_and_in_the_case(
    browser: Browser, workspace: Workspace, reference: str
) -> None:
    address = f"/cases/{reference}/people/details"
    assert 'value="01234 567891"' in browser.get(f"{address}?named=Helen%20Marsh").text
    form, typed = (
        browser.page,
        {"phone": "01234 000111", "home": "1 New Road\nAshgrove", "salutation": "Ms Marsh"},
    )
    assert "is up to date" in browser.post(address, typed).text
    browser.page = form
    assert "is up to date" in browser.post(address, typed).text  # sent twice: nothing more is recorded
    school = schools(workspace)[0]
    loaded = find_case(workspace, school, reference)
    words = next(w for w in people_of(workspace, loaded).values() if w["name"] == "Helen Marsh")
    assert (words["phone"], words["address"]) == ("01234 000111", ["1 New Road", "Ashgrove"])
    assert sum(event.facts["kind"] == "party_details_changed" for event in loaded.history) == 1
    assert browser.get(f"{address}?named=Nobody").status_code != 500
