"""`casework case review` and `case import`: what an adviser sees, and the exit code that a script sees."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.integration.cli.desk import PEOPLE, Desk, lock_key

ROOT = Path(__file__).parents[3]
NAMES = [part for name in PEOPLE for part in name.split()]
PAPER = """\
paper_case: 1
title: A case of 2015
people:
  manager: {title: Manager}
steps:
  - {what: investigation, by: manager}
  - {what: hearing, happened: no}
  - {what: decision, by: manager, sanction: summary_dismissal}
"""
IN_ORDER = (
    "paper_case: 1\ntitle: A case of 2016\nsteps:\n  - {what: suspension, proper_cause: yes, reviewed: yes}\n"
)


def test_a_live_case_is_reviewed_without_a_key_and_without_a_name(desk: Desk) -> None:
    lock_key(desk.folder)
    shown = desk.type("case", "review", desk.reference, "--all", ok=None)
    assert shown.exit_code in (0, 1)
    assert f"Fairness review of {desk.reference}" in shown.stdout
    assert not [name for name in NAMES if name in shown.stdout]


def test_what_happened_irregularly_is_breached_and_shown_on_the_case(hearing_desk: Desk) -> None:
    desk = hearing_desk
    before = desk.type("case", "review", desk.reference, "--json", ok=None).json["counts"]["breached"]
    receipt = desk.type(
        "case", "record", desk.reference, "suspend", "--irregular-reason", "She sent him home.",
        "--taken-by", "Helen Marsh", "--ground", "protect_inquiry", "--no-full-pay", "--lado-view", "not_safeguarding",
    )  # fmt: skip
    line = f"not shown, beside what is late - casework case review {desk.reference}"
    assert line in " ".join(receipt.stdout.split())
    assert line in " ".join(desk.type("case", "show", desk.reference).stdout.split())
    found = desk.type("case", "review", desk.reference, "--json", ok=1)
    assert (found.json["ok"], found.json["code"]) == (False, "findings")
    assert found.json["counts"]["breached"] > before
    pay = [item for item in found.json["findings"] if item["rule"] == "SSR-19e"]
    assert [(item["status"], item["step"]) for item in pay] == [("breached", "Suspend the employee")]
    assert pay[0]["events"]
    assert "SSR-19e" in desk.type("case", "review", desk.reference, ok=1).stdout


def test_a_paper_case_needs_no_data_folder(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(PAPER, encoding="utf-8")
    shown = empty_desk.type("case", "review", "--paper", str(file), ok=1)
    assert "Fairness review of A case of 2015" in shown.stdout
    assert "ACAS-4d" in shown.stdout
    assert "No hearing (no_hearing)" in shown.stdout
    assert "To do: Hold a hearing before anything is decided." in shown.stdout
    assert not empty_desk.folder.exists()
    found = empty_desk.type("case", "review", "--paper", str(file), "--json", ok=1).json
    codes = {item["code"] for item in found["findings"] if item["status"] == "breached"}
    assert codes == {"no_hearing", "investigator_was_decision_maker"}


def test_a_paper_case_without_a_breach_ends_well(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(IN_ORDER, encoding="utf-8")
    shown = empty_desk.type("case", "review", "--paper", str(file), "--all")
    assert "Breached" not in shown.stdout
    assert "Not reached" in shown.stdout
    assert empty_desk.type("case", "review", "--paper", str(file), "--json").json["ok"] is True


def test_import_says_what_it_read_and_reviews_it(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(PAPER, encoding="utf-8")
    shown = empty_desk.type("case", "import", str(file), ok=1)
    assert "Read 3 steps, 1 person, 0 allegations and 0 items of evidence." in shown.stderr
    assert "Nothing was recorded." in shown.stderr
    assert "no_hearing" in shown.stdout


def test_a_file_that_is_no_paper_case_is_refused_with_every_error(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(
        "paper_case: 1\ntitle: A case\nsteps:\n  - {what: heering}\n  - {what: hearing, bye: x}\n"
    )
    refused = empty_desk.type("case", "import", str(file), "--json", ok=2).json
    assert refused["code"] == "paper-case-invalid"
    assert [error["line"] for error in refused["errors"]] == [4, 5]


def test_one_case_or_one_file(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(PAPER, encoding="utf-8")
    for words in ([], ["ASH-26-7KQ4", "--paper", str(file)]):
        assert "Name a case or a file" in empty_desk.type("case", "review", *words, ok=2).stderr


LIVE = """\
paper_case: 1
title: A case that is going on
summary: Photographs of pupils on the school's page.
employee: {is: assistant}
people:
  assistant: {title: Teaching assistant}
  head: {title: Head teacher, standing: head_teacher}
  deputy: {title: Deputy head teacher}
