"""Every page, looked at in a real browser: nobody is shut out by how it is made, and nobody meets a word of ours.

The pages are those of the application: one that is new falls under all of this by itself. What stands for the named
parts of an address is in `PARTS`; a part with a new name needs a line there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest
from playwright.sync_api import Browser, Page

from casework.web.app import EVERY
from tests.support.browser import Served, somebody
from tests.support.look import Look, look_at, looked, tab_through
from tests.support.shown_school import LETTER, ShownSchool

# One worker looks at every page, for all of these.
pytestmark = pytest.mark.xdist_group("pages")

PARTS: Mapping[str, Sequence[str]] = {
    "question": ("when", "what", "who", "check"),
    "step": ("triage", "decide-sanction", "hold-investigation-meeting"),
    "letter": (LETTER, "witness-invitation"),
    "number": ("1",),
    "act": ("check",),
    "event": ("1",),
    "page": ("1",),
    "scan": ("1",),
    "paper": ("decision-form",),
    "work": ("none",),
    "secret": ("none",),
}
"""What stands for each named part of an address, besides the reference of a case."""

PAPERS = (
    "application/pdf",
    "text/calendar",
    "text/plain",
    "application/json",
    "text/csv",
    "application/octet-stream",
    "image/",
)
"""What an address may answer that is no page."""

BANNED = (
    "ledger|hash|hashes|stream|strand|strands|payload|json|yaml|uuid|epoch|invoke|invoked|merkle|checkpoint|sha-256|"
    "ciphertext|plaintext|schema|boolean|integer|enum|null|undefined|exception|traceback|sql|database|token|"
    "workflow|backend|server error|http|csrf|cookie|parse|instance|entity|instantiate|tenant|idempotent|commit|"
    "command line|keyring|decrypt|decrypted|datetime|timestamp|utc|string|regex|param|endpoint|cli|api|id"
)
FOR_AUDITORS = re.compile(r"/audit|/history|/export|/figures|/school")
"""Pages on which the record and its settings are examined: they name what these are made of."""

OF_OURS = re.compile(rf"(?i)(?<![\w@./-])(?:{BANNED})(?![\w@/-])(?!\.\w)|\b[a-z]+_[a-z_]+\b|\w@\d{{4}}")
"""Words that nobody says in a school office; names of ours with an underscore; versions of a procedure's file."""

FOREIGN_DATES = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\bT\d\d:\d\d\b")
"""A date is a day, a month in words, and a year."""


def addresses_of(template: str, reference: str) -> Iterator[str]:
    """Fill in the named parts of an address, with each value that is given for them."""
    part = re.search(r"{(\w+)(?::\w+)?}", template)
    if part is None:
        yield template
        return
    values = (reference,) if part[1] == "reference" else PARTS[part[1]]
    for value in values:
        yield from addresses_of(template.replace(part[0], value, 1), reference)


@pytest.fixture(scope="module")
def looker(chromium: Browser, looked_at: Served) -> Iterator[Page]:
    with somebody(chromium, looked_at) as page:
        yield page


@pytest.fixture(scope="module")
def looks(looker: Page, shown_school: ShownSchool) -> list[Look]:
    """A look at every page that can be asked for."""
    pages = [page for page in EVERY if "GET" in page.methods]
    addresses = [a for page in pages for a in addresses_of(page.address, shown_school.led)]
    return [look_at(looker, address) for address in addresses if _is_page(looker, address)]


def _is_page(page: Page, address: str) -> bool:
    answer = page.request.get(address)
    kind = answer.headers.get("content-type", "")
    assert kind.startswith(("text/html", *PAPERS)), f"{address} answers {kind}"
    return (
        kind.startswith("text/html") and answer.status != 404
    )  # an address of nothing shows no page of its own


def faults(looks: list[Look], of: str) -> dict[str, list[str]]:
    """What is wrong in one way, by page."""
    return {look.address: getattr(look, of) for look in looks if getattr(look, of)}


def test_every_part_of_an_address_has_something_that_stands_for_it() -> None:
    named = {part for page in EVERY for part in re.findall(r"{(\w+)", page.address)}
    assert named - {"reference"} <= set(PARTS), "write what stands for it into PARTS"


def test_axe_finds_nothing_on_a_phone_or_a_laptop(looks: list[Look]) -> None:
    assert len(looks) > 15
    assert faults(looks, "faults") == {}


def test_nothing_scrolls_sideways_at_200_and_400_per_cent(looks: list[Look]) -> None:
    assert faults(looks, "too_wide") == {}


def test_the_keyboard_comes_to_everything_and_shows_where_it_is(looks: list[Look]) -> None:
    assert faults(looks, "unreached") == {}
    assert faults(looks, "unseen") == {}


def test_the_first_stop_of_the_keyboard_is_the_way_past_the_menu(looks: list[Look]) -> None:
    assert [look.address for look in looks if look.first_stop != "Skip to the content"] == []


def test_every_page_has_one_heading_and_says_its_language(looks: list[Look]) -> None:
    assert [(look.address, look.headings) for look in looks if len(look.headings) != 1] == []
    assert {look.language for look in looks} == {"en-GB"}


def test_titles_tell_the_pages_apart(looks: list[Look]) -> None:
    places = {look.address.partition("?")[0]: look.title for look in looks if look.status == 200}
    often = {title for title, pages in Counter(places.values()).items() if pages > 1}
    assert {address: title for address, title in places.items() if title in often} == {}


def test_dates_are_written_as_in_britain(looks: list[Look]) -> None:
    assert {look.address: found for look in looks if (found := FOREIGN_DATES.findall(look.words))} == {}


def test_no_page_uses_a_word_of_ours(looks: list[Look]) -> None:
    found = {
        look.address: sorted({match[0] for match in OF_OURS.finditer(look.words)})
        for look in looks
        if not FOR_AUDITORS.search(look.address)
    }
    assert {address: words for address, words in found.items() if words} == {}


def test_paper_has_no_buttons_and_no_menu(looks: list[Look]) -> None:
    assert faults(looks, "printed") == {}


def test_what_is_wrong_with_a_page_is_seen(chromium: Browser, looked_at: Served) -> None:
    style = "a, input {outline: none} p {color: #aaa} div {width: 700px}"
    with somebody(chromium, looked_at) as page:
        page.set_content(f"<style>{style}</style><p>Pale</p><div>Wide</div><input><button>Go</button>")
        look = looked(page)
        tab_through(page, look)
    found = {fault.split()[1] for fault in look.faults}
    assert {"color-contrast", "label", "html-has-lang", "document-title"} <= found
    assert look.too_wide and look.printed and look.headings == []
    assert "<input>" in look.unseen and look.unreached == []


def test_the_words_that_are_looked_for_are_found() -> None:
    for told in ("Verify the ledger", "A JSON file", "taken_by", "england-maintained@2026.1", "no strand"):
        assert OF_OURS.search(told), told
    for told in ("in an instant", "office@ashgrove.example", "a streaming service", "Rehash nothing"):
        assert not OF_OURS.search(told), told
    assert FOREIGN_DATES.search("on 2026-03-02") and not FOREIGN_DATES.search("on Monday 2 March 2026")
