"""Through which verification reads: one snapshot of the database, and documents by their digest. It writes nothing.

Nothing that commits to, seals, places or signs an event is imported here or by anything that verification uses; the
import contracts of the project hold it to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.canonical import has_digest, parse_canonical
from casework.base.errors import MALFORMED, BadInput
from casework.services.audit_around import policies_cited
from casework.services.folder import DATABASE
from casework.store.reader import Reader, read_only

if TYPE_CHECKING:
    from casework.cases.replay import Recorded
    from casework.procedure.calendar import Calendar
    from casework.procedure.model import Policy


class Port:
    """A snapshot, and the documents in it that were opened so far.

    Args:
        reader: the snapshot.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.gone: set[str] = set()
        """Digests of cited documents that are not here, or not what was adopted: which is a finding of its own."""
        self._policies: dict[str, Policy | None] = {}
        self._calendars: dict[str, Calendar | None] = {}

    def documents(self, history: Sequence[Recorded]) -> tuple[dict[str, Policy], dict[str, Calendar]]:
        """Return the policies and calendars that a history cites, by digest, as far as they are what was adopted."""
        policies: dict[str, Policy] = {}
        calendars: dict[str, Calendar] = {}
        for event in history:
            for named in policies_cited(event.facts):
                policy = self._policy(named) if named not in policies else None
                if policy is not None:
                    policies[named] = policy
            dated = event.facts.get("calendar")
            if isinstance(dated, str) and dated not in calendars:
                calendar = self._calendar(dated)
                if calendar is not None:
                    calendars[dated] = calendar
        return policies, calendars

    def _policy(self, digest: str) -> Policy | None:
        if digest not in self._policies:
            found = self.reader.policy(digest)
            held = found is not None and has_digest(found.resolved, digest)
            self.gone.update(() if held else (digest,))
            try:
                self._policies[digest] = _compiled(found.resolved) if found is not None and held else None
            except (BadInput, *MALFORMED):  # of a language that this release does not know
                self._policies[digest] = None
        return self._policies[digest]

    def _calendar(self, digest: str) -> Calendar | None:
        if digest not in self._calendars:
            from casework.procedure.calendar import Calendar

            data = self.reader.calendar(digest)
            held = data is not None and has_digest(data, digest)
            self.gone.update(() if held else (digest,))
            try:
                self._calendars[digest] = Calendar.from_data(parse_canonical(data)) if data and held else None
            except (BadInput, *MALFORMED):
                self._calendars[digest] = None
        return self._calendars[digest]


@lru_cache(maxsize=16)
def _compiled(resolved: bytes) -> Policy:
    """A policy by the very bytes that it was adopted in, compiled once in this process."""
    from casework.procedure.resolve import from_resolved

    return from_resolved(resolved)


@contextmanager
def opened(folder: Path) -> Iterator[Port]:
    """Open the database of a data folder to be verified; raises as `read_only`."""
    with read_only(folder / DATABASE) as reader:
        yield Port(reader)
