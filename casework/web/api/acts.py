"""What a program records in a case: steps that people took, allegations, parts, notes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from casework.base.errors import BadInput
from casework.base.time import parse_occurred
from casework.cases.comparable import compared
from casework.cases.request import Compared, StepRefused, WaiverRequest
from casework.services.allegations import allege, withdraw_allegation
from casework.services.cases import add_note, assign, party_if_named
from casework.services.comparable import comparable_cases
from casework.services.directory import find_person, who_am_i
from casework.services.errors import NoAccess
from casework.services.loading import LoadedCase, people_of
from casework.services.schools import School
from casework.services.steps import take_step
from casework.web.api.asks import Allege, Assign, Note, TakeStep, Withdraw
from casework.web.api.callers import Caller, Naming, Stepping, alone
from casework.web.api.cases import AGAIN, Reference, StepName, recorded
from casework.web.api.problems import Rule
from casework.web.api.shapes import Recorded
from casework.web.api.values import LARGEST

ROUTER = APIRouter(tags=["acts"])

Numbered = Annotated[int, Path(ge=1, le=LARGEST)]


@ROUTER.post(
    "/cases/{reference}/steps/{step}",
    status_code=201,
    summary="Record a step",
    responses=AGAIN,
)
@alone
def step(
    caller: Stepping, reference: Reference, step: StepName, asked: TakeStep, response: Response
) -> Recorded:
    """Record that somebody with authority took a step, if the procedure allows it.

    What it does not allow is refused with every point at once (422), and nothing is recorded.
    """
    school, loaded = caller.case(reference)
    name, command = step.replace("-", "_"), asked.command
    if name not in loaded.policy.steps:
        raise NoAccess("There is no such step in the procedure of this case.")
    before = caller.before(loaded, command, asked.seen, "step_", name)
    if before is not None:
        return recorded(loaded, before, response)
    _require_person(caller, school, loaded, asked.taken_by)
    try:
        taken = take_step(
            caller.workspace,
            school,
            loaded,
            name,
            values=asked.values,
            occurred=parse_occurred(asked.occurred) if asked.occurred else None,
            taken_by=asked.taken_by,
            basis=asked.basis,
            authority=asked.authority,
            waivers=[WaiverRequest(w.requirement, w.by, w.reason, w.advice) for w in asked.waivers],
            irregular=asked.irregular,
            seen=asked.seen,
            command=command,
            compared=_compared(caller, school, loaded, asked.compared),
            dry_run=asked.dry_run,
        )
    except StepRefused as refused:
        raise _with_rules(loaded, refused) from None
    return recorded(loaded, taken.receipt, response, command)


@ROUTER.post(
    "/cases/{reference}/allegations", status_code=201, summary="Add or amend an allegation", responses=AGAIN
)
@alone
def allegation(caller: Stepping, reference: Reference, asked: Allege, response: Response) -> Recorded:
    """Add an allegation, or amend one; both versions stand in the history."""
    school, loaded = caller.case(reference)
    command = asked.command
    done = caller.before(loaded, command, asked.seen, "allegation_") or allege(
        caller.workspace,
        school,
        loaded,
        text=asked.text,
        clauses=asked.clauses,
        band=asked.band,
        period=asked.period,
        gross_misconduct=asked.gross_misconduct,
        amends=asked.amends,
        command=command,
    )
    return recorded(loaded, done, response)


@ROUTER.post(
    "/cases/{reference}/allegations/{number}/withdrawal",
    status_code=201,
    summary="Withdraw an allegation",
    responses=AGAIN,
)
@alone
def withdrawal(
    caller: Stepping, reference: Reference, number: Numbered, asked: Withdraw, response: Response
) -> Recorded:
    """Withdraw an allegation, with a reason."""
    school, loaded = caller.case(reference)
    command = asked.command
    done = caller.before(loaded, command, asked.seen, "allegation_") or withdraw_allegation(
        caller.workspace, school, loaded, number=number, reason=asked.reason, command=command
    )
    return recorded(loaded, done, response)


@ROUTER.post(
    "/cases/{reference}/people", status_code=201, summary="Give somebody parts in a case", responses=AGAIN
)
@alone
def people(caller: Naming, reference: Reference, asked: Assign, response: Response) -> Recorded:
    """Bring somebody of the directory into a case, or give somebody in it exactly these parts."""
    school, loaded = caller.case(reference)
    command = asked.command
    done = caller.before(loaded, command, asked.seen, "party_") or assign(
        caller.workspace,
        school,
        loaded,
        named=asked.name,
        roles=asked.roles,
        reason=asked.reason,
        command=command,
    )
    return recorded(loaded, done, response)


@ROUTER.post("/cases/{reference}/notes", status_code=201, summary="Add a note", responses=AGAIN)
@alone
def note(caller: Stepping, reference: Reference, asked: Note, response: Response) -> Recorded:
    """Add a note, advice or minutes; advice stays apart from findings."""
    school, loaded = caller.case(reference)
    command = asked.command
    done = caller.before(loaded, command, asked.seen, "note_") or add_note(
        caller.workspace,
        school,
        loaded,
        text=asked.text,
        type_=asked.type,
        occurred=parse_occurred(asked.occurred) if asked.occurred else None,
        command=command,
    )
    return recorded(loaded, done, response)


def _require_person(caller: Caller, school: School, loaded: LoadedCase, named: str) -> None:
    """See that a step was taken by a person: a program records, and decides nothing."""
    me = who_am_i(caller.workspace, school).person
    party = party_if_named(caller.workspace, loaded, named)
    if party is None:
        person = find_person(caller.workspace, school, named).id
    else:
        person = str(people_of(caller.workspace, loaded)[party].get("person", ""))
    if person == me:
        raise BadInput(
            "A program records what a person decided, and decides nothing itself.",
            remedy="Name the person who took the step in `taken_by`.",
        )


def _compared(caller: Caller, school: School, loaded: LoadedCase, digest: str | None) -> Compared | None:
    """The comparable decisions that were shown; None if they were not, or others than those that there are now."""
    if digest is None:
        return None
    found = compared(item.comparable for item in comparable_cases(caller.workspace, school, loaded).shown)
    return found if found.digest == digest else None


def _with_rules(loaded: LoadedCase, refused: StepRefused) -> StepRefused:
    """A refusal with what its rules say, and the earliest lawful date."""
    known = loaded.policy.rules
    cited = dict.fromkeys(rule for item in refused.unmet for rule in item.cites)
    refused.details["rules"] = [
        Rule(
            id=rule, title=known[rule].title, source=known[rule].source, confirmed=known[rule].confirmed
        ).model_dump()
        for rule in cited
        if rule in known
    ]
    if refused.earliest is not None:
        refused.details["earliest"] = refused.earliest.isoformat()
    return refused
