"""Reports about social media go the way that they should: through the services, with registers, and as recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock, parse_occurred
from casework.services import audit, cases
from casework.services.directory import Person, add_person
from casework.services.loading import LoadedCase, find_case
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
    report = audit.verify(workspace, [school])
    assert report.findings == []
    assert report.cases
