"""A school with several accounts, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from casework.base.time import FixedClock
from casework.cli.main import main
from casework.cli.session import Session
from casework.keyring.files import AccountKeys
from casework.services.loading import LoadedCase, find_case
from casework.services.schools import School, choose_school
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, Answer, make_school
from tests.support.accounts import enrol, open_as

PEOPLE = {
    "Helen Marsh": "headteacher",
    "Dana Whitfield": "hr_adviser",
    "Daniel Okoro": "case_manager",
    "Ruth Adeyemi": "hearing_panel_member",
    "Ines Duarte": "clerk",
    "Tom Reed": "safeguarding_lead",
    "Rosa Lind": "auditor",
    "Ada Quill": "administrator",
}
ME = "Priya Nair"
"""The HR adviser whose key file lies in the folder, and who opened the first case."""


@dataclass
class Office:
    """A data folder in which several people work, each as themselves."""

    folder: Path
    reference: str
    keys: dict[str, AccountKeys]
    now: datetime = NOW
    open: ExitStack = field(default_factory=ExitStack)
    workspaces: dict[str, Workspace] = field(default_factory=dict)

    def as_(self, name: str) -> Workspace:
        """The folder, opened by somebody."""
        if name not in self.workspaces:
            seed = f"{name} {self.now}"
            workspace = self.open.enter_context(
                open_as(self.folder, self.keys.get(name), now=self.now, seed=seed)
            )
            self.workspaces[name] = workspace
        return self.workspaces[name]

    def school(self) -> School:
        return choose_school(self.as_(ME), None)

    def case(self, name: str, reference: str = "") -> LoadedCase:
        """A case as somebody finds it."""
        return find_case(self.as_(name), self.school(), reference or self.reference)

    def type(self, name: str, *words: str) -> Answer:
        """Type a command as somebody, outside a terminal."""
        session = Session(clock=FixedClock(self.now), interactive=False)
        session.__dict__["workspace"] = self.as_(name)
        self.as_(name).rehearsal = "--dry-run" in words
        done = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1"}).invoke(
            main, ["--data", str(self.folder), *words], obj=session, prog_name="casework"
        )
        self.as_(name).rehearsal = False
        return Answer(done.exit_code, done.stdout, done.stderr)

    def later(self, now: datetime) -> Office:
        """The same folder on a later day."""
        return replace(self, now=now, workspaces={})


@pytest.fixture(scope="session")
def office_made_once(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office") / "data"
    reference = make_school(folder)
    return Office(folder, reference, {name: enrol(folder, name, role) for name, role in PEOPLE.items()})


@pytest.fixture
def office(office_made_once: Office, tmp_path: Path) -> Iterator[Office]:
    """A folder of the test's own; its case was opened before the others had accounts, so nobody else reads it."""
    shutil.copytree(office_made_once.folder, tmp_path / "data")
    made = Office(tmp_path / "data", office_made_once.reference, office_made_once.keys)
    with made.open:
        yield made
