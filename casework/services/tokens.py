"""Tokens: how a program is let in. Each is an account of its own, with its own key, its role and an end date.

So need-to-know holds for a program as for anybody: it sees the cases that it opened, those that its role is let in to
when they are opened, and those that somebody let it in to. Its key opens with the secret in the token alone. Making and
revoking one is on record, and so is each time that it comes in. Whoever made a token may hold it: a case that shuts
them out as a party shuts it out too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from casework.base.errors import BadInput
from casework.base.time import describe_date, format_instant, local_date
from casework.cases.request import Decision
from casework.keyring.files import AccountKeys
from casework.keyring.token import Scope, account_named, is_token, new_token, open_token, refused, scope_of
from casework.keyring.token import revoked as without_key
from casework.services.accounts import person_id, put_on_record, require_manager, role_ended, roles_here
from casework.services.admitting import wraps_wanted
from casework.services.directory import cleaned, who_am_i
from casework.services.errors import NoAccess
from casework.services.guard import my_schools
from casework.services.members import (
    ADMINISTRATOR,
    Member,
    login_hash,
    login_of,
    member_row,
    members,
    role_given,
    roles_on_day,
)
from casework.services.rewrapping import opened_by
from casework.services.schools import School, schools
from casework.store.rows import Account

if TYPE_CHECKING:
    from casework.services.rewrapping import Wraps
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction
    from casework.store.reader import Reader

TokenAction = Literal["read", "open", "step", "people", "evidence", "letter", "export"]
"""What a token may be allowed: to read, to open cases, to record steps, allegations and notes, who has which part,
evidence, letters, and to take histories away."""

ACTIONS: Final[tuple[TokenAction, ...]] = get_args(TokenAction)

USUAL_DAYS: Final = 90
"""For how many days a token is good if nothing else is said."""

MOST_DAYS: Final = 366
"""For how many days a token is good at most: a forgotten one ends by itself."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed: never the token itself.

    `until` is the last local date on which it is good; `schools` are those that it works for, by name.
    """

    name: str
    login: str
    account: str
    role: str
    actions: tuple[str, ...]
    until: date
    schools: tuple[str, ...]
    revoked: bool


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whose token was given: the keys of its account, and what it may do."""

    keys: AccountKeys
    scope: Scope


def create_token(
    workspace: Workspace,
    of: Sequence[School],
    *,
    name: str,
    role: str,
    actions: Sequence[str] = ("read",),
    until: date | None = None,
) -> tuple[Token, str]:
    """Make a token for a program, and return it as it is listed and as its holder keeps it, which is shown once.

    Args:
        of: the schools that it works for; whoever makes it manages the accounts of each.
        name: of the program, as it stands in the record.
        role: in which it works; never an administrator's.
        actions: some of `ACTIONS`.
        until: the last local date on which it is good; in `USUAL_DAYS` days if None.

    Raises:
        NoAccess: this account does not manage accounts, or lacks a key that the role comes with.
        BadInput: no such role or action, a date that is over or too far off, or a name that is taken.
    """
    by = {school.id: require_manager(workspace, school) for school in of}
    name, scope = cleaned(name), _scope(workspace, actions, until)
    login = f"token.{login_of(name)}"
    if not login_of(name):
        raise BadInput("A token needs the name of the program that uses it, made of letters and digits.")
    wanted = _role(workspace, of, role)
    _require_free(workspace, of, name, login)
    keys = AccountKeys.generate(workspace.new_id(), workspace.dice)
    text, kept = new_token(keys, scope, workspace.dice)
    account = Account(keys.account, login_hash(login), keys.agreement_public, kept)
    made = []
    for school in of:
        member = Member(
            membership=workspace.new_id(),
            account=keys.account,
            login=login,
            person=person_id(workspace, school, name, "Program", wanted),
            name=name,
            role=wanted,
            first=local_date(workspace.clock.now()),
            last=scope.until,
            public_key=keys.agreement_public,
            keeper=who_am_i(workspace, school).person,
        )
        wraps = wraps_wanted(
            workspace, school, [member], keys.agreement_public, opened_by(workspace), everything=False
        )
        made.append((school, member, wraps))
    for school, member, wraps in made:
        _enter(workspace, school, account, member, scope, wraps, by[school.id])
    return Token(
        name, login, keys.account, wanted, scope.actions, scope.until, _names(of), revoked=False
    ), text


