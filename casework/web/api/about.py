"""What a token may do, its schools, and lists across cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from casework.services import audit_tools as tools
from casework.services.access import note_access
from casework.services.directory import who_am_i
from casework.services.guard import no_such_case
from casework.services.listing import list_due, page_of_cases, state_titles
from casework.web.api.callers import Reading, alone
from casework.web.api.shapes import (
    CaseListed,
    CasePage,
    DueShown,
    Exceptions,
    ExceptionShown,
    Me,
    SchoolShown,
)
from casework.web.api.values import PREFIX

ROUTER = APIRouter()

Size = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Prefix = Annotated[str | None, Query(pattern=PREFIX, description="The prefix of a school; all if not given.")]


@ROUTER.get("/me", summary="What this token may do", tags=["token"])
@alone
def me(caller: Reading) -> Me:
    """Say what the token that asks may do, for which schools, and until when."""
    of, scope = caller.schools(), caller.allowed.scope
    found = who_am_i(caller.workspace, of[0])
    return Me(
        name=found.name,
        role=found.role,
        actions=list(scope.actions),
        until=scope.until,
        schools=[school.prefix for school in of],
    )


@ROUTER.get("/schools", summary="List the token's schools", tags=["lists"])
@alone
def schools(caller: Reading) -> list[SchoolShown]:
    """List the schools that the token works for, by name."""
    return [
        SchoolShown(name=one.name, prefix=one.prefix, policy=caller.workspace.policy(one.policy).label)
        for one in caller.schools()
    ]


@ROUTER.get("/cases", summary="List cases", tags=["lists"])
@alone
def cases(
    caller: Reading,
    school: Prefix = None,
    open_only: Annotated[bool, Query(description="Leave out those that are closed.")] = False,
    size: Size = 50,
    after: Annotated[
        str, Query(max_length=20, description="The reference of the last case of the page before.")
    ] = "",
) -> CasePage:
    """List the cases that the token may see, newest first, a page at a time. No name is among what is listed."""
    of = [caller.school(school)] if school else caller.schools()
    behind = None
    if after:
        at, found = caller.case(after)
        with caller.workspace.store.read() as reader:
            behind = reader.case_called(at.id, found.case.reference)
        if behind is None or at.id not in {one.id for one in of}:
            raise no_such_case()
    rows = page_of_cases(caller.workspace, of, size + 1, behind, open_only=open_only)
    page, prefixes = rows[:size], {one.id: one.prefix for one in of}
    titles = state_titles(caller.workspace, page)
    return CasePage(
        cases=[
            CaseListed(
                reference=row.reference,
                school=prefixes[row.organisation],
                opened=date.fromisoformat(row.opened),
                stage=row.stage,
                state=titles[row.stream],
                closed=row.closed,
                events=row.events,
                last_recorded=row.last_recorded,
            )
            for row in page
        ],
        next=page[-1].reference if len(rows) > size else None,
    )


@ROUTER.get("/due", summary="List what is due", tags=["lists"])
@alone
def due(caller: Reading, school: Prefix = None, size: Size = 50) -> list[DueShown]:
    """List what is due in the cases that the token may see: overdue first, then by date."""
    of = [caller.school(school)] if school else caller.schools()
    return [
        DueShown.model_validate(item)
        for item in list_due(caller.workspace, of, caller.today, first=size)[:size]
    ]


@ROUTER.get("/exceptions", summary="List what stands out in a school's cases", tags=["lists"])
@alone
def exceptions(
    caller: Reading,
    school: Annotated[str, Query(pattern=PREFIX, description="The prefix of the school.")],
    days: Annotated[
        int, Query(ge=0, le=3650, description="Written up so many calendar days later is late.")
    ] = 5,
    opened_from: Annotated[date | None, Query(description="Only cases opened on this day or later.")] = None,
    opened_until: Annotated[date | None, Query(description="Only cases opened by this day.")] = None,
) -> Exceptions:
    """List what was waived, late, irregular or mended in the cases of a school that the token may see."""
    one = caller.school(school)
    note_access(caller.workspace, one, "figures")
    population = tools.population(caller.workspace, one)
    among = tools.opened_between(population.cases, opened_from, opened_until)
    found: list[tools.Exceptional] = []
    wrong, counted = list(population.wrong), 0
    for history in tools.histories(caller.workspace, one, among):
        here = tools.exceptions(history, days)
        found, counted = found + here, counted + 1
        wrong += tools.reconciled(history, here)
    return Exceptions(
        cases=counted, exceptions=[ExceptionShown.model_validate(item) for item in found], disagreements=wrong
    )
