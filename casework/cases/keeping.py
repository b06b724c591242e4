"""Until when a record is kept: every period that applies, with its working; the longest counts (RET-1 to RET-5).

Pure: from the facts of a case, its policy, and what the directory says of the employee. All dates are local; the last
day of a period is the last on which the record is kept, and it may be destroyed from the next day on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from casework.base.time import describe_date
from casework.cases.look import inline
from casework.cases.model import Case
from casework.cases.warnings import GivenWarning, standing_warning
from casework.procedure.model import Policy
from casework.procedure.periods import add_months, add_months_inclusive
from casework.procedure.retention import Answered, Retention, RetentionClass


@dataclass(frozen=True, slots=True)
class Employment:
    """What is known of the employee: the day on which the employment ended, and that of normal pension age."""

    ended: date | None = None
    pension_age: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """One period: its last day (None: not known), a sentence that shows the working, and what it rests on."""

    until: date | None
    says: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Keeping:
    """Until when a record is kept: the class that was chosen, and every period that applies."""

    class_: str
    periods: tuple[Period, ...]

    @property
    def until(self) -> date | None:
        """The last day on which it is kept; None while a period's end is not known."""
        known = [period.until for period in self.periods]
        return None if not known or None in known else max(day for day in known if day is not None)

    @property
    def due(self) -> date | None:
        """The first day on which it may be destroyed; None while that is not known."""
        return self.until + timedelta(days=1) if self.until is not None else None

    @property
    def missing(self) -> tuple[Period, ...]:
        """The periods whose end is not known."""
        return tuple(period for period in self.periods if period.until is None)

    @property
    def rules(self) -> tuple[str, ...]:
        """What it rests on: the class that was chosen, whose period stands first, and the longest period."""
        until = self.until
        resting = [item for at, item in enumerate(self.periods) if at == 0 or item.until == until]
        return tuple(dict.fromkeys(rule for item in resting for rule in item.cites))


def closed_on(case: Case, policy: Policy) -> date | None:
    """Return the day on which a case ended; None while it is open, or part of it is.

    What is recorded later and changes no state, such as a request for one's own data, does not move that day.
    """
    for strand_id, state in case.states.items():
        strand = policy.strands.get(strand_id)
        known = strand.states.get(state) if strand is not None else None
        if known is None or (
            not known.final
            and (strand_id == policy.main_strand or state != strand_initial(policy, strand_id))
        ):
            return None
    moving = (record for record in case.steps if record.from_ != record.to or record.on_paper)
    days = [record.occurred.date for record in moving if record.occurred.date is not None]
    return max(days, default=case.opened)


def strand_initial(policy: Policy, strand: str) -> str:
    """Return the state in which a strand begins: one that never began keeps nothing open."""
    return policy.strands[strand].initial


def keeping(case: Case, policy: Policy, closed: date, employment: Employment) -> Keeping | None:
    """Return until when the file of a case that was closed on a day is kept; None if the policy does not say.

    Raises:
        BadInput: a period is too long to be counted.
    """
    rules = policy.retention
    chosen = case.value(rules.field, policy.main_strand) if rules is not None else None
    if rules is None or not isinstance(chosen, str) or chosen not in rules.classes:
        return None
    applying = [chosen, *(item.class_ for item in rules.also if answered(case, item))]
    warning = standing_warning(case, policy, closed)
    periods: list[Period] = []
    for name in dict.fromkeys(applying):
        periods += _periods(rules.classes[name], case, policy, closed, employment, warning)
    if warning is not None:
        periods.append(_live(warning, policy))
    periods.append(_claim(rules, policy, max(closed, employment.ended or closed)))
    return Keeping(chosen, tuple(periods))


def leaves_personnel_file(case: Case, policy: Policy) -> date | None:
    """Return the day on which the allegation was found to be malicious or false; None if it was not (RET-2b)."""
    rules = policy.retention
    for item in rules.leaves_personnel_file if rules is not None else ():
        if answered(case, item):
            found = [record for record in case.steps if item.field in record.values]
            return (found[-1].occurred.date or case.last_occurred) if found else None
    return None


def periods_beside(case: Case, policy: Policy, closed: date, employment: Employment) -> list[Period]:
    """Return the periods that hold whatever class was chosen: safeguarding, and the time for a claim."""
    rules = policy.retention
    if rules is None:
        return []
    return [
        *(
            period
            for item in rules.also
            if answered(case, item)
            for period in _periods(rules.classes[item.class_], case, policy, closed, employment, None)
        ),
        _claim(rules, policy, max(closed, employment.ended or closed)),
    ]


