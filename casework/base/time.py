"""Two times. *Recorded* is an instant in UTC to the millisecond; *occurred* is a local date, perhaps a time.

Local means Europe/London: that is where the schools are, and notice is counted in its days. An instant is
kept as text, `2026-11-23T08:47:19.123Z`, of fixed width, so that text order is time order. Nothing in
casework but `SystemClock` asks what time it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from casework.base.errors import BadInput

LONDON: Final = ZoneInfo("Europe/London")
"""The zone of every local date; where the machine has no zone database, that of the tzdata package."""

T = TypeVar("T")

Instant: TypeAlias = str
"""A moment in UTC as text with milliseconds: `2026-11-23T08:47:19.123Z`."""

Precision: TypeAlias = Literal["day", "minute", "unknown"]
"""How exactly it is known when something happened."""

_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{2}:[0-9]{2}")
_OCCURRED_REMEDY: Final = (
    'Give a date such as 2026-03-02, a date and time such as 2026-03-02T10:00, or "unknown".'
)

# Not strftime: its names follow the machine's locale, and letters must be the same everywhere.
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Clock(Protocol):
    """Where "now" comes from; handed in by the outermost face."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for scenarios and tests.

    Args:
        at: the moment it shows; aware.
    """

    at: datetime

    def __post_init__(self) -> None:
        _require_aware(self.at)

    def now(self) -> datetime:
        """Return the moment it was made with, in UTC."""
        return self.at.astimezone(UTC)


def format_instant(moment: datetime) -> Instant:
    """Return an aware `moment` as an instant; what is finer than a millisecond is cut off, never rounded up.

    Raises:
        BadInput: `moment` has no time zone.
    """
    _require_aware(moment)
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def parse_instant(text: Instant) -> datetime:
    """Return the moment of an instant, aware, in UTC.

    Raises:
        BadInput: `text` is not exactly of the form that `format_instant` writes.
    """
    remedy = "It looks like 2026-11-23T08:47:19.123Z."
    return _parse(text, _INSTANT, datetime.fromisoformat, "an instant", remedy)


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date:
    """Return the date of `2026-03-02`, and of nothing else that ISO 8601 allows.

    Raises:
        BadInput: of another form, or no real date.
    """
    return _parse(text, _DATE, date.fromisoformat, "a date", "Write it as 2026-03-02.")


@lru_cache(maxsize=1440)
def parse_time(text: str) -> time:
    """Return the time of day of `10:00`, and of nothing else that ISO 8601 allows.

    Raises:
        BadInput: of another form, or no real time.
    """
    remedy = "Write it as 10:00, from 00:00 to 23:59."
    return _parse(text, _TIME, time.fromisoformat, "a time of day", remedy)


def _parse(text: str, form: re.Pattern[str], read: Callable[[str], T], what: str, remedy: str) -> T:
    if form.fullmatch(text):
        try:
            return read(text)
        except ValueError:  # such as 30 February
            pass
    raise BadInput(f"{text!a} is not {what}.", remedy=remedy)


def local_date(moment: datetime) -> date:
    """Return the date in Europe/London at an aware `moment`.

    Raises:
        BadInput: `moment` has no time zone.
    """
    _require_aware(moment)
    return moment.astimezone(LONDON).date()


@dataclass(frozen=True, slots=True)
class Occurred:
    """When something happened, as exactly as it is known and no more exactly than that.

    Args:
        date: the local date; None if unknown.
        time: the local time, to the minute; only with precision "minute".
        precision: "day", "minute" or "unknown".

    Raises:
        BadInput: the three do not fit together.
    """

    date: date | None
    time: time | None
    precision: Precision

    def __post_init__(self) -> None:
        known = ("minute" if self.time else "day") if self.date else "unknown"
        bare = self.time is None or (
            not self.time.second and not self.time.microsecond and not self.time.tzinfo
        )
        if known != self.precision or (self.time and not self.date) or not bare:
            raise BadInput(f"This is not a time of precision {self.precision!a}.", remedy=_OCCURRED_REMEDY)

    def to_facts(self) -> dict[str, str]:
        """Return the form kept in an event's facts, such as `{"precision": "day", "date": "2026-03-02"}`."""
        facts: dict[str, str] = {"precision": self.precision}
        if self.date:
            facts["date"] = self.date.isoformat()
        if self.time:
            facts["time"] = self.time.isoformat("minutes")
        return facts

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Occurred:
        """Return what `to_facts` wrote.

        Raises:
            BadInput: `facts` is not of that form, has a member too many or too few, or names no real date.
        """
        try:
            found, written = _read_occurred(facts["precision"], facts.get("date"), facts.get("time"))
        except (AttributeError, KeyError, TypeError, BadInput):
            raise BadInput("The time of an event cannot be read.", remedy=_OCCURRED_REMEDY) from None
        if written != facts:
            raise BadInput("The time of an event cannot be read.", remedy=_OCCURRED_REMEDY)
        return found

    def is_future(self, now: datetime) -> bool:
        """Say whether this lies after the aware moment `now`, as far as it is known; unknown does not."""
        if self.date and self.time:
            return datetime.combine(self.date, self.time, LONDON) > now
        return self.date is not None and self.date > local_date(now)

    def describe(self) -> str:
        """Return it in words: `Monday 2 March 2026 at 10.00am`, or `date not known`."""
        if self.date and self.time:
            return describe_datetime(datetime.combine(self.date, self.time))
        return describe_date(self.date) if self.date else "date not known"


