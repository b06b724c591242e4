"""Making stream keys and wrapping them for their readers: the account and the school's recovery key, always both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.keyring.wrap import Wrap, wrap
from casework.ledger.seal import StreamKey
from casework.services.errors import NoAccess
from casework.services.schools import as_sealed
from casework.store.rows import Key, WrappedKey

if TYPE_CHECKING:
    from casework.keyring.files import AccountKeys
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


def new_stream_key(workspace: Workspace, stream: str) -> StreamKey:
    """Return a new main key for a new stream, remembered for this process."""
    key = StreamKey.generate(stream, "main", 1, workspace.dice)
    workspace.remember_key(key)
    return key


def readers_of(workspace: Workspace, school: School) -> list[tuple[str, bytes]]:
    """Return who gets a new stream’s key: this account, and the school’s recovery key.

    Raises:
        StoreDamaged: the school's settings, with its recovery key, were changed in the database.
    """
    recovery = as_sealed(workspace, school).recovery_key
    return [(workspace.keys.account, workspace.keys.agreement_public), (school.id, recovery)]


def enter_key(transaction: Transaction, key: StreamKey, readers: Sequence[tuple[str, bytes]]) -> None:
    """Enter a stream's key, wrapped for each reader: (recipient id, public key).

    Wraps are made with fresh randomness and stay outside the ledger.
    """
    transaction.add_key(Key(key.key_id, key.stream, key.compartment, key.epoch))
    wrapped = [wrap(key, public_key, recipient) for recipient, public_key in readers]
    transaction.add_wraps(WrappedKey(w.key_id, w.recipient, w.suite, w.blob) for w in wrapped)


def unwrap_newest(known: Sequence[Key], wrapped: Sequence[WrappedKey], keys: AccountKeys) -> StreamKey:
    """Return the newest main key that is wrapped for the account.

    Raises:
        NoAccess: none is.
    """
    held = {item.key_id: item for item in wrapped}
    mine = [key for key in known if key.compartment == "main" and key.key_id in held]
    if not mine:
        raise NoAccess("There is no such case, or it is not for you.")
    key, found = mine[-1], held[mine[-1].key_id]
    wrapped_key = Wrap(found.key_id, found.recipient, found.suite, found.blob)
    return keys.unwrap(wrapped_key, stream=key.stream, compartment="main", epoch=key.epoch)
