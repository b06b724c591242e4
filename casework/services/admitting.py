"""Letting somebody in: the keys that a role comes with are wrapped for them by somebody who has these keys.

An administrator has the key of the accounts alone, and so can let in other administrators and auditors, and nobody who
reads words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.cases.request import Decision
from casework.keyring.wrap import wrap
from casework.services.accounts import person_id, put_on_record, require_manager, roles_given_to, waiting_key
from casework.services.errors import NoAccess
from casework.services.members import AUDITOR, Member, member_row
from casework.services.schools import School, log_of
from casework.store.rows import WrappedKey

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in, how many keys they got, and how many of the school's files could not be opened for them."""

    member: Member
    keys: int
    not_had: int


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
    public = waiting_key(workspace, held[-1])
    if held[-1].disabled:
        raise BadInput(f"The account of {held[-1].name} is disabled.")
    if not waiting:
        raise BadInput(f"{held[-1].name} has been let in already.")
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

    put_on_record(workspace, school, facts, enter)
    return Admitted(linked[-1], len(wrapped), not_had)


def _linked(workspace: Workspace, school: School, member: Member) -> Member:
    """The member with their entry in the directory, if they have none yet and this account can read it."""
    if member.person:
        return member
    return replace(member, person=person_id(workspace, school, member.name, "", member.role))


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
        audits = any(member.role == AUDITOR for member in held)  # what they read is noted, by themselves
        return [school.accounts_stream], [school.access_stream] if audits else []
    own = [school.accounts_stream, school.stream, school.access_stream]
    log, person = log_of(reader, school, "cases"), held[0].person
    rows = [row for kind in ("register", "person") for row in reader.streams(log.log, kind)]
    return own, [row.stream for row in rows if reader.keys_of(row.stream) and row.ref != person]
