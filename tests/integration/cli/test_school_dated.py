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


HEAD = ("school", "post", "headteacher", "Helen Marsh", "--from", "2025-09-01", "--because", "Minute 3/25")
CHAIR = (
    "school",
    "post",
    "chair-of-governors",
    "Ines Duarte",
    "--from",
    "2025-09-01",
    "--because",
    "Minute 1/25",
)


def opened(desk: Desk, employee: str, *more: str) -> Any:
    words = ("--reported", "2026-02-27", "--summary", "A post", "--employee", employee, *more, "--json")
    done = desk.type("case", "open", *words, ok=None)
    if done.exit_code:
        return done
    people = desk.type("case", "show", done.json["reference"], "--json").json["people"]
    return done.json["reference"], {person["name"]: set(person["roles"]) for person in people}


def test_whoever_holds_a_post_has_the_part_in_each_new_case(desk: Desk) -> None:
    assert desk.type(*HEAD).stdout == "Head teacher: Helen Marsh, from Monday 1 September 2025.\n"
    desk.type(*CHAIR)
    facts, body = last_of_the_school(desk)
    assert (facts["kind"], facts["post"]) == ("post_held", "chair_of_governors")
    assert body == {"reason": "Minute 1/25"}
    assert [item["name"] for item in shown(desk)["posts"]] == ["Helen Marsh", "Ines Duarte"]
    assert "Helen Marsh" in desk.type("school", "show").stdout
    _, people = opened(desk, "Jordan Blake")
    assert people["Helen Marsh"] == {"headteacher"}
    assert "Ines Duarte" not in people
    refused = opened(desk, "Jordan Blake", "--role", "headteacher=Daniel Okoro")
    assert "somebody else was head teacher" in refused.stderr
    desk.type("audit", "verify")


def test_a_case_about_whoever_is_head_on_the_day_is_run_by_the_governing_body(desk: Desk) -> None:
    for person, since in (("Daniel Okoro", "2025-09-01"), ("Helen Marsh", "2026-03-01")):
        desk.type("school", "post", "headteacher", person, "--from", since, "--because", "Minute 3/25")
    desk.type(*CHAIR)
    reference, people = opened(desk, "Daniel Okoro")
    assert people["Ines Duarte"] == {"chair_of_governors"}
    assert "Helen Marsh" not in people
    desk.type("case", "assign", reference, "Helen Marsh", "--role", "headteacher")
    step = ("take-no-action", "--taken-by", "Helen Marsh", "--json")
    unmet = desk.type("case", "step", reference, *step, ok=3).json["unmet"]
    assert "SSR-HT" in {rule for item in unmet if item["requirement"] == "taken_by" for rule in item["cites"]}


def test_a_step_is_taken_by_whoever_held_the_post_on_its_day(desk: Desk) -> None:
    desk.type(*HEAD)
    reference, _ = opened(desk, "Jordan Blake")
    desk.type(
        *(
            "school",
            "post",
            "headteacher",
            "--vacant",
            "--from",
            "2026-02-28",
            "--because",
            "Resigned, letter",
        ),
    )
    words = ("raise-safeguarding", "--known-on", "2026-02-27", "--taken-by", "Helen Marsh")
    refused = desk.type("case", "step", reference, *words, "--on", "2026-02-28", ok=3)
    assert "On Saturday 28 February 2026 somebody else was head teacher, or nobody." in refused.stderr
    desk.type("case", "step", reference, *words, "--on", "2026-02-27")
    desk.type("audit", "verify")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("school", "post", "cook", *HEAD[3:]), "There is no post 'cook'"),
        (("school", "post", "headteacher", "Nobody", *HEAD[4:]), "is in the directory"),
        (("school", "post", "headteacher", *HEAD[4:]), "--vacant"),
        ((*HEAD, "--vacant"), "--vacant"),
    ],
)
def test_what_is_no_post_is_said(desk: Desk, words: tuple[str, ...], says: str) -> None:
    refused = desk.type(*words, ok=None)
    assert refused.exit_code
    assert says in refused.stderr
    assert shown(desk)["posts"] == []
