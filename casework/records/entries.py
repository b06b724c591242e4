"""The timeline: each event as one entry, with what later events say about it.

Facts are walked once, in order, so that an old value is the one that stood just before its correction, and a
clock that stops is the one that ran then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.base.time import local_date, parse_instant
from casework.cases.amendments import annulled_by, corrections_of
from casework.cases.clocks import was_owed
from casework.cases.deadline_acts import MOVED
from casework.cases.followed import in_force
from casework.cases.replay import Recorded
from casework.records.amended import annulment, correction
from casework.records.details import changes_of
from casework.records.entry import Entry, Started, Stopped, When
from casework.records.input import RecordedEvent
from casework.records.reading import STEPS
from casework.records.review import Assessed, Judge
from casework.records.standing import Standing
from casework.records.taken import told_step
from casework.records.telling import tell
from casework.records.told import Told
from casework.records.words import STAGES, Words, day, when

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A step assessed again, and the correction on whose facts, if on a correction's."""

    event: int
    step: str
    corrected_by: int | None
    assessed: Assessed


class Timeline:
    """Makes the entries of one case; afterwards `assessments` holds every step assessed again.

    Args:
        events: the events of the case.
        history: the same, as the core folds them.
        words: of the case.
        judge: of the case.
    """

    def __init__(
        self, events: Sequence[RecordedEvent], history: Sequence[Recorded], words: Words, judge: Judge
    ) -> None:
        self.assessments: list[Assessment] = []
        self._events, self._words, self._judge = events, words, judge
        self._history = history
        self._annulled = annulled_by(history)
        self._corrections = corrections_of(history, standing=False)
        self._standing = Standing(events, corrections_of(history, standing=True))
        self._path: list[tuple[int, str]] = []
        self._running: dict[str, str] = {}

    def entries(self) -> tuple[Entry, ...]:
        """Return the entry of each event, in order."""
        return tuple(self._entry(event) for event in self._events)

    def words_of(self, event: int) -> Words:
        """Return the words for an event: those of the policy that was in force for it."""
        return self._words.under(in_force(self._history, event))

    def _entry(self, event: RecordedEvent) -> Entry:
        facts = event.facts
        told = self._told(event, facts) if facts is not None else _UNREADABLE
        occurred = when(facts.get("occurred")) if facts is not None else None
        stopped = self._stopped(facts or {}, occurred)
        started = self._started(event.n, facts or {})
        if facts is not None:
            self._move(event.n, facts)
        return Entry(
            n=event.n,
            position=event.pos,
            recorded=event.recorded,
            occurred=occurred,
            days_to_record=_days_to_record(occurred, event.recorded),
            kind=str(facts["kind"]) if facts is not None else "",
            strand=told.strand,
            stage=self._path[-1][1] if self._path else "",
            title=told.title,
            says=told.says,
            taken_by=told.taken_by,
            recorded_by=self._words.typist(facts) if facts is not None else None,
            fields=told.fields,
            words=told.words,
            readable=facts is not None,
            opened=event.body is not None,
            irregular=told.irregular,
            waived=told.waived,
            breached=told.breached,
            started=started,
            stopped=stopped,
            correction=told.correction,
            annulment=told.annulment,
            corrected_by=self._corrections.get(event.n, ()),
            annulled_by=self._annulled.get(event.n),
            changes=told.changes,
        )

    def _told(self, event: RecordedEvent, facts: Facts) -> Told:
        kind, words = facts["kind"], self.words_of(event.n)
        if kind in STEPS:
            assessed = self._judge.again(event.n, facts, event)
            self.assessments.append(Assessment(event.n, facts["step"], None, assessed))
            return told_step(words, event, facts, assessed, self._standing)
        if kind == "annulled":
            return annulment(self.words_of(facts["event"]), self._events, event)
        if kind == "corrected":
            return self._correction(event)
        told = tell(words, facts, event.body)
        if kind == "policy_moved":
            return replace(told, says=f"{told.says}{self._ended(words, facts)}")
        return replace(told, changes=changes_of(self._words.people, self._events, event))

    def _ended(self, words: Words, facts: Facts) -> str:
        """Which deadlines end because the case moved to a policy that does not have them."""
        ended = [
            f"{words.clock(clock)} (due {day(self._running[clock])})"
            for clock in facts.get("stopped", ())
            if clock in self._running
        ]
        return f" These deadlines end with it, as it does not have them: {'; '.join(ended)}." if ended else ""

    def _correction(self, event: RecordedEvent) -> Told:
        undone = self._annulled.get(event.n)
        before, after = self._standing.correct(event, stands=undone is None)
        assessed = Assessed(())
        if after.facts.get("kind") in STEPS:
            target = (event.facts or {})["event"]
            assessed = self._judge.again(target, after.facts, event)
            self.assessments.append(Assessment(target, after.facts["step"], event.n, assessed))
        words = self.words_of((event.facts or {})["event"])
        return correction(words, event, (before, after), assessed, undone)

    def _move(self, n: int, facts: Facts) -> None:
        """Follow the main strand: each step that stands leads to a stage, an annulment leads back."""
        words = self.words_of(n)
        if facts["kind"] == "case_opened":
            self._path.append((n, STAGES.get(facts["stage"], "")))
        elif facts["kind"] in STEPS and facts["strand"] == words.policy.main_strand:
            stage = words.stage(facts["strand"], facts["to"])
            self._path.append((n, STAGES[stage] if stage else words.state(facts["strand"], facts["to"])))
        elif facts["kind"] == "annulled":
            self._path = [place for place in self._path if place[0] != facts["event"]]

    def _started(self, n: int, facts: Facts) -> tuple[Started, ...]:
        clocks = facts.get("clocks") or facts.get("replaces", {}).get("clocks", ())
        self._running.update({item["clock"]: item["due"] for item in clocks})
        words = self.words_of(facts.get("event", n) if facts.get("kind") == "corrected" else n)
        return tuple(
            Started(item["clock"], words.clock(item["clock"]), item["from"], item["due"]) for item in clocks
        )

    def _stopped(self, facts: Facts, occurred: When | None) -> tuple[Stopped, ...]:
        on = date.fromisoformat(occurred.date) if occurred and occurred.date else None
        found = []
        for clock in facts.get("stopped", ()):
            due = self._running.pop(clock, None)
            late = (on - date.fromisoformat(due)).days if on and due else 0
            rule = self._words.policy.deadlines.get(clock)
            if late > 0 and rule is not None and not was_owed(rule, facts.get("values", {})):
                continue  # it was about nothing, so it was neither kept nor late
            found.append(Stopped(clock, self._words.clock(clock), due, max(0, late)))
        # A deadline that was moved was not met: it goes on under its new date. Nor was one that ended with a policy.
        return () if facts.get("kind") in (*MOVED, "policy_moved") else tuple(found)


_UNREADABLE = Told(
    "An event whose facts are not shown",
    "They were destroyed, or are withheld here. That it was recorded then stands by its fingerprint.",
)


def _days_to_record(occurred: When | None, recorded: str) -> int | None:
    if occurred is None or occurred.date is None:
        return None
    return (local_date(parse_instant(recorded)) - date.fromisoformat(occurred.date)).days
