"""Working papers of a case: prepared from what it knows, taken away to print or write in, brought back filled in."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import UploadFile
from starlette.responses import Response

from casework.base.errors import BadInput, Refused
from casework.services import papers
from casework.services.evidence_files import FILE_LIMIT, incoming
from casework.services.loading import body_of, people_of
from casework.web.acts import once, where
from casework.web.failures import told
from casework.web.pages.letter_writing import WORD, download
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()

_FORMS: Final = {"pdf": "application/pdf", "docx": WORD}


@PAGES.page("/cases/{reference}/papers", access="case")
def case_papers(here: Here) -> Response:
    """Show the working papers of a case, who fills each in, and where filled-in ones are brought back."""
    return _list(here)


def _list(here: Here, problem: str = "", about: str = "") -> Response:
    known = papers.papers_of(here.workspace, here.school).papers
    return here.page(
        "papers.html.j2",
        422 if problem else 200,
        rows=[(row, known[row.id].person) for row in papers.listing(*where(here))],
        people=sorted(str(words["name"]) for words in people_of(here.workspace, here.case).values()),
        allegations={
            item.number: str(body_of(here.workspace, here.case, item.n).get("text", ""))
            for item in here.case.case.standing_allegations
        },
        problem=problem,
        about=about,
    )


@PAGES.page("/cases/{reference}/papers/{paper}/made", access="case")
def make_paper(here: Here) -> Response:
    """Return a working paper, to print or to write in."""
    form = here.query.get("form", "pdf")
    if form not in _FORMS:
        raise BadInput("A working paper is a PDF or a Word file.")
    data = papers.make(*where(here), here.part["paper"], form, person=here.query.get("person", "").strip())
    return download(data, f"{here.case.case.reference}-{here.part['paper']}.{form}", _FORMS[form])


@PAGES.page("/cases/{reference}/papers/{paper}/filled-in", access="case", methods=("POST",))
def take_paper_back(here: Here) -> Response:
    """Add a working paper that was filled in to the evidence."""
    try:
        _take_back(here)
    except (BadInput, Refused) as wrong:
        return _list(here, told(wrong), here.part["paper"])
    return here.go(here.of_case("evidence"), "It is with the evidence now, sealed as it came.")


def _take_back(here: Here) -> None:
    file = here.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput("Choose the paper that was filled in.")
    data = file.file.read(FILE_LIMIT + 1)
    if not data or len(data) > FILE_LIMIT:
        raise BadInput(f"The file is empty, or larger than {FILE_LIMIT // 1024 // 1024} MB.")
    if not here.text("by"):
        raise BadInput("Say who filled it in.")
    taken = incoming(file.filename, data)
    once(
        here,
        lambda command: papers.take_back(
            *where(here),
            here.part["paper"],
            taken,
            filled_in_by=here.text("by"),
            about=[int(number) for number in here.texts("supports") if number.isdigit()],
            command=command,
        ),
    )
