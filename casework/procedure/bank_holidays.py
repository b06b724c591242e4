"""England's bank holidays, from a library that is kept: they change by proclamation, and not by our release.

They are looked up when a calendar is made, and stored with it; nothing that happened later is looked up again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from casework.base.errors import BadInput
from casework.procedure.calendar import Calendar, NamedDay, PolicyDay
from casework.procedure.working import SUBSTITUTE

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_BANK_HOLIDAY_NAMES: Final = {  # as GOV.UK names them
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}


def england_calendar(
    first_year: int,
    last_year: int,
    *,
    known_on: date | None = None,
    closures: Iterable[NamedDay] = (),
    policy_day: PolicyDay = "working_days",
) -> Calendar:
    """Return England's bank holidays for whole years, with a school's closure days.

    Args:
        first_year, last_year: both included.
        known_on: the local date on which they are looked up: today.
        closures: days on which the school is closed.
        policy_day: what the school's policy means by a day.

    They come from the `holidays` library. Years ahead follow the standing rules: a bank holiday that is
    proclaimed later (a coronation, a moved May Day) needs a new calendar.

    Raises:
        BadInput: not 1978 (the first early May bank holiday) to 2100, or years in the wrong order.
    """
    if not 1978 <= first_year <= last_year <= 2100:
        raise BadInput(
            f"{first_year} to {last_year} are not years that England's bank holidays are known for.",
            remedy="Give years from 1978 to 2100, the earlier one first.",
        )
    from importlib.metadata import version

    from holidays import country_holidays  # slow to import, and needed only when a calendar is made

    # The language is named because the library would otherwise ask the machine's locale for it.
    found = country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1), language="en_GB")
    return Calendar(
        name="England",
        known_from=date(first_year, 1, 1),
        known_until=date(last_year, 12, 31),
        holidays=tuple(NamedDay(day, _named(name)) for day, name in found.items()),
        closures=tuple(closures),
        source=f"holidays {version('holidays')}",
        known_on=known_on,
        policy_day=policy_day,
    )


def closed_from(first: date, last: date, name: str) -> tuple[NamedDay, ...]:
    """Return the weekdays from `first` to `last`, both included, as closure days of one name."""
    days = (first + _DAY * i for i in range((last - first).days + 1))
    return tuple(NamedDay(day, name) for day in days if day.weekday() < _SATURDAY)


def _named(name: str) -> str:
    """Return a holiday's name as GOV.UK gives it."""
    plain = name.removesuffix(" (observed)")
    return _BANK_HOLIDAY_NAMES.get(plain, plain) + (SUBSTITUTE if plain != name else "")
