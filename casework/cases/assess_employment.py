"""Assessments about the employment itself: the notice that the law gives, by how long somebody has been employed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from casework.base.time import describe_date
from casework.cases.look import Found, Look
from casework.procedure.periods import add_months_inclusive
from casework.procedure.requirements import StatutoryNotice
from casework.procedure.working import amount

_MOST: Final = 12
"""Weeks that the law gives at most."""

_WEEK: Final = timedelta(days=7)


def years_employed(since: date, on: date) -> int:
    """Whole years of employment that began on `since`, the day `on` included."""
    years = on.year - since.year + 1
    while years > 0 and add_months_inclusive(since, 12 * years).result > on:
        years -= 1
    return years


def statutory_weeks(since: date, on: date) -> int:
    """Weeks of notice that an employer owes who gives it on `on` (ERA96-86).

    None before a month; one week up to two years; from then on a week for each whole year, twelve at most.
    """
    if add_months_inclusive(since, 1).result > on:
        return 0
    return max(1, min(_MOST, years_employed(since, on)))


def statutory_notice(rule: StatutoryNotice, look: Look) -> Found:
    """Met when no less notice is given than the law gives; the sentence shows how it was worked out."""
    began = look.field_value(rule.since)
    given_on = look.on if rule.given is None else look.fields.date_of(rule.given)
    if not isinstance(began, str) or given_on is None:
        return Found("not_reached", "It is not known since when the employee has been employed.")
    since = date.fromisoformat(began)
    weeks = statutory_weeks(since, given_on)
    how = (
        f"Employed since {describe_date(since)}; {amount(years_employed(since, given_on), 'whole years')} on"
        f" {describe_date(given_on)}. The law gives {amount(weeks, 'weeks')} of notice."
    )
    if rule.weeks is not None:
        return _in_weeks(rule.weeks, weeks, how, look)
    return _until(rule, given_on, weeks, how, look)


def _in_weeks(field: str, owed: int, how: str, look: Look) -> Found:
    given = look.fields.values.get(field)
    if isinstance(given, int) and given < owed:
        remedy = f"Give {amount(owed, 'weeks')} at least, or what the contract gives if that is more."
        return Found(
            "breached", f"{how} {amount(given, 'weeks').capitalize()} are too few.", remedy, fix={field: owed}
        )
    return Found("met", how)


def _until(rule: StatutoryNotice, given_on: date, weeks: int, how: str, look: Look) -> Found:
    """The end of the employment against the end of the notice; with less, the law counts to the latter (ERA96-97)."""
    ends = look.fields.date_of(rule.until or "")
    if ends is None:
        return Found("not_reached", how)
    last = given_on + weeks * _WEEK
    counted = f"Counted from the day after the letter, it ends on {describe_date(last)}."
    if ends < last:
        return Found(
            "breached",
            f"{how} {counted} The employment would end on {describe_date(ends)}.",
            "Let it end later, or pay the notice instead and say so.",
            fix={rule.until or "": last.isoformat()},
        )
    return Found("met", f"{how} {counted} The effective date of termination is {describe_date(ends)}.")
