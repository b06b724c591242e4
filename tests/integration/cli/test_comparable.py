"""`casework case comparable`: earlier decisions like a case, without names, and recorded with the decision."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock, parse_occurred
from casework.services import cases
from casework.services.directory import find_person
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.steps import take_step
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, PEOPLE, Desk, lead_to_hearing

ACCEPTED: dict[str, Any] = {
    "sanction": "first_written_warning",
    "proposed_on": "2026-02-26",
    "advice_offered": True,
    "signed_on": "2026-02-27",
    "findings": {"1": "proved"},
    "evidence": {"1": "1"},
    "reasons": {"1": "She admits it."},
    "mitigation": "Six years of good service.",
    "consistency": "None is known.",
    "alternatives": "A talk.",
    "change_required": "Ask first.",
    "about_speech": False,
}


def decided_before(desk: Desk, employee: str = "Sam Field", **roles: str) -> str:
    """Another case of the school, decided on 27 February 2026; return its reference."""
    with Workspace.open(
        desk.folder, str, clock=FixedClock(NOW), dice=SeededDice(employee.encode())
    ) as workspace:
        school = choose_school(workspace, None)
        people = {"headteacher": "Helen Marsh", **roles, "employee": employee}
        opened = cases.open_case(
            workspace,
            school,
            reported=parse_occurred("2026-02-23"),
            summary="Something like it",
            people=[(find_person(workspace, school, name), [role]) for role, name in people.items()],
        )
    lead_to_hearing(desk.folder, opened.reference, opened.reference.encode())
    with Workspace.open(
        desk.folder, str, clock=FixedClock(NOW), dice=SeededDice(f"decide {employee}".encode())
    ) as workspace:
        loaded = find_case(workspace, school, opened.reference)
        take_step(
            workspace,
            school,
            loaded,
            "accept_without_hearing",
            values=ACCEPTED,
            occurred=parse_occurred("2026-02-27"),
            taken_by="Helen Marsh",
            basis="signed_form",
        )
    return opened.reference


def compare(desk: Desk, *words: str) -> str:
    return desk.type("case", "comparable", desk.reference, *words).stdout


def test_that_there_is_none_is_said_plainly(hearing_desk: Desk) -> None:
    shown = compare(hearing_desk)
    assert shown.startswith("No comparable decision is on record of the last 60 months")
    assert "casework knows only what was recorded in it" in " ".join(shown.split())
    assert json.loads(compare(hearing_desk, "--json"))["comparable"] == []


def test_an_earlier_decision_is_shown_with_how_alike_it_is(hearing_desk: Desk) -> None:
    decided_before(hearing_desk)
    shown = " ".join(compare(hearing_desk).split())
    assert "1 comparable decision of the last 60 months" in shown
    assert "1. February 2026: First written warning" in shown
    assert "Closely: the same rule, the same severity" in shown
    assert "No warning was live." in shown
    assert "How the employee could know the rule: they signed for the policy." in shown
    data = json.loads(compare(hearing_desk, "--json"))
    assert data["months"] == 60
    assert data["months_unconfirmed"] is True
    assert data["comparable"][0]["decided"] == "2026-02"
    assert data["comparable"][0]["stands"] == "first_written_warning"
    assert data["comparable"][0]["proved"] == [
        {"clauses": ["SMP-4.1b", "SMP-4.3"], "band": "S3", "gross_misconduct": False}
    ]


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_no_name_no_reference_no_day_is_shown(hearing_desk: Desk, form: tuple[str, ...]) -> None:
    reference = decided_before(hearing_desk)
    shown = compare(hearing_desk, *form)
    assert "first written warning" in shown.casefold().replace("_", " ")
    for secret in (reference, "27 Feb", "2026-02-27", *PEOPLE, *(name.split()[1] for name in PEOPLE)):
        assert secret not in shown


def test_the_case_itself_is_left_out(hearing_desk: Desk) -> None:
    other = decided_before(hearing_desk)
    own = json.loads(hearing_desk.type("case", "comparable", other, "--json").stdout)
    assert own["comparable"] == []


def test_a_case_in_which_the_employee_has_a_part_is_left_out(hearing_desk: Desk) -> None:
    decided_before(hearing_desk, witness="Jordan Blake")
    assert compare(hearing_desk).startswith("No comparable decision")


def test_a_case_in_which_who_is_signed_in_had_another_part_is_left_out(hearing_desk: Desk) -> None:
    decided_before(hearing_desk, named_contact="Priya Nair")
    assert compare(hearing_desk).startswith("No comparable decision")


def test_what_lies_before_the_period_is_left_out(hearing_desk: Desk) -> None:
    decided_before(hearing_desk)
    hearing_desk.now = datetime(2031, 2, 26, 12, tzinfo=LONDON)
    assert "1 comparable decision" in compare(hearing_desk)
    hearing_desk.now = datetime(2031, 2, 27, 12, tzinfo=LONDON)
    assert compare(hearing_desk).startswith("No comparable decision")


def test_without_a_clause_there_is_nothing_to_compare_by(desk: Desk) -> None:
    assert "No allegation with a clause stands" in compare(desk)


def test_the_list_is_shown_before_a_decision_and_recorded_with_it(hearing_desk: Desk) -> None:
    decided_before(hearing_desk)
    digest = json.loads(compare(hearing_desk, "--json"))["digest"]
    words = ["case", "step", hearing_desk.reference, "accept-without-hearing", "--taken-by", "Helen Marsh"]
    options = [
        *("--sanction", "first_written_warning", "--proposed-on", "2026-02-26", "--advice-offered"),
        *(
            "--signed-on",
            "2026-02-27",
            "--findings",
            "1=proved",
            "--evidence",
            "1=1",
            "--reasons",
            "1=It is admitted.",
        ),
        *("--mitigation", "None.", "--alternatives", "A talk.", "--change-required", "Ask first."),
        *("--no-about-speech", "--on", "2026-02-27", "--basis", "signed_form"),
    ]
    done = hearing_desk.type(*words, *options, answers=["As in February.", "y"])
    assert done.stderr.index("1 comparable decision") < done.stderr.index("How this compares")
    facts = newest_facts(hearing_desk)
    assert facts["relied"]["compared"] == {"shown": 1, "digest": digest}
    hearing_desk.type("audit", "verify")
    timeline = hearing_desk.type("case", "timeline", hearing_desk.reference).stdout
    assert "Before it, one comparable decision was shown." in " ".join(timeline.split())


def test_a_script_that_was_shown_nothing_records_nothing_of_it(hearing_desk: Desk) -> None:
    decided_before(hearing_desk)
    with Workspace.open(hearing_desk.folder, str, clock=FixedClock(NOW), dice=SeededDice(b"x")) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, hearing_desk.reference)
        values = {**ACCEPTED, "findings": {"1": "proved"}}
        take_step(
            workspace,
            school,
            loaded,
            "accept_without_hearing",
            values=values,
            occurred=parse_occurred("2026-02-27"),
            taken_by="Helen Marsh",
        )
    assert "compared" not in newest_facts(hearing_desk).get("relied", {})


def newest_facts(desk: Desk) -> dict[str, Any]:
    """The facts of the newest step of the desk's case."""
    with Workspace.open(desk.folder, str, clock=FixedClock(NOW), dice=SeededDice(b"read")) as workspace:
        history = find_case(workspace, choose_school(workspace, None), desk.reference).history
    return dict(next(event.facts for event in reversed(history) if event.facts["kind"] == "step_taken"))


