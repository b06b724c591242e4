"""Counting days: which count, which do not, and the working to show for it.

Two kinds of day, never mixed in one count (timescales.md section 4, rule 1):

- `statutory`: Monday to Friday without Christmas Day, Good Friday and England's bank holidays (ERelA-13b).
  School holidays count.
- `policy`: what the school's policy calls a day: "working_days" is the same as statutory; "school_days" leaves out
  the school's closure and INSET days as well; "school_and_inset_days" leaves out its closure days only.

What the policy calls a day is a setting of the policy, not of the calendar: `counting` puts the two together.

Forms of a count (rule 2); each method says which it is:

- *within N days of* starts with the next day: `add_working_days`, `add_calendar_days`;
- *N days beginning with* counts that day as day 1: `period_beginning_with`;
- *N clear days between* counts neither the first day nor the last: `earliest_after_clear_days`,
  `clear_days_between`;
- *N months* is inclusive and ends on the day before the same date: `add_months_inclusive`.

A calendar is a value: stored and cited by its digest, so that a date can be worked out again years later
without the library that it came from. It says on which day, and where, its bank holidays were looked up. All
dates are local (Europe/London); the clocks changing makes no difference to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import BadInput
from casework.base.time import describe_date, parse_date
from casework.procedure import periods
from casework.procedure.periods import add_months_inclusive as add_months_inclusive
from casework.procedure.periods import natural
from casework.procedure.working import Skipped, amount
from casework.procedure.working import Working as Working

DayKind: TypeAlias = Literal["statutory", "policy"]
"""Which days a count counts."""

PolicyDay: TypeAlias = Literal["working_days", "school_days", "school_and_inset_days"]
"""What the school's policy means by a day."""

POLICY_DAYS: Final[tuple[PolicyDay, ...]] = get_args(PolicyDay)
"""Every meaning that a policy can give to a day."""

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_FORMAT: Final = 1
_DAYS: Final = ("holidays", "closures", "inset_days", "proclaimed")
_MAY_LACK: Final = ("school_from", "school_until", "known_on")
_MOST_KEPT: Final = 4096
"""How many counts a calendar keeps: cases ask for the same ones again and again."""


_Asked: TypeAlias = tuple[date, int, DayKind, bool]
_Days: TypeAlias = "tuple[tuple[date, ...], tuple[Skipped, ...]]"


class CalendarTooShort(BadInput):
    """A count needs a day that the calendar knows nothing about."""

    code = "calendar-too-short"


