"""Commands that only look: what they say, with and without names, and that reading is on record."""

from __future__ import annotations

import re

import pytest

from tests.integration.cli.desk import PEOPLE, Desk, lock_key

NAMES = [part for name in PEOPLE for part in name.split()]


def test_lists_show_where_a_case_stands_and_no_name(session_desk: Desk) -> None:
    for words in (["case", "list"], ["due"], ["status"], ["case", "next", session_desk.reference]):
        shown = session_desk.type(*words).stdout
        assert not [name for name in NAMES if name in shown], words
    shown = session_desk.type("case", "list").stdout
    assert session_desk.reference in shown
    assert "Case to answer" in shown
    assert "Mon 23 Feb 2026" in shown
    assert session_desk.reference in session_desk.type("case", "list", "--first", "1").stdout


def test_lists_need_no_key(desk: Desk) -> None:
    lock_key(desk.folder)
    for words in (
        ["case", "list"],
        ["due"],
        ["status"],
        ["case", "next", desk.reference],
        ["case", "forecast", desk.reference],
        ["audit", "verify"],
        ["audit", "log"],
        ["db", "check"],
    ):
        desk.type(*words)
    assert desk.type("case", "show", desk.reference, ok=5).said.startswith("The key is under a passphrase")


def test_due_says_by_when_by_whom_and_how_late(session_desk: Desk) -> None:
    shown = session_desk.type("due").stdout
    assert "late" in shown
    assert "Head teacher" in shown
    found = session_desk.type("due", "--json").json
    assert found["ok"] is True
    assert found["due"] == sorted(found["due"], key=lambda item: item["due"])
    late = session_desk.type("due", "--overdue", "--json").json["due"]
    assert late
    assert all(item["days_left"] < 0 for item in late)


def test_next_says_what_may_be_done_by_whom_and_what_is_in_the_way(desk: Desk) -> None:
    shown = desk.type("case", "next", desk.reference).stdout
    assert "triage: Decide on a formal investigation" in shown
    assert "head teacher, case manager or chair of governors" in shown
    assert "--harm-threshold" in shown
    found = desk.type("case", "next", desk.reference, "--json").json
    assert found["seen"] == 4
    assert "triage" in [item["step"] for item in found["next"] if item["ready"]]


def test_a_reference_is_read_however_it_is_typed(desk: Desk) -> None:
    assert desk.type("case", "next", desk.reference.lower(), "--json").json["reference"] == desk.reference


def test_forecast_gives_dates_with_their_working(session_desk: Desk) -> None:
    shown = session_desk.type("case", "forecast", session_desk.reference)
    assert "Hold the hearing" in shown.stdout
    assert "Ten clear working days" in shown.stdout


def test_show_opens_the_case_and_puts_the_reading_on_record(hearing_desk: Desk) -> None:
    shown = hearing_desk.type("case", "show", hearing_desk.reference).stdout
    assert "Jordan Blake" in shown
    assert "4.1, 4.3" in shown
    assert "Screenshot" in shown
    assert "Find that there is a case to" in shown
    entries = hearing_desk.type("audit", "log", "--log", "access", "--json").json["entries"]
    assert [entry["kind"] for entry in entries] == ["access_log_opened", "role_given", "read"]


def test_brief_fits_on_half_a_page(hearing_desk: Desk) -> None:
    shown = hearing_desk.type("case", "brief", hearing_desk.reference).stdout
    assert len(shown.splitlines()) < 36
    for words in ("Photographs of pupils", "Employee", "Jordan Blake", "Alleged", "Due", "May be done next"):
        assert words in shown


def test_status_is_what_casework_alone_says_on_a_terminal(session_desk: Desk) -> None:
    alone = session_desk.type(answers=[]).stdout
    assert alone == session_desk.type("status").stdout
    assert "invite-to-hearing" in alone
    assert session_desk.type().stdout.startswith("Usage: casework")


def test_evidence_and_letters_are_listed_with_their_standing(session_desk: Desk) -> None:
    items = session_desk.type("evidence", "list", session_desk.reference, "--json").json["evidence"]
    assert [(item["number"], item["title"], item["status"]) for item in items] == [
        (1, "Screenshot", "disclosed")
    ]
    assert session_desk.type("letter", "list", session_desk.reference).stderr.startswith("There is no letter")
    assert "hearing-invitation" in session_desk.type("letter", "list").stdout


def test_whoami_says_who_records(session_desk: Desk) -> None:
    assert session_desk.type("whoami", "--json").json["name"] == "Priya Nair"
    assert session_desk.type("user", "whoami").stdout == session_desk.type("whoami").stdout


def test_people_are_found_by_an_unambiguous_part_of_their_name(session_desk: Desk) -> None:
    assert session_desk.type("person", "show", "okoro", "--json").json["person"]["name"] == "Daniel Okoro"
    refused = session_desk.type("person", "show", "e", ok=2)
    assert "fits" in refused.stderr
    assert "Ruth Adeyemi" in session_desk.type("person", "list").stdout


def test_a_control_character_in_a_name_cannot_reach_the_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.services.directory.cleaned", str)  # the directory itself takes no such name
    desk.type("person", "add", "Evil\x1b[2J Name", "--title", "Visitor\u202e")
    shown = desk.type("person", "list").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_policies_are_listed_shown_explained_and_drawn(session_desk: Desk) -> None:
    assert "england-maintained" in session_desk.type("policy", "list").stdout
    assert "hold-hearing" in session_desk.type("policy", "show").stdout
    assert "Give a final written warning." in session_desk.type("policy", "show", "england-academy").stdout
    resolved = session_desk.type("policy", "show", "--resolved", "england-academy").stdout
    assert "      # england/strands/suspension.yaml:" in resolved
    assert re.search(
        r"\n  # england/settings.yaml:\d+, england-academy/settings.yaml:\d+\n  employer_type:", resolved
    )
    assert "\nsettings:\n  employer_type:" in session_desk.type("policy", "show", "--resolved").stdout
    assert "unconfirmed" in session_desk.type("policy", "show", "--settings").stdout
    assert "SMP-4.1b" in session_desk.type("policy", "show", "social-media").stdout
    assert "It is refused unless" in session_desk.type("policy", "explain", "hold-hearing").stdout
    assert "Acas Code" in session_desk.type("policy", "explain", "ACAS-11").stdout
    assert session_desk.type("policy", "table", "--csv").stdout.startswith("strand,state,role,steps\n")
    assert session_desk.type("policy", "diagram").stdout.startswith("<svg")
    assert session_desk.type("policy", "explain", "no-such", ok=2).stderr
    assert "no strand" in session_desk.type("policy", "diagram", "nowhere", ok=2).stderr


def test_the_shipped_policies_and_letters_pass_their_checks(session_desk: Desk) -> None:
    assert session_desk.type("policy", "check", "--json").json["findings"] == []
    assert session_desk.type("letter", "check", "--json").json["findings"] == []
