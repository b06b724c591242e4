"""For everything that is recorded: killed before it was stored, and killed after; reload, verify, carry on.

The processes are real ones and are really killed, at chosen points; nothing sleeps. What power loss can do
to the write-ahead log is tried by cutting and by spoiling it.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.store import Store
from casework.store.errors import StoreBusy, StoreDamaged
from tests.contract import crashing
from tests.contract.crashing import COMMAND, KILLED, RECORDINGS, RECORDS_EVENTS, record
from tests.contract.school import School, dump

# A server that imports once and forks for each test: a child takes milliseconds, and forking this process,
# which may have threads and open databases, would not be safe.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.contract.crashing", "casework.ledger.verify"])

NOBODY = 65534


def run(target: Any, *args: Any) -> int | None:
    """Run `target` in a child and return its exit code."""
    child = PROCESSES.Process(target=target, args=args)
    child.start()
    child.join()
    code = child.exitcode
    child.close()
    return code


def copy(path: Path, to: Path) -> Path:
    """Copy a database with what stands beside it."""
    to.mkdir(parents=True)
    for file in path.parent.glob(f"{path.name}*"):
        shutil.copyfile(file, to / file.name)
    return to / path.name


def dump_at(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Open the database as the next command would, verify its log, and return everything in it."""
    with Store.open(path) as store:
        with store.read() as reader:
            School().verify(reader)
        return dump(store)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A closed database and the stream of its case."""
    path = tmp_path_factory.mktemp("base") / "casework.db"
    return path, crashing.base_case(path)


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("when", ["before it was stored", "after it was stored"])
def test_killed(base: tuple[Path, str], tmp_path: Path, name: str, when: str) -> None:
    path, case = base
    before = dump_at(copy(path, tmp_path / "before"))
    done = copy(path, tmp_path / "done")
    statements = crashing.count_statements(done, name, case)
    after = dump_at(done)
    assert (before != after) is (name != "rebuilt read tables")
    points: list[int | str] = ["after commit"]
    if when == "before it was stored":
        points = [*range(statements), "before commit"]
    for point in points:
        crashed = copy(path, tmp_path / f"at {point}")
        assert run(crashing.record_and_die, crashed, name, case, point) == KILLED
        found = dump_at(crashed)
        assert found == (before if when == "before it was stored" else after), f"killed at {point}"
        if name not in RECORDS_EVENTS and found == after:
            continue  # not of a command, so nothing tells a retry that it was done
        with Store.open(crashed) as store:
            record(store, name, case)  # the retry: records it now, or finds that it was recorded
            with store.read() as reader:
                assert bool(reader.find_command(COMMAND)) is (name in RECORDS_EVENTS)
        assert dump_at(crashed) == after


@pytest.mark.parametrize("at", ["_run_migrations", "_flush", "_name"])
def test_killed_while_a_database_is_made(tmp_path: Path, at: str) -> None:
    path = tmp_path / "casework.db"
    assert run(crashing.create_and_die, path, at) == KILLED
    assert not path.exists()
    Store.create(path).close()


def test_killed_while_holding_the_lock(base: tuple[Path, str], tmp_path: Path) -> None:
    path, case = copy(base[0], tmp_path / "copy"), base[1]
    ours, theirs = PROCESSES.Pipe()
    child = PROCESSES.Process(target=crashing.hold_the_lock, args=(path, theirs))
    child.start()
    assert ours.recv() == "begun"
    with Store.open(path, busy_seconds=0.01) as store:
        with pytest.raises(StoreBusy, match="to itself"), store.transaction():
            pass
        ours.send("die")
        child.join()
        assert child.exitcode == KILLED
        record(store, "a step", case)  # a dead process holds no lock
    child.close()
    ours.close()
    theirs.close()


def test_processes_in_a_race_leave_one_unbroken_log(base: tuple[Path, str], tmp_path: Path) -> None:
    path, case = copy(base[0], tmp_path / "copy"), base[1]
    children = [
        PROCESSES.Process(target=crashing.record_many, args=(path, case, name, 15)) for name in ("one", "two")
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
        child.close()
    with Store.open(path) as store, store.read() as reader:
        assert School().verify(reader).size == 32


@pytest.fixture(scope="module")
def power_loss(base: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, ...]]:
    """A database whose last step is still in the write-ahead log: its path, the log's size before that step, dumps."""
    folder = tmp_path_factory.mktemp("power")
    path, case = copy(base[0], folder / "open"), base[1]
    before = dump_at(copy(path, folder / "before"))
    with Store.open(path) as store:
        record(store, "a step", case)
        saved = copy(path, folder / "saved")
        after = dump(store)
    yield saved, before, after


def test_power_lost_at_any_byte_of_the_log(power_loss: tuple[Any, ...], tmp_path: Path) -> None:
    saved, before, after = power_loss
    written = (saved.parent / f"{saved.name}-wal").read_bytes()
    assert len(written) > 10_000
    dice = random.Random(1)
    cuts = [
        0,
        1,
        31,
        32,
        33,
        len(written) - 1,
        len(written),
        *(dice.randrange(len(written)) for _ in range(25)),
    ]
    for number, cut in enumerate(cuts):
        path = copy(saved, tmp_path / str(number))
        (path.parent / f"{path.name}-wal").write_bytes(written[:cut])
        (path.parent / f"{path.name}-shm").unlink()
        assert dump_at(path) == (after if cut == len(written) else before), f"cut at {cut}"


