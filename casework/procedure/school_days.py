"""A school's own days, as it gives them: terms, closure days, INSET days, and bank holidays proclaimed lately.

The file is YAML, or an iCalendar file (`.ics`) as school websites offer it. A YAML file holds any of four lists:

    terms:              what lies between two terms is a school holiday
      - {from: 2026-09-01, to: 2026-12-18}
    closures:           days or stretches on which the school is closed to everybody
      - {from: 2026-10-26, to: 2026-10-30, name: the half-term holiday}
    inset_days: [2026-09-01]
    bank_holidays:      only such as casework does not know yet
      - {date: 2027-05-10, name: Coronation bank holiday}

A name stands in letters after "is", as in "13 April is an INSET day".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from casework.base.errors import BadInput
from casework.base.time import describe_date, parse_date
from casework.procedure.bank_holidays import closed_from
from casework.procedure.calendar import Calendar, NamedDay
from casework.procedure.errors import PolicyError
from casework.procedure.source import MAX_BYTES, Path_, Source, read_source

INSET: Final = "an INSET day"
"""What an INSET day is called where the school gives no name."""

CLOSED: Final = "a day on which the school is closed"
"""What a closure day is called where the school gives no name."""

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_LONGEST_NAME: Final = 60
_LONGEST_STRETCH: Final = 366
_LONGEST_HOLIDAY: Final = 70
_LISTS: Final = ("terms", "closures", "inset_days", "bank_holidays")
_EXAMPLE: Final = "Give at least one of: terms, closures, inset_days, bank_holidays."


class SchoolDaysInvalid(BadInput):
    """A file of a school's days cannot be used as it stands; `errors` lists all that is wrong with it."""

    code = "school-days-invalid"

    def __init__(self, file: str, errors: list[PolicyError]) -> None:
        shown = "\n".join(f"  {error}" for error in sorted(errors))
        super().__init__(
            f"{file} cannot be used as a school’s calendar:\n{shown}",
            remedy="Correct what is named and import it again. Nothing was changed.",
            errors=[str(error) for error in sorted(errors)],
        )


class Stretch(NamedTuple):
    """Days from `first` to `last`, both included, and what they are."""

    first: date
    last: date
    name: str = ""


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """What one file says.

    `first` and `last` are the stretch of which it gives every closure and INSET day; None where it only adds days.
    Where it gives `terms`, nothing that was known of later days outlives it. `not_taken` are the entries of an
    iCalendar file that say nothing about closing.
    """

    closures: tuple[NamedDay, ...] = ()
    inset_days: tuple[NamedDay, ...] = ()
    proclaimed: tuple[NamedDay, ...] = ()
    first: date | None = None
    last: date | None = None
    terms: bool = False
    not_taken: tuple[str, ...] = ()


def read_school_days(path: Path) -> SchoolDays:
    """Read a file of a school's days, YAML or iCalendar, told apart by its name.

    Raises:
        SchoolDaysInvalid: what it says cannot be; every error at once, with its line.
    """
    if path.suffix.casefold() in (".ics", ".ical"):
        from casework.procedure.school_days_ics import read_ics

        return read_ics(path)
    source = read_source(path, path.name)
    found = _Reader(source).read() if not source.errors else SchoolDays()
    if source.errors:
        raise SchoolDaysInvalid(path.name, source.errors)
    return found


