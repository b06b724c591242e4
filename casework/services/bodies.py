"""Opening the sealed body of an event, for those who have the key of its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import parse_canonical

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

_SALT: Final = 32
"""Bytes of commitment salt before a body's own bytes."""


def open_body(
    workspace: Workspace, *, log: str, stream: str, n: int, kind: str, sealed: bytes
) -> dict[str, Any]:
    """Return the words of event `n` of a stream.

    Raises:
        NoAccess: this account has no key to them. NotOpened: they were altered, or belong elsewhere.
    """
    from casework.ledger.seal import event_context, open_sealed  # imported here: lists need no cryptography

    key = workspace.key_to(stream, sealed)
    place = event_context(log=log, stream=stream, n=n, kind=kind, key_id=key.key_id)
    opened: dict[str, Any] = parse_canonical(open_sealed(key, sealed, place)[_SALT:])
    return opened
