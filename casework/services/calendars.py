"""The school's calendar: shown, renewed, and given the school's own days.

A calendar is never changed. A new version has a digest of its own, which the school's stream records; events that were
recorded keep the calendar that they cite, and so do the dates that were worked out with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes
from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.cases.request import Decision
from casework.services.directory import who_am_i
from casework.services.errors import CaseMoved, EntryChanged
from casework.services.recorder import Receipt, already_recorded, receipt, record
from casework.services.schools import School, details, log_of, seal_details
from casework.services.sealed_rows import replaced
from casework.store.rows import Organisation

if TYPE_CHECKING:
    from casework.procedure.calendar import Calendar
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

YEARS_AHEAD: Final = 2
"""How many years after the present one a calendar covers when it is made or renewed."""


@dataclass(frozen=True, slots=True)
class CalendarAdopted:
    """A new version of a school's calendar: as it was, as it is now, what of a file was not taken, the receipt."""

    before: Calendar
    calendar: Calendar
    not_taken: tuple[str, ...]
    receipt: Receipt


def calendar_of(workspace: Workspace, school: School) -> Calendar:
    """Return the school's calendar as it stands, counting what its present policy means by a day."""
    return workspace.calendar(school.calendar).counting(workspace.policy(school.policy).policy_day)


def renew_calendar(workspace: Workspace, school: School, *, command: str = "") -> CalendarAdopted:
    """Look England's bank holidays up anew, two years ahead; the school's own days stay.

    Raises:
        BadInput: nothing changes. EntryChanged: somebody else changed the school first. NoAccess.
    """
    return _adopt(workspace, school, None, command)


def import_school_days(
    workspace: Workspace, school: School, path: Path, *, command: str = ""
) -> CalendarAdopted:
    """Put the days of a file into the school's calendar, and look the bank holidays up anew.

    Raises:
        SchoolDaysInvalid, BadInput: what the file says cannot be, or changes nothing. EntryChanged. NoAccess.
    """
    return _adopt(workspace, school, path, command)


def _adopt(workspace: Workspace, school: School, path: Path | None, command: str) -> CalendarAdopted:
    from casework.procedure.school_days import SchoolDays, read_school_days, with_school_days

    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
        row = reader.organisation(school.id)
    present = School.from_row(row) if row is not None else school
    before = workspace.calendar(present.calendar)
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return CalendarAdopted(before, before, (), repeated)
    given = read_school_days(path) if path is not None else SchoolDays()
    after = with_school_days(looked_up_anew(before, local_date(workspace.clock.now())), given)
    if after == before:
        raise BadInput("The school’s calendar stands so already; there is nothing to change.")
    adopted = replace(present, calendar=after.digest())
    sealed = seal_details(workspace, adopted, details(workspace, school))

    own = Organisation(school.id, adopted.to_bytes(), sealed)
    decision = _decision(workspace, present, adopted, after, path)

    def enter(transaction: Transaction) -> None:
        transaction.put_calendar(adopted.calendar, canonical_bytes(after.to_data()))
        transaction.put_organisation(own)

    chosen = command or workspace.new_id()
    try:
        appended = record(
            workspace,
            log,
            [(school.stream, Decision({**decision.facts, **replaced(own, row)}, decision.body))],
            seen={school.stream: newest},
            command=chosen,
            prepare=enter,
        )
    except CaseMoved:
        raise EntryChanged("Somebody else changed the school first. Nothing was recorded.") from None
    return CalendarAdopted(before, after, given.not_taken, receipt(appended, chosen, school.stream))


def looked_up_anew(calendar: Calendar, today: date) -> Calendar:
    """Return a calendar with England's bank holidays as they are known today; everything else stays."""
    from casework.procedure.bank_holidays import england_calendar

    last_year = max(calendar.known_until.year, today.year + YEARS_AHEAD)
    fresh = england_calendar(min(calendar.known_from.year, today.year - 1), last_year, known_on=today)
    known = {day.date for day in fresh.holidays}
    return replace(
        fresh,
        closures=calendar.closures,
        inset_days=calendar.inset_days,
        proclaimed=tuple(day for day in calendar.proclaimed if day.date not in known),
        school_from=calendar.school_from,
        school_until=calendar.school_until,
    )


def _decision(
    workspace: Workspace, present: School, adopted: School, calendar: Calendar, path: Path | None
) -> Decision:
    facts: dict[str, Any] = {
        "kind": "calendar_adopted",
        "calendar": adopted.calendar,
        "replaces": present.calendar,
        "known_until": calendar.known_until.isoformat(),
        "account": who_am_i(workspace, present).account,
    }
    return Decision(facts, {"file": path.name} if path is not None else {})


def stretches(days: Sequence[tuple[date, str]]) -> list[tuple[date, date, str]]:
    """Return days as stretches of one name: first day, last day, name; a weekend between does not part them."""
    found: list[tuple[date, date, str]] = []
    for on, name in sorted(days):
        if found and found[-1][2] == name and _adjoins(found[-1][1], on):
            found[-1] = (found[-1][0], on, name)
        else:
            found.append((on, on, name))
    return found


def _adjoins(last: date, next_: date) -> bool:
    between = (last + timedelta(days=i) for i in range(1, (next_ - last).days))
    return all(day.weekday() > 4 for day in between)
