"""A school with a case, a file of evidence and a warning on somebody's file, made once and copied for each attack."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from casework.base.ids import SeededDice
from casework.base.time import FixedClock
from casework.services import evidence
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Desk, make_school, warn


@pytest.fixture(scope="session")
def attacked_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("attacked") / "data"
    return folder, make_attacked(folder)


def make_attacked(folder: Path) -> str:
    """Make the school, its case, its file and its warning; return the reference of the case."""
    reference = make_school(folder)
    with Workspace.open(folder, str, clock=FixedClock(NOW), dice=SeededDice(b"attack")) as workspace:
        school = choose_school(workspace, None)
        loaded = find_case(workspace, school, reference)
        file = evidence.incoming("post.png", b"what was on the page" * 1000)
        evidence.add_evidence(workspace, school, loaded, title="The post", type_="screenshot", file=file)
        warn(workspace, reference, ("final_written_warning", date(2026, 1, 5), date(2027, 1, 4)))
    return reference


@pytest.fixture
def victim(attacked_once: tuple[Path, str], tmp_path: Path) -> Desk:
    """A desk whose database is about to be attacked."""
    shutil.copytree(attacked_once[0], tmp_path / "data")
    return Desk(tmp_path / "data", attacked_once[1])
