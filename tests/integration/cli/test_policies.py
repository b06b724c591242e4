"""Procedures at the command line: explained whole, compared, and checked with a school's own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.procedure.explain import explain
from casework.procedure.load import digest, load_catalogue, load_policy, shipped_catalogues, shipped_policies
from casework.procedure.model import Policy
from tests.integration.cli.desk import NOW, Desk

SHIPPED = {name: load_policy(folder) for name, folder in shipped_policies().items()}
HEAD = """language: 1
extends: england-maintained
id: our-policy
version: "2026.1"
title: Staff discipline at our school
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A school's own procedure, with two days' more notice."""
    folder = tmp_path / "our-policy"
    folder.mkdir()
    (folder / "policy.yaml").write_text(HEAD, encoding="utf-8")
    settings = "settings:\n  notice_of_hearing_days: {value: 12}\n"
    (folder / "settings.yaml").write_text(settings, encoding="utf-8")
    return folder


@pytest.mark.parametrize("policy", SHIPPED.values(), ids=lambda policy: policy.id)
def test_every_step_and_strand_is_explained_drawn_and_in_the_table(
    session_desk: Desk, policy: Policy
) -> None:
    for step_id, (_, step) in policy.steps.items():
        lines = explain(policy, step_id)
        assert lines[0].startswith(step.title)
        assert any(line.startswith("Taken by: ") for line in lines)
    shown = session_desk.type("policy", "explain", "hold-hearing", "--policy", policy.id, "--json").json
    assert shown["explanation"] == explain(policy, "hold_hearing")
    rows = session_desk.type("policy", "table", "--policy", policy.id, "--json").json["rows"]
    assert {row["strand"] for row in rows} == policy.strands.keys()
    assert {step for row in rows for step in row["steps"]} == policy.steps.keys()
    for strand in policy.strands:
        drawn = session_desk.type("policy", "diagram", strand, "--policy", policy.id).stdout
        assert policy.strands[strand].title in drawn


def test_a_rule_says_everything_that_rests_on_it(session_desk: Desk) -> None:
    shown = session_desk.type("policy", "explain", "ssr-19d").stdout
    assert "lift-suspension" not in session_desk.type("policy", "explain", "ACAS-30").stdout
    assert "tell-headteacher-of-end" in shown
    assert "suspension_end_told_headteacher" in shown


def test_what_a_catalogue_cites_is_explained_too(session_desk: Desk) -> None:
    shown = session_desk.type("policy", "explain", "smp-4.1b").stdout
    assert "4.1 of the Social Media Policy" in shown
    assert "REG-2: Approvals of uploads" in shown
    data = session_desk.type("policy", "explain", "SMP-4.1b", "--policy", "social-media", "--json").json
    assert (data["clause"], data["number"]) == ("SMP-4.1b", "4.1")
    assert "casework register list uploads" in session_desk.type("policy", "explain", "REG-2").stdout
    policy = SHIPPED["england-maintained"]
    known = {*policy.rules, *(register.number for register in policy.registers.values())}
    clauses = load_catalogue(shipped_catalogues()["social-media"]).clauses
    assert {cited for clause in clauses for cited in clause.implies} <= known
    assert "SMP-4.1b" in session_desk.type("policy", "explain", "SMP-41b", ok=2).stderr


@pytest.mark.parametrize("command", ["show", "deadlines", "table"])
def test_a_procedure_is_named_by_its_place_or_as_an_option(session_desk: Desk, command: str) -> None:
    placed = session_desk.type("policy", command, "england-academy", "--json").json
    assert placed == session_desk.type("policy", command, "--policy", "england-academy", "--json").json
    assert placed["label"].startswith("england-academy@")
    twice = session_desk.type("policy", command, "england-academy", "--policy", "england-maintained", ok=2)
    assert "Name one procedure" in twice.stderr


def test_the_settings_alone_are_written_out_whole(session_desk: Desk) -> None:
    whole = session_desk.type("policy", "show", "england-maintained", "--resolved").stdout
    settings = session_desk.type("policy", "show", "england-maintained", "--settings", "--resolved").stdout
    assert settings.startswith("settings:\n  # ")
    assert settings in whole
    assert "roles:" not in settings
    assert "not a procedure" in session_desk.type("policy", "show", "social-media", "--settings", ok=2).stderr


def test_a_step_that_is_misspelt_is_guessed(session_desk: Desk) -> None:
    assert "hold-hearing" in session_desk.type("policy", "explain", "hold-hering", ok=2).stderr


def test_what_differs_is_told_with_its_effect(session_desk: Desk, ours: Path) -> None:
    found = session_desk.type("policy", "diff", "england-maintained", str(ours), ok=1)
    assert "was 10 clear wd; is 12 clear wd" in found.stdout
    assert "requires.notice, stricter" in found.stdout
    assert "From england-maintained@2026.1 to our-policy@2026.1: 9 changes, 6 stricter." in found.stderr
    data = session_desk.type("policy", "diff", "england-maintained", str(ours), "--json", ok=1).json
    assert (data["ok"], data["equal"], data["to"]["label"]) == (False, False, "our-policy@2026.1")
    assert {"section", "entry", "title", "part", "before", "after", "effect"} == data["changes"][0].keys()


def test_a_procedure_is_found_by_id_label_and_digest(session_desk: Desk) -> None:
    shipped = session_desk.type("policy", "diff", "england-maintained", "england-maintained", "--json").json
    assert shipped["equal"]
    assert shipped["from"]["digest"] == digest(SHIPPED["england-maintained"])
    own = session_desk.type("policy", "show", "--json").json
    for name in (own["label"], own["digest"], own["digest"][:8]):
        assert session_desk.type("policy", "show", name, "--json").json["digest"] == own["digest"]
    told = session_desk.type("policy", "diff", "england-maintained", own["label"], ok=1).stdout
    assert "employer_type (Who employs the staff)\n    unconfirmed: was yes; is no" in told
    unknown = session_desk.type("policy", "diff", "england-maintained", "0123456789abcdef", ok=2).stderr
    assert "no procedure" in unknown


def test_a_label_is_that_of_the_shipped_procedure_where_there_is_no_school(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "nothing", "", NOW)
    assert desk.type("policy", "diff", "england-maintained", "england-maintained@2026.1", "--json").json[
        "equal"
    ]


def test_a_check_counts_what_it_looked_at(session_desk: Desk, ours: Path) -> None:
    said = session_desk.type("policy", "check", str(ours), "--verbose").stderr
    assert "of strands that can be told apart" in " ".join(said.split())
    data = session_desk.type("policy", "check", str(ours), "--json").json
    [looked_at] = data["looked_at"]
    assert looked_at["folder"] == "our-policy"
    assert looked_at["combinations"] > 0


def test_a_letter_of_the_school_that_fails_its_check_fails_the_procedure(
    session_desk: Desk, ours: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "our-letters"
    (letters / "suspension").mkdir(parents=True)
    (letters / "suspension" / "letter.html.j2").write_text("<p>Go home.</p>", encoding="utf-8")
    found = session_desk.type("policy", "check", str(ours), "--letters", str(letters), "--json", ok=1).json
    assert {finding["code"] for finding in found["findings"]} == {"letter-fails"}
    assert "suspension" in found["findings"][0]["message"]
    assert session_desk.type("policy", "check", str(ours)).stdout == "our-policy: nothing found.\n"


def test_a_letter_that_cannot_be_read_fails_the_procedure(
    session_desk: Desk, ours: Path, tmp_path: Path
) -> None:
    letters = tmp_path / "our-letters"
    (letters / "suspension").mkdir(parents=True)
    (letters / "suspension" / "letter.yaml").write_text("title: Suspension\n", encoding="utf-8")
    found = session_desk.type("policy", "check", str(ours), "--letters", str(letters), "--json", ok=1).json
    assert {finding["code"] for finding in found["findings"]} == {"letter-fails"}
    session_desk.type("letter", "check", str(letters), ok=1)
