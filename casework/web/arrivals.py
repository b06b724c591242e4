"""Who is on the way to the OpenID provider, or came back and has not unlocked their key yet; in memory alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from casework.services.openid import Asked, Who

FOR: Final = 10 * 60.0
"""Seconds for which an arrival lasts."""

MOST: Final = 1000
"""Arrivals that are kept at once; the oldest give way."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody on the way: what the provider was asked, or whom it vouched for, and the page they want to see."""

    until: float
    to: str
    asked: Asked | None = field(default=None, repr=False)
    who: Who | None = field(default=None, repr=False)


class Arrivals:
    """Everybody who is on the way, by a random cookie; threads share it."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._known: OrderedDict[str, Arrival] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, asked: Asked, to: str) -> str:
        """Note what the provider is asked, and return the cookie of whoever is sent there."""
        return self._keep(Arrival(self._now() + FOR, to, asked=asked))

    def vouch(self, who: Who, to: str) -> str:
        """Note whom the provider vouched for, and return a new cookie for them."""
        return self._keep(Arrival(self._now() + FOR, to, who=who))

    def of(self, cookie: str) -> Arrival | None:
        """Return whose cookie this is; None once their time is over."""
        with self._lock:
            found = self._known.get(cookie)
        return found if found is not None and found.until >= self._now() else None

    def take(self, cookie: str) -> Arrival | None:
        """Return whose cookie this is, once."""
        found = self.of(cookie)
        with self._lock:
            return found if self._known.pop(cookie, None) is not None else None

    def _keep(self, arrival: Arrival) -> str:
        cookie = token_urlsafe(32)
        with self._lock:
            self._known[cookie] = arrival
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return cookie
