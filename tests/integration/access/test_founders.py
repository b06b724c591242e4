"""Two schools in one database whose advisers have the same name: two accounts, and two sign-in names."""

from __future__ import annotations

from pathlib import Path

from casework.base.ids import SeededDice
from casework.base.time import FixedClock
from casework.keyring.files import AccountKeys, RecoveryKey
from casework.services import setup
from casework.services.members import members
from casework.services.setup import NewSchool
from casework.services.workspace import Workspace
from tests.support.schools import NOW, school_with_a_report


def test_a_founder_whose_name_another_account_has_gets_a_sign_in_name_of_their_own(tmp_path: Path) -> None:
    dice = SeededDice(b"founders")
    first, _, _ = school_with_a_report(tmp_path, b"first")
    with first:
        found = []
        for prefix in ("BIR", "CAL"):
            keys = AccountKeys.generate(first.new_id(), dice)
            theirs = Workspace(
                first.folder, first.store, str, FixedClock(NOW), dice, account_keys=lambda k=keys: k
            )
            new = NewSchool(name=f"{prefix} School", prefix=prefix, adviser="Ruth Adeyemi")
            recovery = RecoveryKey.generate(theirs.new_id(), dice)
            school = setup._enter_school(theirs, new, *setup._resolve(new), recovery)
            found += [member.login for member in members(theirs, school)]
    assert found == ["ruth.adeyemi.bir", "ruth.adeyemi.cal"]
