"""When an unlock phrase is forgotten or a key file is lost: a new key, for which what was readable is wrapped anew.

Somebody who reads the same words can do that, in two steps: a code for a new first sign-in, and letting in. Where there
is nobody, the school's recovery key can. An administrator cannot do it for anybody who reads words. Each way is on
record, and told to everybody else at their next sign-in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.base.time import format_instant
from casework.cases.request import Decision
from casework.keyring.container import Cost, Protection
from casework.keyring.disk import flush_folder
from casework.keyring.files import AccountKeys, seal_account_keys, write_account_keys
from casework.keyring.phrase import checked_phrase
from casework.services.accounts import (
    INVITATION_DAYS,
    Invited,
    code_hash,
    new_code,
    put_on_record,
    require_manager,
    roles_given_to,
)
from casework.services.admitting import admission, wraps_wanted
from casework.services.errors import NoAccess
from casework.services.members import Member, member_row, members
from casework.services.rewrapping import opened_by_recovery
from casework.services.schools import School, schools
from casework.store.rows import Invitation

if TYPE_CHECKING:
    from casework.keyring.files import RecoveryKey
    from casework.services.workspace import Passphrase, Workspace
    from casework.store.connect import Transaction
    from casework.store.rows import Account


@dataclass(frozen=True, slots=True)
class Rescued:
    """An account that has a new key: of whom, for which schools, how many keys it got, and where the old file is."""

    member: Member
    schools: tuple[str, ...]
    keys: int
    old_file: Path | None = None


def begin_rescue(workspace: Workspace, school: School, named: str, *, reason: str) -> Invited:
    """Give somebody who forgot their unlock phrase a code with which they choose a new one; then they are let in again.

    Raises:
        NoAccess: this account does not read what they read. BadInput: no reason, or it is one's own account.
    """
    by = require_manager(workspace, school)
    held = roles_given_to(workspace, school, named)
    if not reason.strip():
        raise BadInput("It needs a reason, which goes on record.", remedy="Give it with --reason.")
    if held[-1].account == by:
        raise BadInput(
            "That is your own account, and you are signed in.", remedy="Somebody else has to do it."
        )
    if any(member.reads_words for member in held):
        try:
            workspace.stream_key(school.stream)
        except NoAccess:
            raise NoAccess(
                "Only somebody who reads the school's cases can rescue an account that does.",
                remedy="Ask its HR adviser, or use the recovery key: casework user rescue --recovery-key FILE",
            ) from None
    code, expires = new_code(workspace), workspace.clock.now() + timedelta(days=INVITATION_DAYS)
    account = held[-1].account
    facts = {"kind": "rescue_begun", "account": account, "by": by}
    decision = Decision(facts, {"name": held[-1].name, "reason": reason.strip()})

    def enter(transaction: Transaction) -> None:
        transaction.put_invitation(Invitation(account, code_hash(account, code), format_instant(expires)))
        transaction.forget_failed_sign_ins(account)

    put_on_record(workspace, school, [decision], enter)
    return Invited(held[-1], code, expires)


def rescue_with_recovery_key(
    workspace: Workspace,
    recoveries: Sequence[RecoveryKey],
    named: str,
    phrase: Passphrase | None,
    *,
    cost: Cost | None = None,
) -> Rescued:
    """Give an account a new key with the recovery keys of its schools; this workspace works as that account then.

    The account of the data folder's key file gets a new file, and the old one is moved aside. Any other account gets a
    new unlock phrase.

    Args:
        recoveries: of one or more schools; at other schools the account has to be let in again.
        named: whose account: sign-in name, name or id; the one of the key file if empty.
        phrase: asks for the new one; None leaves a key file without.

    Raises:
        WrapRefused: a recovery key is of another school. BadInput: there is no such account, or no such school.
    """
    of = [_school_of(workspace, recovery) for recovery in recoveries]
    for school, recovery in zip(of, recoveries, strict=True):
        _remember(workspace, school, recovery)
    account, member = _chosen(workspace, of, named)
    keys = AccountKeys.generate(account.account, workspace.dice)
    in_file = account.credential is None and account.public_key is not None
    changed = replace(account, public_key=keys.agreement_public)
    fresh_file = workspace.key_file.with_name(f"{workspace.key_file.name}.next")
    if in_file:
        fresh_file.unlink(missing_ok=True)
        protection: Protection = "none" if phrase is None else "passphrase"
        write_account_keys(fresh_file, keys, protection=protection, passphrase=phrase, dice=workspace.dice)
    else:
        sealed = seal_account_keys(
            keys,
            protection="passphrase",
            passphrase=lambda: checked_phrase(phrase() if phrase else "", [member.name, member.login]),
            dice=workspace.dice,
            cost=cost,
        )
        changed = replace(changed, credential=sealed)
    workspace.work_as(keys)
    count = 0
    for school, recovery in zip(of, recoveries, strict=True):
        _remember(workspace, school, recovery)
        count += _rescue_at(workspace, school, recovery, changed)
    old = _put_in_place(fresh_file, workspace.key_file, workspace) if in_file else None
    return Rescued(member, tuple(school.name for school in of), count, old)


def _rescue_at(workspace: Workspace, school: School, recovery: RecoveryKey, account: Account) -> int:
    """Wrap everything that an account had at a school anew, put it on record, and return how many keys that are."""
    public = account.public_key or b""
    held = [one for one in members(workspace, school) if one.account == account.account]
    if not held:
        return 0
    wraps = wraps_wanted(workspace, school, held, public, opened_by_recovery(recovery), everything=True)
    renewed = [replace(one, public_key=public) for one in held]
    rows = [member_row(workspace, school, one) for one in renewed]
    told = admission(renewed[-1], by=account.account, again=True)
    decision = Decision({**told.facts, "with": "recovery_key"}, told.body)

    def enter(transaction: Transaction) -> None:
        transaction.put_account(account)
        wraps.enter(transaction)
        for row in rows:
            transaction.put_membership(row)

    put_on_record(workspace, school, [decision], enter)
    return len(wraps.made)


def _school_of(workspace: Workspace, recovery: RecoveryKey) -> School:
    for school in schools(workspace):
        if school.id == recovery.organisation:
            return school
    raise BadInput("This is the recovery key of a school that is not in this data folder.")


def _remember(workspace: Workspace, school: School, recovery: RecoveryKey) -> None:
    """Open the key of a school's accounts with its recovery key, and keep it for this process."""
    opener = opened_by_recovery(recovery)
    with workspace.store.read() as reader:
        for key in reader.keys_of(school.accounts_stream):
            if (opened := opener(reader, key)) is not None:
                workspace.remember_key(opened)


