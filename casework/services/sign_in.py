"""Signing in: the first time with a code and a new unlock phrase, afterwards with the phrase alone.

Good and failed sign-ins are put on record, in the access log of each school that the account works for. What failed is
noted in the database at once and goes on record with the next good sign-in of anybody there, for only somebody who is
signed in can sign the record. After three failures each further try has to wait, longer every time.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Final

from casework.base.errors import Conflict, NotPermitted
from casework.base.time import format_instant, parse_instant
from casework.cases.request import Decision
from casework.keyring.container import Cost, try_in_vain
from casework.keyring.errors import NotSignedIn, WrongPassphrase
from casework.keyring.files import AccountKeys, open_account_keys, seal_account_keys
from casework.keyring.phrase import checked_phrase
from casework.keyring.token import is_token
from casework.services.accounts import code_hash
from casework.services.errors import NoAccess
from casework.services.members import Member, login_hash, members, roles_of
from casework.services.openid import OpenIDRefused, provider_of
from casework.services.recorder import record
from casework.services.schools import School, log_of, schools
from casework.store.rows import Account, FailedSignIns

if TYPE_CHECKING:
    from casework.services.openid import Who
    from casework.services.workspace import Passphrase, Workspace
    from casework.store.connect import Transaction
    from casework.store.rows import Invitation

FREE_TRIES: Final = 3
"""How many failures have no consequence."""

FIRST_WAIT: Final = timedelta(seconds=5)
"""How long the next try has to wait after that; twice as long after each further failure."""

LONGEST_WAIT: Final = timedelta(minutes=15)
"""The longest that a try has to wait."""

_TURNS: Final = 8


class SignInRefused(NotPermitted):
    """Signing in was refused. Which of the sign-in name, the phrase and the code was wrong is not told."""

    code = "sign-in-refused"


class TooManyTries(NotPermitted):
    """Signing in failed so often that the next try has to wait."""

    code = "too-many-tries"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, with the schools that let them in, and how often signing in had failed before.

    `login` is their sign-in name, as a school that let them in has it; empty where none has.
    `rescued` are the names of those whose accounts got new keys since this account signed in last.
    """

    account: str
    login: str
    schools: tuple[str, ...]
    failed_before: int
    rescued: tuple[str, ...] = ()


def first_sign_in(
    workspace: Workspace,
    login: str,
    code: str,
    phrase: Passphrase,
    *,
    who: Who | None = None,
    cost: Cost | None = None,
) -> AccountKeys:
    """Make an account's key, under an unlock phrase that only its owner knows; the code is used up.

    Whom an OpenID provider vouched for is bound to the account at the sign-in after this.

    Raises:
        OpenIDRefused: this installation wants to be told by its OpenID provider first who it is.
        SignInRefused: there is no such invitation, its time is over, or the code is another. TooManyTries.
        PassphraseTooShort, PassphraseTooWeak, PassphraseNeeded: of the phrase.
    """
    require_provider(workspace, who)
    with workspace.store.read() as reader:
        account = reader.account_called(login_hash(login))
        invitation = reader.invitation(account.account) if account is not None else None
    if account is not None:
        _require_patience(workspace, account)
    if account is None or account.disabled is not None or not _fits(workspace, invitation, code):
        _failed(workspace, account)
        raise SignInRefused(
            "That sign-in name and code do not belong together, or the code was used or is too old.",
            remedy="Ask whoever added you for a new code: casework user invite",
        )
    keys = AccountKeys.generate(account.account, workspace.dice)
    sealed = seal_account_keys(
        keys,
        protection="passphrase",
        passphrase=lambda: checked_phrase(phrase(), [login]),
        dice=workspace.dice,
        cost=cost,
    )
    with workspace.transaction() as transaction:
        transaction.put_account(replace(account, public_key=keys.agreement_public, credential=sealed))
        transaction.forget_invitation(account.account)
        transaction.unbind_identities(account.account)
    return keys


def sign_in(workspace: Workspace, login: str, phrase: Passphrase, *, who: Who | None = None) -> SignedIn:
    """Open an account's key with its unlock phrase, work as that account from now on, and put it on record.

    Args:
        login: the sign-in name; may be empty if `who` is bound to an account.
        phrase: asks for the unlock phrase.
        who: whom an OpenID provider vouches for; bound to the account at the first sign-in with it.

    Raises:
        OpenIDRefused: this installation wants to be told by its OpenID provider first who it is, or the account is
            bound to somebody else.
        SignInRefused: no such account, or another phrase. TooManyTries: the next try has to wait.
    """
    require_provider(workspace, who)
    account = _meant(workspace, login, who)
    if account is not None:
        _require_patience(workspace, account)
    try:
        keys = _opened(account, phrase)
    except SignInRefused:
        _failed(workspace, account)
        raise
    workspace.work_as(keys)
    return note_sign_in(workspace, who)


