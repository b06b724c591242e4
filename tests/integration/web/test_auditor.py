"""The auditor's pages: facts without names, checks that run aside, files to take away; and the administrator's."""

from __future__ import annotations

import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from threading import enumerate as enumerate_threads

import pytest

from casework.keyring.files import AccountKeys
from casework.services.audit import verify
from casework.services.workspace import Workspace
from casework.web.site import Site
from casework.web.work import Work
from tests.integration.cli.desk import NOW, lead_to_hearing, make_school
from tests.integration.web.conftest import Browser
from tests.support.accounts import enrol, open_as

NAMES = ("Jordan", "Blake", "Marsh", "Okoro", "Photographs", "named pupils", "Consent is in doubt")
PEOPLE = {"Rosa Lind": "auditor", "Ada Quill": "administrator"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, dict[str, AccountKeys]]:
    folder = tmp_path_factory.mktemp("audited") / "data"
    reference = make_school(folder)
    lead_to_hearing(folder, reference)
    return folder, reference, {role: enrol(folder, name, role) for name, role in PEOPLE.items()}


@pytest.fixture
def come_in(
    made: tuple[Path, str, dict[str, AccountKeys]], tmp_path: Path, site: Site
) -> Iterator[dict[str, Browser]]:
    """Browsers by role: `adviser` has the key file of the folder."""
    shutil.copytree(made[0], tmp_path / "data")
    found = {}
    with ExitStack() as stack:
        for role, keys in {**made[2], "adviser": None}.items():
            opened = stack.enter_context(open_as(tmp_path / "data", keys, now=NOW, seed=role))
            found[role] = Browser(site)
            found[role].send("/open", {"key": site.sessions.link(opened)})
        yield found


