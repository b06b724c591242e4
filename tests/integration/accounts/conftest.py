"""A school with a case, copied for each test of accounts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.integration.accounts.room import Room
from tests.integration.cli.desk import make_school


@pytest.fixture(scope="session")
def folder_made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("accounts") / "data"
    return folder, make_school(folder)


@pytest.fixture
def folder(folder_made_once: tuple[Path, str], tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    shutil.copytree(folder_made_once[0], tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def reference(folder_made_once: tuple[Path, str]) -> str:
    """The reference of the one case in it, which Priya Nair keeps."""
    return folder_made_once[1]


@pytest.fixture
def room(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A machine without a keyring of its system, on which several people sign in."""
    monkeypatch.setattr("casework.keyring.session.system_keyring", lambda: None)
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    return Room(folder, runtime)
