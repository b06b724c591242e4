"""The events of a case as flat rows: what a spreadsheet and an event log hold, the same in every format.

One row for each event, annulled ones included, in the order of the case. Dates are local, instants in UTC, lists are
joined by semicolons, and what is not known or does not apply is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

from casework.records.entry import Entry
from casework.records.model import History

Cell = str | int | bool | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of a case.

    Args:
        reference: of the case.
        event: its number in the case, from 1.
        position: its place in the log, from 0.
        recorded: when it was recorded, in UTC.
        happened: the local date on which it happened.
        time: the local time, if it is known to the minute.
        days_to_record: calendar days from `happened` to `recorded`.
        stage: where the procedure stood after it.
        strand: the strand that it belongs to.
        kind: of event.
        what: its title.
        says: what happened, in words.
        decided_by: who decided, by name or number; with the role in `decided_as` and what shows it in `basis`.
        entered_by: who entered it, with the role in `entered_as`.
        irregular: whether it happened although a requirement did not hold.
        breached: requirements that did not hold.
        waived: requirements that were waived.
        waived_by: who waived them.
        clocks_started: deadlines that began to run, with the day on which each is due.
        clocks_stopped: deadlines that it met or missed.
        days_late: the most days by which it missed one.
        corrected_by: events that corrected it.
        annulled_by: the event that annulled it.
        envelope_sha256: its fingerprint.
    """

    reference: str
    event: int
    position: int
    recorded: str
    happened: str | None
    time: str | None
    days_to_record: int | None
    stage: str
    strand: str
    kind: str
    what: str
    says: str
    decided_by: str
    decided_as: str
    basis: str
    entered_by: str
    entered_as: str
    irregular: bool
    breached: str
    waived: str
    waived_by: str
    clocks_started: str
    clocks_stopped: str
    days_late: int
    corrected_by: str
    annulled_by: int | None
    envelope_sha256: str

    def cells(self) -> tuple[Cell, ...]:
        """Return the values in the order of `COLUMNS`."""
        return tuple(getattr(self, name) for name in COLUMNS)


COLUMNS: Final = tuple(field.name for field in fields(EventRow))
"""The columns of every format. A column is never renamed or moved; new ones come last."""


def rows_of(history: History) -> list[EventRow]:
    """Return the rows of a history."""
    prints = {item.event: item.envelope_sha256 for item in history.fingerprints}
    return [_row(history.header.reference, entry, prints[entry.n]) for entry in history.entries]


def _row(reference: str, entry: Entry, fingerprint: str) -> EventRow:
    when, taken, typist = entry.occurred, entry.taken_by, entry.recorded_by
    return EventRow(
        reference=reference,
        event=entry.n,
        position=entry.position,
        recorded=entry.recorded,
        happened=when.date if when else None,
        time=when.time if when else None,
        days_to_record=entry.days_to_record,
        stage=entry.stage,
        strand=entry.strand,
        kind=entry.kind,
        what=entry.title,
        says=entry.says,
        decided_by=taken.who.full if taken else "",
        decided_as=taken.role if taken else "",
        basis=taken.basis if taken else "",
        entered_by=typist.who.full if typist else "",
        entered_as=typist.role if typist else "",
        irregular=entry.irregular,
        breached=_joined(item.name for item in entry.breached),
        waived=_joined(item.name for item in entry.waived),
        waived_by=_joined(dict.fromkeys(item.by.full for item in entry.waived)),
        clocks_started=_joined(f"{item.title} (due {item.due})" for item in entry.started),
        clocks_stopped=_joined(item.title for item in entry.stopped),
        days_late=max((item.days_late for item in entry.stopped), default=0),
        corrected_by=_joined(map(str, entry.corrected_by)),
        annulled_by=entry.annulled_by,
        envelope_sha256=fingerprint,
    )


def _joined(items: Iterable[str]) -> str:
    return "; ".join(items)
