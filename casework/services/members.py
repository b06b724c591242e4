"""Who may work for a school: accounts, and the roles that they have there from a first local date to a last one.

A role is an entry that is readable without a key, so that lists can be made, and that is sealed under the key of the
school's accounts, with the account's public key: whoever can write the database can neither give a role nor put a key
of his own in another's place. Administrators have the key of the accounts, and none that opens a case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import sha256_hex
from casework.base.time import local_date
from casework.cases.request import Decision
from casework.services.errors import NoAccess
from casework.services.schools import School, open_row, seal_row
from casework.store.errors import StoreDamaged
from casework.store.rows import Account
from casework.store.rows import Membership as MembershipRow

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction

ADMINISTRATOR: Final = "administrator"
"""The role of whoever manages accounts, and sees nothing of what is in cases."""

AUDITOR: Final = "auditor"
"""The role of whoever verifies the record, and sees words only by a grant."""

WITHOUT_WORDS: Final = frozenset({ADMINISTRATOR, AUDITOR})
"""Roles that come with no key to the directory or to any words."""

_KIND: Final = "membership"


@dataclass(frozen=True, slots=True)
class Member:
    """A role that somebody has at a school.

    `first` and `last` are local dates, both included; `person` is their entry in the school's directory, empty where
    they have none; `public_key` is what keys are wrapped for, None until they were let in. `keeper` is, of a program,
    the person who made its token.
    """

    membership: str
    account: str
    login: str
    person: str
    name: str
    role: str
    first: date
    last: date | None
    public_key: bytes | None
    disabled: bool = False
    keeper: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on a local date, by an account that is not disabled."""
        return not self.disabled and self.first <= day and (self.last is None or day <= self.last)

    @property
    def reads_words(self) -> bool:
        """Whether the role comes with the key to the school's directory."""
        return self.role not in WITHOUT_WORDS

    def words(self) -> dict[str, Any]:
        """Return what is sealed of it."""
        return {
            "person": self.person,
            "name": self.name,
            "login": self.login,
            "role": self.role,
            "first": self.first.isoformat(),
            "last": self.last.isoformat() if self.last else "",
            "public_key": self.public_key.hex() if self.public_key else "",
            **({"keeper": self.keeper} if self.keeper else {}),
        }


def login_of(name: str) -> str:
    """Return a sign-in name made of somebody's name: `priya.nair`; empty if nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return ".".join(re.findall(r"[a-z0-9]+", plain))


def login_hash(login: str) -> str:
    """Return what a sign-in name is found by: names of people are readable nowhere in the database."""
    return sha256_hex(f"casework login v1\n{login.strip().lower()}".encode())


def role_given(member: Member, *, by: str) -> Decision:
    """Return what the record says when somebody gets a role: who, which and when, and the name in its words."""
    facts = {
        "kind": "role_given",
        "membership": member.membership,
        "account": member.account,
        "role": member.role,
        "first": member.first.isoformat(),
        "by": by,
    }
    if member.last is not None:
        facts["last"] = member.last.isoformat()
    if member.public_key is not None:
        facts["public_key"] = member.public_key.hex()
    return Decision(facts, {"name": member.name})


def member_row(workspace: Workspace, school: School, member: Member) -> MembershipRow:
    """Return a role as it is kept."""
    sealed = seal_row(workspace, school.accounts_stream, _KIND, member.membership, member.words())
    last = member.last.isoformat() if member.last else None
    return MembershipRow(
        member.membership, member.account, school.id, member.role, member.first.isoformat(), last, sealed
    )


def fingerprint(public_key: bytes) -> str:
    """Return what two people compare to be sure that they mean the same key: five groups of four."""
    digits = sha256_hex(public_key)[:20]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def members(workspace: Workspace, school: School, reader: Reader | Transaction | None = None) -> list[Member]:
    """Return everybody who has or had a role at a school, by first date.

    Raises:
        NoAccess: this account has no key to the accounts. StoreDamaged: a role was changed in the database.
    """
    if reader is None:
        with workspace.store.read() as reader:
            return members(workspace, school, reader)
    accounts = {account.account: account for account in reader.accounts()}
    return [_open(workspace, school, row, accounts[row.account]) for row in reader.memberships(school.id)]


def present_members(workspace: Workspace, school: School) -> list[Member]:
    """Return everybody who has a role at a school today, by first date."""
    today = local_date(workspace.clock.now())
    return [member for member in members(workspace, school) if member.holds_on(today)]


def directory_readers(workspace: Workspace, school: School, but: str = "") -> dict[str, bytes]:
    """Return the public keys of the accounts that may read a school's directory today, by account.

    `but` is a person who is left out.
    """
    return {
        member.account: member.public_key
        for member in present_members(workspace, school)
        if member.reads_words and member.public_key is not None and (not but or member.person != but)
    }


def roles_of(workspace: Workspace, school: School, account: str) -> list[Member]:
    """Return the roles that an account has at a school today, by first date.

    Raises:
        NoAccess: it has none.
    """
    today = local_date(workspace.clock.now())
    with workspace.store.read() as reader:
        known = reader.account(account)
        rows = [row for row in reader.memberships_of(account) if row.organisation == school.id]
    if known is not None:
        held = [_open(workspace, school, row, known) for row in rows]
        if present := [member for member in held if member.holds_on(today)]:
            return present
    raise NoAccess("Your account does not belong to this school.")


def roles_on_day(reader: Reader | Transaction, organisation: str, account: str, on: date) -> frozenset[str]:
    """Return the roles that an account has at a school on a local date, as they can be read without a key."""
    known = reader.account(account)
    if known is None or known.disabled is not None:
        return frozenset()
    day = on.isoformat()
    return frozenset(
        row.role
        for row in reader.memberships_of(account)
        if row.organisation == organisation and row.first <= day and (row.last is None or day <= row.last)
    )


def account_of(workspace: Workspace) -> str:
    """Return the account that this workspace works as, without opening its key."""
    return workspace.account


def _open(workspace: Workspace, school: School, row: MembershipRow, account: Account) -> Member:
    try:
        words: Mapping[str, Any] = open_row(
            workspace, school.accounts_stream, _KIND, row.membership, row.sealed
        )
    except NoAccess:
        raise NoAccess(
            "You have not been let in at this school.",
            remedy="Ask somebody who keeps its cases, such as its HR adviser, to run: casework user admit",
        ) from None
    if (row.role, row.first, row.last or "") != (words["role"], words["first"], words["last"]):
        raise StoreDamaged(
            "The role of an account in the database is not the one that was given.",
            remedy="Keep the database as it is, verify it (casework audit verify) and restore a backup.",
        )
    return Member(
        membership=row.membership,
        account=row.account,
        login=words["login"],
        person=words["person"],
        name=words["name"],
        role=words["role"],
        first=date.fromisoformat(words["first"]),
        last=date.fromisoformat(words["last"]) if words["last"] else None,
        public_key=bytes.fromhex(words["public_key"]) if words["public_key"] else None,
        disabled=account.disabled is not None,
        keeper=words.get("keeper", ""),
    )
