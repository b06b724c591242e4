"""One case: opening it, and everything that can be read of it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from casework.base.time import parse_occurred
from casework.cases.comparable import compared
from casework.cases.model import Clock
from casework.cases.request import Assessment
from casework.cases.review import counted
from casework.procedure.model import Policy, StepField
from casework.records.entry import Entry
from casework.services.case_view import opened
from casework.services.cases import open_case
from casework.services.comparable import comparable_cases
from casework.services.directory import find_person
from casework.services.errors import CommandUsed, NoAccess
from casework.services.history import export, timeline
from casework.services.loading import LoadedCase, running
from casework.services.recorder import Receipt, already_recorded
from casework.services.review import review_live
from casework.services.schools import School
from casework.services.steps import forecast_case, next_steps
from casework.web.api.asks import Export, OpenCase
from casework.web.api.callers import Exporting, Opening, Reading, alone
from casework.web.api.shapes import (
    CaseShown,
    Comparable,
    DueShown,
    EntryShown,
    FieldShown,
    FindingShown,
    ForecastShown,
    PointShown,
    Possibles,
    PossibleShown,
    Recorded,
    Review,
    StepAsks,
)
from casework.web.api.values import PREFIX
from casework.web.failures import in_plain_words

ROUTER = APIRouter(tags=["cases"])

Reference = Annotated[
    str,
    Path(
        pattern="^[A-Za-z][A-Za-z0-9]{1,5}-[0-9]{2}-[0-9A-Za-z]{4}$",
        description="The reference of a case, such as ASH-26-7KQ4.",
    ),
]
StepName = Annotated[
    str, Path(pattern="^[a-z][a-z0-9_-]{0,99}$", description="The name of a step, such as hold_hearing.")
]


def again(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Return how it is said that nothing new was recorded."""
    return {200: {"model": model, "description": "Recorded before with this command, or a dry run."}}


AGAIN: Final = again(Recorded)

FILE_TYPES: Final = {
    "pdf": "application/pdf",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xes": "application/xml",
}
"""What each form of a history is sent as."""


@ROUTER.post("/schools/{school}/cases", status_code=201, summary="Open a case", responses=AGAIN)
@alone
def open_(
    caller: Opening,
    school: Annotated[str, Path(pattern=PREFIX, description="The prefix of the school, such as ASH.")],
    asked: OpenCase,
    response: Response,
) -> Recorded:
    """Open a case under the school's procedure, for people whom its directory knows."""
    at, command = caller.school(school), asked.command
    before = already_recorded(caller.workspace, command, None)
    if before is not None and 1 not in before.events:
        raise CommandUsed
    people = [
        (find_person(caller.workspace, at, one.name), one.roles) for one in (() if before else asked.people)
    ]
    done = open_case(
        caller.workspace,
        at,
        reported=parse_occurred(asked.reported),
        summary=asked.summary,
        people=people,
        command=command,
    )
    loaded = caller.workspace.cases.load(done.stream)
    return recorded(loaded, done.receipt, response)


@ROUTER.get("/cases/{reference}", summary="Read a case")
@alone
def case(caller: Reading, reference: Reference) -> CaseShown:
    """Return everything on a case, with names and words. That it was read is put on the access log first."""
    school, loaded = caller.case(reference)
    view, policy = opened(caller.workspace, school, loaded), loaded.policy
    state = policy.strands[policy.main_strand].states[loaded.case.states[policy.main_strand]]
    return CaseShown.model_validate(
        {**view, "states": dict(loaded.case.states), "stage": state.stage, "closed": bool(state.final)}
    )


@ROUTER.get("/cases/{reference}/timeline", summary="Read what happened")
@alone
def case_timeline(caller: Reading, reference: Reference) -> list[EntryShown]:
    """Return each event of a case in order, in words. People are numbers where the token may not read names."""
    school, loaded = caller.case(reference)
    return [_entry(item) for item in timeline(caller.workspace, school, loaded)]


@ROUTER.get("/cases/{reference}/due", summary="What is due in a case")
@alone
def case_due(caller: Reading, reference: Reference) -> list[DueShown]:
    """Return the clocks that run in a case, the earliest first."""
    school, loaded = caller.case(reference)
    return [_due(caller, school, loaded, clock) for clock in running(loaded, caller.today)]


@ROUTER.get("/cases/{reference}/steps", summary="What may be done now")
@alone
def case_steps(caller: Reading, reference: Reference) -> Possibles:
    """Return the steps that start from where the case stands, what each asks for, and what is in its way."""
    school, loaded = caller.case(reference)
    found = [
        PossibleShown(
            step=item.step_id,
            title=item.step.title,
            strand=item.strand,
            taken_by=list(item.step.by),
            ready=item.ready,
            asks=list(item.asks),
            blocks=[_point(point) for point in item.blocks],
            open=[_point(point) for point in item.open],
        )
        for item in next_steps(caller.workspace, school, loaded)
    ]
    return Possibles(reference=loaded.case.reference, seen=loaded.n, steps=found)


@ROUTER.get("/cases/{reference}/steps/{step}", summary="What a step asks for")
@alone
def case_step(caller: Reading, reference: Reference, step: StepName) -> StepAsks:
    """Return the fields of a step, and who may take and record it, whether it can be taken now or not."""
    _, loaded = caller.case(reference)
    strand, found = loaded.policy.steps.get(step.replace("-", "_"), ("", None))
    if found is None:
        raise NoAccess("There is no such step in the procedure of this case.")
    return StepAsks(
        step=step.replace("-", "_"),
        title=found.title,
        strand=strand,
        taken_by=list(found.by),
        recorders=list(found.recorders),
        fields=[
            _field(loaded.policy, name, spec) for name, spec in found.fields.items() if not spec.entered_in
        ],
    )


