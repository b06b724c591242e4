"""What is alleged: worded, amended and withdrawn, each with what, when and against which rule of the school."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from starlette.responses import Response

from casework.base.errors import BadInput, Conflict
from casework.base.time import parse_date
from casework.procedure.triage import BANDS
from casework.services.allegations import allege, withdraw_allegation
from casework.services.case_view import opened
from casework.services.drafts import draft, drop_draft, save_draft
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from typing import Any

PAGES = Pages()

FIELDS = ("text", "from", "to", "band", "gross")


@PAGES.page("/cases/{reference}/allegations", access="case")
def case_allegations(here: Here) -> Response:
    """Show what is alleged, and what was withdrawn."""
    view = opened(here.workspace, here.school, here.case)
    return here.page("allegations.html.j2", view=view, clauses=_clauses(here), problem="")


@PAGES.page("/cases/{reference}/allegations/{number:int}", access="case", methods=("GET", "POST"))
def allegation(here: Here) -> Response:
    """Word an allegation, a new one under the number 0, or amend one; the earlier words stay on record."""
    number = here.part["number"]
    about = f"allegation:{number}"
    typed = {name: here.text(name) for name in FIELDS} | {"clauses": here.texts("clauses")}
    if not here.sent:
        kept = draft(here.workspace, here.case.stream, about)
        return _form(here, number, kept or _as_it_is(here, number))
    save_draft(here.workspace, here.school, here.case.stream, about, typed)
    try:
        _record(here, number)
    except (BadInput, Conflict) as wrong:
        return _form(here, number, typed, f"{wrong.message} {in_plain_words(wrong.remedy)}".strip())
    drop_draft(here.workspace, here.case.stream, about)
    return here.go(
        here.of_case("allegations"), "Recorded. The earlier words stay on record." if number else "Recorded."
    )


@PAGES.page("/cases/{reference}/allegations/{number:int}/withdraw", access="case", methods=("POST",))
def withdraw(here: Here) -> Response:
    """Withdraw an allegation, with the reason."""
    number = here.part["number"]
    try:
        withdraw_allegation(
            here.workspace,
            here.school,
            here.case,
            number=number,
            reason=here.text("reason"),
            command=here.text("command"),
        )
    except BadInput as wrong:
        view = opened(here.workspace, here.school, here.case)
        return here.page("allegations.html.j2", 422, view=view, clauses=_clauses(here), problem=wrong.message)
    return here.go(here.of_case("allegations"), f"Allegation {number} is withdrawn.")


def _record(here: Here, number: int) -> None:
    if not here.text("text"):
        raise BadInput("Say what is alleged, in a sentence.")
    if not here.texts("clauses"):
        raise BadInput("Choose at least one rule that it may have broken.")
    if not here.text("band"):
        raise BadInput("Say how serious it would be if it were true.")
    allege(
        here.workspace,
        here.school,
        here.case,
        text=here.text("text"),
        clauses=here.texts("clauses"),
        band=here.text("band"),
        period=_period(here),
        gross_misconduct=here.text("gross") == "yes",
        amends=number or None,
        command=here.text("command"),
    )


def _period(here: Here) -> tuple[date, date] | None:
    first, last = here.text("from"), here.text("to")
    if not first:
        if last:
            raise BadInput("Enter the first day as well.")
        return None
    return parse_date(first), parse_date(last or first)


def _as_it_is(here: Here, number: int) -> dict[str, Any]:
    """An allegation as it stands, as it would have been typed."""
    if not number:
        return {}
    view = opened(here.workspace, here.school, here.case)
    found = next((item for item in view["allegations"] if item["number"] == number), None)
    if found is None or found["withdrawn"]:
        raise BadInput("There is no such allegation, or it was withdrawn.")
    first, last = found["period"] or ("", "")
    return {
        "text": found["text"],
        "from": first,
        "to": "" if last == first else last,
        "clauses": found["clauses"],
        "band": found["band"],
        "gross": "yes" if found["gross_misconduct"] else "no",
    }


def _form(here: Here, number: int, typed: Mapping[str, Any], problem: str = "") -> Response:
    triage = here.case.policy.triage
    bands = {name: triage.bands[name].title if triage and name in triage.bands else name for name in BANDS}
    return here.page(
        "allegation.html.j2",
        422 if problem else 200,
        number=number,
        typed=typed,
        catalogues=here.case.catalogues,
        bands=bands,
        problem=problem,
    )


def _clauses(here: Here) -> dict[str, str]:
    """What each clause says, by its code."""
    return {
        code: clause.says for catalogue in here.case.catalogues for code, clause in catalogue.by_code.items()
    }
