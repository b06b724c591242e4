"""Managing accounts: giving somebody a role, inviting them, letting them in with the keys that the role comes with.

Whoever adds an account never knows its unlock phrase: it is chosen at the first sign-in, with a code that is good once.
Keys are then wrapped by somebody who has them. An administrator has the keys of the accounts alone, and can let in
other administrators and auditors.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from casework.base.canonical import sha256_hex
from casework.base.errors import BadInput
from casework.base.time import format_instant, local_date
from casework.cases.request import Decision
from casework.keyring.wrap import wrap
from casework.services.directory import Person, add_person, cleaned, list_people, who_am_i
from casework.services.errors import NoAccess
from casework.services.members import (
    ADMINISTRATOR,
    AUDITOR,
    Member,
    login_hash,
    login_of,
    member_row,
    members,
    role_given,
)
from casework.services.recorder import record
from casework.services.schools import School, log_of
from casework.store.rows import Account, Invitation, WrappedKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.services.recorder import Entry
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction

MANAGERS: Final = frozenset({ADMINISTRATOR, "hr_adviser"})
"""Roles that may manage the accounts of their school."""

INVITATION_DAYS: Final = 7
"""For how many days a code for the first sign-in is good."""

_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Added:
    """Who got a role, and with it, if the account is new, the code of its first sign-in and until when that is good."""

    member: Member
    code: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in, how many keys they got, and how many of the school's files could not be opened for them."""

    member: Member
    keys: int
    not_had: int


def roles_here(workspace: Workspace, school: School) -> tuple[str, ...]:
    """Return the roles that an account may have at a school: those of its procedure, and two of the product's own."""
    return (*workspace.policy(school.policy).roles, ADMINISTRATOR, AUDITOR)


def require_manager(workspace: Workspace, school: School) -> str:
    """Return this account, which may manage the accounts of a school.

    Raises:
        NoAccess: it may not.
    """
    identity = who_am_i(workspace, school)
    if not MANAGERS & set(identity.roles):
        raise NoAccess(
            "Your role does not manage accounts.", remedy="Ask the school's HR adviser or administrator."
        )
    return identity.account


def add_user(
    workspace: Workspace,
    school: School,
    *,
    name: str,
    role: str,
    title: str = "",
    login: str = "",
    first: date | None = None,
    last: date | None = None,
) -> Added:
    """Give somebody a role at a school; a new account gets a code for its first sign-in.

    Args:
        name: as in the directory; whoever may write there enters somebody new.
        role: one of `roles_here`.
        title: the job title of somebody who is new in the directory.
        login: the sign-in name; of an account that exists already, or of a new one. Made of the name if empty.
        first: the local date from which the role is held; today if None.
        last: the local date until which; open if None.

    Raises:
        NoAccess: this account may not manage others. BadInput: no such role, no name, or the dates do not fit.
    """
    by = require_manager(workspace, school)
    role, name = _checked_role(workspace, school, role), cleaned(name)
    login = login_of(login or name)
    if not name or not login:
        raise BadInput("An account needs a name, and a sign-in name made of letters and digits.")
    now = workspace.clock.now()
    since = first or local_date(now)
    if last is not None and last < since:
        raise BadInput("The last day of a role is before its first.")
    with workspace.store.read() as reader:
        known = reader.account_called(login_hash(login))
    everybody = members(workspace, school)
    held = [one for one in everybody if known is not None and one.account == known.account]
    if any(one.role == role and (one.last is None or one.last >= since) for one in held):
        raise BadInput(f"{login} has that role already.", remedy="See: casework user list")
    if held and held[0].name.casefold() != name.casefold():
        raise BadInput(
            f"The sign-in name {login} belongs to {held[0].name}.", remedy="Give another with --login."
        )
    account = known or Account(workspace.new_id(), login_hash(login), None)
    member = Member(
        membership=workspace.new_id(),
        account=account.account,
        login=login,
        person=_person_id(workspace, school, name, title, role),
        name=name,
        role=role,
        first=since,
        last=last,
        public_key=None,
    )
    if known is not None:
        _record(workspace, school, [role_given(member, by=by)], _enter(workspace, school, member))
        return Added(member)
    code, expires = new_code(workspace), now + timedelta(days=INVITATION_DAYS)
    added = Decision({"kind": "account_added", "account": account.account, "by": by}, {"login": login})

    def enter(transaction: Transaction) -> None:
        transaction.put_account(account)
        _enter(workspace, school, member)(transaction)
        transaction.put_invitation(
            Invitation(account.account, code_hash(account.account, code), format_instant(expires))
        )

    _record(workspace, school, [added, role_given(member, by=by)], enter)
    return Added(member, code, expires)


def _checked_role(workspace: Workspace, school: School, role: str) -> str:
    known, wanted = roles_here(workspace, school), role.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted not in known:
        raise BadInput(f"There is no role {role!r}.", remedy=f"Roles: {', '.join(known)}.")
    return wanted


def _person_id(workspace: Workspace, school: School, name: str, title: str, role: str) -> str:
    """The directory's id of whom an account is for; empty where this account cannot read the directory."""
    try:
        people = list_people(workspace, school)
    except NoAccess:
        return ""
    return _entry(workspace, school, people, name, title or role.replace("_", " ").capitalize()).id


def _entry(workspace: Workspace, school: School, people: Sequence[Person], name: str, title: str) -> Person:
    known = next((person for person in people if person.name.casefold() == name.casefold()), None)
    return known or add_person(workspace, school, name=name, title=title)


def _enter(workspace: Workspace, school: School, member: Member) -> Callable[[Transaction], None]:
    row = member_row(workspace, school, member)
    return lambda transaction: transaction.put_membership(row)


