"""The own page of an employee and a companion: what it shows, to whom, until when, and what nothing hints at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from casework.base.time import FixedClock
from casework.cases.link_acts import LinkRefused
from casework.services import own_links
from casework.services.access_log import readings_of
from casework.services.audit import verify
from casework.services.cases import add_note, assign
from casework.services.erasing import erase
from casework.services.erasure import Erasure
from casework.services.letters import get, serve, withdraw
from casework.services.loading import LoadedCase, find_case
from casework.services.own_links import MadeLink, links_of
from casework.services.own_reading import LinkNotOpened, open_link, own_letter, own_page
from casework.services.schools import School, schools
from casework.services.sign_in import FREE_TRIES
from casework.services.workspace import Workspace
from casework.store.backend import EVERY
from casework.web.own_pages import IDLE, OwnPages
from casework.web.site import Site
from tests.integration.cli.desk import NOW, Desk, lead_to_hearing
from tests.integration.cli.test_papers import fields
from tests.integration.cli.test_steps import INVITE
from tests.integration.web.conftest import Browser
from tests.support.accounts import WEAK

UNTIL = date(2026, 5, 1)
OTHERS = (
    "Helen Marsh",
    "Daniel Okoro",
    "Ruth Adeyemi",
    "Sam Field",
    "Lena Petrov",
    "Ines Duarte",
    "Priya Nair",
)
REFUSED = "This link and this code do not open anything now."


@pytest.fixture(scope="module")
def invited(school_for_pages: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with two letters issued to the employee, of which one was served."""
    folder = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(school_for_pages[0], folder)
    reference = school_for_pages[1]
    lead_to_hearing(folder, reference)
    desk = Desk(folder, reference)
    desk.type("case", "step", reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30", *INVITE)
    for number in "12":
        out = str(folder.parent / f"letter-{number}.pdf")
        desk.type("letter", "issue", reference, "hearing-invitation", *fields(), "--out", out)
    desk.type("letter", "serve", reference, "1", "--method", "hand", "--on", "2026-03-02")
    return folder


@pytest.fixture
def workspace(invited: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(invited, tmp_path / "data")
    with Workspace.open(tmp_path / "data", str, clock=FixedClock(NOW)) as opened:
        yield opened


@pytest.fixture
def school(workspace: Workspace) -> School:
    return schools(workspace)[0]


@pytest.fixture
def loaded(workspace: Workspace, school: School, reference: str) -> LoadedCase:
    return find_case(workspace, school, reference)


@pytest.fixture
def site(workspace: Workspace) -> Site:
    hosts = frozenset(("127.0.0.1",))
    return Site(hosts=hosts, own=OwnPages(workspace.store, workspace.clock, cost=WEAK))


@pytest.fixture
def made(workspace: Workspace, school: School, loaded: LoadedCase) -> MadeLink:
    return made_for(workspace, school, loaded)


def made_for(
    workspace: Workspace, school: School, loaded: LoadedCase, holder: str = "employee", **more: str
) -> MadeLink:
    return own_links.make(
        workspace,
        school,
        loaded,
        holder=holder,  # type: ignore[arg-type]
        until=UNTIL,
        reason="Works from home",
        cost=WEAK,
        **more,  # type: ignore[arg-type]
    )


def secret_of(made: MadeLink) -> str:
    return made.address.removeprefix(own_links.WHERE)


def at(days: int = 0, **more: int) -> FixedClock:
    return FixedClock(NOW + timedelta(days=days, **more))


def main_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]).split())


def test_link_and_code_open_their_dates_letters_and_rights_and_nothing_else(
    stranger: Browser, made: MadeLink, workspace: Workspace, school: School, loaded: LoadedCase
) -> None:
    assert "Open your page" in stranger.get(made.address).text
    shown = main_of(stranger.send(made.address, {"code": made.code.lower().replace("-", " ")}).text)
    assert "Jordan Blake" in shown and "Come on Tuesday 24 March 2026 at 10.30am" in shown
    assert shown.count("of Monday 2 March 2026 (PDF)") == 1, "what was not served is not there"
    for word in ("companion", "Appeal", "disability"):
        assert word in shown
    for hint in (*OTHERS, "safeguarding", "Screenshot", "Consent is in doubt", "withheld", "photographs"):
        assert hint.casefold() not in shown.casefold()
    letter = stranger.get("/own/letters/1.pdf")
    assert letter.content == get(workspace, school, loaded, 1)[1]
    assert (letter.headers["cache-control"], letter.headers["referrer-policy"]) == ("no-store", "same-origin")
    assert stranger.get("/own/letters/2.pdf").status_code == 403
    assert stranger.send("/own/close", {}).status_code == 200
    assert stranger.get("/own").status_code == 403


