"""A program's token, and the private key that it opens.

A token is text that its holder keeps: `casework_` and the base64url of account (16 bytes) ‖ secret (32 bytes). The
secret is random, so it needs no slow derivation: HKDF-SHA256 of it, with `casework/token/v1` as info, is the key that
the account's private key is sealed under with AES-256-GCM. Neither the secret nor anything from which it can be worked
out is kept.

What is kept is one line of canonical JSON. All its members but `private` are associated data: whoever can write the
database cannot let a token do more, or last longer, without its opening nothing any more. A token that was revoked
keeps its scope and has no `private`.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.base.time import parse_date
from casework.keyring.errors import KeyDamaged, TokenRefused
from casework.keyring.files import AccountKeys

PREFIX: Final = "casework_"
"""How every token begins, so that scanners of leaked secrets know one."""

_FORMAT: Final = "casework token key"
_INFO: Final = b"casework/token/v1"
_SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ACCOUNT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token may do at most, and until which local date, included; roles and cases narrow it further."""

    actions: tuple[str, ...]
    until: date


def new_token(keys: AccountKeys, scope: Scope, dice: Dice) -> tuple[str, bytes]:
    """Return a token for an account of its own, to be shown once, and what is kept of it.

    Args:
        keys: the account's; 44 bytes of `dice` go into secret and nonce.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    secret, nonce = dice.bytes(_SECRET_BYTES), dice.bytes(_NONCE_BYTES)
    members = {
        "format": _FORMAT,
        "v": 1,
        "account": keys.account,
        "agreement_public": keys.agreement_public.hex(),
        "actions": sorted(scope.actions),
        "until": scope.until.isoformat(),
        "nonce": nonce.hex(),
    }
    sealed = AESGCM(_derived(secret)).encrypt(
        nonce, keys.agreement.private_bytes_raw(), canonical_bytes(members)
    )
    text = PREFIX + urlsafe_b64encode(UUID(keys.account).bytes + secret).decode().rstrip("=")
    return text, canonical_bytes({**members, "private": sealed.hex()})


def account_named(token: str) -> str:
    """Return the id of the account that a token is for; nothing is said of whether it is any good.

    Raises:
        TokenRefused: it is no token.
    """
    return _parts(token)[0]


def open_token(token: str, kept: bytes) -> tuple[AccountKeys, Scope]:
    """Return the account's keys, and what the token may do.

    Raises:
        TokenRefused: it does not open what is kept, that was altered, or the token was revoked.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    account, secret = _parts(token)
    try:
        members = _members(kept)
        sealed = bytes.fromhex(members.pop("private"))
        private = AESGCM(_derived(secret)).decrypt(
            bytes.fromhex(members["nonce"]), sealed, canonical_bytes(members)
        )
        keys = AccountKeys(account, X25519PrivateKey.from_private_bytes(private))
    except (InvalidTag, KeyDamaged, KeyError, TypeError, ValueError):
        raise refused() from None
    if members["account"] != account:
        raise refused()
    return keys, _scope(members)


def is_token(kept: bytes | None) -> bool:
    """Whether what is kept of an account's key belongs to a token, revoked or not."""
    if kept is None:
        return False
    try:
        _members(kept)
    except KeyDamaged:
        return False
    return True


def scope_of(kept: bytes) -> tuple[Scope, bool]:
    """Return what a token may do, as far as can be read without it, and whether it was revoked.

    Raises:
        KeyDamaged: what is kept is of no token.
    """
    members = _members(kept)
    return _scope(members), "private" not in members


def revoked(kept: bytes) -> bytes:
    """Return what is kept of a token that was revoked: its scope, and no key.

    Raises:
        KeyDamaged: what is kept is of no token.
    """
    return canonical_bytes(
        {name: value for name, value in _members(kept).items() if name not in ("private", "nonce")}
    )


def refused() -> TokenRefused:
    """Return the one answer for every token that is no good, whyever that is."""
    return TokenRefused(
        "The token is not known here, was revoked, or its time is over.",
        remedy="Ask whoever looks after casework for a new one: casework token create",
    )


def _parts(token: str) -> tuple[str, bytes]:
    try:
        text = token.removeprefix(PREFIX).encode("ascii")
        raw = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        whole = token.startswith(PREFIX) and len(raw) == _ACCOUNT_BYTES + _SECRET_BYTES
        account = parse_id(str(UUID(bytes=raw[:_ACCOUNT_BYTES]))) if whole else ""
    except (BadInput, UnicodeEncodeError, ValueError, binascii.Error):
        account = ""
    if not account:
        raise refused()
    return account, raw[_ACCOUNT_BYTES:]


def _members(kept: bytes) -> dict[str, Any]:
    try:
        members = parse_canonical(kept)
        known: Collection[object] = (members["format"], members["v"])
    except (BadInput, KeyError, TypeError):
        raise KeyDamaged("This is not the key of a token.") from None
    if known != (_FORMAT, 1):
        raise KeyDamaged("This is not the key of a token of a version that this release knows.")
    return dict(members)


def _scope(members: dict[str, Any]) -> Scope:
    return Scope(tuple(members["actions"]), parse_date(members["until"]))


def _derived(secret: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, None, _INFO).derive(secret)
