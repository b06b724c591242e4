"""Who is looking: sessions in this process's memory, with the workspace whose keys are open for them.

A session's cookie is a random token of which only a hash is kept. Keys never leave this process: sessions end with it.
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
    `notices` are sentences for the next page that is shown; `school` is the prefix of the one whose pages are shown,
    empty until one is chosen; `works` are what takes longer than a page.
    """

    workspace: Workspace
    begun: float
    used: float
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
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
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

    def begin(self, workspace: Workspace) -> str:
        """Begin a session, and return its cookie."""
        cookie, now = token_urlsafe(32), self._now()
        with self._lock:
            self._visitors[_hash(cookie)] = Visitor(workspace, now, now)
        return cookie

    def visitor(self, cookie: str) -> Visitor | None:
        """Return whose cookie this is, or None if the session has ended."""
        key, now = _hash(cookie), self._now()
        with self._lock:
            found = self._visitors.get(key)
            if found is None:
                return None
            if now - found.used > IDLE or now - found.begun > LONGEST:
                del self._visitors[key]
                return None
            found.used = now
            return found

    def end(self, cookie: str) -> None:
        """End a session; nothing happens if there is none."""
        with self._lock:
            self._visitors.pop(_hash(cookie), None)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
