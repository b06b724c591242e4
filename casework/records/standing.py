"""What an event says after its corrections, followed along the timeline; the first version stays on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.cases.amendments import corrected, corrected_texts
from casework.records.input import RecordedEvent


@dataclass(frozen=True, slots=True)
class Version:
    """An event's facts and the texts of its fields; `texts` is None where they are withheld."""

    facts: Mapping[str, Any]
    texts: Mapping[str, Any] | None


class Standing:
    """The newest version of each event so far.

    Args:
        events: the events of the case.
        corrections: for each corrected event, its corrections that stand, oldest first.
    """

    def __init__(self, events: Sequence[RecordedEvent], corrections: Mapping[int, Sequence[int]]) -> None:
        self._events = events
        self._corrections = corrections
        self._newest: dict[int, Version] = {}

    def now(self, n: int) -> Version:
        """Return event `n` as it stands at this point of the timeline."""
        if n not in self._newest:
            event = self._events[n - 1]
            texts = None if event.body is None else event.body.get("texts", {})
            self._newest[n] = Version(event.facts or {}, texts)
        return self._newest[n]

    def correct(self, by: RecordedEvent, *, stands: bool) -> tuple[Version, Version]:
        """Return the corrected event before and after correction `by`, and keep the new one if `stands`."""
        change = by.facts or {}
        target = change["event"]
        before = self.now(target)
        after = _corrected(before, by)
        if stands:
            self._newest[target] = after
        return before, after

    def mended_by(self, n: int, requirement: str) -> int | None:
        """Return the correction of event `n` since which a breached requirement is unmet no more, or None."""
        mended = None
        for number in self._corrections.get(n, ()):
            breached = (self._events[number - 1].facts or {}).get("replaces", {}).get("breached")
            if breached is None:
                continue
            if requirement in breached:
                mended = None
            elif mended is None:
                mended = number
        return mended


def _corrected(before: Version, by: RecordedEvent) -> Version:
    change = by.facts or {}
    facts = corrected(before.facts, change)
    if before.texts is None or (by.body is None and change.get("given")):
        return Version(facts, None)
    return Version(facts, corrected_texts(before.texts, (by.body or {}).get("texts", {})))
