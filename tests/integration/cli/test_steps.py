"""Steps as commands: options made from the policy, refusals with the way out, irregular facts, corrections."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from casework.procedure.load import load_policy, shipped_policies
from tests.integration.cli.desk import Desk

POLICY = load_policy(shipped_policies()["england-maintained"])
STEPS = list(POLICY.steps)
TRIAGE = [
    *("--route", "formal", "--enquiry", "Looked at the page", "--lado-contact", "not_needed"),
    *(
        word
        for key in ("harmed", "offence", "risk", "suitability")
        for word in ("--harm-threshold", f"{key}=no")
    ),
    *(
        word
        for key in ("child_abuse", "low_level", "whistleblowing", "belief", "hostility")
        for word in ("--screening", f"{key}=no")
    ),
    *("--screening", "personal_data=yes:Names of pupils", "--taken-by", "Helen Marsh"),
]
INVITE = [
    *("--venue", "Library", "--method", "hand", "--worst-outcome", "final_written_warning"),
    *("--heard-by", "panel", "--chair", "Ruth Adeyemi", "--members", "Sam Field", "--members", "Lena Petrov"),
    *(
        "--clerk",
        "Ines Duarte",
        "--presenting-officer",
        "Daniel Okoro",
        "--papers-checked",
        "--adjustments",
        "None known",
    ),
    *("--taken-by", "Helen Marsh"),
]
MEANT = {
    "ITEMS": "1",
    "YYYY-MM-DD": "2026-03-02",
    "YYYY-MM-DDTHH:MM": "2026-03-02T10:00",
    "NUMBER": "1",
    "NAME": "Ruth Adeyemi",
    "TITLE": "A page",
    "WHY": "because",
}


def filled_in(word: str) -> str:
    """A word of a corrected command with its placeholder replaced by something that it could be."""
    key, equals, value = word.partition("=")
    answer, colon, why = (value if equals else key).partition(":")
    if "|" in answer:
        answer = answer.split("|")[0]
    if (value if equals else key) in MEANT:
        answer, colon, why = MEANT[value if equals else key], "", ""
    return f"{key}{equals}{answer}{colon}{MEANT.get(why, why)}" if equals else f"{answer}{colon}{why}"


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_a_command_with_help_for_all_it_asks(step: str, session_desk: Desk) -> None:
    shown = session_desk.type("case", "step", session_desk.reference, step.replace("_", "-"), "--help").stdout
    assert POLICY.steps[step][1].title in shown
    assert "Example:" in shown
    assert "Taken by:" in shown
    for name, field in POLICY.steps[step][1].fields.items():
        if field.entered_in is not None:  # the register answers it
            assert f"--{name.replace('_', '-')}" not in shown
            continue
        assert f"--{name.replace('_', '-')}" in shown


@pytest.mark.parametrize("step", STEPS)
def test_the_corrected_command_of_every_refusal_can_be_typed(step: str, session_desk: Desk) -> None:
    refused = session_desk.type("case", "step", session_desk.reference, step, "--json", ok=3).json
    assert refused["unmet"]
    assert all(item["says"] and item["status"] in ("breached", "not_shown") for item in refused["unmet"])
    for command in refused["first"]:
        words = [filled_in(word) for word in shlex.split(command)[3:]]
        assert session_desk.type(*words, "--help").stdout.startswith("Usage:")
    if any(item["requirement"] == "state" for item in refused["unmet"]):
        assert len(refused["unmet"]) == 1
        assert "corrected" not in refused
        return
    program, *words = shlex.split(refused["corrected"])
    assert program == "casework"
    assert words[:2] == ["--data", str(session_desk.folder)]
    again = session_desk.type(*map(filled_in, words[2:]), "--dry-run", "--json", ok=None)
    if "REF" in words:  # a placeholder that no invented answer can take the place of
        assert again.json["code"] == "field-invalid"
    else:
        assert again.exit_code in (0, 3), again.stderr


def test_the_lines_of_a_long_corrected_command_say_the_same_as_its_one_line(desk: Desk) -> None:
    plain = desk.type("case", "step", desk.reference, "triage", ok=3).stderr
    whole = desk.type("case", "step", desk.reference, "triage", "--json", ok=3).json["corrected"]
    lines = plain[plain.index("Corrected:\n") + len("Corrected:\n") :]
    assert shlex.split(lines.replace("\\\n", " ")) == shlex.split(whole)


def test_help_after_a_reference_lists_the_steps_that_start_from_there(desk: Desk) -> None:
    shown = desk.type("case", "step", desk.reference, "--help").stdout
    assert "triage" in shown
    assert "hold-hearing" not in shown
    assert "triage" not in desk.type("case", "step", "--help").stdout.partition("Options:")[2]


def test_a_step_is_recorded_and_its_receipt_says_what_follows(desk: Desk) -> None:
    done = desk.type("case", "step", desk.reference, "triage", *TRIAGE)
    assert "Decide on a formal investigation: event 5" in done.stdout
    assert "Formal investigation decided" in done.stdout
    assert "appoint-investigator" in done.stdout
    assert "Due" in done.stdout
    found = desk.type("case", "next", desk.reference, "--json").json
    assert found["states"]["procedure"]["state"] == "triaged"


def test_underscores_and_hyphens_are_the_same(desk: Desk) -> None:
    done = desk.type("case", "step", desk.reference, "take_no_action", "--json", ok=3).json
    assert done == desk.type("case", "step", desk.reference, "take-no-action", "--json", ok=3).json


def test_a_dry_run_shows_what_would_stand_and_records_nothing(desk: Desk) -> None:
    done = desk.type("case", "step", desk.reference, "triage", *TRIAGE, "--dry-run", "--json")
    assert done.json["dry_run"] is True
    assert done.json["states"]["procedure"]["state"] == "triaged"
    assert "Nothing was recorded" in done.stderr
    assert (
        desk.type("case", "next", desk.reference, "--json").json["states"]["procedure"]["state"] == "reported"
    )
    assert desk.type("audit", "verify", "--json").json["steps"] == 0


def test_the_same_command_sent_twice_is_recorded_once(desk: Desk) -> None:
    act = "0b1c5f3e-8f0a-4c3b-9a53-1f2e3d4c5b6a"
    words = ["case", "step", desk.reference, "triage", *TRIAGE, "--command", act, "--json"]
    first, second = desk.type(*words).json, desk.type(*words).json
    assert (first["events"], first["repeated"]) == ([5], False)
    assert (second["events"], second["repeated"]) == ([5], True)
    note = ["case", "note", desk.reference, "A word", "--command", act.replace("0b", "1b"), "--json"]
    assert desk.type(*note).json["events"] == desk.type(*note).json["events"] == [6]
    other = desk.type(
        "case", "open", "--reported", "2026-03-02", "--employee", "Sam Field", "--summary", "x", "--json"
    )
    elsewhere = desk.type("case", "note", other.json["reference"], "x", "--command", act, ok=2)
    assert "something else" in elsewhere.stderr


def test_words_are_read_from_a_file(desk: Desk, tmp_path: Path) -> None:
    words = tmp_path / "enquiry.txt"
    words.write_text("Looked at the page,\nand asked the office.\n", encoding="utf-8")
    typed = [f"@{words}" if word == "Looked at the page" else word for word in TRIAGE]
    desk.type("case", "step", desk.reference, "triage", *typed)
    steps = desk.type("case", "show", desk.reference, "--json").json["steps"]
    assert steps[0]["texts"]["enquiry"] == "Looked at the page,\nand asked the office."
    refused = desk.type(
        "case", "step", desk.reference, "appoint-investigator", "--terms-of-reference", f"@{words}", ok=3
    )
    assert f"@{words}" in refused.stderr
    missing = desk.type("case", "step", desk.reference, "triage", "--enquiry", "@/nowhere.txt", ok=2)
    assert "cannot be read" in missing.stderr
    desk.type("case", "note", desk.reference, "@@home this begins with an at sign")
    assert "@home this" in desk.type("case", "show", desk.reference).stdout


def test_a_date_that_is_too_early_is_put_right_and_keeps_its_time(hearing_desk: Desk) -> None:
    words = [
        "case",
        "step",
        hearing_desk.reference,
        "invite-to-hearing",
        "--hearing-at",
        "2026-03-09T10:30",
        *INVITE,
    ]
    refused = hearing_desk.type(*words, "--json", ok=3).json
    assert refused["earliest"] == "2026-03-17"
    assert "--hearing-at 2026-03-17T10:30" in refused["corrected"]
    plain = hearing_desk.type(*words, ok=3).stderr
    assert "ACAS-11" in plain
    assert "Earliest    Tue 17 Mar 2026. Served on Monday 2 March 2026. Ten clear working days:" in plain
    assert "reasonable time to prepare" in " ".join(plain.split())
    hearing_desk.type(*shlex.split(refused["corrected"])[3:])


def test_a_refusal_says_who_may_waive_and_a_waiver_is_taken(hearing_desk: Desk) -> None:
    reference = hearing_desk.reference
    hearing_desk.type("evidence", "add", reference, "A late statement", "--type", "statement")
    words = ["case", "step", reference, "invite-to-hearing", "--hearing-at", "2026-03-17T10:30", *INVITE]
    plain = hearing_desk.type(*words, ok=3).stderr
    assert "May be waived by" in plain
    assert f"casework --data {hearing_desk.folder} evidence disclose {reference}" in plain
    waived = [
        *("--waive", "evidence_disclosed", "--waived-by", "Ruth Adeyemi"),
        *("--because", "It came this morning and follows tomorrow", "--advice", "Send it today"),
    ]
    done = hearing_desk.type(*words, *waived, "--json").json
    assert [item["requirement"] for item in done["assessments"] if item["status"] == "waived"] == [
        "evidence_disclosed"
    ]
    uneven = hearing_desk.type(*words, *waived[:4], ok=2)
    assert "Each --waive needs its own" in uneven.stderr


def test_the_letter_that_is_missing_is_named_with_its_command(hearing_desk: Desk) -> None:
    words = ["case", "step", hearing_desk.reference]
    hearing_desk.type(*words, "invite-to-hearing", "--hearing-at", "2026-03-17T10:30", *INVITE)
    refused = hearing_desk.type(*words, "hold-hearing", "--json", ok=3).json
    assert any("letter issue" in command and "hearing-invitation" in command for command in refused["first"])


def test_what_happened_all_the_same_is_recorded_as_irregular_with_its_cures(hearing_desk: Desk) -> None:
    reference = hearing_desk.reference
    words = [reference, "invite-to-hearing", "--hearing-at", "2026-03-09T10:30", *INVITE]
    missing = hearing_desk.type("case", "record", *words, ok=2)
    assert "--irregular-reason" in missing.stderr
    done = hearing_desk.type("case", "record", *words, "--reason", "It was sent before anybody counted")
    assert "On record as irregular" in done.stdout
    assert "The notice is too short" in done.stdout
    assert "What can still be put right" in done.stdout
    steps = hearing_desk.type("case", "show", reference, "--json").json["steps"]
    assert steps[-1]["irregular"] is True
    assert steps[-1]["breached"] == ["notice_forecast"]
    assert "irregular:" in hearing_desk.type("case", "show", reference).stdout


def test_a_field_called_reason_does_not_take_the_place_of_why_it_is_irregular(session_desk: Desk) -> None:
    shown = session_desk.type("case", "record", session_desk.reference, "suspend", "--help").stdout
    assert "--irregular-reason WORDS" in shown
    assert shown.count("--reason WORDS") == 1
    refused = session_desk.type("case", "record", session_desk.reference, "suspend", "--reason", "x", ok=2)
    assert "--irregular-reason" in refused.stderr


def test_yes_or_no_is_never_answered_for_anybody(hearing_desk: Desk) -> None:
    refused = hearing_desk.type("case", "step", hearing_desk.reference, "suspend", ok=3).stderr
    assert "Add to it: --full-pay or --no-full-pay" in refused
    assert "--full-pay \\" not in refused


def test_an_entry_is_corrected_by_the_types_of_its_step(hearing_desk: Desk) -> None:
    reference = hearing_desk.reference
    hearing_desk.type(
        "case", "step", reference, "invite-to-hearing", "--hearing-at", "2026-03-17T10:30", *INVITE
    )
    event = hearing_desk.type("case", "show", reference, "--json").json["steps"][-1]["event"]
    words = ["case", "correct", reference, str(event), "--reason", "Typed from the old plan"]
    assert "write it" in hearing_desk.type(*words, "--set", "hearing-at=soon", ok=2).stderr.casefold()
    done = hearing_desk.type(*words, "--set", "hearing-at=2026-03-10T10:30", "--json").json
    assert done["breached"] == ["notice_forecast"]
    corrected = hearing_desk.type("case", "show", reference, "--json").json["steps"][-1]
    assert corrected["values"]["hearing_at"] == "2026-03-10T10:30"
    assert corrected["corrected_by"] == done["events"]
    hearing_desk.type(*words, "--set", "presenting-officer=Helen Marsh")
    assert "Say what is corrected" in hearing_desk.type(*words, ok=2).stderr


def test_an_entry_is_annulled_with_a_reason_newest_first(hearing_desk: Desk) -> None:
    reference = hearing_desk.reference
    steps = hearing_desk.type("case", "show", reference, "--json").json["steps"]
    words = ["case", "annul", reference]
    assert "Missing option '--reason'" in hearing_desk.type(*words, str(steps[-1]["event"]), ok=2).stderr
    hearing_desk.type(*words, str(steps[0]["event"]), "--reason", "x", ok=3)
    hearing_desk.type(*words, str(steps[-1]["event"]), "--reason", "Wrong case")
    state = hearing_desk.type("case", "next", reference, "--json").json["states"]["procedure"]["state"]
    assert state == "investigation_reported"
