"""Making stream keys and wrapping them for their readers, of whom the school's recovery key is always one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.keyring.wrap import Wrap, wrap
from casework.ledger.blob import sealed_under
from casework.ledger.seal import COMPARTMENTS, Compartment, StreamKey
from casework.services.errors import NoAccess
from casework.services.members import directory_readers
from casework.services.schools import as_sealed
from casework.store.rows import Key, WrappedKey

if TYPE_CHECKING:
    from casework.keyring.files import AccountKeys
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction


def new_stream_key(workspace: Workspace, stream: str) -> StreamKey:
    """Return a new main key for a new stream, remembered for this process."""
    key = StreamKey.generate(stream, "main", 1, workspace.dice)
    workspace.remember_key(key)
    return key


def readers_of(workspace: Workspace, school: School) -> list[tuple[str, bytes]]:
    """Return who gets a new case’s key: this account, and the school’s recovery key.

    Raises:
        StoreDamaged: the school's settings, with its recovery key, were changed in the database.
    """
    recovery = as_sealed(workspace, school).recovery_key
    return [(workspace.keys.account, workspace.keys.agreement_public), (school.id, recovery)]


def readers_of_school(workspace: Workspace, school: School, about: str = "") -> list[tuple[str, bytes]]:
    """Return who gets the key of what belongs to no case: whoever may read the directory, and the recovery key.

    Args:
        about: the person whose file it is; they are not let into it.

    Raises:
        StoreDamaged: the school's settings, or somebody's role, were changed in the database.
    """
    recovery = as_sealed(workspace, school).recovery_key
    return [*directory_readers(workspace, school, about).items(), (school.id, recovery)]


def enter_key(transaction: Transaction, key: StreamKey, readers: Sequence[tuple[str, bytes]]) -> None:
    """Enter a stream's key, wrapped for each reader: (recipient id, public key).

    Wraps are made with fresh randomness and stay outside the ledger.
    """
    transaction.add_key(Key(key.key_id, key.stream, key.compartment, key.epoch))
    wrapped = [wrap(key, public_key, recipient) for recipient, public_key in readers]
    transaction.add_wraps(WrappedKey(w.key_id, w.recipient, w.suite, w.blob) for w in wrapped)


def newest_key_id(reader: Reader, stream: str, compartment: Compartment = "main") -> str | None:
    """Return the id of the key under which the newest words of a compartment are sealed; None if it has no words.

    Which key that is, the log says; the table of keys alone could be made to name somebody else's.
    """
    known = {key.key_id for key in reader.keys_of(stream) if key.compartment == compartment}
    newest = reader.events_of(stream, after=reader.newest_n(stream) - 1)
    for events in (newest, reader.events_of(stream)):
        for event in reversed(events):
            named = sealed_under(event.sealed) if event.sealed is not None else None
            if named in known:
                return named
    return None


def unwrap_key(reader: Reader, stream: str, key_id: str | None, keys: AccountKeys) -> StreamKey:
    """Return a key of a stream by its id, unwrapped for an account.

    Raises:
        NoAccess: that key is not wrapped for the account. WrapRefused: it does not open, or is another.
    """
    known = next((key for key in reader.keys_of(stream) if key.key_id == key_id), None)
    found = next((item for item in reader.wraps_of(stream, keys.account) if item.key_id == key_id), None)
    if known is None or found is None or known.compartment not in COMPARTMENTS:
        raise NoAccess("There is no such case, or it is not for you.")
    wrapped = Wrap(found.key_id, found.recipient, found.suite, found.blob)
    compartment = next(item for item in COMPARTMENTS if item == known.compartment)
    return keys.unwrap(wrapped, stream=stream, compartment=compartment, epoch=known.epoch)
