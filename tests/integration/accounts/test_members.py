"""Several accounts in one data folder: each reads what its role and its keys open, and each can record."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from casework.base.ids import SeededDice, new_id
from casework.keyring.files import AccountKeys
from casework.services.access import note_access
from casework.services.audit import verify
from casework.services.directory import list_people, who_am_i
from casework.services.errors import NoAccess
from casework.services.loading import find_case
from casework.services.members import directory_readers
from casework.services.schools import choose_school, schools
from casework.store.errors import StoreDamaged
from tests.support.accounts import enrol, open_as


def test_two_accounts_record_in_one_school_and_the_record_verifies(folder: Path) -> None:
    keys = enrol(folder, "Helen Marsh", "headteacher")
    with open_as(folder, keys) as workspace:
        school = choose_school(workspace, None)
        me = who_am_i(workspace, school)
        assert (me.name, me.role, me.roles) == ("Helen Marsh", "headteacher", ("headteacher",))
        assert me.person == next(p.id for p in list_people(workspace, school) if p.name == "Helen Marsh")
        note_access(workspace, school, "people")
    with open_as(folder, None, seed="again") as workspace:
        note_access(workspace, choose_school(workspace, None), "people")
        assert verify(workspace, schools(workspace)).whole


def test_a_case_is_for_those_whom_it_was_wrapped_for(folder: Path, reference: str) -> None:
    keys = enrol(folder, "Daniel Okoro", "case_manager")
    with open_as(folder, keys) as workspace:
        with pytest.raises(NoAccess):
            find_case(workspace, choose_school(workspace, None), reference)
        with workspace.store.read() as reader:
            (case,) = reader.cases(choose_school(workspace, None).id)
        with pytest.raises(NoAccess):
            workspace.stream_key(case.stream)


def test_an_administrator_manages_accounts_and_reads_nobody(folder: Path) -> None:
    keys = enrol(folder, "Ada Quill", "administrator")
    with open_as(folder, keys) as workspace:
        school = choose_school(workspace, None)
        assert who_am_i(workspace, school).role == "administrator"
        with pytest.raises(NoAccess):
            list_people(workspace, school)
    other = enrol(folder, "Bo Lind", "administrator", as_=keys)
    with open_as(folder, other) as workspace:
        assert who_am_i(workspace, choose_school(workspace, None)).name == "Bo Lind"
    with pytest.raises(NoAccess, match="cannot let others read it"):
        enrol(folder, "Cy Reader", "hr_adviser", as_=keys)


def test_whoever_can_write_the_database_gives_no_role_and_takes_no_key(folder: Path) -> None:
    keys = enrol(folder, "Helen Marsh", "clerk")
    stranger = AccountKeys.generate(new_id(SeededDice(b"stranger")), SeededDice(b"stranger's"))
    with closing(sqlite3.connect(folder / "casework.sqlite3")) as connection, connection:
        connection.execute(
            "UPDATE accounts SET public_key = ? WHERE account = ?", (stranger.agreement_public, keys.account)
        )
    with open_as(folder, None, seed="unmoved") as workspace:
        school = choose_school(workspace, None)
        assert directory_readers(workspace, school)[keys.account] == keys.agreement_public
    with closing(sqlite3.connect(folder / "casework.sqlite3")) as connection, connection:
        connection.execute("UPDATE memberships SET role = 'hr_adviser' WHERE account = ?", (keys.account,))
    with open_as(folder, keys) as workspace, pytest.raises(StoreDamaged, match="not the one that was given"):
        who_am_i(workspace, school)
