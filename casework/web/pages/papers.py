"""Papers to work with: the report, notes of a talk, the chair's script, the form for a decision, made from the case."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from casework.base.errors import BadInput
from casework.services.papers import listing, make, papers_of
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()

FORMS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""The forms that a paper comes in: to print, and to write in."""


@PAGES.page("/cases/{reference}/papers", access="case")
def case_papers(here: Here) -> Response:
    """Show the papers that can be made for the case, and who fills them in."""
    return _page(here)


@PAGES.page("/cases/{reference}/papers/{paper}", access="case", methods=("POST",))
def make_paper(here: Here) -> Response:
    """Make a paper from what the case knows, to print or to write in."""
    paper, form = here.part["paper"], here.text("form")
    try:
        if form not in FORMS:
            raise BadInput("Choose whether to print it or to write in it.")
        data = make(here.workspace, here.school, here.case, paper, form, person=here.text("person"))
    except BadInput as wrong:
        return _page(here, f"{wrong.message} {in_plain_words(wrong.remedy)}".strip())
    name = f"{here.case.case.reference}-{papers_of(here.workspace, here.school).paper(paper).id}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=FORMS[form], headers=headers)


def _page(here: Here, problem: str = "") -> Response:
    known = papers_of(here.workspace, here.school).papers
    return here.page(
        "papers.html.j2",
        422 if problem else 200,
        rows=[(row, known[row.id].person) for row in listing(here.workspace, here.school, here.case)],
        problem=problem,
    )
