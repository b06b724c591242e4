"""The page for policy authors names everything that there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest
import yaml

from casework.base.resources import workflows_dir
from casework.procedure.check import check
from casework.procedure.load import read_policy
from casework.procedure.model import Act, FieldType
from casework.procedure.requirements import KINDS
from tests.unit.procedure.test_check_broken import CODES
from tests.unit.procedure.test_shipped import LETTERS

PAGE = (Path(__file__).parents[3] / "docs" / "policy-author" / "policies.md").read_text(encoding="utf-8")


def row(first: str) -> str:
    """The row of a table whose first cell is `first`."""
    return next((line for line in PAGE.splitlines() if line.startswith(f"| `{first}` |")), "")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_requirement_kind_is_there_with_its_parameters(kind: str) -> None:
    parameters = set(re.findall(r"`([a-z_]+)`", row(kind).rpartition(" | ")[2]))
    assert parameters == KINDS[kind].model_fields.keys() - {"kind"}


def test_each_act_and_each_type_is_there() -> None:
    assert not [act for act in get_args(Act) if not row(act)]
    assert not [kind for kind in get_args(FieldType) if f"`{kind}`" not in PAGE]


def test_each_finding_of_the_check_is_there() -> None:
    assert not [code for code in sorted(CODES) if f"`{code}`" not in PAGE]


def test_every_file_that_it_names_exists() -> None:
    workflows = Path(__file__).parents[3] / "workflows"
    for name in re.findall(r"[a-z/-]+\.yaml", PAGE.partition("```")[2].partition("```")[0]):
        assert list(workflows.rglob(name)), name


def blocks(section: str) -> list[str]:
    """The YAML blocks of a section of the page, as they are to be typed."""
    text = PAGE.partition(f"### {section}\n")[2].partition("\n### ")[0]
    return [
        dedent(block) for block in re.findall(r"^ *```yaml\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    ]


def test_whoever_follows_the_walk_through_gets_a_policy_that_passes(tmp_path: Path) -> None:
    ours = tmp_path / "our-policy"
    [head] = blocks("Saying only what differs")
    rules, step = blocks("Adding a step")
    [requirement] = blocks("Adding a requirement")
    (ours / "strands").mkdir(parents=True)
    (ours / "policy.yaml").write_text(head, encoding="utf-8")
    (ours / "rules.yaml").write_text(rules, encoding="utf-8")
    added = requirement.removeprefix("steps:\n")
    (ours / "strands" / "procedure.yaml").write_text(step + added, encoding="utf-8")
    policy, places = read_policy(ours)
    assert places.located(check(policy, [], LETTERS)) == []
    assert policy.steps["find_case_to_answer"][1].requires[-1].id == "support_was_offered"
    assert policy.steps["offer_support"][1].to is None


def test_what_the_page_shows_as_shared_is_what_is_shipped() -> None:
    shown, _ = blocks("Sharing what steps have in common")
    file = workflows_dir() / "england" / "shared.yaml"
    shipped = yaml.safe_load(file.read_text(encoding="utf-8"))
    for section, entries in yaml.safe_load(shown).items():
        assert entries.items() <= shipped[section].items()
