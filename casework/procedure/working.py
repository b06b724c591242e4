"""How a date shows its working: which days were counted, which were not and why, in plain British English."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from casework.base.time import day_and_month, describe_date

SUBSTITUTE: Final = " (substitute day)"
"""What follows a bank holiday's name when it falls on a weekend and another day is given for it."""

SkippedBecause: TypeAlias = Literal["weekend", "holiday", "closure"]
"""Why a day does not count."""

_WORDS: Final = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    "twenty",
)
_LISTED: Final = 25
"""A longer count is shown by its first and its last day."""

_IN_A_ROW: Final = 7
"""So is a longer row of days without a gap, which only calendar days can make."""


class Skipped(NamedTuple):
    """A day that was passed over: `name` is the weekday, the holiday, or what the school is closed for."""

    date: date
    because: SkippedBecause
    name: str


@dataclass(frozen=True, slots=True)
class Working:
    """A date and how it was arrived at.

    Args:
        rule: the form of the count in words, such as "10 clear working days, neither the first day nor ...".
        unit: what was counted, in the plural, such as "clear working days".
        start: the day that the count is from; for a count backwards, the day that it is back from.
        counted: the days counted, in order of date; empty if the result does not come from counting days.
        skipped: the days passed over, weekends among them, in order of date.
        result: the date arrived at.
        opening: what `start` is, such as "Served on".
        closing: what `result` is, such as "Earliest lawful date".
    """

    rule: str
    unit: str
    start: date
    counted: tuple[date, ...]
    skipped: tuple[Skipped, ...]
    result: date
    opening: str
    closing: str

    @property
    def days(self) -> int:
        """How many days were counted."""
        return len(self.counted)

    def sentence(self, *, opening: str = "", closing: str = "") -> str:
        """Return the working for a screen or a letter; `opening` and `closing` say what the dates are here.

        For example: "Served on Tuesday 31 March 2026. Two working days: 1 and 2 April. Reply by: Thursday 2
        April 2026." A date is said once: of a result on the first day itself, that it is the same day.
        """
        if not self.counted and self.result == self.start:
            return f"{opening or self.opening} {describe_date(self.start)}. {closing or self.closing}: the same day."
        return (
            f"{opening or self.opening} {describe_date(self.start)}. {self._count()}. "
            f"{closing or self.closing}: {describe_date(self.result)}."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the working for programs, dates as ISO text; `sentence` is included."""
        return {
            "rule": self.rule,
            "start": self.start.isoformat(),
            "counted": [day.isoformat() for day in self.counted],
            "skipped": [
                {"date": s.date.isoformat(), "because": s.because, "name": s.name} for s in self.skipped
            ],
            "result": self.result.isoformat(),
            "sentence": self.sentence(),
        }

    def _count(self) -> str:
        """Say what was counted and, in brackets, which weekdays were not."""
        if not self.counted:
            return self.rule[0].upper() + self.rule[1:]
        notes = _notes(self.skipped, self.counted)
        return f"{count_words(self.days, self.unit).capitalize()}: {_listed(self.counted)}" + (
            f" ({', '.join(notes)})" if notes else ""
        )


def amount(n: int, unit: str) -> str:
    """Return `10 clear working days` or `1 clear working day`."""
    return f"{n} {unit.removesuffix('s') if n == 1 else unit}"


def count_words(n: int, unit: str) -> str:
    """Return `ten clear working days` or `one clear working day`; numbers above twenty stay in figures."""
    text = amount(n, unit)
    return text.replace(str(n), _WORDS[n], 1) if n < len(_WORDS) else text


def _listed(days: Sequence[date]) -> str:
    """Return `1, 2 and 7 April`, `30 April; 1 and 5 May`, or for a long count `1 April to 30 May`."""
    if len(days) > _LISTED or _IN_A_ROW < len(days) == (days[-1] - days[0]).days + 1:
        return _span(days[0], days[-1])
    years = days[0].year != days[-1].year
    months = []
    for _, group in groupby(days, key=lambda day: (day.year, day.month)):
        *most, last = group
        numbers = ", ".join(str(day.day) for day in most)
        text = f"{numbers} and {day_and_month(last)}" if most else day_and_month(last)
        months.append(f"{text} {last.year}" if years else text)
    return "; ".join(months)


def _span(first: date, last: date) -> str:
    """Return `13 April`, `25 to 29 May`, `20 July to 28 August` or `21 December 2026 to 1 January 2027`."""
    if first == last:
        return day_and_month(first)
    if first.year != last.year:
        return f"{day_and_month(first)} {first.year} to {day_and_month(last)} {last.year}"
    same_month = first.month == last.month
    return f"{first.day if same_month else day_and_month(first)} to {day_and_month(last)}"


def _notes(skipped: Sequence[Skipped], counted: Sequence[date]) -> list[str]:
    """Explain each weekday that was passed over; closed days in a row become one note."""
    weekdays = [day for day in skipped if day.because != "weekend"]
    notes = [(day.date, _holiday(day)) for day in weekdays if day.because == "holiday"]
    closures = [day for day in weekdays if day.because == "closure"]
    # Days in a row: of one name, and with no counted day in between.
    for (name, _), group in groupby(closures, key=lambda day: (day.name, bisect_left(counted, day.date))):
        days = [day.date for day in group]
        notes.append((days[0], f"{_span(days[0], days[-1])} is {name}"))
    return [text for _, text in sorted(notes)]


def _holiday(day: Skipped) -> str:
    """Return `3 April is Good Friday`, `4 May is the Early May bank holiday` or "the substitute day for"."""
    name = day.name.removesuffix(SUBSTITUTE)
    if name != day.name:
        name = f"the substitute day for {name}"
    elif not name.endswith(("Day", "Friday", "Monday")):
        name = f"the {name}"
    return f"{day_and_month(day.date)} is {name}"
