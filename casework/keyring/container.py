"""The format of a key file: a header in the open, private keys under a passphrase or not, and a checksum.

A key file is one line of canonical JSON. `check` is SHA-256 over the canonical bytes of all other members: it
tells a damaged file from a wrong passphrase. With `protection: passphrase` the private keys are sealed with
AES-256-GCM under Argon2id of the passphrase (Unicode NFC, UTF-8); the associated data are the canonical bytes
of all members but `check` and `private`, so that nothing in the header can be exchanged. With `protection:
none` they stand in the file as they are.

Parameters of Argon2id stand in the file, so that stronger ones can be chosen later. New files get 64 MiB, 3
passes, 4 lanes (RFC 9106 section 4, second recommended option): about a tenth of a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any, Final, Literal

from casework.base.canonical import canonical_bytes, parse_canonical, sha256_hex
from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.keyring.errors import KeyDamaged, PassphraseNeeded, WrongPassphrase
from casework.keyring.phrase import checked_phrase


@dataclass(frozen=True, slots=True)
class Cost:
    """What trying one passphrase costs, as Argon2id counts it; it stands in the file beside what it protects."""

    memory_kib: int
    iterations: int
    lanes: int


STRONG: Final = Cost(memory_kib=64 * 1024, iterations=3, lanes=4)
"""What every key costs in use (RFC 9106 section 4, second recommended option): about a tenth of a second."""

Protection = Literal["passphrase", "none"]
"""How a key file keeps its private keys."""

AskPassphrase = Callable[[], str]
"""Asks for a passphrase; called only when one is needed."""

_VERSION: Final = 1
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_DERIVED_BYTES: Final = 32
_ONE_AT_A_TIME: Final = Lock()
# What a file may ask of this machine: one that was tampered with must not exhaust it.
_MOST: Final = {"memory_kib": 1024 * 1024, "iterations": 16, "lanes": 16}


def pack(
    header: dict[str, Any],
    private: bytes,
    *,
    protection: Protection,
    passphrase: AskPassphrase | None,
    dice: Dice,
    cost: Cost | None = None,
) -> bytes:
    """Return the content of a key file.

    Args:
        header: its `format`, whose it is, and public keys.
        private: the private keys, joined.
        protection: "passphrase", or "none" if the user has chosen to do without.
        passphrase: asks for the new passphrase.
        dice: gives 28 bytes for a protected file.
        cost: what trying a passphrase costs; `STRONG` if None.

    Raises:
        PassphraseNeeded, PassphraseTooShort, PassphraseTooWeak
        BadInput: a protection that does not exist.
    """
    members = header | {"v": _VERSION, "protection": protection}
    if protection == "passphrase":
        chosen = checked_phrase(_ask(passphrase))
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        members["kdf"] = {"name": "argon2id", **asdict(cost or STRONG), "salt": dice.bytes(_SALT_BYTES).hex()}
        nonce = dice.bytes(_NONCE_BYTES)
        members["nonce"] = nonce.hex()
        private = AESGCM(_derive(chosen, members["kdf"])).encrypt(nonce, private, canonical_bytes(members))
    elif protection != "none":
        raise BadInput(f"There is no protection {protection!a} for a key file.")
    members["private"] = private.hex()
    members["check"] = sha256_hex(canonical_bytes(members))
    return canonical_bytes(members) + b"\n"


def unpack(data: bytes, format_name: str, passphrase: AskPassphrase | None) -> tuple[dict[str, Any], bytes]:
    """Return header and private keys of a key file.

    Args:
        data: the file's content.
        format_name: what its `format` has to say.
        passphrase: asks for the passphrase; only called if the file is under one.

    Raises:
        KeyDamaged: not as it was written, or not a key file of this kind and version.
        PassphraseNeeded, WrongPassphrase
    """
    try:
        members = parse_canonical(data.removesuffix(b"\n"))
        check = members.pop("check")
        intact = check == sha256_hex(canonical_bytes(members))
        known = members["v"] == _VERSION and members["format"] == format_name
        private = bytes.fromhex(members.pop("private"))
        protection = members["protection"]
    except (BadInput, AttributeError, KeyError, TypeError, ValueError):
        raise KeyDamaged("The key file is damaged, or is not a key file.") from None
    if not intact:
        raise KeyDamaged("The key file is damaged: its content is not what was written.")
    if not known or protection not in ("passphrase", "none"):
        raise KeyDamaged(f"This is not a {format_name} of a version that this release knows.")
    if protection == "passphrase":
        private = _open(private, members, passphrase)
    return members, private


def try_in_vain(passphrase: AskPassphrase) -> None:
    """Take as long as a wrong passphrase does, where there is no key: nobody learns by the clock that there is none."""
    chosen = _ask(passphrase)
    _derive(chosen, {**asdict(STRONG), "salt": "00" * _SALT_BYTES})


def account_in(data: bytes) -> str:
    """Return the id of the account whose key file this is, without opening it.

    Raises:
        KeyDamaged: it is none.
    """
    try:
        return parse_id(str(parse_canonical(data.removesuffix(b"\n"))["account"]))
    except (BadInput, KeyError, TypeError):
        raise KeyDamaged("The key file is damaged, or is not a key file of an account.") from None


def _open(sealed: bytes, members: dict[str, Any], passphrase: AskPassphrase | None) -> bytes:
    """Open sealed private keys with the passphrase."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        kdf, nonce = members["kdf"], bytes.fromhex(members["nonce"])
        sane = kdf["name"] == "argon2id" and all(1 <= kdf[name] <= most for name, most in _MOST.items())
        sane = sane and len(bytes.fromhex(kdf["salt"])) == _SALT_BYTES and len(nonce) == _NONCE_BYTES
    except (KeyError, TypeError, ValueError):
        sane = False
    if not sane:
        raise KeyDamaged("The key file is damaged: its protection cannot be read.")
    try:
        return AESGCM(_derive(_ask(passphrase), kdf)).decrypt(nonce, sealed, canonical_bytes(members))
    except InvalidTag:
        raise WrongPassphrase(
            "The passphrase does not open this key.", remedy="Try again; mind capitals and spaces."
        ) from None


def _ask(passphrase: AskPassphrase | None) -> str:
    """Ask for a passphrase; the same letters give the same key however a keyboard composes them."""
    if passphrase is None:
        raise PassphraseNeeded(
            "This key is under a passphrase, and there is nobody to ask for it.",
            remedy="Run the command on a terminal.",
        )
    return unicodedata.normalize("NFC", passphrase())


def stretched(phrase: str, salt: bytes, cost: Cost = STRONG) -> bytes:
    """Return 32 bytes made of a phrase so that trying one costs what `cost` says; `salt` has 16 bytes."""
    return _derive(phrase, {**asdict(cost), "salt": salt.hex()})


def _derive(passphrase: str, kdf: dict[str, Any]) -> bytes:
    """Return the 32-byte key for a passphrase; takes about a tenth of a second and 64 MiB.

    One at a time: many who sign in at once to a service must not exhaust its memory.
    """
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        with _ONE_AT_A_TIME:
            return hash_secret_raw(
                secret=passphrase.encode("utf-8", "surrogatepass"),
                salt=bytes.fromhex(kdf["salt"]),
                time_cost=kdf["iterations"],
                memory_cost=kdf["memory_kib"],
                parallelism=kdf["lanes"],
                hash_len=_DERIVED_BYTES,
                type=Type.ID,
            )
    except HashingError:  # parameters that do not fit together, such as too little memory for the lanes
        raise KeyDamaged("The key file is damaged: its protection cannot be read.") from None
