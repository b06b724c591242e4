"""Keys of streams and their wraps: outside the ledger, because who may read them changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import bindparam, select

from casework.store.rows import Key, WrappedKey
from casework.store.schema import keys, wraps
from casework.store.session import Session
from casework.store.statement import Statement, delete_where, insert_into, select_where

_KEYS_OF: Final = select_where(keys, "stream", order=("compartment", "epoch"))
_WRAPS_FOR: Final = select_where(wraps, "recipient", order=("key_id",))
_WRAPS_OF: Final = Statement(
    lambda: (
        select(wraps)
        .join(keys, keys.c.key_id == wraps.c.key_id)
        .where(keys.c.stream == bindparam("stream"), wraps.c.recipient == bindparam("recipient"))
        .order_by(keys.c.compartment, keys.c.epoch)
    ),
    *("stream", "recipient"),
)
_KEY: Final = select_where(keys, "key_id")
_ADD_KEY: Final = insert_into(keys)
_ADD_WRAP: Final = insert_into(wraps)
_FORGET_WRAP: Final = delete_where(wraps, "key_id", "recipient")


class KeyReading(Session):
    """Queries on keys and wraps."""

    def keys_of(self, stream: str) -> list[Key]:
        """Return the keys of a stream, ordered by compartment and epoch: the last of a compartment seals."""
        return [Key(*row) for row in self._rows(_KEYS_OF, stream)]

    def key(self, key_id: str) -> Key | None:
        """Return a key by its id, or None."""
        row = self._row(_KEY, key_id)
        return Key(*row) if row else None

    def wraps_for(self, recipient: str) -> list[WrappedKey]:
        """Return every key that was wrapped for a recipient: all that it can read."""
        return [WrappedKey(*row) for row in self._rows(_WRAPS_FOR, recipient)]

    def wraps_of(self, stream: str, recipient: str) -> list[WrappedKey]:
        """Return the keys of one stream that were wrapped for a recipient, in the order of `keys_of`."""
        return [WrappedKey(*row) for row in self._rows(_WRAPS_OF, stream, recipient)]


class KeyWriting(KeyReading):
    """Entering keys and wraps."""

    def add_key(self, key: Key) -> None:
        """Enter a key of a stream.

        Raises:
            Overtaken: the key, or one of the same stream, compartment and epoch, is there already.
        """
        self._run(_ADD_KEY, (key.key_id, key.stream, key.compartment, key.epoch))

    def add_wraps(self, wrapped: Iterable[WrappedKey]) -> None:
        """Enter keys wrapped for recipients.

        Raises:
            Overtaken: a key is wrapped for that recipient already.
        """
        self._run_many(_ADD_WRAP, [(wrap.key_id, wrap.recipient, wrap.suite, wrap.blob) for wrap in wrapped])

    def forget_wrap(self, key_id: str, recipient: str) -> None:
        """Take away one key that was wrapped for a recipient."""
        self._run(_FORGET_WRAP, (key_id, recipient))