def list_tokens(workspace: Workspace, of: Sequence[School]) -> list[Token]:
    """Return the tokens of these schools, revoked ones and those that are over too, by name.

    Raises:
        NoAccess: this account has no key to the accounts of a school.
    """
    found: dict[str, tuple[Member, bytes]] = {}
    where: dict[str, list[School]] = {}
    for school in of:
        with workspace.store.read() as reader:
            everybody, kept = members(workspace, school, reader), _kept(reader)
        for member in everybody:
            if member.account in kept:
                found[member.account] = member, kept[member.account]
                where.setdefault(member.account, []).append(school)
    tokens = [_token(member, key, where[account]) for account, (member, key) in found.items()]
    return sorted(tokens, key=lambda one: (one.name.casefold(), one.until))


def revoke_token(workspace: Workspace, school: School, named: str, *, reason: str) -> Token:
    """Revoke a token at once: its key is destroyed, its account stopped, and its role ended.

    At each other school for which this account manages accounts, too. What it recorded stays, under its name.

    Raises:
        NoAccess: this account does not manage accounts. BadInput: no such token, revoked already, or no reason.
    """
    require_manager(workspace, school)
    if not reason.strip():
        raise BadInput("It needs a reason, which goes on record.", remedy="Give it with --reason.")
    found = _named(list_tokens(workspace, [school]), named)
    if found.revoked:
        raise BadInput(f"The token {found.name} was revoked already.")
    with workspace.store.read() as reader:
        account = reader.account(found.account)
    if account is None or account.credential is None:
        raise BadInput(f"There is no token {named!r} here.", remedy="See: casework token list")
    now = workspace.clock.now()
    stopped = replace(
        account,
        credential=without_key(account.credential),
        disabled=account.disabled or format_instant(now),
    )
    others = [one for one in my_schools(workspace) if one.id != school.id]
    done = [
        one for one in (school, *others) if _end(workspace, one, stopped, local_date(now), reason.strip())
    ]
    return replace(found, schools=_names(done), revoked=True)


def opened_with(reader: Reader, token: str, today: date) -> Allowed:
    """Return what a token opens and allows on a local date.

    Raises:
        TokenRefused: it is not known, was revoked or altered, or its time is over; which of these is not told.
    """
    account = reader.account(account_named(token))
    if account is None or account.disabled is not None or not is_token(account.credential):
        raise refused()
    keys, scope = open_token(token, account.credential or b"")
    if scope.until < today:
        raise refused()
    return Allowed(keys, scope)


def is_still_good(workspace: Workspace, allowed: Allowed) -> bool:
    """Say whether a token that was good is so now: not revoked, nor over, and with a role at a school today."""
    of, today = schools(workspace), local_date(workspace.clock.now())
    with workspace.store.read() as reader:
        account = reader.account(allowed.keys.account)
        if account is None or account.credential is None or scope_of(account.credential)[1]:
            return False
        roles = [roles_on_day(reader, school.id, account.account, today) for school in of]
    return today <= allowed.scope.until and any(roles)


def _enter(
    workspace: Workspace,
    school: School,
    account: Account,
    member: Member,
    scope: Scope,
    wraps: Wraps,
    by: str,
) -> None:
    facts = {
        "kind": "account_added",
        "account": member.account,
        "by": by,
        "token": True,
        "actions": list(scope.actions),
        "until": scope.until.isoformat(),
    }
    row = member_row(workspace, school, member)

    def enter(transaction: Transaction) -> None:
        transaction.put_account(account)
        transaction.put_membership(row)
        wraps.enter(transaction)

    added = Decision(facts, {"login": member.login})
    put_on_record(workspace, school, [added, role_given(member, by=by)], enter)


