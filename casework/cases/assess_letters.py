"""Assessments about letters, service and notice (ACAS-9 to ACAS-11, ACAS-26, LX-5, LX-15).

Notice is counted in clear working days of the policy: neither the day of service nor the day of the meeting.
"""

from __future__ import annotations

from datetime import date

from casework.base.time import describe_date
from casework.cases.look import Found, Look, listed
from casework.cases.model import Allegation, Letter
from casework.procedure.requirements import (
    AllegationsNotified,
    InTime,
    LetterIssued,
    LetterServed,
    Notice,
    NoticeForecast,
)
from casework.procedure.service import deemed_served, rules_of
from casework.procedure.working import Working


def letter_name(template: str) -> str:
    """A template's id in words: `hearing-invitation` is “hearing invitation”."""
    return template.replace("-", " ")


def _newest(template: str, look: Look) -> Letter | None:
    letters = look.case.letters_of(template)
    return letters[-1] if letters else None


def _not_issued(template: str) -> Found:
    name = letter_name(template)
    return Found(
        "breached", f"The letter “{name}” has not been issued.", f"Issue the letter “{name}” and serve it."
    )


def letter_issued(rule: LetterIssued, look: Look) -> Found:
    """Met by the newest letter of the template that stands."""
    letter = _newest(rule.letter, look)
    if letter is None or letter.issued is None:
        return _not_issued(rule.letter)
    return Found("met", f"The letter “{letter_name(rule.letter)}” was issued.", events=(letter.issued,))


def letter_served(rule: LetterServed, look: Look) -> Found:
    """Met when the earliest effective service is not after the day of the step."""
    letter = _newest(rule.letter, look)
    if letter is None:
        return _not_issued(rule.letter)
    name, service = letter_name(rule.letter), letter.earliest_service
    if service is None:
        return Found(
            "breached", f"The letter “{name}” has not been served.", f"Record how “{name}” was served."
        )
    if look.on is None:
        return Found(
            "not_shown",
            f"Without a date it cannot be shown that “{name}” was served before.",
            "Give the date.",
            (service.n,),
        )
    if service.effective > look.on:
        says = f"The letter “{name}” counts as received only on {describe_date(service.effective)}."
        return Found("breached", says, "Wait until it counts as received.", (service.n,), service.effective)
    return Found("met", f"The letter “{name}” was served.", events=(service.n,))


def notice(rule: Notice, look: Look) -> Found:
    """Met when enough clear working days lie between actual service and the date in the step's field."""
    until = look.fields.date_of(rule.until)
    letter = _newest(rule.letter, look)
    if letter is None:
        return _not_issued(rule.letter)
    name, service = letter_name(rule.letter), letter.earliest_service
    if service is None:
        return Found(
            "breached",
            f"The letter “{name}” has not been served, so no notice has begun to run.",
            f"Serve “{name}”; the notice counts from the day on which it is received.",
        )
    if until is None:
        return Found(
            "not_shown", "The date is not known, so the notice given cannot be shown.", "Give the date."
        )
    return _enough(rule, look, service.effective, until, (service.n,))


def notice_forecast(rule: NoticeForecast, look: Look) -> Found:
    """Met when the date would leave enough clear working days if the letter were served on the day of this step."""
    until = look.fields.date_of(rule.until)
    if until is None or look.on is None:
        return Found("not_shown", "Without the date, the notice cannot be worked out.", "Give the date.")
    method = look.fields.values.get(rule.method or "", "hand")
    served, _ = deemed_served(str(method), look.on, None, look.context.calendar, rules_of(look.policy))
    return _enough(rule, look, served, until, ())


