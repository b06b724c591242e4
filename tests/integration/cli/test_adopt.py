"""Adopting a procedure: from a file, on a terminal, anew, and refused where an overlay is milder than the law."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.desk import Desk
from tests.integration.cli.test_school import last_of_the_school

ANSWERS = """
procedure_name: Disciplinary Policy for Staff
procedure_date: 2025-10-01
settings: {notice_of_hearing_days: 12, triage_days: 3}
clauses: {appeal: "9.2", hearing: 7}
contacts: {lado: "Gwen Ellis, 01632 960 300"}
delegations:
  - {power: dismiss, to: headteacher, from: 2025-09-01, until: 2027-08-31, minute: "Minute 12/25"}
dated:
  - {setting: employer_type, value: M-GB, from: 2026-09-01, because: "Order of 3 July"}
minute: Full governing body, minute 14/25
"""


@pytest.fixture
def answers(tmp_path: Path) -> str:
    file = tmp_path / "our-school.yaml"
    file.write_text(ANSWERS, encoding="utf-8")
    return str(file)


def test_a_school_adopts_its_own_values_from_a_file(desk: Desk, answers: str) -> None:
    before = desk.type("school", "show", "--json").json
    done = desk.type("policy", "adopt", "--from", "england-maintained", "--answers", answers, "--json").json
    assert done["clauses"] == {"hearing": "7", "appeal": "9.2"}
    assert "triage_days" in before["unconfirmed"]
    assert "triage_days" not in done["unconfirmed"], (
        "a value that is given counts as confirmed, the default too"
    )
    shown = desk.type("school", "show", "--json").json
    assert shown["digest"] == done["digest"] != before["digest"]
    assert shown["contacts"] == {"lado": "Gwen Ellis, 01632 960 300"}
    assert [item["minute"] for item in shown["delegations"]] == ["Minute 12/25"]
    assert shown["dated"] == [{"setting": "employer_type", "value": "M-GB", "from": "2026-09-01"}]
    settings = desk.type("policy", "show", "--settings", "--json").json["settings"]
    assert (
        settings["notice_of_hearing_days"]["value"],
        settings["notice_of_hearing_days"]["unconfirmed"],
    ) == (
        12,
        False,
    )
    desk.type("verify")
    again = desk.type("policy", "adopt", "--answers", answers, ok=2)
    assert "exactly this already" in again.stderr


def test_adoption_is_an_event_of_the_school_with_its_minute(desk: Desk, answers: str) -> None:
    desk.type("policy", "adopt", "--clause", "appeal=9.2", "--minute", "Minute 14/25")
    facts, body = last_of_the_school(desk)
    assert facts["kind"] == "policy_adopted"
    assert facts["policy"] == desk.type("school", "show", "--json").json["digest"]
    assert body == {"label": "england-maintained@2026.1", "minute": "Minute 14/25"}


def test_new_cases_follow_what_was_adopted_last_and_running_ones_stay(desk: Desk) -> None:
    old = desk.type("case", "show", desk.reference, "--json").json["policy"]
    desk.type("policy", "adopt", "--setting", "triage_days=5")
    words = (
        "case",
        "open",
        "--reported",
        "2026-03-01",
        "--summary",
        "Another",
        "--employee",
        "Sam Field",
        "--json",
    )
    other = desk.type(*words).json["reference"]
    policies = [desk.type("case", "show", case, "--json").json["policy"] for case in (desk.reference, other)]
    assert policies[0] == old
    desk.type("verify")
    due = {
        item["reference"]: item["due"]
        for item in desk.type("due", "--json").json["due"]
        if item["clock"] == "triage"
    }
    assert due[other] == "2026-03-06"


def test_what_was_said_before_stands_until_it_is_said_anew(desk: Desk) -> None:
    desk.type("policy", "adopt", "--setting", "triage_days=5", "--clause", "appeal=9.2")
    done = desk.type("policy", "adopt", "--setting", "panel_size=4", "--json").json
    settings = desk.type("policy", "show", "--settings", "--json").json["settings"]
    assert (settings["triage_days"]["value"], settings["panel_size"]["value"]) == (5, 4)
    assert (done["clauses"], done["procedure_date"]) == ({"appeal": "9.2"}, "2025-09-01")
    other = desk.type("policy", "adopt", "--from", "england-academy", "--json").json
    assert (other["policy"], other["clauses"]) == ("england-academy@2026.1", {"appeal": "9.2"})
    assert other["dropped"] == ["employer_type"]


def test_what_is_missing_is_asked_for_on_a_terminal(desk: Desk) -> None:
    clauses = ["", "", "", "", "7", "", "", "", "9.2", ""]
    contacts = ["Gwen Ellis, 01632 960 300", "", "", "", "", ""]
    settings = ["yes", "", "25", "5", "", "-"]
    words = ["Staff Discipline", *clauses, *contacts, *settings]
    left = len(desk.type("school", "show", "--json").json["unconfirmed"]) - 4
    delegation = ["dismiss", "headteacher", "2025-09-01", "", "Minute 12/25", ""]
    done = desk.type(
        "policy", "adopt", answers=[*words, *["-"] * left, *delegation, "Full governing body, minute 14/25"]
    )
    assert "25 is above the maximum of 10." in done.stderr
    shown = desk.type("school", "show", "--json").json
    assert shown["contacts"] == {"lado": "Gwen Ellis, 01632 960 300"}
    assert [item["power"] for item in shown["delegations"]] == ["dismiss"]
    assert not {"triage_days", "allegation_letter_days"} & set(shown["unconfirmed"])
    assert "investigation_letter_days" in shown["unconfirmed"]
    assert "hearing 7 and appeal 9.2" in done.stdout


def overlay(folder: Path, settings: str) -> str:
    ours = folder / "our-policy"
    ours.mkdir()
    head = 'language: 1\nextends: england-maintained\nid: our-policy\nversion: "2026.1"\ntitle: Ours\n'
    (ours / "policy.yaml").write_text(head, encoding="utf-8")
    (ours / "settings.yaml").write_text(f"settings:\n{settings}", encoding="utf-8")
    return str(ours)


def test_an_overlay_that_is_stricter_is_adopted(desk: Desk, tmp_path: Path) -> None:
    ours = overlay(tmp_path, "  notice_of_hearing_days: {minimum: 12, value: 12}\n")
    assert desk.type("policy", "adopt", "--from", ours, "--json").json["policy"] == "our-policy@2026.1"
    refused = desk.type("policy", "adopt", "--setting", "notice_of_hearing_days=10", ok=2)
    assert "does not come with casework" in refused.stderr
    refused = desk.type("policy", "adopt", "--from", ours, "--setting", "notice_of_hearing_days=10", ok=2)
    assert "below the minimum of 12" in refused.stderr


def test_an_overlay_that_weakens_a_hard_rule_names_it_and_is_not_adopted(desk: Desk, tmp_path: Path) -> None:
    ours = overlay(tmp_path, "  companion_window_days: {minimum: 2, value: 3}\n")
    before = desk.type("school", "show", "--json").json["digest"]
    refused = desk.type("policy", "adopt", "--from", ours, ok=1)
    assert "settings.yaml:2: settings.companion_window_days: This weakens ERelA-10d" in refused.stderr
    assert desk.type("school", "show", "--json").json["digest"] == before
    assert "This weakens ERelA-10d" in desk.type("policy", "check", ours, ok=1).stdout


def test_the_file_that_the_documentation_shows_can_be_adopted(desk: Desk, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "adviser" / "your-procedure.md").read_text(encoding="utf-8")
    file = tmp_path / "shown.yaml"
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    done = desk.type("policy", "adopt", "--answers", str(file), "--json").json
    assert done["clauses"] == {"hearing": "7", "appeal": "9.2"}
    assert set(desk.type("school", "show", "--json").json["contacts"]) == {
        "lado",
        "dpo",
        "hr_adviser",
        "local_authority",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("settings: {notice: 3}\n", "There is no such setting"),
        ("settings: {notice_of_hearing: 3}\n", "Did you mean notice_of_hearing_days"),
        ("clauses: {appeals: 3}\n", "There is no such topic"),
        ("contact: {lado: x}\n", "There is no property `contact` here. Did you mean `contacts`?"),
        ("contacts: {mayor: x}\n", "There is no contact 'mayor'"),
        ("procedure_date: soon\n", "is not a date"),
        ("delegations:\n  - {power: dismiss, to: headteacher, minute: x}\n", "`from` is missing"),
        (
            "delegations:\n  - {power: fire, to: headteacher, from: 2025-09-01, minute: x}\n",
            "no power 'fire'",
        ),
        ("- settings\n", "Expected a mapping"),
    ],
)
def test_answers_that_cannot_be_are_refused_and_nothing_is_adopted(
    text: str, says: str, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text, encoding="utf-8")
    before = desk.type("school", "show", "--json").json
    assert says in desk.type("policy", "adopt", "--answers", str(file), ok=2).stderr
    assert desk.type("school", "show", "--json").json == before


def test_a_procedure_that_is_not_there_is_refused(desk: Desk) -> None:
    assert "There is no procedure 'nowhere'" in desk.type("policy", "adopt", "--from", "nowhere", ok=2).stderr


def test_a_rehearsal_adopts_nothing_and_a_retry_is_harmless(desk: Desk) -> None:
    before = desk.type("school", "show", "--json").json
    words = ("policy", "adopt", "--setting", "triage_days=5")
    assert "Nothing was recorded" in desk.type(*words, "--dry-run").stderr
    assert desk.type("school", "show", "--json").json == before
    command = ("--command", "6f6b0f3a-3f43-4a52-9a55-0d1f2c3b4a59")
    desk.type(*words, *command)
    assert "recorded before" in desk.type(*words, *command).stdout


def test_a_school_is_set_up_with_the_same_file_of_answers(tmp_path: Path, answers: str) -> None:
    desk = Desk(tmp_path / "new")
    words = ("init", "--name", "Oak School", "--prefix", "OAK", "--adviser", "Priya Nair", "--no-passphrase")
    desk.type(*words, "--settings-file", answers)
    shown = desk.type("school", "show", "--json").json
    assert shown["contacts"] == {"lado": "Gwen Ellis, 01632 960 300"}
    assert len(shown["delegations"]) == len(shown["dated"]) == 1
    assert "Disciplinary Policy for Staff, 2025-10-01" in desk.type("school", "show").stdout
    desk.type("verify")