@lru_cache(maxsize=4096)
def _read_occurred(precision: Precision, day: str | None, at: str | None) -> tuple[Occurred, dict[str, str]]:
    """Read the parts of what `Occurred.to_facts` writes; also returns what it writes of them.

    Raises:
        BadInput, TypeError: they are none.
    """
    found = Occurred(
        None if day is None else parse_date(day), None if at is None else parse_time(at), precision
    )
    return found, found.to_facts()


@lru_cache(maxsize=4096)
def parse_occurred(text: str) -> Occurred:
    """Read what somebody typed: `2026-03-02`, `2026-03-02T10:00` (local time) or `unknown`.

    Raises:
        BadInput: of another form, no real date, or a time that the clocks skipped when they went forward.
    """
    if text == "unknown":
        return Occurred(None, None, "unknown")
    day, separator, clock = text.partition("T")
    try:
        found = parse_date(day)
        if not separator:
            return Occurred(found, None, "day")
        at = parse_time(clock)
    except BadInput:
        raise BadInput(f"{text!a} is not a date, nor a date and time.", remedy=_OCCURRED_REMEDY) from None
    local = datetime.combine(found, at, LONDON)
    # Checked when typed, not when read back: a record stays readable whatever zone database reads it.
    if local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadInput(
            f"There was no {describe_time(at)} on {describe_date(found)}: the clocks went forward.",
            remedy="Check the time; one hour later is what the clocks showed.",
        )
    return Occurred(found, at, "minute")


def describe_date(day: date) -> str:
    """Return `Monday 2 March 2026`."""
    return f"{_WEEKDAYS[day.weekday()]} {day_and_month(day)} {day.year}"


def day_and_month(day: date) -> str:
    """Return `2 March`."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def describe_time(at: time) -> str:
    """Return `10.00am`, `3.30pm` or, because "12.00pm" is misread, `12 noon`."""
    if (at.hour, at.minute) == (12, 0):
        return "12 noon"
    return f"{at.hour % 12 or 12}.{at.minute:02}{'am' if at.hour < 12 else 'pm'}"


def describe_datetime(moment: datetime) -> str:
    """Return `Monday 2 March 2026 at 10.00am`; an aware `moment` is shown as London's clocks showed it."""
    local = moment.astimezone(LONDON) if moment.tzinfo else moment
    return f"{describe_date(local)} at {describe_time(local.time())}"


def _require_aware(moment: datetime) -> None:
    """Refuse a moment without a zone: whose noon it is cannot be guessed."""
    if moment.utcoffset() is None:
        raise BadInput("A moment without a time zone cannot be placed.", remedy="Give it in UTC.")
