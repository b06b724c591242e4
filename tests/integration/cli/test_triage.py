"""`casework case triage`: questions one by one, no to the rest, what the registers say, and the step that follows."""

from __future__ import annotations

import pytest

from tests.integration.cli.desk import Desk
from tests.integration.cli.test_registers import ACCOUNT, BREACH, CONSENT

SINGLY = ("danger", "child_abuse", "harmed", "offence", "risk", "suitability", "low_level")
FIRST = [part for name in SINGLY for part in ("--answer", f"{name}=no")] + ["--answer", "subject=none"]
REST = ["--rest", "Nothing else was reported"]


def test_the_questions_are_shown_when_nothing_is_answered(desk: Desk) -> None:
    data = desk.type("case", "triage", desk.reference, "--json").json
    assert [item["number"] for item in data["questions"]][:4] == ["TQ-1", "TQ-2", "TQ-3a", "TQ-3b"]
    assert data["open"] == [item["question"] for item in data["questions"]]
    assert data["follows"] == []
    assert "events" not in data
    assert "Is a child in danger now" in desk.type("case", "triage", desk.reference).stdout


def test_a_minor_matter_takes_one_command(desk: Desk) -> None:
    done = desk.type(
        *("case", "triage", desk.reference, *FIRST, *REST, "--by", "Helen Marsh"),
        *("--answer", "route=no_action:A few minutes of her own time", "--json"),
    ).json
    assert done["band"] == {"from": "S0", "to": "S1"}
    assert (done["decided"], done["stop"], done["open"]) == ("no_action", False, [])
    bulk = {item["question"] for item in done["questions"] if item["bulk"]}
    assert bulk == {item["question"] for item in done["questions"]} - {*SINGLY, "subject", "route"}
    taken = desk.type(
        *("case", "step", desk.reference, "take-no-action", "--taken-by", "Helen Marsh"),
        *("--lado-contact", "not_needed", "--retention", "no_action"),
    )
    assert "Taken over from triage: --enquiry, --harm-threshold, --screening." in taken.stderr
    steps = desk.type("case", "show", desk.reference, "--json").json["steps"]
    assert steps[-1]["texts"]["enquiry"] == "A few minutes of her own time"
    assert desk.type("audit", "verify", "--json").json["whole"]


def test_every_point_names_its_question_and_rules(desk: Desk) -> None:
    data = desk.type(
        *("case", "triage", desk.reference, *FIRST, "--answer", "identifies=pupil"),
        *("--answer", "personal_data=yes:Names of pupils", "--answer", "account=school", "--json"),
    ).json
    assert data["band"] == {"from": "S2", "to": "S4"}
    breach = next(item for item in data["follows"] if item["name"] == "breach")
    assert (breach["question"], breach["number"], breach["answer"]) == ("personal_data", "TQ-10b", "yes")
    assert "UKGDPR-33" in breach["cites"]
    shown = desk.type("case", "triage", desk.reference, "--why").stdout
    assert "TQ-10b" in shown
    plain = desk.type("case", "triage", desk.reference).stdout
    assert "TQ-10b" not in plain
    assert "UKGDPR-33" not in plain


def test_a_missing_consent_is_said_at_triage_and_in_the_brief(desk: Desk) -> None:
    said = "No consent is on record for Jordan Blake to use any account of the school on Monday 23 February 2026."
    desk.type("case", "triage", desk.reference, *FIRST, "--answer", "account=school")
    assert said in " ".join(desk.type("case", "triage", desk.reference).stdout.split())
    assert said in " ".join(desk.type("case", "brief", desk.reference).stdout.split())
    desk.type(*ACCOUNT)
    desk.type(*CONSENT)
    data = desk.type("case", "triage", desk.reference, "--account", "1", "--json").json
    consent = next(item for item in data["registers"] if item["register"] == "consents")
    assert (consent["status"], consent["entries"]) == ("some", [1])
    assert consent["says"].startswith("Consent is on record for Jordan Blake to use account 1")
    before = desk.type("case", "triage", desk.reference, "--day", "2026-01-04", "--json").json
    assert next(item for item in before["registers"] if item["register"] == "consents")["status"] == "none"


def test_three_low_level_concerns_show_a_pattern(desk: Desk) -> None:
    for day in ("2025-11-03", "2026-01-12", "2026-02-20"):
        desk.type(
            *("register", "add", "low-level-concerns", "--person", "Jordan Blake", "--raised-on", day),
            *("--concern", "Alone with a pupil", "--context", "After school", "--action", "A talk"),
        )
    done = desk.type("case", "triage", desk.reference, *FIRST, *REST)
    assert "Put the four questions about risk to a child again" in " ".join(done.stdout.split())
    assert "These concerns may show a pattern." in " ".join(
        desk.type("case", "brief", desk.reference).stdout.split()
    )
    data = desk.type("case", "triage", desk.reference, "--json").json
    assert data["band"] == {"from": "S2", "to": "S3"}
    assert {item["question"] for item in data["questions"] if item["known"]} == {"history"}


def test_an_entered_breach_answers_the_question_that_no_to_the_rest_would(desk: Desk) -> None:
    desk.type(*BREACH, "--case", desk.reference)
    data = desk.type("case", "triage", desk.reference, *FIRST, *REST, "--json").json
    answers = {item["question"]: (item["answer"], item["known"]) for item in data["questions"]}
    assert answers["personal_data"] == ("yes", True)


