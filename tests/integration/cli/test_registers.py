"""`casework register`: what a user types, what is refused, what is shown, and that it verifies."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta

import pytest

from casework.base.time import LONDON
from tests.integration.cli.desk import Desk

ACCOUNT = (
    "register",
    "add",
    "accounts",
    "--platform",
    "Facebook",
    "--handle",
    "Ashgrove",
    "--since",
    "2024-09-01",
)
CONSENT = (
    *(
        "register",
        "add",
        "consents",
        "--person",
        "Jordan Blake",
        "--account",
        "1",
        "--scope",
        "News of the class",
    ),
    *("--granted-by", "Helen Marsh", "--granted-from", "2026-01-05", "--evidence", "E-mail of that day"),
)
BREACH = (
    *("register", "add", "data-breaches", "--what", "A list went to the wrong parents", "--data", "Names"),
    *("--children", "--no-special", "--aware-at", "2026-02-27T15:00", "--consequences", "Unwanted calls"),
    *("--done", "They were asked to delete it"),
)
DECISION = (
    *(
        "register",
        "update",
        "data-breaches",
        "1",
        "--decision",
        "not_reportable",
        "--decided-by",
        "Helen Marsh",
    ),
    *("--decided-at", "2026-03-02T14:00", "--decided-because", "All of them deleted it"),
)


def test_an_entry_is_made_shown_and_verified(desk: Desk) -> None:
    assert desk.type(*ACCOUNT).stdout == "Account 1 of “The school's own accounts” entered.\n"
    made = desk.type(*CONSENT, "--json").json
    assert (made["register"], made["entry"], made["repeated"]) == ("consents", 1, False)
    shown = desk.type("register", "show", "consents", "1").stdout
    assert "Who may use the account  Jordan Blake" in shown
    assert "Which account            Account 1" in shown
    assert "What for                 News of the class" in shown
    data = desk.type("register", "show", "REG-1", "1", "--json").json
    assert data["values"]["scope"] == "News of the class"
    assert data["shown"]["granted_by"] == "Helen Marsh"
    verified = desk.type("audit", "verify", "--json").json
    assert (verified["whole"], verified["register_entries"], verified["lists"]) == (True, 2, "fresh")
    desk.type("db", "rebuild")
    assert desk.type("audit", "verify", "--json").json["lists"] == "fresh"


def test_lists_need_no_key_and_words_are_read_on_record(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    rows = {item["register"]: item for item in desk.type("register", "list", "--json").json["registers"]}
    assert len(rows) == 13
    assert rows["accounts"] == {
        "register": "accounts",
        "number": "REG-3",
        "title": "The school's own accounts",
        "entries": 1,
        "current": 1,
    }
    before = len(desk.type("audit", "log", "--log", "access", "--json").json["entries"])
    desk.type("register", "list", "accounts")
    desk.type("register", "show", "accounts", "1")
    assert len(desk.type("audit", "log", "--log", "access", "--json").json["entries"]) == before + 2
    entries = desk.type("audit", "log", "--json").json["entries"]
    assert (entries[-1]["kind"], entries[-1]["register"]) == ("register_entry_added", "accounts")


def test_no_name_and_no_word_of_an_entry_stands_in_the_database(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    desk.type(*CONSENT)
    stored = b"".join(path.read_bytes() for path in desk.folder.glob("casework.sqlite3*"))
    for secret in ("News of the class", "E-mail of that day", "Jordan Blake"):
        assert secret.encode() not in stored
    assert b"register_entry_added" in stored


def test_a_changed_entry_is_found(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    with sqlite3.connect(desk.folder / "casework.sqlite3") as database:
        database.execute(
            "UPDATE events SET facts = CAST(replace(CAST(facts AS TEXT), '2024-09-01', '2023-09-01') AS BLOB)"
        )
    database.close()
    found = desk.type("audit", "verify", "--json", ok=1).json
    assert not found["whole"]
    assert [(item["log"], item["kind"]) for item in found["findings"]] == [("cases", "altered")]


def test_a_register_that_was_moved_to_another_name_is_found(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    with sqlite3.connect(desk.folder / "casework.sqlite3") as database:
        database.execute("UPDATE streams SET ref = 'consents' WHERE kind = 'register'")
    database.close()
    found = desk.type("audit", "verify", "--json", ok=1).json
    assert [item["kind"] for item in found["findings"]] == ["stream_altered"]


def test_seventy_two_hours_run_through_the_weekend_to_a_decision(desk: Desk) -> None:
    made = desk.type(*BREACH).stdout  # aware on Friday at three; it is Monday at three
    assert "by Mon 2 Mar 2026, 15:00; 0 hours left, weekends counted" in made
    (due,) = [item for item in desk.type("due", "--json").json["due"] if item["clock"] == "data-breaches"]
    assert (due["reference"], due["hours_left"], due["overdue"]) == ("data-breaches 1", 0, False)
    desk.now += timedelta(hours=2)
    (late,) = [item for item in desk.type("due", "--overdue", "--json").json["due"] if "hours_left" in item]
    assert (late["hours_left"], late["overdue"]) == (-2, True)
    assert "by 15:00: 2 hours late" in " ".join(desk.type("status").stdout.split())
    refused = desk.type("register", "update", "data-breaches", "1", "--decision", "not_reportable", ok=2)
    assert "Give --decided-by --decided-at --decided-because." in refused.stderr
    assert "in time (due Mon 2 Mar 2026, 15:00)" in desk.type(*DECISION).stdout
    assert not [item for item in desk.type("due", "--json").json["due"] if "hours_left" in item]
    clock = desk.type("register", "show", "data-breaches", "1", "--json").json["clock"]
    assert (clock["stopped"], clock["late"]) == ("2026-03-02T14:00:00+00:00", False)


def test_a_late_decision_is_recorded_as_late(desk: Desk) -> None:
    desk.type(*BREACH)
    desk.now += timedelta(days=1)
    late = [*DECISION]
    late[late.index("2026-03-02T14:00")] = "2026-03-03T09:00"
    assert "done on Tue 3 Mar 2026, 09:00, late" in desk.type(*late).stdout


def test_a_mistake_is_corrected_or_annulled_and_both_stand(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    desk.type(*CONSENT)
    desk.type(
        "register", "correct", "consents", "1", "--granted-from", "2026-01-07", "--reason", "It is of the 7th"
    )
    shown = desk.type("register", "show", "consents", "1").stdout
    assert "Wed 7 Jan 2026" in shown
    assert "Corrected                It is of the 7th" in shown
    refused = desk.type("register", "annul", "accounts", "1", "--reason", "Closed", ok=3)
    assert "entry 1 of “Consents to use a school account” names it" in refused.stderr
    desk.type("register", "annul", "consents", "1", "--reason", "Another person")
    assert "annulled: it counts no more" in desk.type("register", "list", "consents").stdout
    assert desk.type("audit", "verify", "--json").json["whole"]


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("register", "show", "consent", "1"), 2, "There is no register 'consent'.\nDid you mean consents?"),
        (("register", "show", "consents", "1"), 2, "There is no entry 1 in this register; it has none."),
        (("register", "show", "consents", "0"), 2, "0 is not in the range"),
        (("register", "add", "consent"), 2, "There is no register 'consent'. Did you mean consents"),
        (("register", "add", "consents"), 2, "Give --person --account --scope"),
        (
            ("register", "add", "consents", "--person", "Nobody"),
            2,
            "Nobody called 'Nobody' is in the directory.",
        ),
        (("register", "add", "consents", "--account", "7"), 2, "There is no entry 7 in this register"),
        (("register", "add", "consents", "--account", "x"), 2, "give the number of the entry"),
        (("register", "add", "accounts", "--since", "2030-01-01"), 2, "this lies in the future"),
        (("register", "add", "accounts", "--case", "ASH-26-0000"), 6, "There is no such case"),
        (("register", "update", "accounts", "1"), 2, "There is no entry 1"),
        (("register", "correct", "accounts", "1"), 2, "Missing option '--reason'"),
        (("register", "annul", "accounts", "1"), 2, "Missing option '--reason'"),
        (("register", "add", "accounts", "--command", "mine"), 2, "is not an id"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    desk: Desk, typed: tuple[str, ...], code: int, says: str
) -> None:
    before = desk.type("audit", "verify", "--json").json["entries"]
    done = desk.type(*typed, ok=code)
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert desk.type("audit", "verify", "--json").json["entries"] == before


def test_a_command_that_is_sent_again_is_recorded_once(desk: Desk) -> None:
    again = (*ACCOUNT, "--command", "0f7c3a4e-8d55-4b0e-9d3c-2f6a1f6d8a01", "--json")
    first, second = desk.type(*again).json, desk.type(*again).json
    assert (first["repeated"], second["repeated"], second["entry"]) == (False, True, 1)
    assert [item["entries"] for item in _registers(desk) if item["register"] == "accounts"] == [1]


def test_a_dry_run_records_nothing(desk: Desk) -> None:
    done = desk.type(*ACCOUNT, "--dry-run", "--json")
    assert done.json["dry_run"]
    assert "Nothing was recorded" in done.stderr
    assert not any(item["entries"] for item in _registers(desk))


def _registers(desk: Desk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = desk.type("register", "list", "--json").json["registers"]
    return found


def test_on_a_terminal_what_is_missing_is_asked_for(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    answers = ["Jordan", "1", "News", "Helen", "2026-01-05", "", "E-mail"]
    assert "Consent 1" in desk.type("register", "add", "consents", answers=answers).stdout
    shown = desk.type("register", "show", "consents", "1", "--json").json
    assert shown["shown"]["person"] == "Jordan Blake"
    assert shown["values"]["scope"] == "News"


def test_help_says_what_a_register_holds(desk: Desk) -> None:
    listed = desk.type("register", "add", "--help").stdout
    assert "low-level-concerns" in listed
    shown = desk.type("register", "add", "low-level-concerns", "--help").stdout
    assert "--raised-on" in shown
    assert "Kept: Until the person leaves" in " ".join(shown.split())


def test_entries_of_a_case_are_linked_to_it(desk: Desk) -> None:
    desk.type(*BREACH, "--case", desk.reference)
    data = json.loads(desk.type("register", "list", "data-breaches", "--json").stdout)
    assert data["entries"][0]["case"] == desk.reference


def test_times_are_local(desk: Desk) -> None:
    desk.now = datetime(2026, 6, 1, 10, 0, tzinfo=LONDON)
    typed = [*BREACH]
    typed[typed.index("2026-02-27T15:00")] = "2026-05-30T09:30"
    desk.type(*typed)
    clock = desk.type("register", "show", "data-breaches", "1", "--json").json["clock"]
    assert clock["due"] == "2026-06-02T09:30:00+01:00"


def test_what_was_answered_is_not_lost_when_the_entry_cannot_be_made(desk: Desk) -> None:
    answers = ["A list", "Names", "", "yes", "no", "", "2026-03-05T10:00", "Calls", "Deleted"]
    refused = desk.type("register", "add", "data-breaches", answers=answers, ok=2)
    assert "this lies in the future" in refused.stderr
    assert "--what 'A list'" in refused.stderr
    assert "--children" in refused.stderr
    assert "--no-special" in refused.stderr


def test_what_has_expired_is_said_and_what_falls_due_is_listed(desk: Desk) -> None:
    desk.type(*ACCOUNT)
    desk.type(*CONSENT, "--granted-until", "2026-02-20")
    desk.type(*CONSENT)
    listed = desk.type("register", "list", "consents")
    assert "no, it has expired" in listed.stdout
    current = desk.type("register", "list", "consents", "--current", "--json").json["entries"]
    assert [(item["entry"], item["standing"]) for item in current] == [(2, "current")]
    then = desk.type("register", "list", "consents", "--current", "--on", "2026-02-20", "--json").json
    assert [item["entry"] for item in then["entries"]] == [1, 2]
    assert "2, 1 current" in desk.type("register", "list").stdout
    due = {item["reference"]: item["due"] for item in desk.type("due", "--json").json["due"]}
    assert due["consents 1"] == "2026-02-20"
    assert "consents 2" not in due


def test_whether_a_concern_is_in_the_register_is_what_the_register_says(desk: Desk) -> None:
    asked = ("danger", "child_abuse", "harmed", "offence", "risk", "suitability")
    answers = [word for name in asked for word in ("--answer", f"{name}=no")]
    answers += ["--answer", "low_level=yes:Alone with a pupil", "--answer", "subject=none"]
    step = ("case", "step", desk.reference, "take-no-action", "--enquiry", "It was explained")
    step += ("--lado-contact", "not_needed", "--taken-by", "Helen Marsh", "--json")
    screening = ("child_abuse", "low_level", "whistleblowing", "belief", "hostility", "personal_data")
    said = [f"{name}=no" if name != "low_level" else "low_level=yes:Alone with a pupil" for name in screening]
    told = [word for item in said for word in ("--screening", item)]
    told += [w for name in asked[2:] for w in ("--harm-threshold", f"{name}=no")]
    unmet = desk.type(*step, *told, ok=3).json["unmet"]
    found = next(item for item in unmet if item["requirement"] == "low_level_was_entered")
    assert "casework register add low-level-concerns --case" in found["remedy"]
    desk.type("case", "triage", desk.reference, *answers, "--rest", "Nothing else")
    unmet = desk.type(*step, *told, ok=3).json["unmet"]
    assert "low_level_was_entered" not in {item["requirement"] for item in unmet}
