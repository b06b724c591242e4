"""Counts that every day takes part in, so that no calendar is needed: hours, calendar days and months.

School holidays, weekends and bank holidays do not stop them (timescales.md section 4, rule 3).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final

from casework.base.errors import BadInput
from casework.base.time import LONDON, describe_date
from casework.procedure.working import Working, amount, count_words

_DAY: Final = timedelta(days=1)
_FURTHEST: Final = 1000
_LAST_YEAR: Final = 9000


def add_calendar_days(start: date, n: int) -> Working:
    """Return the last day of "within `n` days of `start`": day 1 is the next day. With 0 it is `start`.

    Raises:
        BadInput: `n` is negative or absurdly large, or `start` lies absurdly far ahead.
    """
    _within_reach(start, n)
    counted = tuple(start + _DAY * i for i in range(1, n + 1))
    rule = f"within {amount(n, 'days')}, counting from the next day" if n else "the same day"
    return Working(rule, "days", start, counted, (), start + _DAY * n, "From", "Last day")


def add_hours(start: datetime, n: int) -> datetime:
    """Return the end of "within `n` hours of `start`" as London's clocks show it: every hour counts.

    Nights, weekends and bank holidays count, and hours are hours: in the night in which the clocks go forward or back
    the same number of them ends at another time of day (UKGDPR-33).

    Raises:
        BadInput: `start` has no zone, or `n` is negative or absurdly large.
    """
    if start.utcoffset() is None:
        raise BadInput("A moment without a time zone cannot be placed.", remedy="Give it with its zone.")
    _within_reach(start.date(), n)
    return (start.astimezone(UTC) + timedelta(hours=n)).astimezone(LONDON)


def period_beginning_with(start: date, n: int) -> Working:
    """Return the last day of "a period of `n` days beginning with `start`": `start` is day 1 (SSR-20b).

    Raises:
        BadInput: `n` is not at least 1 or absurdly large, or `start` lies absurdly far ahead.
    """
    _within_reach(start, n, 1)
    counted = tuple(start + _DAY * i for i in range(n))
    rule = f"{amount(n, 'days')}, beginning with the first day, which is day 1"
    return Working(rule, "days", start, counted, (), counted[-1], "Beginning with", "Last day")


def add_months(start: date, n: int) -> Working:
    """Return the last day of "within `n` months of `start`": the same date `n` months later (UKGDPR-15).

    Where that month has no such date, it is the last day of that month.

    Raises:
        BadInput: `n` is not at least 1 or absurdly large, or `start` lies absurdly far ahead.
    """
    _within_reach(start, n, 1)
    year, month, length = _month_after(start, n)
    months = count_words(n, "months")
    last = date(year, month, min(start.day, length))
    rule = f"within {months}, on the same date or the last day of the month"
    return Working(rule, "months", start, (), (), last, "From", "Last day")


def add_months_inclusive(start: date, n: int) -> Working:
    """Return the last day of a warning that is live for `n` months from `start`, both days included.

    It is the day before the same date `n` months later; where that month has no such date, it is the last
    day of that month (timescales.md section 4, rules 4 and 10).

    Raises:
        BadInput: `n` is not at least 1 or absurdly large, or `start` lies absurdly far ahead.
    """
    _within_reach(start, n, 1)
    year, month, length = _month_after(start, n)
    months = count_words(n, "months")
    if start.day > length:
        last = date(year, month, length)
        rule = f"{months}, ending on the last day of the month because it has no day {start.day}"
    else:
        last = date(year, month, start.day) - _DAY
        rule = f"{months}, ending on the day before the same date"
    return Working(rule, "months", start, (), (), last, "From", "Last day")


def natural(n: int, least: int = 0) -> int:
    """Return `n`, how many days or months to count.

    Raises:
        BadInput: `n` is below `least`.
    """
    if n < least:
        raise BadInput(f"{n} is not a number of days or months to count.", remedy=f"Give {least} or more.")
    return n


def _within_reach(start: date, n: int, least: int = 0) -> None:
    """Refuse a count without a calendar whose end no date could hold, or whose days no screen could."""
    if natural(n, least) > _FURTHEST or start.year > _LAST_YEAR:
        raise BadInput(
            f"{n} from {describe_date(start)} is too far ahead to count.", remedy="Check the date."
        )


def _month_after(start: date, n: int) -> tuple[int, int, int]:
    """Return the year and month `n` months after that of `start`, and how many days it has."""
    years, month = divmod(start.month - 1 + n, 12)
    year, month = start.year + years, month + 1
    return year, month, monthrange(year, month)[1]
