"""Managing accounts: giving somebody a role, inviting them, ending roles, and stopping an account.

Whoever adds an account never knows its unlock phrase: it is chosen at the first sign-in, with a code that is good once.
Letting somebody in, with the keys that a role comes with, is another act: see `admitting`.
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
from casework.services.openid import discover, set_provider
from casework.services.recorder import record
from casework.services.schools import School, log_of
from casework.store.rows import Account, Invitation

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.services.openid import Provider
    from casework.services.recorder import Entry
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

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
        person=person_id(workspace, school, name, title, role),
        name=name,
        role=role,
        first=since,
        last=last,
        public_key=None,
    )
    if known is not None:
        put_on_record(workspace, school, [role_given(member, by=by)], _enter(workspace, school, member))
        return Added(member)
    code, expires = new_code(workspace), now + timedelta(days=INVITATION_DAYS)
    added = Decision({"kind": "account_added", "account": account.account, "by": by}, {"login": login})

    def enter(transaction: Transaction) -> None:
        transaction.put_account(account)
        _enter(workspace, school, member)(transaction)
        transaction.put_invitation(
            Invitation(account.account, code_hash(account.account, code), format_instant(expires))
        )

    put_on_record(workspace, school, [added, role_given(member, by=by)], enter)
    return Added(member, code, expires)


def _checked_role(workspace: Workspace, school: School, role: str) -> str:
    known, wanted = roles_here(workspace, school), _plain(role)
    if wanted not in known:
        raise BadInput(f"There is no role {role!r}.", remedy=f"Roles: {', '.join(known)}.")
    return wanted


def _plain(role: str) -> str:
    return role.strip().lower().replace("-", "_").replace(" ", "_")


def person_id(workspace: Workspace, school: School, name: str, title: str, role: str) -> str:
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


def waiting_key(workspace: Workspace, member: Member) -> bytes:
    """Return the public key that somebody made at their first sign-in, as it is kept; not on record yet.

    Raises:
        BadInput: they have not signed in yet.
    """
    with workspace.store.read() as reader:
        account = reader.account(member.account)
    if account is None or account.public_key is None:
        raise BadInput(
            f"{member.name} has not signed in yet: only then is there a key that can be let in.",
            remedy=f"They sign in with: casework login {member.login} --invitation",
        )
    return account.public_key


@dataclass(frozen=True, slots=True)
class Invited:
    """A new code for somebody's first sign-in, and until when it is good."""

    member: Member
    code: str
    expires: datetime


def invite_again(workspace: Workspace, school: School, named: str) -> Invited:
    """Give somebody who has not signed in yet a new code; the one before is good no more.

    Raises:
        NoAccess: this account may not manage others. BadInput: they have signed in already, or are not known here.
    """
    require_manager(workspace, school)
    member = roles_given_to(workspace, school, named)[-1]
    with workspace.store.read() as reader:
        account = reader.account(member.account)
    if account is None or account.public_key is not None:
        raise BadInput(
            f"{member.name} has signed in before, so that a code is no use.",
            remedy="If the unlock phrase is forgotten: casework user rescue",
        )
    code, expires = new_code(workspace), workspace.clock.now() + timedelta(days=INVITATION_DAYS)
    invitation = Invitation(account.account, code_hash(account.account, code), format_instant(expires))
    with workspace.transaction() as transaction:
        transaction.put_invitation(invitation)
        transaction.forget_failed_sign_ins(account.account)
    return Invited(member, code, expires)


def end_role(
    workspace: Workspace, school: School, named: str, role: str, last: date, *, reason: str = ""
) -> Member:
    """End somebody's role, after a last local date; the record keeps that they had it.

    Raises:
        NoAccess: this account may not manage others. BadInput: they do not have that role then, or it is one's own
            last one that manages accounts.
    """
    by = require_manager(workspace, school)
    held = [one for one in roles_given_to(workspace, school, named) if one.role == _plain(role)]
    open_ = [one for one in held if one.first <= last and (one.last is None or one.last > last)]
    if not open_:
        raise BadInput(f"{named} has no role {role!r} that could end then.", remedy="See: casework user list")
    ended = replace(open_[-1], last=last)
    decision = role_ended(ended, by=by, reason=reason)
    put_on_record(workspace, school, [decision], _enter(workspace, school, ended))
    return ended


def role_ended(member: Member, *, by: str, reason: str = "") -> Decision:
    """Return what the record says when a role ends, after the last day that it has now."""
    facts = {
        "kind": "role_ended",
        "membership": member.membership,
        "account": member.account,
        "role": member.role,
        "last": (member.last or member.first).isoformat(),
        "by": by,
    }
    return Decision(facts, {"name": member.name, **({"reason": reason.strip()} if reason.strip() else {})})


def stop_account(workspace: Workspace, school: School, named: str, *, reason: str) -> Member:
    """Let nobody sign in with an account any more, at once and at every school; roles and keys stay as they are.

    Raises:
        NoAccess: this account may not manage others. BadInput: no reason, it is one's own, or stopped already.
    """
    return _switch(workspace, school, named, reason, stopped=True)


def start_account(workspace: Workspace, school: School, named: str, *, reason: str) -> Member:
    """Let an account sign in again that was stopped. Raises as `stop_account`."""
    return _switch(workspace, school, named, reason, stopped=False)


def choose_provider(workspace: Workspace, school: School, provider: Provider | None) -> None:
    """Set which OpenID provider is asked at a sign-in here, once it has answered; None: none is. It goes on record.

    Raises:
        NoAccess: this account may not manage others. OpenIDUnavailable: it does not answer. BadInput: its address.
    """
    by = require_manager(workspace, school)
    words = {"issuer": provider.issuer, "client_id": provider.client_id} if provider is not None else {}
    required = provider is not None and provider.required
    facts = {"kind": "openid_set", "used": provider is not None, "required": required, "by": by}
    if provider is not None:
        discover(provider)
    put_on_record(workspace, school, [Decision(facts, words)], lambda _: None)
    if not workspace.rehearsal:
        set_provider(workspace.folder, provider)


def _switch(workspace: Workspace, school: School, named: str, reason: str, *, stopped: bool) -> Member:
    by = require_manager(workspace, school)
    member = roles_given_to(workspace, school, named)[-1]
    if not reason.strip():
        raise BadInput("It needs a reason, which goes on record.", remedy="Give it with --reason.")
    if member.account == by:
        raise BadInput("That is your own account.", remedy="Somebody else has to do it.")
    with workspace.store.read() as reader:
        account = reader.account(member.account)
    if account is None or (account.disabled is not None) is stopped:
        raise BadInput(
            f"The account of {member.name} is {'disabled' if stopped else 'not disabled'} already."
        )
    now = format_instant(workspace.clock.now())
    changed = replace(account, disabled=now if stopped else None)
    kind = "account_disabled" if stopped else "account_enabled"
    decision = Decision(
        {"kind": kind, "account": member.account, "by": by}, {"name": member.name, "reason": reason.strip()}
    )
    put_on_record(workspace, school, [decision], lambda transaction: transaction.put_account(changed))
    return replace(member, disabled=stopped)


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


def put_on_record(
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
