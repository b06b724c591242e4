"""Reports about social media go the way that they should: through the services, with registers, and as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock, parse_occurred
from casework.registers.entries import lacking
from casework.services import audit, cases
from casework.services.directory import Person, add_person
from casework.services.listing import list_due
from casework.services.loading import LoadedCase, find_case
from casework.services.registers import register_called
from casework.services.schools import School
from casework.services.setup import NewSchool, create_workspace
from casework.services.triage import Triaged, triage
from casework.services.workspace import Workspace

FILE = Path(__file__).resolve().parent.parent / "scenarios" / "triage" / "social-media.yaml"
REPORTS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SINGLY = {
    **dict.fromkeys(("danger", "child_abuse", "harmed", "offence", "risk", "suitability", "low_level"), "no"),
    "subject": "none",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, School]]:
    folder = tmp_path_factory.mktemp("triage") / "data"
    workspace, school = create_workspace(
        folder,
        NewSchool(name="Ashgrove Primary School", prefix="ASH", adviser="Priya Nair"),
        passphrase=None,
        recovery_file=folder / "recovery.key",
        clock=FixedClock(datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)),
        dice=SeededDice(b"triage"),
    )
    with workspace:
        yield workspace, school


def _employee(workspace: Workspace, school: School, name: str, report: dict[str, Any]) -> Person:
    flags = {flag: True for flag in ("head", "teacher") if report.get(flag)}
    return add_person(workspace, school, name=name, title="Staff", address=["1 Mill Lane"], flags=flags)


def _triaged(desk: tuple[Workspace, School], number: int, name: str) -> tuple[LoadedCase, Triaged]:
    workspace, school = desk
    report = REPORTS[number]
    about = _employee(workspace, school, name, report)
    opened = cases.open_case(
        workspace,
        school,
        reported=parse_occurred("2026-11-20"),
        summary=report["report"],
        people=[(about, ["employee"])],
    )
    loaded = find_case(workspace, school, opened.reference)
    answers = {**SINGLY, **report["answers"]}
    done = triage(
        workspace,
        school,
        loaded,
        answers=answers,
        reasons=dict.fromkeys(answers, "It was reported so."),
        rest="Nothing else was reported.",
    )
    return loaded, done


@pytest.mark.parametrize("number", range(len(REPORTS)), ids=lambda n: REPORTS[n]["report"][:50])
def test_a_report_is_routed(number: int, desk: tuple[Workspace, School]) -> None:
    report = REPORTS[number]
    loaded, done = _triaged(desk, number, f"Employee {number}")
    band = report["band"]
    assert done.routed.band == (tuple(band) if band else None)
    named = {item.name for item in done.routed.follows}
    assert set(report["leads_to"]) <= named
    assert not set(report.get("not_to", ())) & named
    if "usual" in report:
        assert list(done.routed.usual) == report["usual"]
    assert done.routed.open == (() if "route" in report["answers"] else ("route",))
    rules = {*loaded.policy.rules, *(code for item in loaded.catalogues for code in item.by_code)}
    assert all(item.cites and set(item.cites) <= rules for item in done.routed.follows)


def test_what_was_recorded_at_triage_verifies(desk: tuple[Workspace, School]) -> None:
    workspace, school = desk
    _triaged(desk, 2, "Somebody else")
    _triaged(desk, _by_report("wrote to a pupil"), "And another")
    report = audit.verify(workspace, [school])
    assert report.findings == []
    assert report.cases


def _by_report(words: str) -> int:
    return next(at for at, report in enumerate(REPORTS) if words in report["report"])


def test_an_answer_opens_its_strand_in_the_same_act(desk: tuple[Workspace, School]) -> None:
    workspace, school = desk
    loaded, done = _triaged(desk, _by_report("wrote to a pupil"), "Strand opened")
    assert loaded.case.states["safeguarding"] == "raised"
    step = loaded.case.last_step("raise_safeguarding")
    assert step is not None
    assert step.values["known_on"] == "2026-11-20"
    assert done.receipt.events == (step.n - 1, step.n)
    assert done.opened == ("Safeguarding: A child may be at risk, the LADO is to be told",)
    due = {clock.id: clock.due.isoformat() for clock in loaded.case.running()}
    assert due["safeguarding_raised"] == "2026-11-23"
    assert "lado_contact" not in due
    again = triage(
        workspace, school, loaded, answers={"offence": "yes"}, reasons={"offence": "A second report"}
    )
    assert again.opened == ()
    assert "hold_question" in {clock.id for clock in loaded.case.running()}


def test_an_answer_begins_its_entry_in_the_same_act(desk: tuple[Workspace, School]) -> None:
    workspace, school = desk
    loaded, done = _triaged(desk, _by_report("sports-day photographs"), "Entry begun")
    held = register_called(workspace, school, "data-breaches")
    entry = held.book.entries[-1]
    assert done.opened == (f"Entry {entry.number} of the register data-breaches, to be completed",)
    assert entry.case == loaded.stream
    assert entry.values == {"aware_at": "2026-11-20T00:00"}
    assert lacking(held.register, entry) == ("data", "children", "special", "consequences", "done")
    with workspace.store.read() as reader:
        found = reader.find_command(done.receipt.command)
    assert {item.stream for item in found} == {loaded.stream, held.stream}
    for answer in ("no", "yes"):
        why = {"personal_data": "Looked at again"}
        again = triage(workspace, school, loaded, answers={"personal_data": answer}, reasons=why)
        assert again.opened == ()
    assert len(register_called(workspace, school, "data-breaches").book.entries) == len(held.book.entries)


def test_where_a_person_decides_a_task_is_due(desk: tuple[Workspace, School]) -> None:
    workspace, school = desk
    loaded, _ = _triaged(desk, 0, "Suspension in question")
    answers = {"suspension": "unclear", "mitigation": "yes"}
    triage(workspace, school, loaded, answers=answers, reasons=dict.fromkeys(answers, "Somebody said so"))
    running = {clock.id: clock.due.isoformat() for clock in loaded.case.running()}
    assert running["suspension_question"] == "2026-11-24"
    assert running["adjustment_question"] == "2026-11-30"
    assert loaded.case.states["suspension"] == "not_suspended"
    triage(workspace, school, loaded, answers={"suspension": "no"})
    assert "suspension_question" not in {clock.id for clock in loaded.case.running()}
    due = {(item.reference, item.clock) for item in list_due(workspace, [school], date(2026, 11, 24))}
    assert (loaded.case.reference, "adjustment_question") in due
    assert (loaded.case.reference, "suspension_question") not in due
