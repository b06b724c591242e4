"""What a server's going away leaves behind: nothing that was acknowledged is lost, nothing is recorded twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from casework.base.ids import SeededDice
from casework.base.time import FixedClock
from casework.cases.request import Decision
from casework.services.recorder import record
from casework.services.schools import log_of
from casework.services.setup import NewSchool, create_workspace
from casework.services.workspace import Workspace
from casework.store.errors import OutcomeUnknown, StoreBusy, StoreUnavailable
from casework.store.postgresql import DriverConnection
from tests.contract.school import START
from tests.support.databases import Databases

COMMAND = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def workspace(server_folder: Path) -> Iterator[Workspace]:
    made, _ = create_workspace(
        server_folder,
        NewSchool("Ashgrove Primary School", "ASH", "Priya Nair"),
        passphrase=None,
        recovery_file=server_folder / "recovery.key",
        clock=FixedClock(START),
        dice=SeededDice(b"lost"),
    )
    with made:
        yield made


def say_something(workspace: Workspace) -> int:
    """Record something under one command, and return how often it is there after it."""
    from casework.services.schools import choose_school

    school = choose_school(workspace, None)
    with workspace.store.read() as reader:
        log, n = log_of(reader, school, "access"), reader.newest_n(school.access_stream)
    said = Decision({"kind": "said"}, {})
    appended = record(
        workspace, log, [(school.access_stream, said)], seen={school.access_stream: n}, command=COMMAND
    )
    with workspace.store.read() as reader:
        assert reader.head(log.log) == appended.head
        return len(reader.find_command(COMMAND))


END_SESSIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'casework' AND datname = %s"
)


def name_of(workspace: Workspace) -> str:
    """The workspace's database: other workers use others on the same server."""
    return str(workspace.store._backend.server.app["dbname"])  # type: ignore[attr-defined]


def cut(monkeypatch: pytest.MonkeyPatch, *, kept: bool) -> None:
    """Lose the connection at the next commit: before the server hears of it, or before its answer arrives."""
    real = DriverConnection.commit

    def lost(connection: DriverConnection) -> None:
        monkeypatch.setattr(DriverConnection, "commit", real)
        if kept:
            real(connection)
        connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(DriverConnection, "commit", lost)


def test_a_step_that_was_kept_though_no_answer_came_is_acknowledged_and_there_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, kept=True)
    assert say_something(workspace) == 1


def test_a_step_that_was_not_kept_is_said_not_to_be(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, kept=False)
    with pytest.raises(StoreUnavailable, match="nothing of this was recorded") as refused:
        say_something(workspace)
    assert type(refused.value) is StoreUnavailable
    assert say_something(workspace) == 1


def test_where_nobody_can_be_asked_the_outcome_is_unknown(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(monkeypatch, kept=True)
    with pytest.raises(OutcomeUnknown, match="not known"), workspace.store.transaction():
        pass


def test_connections_that_a_restart_has_ended_are_replaced_unnoticed(
    workspace: Workspace, databases: Databases
) -> None:
    say_something(workspace)
    with databases.administrator() as connection:
        ended = connection.execute(
            END_SESSIONS,
            (name_of(workspace),),
        ).fetchall()
    assert ended
    with workspace.store.read() as reader:
        assert len(reader.find_command(COMMAND)) == 1


def test_a_session_that_is_ended_in_a_transaction_leaves_nothing(
    workspace: Workspace, databases: Databases
) -> None:
    with (
        pytest.raises(StoreUnavailable, match="nothing of this was recorded"),
        workspace.store.transaction() as tx,
    ):
        tx.put_calendar("3" * 64, b"{}")
        with databases.administrator() as connection:
            connection.execute(
                END_SESSIONS,
                (name_of(workspace),),
            )
        tx.put_calendar("4" * 64, b"{}")
    with workspace.store.read() as reader:
        assert reader.calendar("3" * 64) is None


def test_a_writer_waits_for_another_of_the_same_organisation_only_so_long(workspace: Workspace) -> None:
    with Workspace.open(workspace.folder, str) as other:
        other.store._backend._busy_seconds = 0.05  # type: ignore[attr-defined]
        other.store._connections.close()
        mine = workspace.store.within
        with (
            workspace.store.transaction(),
            pytest.raises(StoreBusy, match="too long"),
            other.store.transaction(*mine),
        ):
            pass
        with workspace.store.transaction(), other.store.transaction("somebody-else"):
            pass
