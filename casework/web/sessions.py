"""Who is looking: sessions in this process's memory, with the workspace whose keys are open for them.

A session's cookie is a random token of which only a hash is kept, and beside it a sign of whose it was, which gives
nothing away: what was typed into a form after the session had ended waits for the same account only. Keys never leave
this process: sessions end with it, and a session's keys with the session.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from time import monotonic
from typing import TYPE_CHECKING, Final

from casework.web.work import Works

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

IDLE: Final = 45 * 60.0
"""Seconds after which a session that nobody used ends."""

LONGEST: Final = 10 * 3600.0
"""Seconds after which any session ends."""

LINK: Final = 10 * 60.0
"""Seconds for which a one-time link can be used."""


@dataclass
class Visitor:
    """Somebody who is signed in.

    `lock` lets one request at a time use the workspace; `token` stands in every form and proves that it is ours;
    `notices` are sentences for the next page that is shown; `mark` changes when the account does (`Server.mark`);
    `school` is the prefix of the one whose pages are shown,
    empty until one is chosen; `works` are what takes longer than a page.
    """

    workspace: Workspace
    account: str
    begun: float
    used: float
    mark: str = field(default="", repr=False)
    ended: bool = False
    token: str = field(default_factory=lambda: token_urlsafe(24), repr=False)
    notices: list[str] = field(default_factory=list, repr=False)
    school: str = ""
    works: Works = field(default_factory=Works, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def is_own(self, token: str) -> bool:
        """Return whether a form's token is this visitor's."""
        return hmac.compare_digest(self.token.encode(), token.encode())


class Sessions:
    """The sessions of a running site; threads share it.

    Args:
        now: seconds that only ever grow; the machine's own if not given.
        leave: is given the workspace of each session that has ended, once no request uses it any more.
    """

    def __init__(
        self,
        now: Callable[[], float] = monotonic,
        leave: Callable[[Workspace], None] = lambda workspace: None,
    ) -> None:
        self._now, self._leave = now, leave
        self._visitors: dict[str, Visitor] = {}
        self._links: dict[str, tuple[float, Workspace]] = {}
        self._lock = threading.Lock()

    def link(self, workspace: Workspace) -> str:
        """Return the secret of a link that signs its first user in, once and for ten minutes."""
        secret = token_urlsafe(32)
        with self._lock:
            self._links[_hash(secret)] = self._now() + LINK, workspace
        return secret

    def use_link(self, secret: str) -> str | None:
        """Return the cookie of a new session for the first who comes with a link's secret; None for anybody else."""
        with self._lock:
            until, workspace = self._links.pop(_hash(secret), (0.0, None))
        if workspace is None or self._now() > until:
            return None
        return self.begin(workspace)

    def begin(self, workspace: Workspace, mark: str = "") -> str:
        """Begin a session, and return its cookie."""
        account, now = workspace.account, self._now()
        cookie = f"{token_urlsafe(32)}.{sign_of(account)}"
        with self._lock:
            self._visitors[_hash(cookie)] = Visitor(workspace, account, now, now, mark)
        return cookie

    def name_of(self, cookie: str) -> str:
        """Return the name that a cookie's session is counted under, without using it; empty if there is none."""
        name = _hash(cookie)
        with self._lock:
            return name if name in self._visitors else ""

    def count(self, account: str) -> int:
        """Return how many sessions an account has now."""
        self.sweep()
        with self._lock:
            return sum(1 for visitor in self._visitors.values() if visitor.account == account)

    def visitor(self, cookie: str) -> Visitor | None:
        """Return whose cookie this is, or None if the session has ended."""
        key, now = _hash(cookie), self._now()
        with self._lock:
            found = self._visitors.get(key)
            if found is None:
                return None
            if not _is_over(found, now):
                found.used = now
                return found
            del self._visitors[key]
        self._forget(found)
        return None

    def end(self, cookie: str) -> None:
        """End a session; nothing happens if there is none."""
        with self._lock:
            found = self._visitors.pop(_hash(cookie), None)
        if found is not None:
            self._forget(found)

    def end_all(self, account: str | None = None, *, but: Visitor | None = None) -> int:
        """End every session of an account, or of everybody, and return how many ended; `but` one lasts."""
        return self._end_where(lambda one: account in (None, one.account) and one is not but)

    def sweep(self) -> None:
        """End the sessions whose time is over, so that their keys are forgotten even if nobody comes any more."""
        now = self._now()
        self._end_where(lambda one: _is_over(one, now))

    def was_used(self, visitor: Visitor) -> None:
        """Forget the keys of a session that ended while this request used them; its lock is free again."""
        if visitor.ended:
            self._forget(visitor)

    def _end_where(self, is_meant: Callable[[Visitor], bool]) -> int:
        with self._lock:
            meant = {key: one for key, one in self._visitors.items() if is_meant(one)}
            for key in meant:
                del self._visitors[key]
        for one in meant.values():
            self._forget(one)
        return len(meant)

    def _forget(self, visitor: Visitor) -> None:
        """Forget a session's keys now, or let whoever is using them do so."""
        visitor.ended = True
        if visitor.lock.acquire(blocking=False):
            try:
                self._leave(visitor.workspace)
            finally:
                visitor.lock.release()


def sign_of(account: str) -> str:
    """Return the sign by which what waits for an account is kept."""
    return _hash(f"casework session of {account}")[:16]


def _is_over(visitor: Visitor, now: float) -> bool:
    return now - visitor.used > IDLE or now - visitor.begun > LONGEST


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
