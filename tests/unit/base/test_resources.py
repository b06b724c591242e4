"""Shipped data is found in a checkout and in an installation alike."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import casework
from casework.base import resources
from casework.base.errors import Unavailable


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that the package lies in an empty folder."""
    folder = tmp_path / "casework"
    folder.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", folder)
    return folder


def test_installed_data_lies_inside_the_package(package: Path) -> None:
    for name in ("workflows", "letters"):
        (package / "_data" / name).mkdir(parents=True)
    assert resources.workflows_dir() == package / "_data" / "workflows"
    assert resources.letters_dir() == package / "_data" / "letters"


def test_in_a_checkout_data_lies_beside_the_package(package: Path) -> None:
    (package.parent / "pyproject.toml").touch()
    for name in ("workflows", "letters"):
        (package.parent / name).mkdir()
    assert resources.workflows_dir() == package.parent / "workflows"
    assert resources.letters_dir() == package.parent / "letters"


def test_another_installed_package_is_not_mistaken_for_ours(package: Path) -> None:
    (package.parent / "workflows").mkdir()
    with pytest.raises(Unavailable) as caught:
        resources.workflows_dir()
    assert caught.value.remedy


def test_the_version_is_a_literal_that_the_build_can_read() -> None:
    tree = ast.parse(Path(casework.__file__).read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert [ast.literal_eval(node.value) for node in assigned] == [casework.__version__]
