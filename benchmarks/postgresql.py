"""Steps a second on a PostgreSQL server, from 1, 8 and 64 clients, against a bare driver and peers.

All of them write to one server with one durability: each act is on its disk before it is acknowledged. Clients are
threads in up to eight processes, the same for each competitor, and each works for a school (or aggregate) of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.steps import _EVENTS_IN_A_CASE, open_case
from casework.base.time import FixedClock
from casework.services import directory, setup, steps
from casework.services.loading import find_case
from casework.services.schools import choose_school
from casework.services.workspace import Workspace
from casework.store import Store
from tests.support.databases import Databases
from tests.support.postgresql import NoServer, Server, a_server

LIMIT = 0.45
"""Steps are to be at least this fraction of a bare insert and update."""

CLIENTS = (1, 8, 64)
SECONDS = 3.0
_PROCESSES = 8
_SPAWN = multiprocessing.get_context("spawn")
_WORDS = "Uploaded the photographs and took them down when asked to."
_NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)

Act = Callable[[], object]


def run(rounds: int) -> tuple[str, bool]:
    """Measure, and return a table and whether the limits hold."""
    try:
        durable = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "autovacuum": "on"}
        with a_server(on_disk=True, max_connections="300", **durable) as server:
            return _measured(server, rounds)
    except NoServer as problem:
        return f"Steps on a server: not measured, because there is {problem}", True


def _measured(server: Server, rounds: int) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(server, "bench")
        databases.prepare(Path(folder) / "template")
        with databases.administrator() as connection:
            for name in ("bare", "eventsourcing", "django"):
                connection.execute(f"CREATE DATABASE {name}")
        with databases.empty() as name:
            made = Path(folder) / "schools"
            for number in range(max(CLIENTS)):
                databases.settings(made / str(number), name)
                _make_school(made / str(number), number)
            competitors: dict[str, tuple[str, str]] = {
                "bare psycopg, insert and update": ("bare", server.url("bare")),
                "casework, one step": ("casework", str(made)),
                "eventsourcing, get and save": ("eventsourcing", server.url("eventsourcing")),
                "Django, viewflow.fsm and simple-history": ("django", server.url("django")),
            }
            found = {clients: _rates(competitors, clients, rounds) for clients in CLIENTS}
    return _report(found)


def _report(found: dict[int, dict[str, list[float]]]) -> tuple[str, bool]:
    lines, good = ["Steps recorded durably on a PostgreSQL server, each second (median of the rounds)"], True
    for clients, rates in found.items():
        bare, *others = rates.values()
        ours, *peers = (_ratio(rate, bare) for rate in others)
        lines.append(f"  {clients} client{'' if clients == 1 else 's'} over as many schools")
        lines += [
            f"    {name:42}{statistics.median(rate):10.0f}   {_ratio(rate, bare):5.2f} × bare"
            for name, rate in rates.items()
        ]
        good = good and ours >= LIMIT and all(ours > peer for peer in peers)
    lines.append(f"  limit: at least {LIMIT} × bare, and ahead of both peers, at each number of clients")
    return "\n".join(lines), good


def _ratio(of: list[float], to: list[float]) -> float:
    """The median, round by round, of how many times faster `of` is than `to`."""
    return statistics.median(a / b for a, b in zip(of, to, strict=True))


class _Team:
    """The clients of one competitor, which wait until it is their turn."""

    def __init__(self, kind: str, where: str, clients: int, rounds: int) -> None:
        processes = min(clients, _PROCESSES)
        self._began, self._results = _SPAWN.Barrier(processes + 1), _SPAWN.Queue()
        groups = [range(number, clients, processes) for number in range(processes)]
        self._workers = [
            _SPAWN.Process(target=_work, args=(kind, where, group, rounds, self._began, self._results))
            for group in groups
        ]
        for worker in self._workers:
            worker.start()

    def ready(self) -> None:
        """Wait until all clients are."""
        self._began.wait(600)

    def turn(self) -> float:
        """Let all act for a while; return how many acts there were in a second."""
        self._began.wait(600)
        return sum(self._results.get(timeout=600) for _ in self._workers) / SECONDS

    def end(self) -> None:
        """Wait for their processes to end."""
        for worker in self._workers:
            worker.join()


def _rates(competitors: dict[str, tuple[str, str]], clients: int, rounds: int) -> dict[str, list[float]]:
    """Acts a second of so many clients at once, in each round; the competitors take turns in each."""
    teams = {}
    for name, (kind, where) in competitors.items():
        teams[name] = _Team(kind, where, clients, rounds)
        teams[name].ready()
    found: dict[str, list[float]] = {name: [] for name in teams}
    for _ in range(rounds):
        for name, team in teams.items():
            found[name].append(team.turn())
    for team in teams.values():
        team.end()
    return found


def _work(kind: str, where: str, numbers: range, rounds: int, began: Any, results: Any) -> None:
    """In a process: make the clients ready, then let all of them act for a while in each round."""
    acts = [_KINDS[kind](where, number) for number in numbers]
    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(lambda act: [act() for _ in range(8)], acts))
        began.wait(600)
        for _ in range(rounds):
            began.wait(600)
            until = time.perf_counter() + SECONDS
            results.put(sum(threads.map(lambda act, end=until: _for_a_while(act, end), acts)))  # type: ignore[misc]


def _for_a_while(act: Act, until: float) -> int:
    done = 0
    while time.perf_counter() < until:
        act()
        done += 1
    return done


def _make_school(folder: Path, number: int) -> None:
    """A school with its people and an open case, in a database that many share."""
    letters = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
    new = setup.NewSchool(f"School {number}", f"S{letters}", "Helen Marsh")
    with _among_others():
        workspace, school = setup.create_workspace(
            folder, new, passphrase=None, recovery_file=folder / "recovery.key", clock=FixedClock(_NOW)
        )
    with workspace:
        for name, title in (("Diane Whitfield", "Head teacher"), ("Jordan Price", "Teaching assistant")):
            directory.add_person(workspace, school, name=name, title=title)
        directory.add_person(workspace, school, name="Rachel Okafor", title="Assistant head teacher")
        open_case(workspace, school)


@contextmanager
def _among_others() -> Iterator[None]:
    """Let a school be made in a database that has others: only a first one is made by a command."""
    create = Store.create
    Store.create = classmethod(lambda cls, path: cls.open(path))  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        Store.create = create  # type: ignore[method-assign]


def _casework(where: str, number: int) -> Act:
    folder = Path(where) / str(number)
    workspace = Workspace.open(folder, str, clock=FixedClock(_NOW))
    name = f"School {number}"
    school = choose_school(workspace, name)
    with workspace.store.read() as reader:
        reference = reader.cases(school.id)[0].reference

    def step() -> None:
        nonlocal reference
        loaded = find_case(workspace, school, reference)
        if loaded.n > _EVENTS_IN_A_CASE:
            reference = open_case(workspace, school)
            loaded = find_case(workspace, school, reference)
        values = {"held_at": "2026-03-03T09:00", "invited": "agreed", "account": _WORDS}
        steps.take_step(
            workspace, school, loaded, "hold_investigation_meeting", values=values, taken_by="Rachel Okafor"
        )

    return step


def _bare(url: str, number: int) -> Act:
    import psycopg

    connection = psycopg.connect(url, prepare_threshold=2)
    connection.execute("SELECT pg_advisory_xact_lock(1)")
    connection.execute("CREATE TABLE IF NOT EXISTS cases (id bigint PRIMARY KEY, state text NOT NULL)")
    connection.execute("CREATE TABLE IF NOT EXISTS audit (id bigserial PRIMARY KEY, line text NOT NULL)")
    connection.execute("INSERT INTO cases VALUES (%s, 'reported') ON CONFLICT DO NOTHING", (number,))
    connection.commit()
    numbers, line = count(), "x" * 300

    def transaction() -> None:
        connection.execute("UPDATE cases SET state = %s WHERE id = %s", (f"state {next(numbers)}", number))
        connection.execute("INSERT INTO audit (line) VALUES (%s)", (line,))
        connection.commit()

    return transaction


@cache
def _aggregate() -> Any:
    """The peer's case, made once in a process: the library refuses a second class of the same name."""
    from eventsourcing.domain import Aggregate, event

    class Case(Aggregate):
        def __init__(self) -> None:
            self.account = ""

        @event("MeetingHeld")
        def hold_meeting(self, account: str) -> None:
            self.account = account

    return Case


def _eventsourcing(url: str, number: int) -> Act:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url)
    os.environ |= {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts["dbname"]),
        "POSTGRES_HOST": str(parts["host"]),
        "POSTGRES_PORT": str(parts["port"]),
        "POSTGRES_USER": str(parts["user"]),
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "0",
    }
    from eventsourcing.application import Application

    kind = _aggregate()
    import psycopg

    with psycopg.connect(url) as connection:  # two at once cannot make their tables
        connection.execute("SELECT pg_advisory_lock(8)")
        application: Application = Application()
    case, done = kind(), count()
    application.save(case)

    def get_and_save() -> None:
        nonlocal case
        if next(done) % _EVENTS_IN_A_CASE == 0:
            case = kind()
            application.save(case)
        found: Any = application.repository.get(case.id)
        found.hold_meeting(_WORDS)
        application.save(found)

    return get_and_save


def _django(url: str, number: int) -> Act:
    from benchmarks.django_peer import make

    return make(url)


_KINDS: dict[str, Callable[[str, int], Act]] = {
    "bare": _bare,
    "casework": _casework,
    "eventsourcing": _eventsourcing,
    "django": _django,
}

if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 5)[0])