def read_bytes(path: Path) -> bytes:
    """Return what a file holds, if it is not larger than a calendar can be.

    Raises:
        SchoolDaysInvalid: it is larger, or cannot be read.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as problem:
        says = f"The file cannot be read: {problem.strerror}."
        raise SchoolDaysInvalid(path.name, [PolicyError(path.name, 0, "", says)]) from None
    if len(data) > MAX_BYTES:
        says = f"The file is larger than {MAX_BYTES // 1024} KiB."
        raise SchoolDaysInvalid(path.name, [PolicyError(path.name, 0, "", says, "Split it.")])
    return data


def with_school_days(calendar: Calendar, given: SchoolDays) -> Calendar:
    """Return a calendar with a school's days put in.

    Terms replace all closure and INSET days from their first day on; an iCalendar file replaces those from its first
    day to its last. The holiday between what was known before and the first day is closed too. Other days are added,
    and replace what stood there on the same date.

    Raises:
        BadInput: the days reach beyond the years of the calendar, or leave a long gap of which nothing is known.
    """
    for day in (*given.closures, *given.inset_days, *given.proclaimed):
        if not calendar.covers(day.date):
            raise BadInput(
                f"{describe_date(day.date)} is beyond the years of the school’s calendar, which are "
                f"{calendar.known_from.year} to {calendar.known_until.year}.",
                remedy="Check the year.",
            )
    dates = {day.date for day in (*given.closures, *given.inset_days)}

    def replaced(day: date) -> bool:
        if given.first is None or given.last is None:
            return day in dates
        return day in dates or (given.first <= day and (given.terms or day <= given.last))

    def kept(days: tuple[NamedDay, ...]) -> tuple[NamedDay, ...]:
        return tuple(day for day in days if not replaced(day.date))

    known = {day.date for day in given.proclaimed}
    between = _between(calendar, given)
    return replace(
        calendar,
        closures=(*kept(calendar.closures), *between, *given.closures),
        inset_days=(*kept(calendar.inset_days), *given.inset_days),
        proclaimed=(*(day for day in calendar.proclaimed if day.date not in known), *given.proclaimed),
        school_from=min(filter(None, (calendar.school_from, given.first)), default=None),
        school_until=given.last if given.terms else _later(calendar.school_until, given.last),
    )


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _between(calendar: Calendar, given: SchoolDays) -> tuple[NamedDay, ...]:
    """The holiday between the terms that were known and the first term of a file, if there is one."""
    if given.first is None or calendar.school_until is None or given.first <= calendar.school_until:
        return ()
    last = given.first - _DAY
    if (last - calendar.school_until).days > _LONGEST_HOLIDAY:
        raise BadInput(
            f"Between {describe_date(calendar.school_until)}, the last day whose term dates are known, and "
            f"{describe_date(given.first)} there are more than {_LONGEST_HOLIDAY} days.",
            remedy="Import the terms in between first, or put them into this file.",
        )
    inset = {day.date for day in given.inset_days}
    holiday = closed_from(
        calendar.school_until + _DAY, last, holiday_name(calendar.school_until + _DAY, last)
    )
    return tuple(day for day in holiday if day.date not in inset)


def holiday_name(first: date, last: date) -> str:
    """Return what a holiday between two terms is called, by the time of year."""
    days = {(first + _DAY * i) for i in range((last - first).days + 1)}
    if any((day.month, day.day) == (12, 25) for day in days):
        return "the Christmas holiday"
    if len(days) > 21 and any(day.month == 8 for day in days):
        return "the summer holiday"
    if len(days) > 11 and any(day.month in (3, 4) for day in days):
        return "the Easter holiday"
    return "a school holiday"


class _Reader:
    """Reads the YAML form; what is wrong is noted in the source, with its line."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self) -> SchoolDays:
        value = self._source.value
        if not isinstance(value, dict) or not value:
            self._source.add((), "There are no days in this file.", _EXAMPLE)
            return SchoolDays()
        for key in value.keys() - set(_LISTS):
            self._source.add((key,), "There is no such list.", _EXAMPLE)
        terms = sorted(self._stretches(value, "terms", ""))
        for before, after in pairwise(terms):
            if after.first <= before.last:
                says = (
                    f"The term from {describe_date(after.first)} begins before the one before it has ended."
                )
                self._source.add(("terms",), says)
        closures = self._named(value, "closures", CLOSED)
        inset = self._named(value, "inset_days", INSET)
        taken = {day.date for day in (*closures, *inset)}
        # After a fault in the terms, holidays between them would only lead to faults that are none.
        holidays = [] if self._source.errors else [day for day in _holidays(terms) if day.date not in taken]
        return SchoolDays(
            closures=(*closures, *holidays),
            inset_days=tuple(inset),
            proclaimed=tuple(self._named(value, "bank_holidays", "")),
            first=terms[0].first if terms else None,
            last=terms[-1].last if terms else None,
            terms=bool(terms),
        )

    def _named(self, value: Mapping[str, Any], key: str, name: str) -> list[NamedDay]:
        """The weekdays of a list, each once."""
        found: dict[date, NamedDay] = {}
        for stretch in self._stretches(value, key, name):
            days = closed_from(stretch.first, stretch.last, stretch.name)
            if not days:
                says = f"{describe_date(stretch.first)} is at a weekend, so it never counts anyway."
                self._source.add((key,), says, "Check the date.")
            for day in days:
                if day.date in found:
                    says = f"{describe_date(day.date)} stands here twice."
                    self._source.add((key,), says, "Keep one of them.")
                found[day.date] = day
        return list(found.values())

    def _stretches(self, value: Mapping[str, Any], key: str, name: str) -> Iterator[Stretch]:
        given = value.get(key, ())
        if not isinstance(given, tuple):
            self._source.add((key,), "Expected a list.", "Begin each line of it with a dash.")
            return
        for index, item in enumerate(given):
            stretch = self._stretch(item, (key, index), name)
            if stretch is not None:
                yield stretch

    def _stretch(self, item: Any, path: Path_, name: str) -> Stretch | None:
        given = {"date": item} if isinstance(item, str) else item
        if not isinstance(given, dict):
            self._source.add(
                path, "Expected a date, or from and to.", "Write {from: 2026-10-26, to: 2026-10-30}."
            )
            return None
        dated, ranged = {"date", "name"}, {"from", "to", "name"}
        if not (
            (given.keys() <= dated and "date" in given)
            or (given.keys() <= ranged and given.keys() >= {"from", "to"})
        ):
            says = "Expected `date`, or `from` and `to`; and `name`, if it has one."
            self._source.add(path, says, "Write {from: 2026-10-26, to: 2026-10-30}.")
            return None
        said = self._name(given.get("name", name), path)
        if path[0] == "bank_holidays" and not said:
            self._source.add(
                path, "A bank holiday needs a name.", "Write {date: 2027-05-10, name: Coronation}."
            )
        first = self._date(given.get("date", given.get("from")), path)
        last = self._date(given.get("date", given.get("to")), path)
        if first is None or last is None:
            return None
        if last < first:
            says = f"It ends on {describe_date(last)}, before it starts on {describe_date(first)}."
            self._source.add(path, says, "Check both dates.")
            return None
        if (last - first).days >= _LONGEST_STRETCH:
            self._source.add(path, "It is longer than a year.", "Check both dates.")
            return None
        return Stretch(first, last, said)

    def _date(self, given: Any, path: Path_) -> date | None:
        try:
            return parse_date(given if isinstance(given, str) else str(given))
        except BadInput as wrong:
            line = self._source.line(path)
            if (wrong.message, line) not in {(error.reason, error.line) for error in self._source.errors}:
                self._source.add(path, wrong.message, wrong.remedy)
            return None

    def _name(self, given: Any, path: Path_) -> str:
        text = " ".join(given.split()) if isinstance(given, str) else ""
        hidden = any(unicodedata.category(char)[0] == "C" for char in text)
        if not isinstance(given, str) or hidden or len(text) > _LONGEST_NAME:
            says = f"A name is words of at most {_LONGEST_NAME} characters that can be printed."
            self._source.add((*path, "name"), says)
            return ""
        return text


def _holidays(terms: list[Stretch]) -> Iterator[NamedDay]:
    """The weekdays between terms that follow one another."""
    for before, after in pairwise(terms):
        first, last = before.last + _DAY, after.first - _DAY
        if first <= last:
            yield from closed_from(first, last, holiday_name(first, last))
