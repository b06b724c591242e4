"""Whole cases, found by folder and played through the services; each ends as it says, lawful and unaltered."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from casework.base.time import local_date
from casework.records.statistics import INFORMAL, NO_SANCTION, SANCTION, UNDECIDED
from casework.scenario.demo import DEMO
from casework.scenario.model import load_scenario
from casework.scenario.played import Played
from casework.scenario.run import play
from casework.services import audit, letters, listing
from casework.services.letter_due import letters_due
from casework.services.review import review_live
from casework.services.statistics import case_in_figures

_HEARD = {"Reported": 1, "Triaged": 1, "Investigated": 20, "Hearing": 20}

COUNTED_BY_HAND = {
    "appeal-upheld": (NO_SANCTION, NO_SANCTION, "Appeal upheld", {**_HEARD, "Outcome": 15, "Appeal": 24}),
    "appeal-upheld-in-part": ("Oral warning", SANCTION, "Appeal upheld in part", {**_HEARD, "Outcome": 15}),
    "dismissal-overturned-on-appeal": (NO_SANCTION, NO_SANCTION, "Appeal upheld", {**_HEARD, "Outcome": 7}),
    "informal-action": ("Informal action taken", INFORMAL, "No appeal", {"Reported": 1}),
    "no-case-to-answer": ("No case to answer", INFORMAL, "No appeal", {"Reported": 1, "Triaged": 1}),
    "no-further-action-at-the-hearing": (NO_SANCTION, NO_SANCTION, "No appeal", {**_HEARD, "Outcome": 2}),
    "irregular-hearing-decides-nothing": (
        "First written warning",
        SANCTION,
        "No appeal",
        {**_HEARD, "Hearing": 29},
    ),
    "resignation": (INFORMAL, INFORMAL, "No appeal", {**_HEARD, "Hearing": 6, "Outcome": 31}),
    "second-suspension": (UNDECIDED, UNDECIDED, "No appeal", {}),
    "suspension-review-overdue": ("No action needed", INFORMAL, "No appeal", {"Reported": 36}),
    "withdrawal": (
        INFORMAL,
        INFORMAL,
        "No appeal",
        {"Reported": 1, "Triaged": 1, "Investigated": 15, "Outcome": 4},
    ),
}
"""Outcome, result, appeal and days of each stage that ended, counted from the dates in the files."""

SUSPENDED = {"second-suspension": (7, 6), "suspension-review-overdue": (37,)}
"""From 2 to 9 March and from 12 to 18 March; from 2 March to 8 April."""

FOLDER = Path(__file__).parents[1] / "scenarios"
SCENARIOS = sorted(FOLDER.glob("*.yaml"))
UNANNOUNCED = {
    ("absence-after-another-date", "hearing-panel-invitation"),
    ("appeal-in-absence", "appeal-panel-invitation"),
    ("dismissal-in-a-maintained-school", "la-notification"),
    ("irregular-hearing-decides-nothing", "hearing-invitation"),
    ("new-allegation-after-the-invitation", "hearing-invitation"),
    ("others-ask-and-are-told", "employer-information"),
    ("others-ask-and-are-told", "protected-conversation"),
    ("referral-of-a-teacher", "tra-referral"),
    ("safeguarding-false-allegation", "no-further-action"),
    ("teacher", "allegation-received"),
    ("teacher", "investigation-meeting"),
}
"""Letters that are written although nothing names them as due: again, as one of several, or as part of another."""


ON_A_SERVER = SCENARIOS[::4]
"""Every fourth: the statements are the same for all, and a server of its own costs each of them half a second."""


@pytest.mark.parametrize(
    ("database", "path"),
    [
        *(pytest.param("sqlite", path, id=path.stem) for path in SCENARIOS),
        *(pytest.param("postgresql", path, id=f"{path.stem}-on-a-server") for path in ON_A_SERVER),
    ],
)
def test_a_case_goes_as_its_scenario_says(
    path: Path, database: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Letters are composed in full, with every passage that they must have. How they print is tested elsewhere.
    monkeypatch.setattr(letters, "to_pdf", str.encode)
    issue = letters.issue

    def announced(workspace: Any, school: Any, loaded: Any, letter: str | int, **how: Any) -> Any:
        """A letter is issued once what may be done next has named it."""
        due = letters_due(loaded, local_date(workspace.clock.now()))
        named = {name for item in due for name in (item.template, item.number)}
        issued = issue(workspace, school, loaded, letter, **how)
        assert letter in named or how["supersedes"] or (path.stem, letter) in UNANNOUNCED
        return issued

    monkeypatch.setattr(letters, "issue", announced)
    folder = tmp_path / "data" if database == "sqlite" else request.getfixturevalue("server_folder")
    played = _played(path, folder)
    assert all(letter.startswith(b"<!DOCTYPE html>") for letter in played.letters.values())


def _figures_as_by_hand(played: Played, name: str) -> None:
    if name in COUNTED_BY_HAND:
        found = case_in_figures(played.workspace, played.school, played.case.stream)
        assert (found.outcome, found.result, found.appeal, dict(found.days)) == COUNTED_BY_HAND[name]
        assert found.suspensions == SUSPENDED.get(name, ())


def test_the_demonstration_goes_as_its_scenario_says(tmp_path: Path) -> None:
    played = _played(DEMO, tmp_path / "data")
    assert len(played.refusals) >= 5
    assert all(letter.startswith(b"%PDF-") for letter in played.letters.values())


def _played(path: Path, folder: Path) -> Played:
    told: list[str] = []
    played = play(load_scenario(path), folder, told.append)
    try:
        assert told
        report = audit.verify(played.workspace, [played.school])
        assert report.findings == []
        assert report.steps == sum("step" in event.facts for event in played.case.history)
        assert report.cases == 1
        _reviewed(played)
        _figures_as_by_hand(played, path.stem)
    finally:
        played.workspace.close()
    return played


def _reviewed(played: Played) -> None:
    """The review holds against each step what the record does, and names what shows it."""
    found = [item for item in review_live(played.workspace, played.case) if "It was due" not in item.says]
    breached = [item for item in found if item.status == "breached"]
    assert all(item.events for item in breached)
    for record in played.case.case.steps:
        title = played.case.policy.steps[record.step][1].title
        shown = [item for item in breached if item.step == title and record.n in item.events]
        assert len(shown) == len(record.breached), (title, [item.says for item in shown])


def test_what_is_due_beside_the_procedure_stays_due_when_that_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "to_pdf", str.encode)
    scenario = load_scenario(
        FOLDER / "suspension-review-overdue.yaml"
    )  # it ends at triage, the suspension does not
    played = play(scenario, tmp_path / "data")
    due = {item.clock for item in listing.list_due(played.workspace, [played.school], date(2026, 4, 8))}
    played.workspace.close()
    assert due == {
        "suspension_end_told_local_authority",
        "suspension_end_told_headteacher",
        "suspension_ended_letter",
    }


def test_every_opening_is_gone_on_from() -> None:
    files = [path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.yaml")]
    used = {Path(name).name for text in files for name in re.findall(r"^after: (\S+)$", text, re.MULTILINE)}
    assert used == {path.name for path in (FOLDER / "openings").glob("*.yaml")}


def test_playing_a_scenario_twice_gives_the_same_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "to_pdf", str.encode)
    scenario = load_scenario(FOLDER / "mistakes-mended.yaml")
    records = []
    for folder in ("first", "second"):
        played = play(scenario, tmp_path / folder)
        records.append([(event.n, event.recorded, event.facts) for event in played.case.history])
        played.workspace.close()
    assert records[0] == records[1]