@ROUTER.get("/cases/{reference}/forecast", summary="The earliest lawful dates to come")
@alone
def forecast(caller: Reading, reference: Reference) -> list[ForecastShown]:
    """Return the earliest lawful date of each step to the end, and how it is counted. It promises nothing."""
    school, loaded = caller.case(reference)
    return [
        ForecastShown(
            step_id=item.step_id,
            title=item.title,
            earliest=item.earliest,
            working=item.working.sentence() if item.working else None,
            due=item.due,
            late=item.late,
        )
        for item in forecast_case(caller.workspace, school, loaded)
    ]


@ROUTER.get("/cases/{reference}/review", summary="The fairness review")
@alone
def review(caller: Reading, reference: Reference) -> Review:
    """Return how each rule of procedure stands in a case today. It is built from the Acas Code, and is no judgment."""
    _, loaded = caller.case(reference)
    found = review_live(caller.workspace, loaded)
    return Review(
        reference=loaded.case.reference,
        counts=counted(found),
        findings=[FindingShown.model_validate(item) for item in found],
    )


@ROUTER.get("/cases/{reference}/comparable", summary="Earlier decisions that are like the case")
@alone
def comparable(caller: Reading, reference: Reference) -> Comparable:
    """Return the outlines of comparable decisions (ACAS-4b), to be shown to whoever decides on a sanction."""
    school, loaded = caller.case(reference)
    found = comparable_cases(caller.workspace, school, loaded)
    return Comparable(
        reference=loaded.case.reference,
        digest=compared(item.comparable for item in found.shown).digest,
        months=found.months,
        decisions=[dict(item.comparable.outline()) for item in found.shown],
    )


@ROUTER.post(
    "/cases/{reference}/exports",
    summary="Take a history away",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {kind.partition(";")[0]: {} for kind in FILE_TYPES.values()},
        }
    },
)
@alone
def take_away(caller: Exporting, reference: Reference, asked: Export) -> Response:
    """Return the history of a case as a file. The export is put on the access log first, with purpose and recipient."""
    school, loaded = caller.case(reference)
    (files,) = export(
        caller.workspace,
        school,
        loaded,
        purpose=asked.purpose,
        recipient=asked.recipient,
        formats=[asked.format],
    ).items()
    return file(files[0], files[1], FILE_TYPES[asked.format])


def recorded(loaded: LoadedCase, receipt: Receipt | None, response: Response, command: str = "") -> Recorded:
    """Return what an act came to; without a receipt it was a dry run. Recorded before, or nothing recorded, is 200."""
    if receipt is None or receipt.repeated:
        response.status_code = 200
    return Recorded.model_validate(
        {
            "reference": loaded.case.reference,
            "command": receipt.command if receipt else command,
            "events": list(receipt.events) if receipt else [],
            "seen": loaded.n,
            "repeated": receipt is not None and receipt.repeated,
            "dry_run": receipt is None,
        }
    )


def file(name: str, data: bytes, media_type: str) -> Response:
    """Return a file to be kept, never to be shown by a browser as a page of ours."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-._ ") else "_" for sign in name)
    headers = {
        "Content-Disposition": f'attachment; filename="{plain}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(data, media_type=media_type, headers=headers)


def _entry(item: Entry) -> EntryShown:
    return EntryShown.model_validate(
        {
            "event": item.n,
            "recorded": item.recorded,
            "occurred": item.occurred.date if item.occurred else None,
            "kind": item.kind,
            "title": item.title,
            "says": item.says,
            "stage": item.stage,
            "taken_by": item.taken_by.who.shown if item.taken_by else "",
            "recorded_by": item.recorded_by.who.shown if item.recorded_by else "",
            "irregular": item.irregular,
            "waived": [one.requirement for one in item.waived],
            "breached": [one.requirement for one in item.breached],
        }
    )


def _due(caller: Reading, school: School, loaded: LoadedCase, clock: Clock) -> DueShown:
    deadline = loaded.policy.deadline_of(clock.id)
    roles = loaded.policy.roles
    left = (clock.due - caller.today).days
    return DueShown(
        school=school.name,
        reference=loaded.case.reference,
        clock=clock.id,
        title=deadline.title,
        then=deadline.then,
        act_by=[roles[role].title if role in roles else role for role in deadline.act_by],
        counted_from=clock.counted_from,
        due=clock.due,
        days_left=left,
        overdue=left < 0,
    )


def _point(item: Assessment) -> PointShown:
    return PointShown(
        requirement=item.requirement,
        strength=item.strength,
        says=f"{item.says} {in_plain_words(item.remedy)}".strip(),
        cites=list(item.cites),
        waivable_by=list(item.waivable_by),
        earliest=item.earliest,
    )


def _field(policy: Policy, name: str, spec: StepField) -> FieldShown:
    options = dict(spec.options)
    if spec.type == "sanction" and not options:
        options = {key: sanction.title for key, sanction in policy.sanctions.items()}
    questions = policy.checklists[spec.checklist].questions if spec.checklist else {}
    return FieldShown(
        name=name,
        type=spec.type,
        label=spec.label,
        help=spec.help,
        optional=spec.optional,
        for_each_allegation=spec.each is not None,
        options=options,
        questions={key: f"{one.text} ({', '.join(one.answers)})" for key, one in questions.items()},
    )
