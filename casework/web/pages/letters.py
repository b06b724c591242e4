"""A letter in one sitting: choose it, answer what is missing, look at the page itself, issue it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from casework.base.errors import BadInput
from casework.base.time import parse_occurred
from casework.correspondence.compose import to_pdf
from casework.records.words import METHODS
from casework.services import letters
from casework.services.letter_due import letters_due
from casework.services.own_letters import library_of
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.correspondence.catalogue import FieldSpec, Letter

PAGES = Pages()


@PAGES.page("/cases/{reference}/letters", access="case")
def case_letters(here: Here) -> Response:
    """Show the letters of a case, and those that can be written."""
    return here.page(
        "letters.html.j2",
        due=[item for item in letters_due(here.case, here.today) if item.act == "write"],
        methods=METHODS,
        written=letters.listing(here.workspace, here.school, here.case),
        known=library_of(here.workspace, here.school).letters,
    )


@PAGES.page("/cases/{reference}/letters/new/{letter}", access="case", methods=("GET", "POST"))
def write_letter(here: Here) -> Response:
    """Ask what a letter still needs, show it as it will be, and issue it."""
    template = library_of(here.workspace, here.school).letter(here.part["letter"])
    typed, problem = _typed(here), ""
    own = [line.strip() for line in here.text("own_words").split("\n\n") if line.strip()] or None
    where = (here.workspace, here.school, here.case, template.id)
    fields: dict[str, Any] = {}
    try:
        fields = _values(template, typed)
        shown = letters.preview(*where, fields=fields, own_words=own)
    except BadInput as wrong:
        if not typed:
            raise
        shown, problem = letters.preview(*where), f"{wrong.message} {in_plain_words(wrong.remedy)}"
    if here.sent and here.text("do") == "issue" and not shown.missing and not problem:
        issued = letters.issue(*where, fields=fields, own_words=own, command=here.text("command"))
        return here.go(
            here.of_case("letters"), f"Issued: {issued.title}. Print it, and then say how it was served."
        )
    return here.page(
        "letter.html.j2",
        422 if problem else 200,
        template=template,
        shown=shown,
        asks=_asks(template, shown),
        fields=typed,
        own="\n\n".join(own or []),
        problem=problem,
    )


@PAGES.page("/cases/{reference}/letters/new/{letter}/draft.pdf", access="case", methods=("POST",))
def draft_pdf(here: Here) -> Response:
    """Return the letter as it will be, with DRAFT across it."""
    template = library_of(here.workspace, here.school).letter(here.part["letter"])
    fields = _values(template, _typed(here))
    shown = letters.preview(here.workspace, here.school, here.case, template.id, fields=fields)
    return _pdf(to_pdf(shown.html), f"draft-{template.id}.pdf")


@PAGES.page("/cases/{reference}/letters/{number:int}.pdf", access="case")
def letter_pdf(here: Here) -> Response:
    """Return a letter as it was issued."""
    name, data = letters.get(here.workspace, here.school, here.case, here.part["number"])
    return _pdf(data, name)


@PAGES.page("/cases/{reference}/letters/{number:int}/served", access="case", methods=("POST",))
def serve_letter(here: Here) -> Response:
    """Record how and when a letter was delivered; what is shown is when it counts as received."""
    if not here.text("method") or not here.text("on"):
        raise BadInput("Say how the letter was delivered, and on which day.")
    served = letters.serve(
        here.workspace,
        here.school,
        here.case,
        here.part["number"],
        method=here.text("method"),
        occurred=parse_occurred(here.text("on")),
        proof=here.text("proof"),
        command=here.text("command"),
    )
    return here.go(here.of_case("letters"), served.working)


def _asks(template: Letter, shown: letters.Preview) -> dict[str, FieldSpec]:
    """The fields that its writer is asked for, and those that the case should know and does not."""
    lacking = {
        item.name.removeprefix("fields.").partition("[")[0].partition(".")[0] for item in shown.missing
    }
    return {
        name: spec
        for name, spec in template.fields.items()
        if spec.type != "rows" and ("asked" in spec.sources or name in lacking)
    }


def _typed(here: Here) -> dict[str, str]:
    """What was typed into the fields of a letter, by their names."""
    return {
        name.removeprefix("f."): here.text(name)
        for name in here.form
        if name.startswith("f.") and here.text(name)
    }


def _values(template: Letter, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, each in the type of its field.

    Raises:
        BadInput: a number is none.
    """
    values: dict[str, Any] = {}
    for name, text in typed.items():
        kind = template.fields[name].type if name in template.fields else "text"
        if kind == "integer" and not (text.isascii() and text.isdigit()):
            raise BadInput(f"{template.fields[name].label}: write a whole number.")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        values[name] = (
            text == "yes"
            if kind == "boolean"
            else int(text)
            if kind == "integer"
            else lines
            if kind in ("list", "parties")
            else text
        )
    return values


def _pdf(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/pdf", headers=headers)
