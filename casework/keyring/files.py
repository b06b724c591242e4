"""The private keys of an account and of an organisation's recovery, and the files that keep them.

An account has two keys: one for agreement (X25519), to which stream keys are wrapped, and one that signs the
log (Ed25519). The recovery key is an X25519 key whose private half is written once, to be moved away; it is
used for restore and rescue only. Files are written once, readable by their owner alone, never overwritten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.keyring.container import AskPassphrase, Protection, pack, unpack
from casework.keyring.disk import read_private, write_private
from casework.keyring.errors import KeyDamaged
from casework.keyring.wrap import Wrap, unwrap
from casework.ledger.checkpoint import Signer
from casework.ledger.seal import Compartment, StreamKey

_ACCOUNT_FORMAT: Final = "casework account key"
_RECOVERY_FORMAT: Final = "casework recovery key"
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """An account's private keys, open.

    Args:
        account: id of the account.
        agreement: to which stream keys are wrapped; never shown.
        signing: which signs the log; never shown.
    """

    account: str
    agreement: X25519PrivateKey = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls, account: str, dice: Dice) -> AccountKeys:
        """Return new keys for an account, from 64 bytes of `dice`."""
        agreement = X25519PrivateKey.from_private_bytes(dice.bytes(_KEY_BYTES))
        return cls(parse_id(account), agreement, Ed25519PrivateKey.from_private_bytes(dice.bytes(_KEY_BYTES)))

    @property
    def agreement_public(self) -> bytes:
        """The public half of the agreement key, 32 bytes."""
        return self.agreement.public_key().public_bytes_raw()

    @property
    def signing_public(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.signing.public_key().public_bytes_raw()

    def signer(self, origin: str) -> Signer:
        """Return the signer of the log of that origin, holding the key open."""
        return Signer.holding(origin, self.signing)

    def unwrap(self, wrapped: Wrap, *, stream: str, compartment: Compartment, epoch: int) -> StreamKey:
        """Return the stream key that was wrapped for this account.

        Raises:
            WrapRefused: wrapped for somebody else or as another key, altered, or of an unknown suite.
        """
        return unwrap(wrapped, self.agreement, stream=stream, compartment=compartment, epoch=epoch)


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """An organisation's recovery key, open.

    Args:
        organisation: id of the organisation.
        agreement: to which stream keys are wrapped; never shown.
    """

    organisation: str
    agreement: X25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls, organisation: str, dice: Dice) -> RecoveryKey:
        """Return a new recovery key, from 32 bytes of `dice`."""
        return cls(parse_id(organisation), X25519PrivateKey.from_private_bytes(dice.bytes(_KEY_BYTES)))

    @property
    def agreement_public(self) -> bytes:
        """The public half, 32 bytes; it stays with the organisation."""
        return self.agreement.public_key().public_bytes_raw()

    def unwrap(self, wrapped: Wrap, *, stream: str, compartment: Compartment, epoch: int) -> StreamKey:
        """Return the stream key that was wrapped for this organisation's recovery.

        Raises:
            WrapRefused: wrapped for somebody else or as another key, altered, or of an unknown suite.
        """
        return unwrap(wrapped, self.agreement, stream=stream, compartment=compartment, epoch=epoch)


def write_account_keys(
    path: Path,
    keys: AccountKeys,
    *,
    protection: Protection,
    passphrase: AskPassphrase | None = None,
    dice: Dice,
) -> None:
    """Write an account's keys to a new file of their own.

    Args:
        path: where; there must be no such file.
        keys: the keys.
        protection: "passphrase", or "none" if the user has plainly chosen to do without.
        passphrase: asks for the new passphrase; never from the command line's arguments.
        dice: for salt and nonce.

    Raises:
        KeyExists, KeyNotWritten, PassphraseNeeded, PassphraseTooShort, KeyProtectionUnavailable
    """
    header = {
        "format": _ACCOUNT_FORMAT,
        "account": keys.account,
        "agreement_public": keys.agreement_public.hex(),
        "signing_public": keys.signing_public.hex(),
    }
    private = keys.agreement.private_bytes_raw() + keys.signing.private_bytes_raw()
    write_private(path, pack(header, private, protection=protection, passphrase=passphrase, dice=dice))


def read_account_keys(path: Path, passphrase: AskPassphrase | None = None) -> AccountKeys:
    """Open the file of an account's keys.

    Args:
        path: of the file.
        passphrase: asks for the passphrase; only called if the file is under one.

    Raises:
        KeyMissing, KeyTooOpen, KeyDamaged, PassphraseNeeded, WrongPassphrase, KeyProtectionUnavailable
    """
    header, private = _read(path, _ACCOUNT_FORMAT, passphrase, 2)
    keys = AccountKeys(
        _id(header, "account", path),
        X25519PrivateKey.from_private_bytes(private[:_KEY_BYTES]),
        Ed25519PrivateKey.from_private_bytes(private[_KEY_BYTES:]),
    )
    publics = (header.get("agreement_public"), header.get("signing_public"))
    if publics != (keys.agreement_public.hex(), keys.signing_public.hex()):
        raise _damaged(path)
    return keys


def write_recovery_key(
    path: Path,
    key: RecoveryKey,
    *,
    protection: Protection,
    passphrase: AskPassphrase | None = None,
    dice: Dice,
) -> None:
    """Write a recovery key to a new file, once, to be moved away. Arguments as for an account.

    Raises:
        KeyExists, KeyNotWritten, PassphraseNeeded, PassphraseTooShort, KeyProtectionUnavailable
    """
    header = {
        "format": _RECOVERY_FORMAT,
        "organisation": key.organisation,
        "agreement_public": key.agreement_public.hex(),
    }
    private = key.agreement.private_bytes_raw()
    write_private(path, pack(header, private, protection=protection, passphrase=passphrase, dice=dice))


def read_recovery_key(path: Path, passphrase: AskPassphrase | None = None) -> RecoveryKey:
    """Open the file of a recovery key.

    Raises:
        KeyMissing, KeyTooOpen, KeyDamaged, PassphraseNeeded, WrongPassphrase, KeyProtectionUnavailable
    """
    header, private = _read(path, _RECOVERY_FORMAT, passphrase, 1)
    key = RecoveryKey(_id(header, "organisation", path), X25519PrivateKey.from_private_bytes(private))
    if header.get("agreement_public") != key.agreement_public.hex():
        raise _damaged(path)
    return key


def _read(
    path: Path, format_name: str, passphrase: AskPassphrase | None, keys: int
) -> tuple[dict[str, Any], bytes]:
    """Return header and private keys of a file that holds so many keys; its path is told in every error."""
    data = read_private(path)
    try:
        header, private = unpack(data, format_name, passphrase)
    except KeyDamaged as problem:
        raise _damaged(path, problem.message) from None
    if len(private) != keys * _KEY_BYTES:
        raise _damaged(path)
    return header, private


def _id(header: dict[str, Any], name: str, path: Path) -> str:
    """Return an id from a header."""
    try:
        return parse_id(str(header.get(name)))
    except BadInput:
        raise _damaged(path) from None


def _damaged(
    path: Path, reason: str = "The key file is damaged: its keys do not fit together."
) -> KeyDamaged:
    """Return the error for a file that is not as it was written."""
    return KeyDamaged(
        f"{reason} It is {path}.",
        remedy="Copy the file back from where you keep a second copy, or use the recovery key.",
        path=str(path),
    )
