"""Destroying what is due: nothing of it is left in the files, and the record verifies and says so."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock, parse_occurred
from casework.services import evidence, personnel, retention_agreed, retention_list
from casework.services.directory import Identity, find_person
from casework.services.loading import find_case
from casework.services.schools import School, choose_school
from casework.services.steps import take_step
from casework.services.workspace import Workspace
from casework.store.sqlite import SQLite
from tests.integration.cli.desk import NOW, TRIAGE, Desk, make_school, warn
from tests.security.doctor import ask, doctor

LATER = datetime(2026, 9, 1, 10, 0, tzinfo=LONDON)
"""After the time for a claim of a case that was closed on 2 March, while a warning is live."""

AGREED = ("--approved-by", "Helen Marsh", "--approved-by", "Ruth Adeyemi", "--reason", "Yearly review")

CONCERN = (
    *("--person", "Daniel Okoro", "--raised-on", "2026-03-01", "--concern", "Gave a pupil a lift"),
    *("--context", "After the match", "--action", "Talked about it"),
)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A case that was closed without action, with a file of evidence, and a warning on the employee's file."""
    folder = tmp_path_factory.mktemp("retention") / "data"
    reference = make_school(folder)
    with Workspace.open(folder, str, clock=FixedClock(NOW), dice=SeededDice(b"retention")) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, reference)
        file = evidence.incoming("post.png", b"what was on the page" * 1000)
        evidence.add_evidence(workspace, school, loaded, title="The post", type_="screenshot", file=file)
        loaded = find_case(workspace, school, reference)
        values = {name: value for name, value in TRIAGE.items() if name != "route"}
        screening = {**TRIAGE["screening"], "personal_data": "no"}  # type: ignore[dict-item]
        take_step(
            workspace,
            school,
            loaded,
            "take_no_action",
            values={**values, "screening": screening, "retention": "no_action"},
            occurred=parse_occurred("2026-03-02"),
            taken_by="Helen Marsh",
        )
        warn(workspace, reference, ("oral_warning", date(2026, 1, 5), date(2026, 7, 4)))
    return folder, reference


@pytest.fixture
def desk(once: tuple[Path, str], tmp_path: Path) -> Desk:
    shutil.copytree(once[0], tmp_path / "data")
    return Desk(tmp_path / "data", once[1], LATER)


def sealed_of(folder: Path, kind: str) -> list[bytes]:
    """Every sealed body, key and piece of a file that belongs to the streams of a kind."""
    of = f"(SELECT stream FROM streams WHERE kind = '{kind}')"
    queries = (
        f"SELECT sealed FROM events WHERE stream IN {of}",
        f"SELECT blob FROM wraps WHERE key_id IN (SELECT key_id FROM keys WHERE stream IN {of})",
        f"SELECT data FROM file_chunks WHERE file IN (SELECT file FROM files WHERE stream IN {of})",
    )
    return [row[0][:200] for query in queries for row in ask(folder, query) if row[0]]


def in_files(folder: Path, parts: list[bytes]) -> int:
    """How many of the parts are found anywhere in the files of the database."""
    everything = b"".join(file.read_bytes() for file in folder.glob("casework.sqlite3*"))
    return sum(part in everything for part in parts)


def test_what_is_not_due_is_refused_with_its_working(desk: Desk) -> None:
    desk.now = NOW
    assert "Nothing is due" in desk.type("retention", "due").stdout
    said = desk.type("retention", "apply", desk.reference, *AGREED, ok=3).said
    assert "kept until Monday 24 August 2026" in said and "claim to a tribunal" in said


def test_two_people_have_to_agree_and_neither_whom_it_is_about(desk: Desk) -> None:
    one = ("--approved-by", "Helen Marsh", "--reason", "x")
    assert "Two different people" in desk.type("retention", "apply", desk.reference, *one, *one, ok=2).said
    own = ("--approved-by", "Jordan Blake")
    assert "their own record" in desk.type("retention", "apply", desk.reference, *one, *own, ok=2).said


