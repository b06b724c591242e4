"""What was made for somebody to look at or take away: held in this process's memory for a while, for them alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class Held(Generic[T]):
    """Things by owner and name; each owner has the newest few, and none longer than so many seconds. Threads share it.

    Args:
        most: things that one owner has at once.
        seconds: for which each is held.
        now: seconds that only ever grow.
    """

    def __init__(self, most: int, seconds: float, now: Callable[[], float] = monotonic) -> None:
        self._most, self._seconds, self._now = most, seconds, now
        self._things: OrderedDict[tuple[str, str], tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, owner: str, name: str, thing: T) -> None:
        """Hold a thing; the oldest of its owner gives way, and whatever has been held for long enough."""
        with self._lock:
            self._drop_old()
            self._things.pop((owner, name), None)
            self._things[owner, name] = self._now() + self._seconds, thing
            own = [key for key in self._things if key[0] == owner]
            for key in own[: -self._most]:
                del self._things[key]

    def get(self, owner: str, name: str) -> T | None:
        """Return a thing of an owner; None if it is not held, or not any more."""
        with self._lock:
            self._drop_old()
            found = self._things.get((owner, name))
            return None if found is None else found[1]

    def _drop_old(self) -> None:
        now = self._now()
        for key in [key for key, (until, _) in self._things.items() if until < now]:
            del self._things[key]
