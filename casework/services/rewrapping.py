"""Wrapping for somebody the keys that they may have, by whoever can open them: an account, or the recovery key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from casework.keyring.wrap import Wrap, wrap
from casework.ledger.seal import Compartment, StreamKey
from casework.store.rows import Key, WrappedKey

if TYPE_CHECKING:
    from casework.keyring.files import RecoveryKey
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction

Opener = Callable[["Reader", Key], "StreamKey | None"]
"""Opens a key of a stream, or returns None where it was not wrapped for whoever opens."""


@dataclass
class Wraps:
    """Keys wrapped anew for one account, in the place of what was wrapped for it; `not_had` could not be opened."""

    account: str
    made: list[WrappedKey] = field(default_factory=list)
    not_had: list[Key] = field(default_factory=list)

    def enter(self, transaction: Transaction) -> None:
        """Enter the wraps, in the place of older ones of the same keys."""
        for item in self.made:
            transaction.forget_wrap(item.key_id, self.account)
        transaction.add_wraps(self.made)


def opened_by(workspace: Workspace) -> Opener:
    """Return what opens the keys that are wrapped for the account that is signed in."""
    keys = workspace.keys

    def open_(reader: Reader, key: Key) -> StreamKey | None:
        return _opened(reader, key, keys.account, keys.unwrap)

    return open_


def opened_by_recovery(recovery: RecoveryKey) -> Opener:
    """Return what opens the keys that are wrapped for a school's recovery key: all of them.

    A key that does not open with it raises WrapRefused: it is the recovery key of another school.
    """

    def open_(reader: Reader, key: Key) -> StreamKey | None:
        return _opened(reader, key, recovery.organisation, recovery.unwrap)

    return open_


def _opened(reader: Reader, key: Key, recipient: str, unwrap: Callable[..., StreamKey]) -> StreamKey | None:
    found = next((item for item in reader.wraps_of(key.stream, recipient) if item.key_id == key.key_id), None)
    compartment = next((item for item in get_args(Compartment) if item == key.compartment), None)
    if found is None or compartment is None:
        return None
    wrapped = Wrap(found.key_id, found.recipient, found.suite, found.blob)
    return unwrap(wrapped, stream=key.stream, compartment=compartment, epoch=key.epoch)


def rewrapped(reader: Reader, keys: Iterable[Key], account: str, public_key: bytes, opener: Opener) -> Wraps:
    """Return keys wrapped for an account, as far as they can be opened.

    Raises:
        WrapRefused: a key does not open although it was wrapped for whoever opens it.
    """
    done = Wraps(account)
    for key in keys:
        opened = opener(reader, key)
        if opened is None:
            done.not_had.append(key)
            continue
        made = wrap(opened, public_key, account)
        done.made.append(WrappedKey(made.key_id, made.recipient, made.suite, made.blob))
    return done


def keys_had(reader: Reader, school: str, account: str) -> list[Key]:
    """Return every key of a school that is wrapped for an account, or was for the key that it had before."""
    logs = {log.log for log in reader.logs() if log.organisation == school}
    keys = [key for item in reader.wraps_for(account) if (key := reader.key(item.key_id)) is not None]
    streams = {stream: reader.stream(stream) for stream in {key.stream for key in keys}}
    return [key for key in keys if (row := streams[key.stream]) is not None and row.log in logs]