def test_nothing_that_was_destroyed_is_left_and_the_record_says_so(desk: Desk, tmp_path: Path) -> None:
    parts = sealed_of(desk.folder, "case")
    assert in_files(desk.folder, parts) == len(parts) > 5
    desk.type("db", "backup", str(tmp_path / "before.backup"))
    listed = desk.type("retention", "due").stdout
    assert desk.reference in listed and "Jordan Blake" in listed and "ERA96-111" in listed
    desk.type("retention", "apply", desk.reference, *AGREED, "--dry-run")
    assert in_files(desk.folder, parts) == len(parts)
    done = desk.type("retention", "apply", desk.reference, *AGREED, "--certificate", str(tmp_path / "c.txt"))
    assert "was destroyed" in done.stdout
    assert in_files(desk.folder, parts) == 0
    verified = " ".join(desk.type("audit", "verify").stdout.split())
    assert "whole and unaltered" in verified and "Erased on" in verified and "ERA96-111" in verified
    certificate = " ".join((tmp_path / "c.txt").read_text().split())
    for words in ("Helen Marsh and Ruth Adeyemi", "30 November 2026", "ERA96-111", desk.reference):
        assert words in certificate
    assert "Jordan" not in certificate
    assert "were destroyed" in desk.type("case", "show", desk.reference, ok=5).said
    for command in (("case", "list"), ("due",), ("retention", "due"), ("db", "check"), ("person", "list")):
        desk.type(*command)
    assert not ask(desk.folder, "SELECT 1 FROM file_chunks")


def test_two_people_who_sign_in_propose_and_confirm(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = sealed_of(desk.folder, "case")
    propose = ("retention", "propose", desk.reference, "--reason", "Yearly review")
    confirm = ("retention", "confirm", desk.reference)
    assert "Nobody else has proposed" in desk.type(*confirm, ok=3).said
    desk.type(*propose, "--dry-run")
    assert "Somebody else confirms it" in desk.type(*propose).stdout
    assert "Nobody else has proposed" in desk.type(*confirm, ok=3).said  # the same person
    real = retention_agreed.who_am_i

    def signs_in(name: str) -> None:
        def other(workspace: Workspace, school: School) -> Identity:
            person = find_person(workspace, school, name)
            return replace(real(workspace, school), account=workspace.new_id(), person=person.id, name=name)

        monkeypatch.setattr(retention_agreed, "who_am_i", other)

    signs_in("Jordan Blake")
    assert "their own record" in desk.type(*confirm, ok=2).said
    signs_in("Helen Marsh")
    desk.type(*confirm, "--dry-run")
    assert in_files(desk.folder, parts) == len(parts)
    desk.type(*confirm, "--certificate", str(tmp_path / "c.txt"))
    assert in_files(desk.folder, parts) == 0
    assert "Priya Nair and Helen Marsh" in (tmp_path / "c.txt").read_text()
    assert "Erased on" in desk.type("audit", "verify").stdout


def test_what_has_changed_since_has_to_be_proposed_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.type("retention", "propose", desk.reference, "--reason", "Yearly review")
    desk.type("case", "note", desk.reference, "Somebody rang about it")
    real = retention_agreed.who_am_i
    monkeypatch.setattr(
        retention_agreed, "who_am_i", lambda *of: replace(real(*of), account="other", person="other")
    )
    assert "as it is now" in desk.type("retention", "confirm", desk.reference, ok=3).said


def test_the_certificate_names_the_last_day_of_a_backup_made_before_and_no_later_one(
    desk: Desk, tmp_path: Path
) -> None:
    desk.type("db", "backup", str(tmp_path / "before.backup"), "--keep-days", "30")
    desk.type("retention", "apply", desk.reference, *AGREED)
    desk.now = LATER.replace(day=20)
    desk.type("db", "backup", str(tmp_path / "after.backup"), "--keep-days", "90")
    desk.type("retention", "certificate", desk.reference, "--out", str(tmp_path / "c.pdf"))
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "c.pdf").pages)
    words = " ".join(text.split())
    assert "made before the destruction expires on Thursday 1 October 2026" in words
    assert "Helen Marsh and Ruth Adeyemi" in words and "Jordan" not in words


def test_in_the_end_the_facts_go_too(desk: Desk) -> None:
    desk.type("retention", "apply", desk.reference, *AGREED)
    assert "names nobody" not in desk.type("retention", "due").stdout
    desk.now = LATER.replace(year=2033)
    desk.type("retention", "apply", f"{desk.reference}:facts", *AGREED)
    assert ask(desk.folder, "SELECT count(facts) FROM events WHERE stream IN (SELECT stream FROM streams"
               " WHERE kind = 'case')") == [(0,)]  # fmt: skip
    assert "Of 1 case the facts were erased" in desk.type("audit", "verify").stdout
    assert desk.reference not in desk.type("case", "list").stdout
    desk.type("db", "check")


