"""Signing in: the first time with a code and a new unlock phrase, afterwards with the phrase alone.

Good and failed sign-ins are put on record, in the access log of each school that the account works for. What failed is
noted in the database at once and goes on record with the next good sign-in of anybody there, for only somebody who is
signed in can sign the record. After three failures each further try has to wait, longer every time.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from casework.base.errors import NotPermitted
from casework.base.time import describe_time, format_instant, parse_instant
from casework.cases.request import Decision
from casework.keyring.container import Cost
from casework.keyring.errors import WrongPassphrase
from casework.keyring.files import AccountKeys, open_account_keys, seal_account_keys
from casework.services.accounts import code_hash
from casework.services.errors import NoAccess
from casework.services.members import login_hash, members, roles_of
from casework.services.recorder import record
from casework.services.schools import School, log_of, schools
from casework.store.rows import Account, FailedSignIns

if TYPE_CHECKING:
    from casework.services.workspace import Passphrase, Workspace
    from casework.store.connect import Transaction
    from casework.store.rows import Invitation

FREE_TRIES: Final = 3
"""How many failures have no consequence."""

FIRST_WAIT: Final = timedelta(seconds=5)
"""How long the next try has to wait after that; twice as long after each further failure."""

LONGEST_WAIT: Final = timedelta(minutes=15)
"""The longest that a try has to wait."""


class SignInRefused(NotPermitted):
    """Signing in was refused. Which of the sign-in name, the phrase and the code was wrong is not told."""

    code = "sign-in-refused"


class TooManyTries(NotPermitted):
    """Signing in failed so often that the next try has to wait."""

    code = "too-many-tries"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, with the schools that let them in, and how often signing in had failed before."""

    account: str
    schools: tuple[str, ...]
    failed_before: int


def first_sign_in(
    workspace: Workspace, login: str, code: str, phrase: Passphrase, *, cost: Cost | None = None
) -> AccountKeys:
    """Make an account's key, under an unlock phrase that only its owner knows; the code is used up.

    Raises:
        SignInRefused: there is no such invitation, its time is over, or the code is another. TooManyTries.
        PassphraseTooShort, PassphraseNeeded: of the phrase.
    """
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
        keys, protection="passphrase", passphrase=phrase, dice=workspace.dice, cost=cost
    )
    with workspace.transaction() as transaction:
        transaction.put_account(replace(account, public_key=keys.agreement_public, credential=sealed))
        transaction.forget_invitation(account.account)
    return keys


def sign_in(workspace: Workspace, login: str, phrase: Passphrase) -> SignedIn:
    """Open an account's key with its unlock phrase, work as that account from now on, and put it on record.

    Raises:
        SignInRefused: no such account, or another phrase. TooManyTries: the next try has to wait.
    """
    with workspace.store.read() as reader:
        account = reader.account_called(login_hash(login))
    if account is not None:
        _require_patience(workspace, account)
    try:
        if account is None or account.credential is None or account.disabled is not None:
            phrase()
            raise WrongPassphrase("There is no such account.")
        keys = open_account_keys(account.credential, phrase)
    except WrongPassphrase:
        _failed(workspace, account)
        raise SignInRefused(
            "That sign-in name and unlock phrase do not belong together.",
            remedy="Try again; mind capitals and spaces. Forgotten it? Ask somebody who keeps the school's cases.",
        ) from None
    workspace.work_as(keys)
    return note_sign_in(workspace, account)


def note_sign_in(workspace: Workspace, account: Account) -> SignedIn:
    """Put the sign-in of the account that this workspace works as on record, and the failures not told of yet."""
    with workspace.store.read() as reader:
        failed = reader.failed_sign_ins(account.account)
    let_in = []
    for school in schools(workspace):
        try:
            roles_of(workspace, school, account.account)
        except NoAccess:
            continue
        let_in.append(school.name)
        _record(workspace, school, account)
    if failed is not None:
        with workspace.transaction() as transaction:
            transaction.forget_failed_sign_ins(account.account)
    return SignedIn(account.account, tuple(let_in), failed.failures if failed else 0)


def _record(workspace: Workspace, school: School, account: Account) -> None:
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
    told.append(Decision({"kind": "signed_in", "account": account.account}, {}))
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
        failed = reader.failed_sign_ins(account.account)
    if failed is None:
        return
    again = parse_instant(failed.last_failed) + wait_after(failed.failures)
    if workspace.clock.now() < again:
        raise TooManyTries(
            f"Signing in failed {failed.failures} times. The next try may be made from {_moment(again)}.",
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


def _moment(at: datetime) -> str:
    from casework.base.time import LONDON

    return describe_time(at.astimezone(LONDON).time())
