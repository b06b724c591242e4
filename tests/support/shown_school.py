"""A school with something on every page: a case that has just begun, and one that stands before its hearing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casework.base.ids import SeededDice
from casework.base.time import FixedClock, parse_occurred
from casework.services import cases, letters
from casework.services.directory import find_person
from casework.services.loading import find_case
from casework.services.people import edit_person, update_in_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, lead_to_hearing, make_school

LETTER = "allegation-and-investigation"
TYPED = {
    "safeguarding_line": False,
    "meeting_at": "2026-03-06T10:00",
    "meeting_place": "The library",
    "note_taker": "Priya Nair",
    "support": "The education support line, 08000 562 561",
}
"""What the letter that follows from the decision to investigate asks of its writer."""


@dataclass(frozen=True)
class ShownSchool:
    """Its data folder, and the references of its cases.

    `begun` has just been opened; `led` stands before its hearing, with an allegation, evidence and a letter sent.
    """

    folder: Path
    begun: str
    led: str


def make_shown_school(folder: Path) -> ShownSchool:
    """Make the school in a folder that does not exist yet."""
    led = make_school(folder)
    lead_to_hearing(folder, led)
    with Workspace.open(folder, str, clock=FixedClock(NOW), dice=SeededDice(b"shown")) as workspace:
        school = choose_school(workspace, None)
        edit_person(workspace, school, "Priya Nair", phone="01234 567899")
        update_in_case(workspace, school, find_case(workspace, school, led), named="Priya Nair")
        letters.issue(
            workspace,
            school,
            find_case(workspace, school, led),
            LETTER,
            fields=TYPED,
            command=workspace.new_id(),
        )
        begun = cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-03-02"),
            summary="A parent showed the office a post about a pupil",
            people=[
                (find_person(workspace, school, "Daniel Okoro"), ["employee"]),
                (find_person(workspace, school, "Helen Marsh"), ["headteacher"]),
            ],
        )
        return ShownSchool(folder, begun.reference, led)
