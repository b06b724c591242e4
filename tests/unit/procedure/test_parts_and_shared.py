"""A strand in parts and what several steps share: the same policy, laid out so that people find their way in it.

`in_parts/` holds the strands of the small policy in parts, with a `shared.yaml`. `broken_in_parts/NAME/edit.yaml`
breaks it, and `expected.txt` is what is said, as for `broken/` (test_check_broken).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.procedure.errors import PolicyInvalid
from casework.procedure.load import digest, load_policy, read_policy
from casework.procedure.problem import Problem
from tests.unit.procedure.small_policy import HERE, copy_in_parts, edit, edits_of, findings, load_small

CASES = sorted(path.parent for path in (HERE / "broken_in_parts").glob("*/edit.yaml"))


def test_however_it_is_laid_out_a_policy_is_the_same(tmp_path: Path) -> None:
    policy = load_policy(copy_in_parts(tmp_path) / "policy")
    assert policy == load_small()
    assert digest(policy) == digest(load_small())
    assert list(policy.strands["procedure"].steps) == list(load_small().strands["procedure"].steps)
    assert findings(tmp_path / "small") == []


def test_the_order_of_the_parts_is_the_order_of_the_steps(tmp_path: Path) -> None:
    folder = copy_in_parts(tmp_path)
    file = "policy/strands/procedure.yaml"
    edit(folder, [{"file": file, "find": "[hearing, outcome, appeal]", "put": "[appeal, hearing, outcome]"}])
    policy = load_policy(folder / "policy")
    assert next(iter(policy.strands["procedure"].steps)) == "appeal"
    assert digest(policy) != digest(load_small())


def test_a_use_changes_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    strand = load_policy(copy_in_parts(tmp_path) / "policy").strands["procedure"]
    invited, held = strand.steps["invite"].fields["hearing_on"], strand.steps["hold"].fields["held_on"]
    assert (invited.label, invited.must_be, invited.occurrence) == ("Hearing on", "after", False)
    assert (held.label, held.must_be, held.occurrence) == ("Held on", None, True)
    apart = [strand.steps[step].requires[-1] for step in ("invite", "hear_appeal")]
    assert [item.waivable_by for item in apart] == [("governors",), ()]
    assert [item.cites for item in apart] == [("LAW-3",), ("LAW-3",)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_layout_is_reported_exactly(case: Path, tmp_path: Path) -> None:
    folder = copy_in_parts(tmp_path)
    edit(folder, edits_of(case))
    assert findings(folder) == (case / "expected.txt").read_text(encoding="utf-8").splitlines()


def test_a_link_to_a_part_is_not_followed(tmp_path: Path) -> None:
    folder = copy_in_parts(tmp_path) / "policy"
    part = folder / "strands" / "procedure" / "outcome.yaml"
    part.symlink_to(part.rename(tmp_path / "outcome.yaml"))
    with pytest.raises(PolicyInvalid) as problem:
        load_policy(folder)
    assert [(error.file, error.path) for error in problem.value.errors] == [
        ("strands/procedure.yaml", "parts[1]"),
        ("strands/procedure/outcome.yaml", ""),
    ]


def test_a_link_to_a_folder_of_parts_is_refused(tmp_path: Path) -> None:
    folder = copy_in_parts(tmp_path) / "policy"
    parts = folder / "strands" / "procedure"
    parts.symlink_to(parts.rename(tmp_path / "elsewhere"))
    with pytest.raises(PolicyInvalid) as problem:
        load_policy(folder)
    assert [error.file for error in problem.value.errors] == ["strands/procedure"]


def test_a_problem_is_placed_for_programs_too(tmp_path: Path) -> None:
    _, places = read_policy(copy_in_parts(tmp_path) / "policy")
    where = "strands/procedure.yaml: steps.hold.fields.held_on.type"
    [placed] = places.located([Problem("wrong-type", "It is wrong.", where, "Change it.")])
    assert placed.as_json() == {
        "code": "wrong-type",
        "message": "It is wrong.",
        "file": "strands/procedure/hearing.yaml",
        "line": 49,
        "shared": "shared.yaml:2",
        "where": "strands/procedure/hearing.yaml: steps.hold.fields.held_on.type",
        "remedy": "Change it.",
        "path": [],
    }


def test_a_problem_outside_the_policys_files_stays_where_it_is(tmp_path: Path) -> None:
    _, places = read_policy(copy_in_parts(tmp_path) / "policy")
    problem = Problem("code-twice", "Twice.", "conduct/x/catalogue.yaml: clauses", "Keep one.")
    assert places.located([problem]) == [problem]
