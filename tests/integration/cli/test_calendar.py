"""The school's calendar: shown, renewed and imported, on the record; what was worked out before stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from casework.base.canonical import parse_canonical
from casework.base.time import LONDON, FixedClock
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import Desk, lead_to_hearing
from tests.integration.cli.test_school import last_of_the_school

TERMS = """
terms:
  - {from: 2026-01-05, to: 2026-03-27}
  - {from: 2026-04-13, to: 2026-07-21}
inset_days: [2026-04-13]
"""


def terms(tmp_path: Path, text: str = TERMS) -> str:
    """A file of term dates."""
    path = tmp_path / "terms.yaml"
    path.write_text(text)
    return str(path)


def test_the_calendar_says_what_it_knows_and_since_when(session_desk: Desk) -> None:
    shown = session_desk.type("calendar", "show").stdout
    assert "looked up Mon 2 Mar 2026 (holidays " in shown
    assert "Fri 3 Apr 2026" in shown
    assert "Good Friday" in shown
    data = session_desk.type("calendar", "show", "--year", "2027", "--json").json
    assert data["known_until"] == "2028-12-31"
    assert data["policy_day"] == "working_days"
    assert data["warnings"] == []


def test_term_dates_are_a_new_calendar_on_the_record(desk: Desk, tmp_path: Path) -> None:
    before = desk.type("calendar", "show", "--json").json["digest"]
    imported = desk.type("calendar", "import", terms(tmp_path), "--json").json
    assert imported["replaces"] == before != imported["digest"]
    assert {
        "from": "2026-03-30",
        "to": "2026-04-10",
        "what": "School closed",
        "name": "the Easter holiday",
    } in (imported["new"])
    facts, body = last_of_the_school(desk)
    assert (facts["kind"], facts["calendar"]) == ("calendar_adopted", imported["digest"])
    assert (facts["replaces"], body) == (before, {"file": "terms.yaml"})
    assert desk.type("calendar", "show", "--json").json["digest"] == imported["digest"]
    assert "whole and unaltered" in desk.type("verify").stdout
    again = desk.type("calendar", "import", terms(tmp_path), ok=2)
    assert "stands so already" in again.stderr


def test_what_was_recorded_stays_on_the_calendar_it_cites(desk: Desk, tmp_path: Path) -> None:
    before = desk.type("due", "--json").json["due"]
    old = desk.type("calendar", "show", "--json").json["digest"]
    new = desk.type("calendar", "import", terms(tmp_path), "--json").json["digest"]
    lead_to_hearing(desk.folder, desk.reference)
    with Workspace.open(desk.folder, str, clock=FixedClock(desk.now)) as workspace:
        school = choose_school(workspace, None)
        with workspace.store.read() as reader:
            row = reader.case_called(school.id, desk.reference)
            assert row is not None
            cited = [parse_canonical(event.facts or b"{}") for event in reader.events_of(row.stream)]
    named = [facts["calendar"] for facts in cited if "calendar" in facts]
    assert (named[0], named[-1]) == (old, new)
    assert {row["clock"]: row["due"] for row in before} == {
        "triage": "2026-02-26",
        "lado_contact": "2026-02-24",
    }
    assert "whole and unaltered" in desk.type("verify").stdout


def test_an_import_is_rehearsed_and_recorded_once(desk: Desk, tmp_path: Path) -> None:
    rehearsed = desk.type("calendar", "import", terms(tmp_path), "--dry-run")
    assert "Nothing was recorded" in rehearsed.stderr
    assert desk.type("calendar", "show", "--json").json["closures"] == []
    command = ["--command", "7b0c7c5e-24c0-4c53-9c0b-8f4b2f6f8f10", "--json"]
    first = desk.type("calendar", "import", terms(tmp_path), *command).json
    again = desk.type("calendar", "import", terms(tmp_path), *command).json
    assert (first["repeated"], again["repeated"]) == (False, True)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("terms.yaml", b"terms: [{from: 2026-12-18, to: 2026-09-01}]", "before it starts"),
        ("terms.yaml", b"closures: [2026-10-26, 2026-10-26]", "stands here twice"),
        ("terms.yaml", b"closures: [2031-10-27]", "beyond the years"),
        ("terms.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "not an iCalendar file"),
        ("terms.ics", b"x" * 300_000, "larger than 256 KiB"),
        ("t\x1b[2J.yaml", b"[]", "There are no days"),
    ],
)
def test_a_bad_file_is_one_sentence_and_changes_nothing(
    name: str, data: bytes, says: str, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    refused = desk.type("calendar", "import", str(tmp_path / name), ok=2)
    assert says in refused.stderr
    assert "\x1b" not in refused.stderr
    assert desk.type("calendar", "show", "--json").json["closures"] == []


def test_a_calendar_without_next_years_holidays_warns_and_is_renewed(desk: Desk) -> None:
    later = replace(desk, now=datetime(2028, 1, 4, 9, 0, tzinfo=LONDON))
    for words in (("calendar", "show"), ("due",), ("status",)):
        warned = later.type(*words)
        assert "no bank holidays after Sunday 31 December 2028. Take them: casework calendar renew" in (
            warned.stderr
        )
    assert later.type("due", "--json").json["warnings"][0]["remedy"].endswith("casework calendar renew")
    assert later.type("calendar", "renew", "--json").json["known_until"] == "2030-12-31"
    assert later.type("due").stderr == ""


def test_holidays_looked_up_long_ago_are_looked_up_anew(desk: Desk) -> None:
    later = replace(desk, now=datetime(2027, 4, 1, 9, 0, tzinfo=LONDON))
    assert "looked up on Monday 2 March 2026" in later.type("calendar", "show").stderr
    assert later.type("calendar", "renew").exit_code == 0
    assert later.type("calendar", "show").stderr == ""