def keys_of(workspace: Workspace, login: str, phrase: Passphrase) -> AccountKeys:
    """Open an account's key with its unlock phrase, and nothing else: for a restored database, before it is used.

    Raises:
        SignInRefused: no such account, or another phrase.
    """
    with workspace.store.read() as reader:
        account = reader.account_called(login_hash(login))
    return _opened(account, phrase)


def _opened(account: Account | None, phrase: Passphrase) -> AccountKeys:
    try:
        if (
            account is None
            or account.credential is None
            or account.disabled is not None
            or is_token(account.credential)
        ):
            try_in_vain(phrase)
            raise WrongPassphrase("There is no such account.")
        return open_account_keys(account.credential, phrase)
    except WrongPassphrase:
        raise SignInRefused(
            "That sign-in name and unlock phrase do not belong together.",
            remedy="Try again; mind capitals and spaces. Forgotten it? Ask somebody who keeps the school's cases.",
        ) from None


def require_provider(workspace: Workspace, who: Who | None) -> None:
    """See that the OpenID provider was asked, if this installation wants that.

    Raises:
        OpenIDRefused: it was not.
    """
    provider = provider_of(workspace.folder)
    if who is None and provider is not None and provider.required:
        raise OpenIDRefused(
            "Here everybody signs in with their organisation's account first, and then with the unlock phrase.",
            remedy="Type: casework login NAME --openid",
        )


def _meant(workspace: Workspace, login: str, who: Who | None) -> Account | None:
    """The account that a sign-in is for, seen to be of whom the provider vouches for, if one was asked."""
    with workspace.store.read() as reader:
        bound = reader.account_bound_to(who.digest) if who is not None else None
        account = reader.account_called(login_hash(login)) if login.strip() else None
        if account is None and not login.strip() and bound is not None:
            account = reader.account(bound)
        others = reader.identities_of(account.account) if account is not None else []
    if who is None or account is None:
        return account
    if bound not in (None, account.account) or (bound is None and others):
        raise OpenIDRefused(
            "That account belongs to another identity of the organisation than the one that you came with.",
            remedy="Sign in there as yourself. If your identity was changed, ask for: casework user rescue",
        )
    return account


def note_sign_in(workspace: Workspace, who: Who | None = None, *, token: bool = False) -> SignedIn:
    """Put the sign-in of the account that this workspace works as on record, and the failures not told of yet.

    Args:
        who: whom an OpenID provider vouches for.
        token: whether a program came with its token.
    """
    account = workspace.keys.account
    with workspace.store.read() as reader:
        failed = reader.failed_sign_ins(account)
        new = who is not None and reader.account_bound_to(who.digest) is None
    if who is not None and new:
        with workspace.transaction() as transaction:
            transaction.bind_identity(who.digest, account)
    let_in, rescued, login = [], list[str](), ""
    for school in schools(workspace):
        try:
            login = roles_of(workspace, school, account)[0].login
        except NoAccess:
            continue
        let_in.append(school.name)
        rescued += _rescued_since(workspace, school, account)
        _record(workspace, school, _told(account, who, new=new, token=token))
    if failed is not None:
        with workspace.transaction() as transaction:
            transaction.forget_failed_sign_ins(account)
    failures = failed.failures if failed else 0
    return SignedIn(account, login, tuple(let_in), failures, tuple(sorted(set(rescued))))


def _rescued_since(workspace: Workspace, school: School, account: str) -> list[str]:
    """The names of others whose accounts got a new key since this one signed in last, or ever."""
    rescued: list[str] = []
    with workspace.store.read() as reader:
        events = reader.events_of(school.accounts_stream)
    for event in events:
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("kind") == "signed_in" and facts["account"] == account:
            rescued = []
        elif facts.get("kind") == "account_rescued" and facts["account"] != account:
            rescued.append(facts["account"])
    return [member.name for member in members(workspace, school) if member.account in rescued]


