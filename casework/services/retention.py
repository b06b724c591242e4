"""Destroying a record that is due, with the agreement of two people; refused while it is kept, or held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from casework.base.errors import BadInput, Refused
from casework.base.time import describe_date, local_date
from casework.services.directory import Person, find_person
from casework.services.erasing import erase
from casework.services.erasure import Erasure
from casework.services.retention_list import Item, find_item
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


class NotDue(Refused):
    """A record may not be destroyed now."""

    code = "not-due"


def apply(
    workspace: Workspace,
    school: School,
    name: str,
    *,
    approved_by: Sequence[str],
    reason: str,
    command: str = "",
) -> tuple[Item, Erasure]:
    """Destroy one record that is due, with the agreement of two people; return what it was and what was recorded.

    Args:
        name: as `Item.name`, in any case of letters.
        approved_by: two different people of the directory, neither of whom it is about.
        reason: in words; sealed.

    Raises:
        BadInput: there is no such record, not two people, or no reason. NotDue: it is kept for longer, or held.
        StoreBusy, StoreFull: it is on record, but still pending (a note says so).
    """
    item = find_item(workspace, school, name)
    approvers = [find_person(workspace, school, named) for named in approved_by]
    erasure = agreed_erasure(workspace, item, approvers, reason)
    erase(workspace, school, [erasure], command=command)
    return item, erasure


def agreed_erasure(workspace: Workspace, item: Item, approvers: Sequence[Person], reason: str) -> Erasure:
    """Return what is destroyed of a record to which these people agree.

    Raises:
        BadInput: not two people, one whom it is about, or no reason. NotDue: it is kept for longer, or held.
    """
    if len({person.id for person in approvers}) < 2:
        raise BadInput("Two different people have to agree.", remedy="Name both: --approved-by, twice.")
    may_be_destroyed(workspace, item, approvers, reason)
    return _erasure(workspace, item, approvers, reason.strip())


def may_be_destroyed(workspace: Workspace, item: Item, approvers: Sequence[Person], reason: str) -> None:
    """Refuse a destruction that one of these people may not agree to, that has no reason, or that is not due.

    Raises:
        BadInput, NotDue.
    """
    today = local_date(workspace.clock.now())
    if any(person.id == item.subject for person in approvers):
        raise BadInput("Nobody agrees to the destruction of their own record.", remedy="Name two others.")
    if not reason.strip():
        raise BadInput("Destroying a record needs a reason.", remedy="Give it with --reason.")
    if not item.ready(today):
        raise _not_due(item, today)


def _erasure(workspace: Workspace, item: Item, approvers: Sequence[Person], reason: str) -> Erasure:
    with workspace.store.read() as reader:
        left = {
            event.n
            for event in reader.events_of(item.stream)
            if event.sealed is not None or event.facts is not None
        }
    kept = item.keeping
    words = {"of": item.name, "reason": reason, "approved_by": [person.name for person in approvers]}
    return Erasure(
        item.stream,
        tuple(n for n in item.events if n in left),
        "words" if item.kind in ("case", "register") else "everything",
        item.kind != "register" and left <= set(item.events),
        kept.class_ if kept is not None else "",
        kept.rules if kept is not None else (),
        item.due.isoformat() if item.due is not None else "",
        tuple(person.id for person in approvers),
        words,
    )


def _not_due(item: Item, today: date) -> NotDue:
    if item.blocked:
        return NotDue(
            f"{item.name} is not destroyed: {' '.join(item.blocked)}",
            remedy="A hold ends with: casework retention release. What is still due has to be done first.",
        )
    if item.due is None:
        missing = item.keeping.missing if item.keeping is not None else ()
        says = " ".join(period.says for period in missing) or "its policy does not say how long it is kept."
        return NotDue(
            f"It is not known until when {item.name} is kept: {says}",
            remedy="Enter the date: casework person edit NAME --left DATE, or --pension-age-on DATE.",
        )
    periods = item.keeping.periods if item.keeping is not None else ()
    why = max(periods, key=lambda period: period.until or date.min).says
    return NotDue(
        f"{item.name} is kept until {describe_date(item.due - timedelta(days=1))}. {why}",
        remedy=f"It may be destroyed from {describe_date(item.due)}.",
        due=item.due,
        today=today,
    )
