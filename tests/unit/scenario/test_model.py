"""The scenario language: what a file may say, how files go on from one another, and how each mistake is named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from casework.scenario.model import Act, ScenarioInvalid, load_scenario, moment

WHOLE = """
scenario: 1
name: A report
seed: s
recorder: helen
school: {name: A school, prefix: ABC}
people:
  helen: {name: Helen Marsh, title: HR adviser}
  kit: {name: Kit Lawson, title: Cook}
case:
  reported: 2026-03-02
  summary: Something was reported.
  roles: {kit: [employee]}
do:
  - {on: 2026-03-02, note: One.}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def wrong(folder: Path, text: str, name: str = "case.yaml") -> str:
    with pytest.raises(ScenarioInvalid) as caught:
        load_scenario(write(folder, name, text))
    assert caught.value.exit_code == 2
    return caught.value.message


def test_a_whole_scenario_is_read(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, "case.yaml", WHOLE))
    assert scenario.people["kit"].name == "Kit Lawson"
    assert scenario.case.roles == {"kit": ("employee",)}
    (act,) = scenario.do
    assert (act.kind, act.note) == ("note", "One.")
    assert scenario.then.late is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a list", "case.yaml is not a scenario: it is a mapping."),
        (WHOLE.replace("recorder: helen", "recorder: nobody"), "nobody of this scenario is called 'nobody'"),
        (WHOLE.replace("roles: {kit", "roles: {sam"), "nobody of this scenario is called 'sam'"),
        (WHOLE.replace("note: One.", "dance: One."), "do.0.dance: Extra inputs are not permitted"),
        (WHOLE.replace("seed: s\n", ""), "seed: Field required"),
        (WHOLE.replace("scenario: 1", "scenario: 2"), "scenario: Input should be 1"),
        (WHOLE + "then: {states: {procedure: closed}, mood: good}\n", "then.mood: Extra inputs"),
        (WHOLE + "seed: t\n", "line 16: `seed` stands here twice"),
    ],
)
def test_what_no_scenario_says_is_named(tmp_path: Path, text: str, says: str) -> None:
    assert says in wrong(tmp_path, text)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    says = wrong(tmp_path, WHOLE.replace("seed: s\n", "").replace("title: Cook", "tittle: Cook"))
    assert "seed: Field required" in says
    assert "people.kit.title: Field required" in says
    assert "people.kit.tittle: Extra inputs" in says


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "each entry says exactly one of: step, try, allege"),
        ({"step": "a", "note": "b"}, "each entry says exactly one of"),
        ({"note": "a", "irregular": "b"}, "`irregular` belongs to step and try, not to note"),
        (
            {"letter": "a", "waive": [{"requirement": "b", "by": "c", "because": "d"}]},
            "`waive` belongs to step and try",
        ),
        ({"step": "a", "serve": {}}, "`serve` belongs to letter and issue and served, not to step"),
        ({"served": "a", "supersedes": "b"}, "`supersedes` belongs to letter and issue, not to served"),
        ({"step": "a", "breached": ["b"]}, "`breached` belongs to an act that is `irregular`"),
        ({"step": "a", "refused": {"because": ["b"]}}, "a step that is to be refused is tried"),
        ({"try": "a", "refused": {"because": []}}, "at least 1 item"),
        ({"letter": "a", "serve": {"method": "pigeon"}}, "Input should be 'hand'"),
    ],
)
def test_an_act_says_one_thing_and_what_belongs_to_it(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Act.model_validate({"on": "2026-03-02", **given})


def test_a_scenario_goes_on_from_another(tmp_path: Path) -> None:
    write(tmp_path, "openings/first.yaml", WHOLE + "then: {late: [triage]}\n")
    second = """
after: openings/first.yaml
name: What came then
people:
  kit: {name: Kit Lawson, title: Teacher, teacher: true}
  sam: {name: Sam Poole, title: Parent}
do:
  - {on: 2026-03-03, note: Two.}
"""
    scenario = load_scenario(write(tmp_path, "second.yaml", second))
    assert [act.note for act in scenario.do] == ["One.", "Two."]
    assert scenario.name == "What came then"
    assert scenario.people["kit"].teacher
    assert set(scenario.people) == {"helen", "kit", "sam"}
    assert scenario.then.late is None  # the end is that of the last file


def test_values_are_taken_from_the_act_before_even_in_another_file(tmp_path: Path) -> None:
    write(tmp_path, "first.yaml", WHOLE + "  - {on: 2026-03-03, try: triage, with: {route: formal}}\n")
    scenario = load_scenario(
        write(
            tmp_path,
            "second.yaml",
            "after: first.yaml\ndo:\n  - {on: 2026-03-03, step: triage, same: true}\n",
        )
    )
    assert scenario.do[-1].with_ == {"route": "formal"}


@pytest.mark.parametrize("name", ["../case.yaml", "/etc/passwd", "a/../../case.yaml", "3"])
def test_a_scenario_goes_on_from_files_beside_it_only(tmp_path: Path, name: str) -> None:
    assert "after: " in wrong(tmp_path / "inner", f"after: {name}\n")


def test_a_scenario_does_not_go_on_from_itself(tmp_path: Path) -> None:
    write(tmp_path, "first.yaml", "after: second.yaml\n")
    write(tmp_path, "second.yaml", "after: first.yaml\n")
    with pytest.raises(ScenarioInvalid, match="it goes on from itself"):
        load_scenario(tmp_path / "first.yaml")


def test_a_mistake_in_the_first_file_names_that_file(tmp_path: Path) -> None:
    write(tmp_path, "first.yaml", "name: [\n")
    with pytest.raises(ScenarioInvalid, match=r"first\.yaml is not a scenario"):
        load_scenario(write(tmp_path, "second.yaml", "after: first.yaml\n"))
    with pytest.raises(ScenarioInvalid, match=r"third\.yaml is not a scenario"):
        load_scenario(write(tmp_path, "second.yaml", "after: third.yaml\n"))


def test_a_date_alone_is_the_end_of_the_day() -> None:
    assert moment("2026-03-02") == datetime(2026, 3, 2, 17)
    assert moment("2026-03-02T09:30") == datetime(2026, 3, 2, 9, 30)
