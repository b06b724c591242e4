"""What is due: in all schools, with its working, as CSV and as iCalendar; and no name in any of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock, parse_occurred
from casework.keyring.files import RecoveryKey
from casework.services import cases, setup
from casework.services.directory import add_person, find_person
from casework.services.setup import NewSchool
from casework.services.workspace import Workspace
from tests.integration.cli.desk import PEOPLE, Desk, lead_to_hearing, make_school


@pytest.fixture
def two_schools(desk: Desk) -> Desk:
    """A data folder with another school beside Ashgrove, kept by the same account, which has a case of its own."""
    dice = SeededDice(b"second school")
    with Workspace.open(desk.folder, str, clock=FixedClock(desk.now), dice=dice) as workspace:
        new = NewSchool(name="Birchwood School", prefix="BIR", adviser="Noor Khan")
        policy, catalogues = setup._resolve(new)
        recovery = RecoveryKey.generate(workspace.new_id(), dice)
        school = setup._enter_school(workspace, new, policy, catalogues, recovery)
        add_person(workspace, school, name="Lee Jarvis", title="Teacher", address=["1 Low Road"])
        cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-02-20"),
            summary="A post about a pupil",
            people=[(find_person(workspace, school, "Lee Jarvis"), ["employee"])],
        )
    return desk


def test_every_school_is_listed_overdue_first(two_schools: Desk) -> None:
    rows = two_schools.type("due", "--json").json["due"]
    assert {row["school"] for row in rows} == {"Ashgrove Primary School", "Birchwood School"}
    assert rows[0]["school"] == "Birchwood School"
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)
    assert all(row["overdue"] for row in rows)
    shown = two_schools.type("due").stdout
    assert "School" in shown.splitlines()[0]
    assert "Birchwood" in shown
    one = two_schools.type("--school", "ASH", "due", "--json").json["due"]
    assert {row["reference"] for row in one} == {two_schools.reference}


def test_the_standing_of_every_school_is_shown(two_schools: Desk) -> None:
    shown = two_schools.type("status")
    assert shown.stdout.index("Ashgrove Primary School, ") < shown.stdout.index("Birchwood School, ")
    data = two_schools.type("status", "--json").json
    assert data["schools"] == ["Ashgrove Primary School", "Birchwood School"]
    assert [case["school"] for case in data["cases"]] == data["schools"]


def test_a_case_is_found_in_whichever_school_it_is(two_schools: Desk) -> None:
    other = two_schools.type("due", "--json").json["due"][0]["reference"]
    for reference in (two_schools.reference, other.lower()):
        found = two_schools.type("due", reference, "--json").json["due"]
        assert {row["reference"] for row in found} == {reference.upper()}
    assert "no such case" in two_schools.type("due", "ASH-26-0000", ok=6).stderr


def test_a_date_shows_its_working_in_plain_words(session_desk: Desk) -> None:
    shown = " ".join(session_desk.type("due", session_desk.reference, "--why").stdout.split())
    assert "It counts from: “Find that there is a case to answer”" in shown
    assert "From Thursday 26 February 2026. Fifteen working days: 27 February; 2, 3, 4, 5, 6, 9" in shown
    assert "Last day: Thursday 19 March 2026." in shown
    assert "Bank holidays as they were known on Monday 2 March 2026." in shown
    assert "Jordan" not in shown


def test_a_date_keeps_the_working_of_the_calendar_it_was_worked_out_with(desk: Desk, tmp_path: Path) -> None:
    before = desk.type("due", "--why").stdout
    file = tmp_path / "proclaimed.yaml"
    file.write_text("bank_holidays: [{date: 2026-02-25, name: Jubilee bank holiday}]\n")
    desk.type("calendar", "import", str(file))
    assert desk.type("due", "--why").stdout == before
    assert "Last day: Thursday 26 February 2026" in " ".join(before.split())


def test_a_mended_word_moves_no_date_because_the_calendar_is_another_now(desk: Desk, tmp_path: Path) -> None:
    lead_to_hearing(desk.folder, desk.reference)
    before = desk.type("due", "--json").json["due"]
    file = tmp_path / "proclaimed.yaml"
    file.write_text("bank_holidays: [{date: 2026-03-09, name: Jubilee bank holiday}]\n")
    desk.type("calendar", "import", str(file))
    steps = desk.type("case", "show", desk.reference, "--json").json["steps"]
    event = next(step["event"] for step in steps if step["step"] == "find_case_to_answer")
    words = ["--set", "reasons=Consent was not given in writing", "--reason", "A slip of the pen"]
    desk.type("case", "correct", desk.reference, str(event), *words)
    assert desk.type("due", "--json").json["due"] == before
    assert "whole and unaltered" in desk.type("verify").stdout


def test_csv_holds_deadlines_and_no_person(session_desk: Desk, tmp_path: Path) -> None:
    printed = session_desk.type("due", "--csv").stdout
    file = tmp_path / "due.csv"
    written = session_desk.type("due", "--csv", str(file))
    assert str(file) in written.stderr
    assert file.read_text(encoding="utf-8-sig") == printed  # a file is marked as UTF-8, for spreadsheets
    rows = list(csv.DictReader(io.StringIO(printed)))
    data = session_desk.type("due", "--json").json["due"]
    assert [(row["Due"], row["Case"], row["What"]) for row in rows] == [
        (item["due"], item["reference"], item["title"]) for item in data
    ]
    assert not [name for name in PEOPLE for part in name.split() if part in printed]
    assert "is there already" in session_desk.type("due", "--csv", str(file), ok=2).stderr
    session_desk.type("due", "--csv", str(file), "--force")


def test_ics_is_read_by_a_calendar_and_holds_no_person(session_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "due.ics"
    session_desk.type("due", "--ics", str(file))
    calendar = icalendar.Calendar.from_ical(file.read_bytes())
    events = calendar.walk("VEVENT")
    data = session_desk.type("due", "--json").json["due"]
    assert [(event["DTSTART"].dt.isoformat(), str(event["SUMMARY"])) for event in events] == [
        (item["due"], f"{item['reference']}: {item['title']}") for item in data
    ]
    for event in events:
        assert not event.errors
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        assert {"UID", "DTSTAMP", "DTSTART"} <= set(event)  # what RFC 5545 requires
        assert event["TRANSP"] == "TRANSPARENT"
    assert len({str(event["UID"]) for event in events}) == len(events)
    text = file.read_bytes()
    assert all(line.endswith(b"\r") and len(line) <= 76 for line in text.split(b"\n")[:-1])
    assert not [name for name in PEOPLE for part in name.split() if part.encode() in text]
    again = session_desk.type("due", "--ics", "-").stdout
    assert again.encode().replace(b"\r\n", b"\n") == text.replace(b"\r\n", b"\n")


@pytest.mark.parametrize("words", [["--csv", "--json"], ["--ics", "-", "--why"], ["--why", "--json"]])
def test_one_form_at_a_time(words: list[str], session_desk: Desk) -> None:
    allowed = words == ["--why", "--json"]
    answer = session_desk.type("due", *words, ok=0 if allowed else 2)
    assert allowed or "Choose one of" in answer.stderr


def test_why_is_there_for_programs_too(session_desk: Desk) -> None:
    row = session_desk.type("due", "--why", "--json").json["due"][0]
    assert row["why"]["workings"][-1]["result"] == row["due"]
    assert row["why"]["sentences"]


def test_a_deadline_is_extended_stands_still_and_runs_on(desk: Desk) -> None:
    lead_to_hearing(desk.folder, desk.reference)
    who = ["--taken-by", "Helen Marsh"]
    said = ["--reason", "The panel cannot meet"]
    moved = ["case", "extend", desk.reference, "hearing", "--until", "2026-03-26"]
    assert "only these may move" in desk.type(*moved, *said, ok=3).stderr.lower()
    assert "--reason" in desk.type(*moved, *who, ok=2).stderr
    assert "Extended to Thu 26 Mar 2026" in desk.type(*moved, *who, *said).stdout
    why = " ".join(desk.type("due", desk.reference, "--why").stdout.split())
    assert "It was due on Thursday 19 March 2026, counted from Thursday 26 February 2026." in why
    assert "That the last day is Thursday 26 March 2026, the head teacher decided on Monday 2 March" in why
    paused = ["case", "pause", desk.reference, "hearing", "--look-again", "2026-03-16"]
    assert "looked at again by Mon 16 Mar 2026" in desk.type(*paused, *who, *said).stdout
    rows = desk.type("due", "--json").json["due"]
    assert ("paused.hearing", "2026-03-16") in [(row["clock"], row["due"]) for row in rows]
    assert "Look again: “Hold the hearing” stands still" in desk.type("status").stdout
    later = replace(desk, now=datetime(2026, 3, 16, 9, 0, tzinfo=LONDON))
    ran_on = later.type("case", "resume", desk.reference, "hearing", *who, *said).stdout
    assert "It runs on, to Mon 13 Apr 2026" in ran_on
    why = " ".join(later.type("due", desk.reference, "--why").stdout.split())
    assert "It stood still from Monday 2 March 2026." in why
    assert "Eighteen working days: 17, 18, 19, 20, 23" in why
    told = later.type("case", "timeline", desk.reference).stdout
    assert "Deadline extended: Hold the hearing" in told
    assert "Hold the hearing: in time" not in told  # it was moved, not met
    assert "The panel cannot meet" in told
    assert "whole and unaltered" in later.type("verify").stdout
    assert "lists are what the record says" in later.type("db", "check").stdout


def test_what_the_law_fixes_is_not_extended(desk: Desk) -> None:
    words = ["--until", "2026-02-27", "--taken-by", "Helen Marsh", "--reason", "x", "--on", "2026-02-24"]
    refused = desk.type("case", "extend", desk.reference, "lado-contact", *words, ok=3)
    assert "The law or statutory guidance fixes it." in refused.said


def test_every_deadline_says_what_it_rests_on(session_desk: Desk) -> None:
    shown = session_desk.type("policy", "deadlines").stdout
    assert "Kept elsewhere" in shown
    data = session_desk.type("policy", "deadlines", "--json").json
    assert data["deadlines"]["la_ends_contract"]["basis"] == "statutory"
    assert data["deadlines"]["triage"]["unconfirmed"] is True
    assert data["counted_elsewhere"]["tribunal_claim"]["cites"] == ["ERA96-111", "RET-1d"]


def test_nothing_due_is_said(tmp_path: Path) -> None:
    now = datetime(2026, 2, 24, 9, 0, tzinfo=LONDON)
    early = Desk(tmp_path / "data", make_school(tmp_path / "data", now), now=now)
    assert "Nothing is late." in early.type("due", "--overdue").stderr
    assert date.fromisoformat(early.type("due", "--json").json["due"][0]["due"]) > date(2026, 2, 23)


def test_whoever_must_act_is_named_as_in_a_sentence(desk: Desk) -> None:
    shown = " ".join(desk.type("due", "--why").stdout.split())
    assert "By Head teacher, case manager or chair of governors" in shown