def test_the_next_act_in_the_case_shows_what_was_served_since(
    workspace: Workspace, school: School, loaded: LoadedCase, made: MadeLink
) -> None:
    opened = open_link(workspace.store, at(), secret_of(made), made.code, cost=WEAK)
    serve(workspace, school, loaded, 2, method="first_class")
    assert len(own_page(workspace.store, at(), opened).letters) == 1, "it has not arrived yet"
    assert len(own_page(workspace.store, at(7), opened).letters) == 2
    withdraw(workspace, school, loaded, 2, reason="Sent twice")
    assert len(own_page(workspace.store, at(7), opened).letters) == 1
    shown = own_page(workspace.store, at(40), opened)
    assert (shown.meetings, len(shown.letters)) == ((), 1), "what is past is no date to come"


def test_whatever_does_not_open_is_refused_in_the_same_words(
    stranger: Browser, workspace: Workspace, school: School, loaded: LoadedCase, made: MadeLink
) -> None:
    revoked = made_for(workspace, school, loaded)
    own_links.revoke(workspace, school, loaded, revoked.number, reason="Lost")
    answers = [
        stranger.send(address, {"code": code}).text
        for address, code in (
            (made.address, "0000-0000"),
            (revoked.address, revoked.code),
            ("/own/" + "A" * 43, made.code),
            ("/own/é", made.code),
        )
    ]
    assert REFUSED in answers[0] and len(set(answers)) == 1
    with pytest.raises(LinkNotOpened):
        open_link(workspace.store, at(61), secret_of(made), made.code, cost=WEAK)


def test_after_wrong_codes_even_the_right_one_has_to_wait(workspace: Workspace, made: MadeLink) -> None:
    store, secret = workspace.store, secret_of(made)
    for _ in range(FREE_TRIES + 4):
        late = at(minutes=20 * (_ + 1))
        with pytest.raises(LinkNotOpened):
            open_link(store, late, secret, "0000-0000", cost=WEAK)
    with pytest.raises(LinkNotOpened):
        open_link(store, late, secret, made.code, cost=WEAK)
    late = at(minutes=20 * (FREE_TRIES + 5))
    assert open_link(store, late, secret, made.code, cost=WEAK)
    with store.read(*EVERY) as reader:
        assert [row.failures for row in reader.own_links_about(row_stream(workspace))] == [0]


def row_stream(workspace: Workspace) -> str:
    with workspace.store.read(*EVERY) as reader:
        return reader.cases(schools(workspace)[0].id)[0].stream


def test_an_open_page_ends_with_its_link_and_when_nobody_uses_it(
    workspace: Workspace, school: School, loaded: LoadedCase, made: MadeLink
) -> None:
    now = [0.0]
    pages = OwnPages(workspace.store, workspace.clock, cost=WEAK, now=lambda: now[0])
    cookie = pages.open(secret_of(made), made.code)
    now[0] = IDLE + 1
    with pytest.raises(LinkNotOpened):
        pages.page(cookie)
    cookie = pages.open(secret_of(made), made.code)
    assert pages.page(cookie).name == "Jordan Blake"
    own_links.revoke(workspace, school, loaded, made.number, reason="Lost")
    with pytest.raises(LinkNotOpened):
        pages.page(cookie)
    assert [row.standing for row in links_of(workspace, loaded)] == ["revoked"]


def test_who_read_by_link_is_on_the_access_log_once(
    workspace: Workspace, school: School, loaded: LoadedCase, made: MadeLink
) -> None:
    opened = open_link(workspace.store, at(), secret_of(made), made.code, cost=WEAK)
    own_letter(workspace.store, at(), opened, 1)
    for _ in range(2):
        told = sorted(
            item.what
            for item in readings_of(workspace, school, loaded)
            if item.name == "The employee, by link"
        )
        assert told == ["letter", "own page"]


