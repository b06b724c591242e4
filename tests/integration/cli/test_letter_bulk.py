"""Letters that go out together: to everybody on a panel, and for each warning that has ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from casework.base.time import LONDON, FixedClock
from casework.cases.fields import FieldInvalid
from casework.scenario.model import load_scenario
from casework.scenario.played import Played
from casework.scenario.run import play
from casework.services import letter_bulk, letters
from tests.integration.cli.desk import Desk
from tests.integration.cli.test_steps import INVITE

SCENARIO = Path(__file__).parents[2] / "scenarios" / "first-written-warning.yaml"
PANEL = """\
title: Please sit on a hearing panel
catalogue: [S-01]
recipient: hearing_panel_member
sent_by: [headteacher]
before_outcome: true
steps: [invite_to_hearing]
shares: [every-letter]
fields:
  hearing_at: {type: datetime, from: step.invite_to_hearing.hearing_at, label: When the hearing is}
"""
FRAME = '{%% extends "shared/letter.html.j2" %%}\n{%% block body %%}\n%s\n%s{%% endblock %%}\n'
PROCEDURE = '{% include "shared/procedure.html.j2" %}\n'
CONTACT = '{"name": "Priya Nair", "title": "HR adviser", "phone": "01234 567892"}'


def letter(name: str, meta: str, words: str) -> dict[str, str]:
    """The two files of a school's own letter."""
    return {f"{name}/letter.yaml": meta, f"{name}/letter.html.j2": FRAME % (words, PROCEDURE)}


def test_everybody_on_the_panel_gets_a_letter(hearing_desk: Desk, tmp_path: Path) -> None:
    words = "<p>The hearing is on {{ fields.hearing_at | day_and_time }}.</p>"
    for name, text in letter("panel-letter", PANEL, words).items():
        (tmp_path / "ours" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ours" / name).write_text(text)
    hearing_desk.type("letter", "adopt", str(tmp_path / "ours"))
    step = ["case", "step", hearing_desk.reference, "invite-to-hearing", "--hearing-at", "2026-03-24T10:30"]
    hearing_desk.type(*step, *INVITE)
    bulk = ["letter", "bulk", "panel-letter", "--case", hearing_desk.reference]
    listed = hearing_desk.type(*bulk, "--json").json["letters"]
    assert [(row["to"], row["standing"]) for row in listed] == [
        ("Sam Field", "lacking"),
        ("Lena Petrov", "lacking"),
    ]
    given = ["--field", f"contact={CONTACT}", "--issue", "--out", str(tmp_path / "letters")]
    rehearsed = hearing_desk.type(*bulk, *given, "--dry-run", "--json").json["letters"]
    assert {row["standing"] for row in rehearsed} == {"could be issued"}
    issued = hearing_desk.type(*bulk, *given, "--json").json["letters"]
    assert [row["standing"] for row in issued] == ["issued"] * 2
    assert len({row["sha256"] for row in issued}) == 2
    assert len(list((tmp_path / "letters").glob("*.pdf"))) == 2
    again = hearing_desk.type(*bulk, *given, "--json").json["letters"]
    assert {row["standing"] for row in again} == {"written"}
    assert "goes to the hearing panel member" in hearing_desk.type(*bulk, "--to", "employee", ok=2).said
    assert "Name a letter and a --case" in hearing_desk.type("letter", "bulk", "panel-letter", ok=2).said
    assert "is not a month" in hearing_desk.type("letter", "bulk", "--warnings", "next", ok=2).said
    hearing_desk.type("verify")


@pytest.fixture
def warned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    """A school with a case that ended in a first written warning."""
    monkeypatch.setattr(letters, "to_pdf", str.encode)
    played = play(load_scenario(SCENARIO), tmp_path / "data", lambda _: None)
    yield played
    played.workspace.close()


def planned(played: Played, on: date) -> list[letter_bulk.Planned]:
    """What there is to write for the month in which the warning of the scenario ends, on a day."""
    played.workspace.clock = FixedClock(datetime(on.year, on.month, on.day, 9, tzinfo=LONDON))
    return letter_bulk.for_ended_warnings(
        played.workspace,
        played.school,
        _last_day(played).replace(day=1),
        _last_day(played),
        on,
        {"file": "removed", "contact": json.loads(CONTACT)},
    )


def _last_day(played: Played) -> date:
    with played.workspace.store.read() as reader:
        log = next(log for log in reader.logs() if log.name == "cases")
        (row,) = [row for item in reader.streams(log.log, "person") for row in reader.warnings(item.stream)]
    return date.fromisoformat(row.live_until)


def test_a_warning_is_told_to_have_ended_once_it_has(warned: Played) -> None:
    last = _last_day(warned)
    (waiting,) = planned(warned, last)
    assert waiting.standing == "later"
    assert last.isoformat() in waiting.about
    assert "live until" in waiting.why
    late = last.replace(year=last.year + 1)
    assert [one.standing for one in planned(warned, late)] == ["written"]
    told = 1 + [item.template for item in warned.case.case.letters.values()].index("warning-ended")
    letters.withdraw(warned.workspace, warned.school, warned.case, told, reason="It went to the old address")
    (ready,) = planned(warned, late)
    assert (ready.standing, ready.why) == ("ready", "")
    given = {"file": "removed", "contact": json.loads(CONTACT)}
    loaded = warned.workspace.cases.load(ready.case.stream)
    letters.issue(
        warned.workspace, warned.school, loaded, ready.template.id, recipient=ready.party, fields=given
    )
    assert [one.standing for one in planned(warned, late)] == ["written"]
    assert (
        letter_bulk.for_ended_warnings(
            warned.workspace, warned.school, date(2020, 1, 1), date(2020, 1, 31), last
        )
        == []
    )


def test_a_letter_goes_to_its_own_recipients_only(warned: Played) -> None:
    with pytest.raises(FieldInvalid, match="goes to the employee, not to the clerk"):
        letter_bulk.to_everybody(
            warned.workspace, warned.school, warned.case, "hearing-invitation", roles=["clerk"]
        )
