"""A server: one data folder that many accounts use at once, each with a workspace and open keys of its own.

The server holds no key. An account's key is opened by its unlock phrase when somebody signs in, stays in the workspace
that they get, and is forgotten with it. What needs no key (the database, policies, calendars) all workspaces share.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from casework.base.canonical import sha256_hex
from casework.base.errors import CaseworkError
from casework.base.time import Clock, SystemClock, format_instant
from casework.keyring.files import nobody
from casework.services.members import login_hash
from casework.services.openid import Provider, provider_of
from casework.services.sign_in import (
    SignedIn,
    SignInRefused,
    first_sign_in,
    require_patience,
    require_provider,
    sign_in,
)
from casework.services.workspace import Workspace
from casework.store.backend import EVERY
from casework.store.rows import FailedSignIns

if TYPE_CHECKING:
    from pathlib import Path

    from casework.base.ids import Dice
    from casework.keyring.container import Cost
    from casework.keyring.files import AccountKeys
    from casework.services.openid import Who

_Outcome = TypeVar("_Outcome")

STRANGERS: Final = 10_000
"""How many sign-in names that nobody has are made to wait; the oldest are forgotten."""


@dataclass
class Server:
    """An open data folder for many accounts; threads share it.

    `base` is the workspace of nobody, `openid_secret` the client's at the OpenID provider, and `cost` what trying a new
    unlock phrase costs (what it always costs if None).
    """

    base: Workspace
    openid_secret: str = field(default="", repr=False)
    cost: Cost | None = None
    _strangers: OrderedDict[str, FailedSignIns] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Clock | None = None,
        dice: Dice | None = None,
        openid_secret: str = "",
        cost: Cost | None = None,
    ) -> Server:
        """Open a data folder; no key is opened, and a key file in it is left alone.

        Raises:
            NoStore, StoreUnavailable: there is no database, or it cannot be opened; the message says why.
        """
        base = Workspace.open(folder, str, clock=clock or SystemClock(), dice=dice, account_keys=nobody)
        return cls(base, openid_secret, cost)

    def close(self) -> None:
        """Close the database; whoever is signed in has left before."""
        self.base.close()

    @property
    def provider(self) -> Provider | None:
        """The OpenID provider that is asked, with its secret; None if none is.

        Raises:
            BadInput: its settings cannot be read.
        """
        return provider_of(self.base.folder, self.openid_secret)

    def answers(self) -> bool:
        """Say whether the database can be read."""
        try:
            with self.base.store.read(*EVERY) as reader:
                reader.organisations()
        except CaseworkError:
            return False
        return True

    def workspace(self, keys: AccountKeys | None = None) -> Workspace:
        """Return a workspace of its own for an account whose key is open; for nobody yet, if none is given."""
        return self.base.beside(nobody if keys is None else lambda: keys)

    def sign_in(
        self, login: str, phrase: Callable[[], str], *, who: Who | None = None
    ) -> tuple[Workspace, SignedIn]:
        """Open an account's key with its unlock phrase, and return its workspace and what to tell its owner.

        A sign-in name that nobody has answers as one whose phrase was wrong: as long, and with the same waiting.

        Raises:
            As `sign_in.sign_in`.
        """
        workspace = self.workspace()
        return workspace, self._tried(login, who, lambda: sign_in(workspace, login, phrase, who=who))

    def first_sign_in(
        self, login: str, code: str, phrase: Callable[[], str], *, who: Who | None = None
    ) -> AccountKeys:
        """Make an account's key, with the code of an invitation and a new unlock phrase.

        Raises:
            As `sign_in.first_sign_in`.
        """
        workspace = self.workspace()
        return self._tried(
            login, who, lambda: first_sign_in(workspace, login, code, phrase, who=who, cost=self.cost)
        )

    def mark(self, workspace: Workspace) -> str:
        """Return what changes when the account of a workspace is stopped, or gets another phrase or key."""
        with workspace.store.read() as reader:
            account = reader.account(workspace.account)
        if account is None or account.disabled is not None or account.credential is None:
            return ""
        return sha256_hex(account.credential)

    def _tried(self, login: str, who: Who | None, attempt: Callable[[], _Outcome]) -> _Outcome:
        name = login_hash(login)
        with self.base.store.read() as reader:
            stranger = bool(login.strip()) and reader.account_called(name) is None
        if stranger:
            require_provider(self.base, who)
            with self._lock:
                require_patience(self._strangers.get(name), self.base.clock.now())
        try:
            return attempt()
        except SignInRefused:
            if stranger:
                self._note(name)
            raise

    def _note(self, name: str) -> None:
        with self._lock:
            before = self._strangers.pop(name, None)
            now = format_instant(self.base.clock.now())
            self._strangers[name] = FailedSignIns(name, (before.failures if before else 0) + 1, 0, now)
            while len(self._strangers) > STRANGERS:
                self._strangers.popitem(last=False)
