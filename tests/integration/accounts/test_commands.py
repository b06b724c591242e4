"""Accounts at the command line: added, signed in for the first time, let in, signed in again, stopped."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.accounts.room import PHRASE, Room


def test_somebody_joins_and_records_under_their_own_name(room: Room) -> None:
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    assert room.type("whoami --json").json["name"] == "Priya Nair"
    begun = room.type("login helen.marsh --json", CASEWORK_PASSPHRASE=PHRASE).json
    assert (begun["held"], begun["failed_before"]) == ("file", 0)
    me = room.type("whoami --json").json
    assert (me["name"], me["roles"]) == ("Helen Marsh", ["headteacher"])
    assert "Jordan Blake" in room.type("person list").stdout
    log = room.type("audit log --log access --json").json["entries"]
    assert [entry["kind"] for entry in log][-4:] == ["role_given", "account_admitted", "signed_in", "read"]
    assert room.type("logout").stdout == "Signed out: helen.marsh.\n"
    assert room.type("whoami --json").json["name"] == "Priya Nair"
    assert room.type("audit verify --json").json["whole"]


def test_a_session_ends_by_the_clock_and_never_passes_to_another_account(room: Room) -> None:
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    for busy, over in (([], 61), (list(range(50, 451, 50)), 481)):
        room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)
        start = room.now
        for minutes in busy:
            room.now = start + timedelta(minutes=minutes)
            room.type("whoami")
        room.now = start + timedelta(minutes=over)
        refused = room.type("whoami", ok=5)
        assert "has ended" in refused.said and "casework login helen.marsh" in refused.said
    room.type("logout")
    assert room.type("whoami --json").json["name"] == "Priya Nair"


def test_failures_are_counted_made_to_wait_and_put_on_record(room: Room) -> None:
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    for _ in range(3):
        wrong = room.type("login helen.marsh", CASEWORK_PASSPHRASE="another three words", ok=6)
        assert "do not belong together" in wrong.said
    assert room.type("login nobody.here", CASEWORK_PASSPHRASE=PHRASE, ok=6).said == wrong.said
    waits = room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE, ok=6)
    assert "failed 3 times. Try again in 5 seconds." in waits.said
    room.now += timedelta(seconds=6)
    assert "failed 3 times before" in " ".join(
        room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE).stdout.split()
    )
    log = room.type("audit log --log access --json").json["entries"]
    assert [entry["kind"] for entry in log][-2:] == ["sign_in_failed", "signed_in"]


def test_a_code_is_good_once_and_for_a_week(room: Room) -> None:
    code = room.type("user add --role clerk --json", "Ines Duarte").json["code"]
    again = room.type("user invite ines.duarte --json").json["code"]
    words = "login ines.duarte --invitation"
    old = room.type(words, CASEWORK_INVITATION=code, CASEWORK_PASSPHRASE=PHRASE, ok=6)
    assert "used or is too old" in old.said
    start, room.now = room.now, room.now + timedelta(days=7, minutes=1)
    room.type(words, CASEWORK_INVITATION=again, CASEWORK_PASSPHRASE=PHRASE, ok=6)
    room.now = start
    weak = room.type(words, CASEWORK_INVITATION=again, CASEWORK_PASSPHRASE="ines.duarte2026", ok=2)
    assert "somebody would try" in weak.said
    room.type(words, CASEWORK_INVITATION=again.lower(), CASEWORK_PASSPHRASE=PHRASE)
    room.type(words, CASEWORK_INVITATION=again, CASEWORK_PASSPHRASE=PHRASE, ok=6)
    refused = room.type("user admit ines.duarte --fingerprint", "0000", ok=6)
    assert "You have not been let in" in refused.said
    room.type("logout")
    assert "not the fingerprint" in room.type("user admit ines.duarte --fingerprint", "0000", ok=2).said


def test_a_disabled_account_signs_in_nowhere_until_it_is_enabled(room: Room) -> None:
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)
    refused = room.type("user disable priya.nair --reason", "I would rather", ok=6)
    assert "does not manage accounts" in refused.said
    room.type("logout")
    assert "your own account" in room.type("user disable priya.nair --reason", "x", ok=2).said
    room.type("user disable helen.marsh --reason", "Her laptop was stolen")
    room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE, ok=6)
    room.type("user enable helen.marsh --reason", "A new laptop")
    room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)


def test_a_role_ends_on_its_day(room: Room) -> None:
    room.join("Helen Marsh", "headteacher", "helen.marsh")
    room.type("user role helen.marsh --end headteacher --on 2026-03-02 --reason", "She moves on")
    room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE)
    room.type("whoami")
    room.now += timedelta(days=1)
    said = room.type("login helen.marsh", CASEWORK_PASSPHRASE=PHRASE).stdout
    assert "nobody has let you in" in " ".join(said.split())
    assert "does not belong to this school" in room.type("whoami", ok=6).said
    room.type("logout")
    assert "helen.marsh" not in room.type("user list").stdout
    assert "over" in room.type("user list --all").stdout


def test_a_dry_run_adds_nobody_and_shows_no_code(room: Room) -> None:
    tried = room.type("user add --role clerk --dry-run", "Ines Duarte")
    assert "Clerk" in tried.stdout and "Code" not in tried.stdout and "Nothing was recorded" in tried.said
    assert [one["name"] for one in room.type("user list --json").json["users"]] == ["Priya Nair"]
    assert "no role 'caretaker'" in room.type("user add --role caretaker", "Ines Duarte", ok=2).said