steps:
  - {what: report, when: 2026-02-16}
  - {what: investigation, by: deputy}
"""
PEOPLE_OF_IT = ["--person", "assistant=Jordan Blake", "--person", "deputy=Daniel Okoro"]


def test_a_paper_case_is_taken_live_from_where_it_stands(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "going-on.yaml"
    file.write_text(LIVE, encoding="utf-8")
    words = ["case", "import", str(file), "--continue", "--stands", "case_to_answer", *PEOPLE_OF_IT]
    assert "Nothing was recorded" in desk.type(*words, "--dry-run").stderr
    assert len(desk.type("case", "list", "--json").json["cases"]) == 1
    taken = desk.type(*words, "--json").json
    assert taken["states"]["procedure"]["state"] == "case_to_answer"
    reference = taken["reference"]
    shown = desk.type("case", "show", reference, "--json").json
    roles = {person["name"]: person["roles"] for person in shown["people"]}
    assert roles["Jordan Blake"] == ["employee"]
    assert roles["Daniel Okoro"] == ["investigating_officer"]
    assert LIVE.strip() in shown["notes"][0]["text"]
    assert "taken over from paper" in desk.type("case", "timeline", reference).stdout
    assert desk.type("audit", "verify").exit_code == 0
    desk.type("case", "correct", reference, "1", "--on", "2026-02-17", "--reason", "It was the day after.")
    assert desk.type("audit", "verify").exit_code == 0


HEAD_FIRST = """\
paper_case: 1
title: The head interviewed first and wrote that he was guilty
summary: Photographs of pupils on the school's page.
organisation: {school_type: M-LA}
employee: {is: assistant}
people:
  assistant: {title: Teaching assistant}
  head: {title: Head teacher, standing: head_teacher}
  gov: {title: Governor, standing: governor}
steps:
  - {what: report, when: 2026-02-16}
  - {what: investigation, when: 2026-02-16, by: head, employee_heard: yes, report_written: no, enough: no}
  - {what: decision, when: 2026-02-16, by: head, sanction: first_written_warning, before_hearing: yes}
  - {what: outcome_letter, when: 2026-02-17, by: head, written: yes, says_appeal: no}
  - {what: appeal, when: 2026-02-20, by: gov}