def entry_keeping(class_: str, policy: Policy, made: date, employment: Employment) -> Keeping | None:
    """Return until when an entry of a register is kept that was made on a day about a person (RET-3)."""
    rules = policy.retention
    if rules is None:
        return None
    periods = [*_periods(rules.classes[class_], Case(opened=made), policy, made, employment, None)]
    periods.append(_claim(rules, policy, max(made, employment.ended or made)))
    return Keeping(class_, tuple(periods))


def answered(case: Case, item: Answered) -> bool:
    """Say whether a field of any step was last answered so."""
    return str(case.answer(item.field)) in item.is_


def warning_kept_until(live_from: date, live_until: date, months: int) -> date:
    """Return the last day on which the record of a warning is kept.

    It is kept for so many months from its first day. A warning that is live for longer is kept while it lives, and the
    months begin on its last day (procedure.md section 9.1, the conflict rule).
    """
    usual = add_months_inclusive(live_from, months).result
    return usual if live_until <= usual else add_months(live_until, months).result


def warning_period(level: str, live_from: date, live_until: date, policy: Policy) -> Period:
    """Return the period of a warning's record, with its working: both dates are told."""
    sanction = policy.sanctions[level]
    if sanction.kept_months is None:
        return Period(live_until, f"It is live until {describe_date(live_until)}.", sanction.cites)
    months = policy.days(sanction.kept_months)
    until, usual = (
        warning_kept_until(live_from, live_until, months),
        add_months_inclusive(live_from, months).result,
    )
    title = inline(sanction.title)
    cites = tuple(rule for rule in sanction.cites if rule.startswith("RET-")) or sanction.cites
    if live_until > usual:
        says = (
            f"The {title} is live until {describe_date(live_until)}, longer than the {months} months for which its"
            f" record is kept ({describe_date(usual)}). So the {months} months begin on its last day."
        )
    else:
        says = f"The record of the {title} is kept for {months} months from {describe_date(live_from)}."
    return Period(until, f"{says} Until {describe_date(until)}.", cites)


def _periods(
    one: RetentionClass,
    case: Case,
    policy: Policy,
    closed: date,
    employment: Employment,
    warning: GivenWarning | None,
) -> Iterator[Period]:
    if one.sanction is not None and warning is not None:
        yield warning_period(warning.sanction, warning.live_from, warning.live_until, policy)
    elif one.sanction is not None:
        kept = policy.sanctions[one.sanction].kept_months
        yield _counted(one, policy.days(kept) if kept is not None else 0, closed, "the case was closed")
    elif one.from_ == "employment_ended":
        if employment.ended is None:
            says = f"{one.title}: kept until the employment has ended, and it is not entered when that was."
            yield Period(None, says, one.cites)
        else:
            yield _counted(one, policy.days(one.months), employment.ended, "the employment ended")
    elif one.from_ == "reported":
        yield _counted(one, policy.days(one.months), case.opened or closed, "it was reported")
    else:
        yield _counted(one, policy.days(one.months), closed, "the case was closed")
    if one.until == "pension_age":
        day = employment.pension_age
        told = describe_date(day) if day is not None else "a day that is not entered"
        yield Period(day, f"{one.title}: kept to normal pension age, which is {told}.", one.cites)


def _counted(one: RetentionClass, months: int, start: date, what: str) -> Period:
    until = add_months(start, months).result if months else start
    length = f"kept for {_length(months)} after" if months else "kept no longer than until"
    when = f"{what}, on {describe_date(start)}"
    return Period(until, f"{one.title}: {length} {when}. Until {describe_date(until)}.", one.cites)


def _length(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{years} years" if years > 1 and not rest else f"{months} months"


def _live(warning: GivenWarning, policy: Policy) -> Period:
    title = inline(policy.sanctions[warning.sanction].title)
    says = f"The {title} is live until {describe_date(warning.live_until)}: it is kept while it lives."
    return Period(warning.live_until, says, ("ACAS-21c",))


def _claim(rules: Retention, policy: Policy, start: date) -> Period:
    months, weeks = policy.days(rules.claim.months), policy.days(rules.claim.weeks)
    until = add_months_inclusive(start, months).result + timedelta(weeks=weeks)
    says = (
        f"A claim to a tribunal can be brought for {months} months less a day and {weeks} weeks of early conciliation"
        f" after {describe_date(start)}. Until {describe_date(until)}."
    )
    return Period(until, says, rules.claim.cites)


def kept_for(periods: Iterable[Period], class_: str) -> Keeping:
    """Return until when something is kept for which these periods were found."""
    return Keeping(class_, tuple(periods))
