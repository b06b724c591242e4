"""A school's earlier decisions that are like a case (ACAS-4b), without names.

What is compared and shown is facts. Only to leave cases out are names opened: those in which the signed-in person has a
part other than running or recording them, those in which the employee of this case has any part, and those whose people
this account may not see or are no longer known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.base.errors import CaseworkError
from casework.base.time import local_date
from casework.cases.comparable import Comparable, likeness, past_decision, shown_order
from casework.procedure.periods import add_months_inclusive
from casework.services.directory import who_am_i
from casework.services.listing import list_cases
from casework.services.loading import people_of
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.model import Case
    from casework.procedure.model import Clause, Policy
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace

_PERIOD: Final = "comparable_months"


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision that is like the case, with the policy and the clauses in whose words it is told."""

    comparable: Comparable
    policy: Policy
    clauses: dict[str, Clause]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What there is to compare a case with, newest first.

    `months` is the policy's period (None: it sets none), and `unconfirmed` whether the school has yet to confirm it.
    `charged` is whether an allegation with a clause stands: without one nothing can be compared.
    """

    shown: tuple[Shown, ...]
    months: int | None
    unconfirmed: bool
    charged: bool


def comparable_cases(workspace: Workspace, school: School, loaded: LoadedCase) -> Comparison:
    """Return the school's decisions that are like a case, of the months that the policy of the case sets."""
    setting = loaded.policy.settings.get(_PERIOD)
    months = int(setting.value) if setting is not None else None
    today = local_date(workspace.clock.now())
    near: list[tuple[Comparable, LoadedCase]] = []
    for row in list_cases(workspace, school):
        if row.stream == loaded.stream or _over(row.last_occurred, months, today):
            continue
        other = _loaded(workspace, row.stream)
        past = past_decision(other.case, other.policy, other.history) if other else None
        if other is None or past is None or _over(past.on.isoformat(), months, today):
            continue
        alike = likeness(loaded.case, past, loaded.catalogues)
        if alike is not None:
            near.append((Comparable(past, alike), other))
    permitted = _permitted(workspace, school, loaded, near)
    permitted.sort(key=lambda pair: shown_order(pair[0]))
    return Comparison(
        tuple(Shown(item, other.policy, _clauses(other)) for item, other in permitted),
        months,
        setting is not None and setting.unconfirmed,
        any(item.clauses for item in loaded.case.standing_allegations),
    )


def _over(day: str | None, months: int | None, today: date) -> bool:
    """Whether a day lies before the period; one that is not known does not."""
    if day is None or months is None:
        return False
    return add_months_inclusive(date.fromisoformat(day), months).result < today


def _loaded(workspace: Workspace, stream: str) -> LoadedCase | None:
    """A case, or None if it cannot be read any more: its facts were erased, or its policy is not there."""
    try:
        return workspace.cases.load(stream)
    except CaseworkError:
        return None


def _permitted(
    workspace: Workspace, school: School, loaded: LoadedCase, near: list[tuple[Comparable, LoadedCase]]
) -> list[tuple[Comparable, LoadedCase]]:
    """Those that may be shown to who is signed in; no key is needed where there are none."""
    if not near:
        return []
    me, employee = who_am_i(workspace, school).person, loaded.case.employee
    subject = str(people_of(workspace, loaded)[employee.id].get("person", "")) if employee else ""
    return [(item, other) for item, other in near if _may_be_shown(workspace, other, me, subject)]


def _may_be_shown(workspace: Workspace, other: LoadedCase, me: str, subject: str) -> bool:
    try:
        people = people_of(workspace, other)
    except CaseworkError:
        return False
    running = {role for _, step in other.policy.steps.values() for role in step.recorders}
    for party, words in people.items():
        person = str(words.get("person", ""))
        if not person or person == subject or (person == me and _roles(other.case, party) - running):
            return False
    return True


def _roles(case: Case, party: str) -> set[str]:
    """Every role that somebody has or had in a case."""
    return {*case.parties[party].roles, *(item.role for item in case.tenures if item.party == party)}


def _clauses(loaded: LoadedCase) -> dict[str, Clause]:
    return {code: clause for item in loaded.catalogues for code, clause in item.by_code.items()}
