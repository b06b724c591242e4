"""What the parts of a history are read from: the events, the case as folded, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.cases.model import Case
from casework.procedure.calendar import Calendar
from casework.records.input import RecordedEvent
from casework.records.words import Words


@dataclass(frozen=True, slots=True)
class Record:
    """One case as it is read.

    `today` is the local date of the export, `calendars` are by digest; `whole` is false where facts are
    missing, so that something which seems not to have happened may only not be shown.
    """

    events: Sequence[RecordedEvent]
    case: Case
    words: Words
    calendars: Mapping[str, Calendar]
    today: date
    whole: bool

    def facts(self, n: int | None) -> Mapping[str, Any]:
        """Return an event's facts; nothing if there is no event, or they are not there."""
        return (self.events[n - 1].facts or {}) if n else {}

    def body(self, n: int | None) -> Mapping[str, Any]:
        """Return an event's words; nothing if there is no event, or they are not there."""
        return (self.events[n - 1].body or {}) if n else {}

    def standing(self, part: str, wanted: str, *kinds: str) -> list[RecordedEvent]:
        """Return the events of these kinds whose `part` is `wanted`, without those that were annulled."""
        return [
            event
            for event in self.events
            if event.facts
            and event.facts["kind"] in kinds
            and event.facts.get(part) == wanted
            and event.n not in self.case.annulled
        ]
