"""All cases of all my schools: chosen, found by reference, fifty on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlencode

from starlette.responses import Response

from casework.base.errors import BadInput
from casework.base.ids import parse_reference
from casework.base.words import when_due
from casework.procedure.model import STAGES
from casework.services.errors import NoAccess
from casework.services.guard import my_schools
from casework.services.portfolio import Choice, options, portfolio
from casework.web.navigation import only_audits
from casework.web.pages.cases import STAGE_NAMES
from casework.web.routing import Pages
from casework.web.site import Here, find

if TYPE_CHECKING:
    from casework.services.portfolio import Standing

PAGES = Pages()

STANDINGS: Final = {"open": "Open", "closed": "Closed", "all": "Open and closed"}


@PAGES.page("/cases", access="signed_in")
def cases(here: Here) -> Response:
    """Show a page of cases as they were asked for; a whole reference that is there leads to its case."""
    known, asked = my_schools(here.workspace), here.query
    called = asked.get("called", "").strip()
    if called and (there := _named(here, called)):
        return here.go(there)
    of = [school for school in known if school.prefix == asked.get("school")] or known
    standing = asked.get("standing", "open")
    choice = Choice(
        standing=cast("Standing", standing if standing in STANDINGS else "open"),
        stage=asked.get("stage", ""),
        procedure=asked.get("procedure", ""),
        beside=asked.get("beside", ""),
        acts=asked.get("acts", ""),
        overdue=asked.get("overdue") == "yes",
        called=called,
    )
    found = portfolio(here.workspace, of, choice, after=asked.get("after", ""))
    kept = {name: value for name, value in asked.items() if name != "after" and value}
    return here.page(
        "portfolio.html.j2",
        schools=known,
        found=found,
        choice=choice,
        chosen=choice != Choice(called=called) or bool(asked.get("school")),
        options=options(here.workspace),
        stages={stage: STAGE_NAMES[stage] for stage in STAGES},
        standings=STANDINGS,
        when_due=when_due,
        address=lambda reference: _address(here, reference),
        next_page=f"/cases?{urlencode({**kept, 'after': found.after})}" if found.after else "",
        newest=f"/cases?{urlencode(kept)}" if asked.get("after") else "",
    )


def _address(here: Here, reference: str) -> str:
    """Where a case is looked at: its history by an auditor, who reads no words."""
    return f"/cases/{reference}{'/history' if only_audits(here.roles) else ''}"


def _named(here: Here, called: str) -> str:
    """The address of the case of a whole reference; empty where it is none, or none for whoever asks."""
    try:
        reference = parse_reference(called)
        find(here.visitor, here.schools, reference)
    except (NoAccess, BadInput):
        return ""
    return _address(here, reference)
