"""Schools in data folders, made through the services."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from casework.base.ids import SeededDice
from casework.base.time import FixedClock, parse_occurred
from casework.services import cases
from casework.services.directory import add_person
from casework.services.schools import School
from casework.services.setup import NewSchool, create_workspace
from casework.services.workspace import Workspace

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def school_with_a_report(folder: Path, seed: bytes) -> tuple[Workspace, School, str]:
    """A new school whose class teacher was reported yesterday: the open workspace, and the case's reference."""
    workspace, school = create_workspace(
        folder / "data",
        NewSchool(name="Ashgrove Primary School", prefix="ASH", adviser="Ruth Adeyemi"),
        passphrase=None,
        recovery_file=folder / "recovery.key",
        clock=FixedClock(NOW),
        dice=SeededDice(seed),
    )
    employee = add_person(workspace, school, name="Tom Bell", title="Class teacher")
    opened = cases.open_case(
        workspace,
        school,
        reported=parse_occurred("2026-03-02"),
        summary="A parent rang about a post.",
        people=[(employee, ["employee"])],
    )
    return workspace, school, opened.reference
