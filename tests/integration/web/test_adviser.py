"""The adviser's pages: cases and dates of every school, what is like a case, how fairly it was run, the school."""

from __future__ import annotations

import re

import pytest

from casework.services.schools import schools
from casework.services.workspace import Workspace
from casework.store.backend import Row
from casework.store.rows import CaseRow
from casework.store.views import case_of_row
from tests.integration.cli.desk import lead_to_hearing
from tests.integration.web.conftest import Browser
from tests.support.long_list import enter_cases

SCRIPT = re.compile(r"<script(?![^>]* src=)| on[a-z]+=| style=", re.IGNORECASE)


def shown(page: str) -> list[str]:
    """The cases in the table of a page."""
    return re.findall(r'<td data-label="Case"><a href="/cases/([^"/]+)', page)


@pytest.fixture
def many(workspace: Workspace) -> list[str]:
    return enter_cases(workspace, 130)


def test_fifty_cases_are_on_a_page_and_each_of_them_on_one(browser: Browser, many: list[str]) -> None:
    address, found = "/cases?standing=all", list[str]()
    while address:
        page = browser.get(address).text
        found += shown(page)
        assert len(shown(page)) <= 50 and len(page.encode()) < 60_000
        assert not SCRIPT.search(page.partition("<main")[2])
        address = "".join(re.findall(r'rel="next"[^>]* href="([^"]+)"', page)).replace("&amp;", "&")
    assert len(found) == len(set(found)) == 131 and set(many) < set(found)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("beside=suspension", {f"ASH-26-{n:04d}" for n in range(5, 130, 10) if n % 3 != 2}),
        ("stage=outcome&standing=closed", {f"ASH-26-{n:04d}" for n in range(2, 130, 3)}),
        ("called=012&standing=all", {*(f"ASH-26-012{n}" for n in range(10)), "ASH-26-0012"}),
        ("called=%25", set()),
    ],
)
def test_cases_are_chosen_by_what_is_asked(
    browser: Browser, many: list[str], asked: str, expected: set[str]
) -> None:
    assert set(shown(browser.get(f"/cases?{asked}").text)) == expected


def test_a_whole_reference_leads_to_its_case_and_an_unknown_one_to_none(
    browser: Browser, reference: str
) -> None:
    found = browser.get(f"/cases?called={reference.lower()}")
    assert found.url.path == f"/cases/{reference}"
    assert "No case is like that." in browser.get("/cases?called=ASH-26-0000").text
    assert browser.get("/cases?after=yesterday").status_code == 422


def test_a_page_reads_no_more_cases_than_it_shows_however_many_there_are(
    browser: Browser, many: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []

    def counted(row: Row) -> CaseRow:
        read.append(row)
        return case_of_row(row)

    for module in ("choosing", "views"):
        monkeypatch.setattr(f"casework.store.{module}.case_of_row", counted)
    for address, most in (("/cases", 51), ("/cases?overdue=yes", 51), ("/", 70)):
        read.clear()
        assert browser.get(address).status_code == 200
        assert 0 < len(read) <= most


def test_what_is_due_is_a_list_a_table_and_a_diary(browser: Browser, many: list[str]) -> None:
    page = browser.get("/due?overdue=yes").text
    late = set(re.findall(r'href="/cases/([^"]+)"', page))
    assert late and "days late" in page
    table = browser.get("/due.csv?overdue=yes")
    assert {line.split(",")[4] for line in table.text.splitlines()[1:]} == late
    assert table.headers["content-disposition"] == 'attachment; filename="due.csv"'
    diary = browser.get("/due.ics")
    assert diary.text.count("BEGIN:VEVENT") >= len(late) and diary.headers["cache-control"] == "no-store"
    assert "Head teacher" in browser.get("/due?acts=head").text
    assert "Nothing is due." in browser.get("/due?acts=nobody").text


def test_beside_a_case_stand_like_cases_and_how_fairly_it_was_run(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    assert "nothing to compare it by" in browser.get(f"/cases/{reference}/compare").text
    lead_to_hearing(workspace.folder, reference)
    compared = browser.get(f"/cases/{reference}/compare").text
    assert "No comparable decision is on record" in compared and "casework case" not in compared
    review = browser.get(f"/cases/{reference}/review").text
    assert "Not shown: questions to answer" in review and "ACAS-4a" in review
    assert f"/cases/{reference}/review" in browser.get(f"/cases/{reference}").text


def test_the_school_is_shown_and_one_of_several_is_chosen(browser: Browser, workspace: Workspace) -> None:
    page = browser.get("/school").text
    assert "Mill Lane, Ashgrove" in page and "Not confirmed by the school yet" in page
    assert "clear working days" in page and " wd<" not in page
    browser.get("/cases/new")
    assert "From now on you are shown Ashgrove" in browser.post("/school", {"school": "ASH"}).text
    browser.get("/cases/new")
    assert browser.post("/school", {"school": "NOT"}).status_code == 422
    assert schools(workspace)[0].name in browser.get("/school").text


def test_what_scripts_do_is_in_a_file_of_our_own(browser: Browser) -> None:
    script = browser.get("/static/rows.js")
    assert script.status_code == 200 and "eval" not in script.text