"""


def test_what_happened_is_on_record_with_what_it_broke_and_its_cures(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "head-first.yaml"
    file.write_text(HEAD_FIRST, encoding="utf-8")
    words = ["case", "import", str(file), "--continue", "--stands", "reported"]
    words += ["--person", "assistant=Jordan Blake", "--person", "head=Helen Marsh"]
    said = desk.type(*words, "--dry-run").stdout
    assert "What can still be put right:" in said
    assert "name gov with --person" in said
    taken = desk.type(*words, "--json").json
    steps = ["hold_investigation_meeting", "give_warning", "record_outcome_letter"]
    assert [item["step"] for item in taken["entered"]] == steps
    assert [item["number"] for item in taken["left_out"]] == [5]
    reference = taken["reference"]
    shown = desk.type("case", "show", reference, "--json").json["steps"]
    assert [(item["step"], item["taken_by"], item["irregular"]) for item in shown] == [
        (step, "Helen Marsh", True) for step in steps
    ]
    findings = desk.type("case", "review", reference, "--json", ok=1).json["findings"]
    broken = {item["rule"]: item for item in findings if item["status"] == "breached"}
    assert broken["ACAS-6"]["remedy"]
    assert "on paper" in desk.type("case", "timeline", reference).stdout
    told = ("--told-on", "2026-03-02", "--told", "That the letter of 17 February does not stand.")
    desk.type(
        "case", "step", reference, "take-back-outcome-letter", "--taken-by", "Helen Marsh", *told, ok=None
    )
    assert desk.type("audit", "verify").exit_code == 0


def test_what_was_done_on_paper_does_not_count_as_done(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "going-on.yaml"
    file.write_text(LIVE, encoding="utf-8")
    words = ["case", "import", str(file), "--continue", "--stands", "hearing_held", *PEOPLE_OF_IT]
    reference = desk.type(*words, "--json").json["reference"]
    found = desk.type("case", "next", reference, "--json").json["next"]
    assert not [item for item in found if item["step"] == "give_warning" and item["ready"]]


def test_whoever_investigated_on_paper_does_not_hear_the_case(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "going-on.yaml"
    file.write_text(LIVE, encoding="utf-8")
    words = ["case", "import", str(file), "--continue", "--stands", "case_to_answer", *PEOPLE_OF_IT]
    reference = desk.type(*words, "--json").json["reference"]
    refused = desk.type(
        "case", "step", reference, "invite-to-hearing", "--taken-by", "Ines Duarte", "--chair", "Daniel Okoro",
        "--heard-by", "panel", "--json", ok=3,
    ).json  # fmt: skip
    assert "investigator_does_not_decide" in [item["requirement"] for item in refused["unmet"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--stands", "case_to_answer"], "It is not said who the employee is."),
        ([*PEOPLE_OF_IT], "It is not said where the case stands."),
        (["--stands", "closed", *PEOPLE_OF_IT], "cannot stand at 'closed'"),
        (["--stands", "case_to_answer", "--stands", "garden=on", *PEOPLE_OF_IT], "no strand 'garden'"),
        (
            ["--stands", "case_to_answer", "--person", "nobody=Helen Marsh"],
            "Nobody in the paper case has the key",
        ),
        (["--stands", "case_to_answer", "--person", "assistant=Nobody"], "is in the directory"),
    ],
)
def test_what_is_missing_to_go_on_is_said_and_nothing_recorded(
    desk: Desk, tmp_path: Path, words: list[str], said: str
) -> None:
    file = tmp_path / "going-on.yaml"
    file.write_text(LIVE, encoding="utf-8")
    refused = desk.type("case", "import", str(file), "--continue", *words, ok=None)
    assert refused.exit_code in (2, 6)
    assert said in refused.stderr
    assert len(desk.type("case", "list", "--json").json["cases"]) == 1


def test_going_on_needs_the_day_of_the_report(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "going-on.yaml"
    file.write_text(LIVE.replace("2026-02-16", "2026-02"), encoding="utf-8")
    words = ["case", "import", str(file), "--continue", "--stands", "case_to_answer", *PEOPLE_OF_IT]
    assert "--reported DATE" in desk.type(*words, ok=2).stderr
    desk.type(*words, "--reported", "2026-02-16")


def test_options_of_going_on_need_it(empty_desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "going-on.yaml"
    file.write_text(LIVE, encoding="utf-8")
    assert "--continue" in empty_desk.type("case", "import", str(file), *PEOPLE_OF_IT, ok=2).stderr


def test_the_page_about_paper_cases_shows_what_its_example_prints(empty_desk: Desk, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "adviser" / "paper-cases.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    shown = re.findall(r"```text\n(.*?)```", page, re.DOTALL)[1]
    assert example is not None
    file = tmp_path / "old-case.yaml"
    file.write_text(example[1], encoding="utf-8")
    printed = empty_desk.type("case", "review", "--paper", str(file), ok=1).stdout
    assert printed.startswith(shown)


def test_the_reference_is_what_the_rules_and_the_models_say() -> None:
    spec = importlib.util.spec_from_file_location(
        "review_reference", ROOT / "scripts" / "review_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    written = script.FILE.read_text(encoding="utf-8")
    assert written == script.page(), "renew it: python scripts/review_reference.py"


def test_a_step_by_a_power_that_is_on_record_is_reviewed_as_it_was_decided(empty_desk: Desk) -> None:
    desk = empty_desk
    school = ("--name", "Elm Academy", "--prefix", "ELM", "--adviser", "Priya Nair", "--no-passphrase")
    desk.type("init", *school, "--policy", "england-academy", "--procedure-date", "2025-09-01")
    for name, more in (("Jordan Blake", ()), ("Helen Marsh", ("--head",))):
        desk.type("person", "add", name, "--title", "Teacher", "--address", "1 Elm Road", *more)
    desk.type(
        "school", "delegate", "suspend", "--to", "headteacher", "--from", "2025-09-01", "--minute", "12/25"
    )
    people = ("--employee", "Jordan Blake", "--role", "headteacher=Helen Marsh")
    desk.type("case", "open", "--reported", "2026-03-02", *people, "--summary", "A report")
    (case,) = desk.type("case", "list", "--json").json["cases"]
    places = ("other_place", "supervised", "other_duties", "other_site", "pupils_moved")
    desk.type(
        *(
            "case",
            "step",
            case["reference"],
            "suspend",
            "--taken-by",
            "Helen Marsh",
            "--ground",
            "protect_inquiry",
        ),
        *(
            "--reason",
            "The page",
            "--full-pay",
            "--lado-view",
            "not_safeguarding",
            "--review-on",
            "2026-03-09",
        ),
        *(part for name in places for part in ("--alternatives", f"{name}=would_not_work:Looked at")),
    )
    found = desk.type("case", "review", case["reference"], "--json").json
    assert found["counts"]["breached"] == 0
    power = [item["status"] for item in found["findings"] if item["rule"] == "ACAD-SCHEME"]
    assert power == ["met"]
