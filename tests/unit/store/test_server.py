"""The settings of a server: what may stand in them, and what is refused before anything is sent."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from casework.store.errors import (
    OutcomeUnknown,
    Overtaken,
    ServerRefused,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from casework.store.places import find
from casework.store.postgresql import PostgreSQL
from casework.store.server import SETTINGS, read_server

SECRET = "correct-horse"
SAFE = "postgresql://app@db.example.org/casework?sslmode=verify-full"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSERVICE", "PGUSER"):
        monkeypatch.delenv(name, raising=False)


def settings(folder: Path, *lines: str, mode: int = 0o600) -> Path:
    path = folder / SETTINGS
    path.write_text("\n".join(["[postgresql]", *lines]), encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_server_has_a_recorder_and_an_owner(tmp_path: Path) -> None:
    server = read_server(
        settings(
            tmp_path, f'url = "{SAFE}"', f'password = "{SECRET}"', 'owner = "own"', 'owner_password = "other"'
        )
    )
    assert (server.app["user"], server.app["password"]) == ("app", SECRET)
    assert (server.owner["user"], server.owner["password"]) == ("own", "other")
    assert server.owner["host"] == "db.example.org"
    assert server.place == "casework on db.example.org"
    assert SECRET not in repr(server)


def test_the_owner_never_gets_the_password_of_the_recorder(tmp_path: Path) -> None:
    server = read_server(settings(tmp_path, f'url = "{SAFE}"', f'password = "{SECRET}"', 'owner = "own"'))
    assert "password" not in server.owner


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (['url = "postgresql://app@db.example.org/casework"'], "would not prove"),
        (['url = "postgresql://app@db.example.org/casework?sslmode=require"'], "would not prove"),
        (['url = "postgresql://app@db.example.org/casework?sslmode=verify-ca"'], "would not prove"),
        (['url = "postgresql://app@localhost,db.example.org/casework"'], "would not prove"),
        (['url = "postgresql://app@/casework?hostaddr=192.0.2.7"'], "would not prove"),
        (['url = "postgresql://app@localhost/casework?hostaddr=192.0.2.7"'], "would not prove"),
        (['url = "postgresql:///?service=trust"'], "would not prove"),
        (['user = "app"'], "user, which it cannot have"),
        ([], "names no url"),
        (["url = 7"], "names no url"),
        (['url = "postgresql://app:%zz@/"'], "not one of PostgreSQL"),
        (["url = "], "not TOML"),
        ([f'url = "{SAFE}"', "[other]"], "one section"),
    ],
)
def test_what_is_not_safe_or_not_understood_is_refused(tmp_path: Path, lines: list[str], says: str) -> None:
    with pytest.raises(ServerRefused, match=says):
        read_server(settings(tmp_path, *lines))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app@/casework",
        "postgresql://app@localhost/casework",
        "postgresql://app@127.0.0.1:5433/casework",
        "postgresql://app@[::1]/casework",
        "postgresql://app@/casework?host=/run/postgresql",
        SAFE,
    ],
)
def test_this_machine_needs_no_certificate_and_another_proves_itself(tmp_path: Path, url: str) -> None:
    assert read_server(settings(tmp_path, f'url = "{url}"')).app


def test_what_the_environment_says_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = settings(tmp_path, 'url = "postgresql://app@/casework"')
    monkeypatch.setenv("PGHOST", "db.example.org")
    with pytest.raises(ServerRefused):
        read_server(path)
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    assert read_server(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ServerRefused, match="Others than you"):
        read_server(settings(tmp_path, f'url = "{SAFE}"', mode=mode))


def test_what_is_wrong_with_a_url_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(ServerRefused) as refused:
        read_server(settings(tmp_path, f'url = "postgresql://app:{SECRET}@db.example.org/x?nonsense=1"'))
    assert SECRET not in str(refused.value) + refused.value.remedy


def test_a_server_that_is_not_there_is_said_without_the_password(tmp_path: Path) -> None:
    settings(tmp_path, f'url = "postgresql://app@/casework?host={tmp_path}"', f'password = "{SECRET}"')
    with pytest.raises(StoreUnavailable, match="no connection") as refused:
        find(tmp_path / "casework.sqlite3").connect()
    assert SECRET not in str(refused.value) + refused.value.remedy


@pytest.mark.parametrize(
    ("state", "ours"),
    [
        ("55P03", StoreBusy),
        ("40P01", StoreBusy),
        ("53100", StoreFull),
        ("25006", StoreReadOnly),
        ("XX001", StoreDamaged),
        ("58030", StoreUnavailable),
        ("57P01", StoreUnavailable),
        ("08006", StoreUnavailable),
        ("42501", ServerRefused),
        ("23505", Overtaken),
        (None, StoreUnavailable),
    ],
)
def test_a_drivers_error_becomes_ours_in_one_sentence(
    tmp_path: Path, state: str | None, ours: type[Exception]
) -> None:
    backend = PostgreSQL(read_server(settings(tmp_path, f'url = "{SAFE}"')))
    problem = psycopg.OperationalError("detail: Jordan Blake")
    problem.sqlstate = state
    found = backend.explain(problem)
    assert type(found) is ours
    assert "Jordan" not in str(found)
    gone = state in (None, "57P01", "08006")
    assert isinstance(backend.explain(problem, committing=True), OutcomeUnknown) is gone


def test_a_defect_of_ours_comes_back_as_it_is(tmp_path: Path) -> None:
    backend = PostgreSQL(read_server(settings(tmp_path, f'url = "{SAFE}"')))
    for problem in (psycopg.errors.UndefinedTable("x"), psycopg.errors.ForeignKeyViolation("x")):
        assert backend.explain(problem) is problem
