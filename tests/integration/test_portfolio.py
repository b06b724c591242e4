"""Cases across schools, chosen by what a list can ask: each answer is one that the lists give when read whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework.base.errors import BadInput
from casework.base.time import FixedClock, local_date
from casework.services import listing
from casework.services.portfolio import Choice, Options, options, portfolio
from casework.services.schools import School, schools
from casework.services.workspace import Workspace
from tests.integration.cli.desk import NOW, lead_to_hearing, make_school
from tests.support.long_list import enter_cases


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portfolio") / "data"
    reference = make_school(folder)
    lead_to_hearing(folder, reference)
    with Workspace.open(folder, str, clock=FixedClock(NOW)) as workspace:
        enter_cases(workspace, 60)
    return folder


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(made, tmp_path / "data")
    with Workspace.open(tmp_path / "data", str, clock=FixedClock(NOW + timedelta(days=9))) as opened:
        yield opened


@pytest.fixture
def school(workspace: Workspace) -> School:
    return schools(workspace)[0]


def asked(workspace: Workspace, school: School, choice: Choice) -> set[str]:
    """The references of every page."""
    found, after = set[str](), ""
    while True:
        page = portfolio(workspace, [school], choice, after=after, size=25)
        names = {item.row.reference for item in page.cases}
        assert not names & found
        found, after = found | names, page.after
        if not after:
            return found


def test_each_choice_finds_what_the_whole_lists_say(workspace: Workspace, school: School) -> None:
    today = local_date(workspace.clock.now())
    rows = listing.list_cases(workspace, school)
    every = {row.reference for row in rows}
    due = listing.list_due(workspace, [school], today)
    everything = Choice(standing="all")
    assert asked(workspace, school, everything) == every and len(every) == 61
    assert asked(workspace, school, Choice()) == {row.reference for row in rows if not row.closed} < every
    for stage in ("reported", "investigated"):
        chosen = asked(workspace, school, replace(everything, stage=stage))
        assert chosen == {row.reference for row in rows if row.stage == stage} != set()
    late = {item.reference for item in due if item.overdue}
    assert asked(workspace, school, replace(everything, overdue=True)) == late and set() < late < every
    suspended = asked(workspace, school, Choice(beside="suspension"))
    assert suspended == {row.reference for row in rows if row.reference[-1] == "5" and not row.closed}
    head = {item.reference for item in due if "Head teacher" in item.act_by}
    assert asked(workspace, school, replace(everything, acts="headteacher")) == head
    part = sorted(every)[7][-4:].lower()
    assert asked(workspace, school, replace(everything, called=part)) == {
        name for name in every if part in name.lower()
    }
    assert asked(workspace, school, replace(everything, called="%")) == set()
    assert asked(workspace, school, replace(everything, procedure="no such")) == set()


def test_the_first_of_what_is_due_stands_beside_its_case(workspace: Workspace, school: School) -> None:
    due = listing.list_due(workspace, [school], local_date(workspace.clock.now()))
    first = {item.reference: item for item in reversed(due)}
    page = portfolio(workspace, [school], Choice(standing="all"))
    assert {item.row.reference: item.due for item in page.cases} == {
        item.row.reference: first.get(item.row.reference) for item in page.cases
    }
    assert any(item.beside == ("Suspended on full pay",) for item in page.cases)


def test_what_can_be_asked_is_what_the_procedures_have(workspace: Workspace) -> None:
    found: Options = options(workspace)
    assert found.beside["suspension"] == "Suspension" and found.acts["headteacher"] == "Head teacher"
    assert "procedure" not in found.beside and len(found.procedures) == 1


@pytest.mark.parametrize("wrong", [{"after": "yesterday~ASH"}, {"choice": Choice(stage="none")}])
def test_what_there_is_not_is_refused(workspace: Workspace, school: School, wrong: dict[str, object]) -> None:
    asked_for = {"choice": Choice(), **wrong}
    with pytest.raises(BadInput):
        portfolio(workspace, [school], **asked_for)  # type: ignore[arg-type]
