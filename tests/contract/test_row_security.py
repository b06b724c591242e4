"""Each row is seen, and can be written, by a transaction that works for its organisation, and by no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from casework.services.folder import DATABASE
from casework.store import Store
from casework.store.errors import ServerRefused
from casework.store.row_security import SHARED
from casework.store.rows import Key
from casework.store.schema import metadata
from casework.store.server import SETTINGS
from tests.contract.school import School, opened, step
from tests.contract.suite_base import WRITES
from tests.support.databases import OWNER, RECORDER, Databases

OTHER = School(b"Birchwood Primary")
TENANTS = [table.name for table in metadata.sorted_tables if table.name not in SHARED]
LISTED = {"clock": "investigate", "from": "2026-03-02", "due": "2026-03-16"}


@pytest.fixture(scope="module")
def filled(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Databases, str]]:
    """A database with at least one row of one school in every table, and a second school without a case."""
    school, folder = School(), tmp_path_factory.mktemp("filled")
    with databases.empty() as name:
        with Store.open(databases.settings(folder, name)) as opened_store:
            OTHER.found(opened_store.seeing(OTHER.organisation))
            store = opened_store.seeing(school.organisation)
            school.found(store)
            with store.transaction() as tx:
                case = school.new_stream(tx)
                tx.add_key(Key("k1", case, "main", 1))
                for write in ("wraps", "person", "membership", "draft", "link", "file"):
                    WRITES[write](school, tx, case)
                school.record(tx, *((case, facts) for facts in _facts()))
        with databases.administrator(name) as connection:
            own = (school.organisation,)
            connection.execute(
                "INSERT INTO signing_keys (organisation, public_key, sealed) VALUES (%s, '', '')", own
            )
            connection.execute(
                "INSERT INTO readers (stream, account, shut_out, n, organisation) VALUES ('s', 'a', false, 1, %s)",
                own,
            )
        yield databases, name


def _facts() -> Iterator[dict[str, Any]]:
    yield opened(clocks=[LISTED])
    yield step("triaged")
    yield {"kind": "party_added", "party": "p1", "roles": ["employee"], "flags": {}}
    yield {"kind": "letter_proposed", "letter": "l1", "template": "invitation", "recipient": "p1"}
    yield {
        "kind": "warning_recorded",
        "level": "final",
        "live_from": "2026-03-03",
        "live_until": "2027-03-02",
    }


def rows(filled: tuple[Databases, str], table: str, setting: str | None, role: str = RECORDER) -> int:
    databases, name = filled
    with databases.administrator(name, role) as connection:
        if setting is not None:
            connection.execute("SELECT set_config('casework.organisation', %s, false)", (setting,))
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize("table", TENANTS)
def test_a_row_is_seen_for_its_own_organisation_only(filled: tuple[Databases, str], table: str) -> None:
    own = School().organisation
    both = rows(filled, table, f"{OTHER.organisation},{own}")
    mine, theirs = rows(filled, table, own), rows(filled, table, OTHER.organisation)
    assert mine > 0
    assert mine + theirs == both == rows(filled, table, "*")
    assert theirs == (1 if table in ("organisations", "logs") else 0)
    for nobody in (None, "", ",", "f" * 36, f"{own} "):
        assert rows(filled, table, nobody) == 0
    assert rows(filled, table, None, OWNER) == 0  # not even the owner, who is bound too


@pytest.mark.parametrize("table", TENANTS)
def test_what_is_not_seen_cannot_be_changed_or_destroyed(filled: tuple[Databases, str], table: str) -> None:
    databases, name = filled
    before = rows(filled, table, "*")
    with databases.administrator(name, RECORDER) as connection:
        connection.execute("SELECT set_config('casework.organisation', %s, false)", (OTHER.organisation,))
        changed = f"UPDATE {table} SET organisation = organisation WHERE organisation <> %s"
        assert connection.execute(changed, (OTHER.organisation,)).rowcount == 0
        try:
            connection.execute(f"DELETE FROM {table} WHERE organisation <> %s", (OTHER.organisation,))
        except psycopg.errors.InsufficientPrivilege:
            assert table in ("organisations", "logs", "streams", "events")
    assert rows(filled, table, "*") == before


def test_nothing_is_written_for_another_for_none_or_for_several_at_once(
    filled: tuple[Databases, str],
) -> None:
    databases, name = filled
    own = School().organisation
    add = "INSERT INTO people (person, organisation, sealed) VALUES ('x', %s, '')"
    derived = "INSERT INTO warnings (stream, n, level, live_from, live_until) VALUES ('s', 1, '', '', '')"
    with databases.administrator(name, RECORDER) as connection:
        for setting in (OTHER.organisation, ""):
            connection.execute("SELECT set_config('casework.organisation', %s, false)", (setting,))
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                connection.execute(add, (own,))
        for setting in ("", "*", f"{own},{OTHER.organisation}"):
            connection.execute("SELECT set_config('casework.organisation', %s, false)", (setting,))
            with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege)):
                connection.execute(derived)


def test_every_table_is_bound_and_the_recorder_owns_none(filled: tuple[Databases, str]) -> None:
    databases, name = filled
    with databases.administrator(name) as connection:
        found = connection.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, pg_get_userbyid(relowner)"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        assert {row[0] for row in found if not row[1]} == set(SHARED)
        assert {row[2] for row in found} == {OWNER}
        may = connection.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s",
            (RECORDER,),
        ).fetchall()
    destroyed = {table for table, right in may if right == "DELETE"}
    of_accounts = {"accounts", "calendar_feeds", "identities", "invitations", "reminders", "sign_ins"}
    assert destroyed == (set(TENANTS) | of_accounts) - {"organisations", "logs", "streams", "events"}
    assert {right for _, right in may} == {"SELECT", "INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize("role", [OWNER, "postgres"])
def test_a_role_above_row_security_is_refused(
    filled: tuple[Databases, str], tmp_path: Path, role: str
) -> None:
    databases, name = filled
    place = databases.settings(tmp_path / "data", name)
    file = place.with_name(SETTINGS)
    file.write_text(file.read_text().replace(f"//{RECORDER}@", f"//{role}@"))
    with pytest.raises(ServerRefused, match="could read every organisation"):
        Store.open(place)


def test_a_store_that_works_for_nobody_sees_and_writes_nothing(server_folder: Path) -> None:
    school = School()
    with Store.open(server_folder / DATABASE) as store:
        school.found(store.seeing(school.organisation))
        with store.read() as reader:
            assert reader.organisations() == []
            assert reader.logs() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            school.found(store)
        limited = store.seeing(OTHER.organisation)
        with limited.transaction() as tx:
            assert tx.head(school.log) is None
