"""Evidence, working papers and packs on the pages, without scripts: added once, given or held back, built once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from casework.services.loading import find_case
from casework.services.schools import schools
from casework.services.workspace import Workspace
from tests.integration.web.conftest import Browser

TEXT = "text/plain"


@pytest.fixture(scope="session")
def school_for_pages(led_school: tuple[Path, str]) -> tuple[Path, str]:
    return led_school


def items(workspace: Workspace, reference: str) -> list[Any]:
    return list(find_case(workspace, schools(workspace)[0], reference).case.evidence.values())


def test_several_files_are_added_at_once_and_each_once(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address = f"/cases/{reference}/evidence"
    browser.get(address)
    page = browser.page
    fields = {"title": "The rota", "type": "document", "points": "for", "supports": "1", "source": "Office"}
    files = [("file", (name, name.encode(), TEXT)) for name in ("a.txt", "b.txt", "c.txt")]
    for _ in range(2):
        browser.page = page
        assert "3 files added" in browser.post(address, fields, files=files).text
    added = items(workspace, reference)[1:]
    assert [len(item.supports) for item in added] == [1, 1, 1]
    assert "The rota: b.txt" in browser.page and 'type="file"' in browser.page and "multiple" in browser.page
    assert 'capture="environment"' in browser.page
    empty = browser.post(address, fields, files=[*files, ("file", ("d.txt", b"", TEXT))])
    assert empty.status_code == 422 and "nothing was added" in empty.text and "Office" in empty.text
    assert len(items(workspace, reference)) == 4


def test_a_post_is_captured_with_what_is_asked_about_it_later(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address = f"/cases/{reference}/evidence/post"
    browser.get(address)
    missing = browser.post(address, {"title": "The post", "captured.day": "2026-03-01"})
    assert (
        missing.status_code == 422 and "whose words they are" in missing.text and "The post" in missing.text
    )
    fields = {
        "title": "The post",
        "address": "https://social.example/p/1",
        "account": "@ash",
        "audience": "300 followers",
        "authorship": "repost",
        "live": "live",
        "visibility": "public",
        "captured.day": "2026-03-01",
        "captured.time": "09:40",
        "captured_by": "Helen Marsh",
        "method": "Seen on the public page",
    }
    picture = {"file": ("post.png", b"\x89PNG\r\n\x1a\nnot quite", "image/png")}
    assert "The post is kept" in browser.post(address, fields, files=picture).text
    shown = browser.get(f"/cases/{reference}/evidence/2").text
    for words in ("300 followers", "posted again", "Sunday 1 March 2026", "does not appear in a pack"):
        assert words in shown
    file = re.findall(r'href="([^"]*/files/\d+)"', shown)[0]
    taken = browser.get(file)
    assert taken.content == picture["file"][1]
    assert taken.headers["content-disposition"].startswith("attachment")
    assert browser.get(f"/cases/{reference}/evidence/2/files/1").status_code == 404


def test_an_item_is_given_held_back_redacted_and_checked(browser: Browser, reference: str) -> None:
    address = f"/cases/{reference}/evidence"
    for kind in ("document", "statement"):
        browser.get(address)
        browser.post(address, {"title": f"A {kind}", "type": kind}, files={"file": ("x.txt", b"words", TEXT)})
    assert "Tick the items" in browser.post(f"{address}/given", {}).text
    browser.post(f"{address}/given", {"item": "3", "on": "2026-03-02"})
    assert "The employee has it" in browser.get(f"{address}/3").text
    browser.get(f"{address}/2")
    assert browser.post(f"{address}/2/withheld", {"reason": ""}).status_code == 422
    assert "It names a child" in browser.post(f"{address}/2/withheld", {"reason": "It names a child"}).text
    copy = {"file": ("redacted.txt", b"less", TEXT)}
    where = {"where.1": "Line 1", "what.1": "A name", "why.1": "A child"}
    half = browser.post(f"{address}/2/redacted", {"where.1": "Line 1"}, files=copy)
    assert half.status_code == 422 and "for each place" in half.text
    assert "Redacted copy: redacted.txt" in browser.post(f"{address}/2/redacted", where, files=copy).text
    browser.get(f"{address}/3")
    newer = {"file": ("newer.txt", b"newer words", TEXT)}
    assert "newer.txt" in browser.post(f"{address}/3/revised", {}, files=newer).text
    assert "locked" in browser.post(f"{address}/3/checked", {"outcome": "agreed", "by": "Lena Petrov"}).text
    assert "There is a newer version" not in browser.page
    linked = browser.post(f"{address}/3/linked", {"supports": "1", "points": "against"})
    assert "Against the allegation" in linked.text


def test_a_working_paper_is_taken_and_brought_back_as_evidence(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address = f"/cases/{reference}/papers"
    page = browser.get(address).text
    assert "Interview notes" in page and "For Daniel Okoro" in page
    made = browser.get(f"{address}/interview-notes/made?form=docx&person=Jordan+Blake")
    assert made.content.startswith(b"PK") and "attachment" in made.headers["content-disposition"]
    assert browser.get(f"{address}/interview-notes/made?form=pdf").content.startswith(b"%PDF-")
    assert browser.get(f"{address}/interview-notes/made?form=exe").status_code == 422
    assert browser.get(f"{address}/no-such/made").status_code == 422
    browser.get(address)
    file = {"file": ("notes.docx", made.content, TEXT)}
    refused = browser.post(f"{address}/interview-notes/filled-in", {"supports": "1"}, files=file)
    assert refused.status_code == 422 and "who filled it in" in refused.text
    browser.post(f"{address}/interview-notes/filled-in", {"by": "Daniel Okoro", "supports": "1"}, files=file)
    assert items(workspace, reference)[-1].type == "interview_notes"


def test_a_pack_is_shown_built_once_taken_and_compared(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address, evidence = f"/cases/{reference}/packs", f"/cases/{reference}/evidence"
    for title in ("Secret", "Plain"):
        browser.get(evidence)
        browser.post(evidence, {"title": title})
    browser.get(f"{evidence}/2")
    browser.post(f"{evidence}/2/withheld", {"reason": "It names a child"})
    shown = browser.get(address).text
    assert "Left out, and why" in shown and "It names a child" in shown and "Evidence 3: Plain" in shown
    page = browser.page
    built = browser.post(address, {"documents": "apart"})
    assert "Hearing pack 1 is ready" in built.text and "nobody has recorded" in built.text
    pdf = browser.get(f"{address}/1.pdf")
    assert pdf.content.startswith(b"%PDF-") and len(pdf.content) == int(pdf.headers["content-length"])
    browser.page = page
    assert "pack 1 is ready" in browser.post(address, {"documents": "apart"}).text
    assert len(find_case(workspace, schools(workspace)[0], reference).case.packs) == 1
    browser.get(evidence)
    browser.post(evidence, {"title": "Newer"})
    assert "“Newer”, is new" in browser.get(address).text
    assert "Build it again" in browser.get(f"{address}/7").text
    assert "Nothing yet" not in browser.get(f"{address}?purpose=appeal").text
