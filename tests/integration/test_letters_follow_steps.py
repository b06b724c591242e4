"""A letter tells of a step: none goes out before it, none of an irregular decision, none dated before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.cases.letter_acts import LetterNotReady
from casework.scenario.model import Scenario, Then, load_scenario
from casework.scenario.run import play
from casework.services import letters, steps
from casework.services.letter_decided import NotAsDecided
from casework.services.loading import LoadedCase, body_of
from casework.services.schools import School
from casework.services.workspace import Workspace

OPENINGS = Path(__file__).parents[1] / "scenarios" / "openings"
OPENING = OPENINGS / "case-to-answer.yaml"


@pytest.fixture
def case(tmp_path: Path) -> tuple[Workspace, School, LoadedCase]:
    played = play(load_scenario(OPENING), tmp_path / "data")
    return played.workspace, played.school, played.case


def test_no_invitation_before_there_is_a_hearing(case: tuple[Workspace, School, LoadedCase]) -> None:
    workspace, school, loaded = case
    with pytest.raises(LetterNotReady, match="Invite the employee to a hearing"):
        letters.issue(
            workspace, school, loaded, "hearing-invitation", fields={"hearing_at": "2026-04-10T10:00"}
        )
    with pytest.raises(LetterNotReady):
        letters.propose(workspace, school, loaded, "hearing-invitation")


def test_no_letter_of_an_irregular_suspension(case: tuple[Workspace, School, LoadedCase]) -> None:
    workspace, school, loaded = case
    head = next(party.id for party in loaded.case.holders("headteacher"))
    steps.take_step(
        workspace,
        school,
        loaded,
        "suspend",
        values={"ground": "protect_inquiry", "reason": "A quarrel.", "full_pay": False},
        taken_by=head,
        irregular="He was sent home without pay.",
    )
    with pytest.raises(LetterNotReady, match="irregular"):
        letters.issue(workspace, school, loaded, "suspension", sender=head)


def before_the_meeting(appointed: bool) -> Scenario:
    """The opening up to the appointment of the investigator, with it or without."""
    whole = load_scenario(OPENING)
    at = next(n for n, act in enumerate(whole.do) if act.step == "appoint_investigator")
    return whole.model_copy(update={"do": whole.do[: at + appointed], "then": Then()})


def test_who_is_asked_to_a_meeting_is_told_before_it_is_held(tmp_path: Path) -> None:
    played = play(before_the_meeting(appointed=True), tmp_path / "data")
    case = played.case.case
    letters.issue(
        played.workspace,
        played.school,
        played.case,
        "investigation-meeting",
        sender=case.holders("investigating_officer")[0].id,
        fields={
            "meeting_at": "2026-03-12T14:00",
            "meeting_place": "Room 4",
            "note_taker": case.holders("headteacher")[0].id,
        },
    )
    assert [letter.template for letter in played.case.case.letters.values() if letter.stands] == [
        "investigation-meeting"
    ]


def test_nobody_is_asked_to_a_meeting_before_there_is_an_investigator(tmp_path: Path) -> None:
    played = play(before_the_meeting(appointed=False), tmp_path / "data")
    with pytest.raises(LetterNotReady, match="Appoint the investigator"):
        letters.issue(played.workspace, played.school, played.case, "investigation-meeting")


def test_a_warning_letter_says_what_was_decided_and_nothing_else(tmp_path: Path) -> None:
    """LX-13: findings, reasons and what must change stand as recorded; what the record does not hold can be given."""
    played = play(load_scenario(OPENINGS / "warned.yaml"), tmp_path / "data")
    own = {"training": "A course.", "review_on": "2026-07-10"}
    findings = [
        {"allegation": 1, "finding": "proved", "reasons": "He lied to us as well."},
        {"allegation": 2, "finding": "proved"},
    ]

    def preview(**fields: Any) -> letters.Preview:
        given = {**own, **fields}
        return letters.preview(
            played.workspace, played.school, played.case, "first-written-warning", fields=given
        )

    plain = preview()
    assert plain.missing == ()
    for wrong in (
        {"findings": findings},
        {"findings": findings[1:]},
        {"change_required": "Resign."},
        {"live_until": "2099-01-01"},
    ):
        with pytest.raises(NotAsDecided, match="is on record with it"):
            preview(**wrong)
    same = next(record.n for record in played.case.case.steps if record.step == "give_warning")
    words = body_of(played.workspace, played.case, same)["texts"]
    assert preview(change_required=f" {words['change_required']}").text == plain.text