def _chosen(workspace: Workspace, of: Sequence[School], named: str) -> tuple[Account, Member]:
    """The account that is meant: the one that was named, or the one whose key is in the file of the data folder."""
    wanted = named.strip().casefold()
    everybody = [member for school in of for member in members(workspace, school)]
    with workspace.store.read() as reader:
        accounts = {one.account: reader.account(one.account) for one in everybody}
    for one in everybody:
        account = accounts[one.account]
        in_file = account is not None and account.credential is None and account.public_key is not None
        meant = wanted in (one.login, one.account, one.name.casefold()) if wanted else in_file
        if meant and account is not None:
            return account, one
    raise BadInput(
        f"Nobody signs in as {named!r} here." if wanted else "No account here has its key in a file.",
        remedy="Name the account: casework user rescue NAME --recovery-key FILE",
    )


def _put_in_place(fresh: Path, place: Path, workspace: Workspace) -> Path | None:
    """Put a new key file in the place of the old one, which is moved aside, and return where that is."""
    old = None
    if place.exists():
        stamp = format_instant(workspace.clock.now())[:19].replace(":", "")
        old = place.with_name(f"{place.name}.before-{stamp}")
        os.replace(place, old)
    os.replace(fresh, place)
    flush_folder(place.parent)
    return old
