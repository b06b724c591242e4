"""A sign-in as it lasts: an account's private key, held until the working day or the user's attention ends.

The file of a session (0600) says whose it is and until when it is good. The private key in it is sealed under a random
key that the operating system's keyring holds; where there is no such keyring, it stands in the file as it is. A session
ends `LASTS` after the sign-in and when nothing was done for `IDLE`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.base.ids import Dice, parse_id
from casework.base.time import format_instant, parse_instant
from casework.keyring.disk import make_folder, read_private, write_private
from casework.keyring.errors import KeyDamaged, KeyMissing

if TYPE_CHECKING:
    from casework.keyring.files import AccountKeys

LASTS: Final = timedelta(hours=8)
"""How long a session lasts at most: a working day."""

IDLE: Final = timedelta(hours=1)
"""How long a session lasts when nothing is done."""

Held = Literal["keyring", "file"]
"""Where a session's private key is: sealed under a key in the operating system's keyring, or in the file."""

_FORMAT: Final = "casework session"
_VERSION: Final = 1
_SERVICE: Final = "casework"
_NONCE_BYTES: Final = 12
_REFRESH: Final = timedelta(minutes=1)


class SystemKeyring(Protocol):
    """What is needed of the operating system's keyring; the library `keyring` has it."""

    def set_password(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""
        ...

    def get_password(self, service: str, name: str) -> str | None:
        """Return a secret, or None."""
        ...

    def delete_password(self, service: str, name: str) -> None:
        """Forget a secret."""
        ...


FindKeyring = Callable[[], "SystemKeyring | None"]
"""Finds the operating system's keyring; slow, so that it is asked only when it is needed."""


@dataclass(frozen=True, slots=True)
class UserSession:
    """Somebody's sign-in on this machine: whose, since when, when it was last used, and until when it is good."""

    path: Path
    account: str
    login: str
    begun: datetime
    used: datetime
    ends: datetime
    held: Held
    private: bytes = field(repr=False)

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended at a moment."""
        return now >= min(self.ends, self.used + IDLE) or now < self.begun

    def keys(self, keyring: SystemKeyring | None) -> AccountKeys:
        """Return the account's private key.

        Raises:
            KeyMissing: the operating system's keyring does not hold what opens it. KeyDamaged.
        """
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

        from casework.keyring.files import AccountKeys  # imported here: lists need no cryptography

        private = self.private
        if self.held == "keyring":
            secret = None
            if keyring is not None:
                with suppress(Exception):  # whatever a keyring of the system raises, it gave no secret
                    secret = keyring.get_password(_SERVICE, self.path.name)
            if secret is None:
                raise KeyMissing(
                    "The operating system's keyring does not hold your sign-in any more.",
                    remedy=f"Sign in again: casework login {self.login}",
                )
            private = _open(private, secret)
        return AccountKeys(self.account, X25519PrivateKey.from_private_bytes(private))


class UserSessions:
    """The sessions of one data folder on this machine.

    Args:
        folder: the data folder.
        keyring: returns the operating system's, or None; asked only when a key is held or opened.
        runtime: a folder that the system empties when the user leaves, if there is one; else they are kept with the
            keys of the data folder.
    """

    def __init__(
        self, folder: Path, keyring: FindKeyring = lambda: None, runtime: Path | None = None
    ) -> None:
        place = sha256(os.fsencode(os.path.abspath(folder))).hexdigest()[:16]
        self.place = runtime / "casework" / place if runtime is not None else folder / "keys" / "sessions"
        self._find_keyring = keyring

    @cached_property
    def _keyring(self) -> SystemKeyring | None:
        return self._find_keyring()

    def begin(self, keys: AccountKeys, login: str, now: datetime, dice: Dice) -> UserSession:
        """Hold an account's key from now on; an earlier session of the account ends.

        Raises:
            KeyNotWritten: it cannot be held.
        """
        name = f"{keys.account}.session"
        self._forget(self.place / name)
        private = keys.agreement.private_bytes_raw()
        secret, where = self._hold(name, dice)
        session = UserSession(
            self.place / name,
            keys.account,
            login,
            now,
            now,
            now + LASTS,
            where,
            _seal(private, secret, dice) if secret else private,
        )
        _write(session)
        return session

    def all(self) -> list[UserSession]:
        """Return the sessions that are there, ended ones too, the one used last first; what is damaged is left out.

        Raises:
            KeyTooOpen: others can read one.
        """
        found = []
        with suppress(OSError):
            for path in sorted(self.place.glob("*.session")):
                with suppress(KeyDamaged, KeyMissing):
                    found.append(_read(path))
        return sorted(found, key=lambda session: session.used, reverse=True)

    def keys(self, session: UserSession) -> AccountKeys:
        """Return the private key of a session. Errors as there."""
        return session.keys(self._keyring if session.held == "keyring" else None)

    def was_used(self, session: UserSession, now: datetime) -> None:
        """Note that a session is in use, so that it does not end for want of it."""
        if now - session.used >= _REFRESH:
            with suppress(OSError):
                _write(replace(session, used=now))

    def end(self, session: UserSession) -> None:
        """End a session: its key is held no longer."""
        self._forget(session.path)

    def _hold(self, name: str, dice: Dice) -> tuple[str, Held]:
        """Have the system's keyring hold a new secret; an empty one where there is no keyring that does."""
        secret = dice.bytes(32).hex()
        if self._keyring is not None:
            with suppress(Exception):  # a keyring that is locked or not there: the file has to do
                self._keyring.set_password(_SERVICE, name, secret)
                if self._keyring.get_password(_SERVICE, name) == secret:
                    return secret, "keyring"
        return "", "file"

    def _forget(self, path: Path) -> None:
        if path.exists() and self._keyring is not None:
            with suppress(Exception):  # it may never have been there
                self._keyring.delete_password(_SERVICE, path.name)
        path.unlink(missing_ok=True)


def system_keyring() -> SystemKeyring | None:
    """Return the operating system's keyring; None if the library is not installed or finds none that is safe."""
    try:
        import keyring
        from keyring.backends import chainer, fail, null
    except ImportError:
        return None
    found = keyring.get_keyring()
    if isinstance(found, (fail.Keyring, null.Keyring)) or found.priority <= 0:
        return None
    if isinstance(found, chainer.ChainerBackend) and not found.backends:
        return None
    return keyring


def _write(session: UserSession) -> None:
    members: dict[str, Any] = {
        "format": _FORMAT,
        "v": _VERSION,
        "account": session.account,
        "login": session.login,
        "begun": format_instant(session.begun),
        "used": format_instant(session.used),
        "ends": format_instant(session.ends),
        "held": session.held,
        "private": session.private.hex(),
    }
    make_folder(session.path.parent)
    draft = session.path.with_name(f".{session.path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    write_private(draft, canonical_bytes(members) + b"\n")
    os.replace(draft, session.path)


def _read(path: Path) -> UserSession:
    try:
        members = parse_canonical(read_private(path).removesuffix(b"\n"))
        if (members["format"], members["v"]) != (_FORMAT, _VERSION) or members["held"] not in (
            "keyring",
            "file",
        ):
            raise KeyDamaged("That is no session of a version that this release knows.")
        return UserSession(
            path,
            parse_id(members["account"]),
            str(members["login"]),
            parse_instant(members["begun"]),
            parse_instant(members["used"]),
            parse_instant(members["ends"]),
            members["held"],
            bytes.fromhex(members["private"]),
        )
    except (BadInput, KeyError, TypeError, ValueError):
        raise KeyDamaged("The file of a session is damaged.", path=str(path)) from None


def _seal(private: bytes, secret: str, dice: Dice) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = dice.bytes(_NONCE_BYTES)
    return nonce + AESGCM(bytes.fromhex(secret)).encrypt(nonce, private, _FORMAT.encode())


def _open(sealed: bytes, secret: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(bytes.fromhex(secret)).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _FORMAT.encode()
        )
    except (InvalidTag, ValueError):
        raise KeyDamaged("The file of a session does not fit the operating system's keyring.") from None