def test_danger_stops_everything(desk: Desk) -> None:
    done = desk.type("case", "triage", desk.reference, "--answer", "danger=yes:He has a knife")
    assert "Stop here: somebody has to act first." in done.stdout
    assert "999" in done.stdout
    refused = desk.type("case", "triage", desk.reference, *FIRST[2:], *REST, ok=3)
    assert "somebody has to act first" in refused.stderr


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (["--rest", "Nothing"], 3, "Some questions are always answered one by one"),
        (["--answer", "belif=no"], 2, "There is no question 'belif'. Did you mean belief?"),
        (["--answer", "belief=maybe"], 2, "takes no, yes, unclear, unknown; not 'maybe'"),
        (["--answer", "belief=yes"], 2, "This answer needs a reason"),
        (["--answer", "belief"], 2, "is not of the form QUESTION=ANSWER[:WHY]"),
        ([*FIRST, "--by", "Nobody"], 2, "Nobody called 'Nobody' is part of this case."),
        ([*FIRST, "--on", "2030-01-01"], 2, "dated in the future"),
        ([*FIRST, "--account", "3"], 2, "There is no entry 3 in this register"),
    ],
)
def test_bad_input_is_refused_and_nothing_recorded(
    desk: Desk, typed: list[str], code: int, says: str
) -> None:
    before = desk.type("audit", "log", "--json").json["entries"]
    assert says in desk.type("case", "triage", desk.reference, *typed, ok=code).said
    assert desk.type("audit", "log", "--json").json["entries"] == before


def test_a_dry_run_shows_what_follows_and_records_nothing(desk: Desk) -> None:
    done = desk.type("case", "triage", desk.reference, *FIRST, *REST, "--dry-run", "--json")
    assert done.json["band"] == {"from": "S0", "to": "S1"}
    assert desk.type("case", "triage", desk.reference, "--json").json["follows"] == []


def test_a_command_that_is_sent_again_is_recorded_once(desk: Desk) -> None:
    again = (
        "case",
        "triage",
        desk.reference,
        *FIRST,
        "--command",
        "0f7c3a4e-8d55-4b0e-9d3c-2f6a1f6d8a02",
        "--json",
    )
    first, second = desk.type(*again).json, desk.type(*again).json
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["events"] == second["events"]


def test_on_a_terminal_it_asks_and_goes_on_to_the_step(desk: Desk) -> None:
    answers = [
        *["no"] * 7,  # the first questions
        "none",
        "rest",
        "Two minutes at break",
        "no_action",
        "Her own time, her own telephone",
        "y",  # record these answers
        "y",  # go on to the step
        "not_needed",
        "no_action",
        "",  # who took it: the head teacher, as offered
        "y",  # record the step
    ]
    done = desk.type("case", "triage", desk.reference, answers=answers)
    assert "Decide that no action is needed: event" in done.stdout
    view = desk.type("case", "show", desk.reference, "--json").json
    assert view["steps"][-1]["step"] == "take_no_action"
    assert view["steps"][-1]["taken_by"] == "Helen Marsh"


def test_a_step_that_triages_by_itself_says_what_the_answers_ask_for(desk: Desk) -> None:
    done = desk.type(
        *("case", "step", desk.reference, "triage", "--taken-by", "Helen Marsh", "--route", "formal"),
        *("--enquiry", "Seen on the page", "--lado-contact", "not_needed"),
        *(
            part
            for name in ("harmed", "offence", "risk", "suitability")
            for part in ("--harm-threshold", f"{name}=no")
        ),
        *(
            part
            for name in ("child_abuse", "low_level", "whistleblowing", "belief", "hostility")
            for part in ("--screening", f"{name}=no")
        ),
        *("--screening", "personal_data=yes:Names of pupils"),
    )
    assert "To do, because of the answers" in done.stdout
    assert "72 hours from when the school knew" in " ".join(done.stdout.split())


def test_the_history_tells_the_answers_in_their_order(desk: Desk) -> None:
    desk.type("case", "triage", desk.reference, *FIRST, *REST)
    told = " ".join(desk.type("case", "timeline", desk.reference).stdout.split())
    assert "Triage questions answered" in told
    first, later = (
        told.index("Is a child in danger now"),
        told.index("Does anyone think of a suspension? No (with the rest)"),
    )
    assert first < later
    assert "Why no to the rest: Nothing else was reported" in told


def test_what_was_answered_is_not_lost_when_it_is_not_recorded(desk: Desk) -> None:
    answers = [*["no"] * 7, "none", "rest", "Two minutes at break", "no_action", "Her own time", "n"]
    stopped = desk.type("case", "triage", desk.reference, answers=answers, ok=130)
    assert "--answer danger=no" in stopped.stderr
    assert "--rest 'Two minutes at break'" in stopped.stderr
    assert "'route=no_action:Her own time'" in stopped.stderr


def test_nothing_is_called_minor_before_a_question_is_answered(desk: Desk) -> None:
    blank = desk.type("case", "triage", desk.reference).stdout
    assert "Nothing can be said before a question is answered" in blank
    assert "Usual route" not in blank
    begun = desk.type("case", "triage", desk.reference, "--answer", "danger=no", "--dry-run").stdout
    assert "by the answers so far" in " ".join(begun.split())
