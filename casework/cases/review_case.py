"""The fairness review of a live case: what decided each step is asked again, with what no step can ask beside it.

- Every requirement of every step that stands is assessed with the function that decided it, on the case as it
  stood before it, corrections included. There is no second definition of any of them.
- A clock that ran out is shown. Where the law fixes the time this is a breach, otherwise a question: was there a
  reason? A target that the school set itself proves no undue delay, whatever other rule it serves. A time in which
  somebody may do something and need not is over when it has passed, and nothing is late.
- Rules that no step can require are those of a paper case, held against the chronology that the ledger tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from casework.base.errors import CaseworkError
from casework.base.time import describe_date, parse_instant
from casework.cases.again import as_requested, context_again
from casework.cases.chronology_told import told_by_ledger
from casework.cases.clocks import was_owed
from casework.cases.decide import assess_step, look_at
from casework.cases.followed import in_force
from casework.cases.model import Case, Clock, Status
from casework.cases.on_paper import STEP_ON_PAPER
from casework.cases.replay import Recorded, facts_of, replay, replay_before
from casework.cases.request import Assessment, Context
from casework.cases.review import Finding, ReviewRule, review
from casework.cases.review_rules import RULES
from casework.procedure.calendar import Calendar
from casework.procedure.model import Policy

_STEPS = ("step_taken", "step_irregular")


def review_case(
    history: Sequence[Recorded],
    policies: Mapping[str, Policy],
    calendars: Mapping[str, Calendar],
    today: date | None,
) -> list[Finding]:
    """Return the fairness review of one case as it stands on `today`, a local date.

    Args:
        history: the case's events in order, from 1.
        policies: by digest, each policy that the case has followed; a step and a clock are held to their own.
        calendars: the calendars that it relied on, by digest.
        today: the day on which clocks that still run are looked at; None leaves them out.

    Raises:
        FactsMissing: the history has a gap.
    """
    case = replay(history)
    found = [
        item
        for record in case.steps
        for item in _of_step(history, policies[in_force(history, record.n)], calendars, record.n)
    ]
    for clock in case.clocks:
        policy = policies[in_force(history, clock.n)]
        if _owed(clock, policy, case):
            found += _late(clock, policy, today, _ended(clock, history))
    return [*found, *review(told_by_ledger(case, policies[case.policy]), _review_only(RULES))]


def _review_only(rules: Sequence[ReviewRule]) -> Iterator[ReviewRule]:
    return (rule for rule in rules if rule.ledger)


def _of_step(
    history: Sequence[Recorded], policy: Policy, calendars: Mapping[str, Calendar], n: int
) -> list[Finding]:
    facts = facts_of(history, n)
    if facts["kind"] == STEP_ON_PAPER:
        return _on_paper(facts, policy, n)
    calendar = calendars.get(facts["calendar"])
    title = policy.steps[facts["step"]][1].title
    if calendar is None:
        says = "The calendar that this step relied on is not there, so it cannot be assessed again."
        return [Finding("", "", "not_shown", says, events=(n,), step=title)]
    before = replay_before(history, n)
    context = context_again(Context(parse_instant(history[-1].recorded), calendar, facts["calendar"]), facts)
    try:
        request = as_requested(facts, policy, before)
        assessed = assess_step(look_at(before, policy, request, context), request)
    except CaseworkError as error:
        return [Finding("", "", "not_shown", error.message, events=(n,), step=title)]
    return [_finding(item, n, title) for item in assessed if _says_something(item)]


def _on_paper(facts: Mapping[str, Any], policy: Policy, n: int) -> list[Finding]:
    """What a step that happened on paper broke, as the paper showed it when the case was taken over."""
    title = policy.steps[facts["step"]][1].title
    found = []
    for rule in facts["broke"]:
        known = policy.rules.get(rule)
        says = f"The paper shows that this was not kept. {known.title if known else ''}".rstrip()
        found.append(Finding(rule, code_of([rule]), "breached", says, _REMEDIES.get(rule, ""), (n,), title))
    return found


def _says_something(item: Assessment) -> bool:
    """What holds for every step (its state, its date) is worth a line only where it was not in order."""
    return bool(item.cites and item.kind not in _BUILT_IN) or item.unmet


def _finding(item: Assessment, n: int, title: str) -> Finding:
    rule = item.cites[0] if item.cites else ""
    shown = tuple(sorted({*item.events, n}))
    remedy = item.remedy if item.unmet else ""
    return Finding(rule, _code(item), item.status, item.says, remedy, shown, title)


def _code(item: Assessment) -> str:
    """The finding code of a requirement: from its kind, or from the rules that it cites."""
    if item.kind in _BUILT_IN:
        return ""
    if item.kind == "different_people":
        return code_of([rule for rule in item.cites if rule.startswith(_ABOUT_PEOPLE)])
    return _BY_KIND.get(item.kind) or code_of(item.cites)


_BUILT_IN: Final = ("state", "role", "date", "field")
"""What every step needs; outside the vocabulary of the findings."""

_ABOUT_PEOPLE: Final = ("ACAS-6", "ACAS-27", "PAN-")

_BY_KIND: Final[Mapping[str, str]] = {
    "notice": "insufficient_notice_of_hearing",
    "notice_forecast": "insufficient_notice_of_hearing",
    "evidence_recorded": "no_investigation",
    "evidence_disclosed": "evidence_not_disclosed",
    "allegations_specified": "allegation_not_specified",
    "gross_misconduct_notified": "no_written_notice",
    "sanction_not_increased": "appeal_unfair",
    "live_warning": "disproportionate_sanction",
}


def code_of(cites: Sequence[str]) -> str:
    """The finding code of the first cited rule that has one."""
    return next((_CODES[rule] for rule in cites if _CODES.get(rule)), "")


_CODES: Final[Mapping[str, str]] = {rule.id: rule.code for rule in reversed(RULES) if rule.code}
"""The code of each rule; of a rule that is asked in several ways, the first."""

_REMEDIES: Final[Mapping[str, str]] = {rule.id: rule.remedy for rule in reversed(RULES) if rule.remedy}
"""What to do where a rule was broken."""


def _ended(clock: Clock, history: Sequence[Recorded]) -> bool:
    """Whether a clock ended because the case moved to a policy that does not have it."""
    return clock.stopped is not None and history[clock.stopped - 1].facts["kind"] == "policy_moved"


def _owed(clock: Clock, policy: Policy, case: Case) -> bool:
    """Whether anything was due by a clock, as far as the step that stopped it says."""
    deadline = policy.deadlines.get(clock.id)
    return deadline is None or was_owed(deadline, case.values_of(clock.stopped))


def _late(clock: Clock, policy: Policy, today: date | None, ended: bool) -> Iterator[Finding]:
    deadline = policy.deadlines.get(clock.id)
    if deadline is None or (clock.stopped is None and today is None) or not clock.late(today or date.min):
        return
    if deadline.lapses:
        return
    by_law = deadline.basis == "statutory"
    status: Status = "breached" if by_law else "not_shown"
    rule = deadline.cites[0] if deadline.cites else ""
    code = code_of(deadline.cites) if by_law else "undue_delay"
    events = (clock.n,) if clock.stopped is None else (clock.n, clock.stopped)
    remedy = deadline.then if clock.stopped is None else _WHY
    yield Finding(rule, code, status, _when(clock, ended), remedy, events, step=deadline.title)


_WHY = "Note why it took longer."


def _when(clock: Clock, ended: bool) -> str:
    due = f"It was due on {describe_date(clock.due)}"
    if ended:
        return f"{due} and was not done when the case moved to a policy that does not have it."
    if clock.stopped_on is not None:
        return f"{due} and done on {describe_date(clock.stopped_on)}."
    return (
        f"{due} and is not done."
        if clock.stopped is None
        else f"{due}, and it is not known when it was done."
    )
