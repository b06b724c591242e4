"""Letting somebody in: the keys that a role comes with are wrapped for them by somebody who has these keys.

An administrator has the key of the accounts alone, and so can let in other administrators and auditors, and nobody who
reads words. Whoever made a new key, because the old one was lost, is let in the same way: they get anew what was
wrapped for them before, as far as whoever lets them in can open it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.cases.request import Decision
from casework.services.accounts import person_id, put_on_record, require_manager, roles_given_to, waiting_key
from casework.services.errors import NoAccess
from casework.services.members import AUDITOR, Member, member_row
from casework.services.rewrapping import Opener, Wraps, keys_had, opened_by, rewrapped
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who was let in, how many keys they got, and how many they are still without, because nobody could open them."""

    member: Member
    keys: int
    not_had: int


def admit(
    workspace: Workspace, school: School, named: str, opener: Opener | None = None, *, again: bool = False
) -> Admitted:
    """Let somebody in who has made a key: wrap for them the keys that their role comes with, and what they had before.

    Their public key is put on record with it, so that no other can take its place. A case is not among what a role
    opens: each case is readable by those whom it names.

    Args:
        named: by sign-in name, name or account.
        opener: what opens the keys; those of this account, if not given.
        again: wrap anew everything that they had, for some of it could not be opened when they were last let in.

    Raises:
        NoAccess: the school's own keys cannot be opened. BadInput: they have not signed in yet, or lack nothing.
    """
    by = require_manager(workspace, school)
    held = roles_given_to(workspace, school, named)
    newest, public = held[-1], waiting_key(workspace, held[-1])
    if newest.disabled:
        raise BadInput(f"The account of {newest.name} is disabled.")
    renewed = any(member.public_key not in (None, public) for member in held)
    wraps = wraps_wanted(
        workspace, school, held, public, opener or opened_by(workspace), everything=again or renewed
    )
    waiting = [replace(member, public_key=public) for member in held if member.public_key != public]
    if not waiting and not wraps.made:
        raise BadInput(f"{newest.name} has been let in already.")
    linked = [_linked(workspace, school, member) for member in waiting] or [newest]
    rows = [member_row(workspace, school, member) for member in linked]
    facts = [admission(member, by=by, again=again or renewed) for member in linked]

    def enter(transaction: Transaction) -> None:
        wraps.enter(transaction)
        for row in rows:
            transaction.put_membership(row)

    put_on_record(workspace, school, facts, enter)
    return Admitted(linked[-1], len(wraps.made), len(wraps.not_had))


def admission(member: Member, *, by: str, again: bool = False) -> Decision:
    """Return what the record says when somebody is let in, or let in again with a new key."""
    facts = {
        "kind": "account_rescued" if again else "account_admitted",
        "account": member.account,
        "membership": member.membership,
        "role": member.role,
        "public_key": (member.public_key or b"").hex(),
        "by": by,
    }
    return Decision(facts, {"name": member.name})


def _linked(workspace: Workspace, school: School, member: Member) -> Member:
    """The member with their entry in the directory, if they have none yet and this account can read it."""
    if member.person:
        return member
    return replace(member, person=person_id(workspace, school, member.name, "", member.role))


def wraps_wanted(
    workspace: Workspace,
    school: School,
    held: Sequence[Member],
    public: bytes,
    opener: Opener,
    *,
    everything: bool,
) -> Wraps:
    """Return the keys that an account lacks, wrapped for it.

    These are the school's own keys that its roles come with and, if `everything` is wanted, whatever it had before.

    Raises:
        NoAccess: one of the school's own keys cannot be opened.
    """
    account = held[0].account
    with workspace.store.read() as reader:
        wanted, files = _streams_of(reader, school, held)
        due = [
            key for stream in (*wanted, *files) for key in reader.keys_of(stream) if key.compartment == "main"
        ]
        had = keys_had(reader, school.id, account)
        if everything:
            due = list({key.key_id: key for key in (*due, *had)}.values())
        else:
            there = {key.key_id for key in had}
            due = [key for key in due if key.key_id not in there]
        wraps = rewrapped(reader, due, account, public, opener)
    if any(key.stream in wanted for key in wraps.not_had):
        raise NoAccess(
            "You cannot read this school's directory, so you cannot let others read it.",
            remedy="Ask somebody who keeps its cases, such as its HR adviser, to run: casework user admit",
        )
    return wraps


def _streams_of(reader: Reader, school: School, held: Sequence[Member]) -> tuple[list[str], list[str]]:
    """The streams of the school itself that roles open, and the registers and personnel files."""
    if not any(member.reads_words for member in held):
        audits = any(member.role == AUDITOR for member in held)  # what they read is noted, by themselves
        return [school.accounts_stream], [school.access_stream] if audits else []
    own = [school.accounts_stream, school.stream, school.access_stream]
    log, person = log_of(reader, school, "cases"), held[0].person
    rows = [row for kind in ("register", "person") for row in reader.streams(log.log, kind)]
    return own, [row.stream for row in rows if row.ref != person or not person]
