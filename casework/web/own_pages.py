"""Those who come by link and not by signing in: own pages that are open, in this process's memory, and calendars.

The cookie is a random token of which only a hash is kept, good below `/own` alone. It ends after a while without use.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from secrets import token_urlsafe
from time import monotonic
from typing import TYPE_CHECKING, Final

from casework.services.feeds import feed
from casework.services.own_reading import LinkNotOpened, open_link, own_letter, own_page

if TYPE_CHECKING:
    from casework.base.time import Clock
    from casework.keyring.container import Cost
    from casework.services.own_reading import OpenedLink, OwnPage
    from casework.store.connect import Store

IDLE: Final = 20 * 60.0
"""Seconds without use after which the code has to be typed again."""

MOST: Final = 1000
"""How many are open at once; the oldest give way."""


class OwnPages:
    """What a site shows to those who come by link: own pages and calendars; threads share it.

    Args:
        store: where links are kept; no key is needed.
        clock: says which day it is.
        cost: what trying a code costs; the strong one if not given.
        now: seconds that only ever grow; the machine's own if not given.
    """

    def __init__(
        self, store: Store, clock: Clock, *, cost: Cost | None = None, now: Callable[[], float] = monotonic
    ) -> None:
        self._store, self._clock, self._cost, self._now = store, clock, cost, now
        self._opened: OrderedDict[str, tuple[float, OpenedLink]] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, secret: str, code: str) -> str:
        """Open a link with its code, and return the cookie.

        Raises:
            LinkNotOpened: they open nothing. StoreReadOnly: the reading cannot be noted.
        """
        opened = open_link(self._store, self._clock, secret, code, cost=self._cost)
        cookie = token_urlsafe(32)
        with self._lock:
            self._opened[_hash(cookie)] = self._now(), opened
            while len(self._opened) > MOST:
                self._opened.popitem(last=False)
        return cookie

    def page(self, cookie: str) -> OwnPage:
        """Return what whoever has this cookie is shown.

        Raises:
            LinkNotOpened: their time is over, or the link opens nothing any more.
        """
        return own_page(self._store, self._clock, self._held(cookie))

    def letter(self, cookie: str, number: int) -> tuple[str, bytes]:
        """Return a letter by its number on the page: file name and bytes. Raises as `page`."""
        return own_letter(self._store, self._clock, self._held(cookie), number)

    def calendar(self, secret: str) -> bytes:
        """Return somebody's calendar by its link, as an iCalendar file.

        Raises:
            NoSuchCalendar: the link opens none.
        """
        return feed(self._store, self._clock, secret)

    def close(self, cookie: str) -> None:
        """Forget a cookie."""
        with self._lock:
            self._opened.pop(_hash(cookie), None)

    def _held(self, cookie: str) -> OpenedLink:
        with self._lock:
            used, opened = self._opened.pop(_hash(cookie), (0.0, None))
            if opened is None or self._now() - used > IDLE:
                raise LinkNotOpened("This page was closed because nobody used it.")
            self._opened[_hash(cookie)] = self._now(), opened
        return opened


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
