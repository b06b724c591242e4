"""Opening and making a store: each thing that can be wrong has its sentence, its remedy and exit code 5."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.store import Store, disk, migrate, sqlite
from casework.store.errors import (
    NoStore,
    StoreBusy,
    StoreDamaged,
    StoreExists,
    StoreForeign,
    StoreFull,
    StoreOnNetwork,
    StoreReadOnly,
    StoreUnavailable,
)
from tests.contract.school import School, opened, step


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with one case."""
    path, school = tmp_path / "casework.db", School()
    with Store.create(path) as store:
        school.found(store)
        with store.transaction() as tx:
            school.record(tx, (school.new_stream(tx), opened()))
    os.utime(
        path, (1_700_000_000, 1_700_000_000)
    )  # not within the same tick of the clock as what a test does
    return path


def refusal(error: type[StoreUnavailable], use: Callable[[], object]) -> StoreUnavailable:
    """The error that `use` raises: one sentence, a remedy, exit code 5."""
    with pytest.raises(error) as refused:
        use()
    problem = refused.value
    assert type(problem) is error
    assert problem.exit_code == 5
    assert problem.message.endswith(".")
    assert problem.remedy.endswith((".", "casework init"))
    return problem


# Opening


def test_a_missing_database(tmp_path: Path) -> None:
    assert str(tmp_path / "none.db") in refusal(NoStore, lambda: Store.open(tmp_path / "none.db")).message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"Minutes of the meeting\n" * 100, b"SQLite format 3\0"])
def test_a_file_that_is_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "minutes.txt"
    path.write_bytes(content)
    refusal(StoreForeign, lambda: Store.open(path))
    assert path.read_bytes() == content


def test_a_folder_and_another_programs_database(tmp_path: Path) -> None:
    refusal(StoreForeign, lambda: Store.open(tmp_path))
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.commit()
    connection.close()
    content = other.read_bytes()
    refusal(StoreForeign, lambda: Store.open(other))
    assert other.read_bytes() == content


def test_a_database_of_ours_without_a_revision(path: Path) -> None:
    for change in ("DELETE FROM alembic_version", "DROP TABLE alembic_version"):
        connection = sqlite3.connect(path)
        connection.execute(change)
        connection.commit()
        connection.close()
        refusal(StoreForeign, lambda: Store.open(path))


def test_a_damaged_database_is_called_damaged_when_the_damage_is_met(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)

    def read() -> None:
        with Store.open(path) as store, store.read() as reader:
            list(reader.logs())

    refusal(StoreDamaged, read)


def test_text_that_is_no_text_is_damage(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE logs SET origin = CAST(x'fffe' AS TEXT)")
    connection.commit()
    connection.close()
    with Store.open(path) as store, store.read() as reader:
        refusal(StoreDamaged, reader.logs)


def test_a_database_on_a_network_file_system(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "_mount_table", lambda: f"server:/x {path.parent.resolve()} nfs rw 0 0")
    assert "nfs" in refusal(StoreOnNetwork, lambda: Store.open(path)).message
    refusal(StoreOnNetwork, lambda: Store.create(path.with_name("new.db")))
    assert not path.with_name("new.db").exists()


def test_a_database_that_one_may_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    refusal(StoreUnavailable, lambda: Store.open(path))


def test_a_disk_without_a_write_ahead_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    connection.close()
    connect = sqlite3.connect
    # A way of locking without shared memory, as on disks that have none.
    monkeypatch.setattr(
        "sqlite3.connect", lambda file, **options: connect(f"{file}&vfs=unix-dotfile", **options)
    )
    assert "write-ahead log" in refusal(StoreUnavailable, lambda: Store.open(path)).message


def test_a_write_ahead_log_that_was_switched_off_is_switched_on_again(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    Store.open(path).close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


# Reading only


def test_opened_to_read_only_it_reads_and_refuses_to_record(path: Path) -> None:
    with Store.open(path, read_only=True) as store:
        assert store.read_only
        with store.read() as reader:
            assert len(reader.logs()) == 1

        def write() -> None:
            with store.transaction():
                raise AssertionError

        refusal(StoreReadOnly, write)


def test_reading_only_leaves_no_trace(path: Path) -> None:
    content = path.read_bytes()
    with Store.open(path, read_only=True) as store, store.read() as reader:
        assert len(reader.logs()) == 1
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == content


def test_steps_in_the_log_are_read_too(path: Path) -> None:
    school = School()
    with Store.open(path) as writer:
        with writer.transaction() as tx:
            stream = tx.streams(school.log, "case")[0].stream
            school.record(tx, (stream, step("triaged")))
        with Store.open(path, read_only=True) as store, store.read() as reader:
            assert school.verify(reader).size == 2


def test_steps_in_the_log_are_read_through_a_link_too(path: Path, tmp_path: Path) -> None:
    school, link = School(), tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with Store.open(link) as writer:
        with writer.transaction() as tx:
            stream = tx.streams(school.log, "case")[0].stream
            school.record(tx, (stream, step("triaged")))
        with Store.open(link, read_only=True) as store, store.read() as reader:
            assert school.verify(reader).size == 2
    assert list(link.parent.iterdir()) == [link]


def test_a_reader_without_locks_notices_somebody_recording(path: Path) -> None:
    school = School()

    def read_while_somebody_records() -> None:
        with Store.open(path, read_only=True) as store, store.read() as reader:
            stream = reader.streams(school.log, "case")[0].stream
            with Store.open(path) as writer, writer.transaction() as tx:
                school.record(tx, (stream, step("triaged")))

    refusal(StoreBusy, read_while_somebody_records)


def test_a_reader_without_locks_does_not_begin_once_somebody_records(path: Path) -> None:
    school = School()
    with Store.open(path, read_only=True) as store:
        with store.read() as reader:
            stream = reader.streams(school.log, "case")[0].stream
        with Store.open(path) as writer:
            with writer.transaction() as tx:
                school.record(tx, (stream, step("triaged")))
            refusal(StoreBusy, lambda: store.read().__enter__())


# Making


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "casework.db"
    before = os.umask(0)
    try:
        with Store.create(path) as store:
            School().found(store)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"casework.db": 0o600, "casework.db-wal": 0o600, "casework.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    Store.create(tmp_path / "casework.db").close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


@pytest.mark.parametrize("what", ["file", "folder", "dangling link"])
def test_what_is_there_is_never_replaced(tmp_path: Path, what: str) -> None:
    path = tmp_path / "casework.db"
    if what == "file":
        path.write_text("minutes")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    refusal(StoreExists, lambda: Store.create(path))
    assert [file.name for file in tmp_path.iterdir()] == ["casework.db"]


@pytest.mark.parametrize("links", [True, False])
def test_what_comes_there_meanwhile_is_not_replaced_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    path, run, link = tmp_path / "casework.db", migrate._run_migrations, os.link

    def run_slowly(backend: sqlite.SQLite) -> None:
        run(backend)
        path.write_text("somebody else's")

    def link_or_not(*names: Path) -> None:
        if not links:
            raise PermissionError(1, "no links here")
        link(*names)

    monkeypatch.setattr(migrate, "_run_migrations", run_slowly)
    monkeypatch.setattr("os.link", link_or_not)
    refusal(StoreExists, lambda: Store.create(path))
    assert path.read_text() == "somebody else's"
    assert [file.name for file in tmp_path.iterdir()] == ["casework.db"]


def test_a_disk_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr("os.link", no_links)
    Store.create(tmp_path / "casework.db").close()
    assert [file.name for file in tmp_path.iterdir()] == ["casework.db"]


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StoreFull),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), StoreFull),
        (OSError(errno.EACCES, "Permission denied"), StoreReadOnly),
        (OSError(errno.EROFS, "Read-only file system"), StoreReadOnly),
        (OSError(errno.EIO, "Input/output error"), StoreUnavailable),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_whatever_fails_leaves_neither_file_nor_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException, error: type[BaseException]
) -> None:
    def fail(_: object) -> None:
        raise problem

    monkeypatch.setattr(migrate, "_flush", fail)
    with pytest.raises(error):
        Store.create(tmp_path / "new" / "casework.db")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_while_the_tables_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        sqlite, "_SETTINGS_OF_WRITERS", (*sqlite._SETTINGS_OF_WRITERS, "PRAGMA max_page_count=8")
    )
    refusal(StoreFull, lambda: Store.create(tmp_path / "casework.db"))
    assert list(tmp_path.iterdir()) == []


