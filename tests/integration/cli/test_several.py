"""Jobs: several cases at once from the command line, in processes of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from casework.base.time import FixedClock, parse_occurred
from casework.jobs.kinds import again
from casework.jobs.model import Hands, Job
from casework.jobs.run import run_jobs
from casework.services import access, cases, letters
from casework.services.directory import find_person
from casework.services.errors import CaseMoved, NoAccess
from casework.services.guard import my_school
from casework.services.loading import find_case
from casework.services.workers import WorkerLost
from casework.services.workspace import Workspace
from tests.integration.cli.desk import PEOPLE, Desk

WORDS = {
    "fields": {
        "contact": {"name": "Priya Nair", "title": "HR adviser", "phone": "01234 567892"},
        "support": "Ask your union.",
    }
}


@pytest.fixture
def two(desk: Desk) -> tuple[str, str]:
    """The references of two cases."""
    with Workspace.open(desk.folder, str, clock=FixedClock(desk.now)) as workspace:
        school = my_school(workspace, None)
        opened = cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-03-01"),
            summary="Another post.",
            people=[(find_person(workspace, school, next(iter(PEOPLE))), ["employee"])],
        )
    return desk.reference, opened.reference


def test_several_histories_are_written_by_several_processes(
    desk: Desk, two: tuple[str, str], tmp_path: Path
) -> None:
    export = [
        "case",
        "export",
        *two,
        "--format",
        "json",
        "--to",
        "Internal audit",
        "--purpose",
        "Audit of 2026",
    ]
    out = ["--out", str(tmp_path / "out")]
    rows = desk.type(*export, *out, "--workers", "2", "--json").json["exports"]
    assert [row["reference"] for row in rows] == list(two)
    for reference in two:
        (written,) = (tmp_path / "out" / reference).iterdir()
        assert reference in written.read_text()
        assert written.stat().st_mode & 0o777 == 0o600
        assert "Internal audit" in desk.type("access", "log", reference).stdout
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(two), "no draft is left"
    assert "is there already" in desk.type(*export, *out, ok=2).said
    assert "one case at a time" in desk.type(*export[:-6], "--format", "bundle", *export[-4:], ok=2).said
    desk.type("audit", "verify", "--workers", "2")


def test_a_pack_that_cannot_be_built_holds_up_no_other_and_leaves_nothing(
    desk: Desk, two: tuple[str, str], tmp_path: Path
) -> None:
    paper = tmp_path / "note.txt"
    paper.write_text("What was seen.")
    desk.type("evidence", "add", two[0], "A note", "--type", "document", "--file", str(paper))
    done = desk.type("pack", "build", *two, "--out", str(tmp_path / "packs"), "--json", ok=1).json
    assert done["code"] == "not-built"
    built, lacking = done["packs"]
    assert (built["pack"], Path(built["file"]).read_bytes()[:5]) == (1, b"%PDF-")
    assert (lacking["file"], "nothing to put into a pack" in lacking["says"]) == (None, True)
    assert [path.name for path in (tmp_path / "packs").iterdir()] == [f"{two[0]}-hearing-pack.pdf"]
    shown = desk.type("pack", "build", *two, "--out", str(tmp_path / "packs"), ok=2)
    assert "is there already" in shown.said


def test_a_job_is_recorded_once_however_often_it_is_done(
    hearing_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "to_pdf", str.encode)
    with Workspace.open(hearing_desk.folder, str, clock=FixedClock(hearing_desk.now)) as workspace:
        school = my_school(workspace, None)
        loaded = find_case(workspace, school, hearing_desk.reference)
        keys = workspace.keys
        hands = Hands(
            hearing_desk.folder,
            keys.account,
            keys.agreement.private_bytes_raw(),
            tmp_path,
            words=WORDS,
            clock=FixedClock(hearing_desk.now),
        )
        what = {"letter": "investigation-notice", "recipient": "employee"}
        job = Job("letter", school.id, loaded.stream, workspace.new_id(), what)
    elsewhere = replace(job, school="0" * 32)
    (first, lost), (again_,) = run_jobs(hands, [job, replace(elsewhere, command="x")]), run_jobs(hands, [job])
    assert isinstance(lost.problem, NoAccess)
    assert first.problem is None, first.problem
    assert again_.result["number"] == first.result["number"]


def test_only_what_its_command_makes_harmless_is_tried_again() -> None:
    job = Job("letter", "s", "c", "k")
    moved = CaseMoved("Somebody else recorded something.", since=[])
    assert again(job, moved, 1)
    assert again(job, WorkerLost("Killed."), 2)
    assert not again(job, moved, 3)
    assert not again(job, NoAccess("Not for you."), 1)
    assert not again(replace(job, kind="pack"), WorkerLost("Killed."), 1)
    assert not again(replace(job, kind="export"), moved, 1)


def test_what_a_process_needs_to_know_shows_neither_key_nor_words() -> None:
    shown = repr(Hands(Path("data"), "a", b"secret key", Path("drafts"), words={"recipient": "Mrs Hale"}))
    assert "secret" not in shown
    assert "Hale" not in shown


def test_two_who_read_at_one_moment_both_come_on_the_access_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, others = access.record, [1, 1]
    with Workspace.open(desk.folder, str, clock=FixedClock(desk.now)) as workspace:
        school = my_school(workspace, None)

        def late(*given, **more):  # type: ignore[no-untyped-def]
            if others:
                others.pop()
                access.note_access(workspace, school, "people")
            return record(*given, **more)

        with workspace.store.read() as reader:
            before = reader.newest_n(school.access_stream)
        monkeypatch.setattr(access, "record", late)
        access.note_access(workspace, school, "people")
        with workspace.store.read() as reader:
            assert reader.newest_n(school.access_stream) == before + 3
