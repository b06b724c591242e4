"""What somebody typed into a form whose session had ended: kept in memory until they have signed in again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe
from time import monotonic
from typing import Final

from starlette.datastructures import FormData

FOR: Final = 30 * 60.0
"""Seconds for which a form is kept."""

MOST: Final = 200
"""Forms that are kept at once; the oldest give way."""

LARGEST: Final = 200_000
"""Characters of a form that is kept; a larger one is not."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that waits: where it was sent, by whom (`sessions.sign_of`), and its text fields."""

    address: str
    owner: str
    fields: tuple[tuple[str, str], ...]
    until: float


class KeptForms:
    """Forms that wait for a signing-in, in this process's memory alone; threads share it."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._forms: OrderedDict[str, KeptForm] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, address: str, form: FormData, owner: str) -> str:
        """Keep what was typed, and return the name by which only its sender can ask for it; empty if it is too much."""
        name = token_urlsafe(24)
        fields = tuple((key, value) for key, value in form.multi_items() if isinstance(value, str))
        if not owner or sum(len(key) + len(value) for key, value in fields) > LARGEST:
            return ""
        with self._lock:
            self._forms[name] = KeptForm(address, owner, fields, self._now() + FOR)
            while len(self._forms) > MOST:
                self._forms.popitem(last=False)
        return name

    def take(self, name: str, owner: str) -> KeptForm | None:
        """Return a form that was kept, once and to whom it belongs."""
        with self._lock:
            found = self._forms.get(name)
            if found is None or found.owner != owner:
                return None
            del self._forms[name]
        return found if found.until >= self._now() else None