class NamedDay(NamedTuple):
    """A day that does not count, and why: a holiday's name as GOV.UK gives it, or for a closure day the words
    that follow "is" in a letter, such as "the Easter holiday" or "an INSET day".
    """

    date: date
    name: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that do not count, for a stretch of years.

    Args:
        name: for people, such as "England".
        known_from, known_until: the first and the last day that it knows about.
        holidays: bank holidays, Good Friday and Christmas Day, for both kinds of day.
        closures: days on which the school is closed to everybody: holidays between terms, snow.
        inset_days: days on which staff are in school and pupils are not.
        proclaimed: bank holidays that were entered by hand because `source` did not know them yet; they count among
            `holidays` and outlive the next look-up.
        school_from, school_until: the first and the last day of the stretch whose closure and INSET days are known;
            None where the school has given none. Outside it, every working day is taken for a school day.
        known_on: the local date on which the bank holidays were looked up.
        source: where they were, such as "holidays 0.109".
        policy_day: what the policy means by a day; not a part of what is stored.

    Raises:
        BadInput: a day twice or outside what is known, or a name missing. Order makes no difference.
    """

    name: str
    known_from: date
    known_until: date
    holidays: tuple[NamedDay, ...]
    closures: tuple[NamedDay, ...] = ()
    inset_days: tuple[NamedDay, ...] = ()
    proclaimed: tuple[NamedDay, ...] = ()
    school_from: date | None = None
    school_until: date | None = None
    known_on: date | None = None
    source: str = ""
    policy_day: PolicyDay = "working_days"
    _named: Mapping[str, Mapping[date, str]] = field(init=False, repr=False, compare=False)
    _alike: dict[str, Calendar] = field(init=False, repr=False, compare=False)
    _found: dict[_Asked, _Days] = field(init=False, repr=False, compare=False)

    # Whoever counts has every form at hand, those that ask no calendar too.
    add_calendar_days = staticmethod(periods.add_calendar_days)
    period_beginning_with = staticmethod(periods.period_beginning_with)
    add_months_inclusive = staticmethod(periods.add_months_inclusive)

    def __post_init__(self) -> None:
        """Put the days in order, check them, and index them."""
        if self.policy_day not in POLICY_DAYS:
            known = ", ".join(POLICY_DAYS)
            raise BadInput(f"{self.policy_day!a} is not a kind of day.", remedy=f"Use one of {known}.")
        if (self.school_from is None) != (self.school_until is None):
            raise BadInput("The days of a school are known from a day until a day: give both or neither.")
        named: dict[str, Mapping[date, str]] = {}
        for days in _DAYS:
            given = tuple(sorted(getattr(self, days)))
            named[days] = dict(given)
            if len(named[days]) != len(given) or not all(named[days].values()):
                raise BadInput(f"The {days} of calendar {self.name} hold a day twice or without a name.")
            if given and not (self.covers(given[0].date) and self.covers(given[-1].date)):
                raise BadInput(f"The {days} of calendar {self.name} go beyond what it says it knows.")
            object.__setattr__(self, days, given)
        for name, value in (("_named", named), ("_alike", {}), ("_found", {})):
            object.__setattr__(self, name, value)

    def counting(self, policy_day: str) -> Calendar:
        """Return the calendar as a policy counts in it that means `policy_day` by a day.

        Raises:
            BadInput: that is no kind of day.
        """
        if policy_day == self.policy_day:
            return self
        if policy_day not in self._alike:
            self._alike[policy_day] = replace(self, policy_day=policy_day)  # type: ignore[arg-type]
        return self._alike[policy_day]

    def covers(self, day: date) -> bool:
        """Say whether the calendar knows about `day`."""
        return self.known_from <= day <= self.known_until

    def why_not(self, day: date, kind: DayKind) -> Skipped | None:
        """Return why `day` does not count, or None if it does.

        Raises:
            CalendarTooShort: the calendar does not cover `day`.
        """
        self._require(day)
        if day.weekday() >= _SATURDAY:
            return Skipped(day, "weekend", "Sunday" if day.weekday() > _SATURDAY else "Saturday")
        if holiday := self._named["holidays"].get(day) or self._named["proclaimed"].get(day):
            return Skipped(day, "holiday", holiday)
        if kind == "statutory" or self.policy_day == "working_days":
            return None
        closure = self._named["closures"].get(day)
        if closure is None and self.policy_day == "school_days":
            closure = self._named["inset_days"].get(day)
        return Skipped(day, "closure", closure) if closure else None

    def is_working_day(self, day: date, kind: DayKind = "policy") -> bool:
        """Say whether `day` counts as a day of that kind. Raises CalendarTooShort."""
        return self.why_not(day, kind) is None

    def next_working_day(self, day: date, kind: DayKind = "policy") -> date:
        """Return the first day after `day` that counts. Raises CalendarTooShort."""
        return self._take(day, 1, kind)[0][0]

    def add_working_days(self, start: date, n: int, kind: DayKind = "policy") -> Working:
        """Return the last day of "within `n` working days of `start`": day 1 is the next working day.

        It is also the first day that is "not less than `n` working days after" `start`. With 0 it is `start`.

        Raises:
            BadInput: `n` is negative. CalendarTooShort: the calendar ends too soon.
        """
        self._require(start)
        unit = self._unit(kind)
        if natural(n) == 0:
            return Working("the same day", unit, start, (), (), start, "From", "Last day")
        counted, skipped = self._take(start, n, kind)
        rule = f"within {amount(n, unit)}, counting from the next one"
        return Working(rule, unit, start, counted, skipped, counted[-1], "From", "Last day")

    def working_days_before(self, end: date, n: int, kind: DayKind = "policy") -> Working:
        """Return the last day that is at least `n` working days before `end`: day 1 is the one before.

        Raises:
            BadInput: `n` is not at least 1. CalendarTooShort: the calendar begins too late.
        """
        unit = self._unit(kind)
        counted, skipped = self._take(end, natural(n, 1), kind, back=True)
        rule = f"at least {amount(n, unit)} before, counting back from the one before"
        return Working(rule, unit, end, counted, skipped, counted[0], "Back from", "Latest day")

    def earliest_after_clear_days(self, service_date: date, n: int, kind: DayKind = "policy") -> Working:
        """Return the first working day with `n` clear working days between it and `service_date`.

        Neither the day of service nor the day returned is among the `n`. Notice of a hearing is counted so
        (ACAS-11; procedure.md section 1.1). Whether a given date leaves enough is for `clear_days_between`.

        Raises:
            BadInput: `n` is negative. CalendarTooShort: the calendar ends too soon.
        """
        unit = f"clear {self._unit(kind)}"
        days, skipped = self._take(service_date, natural(n) + 1, kind)
        rule = f"{amount(n, unit)}, counting neither the first day nor the last" if n else f"no {unit} needed"
        return Working(
            rule, unit, service_date, days[:-1], skipped, days[-1], "Served on", "Earliest lawful date"
        )

    def clear_days_between(self, first: date, last: date, kind: DayKind = "policy") -> Working:
        """Return the clear working days between two dates, neither counted; how many is its `days`.

        There is none if `last` is not after `first`.

        Raises:
            CalendarTooShort: the calendar does not cover `first` or a day in between.
        """
        unit = f"clear {self._unit(kind)}"
        self._require(first)
        counted, skipped = [], []
        for day in _days(first + _DAY, last):
            if reason := self.why_not(day, kind):
                skipped.append(reason)
            else:
                counted.append(day)
        rule = (
            f"{unit} between, counting neither the first day nor the last"
            if counted
            else f"no {unit} between"
        )
        return Working(rule, unit, first, tuple(counted), tuple(skipped), last, "Served on", "Held on")

    def companion_window(self, proposed: date, n: int = 5) -> Working:
        """Return the last day to which a hearing proposed for `proposed` must be put off for the companion.

        It is the last of `n` statutory working days beginning with the first one after the proposed day
        (ERelA-10d): school holidays do not stretch the window.

        Raises:
            BadInput: `n` is not at least 1. CalendarTooShort: the calendar ends too soon.
        """
        counted, skipped = self._take(proposed, natural(n, 1), "statutory")
        unit, last = self._unit("statutory"), counted[-1]
        rule = f"{amount(n, unit)}, beginning with the first one after the proposed day"
        return Working(rule, unit, proposed, counted, skipped, last, "Proposed for", "Last day of the window")

    def to_data(self) -> dict[str, Any]:
        """Return the calendar as canonical JSON values, for storing by digest."""
        return {
            "v": _FORMAT,
            "name": self.name,
            "known_from": self.known_from.isoformat(),
            "known_until": self.known_until.isoformat(),
            **{days: [_as_data(day) for day in getattr(self, days)] for days in _DAYS},
            "source": self.source,
            **{name: at.isoformat() for name in _MAY_LACK if (at := getattr(self, name)) is not None},
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Calendar:
        """Return the calendar that `to_data` wrote.

        Raises:
            BadInput: `data` is not exactly of that form.
        """
        try:
            found = cls(
                name=str(data["name"]),
                known_from=parse_date(data["known_from"]),
                known_until=parse_date(data["known_until"]),
                holidays=_from_data(data["holidays"]),
                closures=_from_data(data["closures"]),
                inset_days=_from_data(data["inset_days"]),
                proclaimed=_from_data(data["proclaimed"]),
                school_from=_date_in(data, "school_from"),
                school_until=_date_in(data, "school_until"),
                known_on=_date_in(data, "known_on"),
                source=str(data["source"]),
            )
        except (KeyError, TypeError):
            raise BadInput("This is not a calendar.", remedy="Give what `Calendar.to_data` wrote.") from None
        if canonical_bytes(found.to_data()) != canonical_bytes(data):  # bytes: 1 and True differ in them
            raise BadInput(
                "This is not a calendar of this version.", remedy="Give what `Calendar.to_data` wrote."
            )
        return found

    def digest(self) -> str:
        """Return SHA-256 of the canonical bytes: what events cite the calendar by."""
        return sha256_hex(canonical_bytes(self.to_data()))

    def _require(self, day: date) -> None:
        """Refuse a day that the calendar does not cover."""
        if not self.covers(day):
            raise CalendarTooShort(
                f"Calendar {self.name} does not reach {describe_date(day)}: it covers "
                f"{describe_date(self.known_from)} to {describe_date(self.known_until)}.",
                remedy="Check the date; if it is right, take the next years’ bank holidays: casework calendar renew",
                needed=day,
                known_from=self.known_from,
                known_until=self.known_until,
            )

    def _unit(self, kind: DayKind) -> str:
        """Return what the days of a kind are called."""
        return "working days" if kind == "statutory" or self.policy_day == "working_days" else "school days"

    def _take(self, start: date, n: int, kind: DayKind, *, back: bool = False) -> _Days:
        """Return the `n` days of a kind next to `start`, and those passed over, each in order of date."""
        asked = (start, n, kind, back)
        if asked not in self._found:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            self._found[asked] = self._look_for(start, n, kind, back=back)
        return self._found[asked]

    def _look_for(self, start: date, n: int, kind: DayKind, *, back: bool) -> _Days:
        self._require(start)
        counted: list[date] = []
        skipped: list[Skipped] = []
        day = start
        while len(counted) < n:
            day = day - _DAY if back else day + _DAY
            if reason := self.why_not(day, kind):
                skipped.append(reason)
            else:
                counted.append(day)
        order = -1 if back else 1
        return tuple(counted[::order]), tuple(skipped[::order])


def _as_data(day: NamedDay) -> dict[str, str]:
    return {"date": day.date.isoformat(), "name": day.name}


def _from_data(data: list[dict[str, Any]]) -> tuple[NamedDay, ...]:
    return tuple(NamedDay(parse_date(day["date"]), str(day["name"])) for day in data)


def _date_in(data: Mapping[str, Any], name: str) -> date | None:
    return parse_date(data[name]) if name in data else None


def _days(first: date, end: date) -> Iterator[date]:
    """Yield the dates from `first` up to, not including, `end`."""
    while first < end:
        yield first
        first += _DAY
