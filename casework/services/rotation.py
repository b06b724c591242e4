"""Changing the key that signs the record: an act on record in both logs, whose heads the old and the new key sign.

The new key file is written beside the old one first and takes its place once the record says so. Whatever stops that
in between, the next attempt finishes: which of the two files is the right one, the record says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.canonical import parse_canonical
from casework.base.errors import BadInput
from casework.cases.request import Decision
from casework.keyring.container import Protection
from casework.keyring.disk import flush_folder, read_private
from casework.keyring.files import AccountKeys, read_account_keys, write_account_keys
from casework.ledger.append import extend
from casework.ledger.checkpoint import cosign
from casework.ledger.errors import WrongSigner
from casework.services.log_keys import ROTATED, vouching
from casework.services.recorder import seal_entries
from casework.services.schools import School, schools

if TYPE_CHECKING:
    from pathlib import Path

    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class Rotated:
    """A change of key: the new public keys as notes name them, by log origin; whether it was begun earlier."""

    keys: dict[str, str]
    finished: bool


def rotate_key(workspace: Workspace) -> Rotated:
    """Give the account a new signing key, and say so in every log that it signs.

    Raises:
        WrongSigner: a log here is not signed by this account's key. RolledBackHere: a log went back.
        KeyMissing, KeyTooOpen, WrongPassphrase, KeyNotWritten: why keys cannot be opened or written.
    """
    fresh_file = workspace.key_file.with_name(f"{workspace.key_file.name}.next")
    asked: list[str] = []

    def passphrase() -> str:
        if not asked:
            asked.append(workspace.passphrase())
        return asked[0]

    here = schools(workspace)
    if fresh_file.exists():
        fresh = read_account_keys(fresh_file, passphrase)
        if _signs(workspace, here, fresh):
            return Rotated(_replace(workspace, fresh_file, fresh, here), finished=True)
        fresh_file.unlink()
    old = read_account_keys(workspace.key_file, passphrase)
    fresh = AccountKeys(old.account, old.agreement, AccountKeys.generate(old.account, workspace.dice).signing)
    protection = _protection(workspace.key_file)
    write_account_keys(fresh_file, fresh, protection=protection, passphrase=passphrase, dice=workspace.dice)
    try:
        with workspace.transaction() as transaction:
            command = workspace.new_id()
            for school in here:
                _rotate(workspace, transaction, school, old, fresh, command)
    except BaseException:
        if not _signs(workspace, here, fresh):
            fresh_file.unlink(missing_ok=True)
        raise
    return Rotated(_replace(workspace, fresh_file, fresh, here), finished=False)


def _rotate(
    workspace: Workspace,
    transaction: Transaction,
    school: School,
    old: AccountKeys,
    fresh: AccountKeys,
    command: str,
) -> None:
    """Record the change in both logs of a school; the entry among the cases tells the sizes of both."""
    sizes: dict[str, int] = {}
    facts = {
        "kind": ROTATED,
        "account": old.account,
        "before": old.signing_public.hex(),
        "after": fresh.signing_public.hex(),
    }
    places = []
    for name, stream in (("access", school.access_stream), ("cases", school.stream)):
        log = transaction.log_of(school.id, name)
        head = transaction.head(log.log) if log is not None else None
        if log is None or head is None or log.public_key != old.signing_public:
            raise WrongSigner(
                "A log here is not signed by this account’s key.", remedy="Run: casework audit verify"
            )
        workspace.refuse_rolled_back(head)
        sizes[name] = head.size + 1
        places.append((log, head, stream))
    for log, head, stream in places:
        n = {stream: transaction.newest_n(stream)}
        vouched = old.signer(log.origin).sign_note(vouching(log.origin, fresh.signing_public))
        told = facts | {"sizes": sizes, "vouched": vouched} if log.name == "cases" else facts
        sealed = seal_entries(workspace, log.log, [(stream, Decision(told, {}))], n)
        now = workspace.clock.now()
        added = extend(head, sealed, command=command, now=now, sign=old.signer(log.origin), newest=n)
        note = cosign(added.note, fresh.signer(log.origin))
        transaction.append(added.events, added.head, note, [told])
        transaction.set_log_key(log.log, fresh.signing_public)
        workspace.was_signed(added.head, note)


def _signs(workspace: Workspace, here: list[School], keys: AccountKeys) -> bool:
    """Whether the logs here are signed by these keys now."""
    with workspace.store.read() as reader:
        logs = [log for log in reader.logs() if log.organisation in {school.id for school in here}]
    return bool(logs) and all(log.public_key == keys.signing_public for log in logs)


def _replace(
    workspace: Workspace, fresh_file: Path, fresh: AccountKeys, here: list[School]
) -> dict[str, str]:
    """Put the new key file in the place of the old one, and return the new public keys."""
    os.replace(fresh_file, workspace.key_file)
    flush_folder(fresh_file.parent)
    workspace.use_keys(fresh)
    with workspace.store.read() as reader:
        origins = [log.origin for log in reader.logs() if log.organisation in {school.id for school in here}]
    return {origin: fresh.signer(origin).verifier().to_text() for origin in origins}


def _protection(file: Path) -> Protection:
    """How a key file is protected; it has just been opened, so that its form is known to be right."""
    members = parse_canonical(read_private(file).removesuffix(b"\n"))
    said = members.get("protection") if isinstance(members, dict) else None
    if said == "passphrase":
        return "passphrase"
    if said == "none":
        return "none"
    raise BadInput(f"{file} does not say how it is protected.")