# --- Another case of the same incident ---


def link(desk: Desk, *words: str, ok: int = 0) -> str:
    done = desk.type(
        *(
            "case",
            "step",
            desk.reference,
            "link-case",
            "--taken-by",
            "Helen Marsh",
            "--alike",
            "Both posted it.",
        ),
        *words,
        ok=ok,
    )
    return done.stderr if ok else done.stdout


def test_a_case_is_linked_with_one_that_the_school_has(hearing_desk: Desk) -> None:
    other = decided_before(hearing_desk)
    link(hearing_desk, "--no-other-employer", "--other-case", other.lower())
    shown = hearing_desk.type("case", "timeline", hearing_desk.reference).stdout
    assert other in shown


def test_a_case_is_not_linked_with_one_that_is_not_there_or_with_itself(hearing_desk: Desk) -> None:
    for named in ("ASH-26-ZZZZ", "no reference"):
        told = link(hearing_desk, "--no-other-employer", "--other-case", named, ok=2)
        assert "no case of that reference" in told
        assert "another employer" in told
    assert "this very case" in link(
        hearing_desk, "--no-other-employer", "--other-case", hearing_desk.reference, ok=2
    )


def test_a_case_of_another_employer_is_named_in_words(hearing_desk: Desk) -> None:
    link(hearing_desk, "--other-employer", "--other-employers-case", "Oakfield School, letter of 12 March")


def test_a_correction_links_with_nothing_that_is_not_there_either(hearing_desk: Desk) -> None:
    other = decided_before(hearing_desk)
    link(hearing_desk, "--no-other-employer", "--other-case", other)
    event = str(linked_at(hearing_desk))
    told = hearing_desk.type(
        *("case", "correct", hearing_desk.reference, event, "--set", "other_case=ASH-26-ZZZZ"),
        *("--reason", "Misread"),
        ok=2,
    )
    assert "no case of that reference" in told.stderr


def linked_at(desk: Desk) -> int:
    """The event that linked the desk's case with another."""
    with Workspace.open(desk.folder, str, clock=FixedClock(NOW), dice=SeededDice(b"read")) as workspace:
        history = find_case(workspace, choose_school(workspace, None), desk.reference).history
    return next(event.n for event in history if event.facts.get("step") == "link_case")
