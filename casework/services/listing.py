"""Lists across cases, from read tables alone: no key is needed, and no name is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.rows import CaseRow


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that runs: in which case, what is due on which local date, who must act, and how late it is.

    `days_left` are calendar days from today; negative when it is overdue.
    """

    school: str
    reference: str
    clock: str
    title: str
    then: str
    act_by: tuple[str, ...]
    counted_from: date
    due: date
    days_left: int

    @property
    def overdue(self) -> bool:
        """True after the due date. Being late never blocks what cures it."""
        return self.days_left < 0


def list_cases(workspace: Workspace, school: School, *, open_only: bool = False) -> list[CaseRow]:
    """Return a school's cases, newest first."""
    with workspace.store.read() as reader:
        return reader.cases(school.id, open_only=open_only)


def list_due(workspace: Workspace, of: Sequence[School], today: date) -> list[Due]:
    """Return every running clock of these schools, overdue first, then by due date."""
    found = []
    for school in of:
        with workspace.store.read() as reader:
            running = reader.running_clocks(school.id)
            cases = {row.stream: row for row in reader.cases(school.id)}
        for clock in running:
            case = cases[clock.stream]
            policy = workspace.policy(case.policy)
            deadline = policy.deadlines.get(clock.clock)
            due = date.fromisoformat(clock.due)
            if deadline is None or case.closed:
                continue
            found.append(
                Due(
                    school=school.name,
                    reference=case.reference,
                    clock=clock.clock,
                    title=deadline.title,
                    then=deadline.then,
                    act_by=tuple(
                        policy.roles[role].title for role in deadline.act_by if role in policy.roles
                    ),
                    counted_from=date.fromisoformat(clock.started),
                    due=due,
                    days_left=(due - today).days,
                )
            )
    return sorted(found, key=lambda item: (item.due, item.reference, item.clock))
