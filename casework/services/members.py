"""Who may work for a school: accounts, and the roles that they have there from a first local date to a last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.base.time import local_date
from casework.services.schools import School, open_row

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader


@dataclass(frozen=True, slots=True)
class Member:
    """A role that somebody has at a school; `first` and `last` are local dates, both included."""

    account: str
    login: str
    person: str
    name: str
    role: str
    first: date
    last: date | None
    public_key: bytes | None
    disabled: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on a local date, by an account that is not disabled."""
        return not self.disabled and self.first <= day and (self.last is None or day <= self.last)


def members(workspace: Workspace, school: School) -> list[Member]:
    """Return everybody who has or had a role at a school."""
    with workspace.store.read() as reader:
        rows = reader.accounts(school.id)
    found = []
    for row in rows:
        words = open_row(workspace, school.stream, "account", row.account, row.sealed)
        named = (words["person"], words["name"], words["role"])
        found.append(Member(row.account, "", *named, date.min, None, row.public_key))
    return found


def present_members(workspace: Workspace, school: School) -> list[Member]:
    """Return everybody who has a role at a school today, by first date."""
    today = local_date(workspace.clock.now())
    return [member for member in members(workspace, school) if member.holds_on(today)]


def roles_on_day(reader: Reader, organisation: str, account: str, on: date) -> frozenset[str]:
    """Return the roles that an account has at a school on a local date; no key is needed."""
    return frozenset(
        ["hr_adviser"] if any(item.account == account for item in reader.accounts(organisation)) else []
    )


def account_of(workspace: Workspace) -> str:
    """Return the account that is signed in."""
    return workspace.keys.account
