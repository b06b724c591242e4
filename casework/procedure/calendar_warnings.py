"""What a calendar will soon lack, said in time: a count that needs a day beyond it cannot be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from casework.base.time import describe_date
from casework.procedure.calendar import Calendar

_STALE: Final = timedelta(days=366)
_SOON: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class CalendarWarning:
    """What a calendar lacks, and what to type."""

    says: str
    remedy: str


def calendar_warnings(calendar: Calendar, today: date) -> list[CalendarWarning]:
    """Return what the calendar will soon lack; it is asked for as the policy counts in it (`Calendar.counting`)."""
    found = []
    renew = "Take them: casework calendar renew"
    if calendar.known_until < date(today.year + 1, 12, 31):
        last = describe_date(calendar.known_until)
        found.append(CalendarWarning(f"The school’s calendar has no bank holidays after {last}.", renew))
    elif calendar.known_on is not None and today - calendar.known_on > _STALE:
        since = describe_date(calendar.known_on)
        says = f"Bank holidays were last looked up on {since}; one that was proclaimed since may be missing."
        found.append(CalendarWarning(says, "Look them up anew: casework calendar renew"))
    if calendar.policy_day != "working_days":
        remedy = "Give the terms: casework calendar import FILE"
        if calendar.school_until is None:
            says = "The school’s procedure counts school days, but its calendar has no term dates."
            found.append(CalendarWarning(f"{says} Every working day is taken for a school day.", remedy))
        elif calendar.school_until < today + _SOON:
            says = f"Term dates are known until {describe_date(calendar.school_until)} only."
            found.append(
                CalendarWarning(f"{says} After it every working day is taken for a school day.", remedy)
            )
    return found