# While it is used


class Small(sqlite.SQLite):
    """A disk with room for a few pages more."""

    def connect(self) -> sqlite3.Connection:
        connection = super().connect()
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 2}")
        return connection


def test_a_full_disk_leaves_nothing_and_what_was_there_stays_in_use(path: Path) -> None:
    school = School()
    with Store(Small(path, "rw")) as store:
        with store.read() as reader:
            stream = reader.streams(school.log, "case")[0].stream

        def write() -> None:
            with store.transaction() as tx:
                school.record(tx, (stream, step("triaged", values={"text": "x" * 20_000})))

        refusal(StoreFull, write)
        with store.read() as reader:
            assert school.verify(reader).size == 1
    with Store.open(path) as store, store.transaction() as tx:
        school.record(tx, (stream, step("triaged")))
        assert school.verify(tx).size == 2


def test_a_writer_that_does_not_finish_is_not_waited_for_for_ever(path: Path) -> None:
    with Store.open(path) as first, Store.open(path, busy_seconds=0.01) as second:

        def write() -> None:
            with second.transaction():
                raise AssertionError

        with first.transaction() as tx:
            assert "0.01 seconds" in refusal(StoreBusy, write).message
            with second.read() as reader:  # readers are not held up
                assert reader.logs() == tx.logs()
        with second.transaction():
            pass


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_LOCKED, StoreBusy),
        (sqlite3.SQLITE_PROTOCOL, StoreBusy),
        (sqlite3.SQLITE_READONLY_ROLLBACK, StoreReadOnly),
        (sqlite3.SQLITE_NOTADB, StoreForeign),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreDamaged),
        (sqlite3.SQLITE_CANTOPEN_ISDIR, StoreUnavailable),
        (sqlite3.SQLITE_IOERR_READ, StoreUnavailable),
    ],
)
def test_every_way_in_which_sqlite_fails_has_its_sentence(
    path: Path, code: int, error: type[StoreUnavailable]
) -> None:
    problem = sqlite3.OperationalError("as SQLite says it")
    problem.sqlite_errorcode = code

    def fail() -> None:
        raise sqlite.SQLite(path, "rw").explain(problem)

    refusal(error, fail)


def test_an_error_of_a_full_disk_in_disguise(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = sqlite3.OperationalError("disk I/O error")
    problem.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    full = os.statvfs_result((4096, 4096, 1000, 1, 1, 0, 0, 0, 0, 255))
    monkeypatch.setattr("os.statvfs", lambda _: full)
    assert type(sqlite.SQLite(path, "rw").explain(problem)) is StoreFull


def test_a_defect_of_ours_is_not_dressed_up(path: Path) -> None:
    problem = sqlite3.OperationalError("no such column")
    problem.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert sqlite.SQLite(path, "rw").explain(problem) is problem