def _enough(
    rule: Notice | NoticeForecast, look: Look, served: date, until: date, events: tuple[int, ...]
) -> Found:
    calendar, wanted = look.calendar, look.policy.days(rule.clear_working_days)
    # A meeting may be held on a day that does not count, so it is the days between that are judged.
    given = calendar.clear_days_between(served, until).days if until >= served else -1
    full = calendar.earliest_after_clear_days(served, wanted)
    if given >= wanted:
        return Found("met", "Enough notice is given.", "", events, None, full)
    agreed = rule.unless is not None and look.field_value(rule.unless) is True
    if agreed and rule.never_below is not None:
        least = look.policy.days(rule.never_below)
        floor = calendar.earliest_after_clear_days(served, least)
        if given >= least:
            return Found("met", "The employee agreed in writing to shorter notice.", "", events, None, floor)
        return _too_early(
            rule, look, until, floor, events, "Even with the employee’s agreement the notice is too short."
        )
    return _too_early(rule, look, until, full, events, "The notice is too short.")


def _too_early(
    rule: Notice | NoticeForecast,
    look: Look,
    until: date,
    working: Working,
    events: tuple[int, ...],
    says: str,
) -> Found:
    time_of_day = str(look.fields.values[rule.until])[10:]
    return Found(
        "breached",
        f"{says} {describe_date(until)} is before {describe_date(working.result)}.",
        f"Choose {describe_date(working.result)} or later.",
        events,
        working.result,
        working,
        {rule.until: working.result.isoformat() + time_of_day},
    )


def allegations_notified(rule: AllegationsNotified, look: Look) -> Found:
    """Met when each proved allegation was in a letter that left enough notice of the newest hearing."""
    findings = look.fields.values.get(rule.field, {})
    proved = [item for item in look.case.standing_allegations if findings.get(item.id) == "proved"]
    hearing = look.case.last_step(*rule.steps)
    if hearing is None or hearing.irregular or hearing.breached or hearing.on_paper or not proved:
        return Found("not_reached", "There is nothing to look at yet.")
    held = str(hearing.values.get(rule.until, ""))[:10]
    if not held:
        return Found("not_shown", "The day of the hearing is not known.", "Correct it.", (hearing.n,))
    agreed = (
        rule.unless is not None and look.field_value(rule.unless) is True and rule.never_below is not None
    )
    wanted = look.policy.days((rule.never_below if agreed else rule.clear_working_days) or 0)
    late = [item for item in proved if not _told_in_time(item, rule, look, date.fromisoformat(held), wanted)]
    if not late:
        return Found("met", "The employee had notice of each allegation.", events=(hearing.n,))
    numbers, several = listed([str(item.number) for item in late]), len(late) > 1
    return Found(
        "breached",
        f"Of allegation{'s' if several else ''} {numbers} the employee did not have {wanted} clear working days’ "
        "notice before the hearing.",
        "Send an invitation that names it and go on with the hearing once its notice has run, or find it not proved.",
        (hearing.n, *(item.n for item in late)),
    )


def _told_in_time(
    allegation: Allegation, rule: AllegationsNotified, look: Look, held: date, wanted: int
) -> bool:
    """Whether a letter made up after the allegation was received so many clear working days before the hearing."""
    services = [
        letter.earliest_service
        for letter in look.case.letters_of(rule.letter)
        if letter.proposed > allegation.n
    ]
    return any(
        service is not None
        and service.effective <= held
        and look.context.calendar.clear_days_between(service.effective, held).days >= wanted
        for service in services
    )


def in_time(rule: InTime, look: Look) -> Found:
    """Met on or before the due date of the newest clock of that name, and when it never ran."""
    clock = next((item for item in reversed(look.case.clocks) if item.id == rule.clock), None)
    if clock is None:
        return Found("not_reached", "No period has begun to run.")
    if look.on is None:
        says = "Without a date it cannot be shown that this came in time."
        return Found("not_shown", says, "Give the date.", (clock.n,))
    if look.on > clock.due:
        says = f"It came after the last day, {describe_date(clock.due)}."
        return Found("breached", says, "Decide whether to accept it late, and record why.", (clock.n,))
    return Found("met", f"It came in time (last day {describe_date(clock.due)}).", events=(clock.n,))
