"""Lists across cases, from read tables alone: no key is needed, and no name is shown.

Titles are read from the stored policies as plain data: a list has to come at once, and compiling a policy takes longer
than all the rest of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from casework.base.time import LONDON, describe_date, describe_datetime, local_date
from casework.procedure.paused import PAUSED, PAUSED_THEN, paused_title
from casework.services.guard import Sight, cases_of
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.ledger.event import StoredEvent
    from casework.procedure.calendar_warnings import CalendarWarning
    from casework.services.workspace import Workspace
    from casework.store.rows import CaseRow, ClockRow

_PAGE: Final = 1000
"""How many clocks are read at a time."""


@dataclass(frozen=True, slots=True)
class Due:
    """A clock that runs: in which case, what is due on which local date, who must act, and how late it is.

    `days_left` are calendar days from today; negative when it is overdue. `prefix` is the school's, `n` the event of
    the case or register that started the clock. A clock of hours, which runs for an entry of a register, has in
    `hours_left` the whole hours from now, negative once it is late, and in `working` how it is counted; `reference`
    names the entry.
    """

    school: str
    prefix: str
    reference: str
    n: int
    clock: str
    title: str
    then: str
    act_by: tuple[str, ...]
    counted_from: date
    due: date
    days_left: int
    hours_left: int | None = None
    working: str = ""

    @property
    def overdue(self) -> bool:
        """True after the due date, or the due hour. Being late never blocks what cures it."""
        return self.days_left < 0 or (self.hours_left is not None and self.hours_left < 0)


Chosen = Callable[[Due], bool]
"""Says of something that is due whether it is wanted."""


def list_cases(
    workspace: Workspace, school: School, *, open_only: bool = False, first: int | None = None
) -> list[CaseRow]:
    """Return a school's cases that whoever is signed in may see, newest first; at most `first`, if that is given."""
    if first is not None:
        return page_of_cases(workspace, [school], first, open_only=open_only)
    return cases_of(workspace, school.id, open_only=open_only)


def page_of_cases(
    workspace: Workspace,
    of: Sequence[School],
    size: int,
    after: CaseRow | None = None,
    *,
    open_only: bool = False,
) -> list[CaseRow]:
    """Return at most `size` cases of these schools that whoever is signed in may see, newest first.

    They go on from behind the case `after`.
    """
    own = tuple(school.id for school in of)
    found: list[CaseRow] = []
    sight = Sight(workspace)
    with workspace.store.read(*own) as reader:
        while len(found) < size:
            page = reader.page_of_cases(own, size, after, open_only=open_only)
            found += sight.of(reader, page)
            if len(page) < size:
                break
            after = page[-1]
    return found[:size]


def state_titles(workspace: Workspace, cases: Sequence[CaseRow]) -> dict[str, str]:
    """Return, for each case by its stream, what the state of its main strand is called."""
    plain: dict[str, Any] = {row.policy: None for row in cases}
    for digest in plain:
        plain[digest] = plain_policy(workspace, digest)
    found = {}
    for row in cases:
        policy = plain[row.policy]
        strand = policy["strands"][policy.get("main_strand", "procedure")]
        found[row.stream] = str(strand["states"][row.state]["title"])
    return found


def calendar_lacks(workspace: Workspace, school: School, today: date) -> list[CalendarWarning]:
    """Return what a school's calendar will soon lack; no key is needed."""
    from casework.procedure.calendar_warnings import (
        calendar_warnings,  # imported here: a list of cases needs none
    )

    settings = plain_policy(workspace, school.policy).get("settings", {})
    policy_day = settings.get("policy_day", {}).get("value", "working_days")
    return calendar_warnings(workspace.calendar(school.calendar).counting(policy_day), today)


def list_due(
    workspace: Workspace,
    of: Sequence[School],
    today: date,
    *,
    first: int | None = None,
    chosen: Chosen | None = None,
) -> list[Due]:
    """Return every running clock of these schools, or the `first` so many, overdue first, then by due date.

    Args:
        chosen: says of each whether it is wanted; all are, without.
    """
    found: list[Due] = []
    schools = {school.id: school for school in of}
    policies: dict[str, Any] = {}
    for clock, case in _running(workspace, tuple(schools), first):
        if case.policy not in policies:
            policies[case.policy] = plain_policy(workspace, case.policy)
        item = due_of(schools[case.organisation], policies[case.policy], clock, case, today)
        found += [item] if item is not None and (chosen is None or chosen(item)) else []
        if first is not None and len(found) >= first:
            break
    return sorted(found, key=lambda item: (item.due, item.reference, item.clock))


def _running(
    workspace: Workspace, of: tuple[str, ...], first: int | None
) -> Iterator[tuple[ClockRow, CaseRow]]:
    """The running clocks of these schools, earliest due first, read in pages from one snapshot."""
    size = _PAGE if first is None else min(2 * first, _PAGE)
    sight = Sight(workspace)
    with workspace.store.read(*of) as reader:
        page = reader.page_of_clocks(of, size) if of else []
        while page:
            seen = {row.stream for row in sight.of(reader, [row for _, row in page])}
            yield from (pair for pair in page if pair[1].stream in seen)
            page = reader.page_of_clocks(of, size, page[-1][0]) if len(page) == size else []


