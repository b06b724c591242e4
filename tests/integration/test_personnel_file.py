"""The personnel file: one warning for one decision, ended by its own case only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.base.time import LONDON, parse_occurred
from casework.scenario.model import Then, load_scenario
from casework.scenario.played import Played
from casework.scenario.run import play
from casework.services import cases, letters
from casework.services.directory import find_person
from casework.services.loading import find_case, people_of, warnings_of
from casework.services.personnel import ending_entry

LONGER = Path(__file__).parents[1] / "scenarios" / "final-warning-after-a-first.yaml"
WARNED = Path(__file__).parents[1] / "scenarios" / "first-written-warning.yaml"


@pytest.fixture
def played(tmp_path: Path) -> Played:
    return play(load_scenario(WARNED), tmp_path / "data")


def employee_of(played: Played) -> str:
    loaded = played.case
    assert loaded.case.employee is not None
    return str(people_of(played.workspace, loaded)[loaded.case.employee.id]["person"])


def warnings(played: Played) -> list[str]:
    return [item.sanction for item in warnings_of(played.workspace, employee_of(played))]


def today(played: Played) -> date:
    return played.workspace.clock.now().astimezone(LONDON).date()


def number_of_the_warning(played: Played) -> int:
    templates = [letter.template for letter in played.case.case.letters.values()]
    return len(templates) - templates[::-1].index("first-written-warning")


def test_a_final_warning_that_lasts_longer_is_on_file_once_with_its_new_last_day(tmp_path: Path) -> None:
    """Rule ACAS-21c; what an appeal against that comes to is told by the scenario itself."""
    whole = load_scenario(LONGER)
    at = next(n for n, act in enumerate(whole.do) if act.letter == "warning-extended")
    played = play(whole.model_copy(update={"do": whole.do[: at + 1], "then": Then()}), tmp_path / "data")
    [warning] = warnings_of(played.workspace, employee_of(played))
    assert (warning.sanction, warning.live_from) == ("final_written_warning", date(2026, 4, 14))
    assert warning.live_until == date(2027, 10, 13)
    clock = next(item for item in reversed(played.case.case.clocks) if item.id == "warning_spent_letter")
    assert clock.due == date(2027, 10, 14)


def test_a_letter_that_supersedes_gives_the_warning_once(played: Played) -> None:
    number = number_of_the_warning(played)
    fields = {"training": "A course will be booked for you.", "review_on": today(played).isoformat()}
    letters.issue(
        played.workspace,
        played.school,
        played.case,
        "first-written-warning",
        fields=fields,
        supersedes=number,
        supersedes_because="The first letter gave a wrong telephone number.",
    )
    assert warnings(played) == ["first_written_warning"]


def test_a_withdrawn_letter_leaves_no_warning(played: Played) -> None:
    letters.withdraw(
        played.workspace,
        played.school,
        played.case,
        number_of_the_warning(played),
        reason="Sent to somebody else.",
    )
    assert warnings(played) == []


def test_another_case_ends_no_warning_that_it_did_not_give(played: Played) -> None:
    person = find_person(played.workspace, played.school, employee_of(played))
    opened = cases.open_case(
        played.workspace,
        played.school,
        reported=parse_occurred(today(played).isoformat()),
        summary="Another matter.",
        people=[(person, ["employee"])],
    )
    other = find_case(played.workspace, played.school, opened.reference)
    assert ending_entry(played.workspace, played.school, other, today(played)) is None
    assert warnings(played) == ["first_written_warning"]
