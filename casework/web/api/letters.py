"""Letters: what there is and what is due, preview, issue, and how one was served."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from casework.base.time import parse_occurred
from casework.correspondence.compose import to_pdf
from casework.correspondence.errors import MissingFact
from casework.services import letters
from casework.services.guard import require
from casework.services.letter_due import letters_due
from casework.services.letter_listing import LetterRow
from casework.services.loading import LoadedCase
from casework.services.own_letters import library_of
from casework.services.schools import School
from casework.web.api.acts import Numbered
from casework.web.api.asks import IssueLetter, Serve, WriteLetter
from casework.web.api.callers import Caller, Reading, Writing, alone
from casework.web.api.cases import Reference, again, file, recorded
from casework.web.api.shapes import Issued, Lacks, LetterDueShown, LetterFull, Letters, Previewed, Served

ROUTER = APIRouter(tags=["letters"])

PDF = "application/pdf"
_A_PDF: dict[int | str, dict[str, Any]] = {200: {"description": "The PDF.", "content": {PDF: {}}}}


@ROUTER.get("/cases/{reference}/letters", summary="List the letters")
@alone
def listing(caller: Reading, reference: Reference) -> Letters:
    """List the letters of a case, what is to be done with letters next, and which can be written."""
    school, loaded = caller.case(reference)
    require(caller.workspace, loaded, "read_words")
    written = letters.listing(caller.workspace, school, loaded)
    return Letters(
        reference=loaded.case.reference,
        seen=loaded.n,
        letters=[LetterFull.model_validate(row) for row in written],
        due=[LetterDueShown.model_validate(item) for item in letters_due(loaded, caller.today)],
        templates={name: one.title for name, one in library_of(caller.workspace, school).letters.items()},
    )


@ROUTER.post("/cases/{reference}/letters/preview", summary="Preview a letter")
@alone
def preview(caller: Writing, reference: Reference, asked: WriteLetter) -> Previewed:
    """Return a letter as it would be, in plain text, or what is missing. Nothing is recorded but the reading."""
    shown = _shown(caller, *caller.case(reference), asked)
    return Previewed(
        letter=shown.template,
        title=shown.title,
        text=shown.text,
        missing=[Lacks.model_validate(item) for item in shown.missing],
        summary=dict(shown.summary),
    )


@ROUTER.post(
    "/cases/{reference}/letters/preview.pdf",
    summary="Preview a letter as a PDF",
    response_class=Response,
    responses=_A_PDF,
)
@alone
def preview_pdf(caller: Writing, reference: Reference, asked: WriteLetter) -> Response:
    """Return a letter as it would be, with DRAFT across it."""
    shown = _shown(caller, *caller.case(reference), asked)
    if shown.missing:
        raise MissingFact(
            f"“{shown.title}” cannot be written yet.",
            remedy="Give what is missing in `fields`.",
            missing=[{"name": one.name, "label": one.label, "whom": one.whom} for one in shown.missing],
        )
    return file(f"draft-{shown.template}.pdf", to_pdf(shown.html), PDF)


@ROUTER.post("/cases/{reference}/letters", status_code=201, summary="Issue a letter", responses=again(Issued))
@alone
def issue(caller: Writing, reference: Reference, asked: IssueLetter, response: Response) -> Issued:
    """Issue a letter: its PDF is sealed and kept. It bears today's date."""
    school, loaded = caller.case(reference)
    command = asked.command
    caller.before(loaded, command, asked.seen, "letter_")
    done = letters.issue(caller.workspace, school, loaded, asked.letter, **_how(asked), command=command)
    told = recorded(loaded, done.receipt, response)
    return Issued(**told.model_dump(), number=done.number, fingerprint=done.fingerprint)


@ROUTER.get(
    "/cases/{reference}/letters/{number}/file",
    summary="Fetch a letter as it was issued",
    response_class=Response,
    responses=_A_PDF,
)
@alone
def fetch(caller: Reading, reference: Reference, number: Numbered) -> Response:
    """Return the PDF of an issued letter. That it was read is put on the access log first."""
    school, loaded = caller.case(reference)
    name, data = letters.get(caller.workspace, school, loaded, number)
    return file(name, data, PDF)


@ROUTER.post(
    "/cases/{reference}/letters/{number}/services",
    status_code=201,
    summary="Record how a letter was served",
    responses=again(Served),
)
@alone
def serve(
    caller: Writing, reference: Reference, number: Numbered, asked: Serve, response: Response
) -> Served:
    """Record one service of an issued letter; the answer says when it counts as received, and how that is counted."""
    school, loaded = caller.case(reference)
    command = asked.command
    before = caller.before(loaded, command, asked.seen, "letter_")
    if before is not None:
        row = _row(caller, school, loaded, number)
        return Served(**recorded(loaded, before, response).model_dump(), effective=row.effective, working="")
    done = letters.serve(
        caller.workspace,
        school,
        loaded,
        number,
        method=asked.method,
        occurred=parse_occurred(asked.occurred),
        proof=asked.proof,
        command=command,
    )
    told = recorded(loaded, done.receipt, response)
    return Served(**told.model_dump(), effective=done.effective, working=done.working)


def _shown(caller: Caller, school: School, loaded: LoadedCase, asked: WriteLetter) -> letters.Preview:
    return letters.preview(caller.workspace, school, loaded, asked.letter, **_how(asked))


def _how(asked: WriteLetter) -> dict[str, Any]:
    return {
        "sender": asked.sender,
        "recipient": asked.recipient,
        "fields": asked.fields,
        "delivery": asked.delivery,
        "own_words": asked.own_words,
    }


def _row(caller: Caller, school: School, loaded: LoadedCase, number: int) -> LetterRow:
    return letters.shown(caller.workspace, school, loaded, number)
