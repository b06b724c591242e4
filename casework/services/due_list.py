"""What is due in cases and registers of several schools, in the words of a list, and to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from casework.base.time import local_date
from casework.base.words import count, listed, lower_first, when_due
from casework.records.deadlines import DueItem
from casework.services.listing import Chosen, Due, list_due, list_due_in_registers

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.services.workspace import Workspace


def everything_due(
    workspace: Workspace,
    of: Sequence[School],
    now: datetime,
    *,
    first: int | None = None,
    chosen: Chosen | None = None,
) -> list[Due]:
    """Return what is due in cases and registers of these schools, or the `first` so many, the latest first.

    Args:
        chosen: says of each whether it is wanted; all are, without.

    Raises:
        RegisterUnreadable: a register's facts were erased, or some are missing.
    """
    found = list_due(workspace, of, local_date(now), first=first, chosen=chosen)
    kept = list_due_in_registers(workspace, of, now)
    found += [item for item in kept if chosen is None or chosen(item)]
    return sorted(found, key=lambda item: item.due)[:first]


def who_acts(item: Due) -> str:
    """Return who must act, as a list that begins with a capital letter."""
    return listed([*item.act_by[:1], *map(lower_first, item.act_by[1:])], "or")


def how_long(item: Due, today: date) -> str:
    """Return how long there is; in hours where hours are counted."""
    if item.hours_left is None:
        return when_due(item.due, today)
    if item.hours_left < 0:
        return f"{count(-item.hours_left, 'hour')} late"
    return f"{count(item.hours_left, 'hour')} left"


def to_take_away(items: Iterable[Due]) -> list[DueItem]:
    """Return what is due as lines of a spreadsheet or entries of a diary."""
    return [
        DueItem(
            f"{item.reference}-{item.clock}-{item.n}",
            item.school,
            item.reference,
            item.title,
            who_acts(item),
            item.then,
            item.due,
            item.days_left,
        )
        for item in items
    ]