def test_power_lost_while_pages_were_written_in_any_order(
    power_loss: tuple[Any, ...], tmp_path: Path
) -> None:
    saved, before, _ = power_loss
    written = bytearray((saved.parent / f"{saved.name}-wal").read_bytes())
    dice = random.Random(2)
    for number in range(25):
        spoiled, at = bytearray(written), dice.randrange(32, len(written) - 512)
        spoiled[at : at + 512] = bytes(byte ^ 0xA5 for byte in spoiled[at : at + 512])
        path = copy(saved, tmp_path / str(number))
        (path.parent / f"{path.name}-wal").write_bytes(spoiled)
        (path.parent / f"{path.name}-shm").unlink()
        assert dump_at(path) == before, f"spoiled at {at}"


def test_a_page_that_was_torn_while_the_log_was_copied_into_the_file_is_written_again(
    power_loss: tuple[Any, ...], tmp_path: Path
) -> None:
    """Power goes while a checkpoint writes: half of a page is new, half is not, and the log is still there."""
    saved, _, after = power_loss
    file, log = saved.read_bytes(), (saved.parent / f"{saved.name}-wal").read_bytes()
    size = int.from_bytes(file[16:18], "big")
    pages = {int.from_bytes(log[at : at + 4], "big") for at in range(32, len(log), 24 + size)}
    torn = sorted(page for page in pages if 1 < page <= len(file) // size)
    assert len(torn) > 5
    for number, half in enumerate((0, size // 2)):
        path = copy(saved, tmp_path / str(number))
        spoiled = bytearray(file)
        for page in torn:
            at = (page - 1) * size + half
            spoiled[at : at + size // 2] = bytes(byte ^ 0xA5 for byte in spoiled[at : at + size // 2])
        path.write_bytes(spoiled)
        (path.parent / f"{path.name}-shm").unlink()
        assert dump_at(path) == after


def test_a_torn_page_that_no_log_holds_is_named_and_nothing_is_recorded_over_it(
    base: tuple[Path, str], tmp_path: Path
) -> None:
    path, case = copy(base[0], tmp_path / "torn"), base[1]
    spoiled = bytearray(path.read_bytes())
    size = int.from_bytes(spoiled[16:18], "big")
    for at in range(2 * size, len(spoiled), size):
        spoiled[at : at + size // 2] = bytes(size // 2)
    path.write_bytes(spoiled)
    with pytest.raises(StoreDamaged), Store.open(path) as store:
        record(store, "a step", case)
    assert path.read_bytes() == bytes(spoiled)


# A disk on which an ordinary user cannot write


@pytest.fixture
def read_only_folder(base: tuple[Path, str]) -> Iterator[Path]:
    """A folder that its owner, an ordinary user, cannot write, with a database in it."""
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/tmp")))
    try:
        yield copy(base[0], folder / "disk")
    finally:
        os.chmod(folder / "disk", 0o700)
        shutil.rmtree(folder)


def use_as_ordinary_user(path: Path, *, folder_mode: int, file_mode: int = 0o400) -> dict[str, Any]:
    """Hand folder and database to an ordinary user with these modes; return what came of using them."""
    user = NOBODY if os.geteuid() == 0 else None
    for file in path.parent.iterdir():
        file.chmod(file_mode)
        if user is not None:
            os.chown(file, user, user)
    path.parent.parent.chmod(0o755)
    path.parent.chmod(folder_mode)
    if user is not None:
        os.chown(path.parent, user, user)
    ours, theirs = PROCESSES.Pipe()
    run(crashing.use_as_somebody_else, path, user, theirs)
    said: dict[str, Any] = ours.recv()
    ours.close()
    theirs.close()
    return said


@pytest.mark.parametrize("file_mode", [0o400, 0o600])
def test_on_a_read_only_disk_one_reads_and_is_told_why_nothing_can_be_recorded(
    read_only_folder: Path, file_mode: int
) -> None:
    said = use_as_ordinary_user(read_only_folder, folder_mode=0o500, file_mode=file_mode)
    assert said["size"] == 2
    assert said["refused"][0] == "StoreReadOnly"
    assert "can only be read here" in said["refused"][1]
    assert stat.S_IMODE(read_only_folder.parent.stat().st_mode) == 0o500
    assert [file.name for file in read_only_folder.parent.iterdir()] == [read_only_folder.name]


def test_on_a_read_only_disk_steps_that_are_only_in_the_log_are_not_left_out_in_silence(
    power_loss: tuple[Any, ...], read_only_folder: Path
) -> None:
    saved = power_loss[0]
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{saved}{suffix}", f"{read_only_folder}{suffix}")
    said = use_as_ordinary_user(read_only_folder, folder_mode=0o500)
    assert said["not opened"][0] == "StoreReadOnly"
    assert "-wal" in said["not opened"][1]


def test_a_database_of_somebody_else_is_not_readable(read_only_folder: Path) -> None:
    said = use_as_ordinary_user(read_only_folder, folder_mode=0o500, file_mode=0o000)
    assert said["not opened"][0] == "StoreUnavailable"
    assert "may not read" in said["not opened"][1]
