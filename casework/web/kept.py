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


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that waits: where it was sent, and its text fields."""

    address: str
    fields: tuple[tuple[str, str], ...]
    until: float


class KeptForms:
    """Forms that wait for a signing-in, in this process's memory alone; threads share it."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._forms: OrderedDict[str, KeptForm] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, address: str, form: FormData) -> str:
        """Keep what was typed, and return the name by which only its sender can ask for it."""
        name = token_urlsafe(24)
        fields = tuple((key, value) for key, value in form.multi_items() if isinstance(value, str))
        with self._lock:
            self._forms[name] = KeptForm(address, fields, self._now() + FOR)
            while len(self._forms) > MOST:
                self._forms.popitem(last=False)
        return name

    def take(self, name: str) -> KeptForm | None:
        """Return a form that was kept, once."""
        with self._lock:
            found = self._forms.pop(name, None)
        return found if found is not None and found.until >= self._now() else None