@pytest.fixture
def reference(made: tuple[Path, str, dict[str, AccountKeys]]) -> str:
    return made[1]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a work end before its page is shown."""

    class Waited(Thread):
        def start(self) -> None:
            super().start()
            self.join()

    monkeypatch.setattr("casework.web.work.threading.Thread", Waited)


def test_an_auditor_reads_facts_and_no_name_or_word(come_in: dict[str, Browser], reference: str) -> None:
    auditor = come_in["auditor"]
    home = auditor.get("/").text
    assert "What you can check" in home and "Open a case" not in home
    assert auditor.get(f"/cases?called={reference}").url.path == f"/cases/{reference}/history"
    page = auditor.get(f"/cases/{reference}/history").text
    assert "P2: Employee" in page and "not open to you" in page and "Judged again" in page
    assert not [name for name in NAMES if name in page]
    assert auditor.get(f"/cases/{reference}").status_code == 404
    assert auditor.get(f"/cases/{reference}/compare").status_code == 404
    assert "does not include taking this case away" in auditor.get(f"/cases/{reference}/export").text
    auditor.get("/audit/export")
    taken = auditor.post(f"/cases/{reference}/export", {"format": "pdf", "purpose": "x", "recipient": "y"})
    assert "does not include" in taken.text
    assert "Jordan Blake" in come_in["adviser"].get(f"/cases/{reference}/history").text


def test_an_administrator_sees_accounts_and_no_case(come_in: dict[str, Browser], reference: str) -> None:
    administrator = come_in["administrator"]
    home = administrator.get("/").text
    assert "Rosa Lind" in home and "Open cases" not in home
    assert "No case is like that." in administrator.get("/cases?standing=all").text
    hidden = administrator.get(f"/cases/{reference}/history")
    absent = administrator.get("/cases/ASH-26-0000/history")
    assert (hidden.status_code, hidden.text) == (absent.status_code, absent.text) == (404, absent.text)


def test_the_record_is_checked_against_what_was_kept_elsewhere(
    come_in: dict[str, Browser], at_once: None, tmp_path: Path
) -> None:
    auditor = come_in["auditor"]
    report = verify(tmp_path / "data")
    origin = next(name for name in report.keys if "/cases/" in name)
    auditor.get("/audit/verify")
    alone = auditor.post("/audit/verify", {}).text
    assert "The record is whole" in alone and "bring a key that was kept elsewhere" in alone
    auditor.get("/audit/verify")
    brought = {"checkpoint": report.checkpoints[origin], "key": report.keys[origin]}
    page = auditor.post("/audit/verify", brought).text
    assert "The checkpoint that you brought" in page and "✓ It did not" in page
    assert "<svg" in page and "vouched for from elsewhere" in page
    auditor.get("/audit/verify")
    wrong = auditor.post("/audit/verify", {"checkpoint": "elsewhere/cases/1\n3\nabc\n"})
    assert "is not of this school" in wrong.text and wrong.status_code == 422


def test_a_record_that_was_changed_is_named_and_drawn(
    come_in: dict[str, Browser], at_once: None, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "data" / "casework.sqlite3") as db:
        db.execute("UPDATE events SET facts = replace(CAST(facts AS TEXT), '2026', '2027') WHERE pos = 12")
    come_in["auditor"].get("/audit/verify")
    page = come_in["auditor"].post("/audit/verify", {}).text
    assert "The record is not as it was" in page and "entry 12" in page and "What is wrong" in page


def test_every_case_a_sample_and_what_stands_out(
    come_in: dict[str, Browser], at_once: None, reference: str
) -> None:
    auditor = come_in["auditor"]
    auditor.get("/audit/population")
    assert "Every case is there" in auditor.post("/audit/population", {}).text
    assert reference in auditor.page
    auditor.get("/audit/sample")
    assert auditor.post("/audit/sample", {"seed": "", "size": "5"}).status_code == 422
    drawn = auditor.post("/audit/sample", {"seed": "20261123", "size": "5", "of": "events"})
    rows = auditor.get(f"{drawn.url.path}?as=csv").text.splitlines()
    assert len(rows) == 6 and reference in rows[1]
    auditor.get("/audit/exceptions")
    found = auditor.post("/audit/exceptions", {"days": "3"})
    assert "the totals agree" in found.text and "Written up late" in found.text
    assert not re.search(r"(?i)>[^<]*\b2026-\d\d-\d\d", found.text.partition("<main")[2])
    assert not [name for name in NAMES if name in found.text]


def test_figures_are_drawn_with_a_table_and_small_numbers_are_hidden(
    come_in: dict[str, Browser], at_once: None
) -> None:
    auditor = come_in["auditor"]
    auditor.get("/figures")
    hidden = auditor.post("/figures", {"from": "2026-01-01", "small": "hide"}).text
    assert "under 10, or hidden" in hidden and "since Thursday 1 January 2026" in hidden
    auditor.get("/figures")
    page = auditor.post("/figures", {"small": "show"}).text
    assert page.count("<svg") == page.count("As a table") > 5 and "<title>Open or closed. Open: 1;" in page
    assert " style=" not in page
    auditor.get("/figures")
    assert auditor.post("/figures", {"from": "soon"}).status_code == 422


def test_events_and_a_bundle_are_made_aside_and_fetched(
    come_in: dict[str, Browser], at_once: None, reference: str
) -> None:
    auditor, adviser = come_in["auditor"], come_in["adviser"]
    auditor.get("/audit/export")
    said = {"purpose": "Audit of 2026", "recipient": "Internal audit"}
    assert auditor.post("/audit/export", {"format": "csv"}).status_code == 422
    form = auditor.page
    made = auditor.post("/audit/export", {**said, "format": "csv"})
    auditor.page = form  # pressed twice: made, and put on the access log, once
    assert auditor.post("/audit/export", {**said, "format": "csv"}).url == made.url
    events = auditor.get(f"{made.url.path}/file")
    assert reference in events.text and not [name for name in NAMES if name in events.text]
    adviser.get(f"/cases/{reference}/export")
    ready = adviser.post(f"/cases/{reference}/export", {**said, "format": "bundle-masked"})
    assert "another way than the bundle" in ready.text
    bundle = adviser.get(f"{ready.url.path}/file")
    assert int(bundle.headers["content-length"]) == len(bundle.content)
    assert f"{reference}/verify.py" in zipfile.ZipFile(BytesIO(bundle.content)).namelist()
    assert come_in["auditor"].get(f"{ready.url.path}/file").status_code == 404


def test_progress_is_shown_and_a_second_work_waits(
    come_in: dict[str, Browser], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = Event(), Event()

    def slow(held: object, *_: object, progress: object = None, **__: object) -> object:
        assert callable(progress)
        progress(30, 90)
        begun.set()
        go_on.wait(10)
        return verify(held)  # type: ignore[arg-type]

    monkeypatch.setattr("casework.web.pages.verify.verify", slow)
    auditor = come_in["auditor"]
    auditor.get("/audit/verify")
    shown = auditor.post("/audit/verify", {})
    assert begun.wait(10)
    page = auditor.get(shown.url.path)
    assert "30 of 90" in page.text and 'max="90" value="30"' in page.text
    assert auditor.get("/").status_code == 200  # other pages go on meanwhile
    auditor.get("/figures")
    assert "Something else is still being done" in auditor.post("/figures", {}).text
    go_on.set()
    work = _ended(site, shown.url.path.rpartition("/")[2])
    polled = auditor.get(f"/work/{work.id}", headers={"HX-Request": "true"})
    assert polled.headers["hx-redirect"] == f"/audit/verified/{work.id}"
    assert "The record is whole" in auditor.get(f"/work/{work.id}").text
    assert come_in["adviser"].get(f"/audit/verified/{work.id}").status_code == 404


def _ended(site: Site, id_: str) -> Work:
    """A work of any session, once it has ended."""
    found = [work for visitor in site.sessions._visitors.values() if (work := visitor.works.find(id_))]
    for thread in [one for one in enumerate_threads() if one.name == "casework-work"]:
        thread.join(10)
    assert found[0].ended
    return found[0]


def test_a_work_that_ends_with_a_defect_says_so_and_no_more(
    come_in: dict[str, Browser], at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("casework.web.pages.verify.verify", broken)
    come_in["auditor"].get("/audit/verify")
    answer = come_in["auditor"].post("/audit/verify", {})
    assert answer.status_code == 400 and "secret" not in answer.text and "defect" in answer.text


def test_a_workspace_beside_another_is_of_the_same_account(workspace: Workspace) -> None:
    with workspace.opened_again() as other:
        assert other.account == workspace.account and other.store is not workspace.store
