"""What a refusal says to somebody in a hurry: one thing if there is one, the other answer, and what can be done now."""

from __future__ import annotations

import shlex

import pytest

from tests.integration.cli.desk import Desk
from tests.integration.cli.test_steps import INVITE

BY_HEAD = ("--taken-by", "Helen Marsh")
SUSPEND = (
    *("suspend", *BY_HEAD, "--ground", "protect_inquiry", "--reason", "She could change the page."),
    *("--lado-view", "not_safeguarding", "--review-on", "2026-03-16"),
)


def test_the_next_step_of_the_way_is_shown_although_it_has_to_wait(hearing_desk: Desk) -> None:
    desk, reference = hearing_desk, hearing_desk.reference
    desk.type("evidence", "add", reference, "The forms", "--type", "document")
    why = "because item 2 of the evidence has not been given to the employee. (Disclose each item, or withhold it"
    for command in (("case", "brief", reference), ("case", "show", reference), ("status",)):
        said = " ".join(desk.type(*command).stdout.split())
        assert said.count("Not yet: invite-to-hearing") == 1, command
        assert f"Not yet: invite-to-hearing, {why}" in said
    data = desk.type("case", "next", reference, "--json").json["next"]
    waiting = {item["step"]: item["not_yet"] for item in data if "not_yet" in item}
    assert list(waiting) == ["invite_to_hearing"]
    assert waiting["invite_to_hearing"]["requirement"] == "evidence_disclosed"
    assert "Not yet" not in desk.type("evidence", "disclose", reference).stdout


def test_steps_that_wait_for_the_same_are_told_in_one_line(desk: Desk) -> None:
    told = desk.type("case", "brief", desk.reference).stdout
    assert "take-back-outcome-letter" not in told
    assert "Not yet" not in told


@pytest.mark.parametrize("command", ["step", "record"])
def test_without_a_step_those_are_listed_that_can_be_taken_now(desk: Desk, command: str) -> None:
    missing = desk.type("case", command, desk.reference, ok=2)
    assert f"Name one of these: casework case {command} {desk.reference} STEP" in missing.said
    assert "take-no-action" in missing.stderr
    assert "take-back-outcome-letter" not in missing.stderr
    assert missing.stdout == ""


def test_a_step_before_its_time_is_refused_for_that_alone(desk: Desk) -> None:
    refused = desk.type("case", "step", desk.reference, "hold-hearing", *BY_HEAD, ok=3)
    assert refused.said.startswith(
        "“Hold the hearing” cannot be recorded now. This step comes after “Invite the employee to a hearing”, and the "
        "chair of the hearing takes it. Now the case stands at “Reported”. Next is “Decide on a formal investigation” "
        "(head teacher, case manager or chair of governors)."
    )
    assert "missing" not in refused.stderr
    assert "Corrected" not in refused.stderr
    assert len(refused.stderr.splitlines()) < 8


def test_missing_answers_are_one_list_and_each_cause_is_told_once(hearing_desk: Desk) -> None:
    """The letter lacks for two requirements, and four answers were not given: two points, not six."""
    desk, reference = hearing_desk, hearing_desk.reference
    words = ["invite-to-hearing", "--hearing-at", "2026-03-17T10:30", *INVITE]
    desk.type("case", "step", reference, *words)
    desk.now = desk.now.replace(day=17)
    held = [
        "hold-hearing",
        "--held-at",
        "2026-03-17T10:30",
        "--taken-by",
        "Ruth Adeyemi",
        "--requests",
        "None",
    ]
    refused = desk.type("case", "step", reference, *held, ok=3)
    assert "cannot be recorded yet: 6 answers are missing, and one thing is not in order." in refused.said
    assert refused.said.count("has not been issued.") == 1
    assert "- The employee must have the invitation" in refused.said
    assert "- The employee needs time to read the papers" in refused.said
    assert "--conflicts-declared Each member was asked" in refused.said
    assert "\n3. " not in refused.stderr
    assert "PAN-10   " not in refused.stderr.partition("The rules")[2]
    assert len(desk.type("case", "step", reference, *held, "--json", ok=3).json["unmet"]) == 8


