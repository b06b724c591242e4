"""What a history is made from. A service reads it from the store, opens what may be shown, and hands it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casework.base.time import Instant
from casework.procedure.calendar import Calendar
from casework.procedure.model import Catalogue, Policy


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event of a case as it is disclosed.

    Args:
        n: its number in the case, from 1.
        pos: its position in the log, from 0: the index of its Merkle leaf.
        recorded: when it was recorded, in UTC.
        envelope: its stored bytes, the Merkle leaf.
        facts: its typed facts; None where they were destroyed or are withheld.
        body: its words; None where they were destroyed or are withheld. Withholding the body of somebody's
            `party_added` or `party_details_changed` turns their name into a number throughout.
    """

    n: int
    pos: int
    recorded: Instant
    envelope: bytes = field(repr=False)
    facts: Mapping[str, Any] | None
    body: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class HistoryInput:
    """Everything that a history rests on.

    Args:
        school: its name.
        reference: the case's, such as `ASH-26-7KQ4`.
        exported: the instant of the export; deadlines that still run are judged for its day in London.
        policy: the policy under which the case runs now.
        catalogues: the conduct policies that the allegations cite.
        calendars: by digest, each calendar that an event of the case names.
        events: all events of the case, in order, from 1.
        note: the newest signed checkpoint of the log.
        origin: of the log.
        verifier: the log's verifier key in its one line; empty if it is not to be printed.
        exported_by: who exports, and `purpose`, for what; both empty if they are not to be printed.
        policies: by digest, the policies that the case followed before; none for a case that was never moved.
    """

    school: str
    reference: str
    exported: Instant
    policy: Policy
    catalogues: Sequence[Catalogue]
    calendars: Mapping[str, Calendar]
    events: Sequence[RecordedEvent]
    note: str
    origin: str
    verifier: str = ""
    exported_by: str = ""
    purpose: str = ""
    policies: Mapping[str, Policy] = field(default_factory=dict)