def test_nothing_that_is_kept_opens_it_and_the_record_says_so_without_words(
    workspace: Workspace, loaded: LoadedCase, made: MadeLink
) -> None:
    with workspace.store.read(*EVERY) as reader:
        (row,) = reader.own_links_about(loaded.stream)
    held = b"".join(item if isinstance(item, bytes) else str(item).encode() for item in vars_of(row))
    everything = held + (workspace.folder / "casework.sqlite3").read_bytes()
    for secret in (secret_of(made), made.code, made.code.replace("-", "")):
        assert secret.encode() not in everything
    assert b"Jordan" not in held and b"hearing" not in held
    facts = loaded.history[loaded.case.links[row.link].n - 1].facts
    assert set(facts) == {"kind", "link", "holder", "party", "shows", "public_key", "until", "recorded_by"}
    assert verify(workspace, schools(workspace)).whole
    assert (facts["until"], facts["shows"]) == (UNTIL.isoformat(), "letters")


def test_what_a_link_shows_is_destroyed_with_the_words_of_the_case(
    workspace: Workspace, school: School, loaded: LoadedCase, made: MadeLink
) -> None:
    every = tuple(range(1, loaded.n + 1))
    erase(
        workspace,
        school,
        [Erasure(loaded.stream, every, "words", True, "no_action", ("RET-1d",), "2026-03-02")],
    )
    with pytest.raises(LinkNotOpened):
        open_link(workspace.store, at(), secret_of(made), made.code, cost=WEAK)


def vars_of(row: object) -> list[object]:
    return [getattr(row, name) for name in row.__slots__]  # type: ignore[attr-defined]


def test_a_key_put_in_the_place_of_the_link_s_is_never_sealed_for(
    workspace: Workspace, school: School, loaded: LoadedCase, made: MadeLink
) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from casework.keyring.errors import WrapRefused
    from casework.keyring.link import open_by_link
    from casework.store.schema import own_links as table
    from casework.store.statement import update_where

    thief = X25519PrivateKey.generate()
    with workspace.store.transaction(school.id) as transaction:
        change = update_where(table, ("public_key",), ("stream",))
        transaction._run(change, (thief.public_key().public_bytes_raw(), loaded.stream))
    add_note(workspace, school, loaded, text="The next act")
    with workspace.store.read(*EVERY) as reader:
        (row,) = reader.own_links_about(loaded.stream)
    with pytest.raises(WrapRefused):
        open_by_link(thief, row.sealed, link=row.link, stream=row.stream)


def test_a_companion_sees_what_the_employee_agreed_to_while_they_go_with_them(
    workspace: Workspace, school: School, loaded: LoadedCase
) -> None:
    with pytest.raises(LinkRefused, match="no companion"):
        made_for(workspace, school, loaded, "companion", agreed="By e-mail")
    assign(workspace, school, loaded, named="Sam Field", roles=["companion"])
    with pytest.raises(LinkRefused, match="Only the employee"):
        made_for(workspace, school, loaded, "companion")
    for shows, letters in (("dates", 0), ("letters", 1)):
        made = made_for(workspace, school, loaded, "companion", agreed="By e-mail", shows=shows)
        opened = open_link(workspace.store, at(), secret_of(made), made.code, cost=WEAK)
        shown = own_page(workspace.store, at(), opened)
        assert (shown.name, len(shown.meetings), len(shown.letters)) == ("Sam Field", 1, letters)
        assert shown.deadlines == ()
    assign(workspace, school, loaded, named="Sam Field", roles=[], reason="Somebody else comes")
    with pytest.raises(LinkNotOpened):
        own_page(workspace.store, at(), opened)
    assert {row.standing for row in links_of(workspace, loaded)} == {"over"}


def test_a_link_is_made_and_taken_back_on_the_pages_of_the_case(browser: Browser, reference: str) -> None:
    address = f"/cases/{reference}/links"
    assert address in browser.get(f"/cases/{reference}").text
    browser.get(address)
    asked = {"holder": "employee", "until": "2026-05-01", "reason": ""}
    assert "needs a reason" in browser.post(address, asked).text
    shown, form = browser.post(address, {**asked, "reason": "Works from home"}).text, browser.page
    link, code = re.findall(r"<code[^>]*>([^<]+)</code>", shown)
    assert re.fullmatch(r"http://127\.0\.0\.1:8642/own/[\w-]{43}", link) and re.fullmatch(
        r"\w{4}-\w{4}", code
    )
    assert code not in browser.get(address).text, "it is shown once"
    browser.page = form
    browser.post(address, {"do": "revoke", "number": "1", "reason": "Lost"})
    assert "Taken back" in browser.get(address).text
