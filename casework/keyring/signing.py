"""The key that signs the logs of one organisation (Ed25519): not any account's own, for several record in one log.

Its private half is 32 bytes, kept sealed. Whoever may record has the key that opens it, or the service that they work
through has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from casework.base.ids import Dice
from casework.ledger.checkpoint import Signer

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs an organisation's logs, open."""

    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls, dice: Dice) -> SigningKey:
        """Return a new signing key, from 32 bytes of `dice`."""
        return cls.from_secret(dice.bytes(_KEY_BYTES))

    @classmethod
    def from_secret(cls, secret: bytes) -> SigningKey:
        """Return the signing key of these 32 bytes.

        Raises:
            ValueError: there are not 32.
        """
        return cls(Ed25519PrivateKey.from_private_bytes(secret))

    @property
    def secret(self) -> bytes:
        """The private half, to be sealed."""
        return self.private.private_bytes_raw()

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    def signer(self, origin: str) -> Signer:
        """Return the signer of the log of that origin, holding the key open."""
        return Signer.holding(origin, self.private)
