"""The key of a link: made of the link's secret and of a code that is sent apart, and kept nowhere.

A link holds 32 random bytes. With the code they give an X25519 key:

    stretched = Argon2id(code, SHA-256("casework/own-link/salt/v1" ‖ 0x0A ‖ secret) cut to 16 bytes)
    private   = HKDF-SHA256(secret ‖ stretched, info = "casework/own-link/key/v1"), 32 bytes

What the link shows is sealed for its public half (HPKE, RFC 9180, base mode, as `casework.keyring.wrap` has it), with

    info = "casework/own-link/sealed/v1" ‖ 0x0A ‖ canonical bytes of {"link", "stream"}

So whoever reads the case can renew what is shown, and nobody can open it without both: not the server, not somebody
with a copy of its database, not whoever finds the link alone. The database holds a hash of the secret to find it by.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.base.canonical import canonical_bytes
from casework.base.ids import ALPHABET, Dice
from casework.keyring.container import STRONG, Cost, stretched
from casework.keyring.errors import WrapRefused
from casework.keyring.wrap import HPKE

SECRET_BYTES: Final = 32
CODE_CHARACTERS: Final = 8
"""Of 32 letters and digits each: 40 bits, each try of which costs Argon2id."""

_DIGEST_TAG: Final = b"casework/own-link/name/v1\n"
_SALT_TAG: Final = b"casework/own-link/salt/v1\n"
_KEY_INFO: Final = b"casework/own-link/key/v1"
_SEALED_TAG: Final = b"casework/own-link/sealed/v1\n"


def new_secret(dice: Dice) -> str:
    """Return what a new link holds: 43 characters that can stand in an address."""
    return urlsafe_b64encode(dice.bytes(SECRET_BYTES)).decode("ascii").rstrip("=")


def new_code(dice: Dice) -> str:
    """Return a new code, such as `7KQ4-M2XP`, that can be read out."""
    drawn = "".join(ALPHABET[byte & 31] for byte in dice.bytes(CODE_CHARACTERS))
    half = CODE_CHARACTERS // 2
    return f"{drawn[:half]}-{drawn[half:]}"


def digest_of(secret: str) -> str:
    """Return the hash by which a link is found."""
    return sha256(_DIGEST_TAG + secret.encode()).hexdigest()


def link_key(secret: str, code: str, cost: Cost = STRONG) -> X25519PrivateKey:
    """Return the private key of a link and its code; letter case, blanks and dashes of the code do not matter.

    It takes as long for any secret and any code, also for what no link holds.
    """
    raw = _raw(secret)
    typed = "".join(code.upper().split()).replace("-", "").translate(str.maketrans("ILO", "110"))
    slow = stretched(typed, sha256(_SALT_TAG + raw).digest()[:16], cost)
    seed = HKDF(SHA256(), 32, salt=None, info=_KEY_INFO).derive(raw + slow)
    return X25519PrivateKey.from_private_bytes(seed)


def _raw(secret: str) -> bytes:
    try:
        return urlsafe_b64decode(f"{secret}=")
    except ValueError:  # somebody tries what no link ever held
        return sha256(secret.encode("utf-8", "replace")).digest()


def public_half(key: X25519PrivateKey) -> bytes:
    """Return the public key of a link's key, 32 bytes."""
    return key.public_key().public_bytes_raw()


def seal_for_link(public_key: bytes, data: bytes, *, link: str, stream: str) -> bytes:
    """Seal what a link shows."""
    return HPKE.encrypt(data, X25519PublicKey.from_public_bytes(public_key), _info(link, stream))


def open_by_link(key: X25519PrivateKey, sealed: bytes, *, link: str, stream: str) -> bytes:
    """Return what a link shows.

    Raises:
        WrapRefused: sealed for another link, or altered.
    """
    try:
        return HPKE.decrypt(sealed, key, _info(link, stream))
    except (InvalidTag, ValueError):
        raise WrapRefused("What a link shows does not open: it was altered.", link=link) from None


def _info(link: str, stream: str) -> bytes:
    return _SEALED_TAG + canonical_bytes({"link": link, "stream": stream})