def test_a_spent_warning_leaves_the_personnel_file_and_a_new_one_can_enter(desk: Desk) -> None:
    name = f"{desk.reference}:personnel"
    parts = sealed_of(desk.folder, "person")
    desk.type("retention", "apply", name, *AGREED)
    assert in_files(desk.folder, parts) == 0
    assert ask(desk.folder, "SELECT ref FROM streams WHERE kind = 'person'") == [(None,)]
    assert not ask(desk.folder, "SELECT 1 FROM warnings")
    desk.type("audit", "verify")
    with Workspace.open(desk.folder, str, clock=FixedClock(LATER)) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, desk.reference)
        entry = personnel._warning(
            workspace, school, loaded, ("oral_warning", LATER.date(), date(2027, 2, 28))
        )
        assert entry.n == 0


def test_what_is_held_is_not_destroyed(desk: Desk) -> None:
    desk.type("retention", "hold", desk.reference, "--why", "tribunal", "--reason", "ET1 received")
    for name in (desk.reference, f"{desk.reference}:personnel"):
        assert "tribunal" in desk.type("retention", "apply", name, *AGREED, ok=3).said
    desk.type("retention", "release", desk.reference, "--reason", "Withdrawn")
    desk.type("retention", "apply", desk.reference, *AGREED)


def test_a_reader_in_the_way_leaves_it_pending_and_finish_ends_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_once(backend: SQLite, scrub: Any = SQLite.scrub) -> None:
        backend._busy_seconds = 0.01
        scrub(backend)

    monkeypatch.setattr(SQLite, "scrub", at_once)
    parts = sealed_of(desk.folder, "case")
    reader = sqlite3.connect(desk.folder / "casework.sqlite3", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchone()
    said = desk.type("retention", "apply", desk.reference, *AGREED, ok=5).said
    assert "still pending" in said and "casework retention finish" in said
    assert "not finished" in desk.type("retention", "due").said
    assert "not finished" in desk.type("retention", "certificate", desk.reference, ok=5).said
    reader.close()
    assert "nothing that was destroyed is left" in desk.type("retention", "finish").stdout
    assert in_files(desk.folder, parts) == 0
    assert desk.reference in desk.type("retention", "certificate", desk.reference).stdout


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE events SET sealed = X'00' WHERE sealed IS NULL", "altered"),
        (
            "UPDATE events SET sealed = NULL WHERE log = (SELECT log FROM logs WHERE name = 'cases')",
            "removed",
        ),
    ],
)
def test_a_false_erasure_is_told_from_a_true_one(desk: Desk, statement: str, kind: str) -> None:
    desk.type("retention", "apply", desk.reference, *AGREED)
    doctor(desk.folder, statement)
    found = desk.type("audit", "verify", "--json", ok=1).json["findings"]
    assert kind in {item["kind"] for item in found}


def test_a_low_level_concern_goes_when_the_person_has_left(desk: Desk) -> None:
    desk.now = NOW
    desk.type("register", "add", "low-level-concerns", *CONCERN)
    desk.now = LATER
    name = "low-level-concerns:1"
    assert "not entered when" in desk.type("retention", "apply", name, *AGREED, ok=3).said
    desk.type("person", "edit", "Daniel Okoro", "--left", "2026-03-31")
    assert "kept until" in desk.type("retention", "apply", name, *AGREED, ok=3).said
    desk.now = LATER.replace(month=10)
    parts = sealed_of(desk.folder, "register")[:1]
    desk.type("retention", "apply", name, *AGREED)
    assert in_files(desk.folder, parts) == 0
    assert "(destroyed)" in desk.type("register", "show", "low-level-concerns", "1").stdout
    desk.type("audit", "verify")


def test_a_false_allegation_leaves_the_personnel_file_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.now = NOW
    monkeypatch.setattr(retention_list, "leaves_personnel_file", lambda case, policy: NOW.date())
    listed = desk.type("retention", "due").stdout
    assert "at once" in listed and "RET-2b" in listed
    desk.type("retention", "apply", f"{desk.reference}:personnel", *AGREED)
    assert not ask(desk.folder, "SELECT 1 FROM warnings")


def test_in_the_end_the_entry_in_the_directory_goes_too(desk: Desk) -> None:
    said = desk.type("person", "remove", "Jordan Blake", ok=3).said
    assert f"in the case {desk.reference}" in said and "personnel file" in said
    assert "sign in here" in desk.type("person", "remove", "Priya Nair", ok=3).said
    sealed = ask(desk.folder, "SELECT sealed FROM people")
    for name in (desk.reference, f"{desk.reference}:personnel"):
        desk.type("retention", "apply", name, *AGREED)
    desk.type("person", "remove", "Jordan Blake", "--dry-run")
    desk.type("person", "remove", "Jordan Blake")
    assert in_files(desk.folder, [row[0] for row in sealed]) == len(sealed) - 1
    assert "Jordan" not in desk.type("person", "list").stdout
    desk.type("audit", "verify")
