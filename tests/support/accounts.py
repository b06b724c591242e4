"""Several accounts in one data folder: somebody is added, signs in for the first time, and is let in.

keys = enrol(folder, "Helen Marsh", "headteacher")
with open_as(folder, keys) as workspace:
    ...
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from casework.base.ids import SeededDice
from casework.base.time import LONDON, FixedClock
from casework.keyring.container import Cost
from casework.keyring.files import AccountKeys
from casework.services.accounts import add_user
from casework.services.admitting import admit
from casework.services.schools import choose_school
from casework.services.sign_in import first_sign_in
from casework.services.workspace import Workspace

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=LONDON)
PHRASE = "three plain words"
WEAK = Cost(memory_kib=32, iterations=1, lanes=1)
"""What trying a phrase costs in tests: next to nothing."""


def enrol(
    folder: Path,
    name: str,
    role: str,
    *,
    title: str = "",
    now: datetime = NOW,
    as_: AccountKeys | None = None,
) -> AccountKeys:
    """Add an account, sign in with it for the first time, and let it in; return its keys.

    `as_` is whoever adds it and lets it in: the account of the folder's key file if not given.
    """
    with open_as(folder, as_, now=now, seed=f"enrol {name} {role}") as workspace:
        school = choose_school(workspace, None)
        added = add_user(workspace, school, name=name, role=role, title=title)
        keys = first_sign_in(workspace, added.member.login, added.code, lambda: PHRASE, cost=WEAK)
        admit(workspace, school, added.member.login)
    return keys


def open_as(
    folder: Path, keys: AccountKeys | None, *, now: datetime = NOW, seed: str = "as somebody"
) -> Workspace:
    """Open a data folder as the account of these keys; None: as the account of its key file, which has no passphrase.

    Two workspaces that record in one folder need different seeds.
    """
    return Workspace.open(
        folder,
        str,
        clock=FixedClock(now),
        dice=SeededDice(f"{seed} {keys.account if keys else ''}".encode()),
        account_keys=(lambda: keys) if keys is not None else None,
    )
