"""What is true of a school from a day on, typed: its delegations, with their minutes, and who employs the staff."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.cli.desk import Desk
from tests.integration.cli.test_school import last_of_the_school

DISMISS = ("school", "delegate", "dismiss", "--to", "headteacher", "--from", "2025-09-01")
MINUTE = ("--minute", "Full governing body, minute 12/25")


def shown(desk: Desk) -> Any:
    return desk.type("school", "show", "--json").json


def test_a_delegation_is_entered_shown_and_ended(desk: Desk) -> None:
    assert "None is entered" in desk.type("school", "show").stdout
    done = desk.type(*DISMISS, *MINUTE)
    assert done.stdout == (
        "On record from Monday 1 September 2025: Dismiss, delegated to the head teacher.\n"
    )
    facts, body = last_of_the_school(desk)
    assert (facts["kind"], facts["power"], facts["role"]) == ("delegation_entered", "dismiss", "headteacher")
    assert body == {"minute": "Full governing body, minute 12/25"}
    assert "minute" not in facts
    assert "Full governing body, minute 12/25" in desk.type("school", "show").stdout
    desk.type("school", "end-delegation", "1", "--until", "2026-08-31", "--minute", "Minute 4/26")
    [item] = shown(desk)["delegations"]
    assert (item["until"], item["number"]) == ("2026-08-31", 1)
    assert item["minute"] == "Full governing body, minute 12/25; ended by Minute 4/26"
    desk.type("verify")


def test_who_employs_the_staff_is_true_from_a_day_on(desk: Desk) -> None:
    words = (
        "school",
        "setting",
        "employer-type",
        "M-GB",
        "--from",
        "2026-09-01",
        "--because",
        "Order of 3 July",
    )
    done = desk.type(*words)
    assert done.stdout.startswith("Who employs the staff: The governing body (foundation")
    assert shown(desk)["dated"] == [{"setting": "employer_type", "value": "M-GB", "from": "2026-09-01"}]
    assert "Tue 1 Sep 2026" in desk.type("school", "show").stdout
    desk.type("verify")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("school", "delegate", "fire", *DISMISS[3:], *MINUTE), "There is no power 'fire'"),
        (("school", "delegate", "dismiss", "--to", "boss", *DISMISS[5:], *MINUTE), "There is no role 'boss'"),
        ((*DISMISS, "--minute", " "), "needs the minute"),
        ((*DISMISS, "--until", "2025-08-31", *MINUTE), "would end before it begins"),
        (
            ("school", "end-delegation", "1", "--until", "2026-01-01", "--minute", "x"),
            "There is no delegation 1",
        ),
        (
            ("school", "setting", "panel_size", "5", "--from", "2026-09-01", "--because", "x"),
            "no setting that is true from a date on",
        ),
        (
            ("school", "setting", "employer_type", "ACAD", "--from", "2026-09-01", "--because", "x"),
            "Choose one of: M-LA, M-GB",
        ),
        (
            ("school", "setting", "employer_type", "M-GB", "--from", "2026-09-01", "--because", " "),
            "what shows it",
        ),
    ],
)
def test_what_cannot_be_is_refused(words: tuple[str, ...], says: str, desk: Desk) -> None:
    assert says in desk.type(*words, ok=2).stderr
    assert (shown(desk)["delegations"], shown(desk)["dated"]) == ([], [])


def test_the_same_is_not_entered_twice_and_a_retry_is_harmless(desk: Desk) -> None:
    command = ("--command", "6f6b0f3a-3f43-4a52-9a55-0d1f2c3b4a59")
    desk.type(*DISMISS, *MINUTE, *command)
    assert "recorded before" in desk.type(*DISMISS, *MINUTE, *command).stdout
    assert "on record already" in desk.type(*DISMISS, *MINUTE, ok=2).stderr
    assert len(shown(desk)["delegations"]) == 1


def test_a_rehearsal_records_nothing(desk: Desk) -> None:
    assert "Nothing was recorded" in desk.type(*DISMISS, *MINUTE, "--dry-run").stderr
    assert shown(desk)["delegations"] == []
