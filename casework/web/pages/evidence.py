"""Evidence: what there is, and adding more, from a file or a phone's camera."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.responses import Response

from casework.base.errors import BadInput
from casework.base.time import parse_occurred
from casework.cases.evidence_acts import EVIDENCE_TYPES
from casework.services.case_view import opened
from casework.services.evidence import add_evidence, disclose
from casework.services.evidence_files import IncomingFile, incoming
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()


@PAGES.page("/cases/{reference}/evidence", access="case", methods=("GET", "POST"))
def case_evidence(here: Here) -> Response:
    """Show the evidence of a case, and take more."""
    problem = ""
    if here.sent:
        file = here.form.get("file")
        try:
            add_evidence(
                here.workspace,
                here.school,
                here.case,
                title=here.text("title"),
                type_=here.text("type"),
                points=here.text("points") or "neutral",
                supports=[int(number) for number in here.texts("supports") if number.isdigit()],
                source=here.text("source"),
                file=_taken(file) if isinstance(file, UploadFile) and file.filename else None,
                command=here.text("command"),
            )
        except BadInput as wrong:
            problem = wrong.message
        else:
            return here.go(here.of_case("evidence"), "Added, sealed and fingerprinted.")
    return _page(here, problem)


@PAGES.page("/cases/{reference}/evidence/given", access="case", methods=("POST",))
def evidence_given(here: Here) -> Response:
    """Record that the person has had items, or that they are held back, with the reason."""
    held_back = here.text("how") == "withheld"
    try:
        if not here.texts("items"):
            raise BadInput("Choose at least one item.")
        disclose(
            here.workspace,
            here.school,
            here.case,
            numbers=[int(number) for number in here.texts("items") if number.isdigit()],
            how="withheld" if held_back else "disclosed",
            reason=here.text("reason"),
            occurred=parse_occurred(when) if (when := here.text("on")) else None,
            command=here.text("command"),
        )
    except BadInput as wrong:
        return _page(here, f"{wrong.message} {in_plain_words(wrong.remedy)}".strip())
    return here.go(
        here.of_case("evidence"),
        "Recorded as held back." if held_back else "Recorded as given to the person.",
    )


def _page(here: Here, problem: str = "") -> Response:
    view = opened(here.workspace, here.school, here.case)
    return here.page(
        "evidence.html.j2", 422 if problem else 200, view=view, types=EVIDENCE_TYPES, problem=problem
    )


def _taken(file: UploadFile) -> IncomingFile:
    return incoming(file.filename or "", file.file.read())