def test_on_a_terminal_nobody_is_asked_about_a_step_before_its_time(desk: Desk) -> None:
    refused = desk.type("case", "step", desk.reference, "hold-hearing", answers=[], ok=3)
    assert "This step comes after" in refused.said


def test_a_corrected_command_names_the_other_answer_to_be_given_if_it_is_true(desk: Desk) -> None:
    refused = desk.type("case", "step", desk.reference, *SUSPEND, "--no-full-pay", ok=3)
    corrected = refused.stderr.partition("Corrected:")[2]
    assert "--full-pay " in corrected
    assert "--no-full-pay" not in corrected
    assert "Only if it is true: --full-pay." in corrected


def test_a_corrected_command_has_room_for_another_answer_to_a_question(desk: Desk) -> None:
    typed = ("--full-pay", "--alternatives", "other_place=would_work:There is a room.")
    refused = desk.type("case", "step", desk.reference, *SUSPEND, *typed, "--json", ok=3).json
    assert "other_place=would_not_work|unknown" in shlex.split(refused["corrected"])
    item = next(one for one in refused["unmet"] if one.get("instead"))
    assert item["instead"] == {"alternatives:other_place": ["would_not_work", "unknown"]}


def test_a_corrected_command_has_room_for_another_person_and_another_day(hearing_desk: Desk) -> None:
    refused = hearing_desk.type(
        *("case", "step", hearing_desk.reference, "invite-to-hearing", *BY_HEAD, "--on", "2026-02-20"),
        *("--hearing-at", "2026-03-20T10:00", "--chair", "Ruth Adeyemi"),
        *("--members", "Sam Field", "--members", "Daniel Okoro", "--json"),
        ok=3,
    ).json
    twice = next(item for item in refused["unmet"] if item["requirement"] == "investigator_does_not_decide")
    assert twice["remedy"] == "Ask somebody else to act as member of the hearing panel."
    words = shlex.split(refused["corrected"])
    named = [words[at + 1] for at, word in enumerate(words) if word in ("--chair", "--members")]
    assert named == ["Ruth Adeyemi", "Sam Field", "NAME"]
    assert words[words.index("--on") + 1] == "YYYY-MM-DD"


def test_where_no_other_answer_mends_it_no_corrected_command_is_given(hearing_desk: Desk) -> None:
    refused = hearing_desk.type(
        *("case", "step", hearing_desk.reference, "accept-without-hearing", *BY_HEAD),
        *(
            "--sanction",
            "oral_warning",
            "--proposed-on",
            "2026-02-26",
            "--advice-offered",
            "--signed-on",
            "2026-03-02",
        ),
        *(
            "--findings",
            "1=not_proved",
            "--evidence",
            "1=none",
            "--reasons",
            "1=The forms were in.",
            "--mitigation",
            "None.",
        ),
        *(
            "--consistency",
            "None.",
            "--alternatives",
            "None.",
            "--change-required",
            "None.",
            "--no-about-speech",
        ),
        "--json",
        ok=3,
    ).json
    assert [item["requirement"] for item in refused["unmet"]] == ["findings_complete"]
    assert "corrected" not in refused


def test_what_an_irregular_record_lacks_is_added_by_a_correction(hearing_desk: Desk) -> None:
    """What was just recorded cannot be typed again: “Give --venue” would be refused."""
    desk, reference = hearing_desk, hearing_desk.reference
    words = ("invite-to-hearing", *BY_HEAD, "--reason", "The letter went out before anybody asked.")
    told = desk.type("case", "record", reference, *words)
    said = " ".join(told.stdout.split())
    assert "Give --venue" not in said
    assert f"casework case correct {reference} 14 --set FIELD=VALUE --reason WORDS" in said
    desk.type("case", "correct", reference, "14", "--set", "venue=The library", "--reason", "Left out.")
