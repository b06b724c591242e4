"""Evidence: what there is, sending more, and fetching a file."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from casework.services.case_view import opened
from casework.services.evidence import add_evidence, get_file
from casework.services.evidence_files import IncomingFile, incoming
from casework.services.guard import require
from casework.web.api.acts import Numbered
from casework.web.api.callers import Proving, Reading, alone
from casework.web.api.cases import AGAIN, Reference, file, recorded
from casework.web.api.shapes import EvidenceShown, Recorded
from casework.web.api.values import Command, Line, Name, Number, Text
from casework.web.site import UPLOAD_LIMIT

ROUTER = APIRouter(tags=["evidence"])

Type = Literal[
    "screenshot", "document", "statement", "interview_notes", "report", "log", "image", "email", "other"
]


@ROUTER.get("/cases/{reference}/evidence", summary="List the evidence")
@alone
def listing(caller: Reading, reference: Reference) -> list[EvidenceShown]:
    """List the items of evidence of a case."""
    school, loaded = caller.case(reference)
    view = opened(caller.workspace, school, loaded)
    return [EvidenceShown.model_validate(item) for item in view["evidence"]]


@ROUTER.post(
    "/cases/{reference}/evidence",
    status_code=201,
    summary="Add evidence",
    responses=AGAIN,
    max_body_size=UPLOAD_LIMIT,
)
@alone
def add(
    caller: Proving,
    reference: Reference,
    response: Response,
    command: Annotated[Command, Form()],
    title: Annotated[Name, Form()],
    type: Annotated[Type, Form()],
    points: Annotated[Literal["for", "against", "neutral"], Form()] = "neutral",
    supports: Annotated[list[Number], Form(description="Numbers of allegations.", max_length=200)] = [],  # noqa: B006
    source: Annotated[Line, Form(description="Whom or what it comes from.")] = "",
    description: Annotated[Text, Form()] = "",
    seen: Annotated[Number | None, Form()] = None,
    sent: Annotated[UploadFile | None, File(alias="file", description="Kept as it is, sealed.")] = None,
) -> Recorded:
    """Add an item of evidence, with its file if it has one: sealed, and fingerprinted as it was received."""
    school, loaded = caller.case(reference)
    done = caller.before(loaded, command, seen, "evidence_") or add_evidence(
        caller.workspace,
        school,
        loaded,
        title=title,
        type_=type,
        points=points,
        supports=supports,
        source=source,
        description=description,
        file=_taken(sent) if sent is not None and sent.filename else None,
        command=command,
    )
    return recorded(loaded, done, response)


@ROUTER.get(
    "/cases/{reference}/evidence/{number}/file",
    summary="Fetch the file of an item",
    response_class=Response,
    responses={200: {"description": "The file.", "content": {"application/octet-stream": {}}}},
)
@alone
def fetch(
    caller: Reading,
    reference: Reference,
    number: Numbered,
    redacted: Annotated[bool, Query(description="The redacted copy.")] = False,
) -> Response:
    """Return a file as it was received. That it was read is put on the access log first."""
    school, loaded = caller.case(reference)
    require(caller.workspace, loaded, "read_words")
    name, data = get_file(caller.workspace, school, loaded, number, redacted=redacted)
    return file(name, data, "application/octet-stream")


def _taken(sent: UploadFile) -> IncomingFile:
    return incoming(sent.filename or "", sent.file.read())
