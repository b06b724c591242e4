"""What is due for one account, as it would see it, without its keys: for its reminders and its calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from casework.base.time import local_date
from casework.keyring.errors import NotSignedIn
from casework.services.guard import asker
from casework.services.listing import Due, list_due, list_due_in_registers
from casework.services.members import WITHOUT_WORDS
from casework.services.schools import School, schools
from casework.services.workspace import Workspace

if TYPE_CHECKING:
    from casework.base.time import Clock
    from casework.store.connect import Store


def due_for(store: Store, clock: Clock, account: str) -> list[Due]:
    """Return what is due in the cases that an account sees, and in the registers of its schools, earliest first.

    Nothing is due for an account that is disabled, or has no role today in which somebody acts.
    """
    workspace = _seen_by(store, clock, account)
    own = _acts_at(workspace)
    if not own:
        return []
    now = clock.now()
    found = list_due(workspace, own, local_date(now)) + list_due_in_registers(workspace, own, now)
    return sorted(found, key=lambda item: (item.due, item.reference, item.clock))


def acts(store: Store, clock: Clock, account: str) -> bool:
    """Say whether an account has a role today, in any school, in which somebody acts."""
    return bool(_acts_at(_seen_by(store, clock, account)))


def _acts_at(workspace: Workspace) -> list[School]:
    """The schools at which the account has a role today beside those that only manage or audit."""
    return [school for school in schools(workspace) if asker(workspace, school.id).roles - WITHOUT_WORDS]


def _seen_by(store: Store, clock: Clock, account: str) -> Workspace:
    """A workspace that works as an account and can open nothing."""
    workspace = Workspace(Path(), store, _nobody, clock)
    workspace.account = account
    return workspace


def _nobody() -> NoReturn:
    raise NotSignedIn("Nobody is signed in: only what is readable without a key is looked at.")


def within(items: list[Due], today: date, days: int) -> list[Due]:
    """Return what is late, or due within so many calendar days."""
    return [item for item in items if (item.due - today).days <= days]