def new_code(workspace: Workspace) -> str:
    """Return a random code of 80 bits, in groups that can be read out."""
    bits = int.from_bytes(workspace.dice.bytes(_CODE_BYTES), "big")
    letters = [_CODE_ALPHABET[bits >> shift & 31] for shift in range(0, 8 * _CODE_BYTES, 5)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, len(letters), 4))


def code_hash(account: str, code: str) -> str:
    """Return what is kept of a code; letter case, blanks and dashes do not matter."""
    typed = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("ILO", "110"))
    return sha256_hex(f"{account}\n{typed}".encode())


def find_member(workspace: Workspace, school: School, login: str) -> Member:
    """Return the newest role of the account of a sign-in name at a school.

    Raises:
        BadInput: nobody of that sign-in name has or had one.
    """
    return roles_given_to(workspace, school, login)[-1]


def roles_given_to(workspace: Workspace, school: School, login: str) -> list[Member]:
    """Return the roles, ended ones too, that the account of a sign-in name has at a school.

    Raises:
        BadInput: it has none.
    """
    wanted = login.strip().casefold()
    everybody = members(workspace, school)
    found = [one for one in everybody if wanted in (one.login, one.account, one.name.casefold())]
    if not found:
        raise BadInput(f"Nobody signs in as {login!r} at this school.", remedy="See: casework user list")
    return found


def admit(workspace: Workspace, school: School, login: str) -> Admitted:
    """Let somebody in who has signed in for the first time: wrap for them the keys that their role comes with.

    Their public key is put on record with it, so that no other can take its place. Cases are not among what is opened:
    a case is readable by those whom it names.

    Raises:
        NoAccess: this account has not got the keys itself. BadInput: they have not signed in yet, or are in already.
    """
    by = require_manager(workspace, school)
    held = roles_given_to(workspace, school, login)
    waiting = [member for member in held if member.public_key is None]
    with workspace.store.read() as reader:
        account = reader.account(held[-1].account)
    if account is None or account.public_key is None:
        raise BadInput(
            f"{held[-1].name} has not signed in yet: only then is there a key that can be let in.",
            remedy=f"They sign in with: casework login {held[-1].login}",
        )
    if account.disabled is not None:
        raise BadInput(f"The account of {held[-1].name} is disabled.")
    if not waiting:
        raise BadInput(f"{held[-1].name} has been let in already.")
    public = account.public_key
    linked = [_linked(workspace, school, replace(member, public_key=public)) for member in waiting]
    wrapped, not_had = wraps_for(workspace, school, linked)
    rows = [member_row(workspace, school, member) for member in linked]
    facts = [
        Decision(
            {
                "kind": "account_admitted",
                "account": member.account,
                "membership": member.membership,
                "role": member.role,
                "public_key": public.hex(),
                "by": by,
            },
            {"name": member.name},
        )
        for member in linked
    ]

    def enter(transaction: Transaction) -> None:
        transaction.add_wraps(wrapped)
        for row in rows:
            transaction.put_membership(row)

    _record(workspace, school, facts, enter)
    return Admitted(linked[-1], len(wrapped), not_had)


def _linked(workspace: Workspace, school: School, member: Member) -> Member:
    """The member with their entry in the directory, if they have none yet and this account can read it."""
    if member.person:
        return member
    return replace(member, person=_person_id(workspace, school, member.name, "", member.role))


def wraps_for(workspace: Workspace, school: School, held: Sequence[Member]) -> tuple[list[WrappedKey], int]:
    """Return the school's keys that roles come with, wrapped for the account that holds them, and how many are not had.

    Raises:
        NoAccess: this account lacks the school's own keys.
    """
    account, public = held[0].account, held[0].public_key or b""
    with workspace.store.read() as reader:
        wanted, files = _streams_of(reader, school, held)
        there = {
            stream
            for stream in (*wanted, *files)
            if any(item.recipient == account for item in reader.wraps_of(stream, account))
        }
    keys, not_had = [], 0
    for stream in (*wanted, *files):
        if stream in there:
            continue
        try:
            keys.append(workspace.stream_key(stream))
        except NoAccess:
            if stream in wanted:
                raise NoAccess(
                    "You cannot read this school's directory, so you cannot let others read it.",
                    remedy="Ask somebody who keeps its cases, such as its HR adviser, to run: casework user admit",
                ) from None
            not_had += 1
    wraps = [wrap(key, public, account) for key in keys]
    return [WrappedKey(w.key_id, w.recipient, w.suite, w.blob) for w in wraps], not_had


def _streams_of(reader: Reader, school: School, held: Sequence[Member]) -> tuple[list[str], list[str]]:
    """The streams of the school itself that roles open, and the registers and personnel files."""
    if not any(member.reads_words for member in held):
        return [school.accounts_stream], []
    own = [school.accounts_stream, school.stream, school.access_stream]
    log, person = log_of(reader, school, "cases"), held[0].person
    rows = [row for kind in ("register", "person") for row in reader.streams(log.log, kind)]
    return own, [row.stream for row in rows if reader.keys_of(row.stream) and row.ref != person]


def _record(
    workspace: Workspace,
    school: School,
    decisions: Iterable[Decision],
    prepare: Callable[[Transaction], None],
) -> None:
    """Put what was done with accounts on record, in the school's record of accounts."""
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "access"), reader.newest_n(school.accounts_stream)
    entries: list[Entry] = [(school.accounts_stream, decision) for decision in decisions]
    seen = {school.accounts_stream: newest}
    record(workspace, log, entries, seen=seen, command=workspace.new_id(), prepare=prepare)
