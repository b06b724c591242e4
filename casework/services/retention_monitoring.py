"""Until when answers to equality monitoring are kept: a time of their own, from the day on which their case was closed.

What was replaced, what the employee no longer wants to be used, and what can be counted with no case any more goes at
once (UKGDPR-5e).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.base.time import describe_date, local_date, parse_instant
from casework.cases.keeping import Period, closed_on
from casework.cases.replay import FactsMissing
from casework.procedure.periods import add_months
from casework.services.monitoring import Recorded, recorded
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Monitored:
    """Answers of a case with the time for which they are kept.

    Args:
        name: the reference of the case with `:monitoring` behind it, and a number where there are several.
        stream: theirs.
        period: its last day is None while the case is open.
        at_once: they go now.
        case: None if its facts are gone.
    """

    name: str
    stream: str
    period: Period
    at_once: bool
    case: LoadedCase | None


def monitored(workspace: Workspace, school: School) -> Iterator[Monitored]:
    """Yield the answers that are kept, oldest first."""
    many: Counter[str] = Counter()
    for item in recorded(workspace, school):
        loaded = _case(workspace, item.case)
        name = f"{loaded.case.reference if loaded is not None else item.case[:8]}:monitoring"
        many[name] += 1
        numbered = f"{name}-{many[name]}" if item.replaced else name
        at_once = _at_once(item, loaded)
        period = at_once or _period(workspace, school, loaded)
        yield Monitored(numbered, item.stream, period, at_once is not None, loaded)


def _case(workspace: Workspace, stream: str) -> LoadedCase | None:
    try:
        return workspace.cases.load(stream)
    except FactsMissing:
        return None


def _at_once(item: Recorded, loaded: LoadedCase | None) -> Period | None:
    since = local_date(parse_instant(item.stopped or item.at))
    cites: tuple[str, ...]
    if item.stopped:
        says, cites = f"The employee asked on {describe_date(since)} that they be not used.", ("UKGDPR-9",)
    elif item.replaced:
        says, cites = "Other answers were entered in their place.", ("UKGDPR-5e",)
    elif loaded is None:
        says, cites = (
            "The facts of their case are gone, so that they can be counted with nothing.",
            ("UKGDPR-5e",),
        )
    else:
        return None
    return Period(since - timedelta(days=1), says, cites)


def _period(workspace: Workspace, school: School, loaded: LoadedCase | None) -> Period:
    policy = loaded.policy if loaded is not None else workspace.policy(school.policy)
    rules = policy.retention
    months = policy.days(rules.monitoring_months) if rules is not None else 48
    cites = rules.monitoring_cites if rules is not None else ()
    closed = closed_on(loaded.case, policy) if loaded is not None else None
    until: date | None = add_months(closed, months).result if closed is not None else None
    begun = f"the case was closed, on {describe_date(closed)}" if closed is not None else "the case is closed"
    says = f"Answers to equality monitoring are counted for {months} months after {begun}."
    if until is not None:
        says += f" Until {describe_date(until)}."
    return Period(until, says, cites)
