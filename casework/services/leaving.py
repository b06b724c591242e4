"""Somebody leaves a school: their cases go to another, their roles end, and what is written from then on is not theirs.

What they did stays on record under their name. Whoever leaves may have kept copies of the keys that they had; so the
school's own keys are renewed, and so is the key that signs the record. What they could read before they left, they
could have copied then: no key takes that back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.cases.request import Decision
from casework.ledger.seal import StreamKey
from casework.services.accounts import require_manager, role_ended, roles_given_to
from casework.services.directory import who_am_i
from casework.services.errors import NoAccess
from casework.services.handing_over import Passed, hand_over
from casework.services.members import Member, member_row, present_members
from casework.services.recorder import append, seal_entries
from casework.services.rewrapping import keys_had
from casework.services.rotation import rotate
from casework.services.schools import School, as_sealed, log_of
from casework.services.signing import signing_key_of
from casework.services.wrapping import enter_key

if TYPE_CHECKING:
    from casework.ledger.checkpoint import Signer
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction
    from casework.store.rows import Key

Fresh = list[tuple[StreamKey, list[tuple[str, bytes]]]]
"""New keys, each with those for whom it is wrapped."""


@dataclass(frozen=True, slots=True)
class Left:
    """Who left, after which local day, which cases were passed on, and the new public keys of the record, by origin.

    There are no new keys while the last day is still to come: then it is to be done again.
    """

    member: Member
    last: date
    passed: Passed
    keys: dict[str, str]


def leave(
    workspace: Workspace, school: School, named: str, *, reason: str, last: date | None = None, to: str = ""
) -> Left:
    """Hand over somebody's cases, end their roles at a school and, once the last day has come, renew the keys.

    Args:
        named: who leaves: by sign-in name, name or account.
        reason: why; kept sealed.
        last: their last local day; today if None.
        to: who gets their cases; nobody if empty.

    Raises:
        NoAccess: this account may not manage others, or has no key to the school's directory.
        BadInput: no reason, or it is one's own account. As `hand_over`.
    """
    by = require_manager(workspace, school)
    held = roles_given_to(workspace, school, named)
    if not reason.strip():
        raise BadInput("It needs a reason, which goes on record.", remedy="Give it with --reason.")
    if held[-1].account == by:
        raise BadInput("That is your own account.", remedy="Whoever takes over from you has to do it.")
    _require_reader(workspace, school)
    today = local_date(workspace.clock.now())
    ends = last or today
    passed = Passed((), ())
    if to:
        passed = hand_over(workspace, school, leaver=held[-1].name, to=to, reason=reason)
    ended = [replace(one, last=ends) for one in held if one.last is None or one.last > ends]
    # A role that was to begin later never does: its last day is before its first.
    told = [role_ended(one, by=by, reason=reason) for one in ended]
    signers = _enter(workspace, school, held[-1].account, ended, told, renew=ends <= today)
    return Left(
        ended[-1] if ended else held[-1],
        ends,
        passed,
        {signer.name: signer.verifier().to_text() for signer in signers},
    )


def _require_reader(workspace: Workspace, school: School) -> None:
    try:
        workspace.stream_key(school.stream)
    except NoAccess:
        raise NoAccess(
            "Only somebody who reads the school's directory can renew its keys.",
            remedy="You can end the role: casework user role NAME --end ROLE. Then ask its HR adviser to do the rest.",
        ) from None


def _enter(
    workspace: Workspace,
    school: School,
    leaver: str,
    ended: Sequence[Member],
    told: Sequence[Decision],
    *,
    renew: bool,
) -> list[Signer]:
    """Put it on record and, if keys are to be renewed, do that in the same transaction."""
    with workspace.store.read() as reader:
        log = log_of(reader, school, "access")
        old, gone = signing_key_of(workspace, log), keys_had(reader, school.id, leaver) if renew else []
    me = who_am_i(workspace, school).account
    decisions = [*told, *([_renewed(leaver, me)] if renew else [])]
    if not decisions:
        raise BadInput("They have no role here that could end.", remedy="See: casework user list --all")
    fresh = _fresh_keys(workspace, school, leaver) if renew else []
    signers: list[Signer] = []
    try:
        workspace.signer(log)  # opened before the lock is taken
        for key, _ in fresh:
            workspace.remember_key(key)
        with workspace.transaction() as transaction:
            n = {school.accounts_stream: transaction.newest_n(school.accounts_stream)}
            for key, readers in fresh:
                enter_key(transaction, key, readers)
            entries = [(school.accounts_stream, decision) for decision in decisions]
            sealed = seal_entries(workspace, log.log, entries, n)
            append(workspace, transaction, log, sealed, seen=n, command=workspace.new_id())
            for member in ended:
                transaction.put_membership(member_row(workspace, school, member))
            if renew:
                signers = rotate(workspace, transaction, school, old, workspace.new_id())
                _take_away(transaction, gone, leaver)
                transaction.forget_invitation(leaver)
    except BaseException:
        for key, _ in fresh:
            workspace.forget_key(key.stream)
        raise
    if not workspace.rehearsal:
        for signer in signers:
            workspace.hold_signer(signer)
    return signers


def _renewed(leaver: str, by: str) -> Decision:
    return Decision({"kind": "keys_renewed", "account": leaver, "by": by}, {})


def _fresh_keys(workspace: Workspace, school: School, leaver: str) -> Fresh:
    """New keys of the school's own streams, for everybody who stays and for the recovery key."""
    recovery = (school.id, as_sealed(workspace, school).recovery_key)
    staying = [one for one in present_members(workspace, school) if one.account != leaver and one.public_key]
    everybody = {one.account: one.public_key or b"" for one in staying}
    readers = {one.account: one.public_key or b"" for one in staying if one.reads_words}
    fresh: Fresh = []
    with workspace.store.read() as reader:
        for stream, who in (
            (school.accounts_stream, everybody),
            (school.stream, readers),
            (school.access_stream, readers),
        ):
            epoch = max(key.epoch for key in reader.keys_of(stream) if key.compartment == "main") + 1
            key = StreamKey.generate(stream, "main", epoch, workspace.dice)
            fresh.append((key, [*who.items(), recovery]))
    return fresh


def _take_away(transaction: Transaction, gone: Sequence[Key], leaver: str) -> None:
    for key in gone:
        transaction.forget_wrap(key.key_id, leaver)
