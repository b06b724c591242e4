"""The key of equality monitoring: its private half opens the answers, and is kept by somebody who runs no cases.

A file of its own, like the recovery key's. The public half is on record, so that answers can be sealed by whoever
enters them and read by nobody but the holder of the file: not by the account that entered them, nor with the recovery
key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from casework.base.errors import BadInput
from casework.base.ids import Dice, new_id, parse_id
from casework.keyring.container import AskPassphrase, Protection, pack, unpack
from casework.keyring.disk import read_private, write_private
from casework.keyring.errors import KeyDamaged
from casework.keyring.wrap import Wrap, unwrap
from casework.ledger.seal import StreamKey

_FORMAT: Final = "casework monitoring key"


@dataclass(frozen=True, slots=True)
class MonitoringKey:
    """A school's key of equality monitoring, open.

    Args:
        id: of the key, random; stream keys are wrapped for it.
        organisation: id of the school.
        agreement: to which stream keys are wrapped; never shown.
    """

    id: str
    organisation: str
    agreement: X25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls, organisation: str, dice: Dice) -> MonitoringKey:
        """Return a new key, from 48 bytes of `dice`."""
        return cls(new_id(dice), parse_id(organisation), X25519PrivateKey.from_private_bytes(dice.bytes(32)))

    @property
    def agreement_public(self) -> bytes:
        """The public half, 32 bytes."""
        return self.agreement.public_key().public_bytes_raw()

    def unwrap(self, wrapped: Wrap, *, stream: str, epoch: int) -> StreamKey:
        """Return the stream key that was wrapped for this key.

        Raises:
            WrapRefused: wrapped for somebody else or as another key, altered, or of an unknown suite.
        """
        return unwrap(wrapped, self.agreement, stream=stream, compartment="main", epoch=epoch)


def write_monitoring_key(
    path: Path,
    key: MonitoringKey,
    *,
    protection: Protection,
    passphrase: AskPassphrase | None = None,
    dice: Dice,
) -> None:
    """Write the key to a new file, once, to be handed over.

    Raises:
        KeyExists, KeyNotWritten, PassphraseNeeded, PassphraseTooShort, KeyProtectionUnavailable
    """
    header = {
        "format": _FORMAT,
        "id": key.id,
        "organisation": key.organisation,
        "agreement_public": key.agreement_public.hex(),
    }
    private = key.agreement.private_bytes_raw()
    write_private(path, pack(header, private, protection=protection, passphrase=passphrase, dice=dice))


def read_monitoring_key(path: Path, passphrase: AskPassphrase | None = None) -> MonitoringKey:
    """Open the file of the key.

    Raises:
        KeyMissing, KeyTooOpen, KeyDamaged, PassphraseNeeded, WrongPassphrase, KeyProtectionUnavailable
    """
    data = read_private(path)
    try:
        header, private = unpack(data, _FORMAT, passphrase)
        agreement = X25519PrivateKey.from_private_bytes(private)
        key = MonitoringKey(
            parse_id(str(header.get("id"))), parse_id(str(header.get("organisation"))), agreement
        )
    except KeyDamaged as problem:
        raise _damaged(path, problem.message) from None
    except (BadInput, ValueError):
        raise _damaged(path, "The key file is damaged.") from None
    if header.get("agreement_public") != key.agreement_public.hex():
        raise _damaged(path, "The key file is damaged: its keys do not fit together.")
    return key


def _damaged(path: Path, reason: str) -> KeyDamaged:
    return KeyDamaged(
        f"{reason} It is {path}.", remedy="Take the copy of it that its holder keeps.", path=str(path)
    )
