"""A letter in one sitting: choose it, answer what is missing, look at the page itself, issue it."""

from __future__ import annotations

from starlette.responses import Response

from casework.correspondence.compose import to_pdf
from casework.services import letters
from casework.services.own_letters import library_of
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()


@PAGES.page("/cases/{reference}/letters", access="case")
def case_letters(here: Here) -> Response:
    """Show the letters of a case, and those that can be written."""
    return here.page(
        "letters.html.j2",
        written=letters.listing(here.workspace, here.school, here.case),
        known=library_of(here.workspace, here.school).letters,
    )


@PAGES.page("/cases/{reference}/letters/new/{letter}", access="case", methods=("GET", "POST"))
def write_letter(here: Here) -> Response:
    """Ask what a letter still needs, show it as it will be, and issue it."""
    template = library_of(here.workspace, here.school).letter(here.part["letter"])
    fields = {
        name.removeprefix("f."): here.text(name)
        for name in here.form
        if name.startswith("f.") and here.text(name)
    }
    own = [line.strip() for line in here.text("own_words").split("\n\n") if line.strip()] or None
    shown = letters.preview(here.workspace, here.school, here.case, template.id, fields=fields, own_words=own)
    if here.sent and here.text("do") == "issue" and not shown.missing:
        issued = letters.issue(
            here.workspace,
            here.school,
            here.case,
            template.id,
            fields=fields,
            own_words=own,
            command=here.text("command"),
        )
        return here.go(
            here.of_case("letters"), f"Issued: {issued.title}. Print it, and then say how it was served."
        )
    return here.page(
        "letter.html.j2", template=template, shown=shown, fields=fields, own="\n\n".join(own or [])
    )


@PAGES.page("/cases/{reference}/letters/new/{letter}/draft.pdf", access="case", methods=("POST",))
def draft_pdf(here: Here) -> Response:
    """Return the letter as it will be, with DRAFT across it."""
    template = library_of(here.workspace, here.school).letter(here.part["letter"])
    fields = {
        name.removeprefix("f."): here.text(name)
        for name in here.form
        if name.startswith("f.") and here.text(name)
    }
    shown = letters.preview(here.workspace, here.school, here.case, template.id, fields=fields)
    return _pdf(to_pdf(shown.html), f"draft-{template.id}.pdf")


@PAGES.page("/cases/{reference}/letters/{number:int}.pdf", access="case")
def letter_pdf(here: Here) -> Response:
    """Return a letter as it was issued."""
    name, data = letters.get(here.workspace, here.school, here.case, here.part["number"])
    return _pdf(data, name)


def _pdf(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)
