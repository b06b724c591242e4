"""Changing the key that signs a record: an act on record in both logs of a school, whose heads both keys sign.

The new key takes the place of the old one in the transaction that records the change, so there is no time between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.cases.request import Decision
from casework.keyring.signing import SigningKey
from casework.ledger.append import extend
from casework.ledger.checkpoint import cosign
from casework.ledger.errors import WrongSigner
from casework.services.log_keys import ROTATED, vouching
from casework.services.recorder import seal_entries
from casework.services.schools import School, log_of
from casework.services.signing import signing_key_of, signing_key_row

if TYPE_CHECKING:
    from casework.ledger.checkpoint import Signer
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class Rotated:
    """A change of key: the new public keys as notes name them, by log origin."""

    keys: dict[str, str]


def rotate_keys(workspace: Workspace, of: Sequence[School]) -> Rotated:
    """Give the logs of each school a new signing key, and say so in both.

    Raises:
        NoAccess: this account may not record there. WrongSigner: the key that is kept is not the log's.
        RolledBackHere: a log went back.
    """
    signers: list[Signer] = []
    olds = {}
    for school in of:
        with workspace.store.read() as reader:
            olds[school.id] = signing_key_of(workspace, log_of(reader, school, "cases"))
    with workspace.transaction(*(school.id for school in of)) as transaction:
        command = workspace.new_id()
        for school in of:
            transaction.enter(school.id)
            signers += rotate(workspace, transaction, school, olds[school.id], command)
    if not workspace.rehearsal:
        for signer in signers:
            workspace.hold_signer(signer)
    return Rotated({signer.name: signer.verifier().to_text() for signer in signers})


def rotate(
    workspace: Workspace, transaction: Transaction, school: School, old: SigningKey, command: str
) -> list[Signer]:
    """Record the change in both logs of a school; the entry among the cases tells the sizes of both.

    Returns the new signers of both logs.
    """
    sizes: dict[str, int] = {}
    fresh = SigningKey.generate(workspace.dice)
    facts = {
        "kind": ROTATED,
        "account": workspace.keys.account,
        "before": old.public.hex(),
        "after": fresh.public.hex(),
    }
    places = []
    for name, stream in (("access", school.access_stream), ("cases", school.stream)):
        log = transaction.log_of(school.id, name)
        head = transaction.head(log.log) if log is not None else None
        if log is None or head is None or log.public_key != old.public:
            raise WrongSigner(
                "A log here is not signed by the key that is kept.", remedy="Run: casework audit verify"
            )
        workspace.refuse_rolled_back(head)
        sizes[name] = head.size + 1
        places.append((log, head, stream))
    for log, head, stream in places:
        n = {stream: transaction.newest_n(stream)}
        sign = old.signer(log.origin)
        vouched = sign.sign_note(vouching(log.origin, fresh.public))
        told = facts | {"sizes": sizes, "vouched": vouched} if log.name == "cases" else facts
        sealed = seal_entries(workspace, log.log, [(stream, Decision(told, {}))], n)
        now = workspace.clock.now()
        added = extend(head, sealed, command=command, now=now, sign=sign, newest=n)
        note = cosign(added.note, fresh.signer(log.origin))
        transaction.append(added.events, added.head, note, [told])
        transaction.set_log_key(log.log, fresh.public)
        workspace.was_signed(added.head, note)
    transaction.put_signing_key(signing_key_row(workspace, school, fresh))
    return [fresh.signer(log.origin) for log, _, _ in places]
