"""The private keys of an account and of an organisation's recovery, and the files that keep them.

An account's key and a recovery key are for agreement (X25519): stream keys are wrapped for them. The private half of
the recovery key is written once, to be moved away; it is used for restore and rescue only. Files are written once,
readable by their owner alone, never overwritten. What a key file holds can be kept in a database as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.keyring.container import AskPassphrase, Cost, Protection, pack, unpack
from casework.keyring.disk import read_private, write_private
from casework.keyring.errors import KeyDamaged, NotSignedIn
from casework.keyring.wrap import Wrap, unwrap
from casework.ledger.seal import Compartment, StreamKey

_ACCOUNT_FORMAT: Final = "casework account key"
_RECOVERY_FORMAT: Final = "casework recovery key"
_KEY_BYTES: Final = 32
_UNFIT: Final = "The key file is damaged: its keys do not fit together."


@dataclass(frozen=True, slots=True)
class AccountKeys:
    """An account's private key, open.

    Args:
        account: id of the account.
        agreement: to which stream keys are wrapped; never shown.
    """

    account: str
    agreement: X25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls, account: str, dice: Dice) -> AccountKeys:
        """Return a new key for an account, from 32 bytes of `dice`."""
        return cls(parse_id(account), X25519PrivateKey.from_private_bytes(dice.bytes(_KEY_BYTES)))

    @property
    def agreement_public(self) -> bytes:
        """The public half of the agreement key, 32 bytes."""
        return self.agreement.public_key().public_bytes_raw()

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
        KeyExists, KeyNotWritten, PassphraseNeeded, PassphraseTooShort
    """
    data = seal_account_keys(keys, protection=protection, passphrase=passphrase, dice=dice)
    write_private(path, data)


def seal_account_keys(
    keys: AccountKeys,
    *,
    protection: Protection,
    passphrase: AskPassphrase | None = None,
    dice: Dice,
    cost: Cost | None = None,
) -> bytes:
    """Return what a key file of an account holds. Arguments and errors as for the file.

    Args:
        cost: what trying a passphrase costs; `STRONG` if None.
    """
    header = {
        "format": _ACCOUNT_FORMAT,
        "account": keys.account,
        "agreement_public": keys.agreement_public.hex(),
    }
    private = keys.agreement.private_bytes_raw()
    return pack(header, private, protection=protection, passphrase=passphrase, dice=dice, cost=cost)


def read_account_keys(path: Path, passphrase: AskPassphrase | None = None) -> AccountKeys:
    """Open the file of an account's keys.

    Args:
        path: of the file.
        passphrase: asks for the passphrase; only called if the file is under one.

    Raises:
        KeyMissing, KeyTooOpen, KeyDamaged, PassphraseNeeded, WrongPassphrase
    """
    try:
        return open_account_keys(read_private(path), passphrase)
    except KeyDamaged as problem:
        raise _damaged(path, problem.message) from None


def open_account_keys(data: bytes, passphrase: AskPassphrase | None = None) -> AccountKeys:
    """Open what a key file of an account holds.

    Raises:
        KeyDamaged, PassphraseNeeded, WrongPassphrase
    """
    header, private = unpack(data, _ACCOUNT_FORMAT, passphrase)
    keys = AccountKeys(_id(header, "account"), _agreement(private))
    if header.get("agreement_public") != keys.agreement_public.hex():
        raise KeyDamaged(_UNFIT)
    return keys


def nobody() -> AccountKeys:
    """Stand in for the keys of an account where nobody is signed in.

    Raises:
        NotSignedIn: always.
    """
    raise NotSignedIn("You are not signed in.", remedy="Sign in first.")


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
        KeyExists, KeyNotWritten, PassphraseNeeded, PassphraseTooShort
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
        KeyMissing, KeyTooOpen, KeyDamaged, PassphraseNeeded, WrongPassphrase
    """
    try:
        header, private = unpack(read_private(path), _RECOVERY_FORMAT, passphrase)
        key = RecoveryKey(_id(header, "organisation"), _agreement(private))
        if header.get("agreement_public") != key.agreement_public.hex():
            raise KeyDamaged(_UNFIT)
    except KeyDamaged as problem:
        raise _damaged(path, problem.message) from None
    return key


def _agreement(private: bytes) -> X25519PrivateKey:
    """Return the one private key that a file holds."""
    if len(private) != _KEY_BYTES:
        raise KeyDamaged(_UNFIT)
    return X25519PrivateKey.from_private_bytes(private)


def _id(header: dict[str, Any], name: str) -> str:
    """Return an id from a header."""
    try:
        return parse_id(str(header.get(name)))
    except BadInput:
        raise KeyDamaged(_UNFIT) from None


def _damaged(path: Path, reason: str) -> KeyDamaged:
    """Return the error for a file that is not as it was written."""
    return KeyDamaged(
        f"{reason} It is {path}.",
        remedy="Copy the file back from where you keep a second copy, or use the recovery key.",
        path=str(path),
    )
