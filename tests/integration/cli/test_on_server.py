"""Commands on a PostgreSQL server: the same tests as on a file, with desks whose record was moved to one.

A few that lean most on what a database does; whole cases are in `acceptance/test_scenarios.py`. To run another file of
commands on a server, import its tests here and run this file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from casework.base.ids import SeededDice
from casework.base.time import FixedClock, parse_occurred
from casework.services.errors import CaseMoved
from casework.services.feeds import feed
from casework.services.folder import DATABASE
from casework.services.loading import find_case
from casework.services.own_reading import LinkNotOpened, open_link, own_page
from casework.services.schools import choose_school
from casework.services.steps import take_step
from casework.services.to_server import LEFT_BEHIND, move_to_server
from casework.services.workspace import Workspace
from casework.store.backend import EVERY
from casework.store.connect import Store
from casework.store.server import SETTINGS
from tests.integration.api.conftest import Program, command
from tests.integration.cli.desk import NOW, TRIAGE, Desk
from tests.integration.cli.test_people import test_an_entry_is_mended_part_by_part
from tests.integration.cli.test_retention import AGREED, LATER, once
from tests.integration.cli.test_steps import (
    test_a_step_is_recorded_and_its_receipt_says_what_follows,
    test_the_same_command_sent_twice_is_recorded_once,
)
from tests.integration.cli.test_together import (
    test_whoever_looked_before_somebody_else_recorded_is_told_what_changed,
)
from tests.support.databases import Databases

__all__ = [
    "once",
    "test_a_step_is_recorded_and_its_receipt_says_what_follows",
    "test_an_entry_is_mended_part_by_part",
    "test_the_same_command_sent_twice_is_recorded_once",
    "test_whoever_looked_before_somebody_else_recorded_is_told_what_changed",
]

Made = tuple[Path, str]


def moved(made: Made, databases: Databases, folder: Path) -> Iterator[tuple[Made, str]]:
    """Move a copy of what was made to a server, for others to be copied from."""
    shutil.copytree(made[0], folder)
    with databases.empty() as name:
        settings = databases.settings(folder.with_name("given"), name).with_name(SETTINGS)
        with Workspace.open(folder, str) as workspace:
            move_to_server(workspace, settings)
        yield (folder, made[1]), name


@pytest.fixture(scope="module")
def school_on_server(
    school_made_once: Made, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Made, str]]:
    yield from moved(school_made_once, databases, tmp_path_factory.mktemp("school") / "data")


@pytest.fixture(scope="module")
def hearing_on_server(
    hearing_made_once: Made, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Made, str]]:
    yield from moved(hearing_made_once, databases, tmp_path_factory.mktemp("hearing") / "data")


def copied(made: tuple[Made, str], databases: Databases, folder: Path) -> Iterator[Desk]:
    (source, reference), name = made
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.moved"))
    with databases.copy_of(name) as copy:
        databases.settings(folder, copy)
        yield Desk(folder, reference)


@pytest.fixture
def desk(school_on_server: tuple[Made, str], databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from copied(school_on_server, databases, tmp_path / "data")


@pytest.fixture
def hearing_desk(hearing_on_server: tuple[Made, str], databases: Databases, tmp_path: Path) -> Iterator[Desk]:
    yield from copied(hearing_on_server, databases, tmp_path / "data")


def test_of_two_advisers_who_take_the_same_step_at_once_one_wins_and_the_other_is_told(desk: Desk) -> None:
    """Both have the case before them when either begins."""
    both, ends = Barrier(2), list[object]()

    def take(number: int) -> None:
        dice, clock = SeededDice(b"%d" % number), FixedClock(NOW)
        with Workspace.open(desk.folder, str, clock=clock, dice=dice) as workspace:
            school = choose_school(workspace, None)
            loaded = find_case(workspace, school, desk.reference)
            both.wait(30)
            try:
                done = take_step(
                    workspace,
                    school,
                    loaded,
                    "triage",
                    values=TRIAGE,
                    occurred=parse_occurred("2026-02-23"),
                    taken_by="Helen Marsh",
                )
                ends.append(done.receipt)
            except CaseMoved as problem:
                ends.append(problem)

    with ThreadPoolExecutor(2) as threads:
        for end in [threads.submit(take, number) for number in range(2)]:
            end.result()
    (told,) = (end for end in ends if isinstance(end, CaseMoved))
    assert told.exit_code == 4
    assert {"kind": "step_taken", "step": "triage"}.items() <= told.details["since"][0].items()
    assert "recorded" in told.message and "Nothing of yours" in told.message
    steps = [event for event in desk.type("case", "show", desk.reference, "--json").json["steps"]]
    assert len(steps) == 1


@pytest.fixture
def closed_desk(once: Made, databases: Databases, tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """A case that is due to be destroyed, on a server, and the name of its database there."""
    for (folder, reference), name in moved(once, databases, tmp_path / "data"):
        (folder / LEFT_BEHIND).unlink()
        yield Desk(folder, reference, LATER), name


def test_what_is_destroyed_is_gone_from_the_tables_and_what_cannot_be_reached_is_said(
    closed_desk: tuple[Desk, str], databases: Databases
) -> None:
    desk, name = closed_desk
    settings = desk.folder / SETTINGS
    as_given = settings.read_text()
    settings.write_text(as_given.replace("casework_owner", "nobody_at_all"))
    pending = desk.type("retention", "apply", desk.reference, *AGREED, ok=5)
    assert "still pending" in pending.said
    assert "not finished" in desk.type("retention", "certificate", desk.reference, ok=5).said
    settings.write_text(as_given)
    assert "cannot reach them" in desk.type("retention", "finish").said
    certificate = " ".join(desk.type("retention", "certificate", desk.reference).stdout.split())
    assert "its log emptied" not in certificate
    assert "Not reached The database server’s disk and write-ahead log" in certificate
    assert "whole" in desk.type("audit", "verify").stdout
    with databases.administrator(name) as connection:
        left = "SELECT count(*) FROM {} JOIN streams USING (stream) WHERE kind = 'case' AND {} IS NOT NULL"
        for table, column in (("events", "sealed"), ("keys", "key_id"), ("files", "file")):
            assert connection.execute(left.format(table, column)).fetchone() == (0,)


def test_those_who_come_by_link_are_found_whatever_school_they_belong_to(hearing_desk: Desk) -> None:
    desk, clock = hearing_desk, FixedClock(NOW)
    more = ("--for", "employee", "--until", "2026-05-01", "--reason", "Works from home", "--json")
    made = desk.type("case", "link", "create", desk.reference, *more).json
    diary = desk.type("calendar", "link", "create", "--json").json["link"]
    with Store.open(desk.folder / DATABASE) as store:
        with pytest.raises(LinkNotOpened):
            open_link(store, clock, made["link"].rpartition("/")[2], "0000-0000")
        opened = open_link(store, clock, made["link"].rpartition("/")[2], made["code"])
        assert own_page(store, clock, opened).name == "Jordan Blake"
        assert desk.reference.encode() in feed(store, clock, diary.rpartition("/")[2].removesuffix(".ics"))
        with store.transaction(*EVERY) as transaction:
            account = transaction.accounts()[0].account
            transaction.put_reminder(account, "2026-03-02", "sending")
        desk.type("case", "link", "revoke", desk.reference, "1", "--reason", "Lost")
        with pytest.raises(LinkNotOpened):
            own_page(store, clock, opened)
    assert "own page" in desk.type("access", "log", desk.reference).stdout


def test_a_program_opens_a_case_with_its_token_until_that_is_revoked(desk: Desk) -> None:
    words = ("--role", "case_manager", "--may", "open", "--json")
    program = Program(desk.folder, desk.type("token", "create", "Staff system", *words).json["token"])
    asked = {
        "command": command(),
        "reported": "2026-02-27",
        "summary": "A post",
        "people": [{"name": "Jordan Blake", "roles": ["employee"]}],
    }
    opened, again = (program.post("/schools/ASH/cases", asked) for _ in range(2))
    assert (opened.status_code, again.status_code) == (201, 200)
    assert [one["reference"] for one in program.get("/cases").json()["cases"]] == [opened.json()["reference"]]
    assert program.get(f"/cases/{desk.reference}").status_code == 404
    desk.type("token", "revoke", "Staff system", "--reason", "A test")
    assert program.get("/me").status_code == 401
    program.close()
