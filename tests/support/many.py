"""Many writers at once on one PostgreSQL server, which may be killed meanwhile; and what has to be true afterwards.

    python -m tests.support.many --writers 64 --organisations 16 --seconds 180 --kills 3

Each writer works for one organisation and sends its commands one after another. One that gets no answer is sent again
under the same id; now and then one that was answered is, too. What was acknowledged is kept outside the database.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.services.folder import DATABASE
from casework.store import Store
from casework.store.errors import StoreUnavailable
from tests.contract.school import START, School, opened, step
from tests.support.databases import Databases
from tests.support.postgresql import Server, a_server

PROCESSES = multiprocessing.get_context("spawn")
THREADS_IN_A_PROCESS = 8


@dataclass(frozen=True)
class Result:
    """How many commands were acknowledged, how many were sent again, and how large the logs are together."""

    acknowledged: int
    again: int
    events: int
    deadlocks: int
    seconds: float


def seed(number: int) -> bytes:
    """What the school of this number follows from."""
    return f"school {number}".encode()


def found_schools(folder: Path, count: int) -> None:
    """Enter schools, each with one case."""
    with Store.open(folder / DATABASE) as store:
        for number in range(count):
            school = School(seed(number))
            limited = store.seeing(school.organisation)
            school.found(limited)
            with limited.transaction() as tx:
                school.record(tx, (school.new_stream(tx), opened(f"ASH-26-{number:04}")))


def work(
    folder: Path, writers: Sequence[int], organisations: int, acts: int, until: float, said: Path
) -> None:
    """In a process of its own: let some writers work, each in a thread."""
    with Store.open(folder / DATABASE) as store:
        with ThreadPoolExecutor(len(writers)) as threads:
            ends = [
                threads.submit(_write, store, number, number % organisations, acts, until, said)
                for number in writers
            ]
        for end in ends:
            end.result()


def _write(store: Store, writer: int, number: int, acts: int, until: float, said: Path) -> None:
    school = School(seed(number))
    school.dice = type(school.dice)(f"writer {writer}".encode())
    limited = store.seeing(school.organisation)
    with limited.read() as reader:
        (case,) = (row.stream for row in reader.streams(school.log, "case"))
    with (said / f"writer-{writer}").open("w") as acknowledged:
        for act in range(acts):
            if time.time() > until:
                return
            command = f"{writer:08}-0000-4000-8000-{act:012}"
            again = _send(limited, school, case, command)
            if act % 10 == 0:
                again += 1 + _send(limited, school, case, command)
            acknowledged.write(f"{school.organisation} {command} {again}\n")
            acknowledged.flush()


def _send(store: Store, school: School, case: str, command: str) -> int:
    """Have a command recorded, however often it has to be sent; return how often it was sent again."""
    again = 0
    while True:
        try:
            with store.transaction() as tx:
                if not tx.find_command(command):
                    school.now = START  # the same for all: whose clock is behind is tested elsewhere
                    school.record(tx, (case, step("triaged")), command=command)
            return again
        except StoreUnavailable:
            again += 1
            if again > 200:
                raise
            time.sleep(0.05)


def run(
    server: Server,
    folder: Path,
    *,
    writers: int,
    organisations: int,
    acts: int,
    seconds: float,
    kills: int = 0,
    between: int = 60,
) -> Result:
    """Let writers work beside one another; kill the server so often; then hold what is there against what was said.

    Raises:
        AssertionError: something that was acknowledged is not there once, a log does not verify, or has a gap.
    """
    said = folder / "said"
    said.mkdir()
    found_schools(folder, organisations)
    began, until = time.time(), time.time() + seconds
    groups = [
        range(start, min(start + THREADS_IN_A_PROCESS, writers))
        for start in range(0, writers, THREADS_IN_A_PROCESS)
    ]
    processes = [
        PROCESSES.Process(target=work, args=(folder, group, organisations, acts, until, said))
        for group in groups
    ]
    for process in processes:
        process.start()
    for _ in range(kills):
        _wait_for_acknowledgements(said, writers, between, until)
        server.kill()
        server.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return _checked(server, folder, said, organisations, time.time() - began)


def _wait_for_acknowledgements(said: Path, writers: int, between: int, until: float) -> None:
    """Wait until every writer has been answered, and so many more commands than now."""
    enough = _lines(said) + between
    while time.time() < until and (len(_answered(said)) < writers or _lines(said) < enough):
        time.sleep(0.02)


def _answered(said: Path) -> list[Path]:
    return [path for path in said.iterdir() if path.stat().st_size]


def _lines(said: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in said.iterdir())


def _checked(server: Server, folder: Path, said: Path, organisations: int, seconds: float) -> Result:
    lines = [line.split() for path in said.iterdir() for line in path.read_text().splitlines()]
    acknowledged = {(organisation, command) for organisation, command, _ in lines}
    assert len(acknowledged) == len(lines)
    events = 0
    with Store.open(folder / DATABASE) as store:
        for number in range(organisations):
            school = School(seed(number))
            with store.read(school.organisation) as reader:
                verified = school.verify(reader)
                recorded = Counter(command for _, command, _ in reader.signed_events(school.log))
                assert [event.pos for event in reader.events(school.log)] == list(range(verified.size))
            assert set(recorded.values()) == {1}
            missing = {
                command for whose, command in acknowledged if whose == school.organisation
            } - recorded.keys()
            assert not missing, f"{len(missing)} acknowledged commands are not there"
            events += verified.size
    assert events == len(acknowledged) + organisations  # nothing is there that was not asked for
    return Result(len(acknowledged), sum(int(line[2]) for line in lines), events, _deadlocks(server), seconds)


def _deadlocks(server: Server) -> int:
    with Databases(server, "many").administrator() as connection:
        row: Any = connection.execute("SELECT sum(deadlocks) FROM pg_stat_database").fetchone()
        return int(row[0] or 0)


@contextmanager
def own_server(**settings: str) -> Iterator[tuple[Server, Path]]:
    """Start a server of one's own, which may be killed, with settings that lead to an empty database on it."""
    with a_server(**settings) as server, tempfile.TemporaryDirectory() as folder:
        databases = Databases(server, "many")
        databases.prepare(Path(folder) / "template")
        with databases.empty() as name:
            databases.settings(Path(folder) / "data", name)
            yield server, Path(folder) / "data"


def main() -> int:
    """Run it as long as is asked for, and say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--organisations", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--between", type=int, default=3000, help="commands between two kills")
    given = parser.parse_args()
    with own_server(fsync="on", full_page_writes="on") as (server, folder):
        found = run(
            server,
            folder,
            writers=given.writers,
            organisations=given.organisations,
            acts=10**9,
            seconds=given.seconds,
            kills=given.kills,
            between=given.between,
        )
    print(
        f"{given.writers} writers, {given.organisations} organisations, {found.seconds:.0f} s, server killed"
        f" {given.kills} times: {found.acknowledged} commands acknowledged, each there once; {found.again} sent again;"
        f" {found.events} events, every log verified without a gap; {found.deadlocks} deadlocks."
    )
    return 0 if found.deadlocks == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