def due_of(school: School, policy: Any, clock: ClockRow, case: CaseRow, today: date) -> Due | None:
    """Return what a clock of a case makes due; None if it lapsed, or ended with the case."""
    deadline = _deadline(policy, clock.clock)
    due = date.fromisoformat(clock.due)
    if deadline is None or (deadline.get("lapses") and due < today):
        return None
    if case.closed and not goes_on_beside(policy, deadline):
        return None
    roles = policy["roles"]
    return Due(
        school=school.name,
        prefix=school.prefix,
        n=clock.n,
        reference=case.reference,
        clock=clock.clock,
        title=deadline["title"],
        then=deadline["then"],
        act_by=tuple(roles[role]["title"] for role in deadline["act_by"] if role in roles),
        counted_from=date.fromisoformat(clock.started),
        due=due,
        days_left=(due - today).days,
    )


def goes_on_beside(policy: Any, deadline: Any) -> bool:
    """Return whether steps beside the main strand start the clock, so that it goes on when that strand has ended."""
    main = policy.get("main_strand", "procedure")
    steps = {step for name, strand in policy["strands"].items() if name != main for step in strand["steps"]}
    return all(trigger.removeprefix("step:") in steps for trigger in deadline["starts"])


def list_due_in_registers(workspace: Workspace, of: Sequence[School], now: datetime) -> list[Due]:
    """Return every running clock of the registers of these schools, and what in them has to be looked at again.

    The earliest due comes first. `now` is aware.

    Raises:
        RegisterUnreadable: a register's facts were erased, or some are missing.
    """
    found = []
    for school, events in _registers(workspace, of):
        policy = plain_policy(workspace, school.policy)
        known = policy.get("registers", {})
        for name in events.keys() & known.keys():
            if "clock" in known[name]:
                found += _due_in_register(school, name, known[name], events[name], now)
            found += _to_look_at(school, name, known[name], policy.get("settings", {}), events[name], now)
    return sorted(found, key=lambda item: (item.due, item.reference))


def _registers(
    workspace: Workspace, of: Sequence[School]
) -> list[tuple[School, dict[str, list[StoredEvent]]]]:
    """The schools that have registers, with the events of each by its name."""
    schools = {school.id: school for school in of}
    found: dict[str, dict[str, list[StoredEvent]]] = {}
    with workspace.store.read(*schools) as reader:
        for organisation, row in reader.streams_among(tuple(schools), "register"):
            found.setdefault(organisation, {})[row.ref or ""] = reader.events_of(row.stream)
    return [(schools[organisation], events) for organisation, events in found.items()]


def _due_in_register(
    school: School, name: str, plain: Any, events: Sequence[StoredEvent], now: datetime
) -> list[Due]:
    from casework.procedure.registers import HourClock
    from casework.registers.lookup import running
    from casework.registers.model import fold, recorded_of

    clock = HourClock.model_validate(plain["clock"])
    today = local_date(now)
    return [
        Due(
            school=school.name,
            prefix=school.prefix,
            n=item.entry.number,
            reference=f"{name} {item.entry.number}",
            clock=name,
            title=f"{clock.title}, by {item.due.astimezone(LONDON):%H:%M}",
            then=clock.then,
            act_by=(clock.act_by,),
            counted_from=local_date(item.started),
            due=local_date(item.due),
            days_left=(local_date(item.due) - today).days,
            hours_left=int((item.due - now).total_seconds() // 3600),
            working=f"{clock.hours} hours from {describe_datetime(item.started)}, nights and holidays too.",
        )
        for item in running(clock, fold(map(recorded_of, events)))
        if item.stopped is None
    ]


def _to_look_at(
    school: School, name: str, plain: Any, settings: Any, events: Sequence[StoredEvent], now: datetime
) -> list[Due]:
    """The reviews, patterns and begun entries of a register."""
    from casework.procedure.registers import Register
    from casework.registers.model import fold, recorded_of
    from casework.registers.reviews import to_look_at

    today = local_date(now)

    def number(wanted: int | str) -> int:
        return wanted if isinstance(wanted, int) else int(settings[wanted]["value"])

    register = Register.model_validate(plain)
    return [
        Due(
            school=school.name,
            prefix=school.prefix,
            n=item.entry.number,
            reference=f"{name} {item.entry.number}",
            clock=f"{name}:{item.id}",
            title=item.title if item.at is None else f"{item.title}, by {item.at.astimezone(LONDON):%H:%M}",
            then=item.then,
            act_by=(item.act_by,),
            counted_from=item.counted_from,
            due=item.due,
            days_left=(item.due - today).days,
            hours_left=None if item.at is None else int((item.at - now).total_seconds() // 3600),
            working=f"{register.entry} {item.entry.number} of “{register.title}”, counted from"
            f" {describe_date(item.counted_from)}. Rules: {', '.join(item.cites) or 'none'}.",
        )
        for item in to_look_at(register, fold(map(recorded_of, events)), today, number)
    ]


def _deadline(policy: Any, clock: str) -> Any:
    """A deadline of a plain policy, as `Policy.deadline_of` has it; None if there is none of that name."""
    found = policy.get("deadlines", {}).get(clock.removeprefix(PAUSED))
    if found is None or not clock.startswith(PAUSED):
        return found
    title = paused_title(found["title"])
    return {**found, "title": title, "then": PAUSED_THEN, "act_by": found["changed_by"]}


def plain_policy(workspace: Workspace, digest: str) -> Any:
    """Return a stored policy as plain data, its mappings in their own order.

    Raises:
        NoAccess: it is not in this data folder. StoreDamaged: it is not what its digest says.
    """
    return _parsed(workspace.resolved_policy(digest))


@lru_cache(maxsize=16)
def _parsed(resolved: bytes) -> Any:
    return json.loads(resolved, object_hook=_mapping)


def _mapping(value: dict[str, Any]) -> dict[str, Any]:
    """A mapping is stored as a list of pairs (`casework.procedure.resolve`)."""
    return dict(value["in_order"]) if value.keys() == {"in_order"} else value
