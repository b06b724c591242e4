"""A step through the services, recorded durably, sealed and signed, against a raw SQLite transaction and a peer.

All three write to the same kind of file with the same durability: WAL, synchronous=FULL, one flush for each act.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.harness import Measured, compare, ratio, table
from casework.base.time import FixedClock, parse_occurred
from casework.services import cases, directory, steps
from casework.services.loading import find_case
from casework.services.schools import School
from casework.services.setup import NewSchool, create_workspace
from casework.services.workspace import Workspace

LIMIT = 0.35
"""A step is to be at least this fraction of a raw two-statement transaction."""

_EVENTS_IN_A_CASE = 40
"""A case gets a new successor at this length, so that its history is as long as a real one's."""


def run(rounds: int) -> tuple[str, bool]:
    """Measure, and return a table and whether the limits hold."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder) / "ours")
        competitors = {
            "the disk, one page and one flush": _flush(Path(folder) / "page"),
            "raw SQLite, two statements": _raw(Path(folder) / "raw.sqlite3"),
            "casework, one step": ours,
            "eventsourcing, get and save": _eventsourcing(Path(folder) / "peer.sqlite3"),
        }
        measured = compare(competitors, rounds=rounds, repeats=60)
    _, raw, step, peer = measured.values()
    good = ratio(step, raw) >= LIMIT and step.median < peer.median
    return _report(measured, raw, step, peer), good


def _report(measured: dict[str, Measured], raw: Measured, step: Measured, peer: Measured) -> str:
    return "\n".join(
        [
            table("A step recorded durably", measured, raw.name),
            f"  limit: at least {LIMIT} × raw ({ratio(step, raw):.2f}), and ahead of the peer"
            f" ({ratio(step, peer):.2f} × its speed)",
        ]
    )


def _ours(folder: Path) -> Callable[[], object]:
    clock = FixedClock(datetime(2026, 3, 3, 12, tzinfo=UTC))
    new = NewSchool("Ashleigh Primary School", "ASH", "Helen Marsh")
    workspace, school = create_workspace(
        folder, new, passphrase=None, recovery_file=folder / "recovery.key", clock=clock
    )
    for name, title in (("Diane Whitfield", "Head teacher"), ("Jordan Price", "Teaching assistant")):
        directory.add_person(workspace, school, name=name, title=title)
    directory.add_person(workspace, school, name="Rachel Okafor", title="Assistant head teacher")
    reference = open_case(workspace, school)

    def one_step() -> None:
        nonlocal reference
        loaded = find_case(workspace, school, reference)
        if loaded.n > _EVENTS_IN_A_CASE:
            reference = open_case(workspace, school)
            loaded = find_case(workspace, school, reference)
        steps.take_step(
            workspace,
            school,
            loaded,
            "hold_investigation_meeting",
            values={
                "held_at": "2026-03-03T09:00",
                "invited": "agreed",
                "account": "Uploaded the photographs and took them down when asked to.",
            },
            taken_by="Rachel Okafor",
        )

    return one_step


def open_case(workspace: Workspace, school: School) -> str:
    """Open a case with an investigator, and return its reference."""
    people = [
        (directory.find_person(workspace, school, "Diane Whitfield"), ("headteacher",)),
        (directory.find_person(workspace, school, "Jordan Price"), ("employee",)),
    ]
    opened = cases.open_case(
        workspace,
        school,
        reported=parse_occurred("2026-03-02"),
        summary="A post on the school's page.",
        people=people,
    )
    loaded = find_case(workspace, school, opened.reference)
    policy = loaded.policy
    no = {
        name: {question: "no" for question in policy.checklists[name].questions} for name in policy.checklists
    }
    steps.take_step(
        workspace,
        school,
        loaded,
        "triage",
        values={
            "route": "formal",
            "enquiry": "Seen on the page.",
            "harm_threshold": no["harm_threshold"],
            "screening": no["screening"],
            "lado_contact": "not_needed",
        },
        occurred=parse_occurred("2026-03-02"),
        taken_by="Diane Whitfield",
    )
    values = {
        "investigator": "Rachel Okafor",
        "terms_of_reference": "What was posted.",
        "report_due": "2026-03-20",
    }
    on = parse_occurred("2026-03-02")
    steps.take_step(
        workspace,
        school,
        loaded,
        "appoint_investigator",
        values=values,
        occurred=on,
        taken_by="Diane Whitfield",
    )
    return opened.reference


def _flush(path: Path) -> Callable[[], object]:
    """What all three wait for. Where it costs nothing, as on a file system in memory, the ratios say nothing."""
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    page, flush = bytes(4096), getattr(os, "fdatasync", os.fsync)

    def write() -> None:
        os.pwrite(file, page, 0)
        flush(file)

    return write


def _raw(path: Path) -> Callable[[], object]:
    """The floor: one row updated, one audit row inserted, one flush."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
    connection.execute("CREATE TABLE audit (id INTEGER PRIMARY KEY, line TEXT NOT NULL)")
    connection.execute("INSERT INTO cases VALUES (1, 'reported')")
    number, line = count(), "x" * 300

    def transaction() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE cases SET state = ? WHERE id = 1", (f"state {next(number)}",))
        connection.execute("INSERT INTO audit (line) VALUES (?)", (line,))
        connection.execute("COMMIT")

    return transaction


def _eventsourcing(path: Path) -> Callable[[], object]:
    """The peer: load an aggregate, trigger an event, save it, in WAL with full synchronisation as well."""
    os.environ["PERSISTENCE_MODULE"] = "eventsourcing.sqlite"
    os.environ["SQLITE_DBNAME"] = str(path)
    from eventsourcing.application import Application
    from eventsourcing.domain import Aggregate, event

    class Case(Aggregate):
        def __init__(self) -> None:
            self.account = ""

        @event("MeetingHeld")
        def hold_meeting(self, account: str) -> None:
            self.account = account

    application: Application[Any] = Application()
    case = Case()
    application.save(case)
    done = count()

    def get_and_save() -> None:
        nonlocal case
        if next(done) % _EVENTS_IN_A_CASE == 0:
            case = Case()
            application.save(case)
        found: Case = application.repository.get(case.id)
        found.hold_meeting("Uploaded the photographs and took them down when asked to.")
        application.save(found)

    return get_and_save
