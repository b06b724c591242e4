"""The events of every case in one file, without names: what an auditor takes away of a whole school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

from casework.base.errors import BadInput
from casework.records.event_log import FORMS
from casework.records.event_rows import EventRow, rows_of
from casework.services.access import note_access
from casework.services.audit_tools import histories, opened_between, population

if TYPE_CHECKING:
    from casework.services.audit_tools import Tell
    from casework.services.schools import School
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Taken:
    """How many cases and events were taken away, and of how many cases the facts were erased."""

    cases: int
    events: int
    erased: int


def export_events(
    workspace: Workspace,
    school: School,
    file: BinaryIO,
    form: str,
    *,
    purpose: str,
    recipient: str,
    first: date | None = None,
    last: date | None = None,
    tell: Tell | None = None,
) -> Taken:
    """Write every event of every case to a file, with numbers for names; the export is put on the access log first.

    Args:
        form: one of `event_log.FORMS`.
        first: the first local day of opening that counts, and `last` the last.
        tell: told how many cases are done.

    Raises:
        BadInput: no purpose or recipient, or a format that there is not. StoreReadOnly: it cannot be noted.
    """
    if form not in FORMS:
        raise BadInput(f"Events cannot be exported as {form!a}.", remedy=f"Formats: {', '.join(FORMS)}.")
    if not purpose.strip() or not recipient.strip():
        raise BadInput("An export needs a purpose and a recipient.", remedy="Say for what, and for whom.")
    note_access(workspace, school, "events", exported=True, purpose=purpose, recipient=recipient)
    cases = opened_between(population(workspace, school).cases, first, last)
    counted = Counter(cases=0, events=0)

    def each() -> Iterator[Sequence[EventRow]]:
        for history in histories(workspace, school, cases, tell):
            rows = rows_of(history)
            counted.update(cases=1, events=len(rows))
            yield rows

    FORMS[form](file, school.name, each())
    return Taken(counted["cases"], counted["events"], sum(case.erased for case in cases))
