"""The page for policy authors names everything that there is, and nothing that there is not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from casework.procedure.model import Act, FieldType
from casework.procedure.requirements import KINDS
from tests.unit.procedure.test_check_broken import CODES

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
