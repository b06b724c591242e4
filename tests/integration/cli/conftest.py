"""A school in a data folder, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.cli.desk import Desk, lead_to_hearing, make_school


@pytest.fixture(scope="session")
def school_made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("school") / "data"
    return folder, make_school(folder)


@pytest.fixture(scope="session")
def hearing_made_once(
    school_made_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("hearing") / "data"
    shutil.copytree(school_made_once[0], folder)
    lead_to_hearing(folder, school_made_once[1])
    return folder, school_made_once[1]


@pytest.fixture(scope="session")
def session_desk(hearing_made_once: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk that only reads: the case stands before its hearing."""
    folder = tmp_path_factory.mktemp("reading") / "data"
    shutil.copytree(hearing_made_once[0], folder)
    return Desk(folder, hearing_made_once[1])


@pytest.fixture
def desk(school_made_once: tuple[Path, str], tmp_path: Path) -> Desk:
    """A desk of the test's own; its case was just reported."""
    shutil.copytree(school_made_once[0], tmp_path / "data")
    return Desk(tmp_path / "data", school_made_once[1])


@pytest.fixture
def hearing_desk(hearing_made_once: tuple[Path, str], tmp_path: Path) -> Desk:
    """A desk of the test's own; its case has a case to answer."""
    shutil.copytree(hearing_made_once[0], tmp_path / "data")
    return Desk(tmp_path / "data", hearing_made_once[1])


@pytest.fixture
def empty_desk(tmp_path: Path) -> Desk:
    """A desk with nothing on it yet."""
    return Desk(tmp_path / "data")