def _end(workspace: Workspace, school: School, stopped: Account, today: date, reason: str) -> bool:
    """End a token's roles at a school, and stop its account; False where it has none, or that is not for us to do."""
    try:
        by = require_manager(workspace, school)
        held = [one for one in members(workspace, school) if one.account == stopped.account]
    except NoAccess:
        return False
    if not held:
        return False
    ended = [replace(one, last=today) for one in held if one.last is None or one.last > today]
    rows = [member_row(workspace, school, one) for one in ended]
    facts = {"kind": "account_disabled", "account": stopped.account, "by": by, "token": True}
    told = [role_ended(one, by=by, reason=reason) for one in ended]
    told.append(Decision(facts, {"name": held[-1].name, "reason": reason}))

    def enter(transaction: Transaction) -> None:
        transaction.put_account(stopped)
        for row in rows:
            transaction.put_membership(row)

    put_on_record(workspace, school, told, enter)
    return True


def _scope(workspace: Workspace, actions: Sequence[str], until: date | None) -> Scope:
    unknown = [action for action in actions if action not in ACTIONS]
    if unknown or not actions:
        raise BadInput(
            f"A token cannot be allowed {unknown[0]!r}." if unknown else "A token needs something to do.",
            remedy=f"Actions: {', '.join(ACTIONS)}.",
        )
    today = local_date(workspace.clock.now())
    last = until or today + timedelta(days=USUAL_DAYS)
    if not today <= last <= today + timedelta(days=MOST_DAYS):
        furthest = describe_date(today + timedelta(days=MOST_DAYS))
        raise BadInput(
            f"A token cannot be good until {describe_date(last)}.",
            remedy=f"Name a day from today to {furthest}.",
        )
    return Scope(tuple(action for action in ACTIONS if action in {*actions, "read"}), last)


def _role(workspace: Workspace, of: Sequence[School], role: str) -> str:
    wanted = role.strip().lower().replace("-", "_").replace(" ", "_")
    for school in of:
        known = [name for name in roles_here(workspace, school) if name != ADMINISTRATOR]
        if wanted not in known:
            raise BadInput(f"A token cannot have the role {role!r}.", remedy=f"Roles: {', '.join(known)}.")
    return wanted


def _require_free(workspace: Workspace, of: Sequence[School], name: str, login: str) -> None:
    with workspace.store.read() as reader:
        taken = reader.account_called(login_hash(login)) is not None
    if taken or any(
        one.name.casefold() == name.casefold() for school in of for one in members(workspace, school)
    ):
        raise BadInput(
            f"Somebody or something is called {name} here already.",
            remedy="Choose another name, such as one with the year in it: what was recorded under a name stays its.",
        )


def _kept(reader: Reader) -> dict[str, bytes]:
    return {
        one.account: one.credential
        for one in reader.accounts()
        if one.credential is not None and is_token(one.credential)
    }


def _token(member: Member, kept: bytes, of: Sequence[School]) -> Token:
    scope, revoked = scope_of(kept)
    return Token(
        member.name,
        member.login,
        member.account,
        member.role,
        scope.actions,
        scope.until,
        _names(of),
        revoked or member.disabled,
    )


def _named(tokens: Sequence[Token], named: str) -> Token:
    wanted = named.strip().casefold()
    fits = [one for one in tokens if wanted in (one.name.casefold(), one.login, one.account)]
    if not fits:
        raise BadInput(f"There is no token called {named!r} here.", remedy="See: casework token list")
    return fits[0]


def _names(of: Sequence[School]) -> tuple[str, ...]:
    return tuple(school.name for school in of)