def change_phrase(
    workspace: Workspace, phrase: Passphrase, new: Passphrase, *, cost: Cost | None = None
) -> None:
    """Give the account that is signed in another unlock phrase; the one before opens nothing any more.

    Raises:
        WrongPassphrase: it is not the present phrase. PassphraseTooShort, PassphraseTooWeak: of the new one.
        NotSignedIn: the account's key is in a file, which has a passphrase of its own.
    """
    with workspace.store.read() as reader:
        account = reader.account(workspace.keys.account)
    if account is None or account.credential is None:
        raise NotSignedIn(
            "Your key is in a file, and has no unlock phrase.",
            remedy="To give the file another passphrase, with the recovery key: casework user rescue",
        )
    keys = open_account_keys(account.credential, phrase)
    names = [one.name for school in schools(workspace) for one in _own(workspace, school, account.account)]
    sealed = seal_account_keys(
        keys,
        protection="passphrase",
        passphrase=lambda: checked_phrase(new(), names),
        dice=workspace.dice,
        cost=cost,
    )
    with workspace.transaction() as transaction:
        transaction.put_account(replace(account, credential=sealed))


def _own(workspace: Workspace, school: School, account: str) -> list[Member]:
    try:
        return roles_of(workspace, school, account)
    except NoAccess:
        return []


def _told(account: str, who: Who | None, *, new: bool, token: bool) -> list[Decision]:
    """What the record says of a sign-in, and of the identity that it bound the account to."""
    facts = {"kind": "signed_in", "account": account}
    if who is None:
        return [Decision({**facts, **({"with": "token"} if token else {})}, {})]
    words = {"issuer": who.issuer, **({"email": who.email} if who.email else {})}
    bound = Decision({"kind": "identity_bound", "account": account, "identity": who.digest}, words)
    return [*([bound] if new else []), Decision({**facts, "with": "openid"}, {})]


def _record(workspace: Workspace, school: School, signed_in: list[Decision]) -> None:
    """Put a sign-in on a school's record, also where others sign in at the same moment."""
    for left in reversed(range(_TURNS)):
        try:
            return _record_once(workspace, school, signed_in)
        except Conflict:
            if not left:
                raise


def _record_once(workspace: Workspace, school: School, signed_in: list[Decision]) -> None:
    """Put a sign-in on a school's record, with what failed there since."""
    with workspace.store.read() as reader:
        here = {member.account for member in members(workspace, school, reader)}
        failed = [found for one in sorted(here) if (found := reader.failed_sign_ins(one)) and found.untold]
        log, newest = log_of(reader, school, "access"), reader.newest_n(school.accounts_stream)
    told = [
        Decision(
            {
                "kind": "sign_in_failed",
                "account": item.account,
                "count": item.untold,
                "last": item.last_failed,
            },
            {},
        )
        for item in failed
    ]
    told += signed_in
    stream = school.accounts_stream
    record(
        workspace,
        log,
        [(stream, decision) for decision in told],
        seen={stream: newest},
        command=workspace.new_id(),
        prepare=lambda transaction: _are_told(transaction, failed),
    )


def _are_told(transaction: Transaction, failed: Sequence[FailedSignIns]) -> None:
    for item in failed:
        transaction.put_failed_sign_ins(replace(item, untold=0))


def _require_patience(workspace: Workspace, account: Account) -> None:
    with workspace.store.read() as reader:
        require_patience(reader.failed_sign_ins(account.account), workspace.clock.now())


def require_patience(failed: FailedSignIns | None, now: datetime) -> None:
    """See that the next try may be made.

    Args:
        failed: what has failed since the last good sign-in.
        now: an aware moment.

    Raises:
        TooManyTries: it has to wait; the message says how long.
    """
    if failed is None:
        return
    wait = wait_after(failed.failures)
    left = min(wait, parse_instant(failed.last_failed) + wait - now)
    if left > timedelta(0):
        raise TooManyTries(
            f"Signing in failed {failed.failures} times. Try again in {_in_words(left)}.",
            remedy="If it was not you who tried, tell whoever looks after the accounts.",
        )


def wait_after(failures: int) -> timedelta:
    """Return how long the next try has to wait after so many failures in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doubled: int = 2 ** min(failures - FREE_TRIES, 16)
    return min(LONGEST_WAIT, FIRST_WAIT * doubled)


def _failed(workspace: Workspace, account: Account | None) -> None:
    if account is None:
        return
    now = format_instant(workspace.clock.now())
    with workspace.transaction() as transaction:
        before = transaction.failed_sign_ins(account.account)
        failures, untold = (before.failures, before.untold) if before else (0, 0)
        transaction.put_failed_sign_ins(FailedSignIns(account.account, failures + 1, untold + 1, now))


def _fits(workspace: Workspace, invitation: Invitation | None, code: str) -> bool:
    if invitation is None:
        return False
    fits = hmac.compare_digest(code_hash(invitation.account, code), invitation.code_digest)
    return fits and workspace.clock.now() <= parse_instant(invitation.expires)


def _in_words(wait: timedelta) -> str:
    seconds = ceil(wait.total_seconds())
    number, unit = (seconds, "second") if seconds < 60 else (ceil(seconds / 60), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"
