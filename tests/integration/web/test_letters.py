"""A letter in one sitting, without scripts: chosen, answered, looked at, issued once, delivered, replaced."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docx import Document

from casework.cases.letter_acts import LetterNotReady
from casework.correspondence.library import shipped
from casework.services.letter_writing import require_step
from casework.services.loading import find_case
from casework.services.schools import schools
from casework.services.workspace import Workspace
from casework.web.held import Held
from casework.web.letter_questions import typed_of, values_of
from tests.integration.web.conftest import Browser
from tests.integration.web.play import said, written

LETTER = "allegation-received"


@pytest.fixture(scope="session")
def school_for_pages(led_school: tuple[Path, str]) -> tuple[Path, str]:
    return led_school


def letter_of(workspace: Workspace, reference: str, number: int = 1) -> Any:
    return list(find_case(workspace, schools(workspace)[0], reference).case.letters.values())[number - 1]


def test_no_letter_of_the_list_ends_in_an_error_and_what_waits_says_for_what(
    browser: Browser, reference: str
) -> None:
    page = browser.get(f"/cases/{reference}/letters").text
    assert "Needed now" in page and "Can be sent now" in page and "Not yet" in page
    assert "not before Tuesday 17 March 2026" in page
    assert shipped().letter("suspension").use in said(page)
    for letter in shipped().letters:
        answer = browser.get(f"/cases/{reference}/letters/new/{letter}")
        assert answer.status_code == 200, letter
        assert "Not yet" in answer.text or 'id="look"' in answer.text
    assert "Choose one of these" in browser.get(f"/cases/{reference}/letters/new/no-such").text


def test_a_letter_is_answered_looked_at_and_issued_once(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address, fields = written(browser, reference, LETTER)
    fields["own_words"] = "I am sorry.\n\nPlease ring me."
    shown = browser.post(address, {**fields, "do": "look"}).text
    assert "I am sorry." in shown and "locked in it" in shown and "Acas Code" in shown
    assert " LX-" not in said(shown) and "acas:" not in said(shown)
    picture = re.findall(r'src="([^"?]+\.png)', shown)[0]
    assert browser.get(picture).content.startswith(b"\x89PNG")
    assert browser.get(picture.replace("/1.png", "/99.png")).status_code == 404
    assert browser.get(picture.rpartition("/")[0] + ".pdf").content.startswith(b"%PDF-")
    browser.get(address)
    page = browser.page
    assert "I am sorry." in page  # what was typed is kept
    issued = browser.post(address, {**fields, "do": "issue"})
    assert "Issued:" in issued.text and "Issued, and not delivered yet" in issued.text
    browser.page = page
    assert "issued already" in browser.post(address, {**fields, "do": "issue"}).text
    assert len(find_case(workspace, schools(workspace)[0], reference).case.letters) == 1
    assert browser.get(f"/cases/{reference}/letters/1.pdf").content.startswith(b"%PDF-")
    assert "I am sorry." not in browser.get(address).text


def test_a_letter_with_scripts_is_drawn_again_with_the_questions_that_came_up(
    browser: Browser, reference: str
) -> None:
    address = f"/cases/{reference}/letters/new/{LETTER}"
    browser.get(address)
    token = re.findall(r'name="token" value="([^"]+)"', browser.page)[0]
    live = {"HX-Request": "true"}
    typed = {"token": token, "f.safeguarding_line": "yes", "shown": "safeguarding_line"}
    part = browser.send(address, typed, headers=live).text
    assert "<html" not in part and 'hx-swap-oob="beforeend"' in part
    assert 'name="f.safeguarding_words"' in part and 'name="f.safeguarding_line"' not in part
    assert "<script" not in part and " on" not in "".join(re.findall(r"<[^>]*\son\w+=", part))


def test_delivered_several_times_not_arrived_scanned_and_sent_by_e_mail(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address, fields = written(browser, reference, LETTER)
    browser.post(address, {**fields, "do": "issue"})
    life = f"/cases/{reference}/letters/1"
    assert "Say how the letter was delivered" in browser.post(f"{life}/served", {}).text
    served = {"method": "hand", "on": "2026-03-02", "proof": "Signed for"}
    page = browser.page
    assert "Counts as served" in browser.post(f"{life}/served", served).text
    browser.page = page
    assert "on record already" in browser.post(f"{life}/served", served).text
    browser.post(f"{life}/served", {"method": "first_class", "on": "2026-03-02"})
    assert len(letter_of(workspace, reference).services) == 2
    browser.get(life)
    failed = browser.post(f"{life}/undelivered", {"failure": "refused", "service": "1"})
    assert "another one does" in failed.text
    failed = browser.post(f"{life}/undelivered", {"failure": "returned", "service": "2", "on": "2026-03-02"})
    assert "the day stands" in failed.text
    scan = {"scan": ("signed.pdf", b"%PDF-1.4 signed", "application/pdf")}
    assert "Kept with the letter" in browser.post(f"{life}/attached", {"kind": "reply"}, files=scan).text
    assert browser.get(f"{life}/scans/1").content == b"%PDF-1.4 signed"
    bad = {"scan": ("signed.txt", b"no scan", "text/plain")}
    assert "A scan is a PDF" in browser.post(f"{life}/attached", {"kind": "reply"}, files=bad).text
    mail = browser.post(f"{life}.eml", {"to": "j.blake@mail.example"})
    assert mail.content.startswith(b"X-Unsent: 1") and b"application/pdf" in mail.content
    assert "address" in browser.send(f"{life}.eml", {"to": "nobody", "token": _token(page)}).text


def _token(page: str) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def test_a_letter_is_proposed_changed_approved_and_issued_as_it_was_approved(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address, fields = written(browser, reference, LETTER)
    assert "waits for a second person" in browser.post(address, {**fields, "do": "propose"}).text
    life = f"/cases/{reference}/letters/1"
    changed = browser.get(f"{life}/change").text
    assert "Keep the changes" in changed
    browser.post(f"{life}/change", {**fields, "own_words": "One thing more.", "do": "keep"})
    assert "paragraphs of your own" in browser.page
    refused = browser.post(f"{life}/approved", {"by": "Helen Marsh"}).text
    assert "Say what shows the approval" in refused
    approval = {"by": "Helen Marsh", "evidence": "Her e-mail", "on": "2026-03-02"}
    assert "Approved, and not sent yet" in browser.post(f"{life}/approved", approval).text
    assert "Issued" in browser.post(f"{life}/issued").text
    assert len(letter_of(workspace, reference).versions) == 2
    assert "not changed" in browser.get(f"{life}/change").text


def test_a_letter_is_declined_replaced_and_taken_back_with_reasons(
    browser: Browser, reference: str, workspace: Workspace
) -> None:
    address, fields = written(browser, reference, LETTER)
    browser.post(address, {**fields, "do": "propose"})
    life = f"/cases/{reference}/letters/1"
    assert "Say why" in browser.post(f"{life}/declined", {"by": "Helen Marsh"}).text
    assert "Too harsh" in browser.post(f"{life}/declined", {"by": "Helen Marsh", "reason": "Too harsh"}).text
    browser.get(address)
    browser.post(address, {**fields, "do": "issue"})
    again = browser.get(f"{address}?instead=2").text
    assert "takes the place of" in again
    because = {**fields, "because": "The room was wrong", "do": "issue"}
    assert "Issued:" in browser.post(address, because).text
    assert "Another letter took its place" in browser.get(f"/cases/{reference}/letters").text
    browser.get(f"/cases/{reference}/letters/3")
    assert "Say why" in browser.post(f"/cases/{reference}/letters/3/withdrawn", {"reason": ""}).text
    browser.post(f"/cases/{reference}/letters/3/withdrawn", {"reason": "Sent to the old address"})
    assert letter_of(workspace, reference, 3).withdrawn is not None


def test_a_draft_goes_out_to_word_and_comes_back_with_its_changes_checked(
    browser: Browser, reference: str
) -> None:
    address, fields = written(browser, reference, LETTER)
    word = browser.post(address, {**fields, "do": "word"})
    document = Document(BytesIO(word.content))
    locked = next(p for p in document.paragraphs if "Nothing has been decided" in p.text)
    before = locked.text
    locked.text = "You did it."
    refused = _bring_back(browser, address, fields, document)
    assert refused.status_code == 422 and "word for word" in refused.text
    locked.text = before
    free = document.add_paragraph("See you soon.")
    signature = next(p for p in document.paragraphs if p.text.startswith("Yours"))
    signature._p.addprevious(free._p)
    back = _bring_back(browser, address, fields, document)
    assert "<ins>See you soon.</ins>" in back.text and "Not sent yet" in back.text, said(back.text)[:900]


def _bring_back(browser: Browser, address: str, fields: dict[str, Any], document: Any) -> Any:
    browser.get(address)
    written_ = BytesIO()
    document.save(written_)
    file = {"word_file": ("draft.docx", written_.getvalue(), "application/octet-stream")}
    return browser.post(address, {**fields, "do": "back"}, files=file)


def test_what_was_typed_comes_back_as_it_was_for_every_type_of_field() -> None:
    letter = shipped().letter("hearing-invitation")
    values: dict[str, Any] = {
        "hearing_at": "2026-03-20T10:00",
        "length_minutes": 90,
        "shorter_notice": False,
        "members": ["Sam Field", "Lena Petrov"],
        "school_witnesses": ["A parent", "A pupil"],
        "withheld": [{"what": "A name", "why": "A child"}, {"what": "A page"}],
        "venue": "The hall",
    }
    assert values_of(letter, typed_of(letter, values)) == values


def test_what_is_held_is_for_its_owner_and_for_a_while() -> None:
    now = [0.0]
    held: Held[str] = Held(2, 60, lambda: now[0])
    for name in ("a", "b", "c"):
        held.keep("owner", name, name)
    held.keep("other", "a", "theirs")
    assert [held.get("owner", name) for name in "abc"] == [None, "b", "c"]
    assert (held.get("other", "a"), held.get("other", "b")) == ("theirs", None)
    now[0] = 61
    assert held.get("owner", "c") is None


def test_every_shipped_letter_says_what_somebody_wants_who_chooses_it() -> None:
    uses = [letter.use for letter in shipped().letters.values()]
    assert all(len(use) > 10 for use in uses) and len(set(uses)) == len(uses)


def test_where_the_school_wants_a_second_person_nobody_issues_a_letter_alone(
    browser: Browser, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("web.pages.letter_writing", "web.pages.letters", "cases.letter_acts"):
        monkeypatch.setattr(f"casework.{module}.needs_approval", lambda *_: True)
    address, fields = written(browser, reference, LETTER)
    assert "Send it for approval" in browser.page and 'value="issue"' not in browser.page
    refused = browser.post(
        address, {**fields, "do": "issue"}
    )  # the button is not there; somebody sends it all the same
    assert refused.status_code == 422 and "second person" in refused.text and "`" not in said(refused.text)
    assert "Waits for approval" in browser.post(address, {**fields, "do": "propose"}).text
    assert ">Issue it</button>" not in browser.page


def test_a_letter_whose_step_the_procedure_does_not_have_says_so() -> None:
    loaded: Any = SimpleNamespace(policy=SimpleNamespace(steps={}))
    with pytest.raises(LetterNotReady, match="does not have"):
        require_step(loaded, shipped().letter("suspension"))


def test_a_letter_of_another_sanction_than_the_one_decided_is_refused() -> None:
    sanctions = {
        name: SimpleNamespace(letter=name.replace("_", "-"))
        for name in ("oral_warning", "final_written_warning")
    }
    record = SimpleNamespace(
        values={"sanction": "final_written_warning"}, irregular=False, n=1, step="give_warning"
    )
    loaded: Any = SimpleNamespace(
        policy=SimpleNamespace(
            steps={"give_warning": ("procedure", SimpleNamespace(title="Give a warning"))},
            sanctions=sanctions,
        ),
        case=SimpleNamespace(last_step=lambda *_: record),
    )
    with pytest.raises(LetterNotReady, match="another sanction"):
        require_step(loaded, shipped().letter("oral-warning"))
    for letter in ("final-written-warning", "warning-ended"):
        require_step(loaded, shipped().letter(letter))
