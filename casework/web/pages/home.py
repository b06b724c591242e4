"""The first page: what is due, my cases, and what to do when a complaint has come in."""

from __future__ import annotations

from starlette.responses import Response

from casework.services.cards import card_of
from casework.services.drafts import draft
from casework.services.listing import list_cases, list_due, state_titles
from casework.web.pages.opening import FORM
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()


@PAGES.page("/", access="signed_in")
def home(here: Here) -> Response:
    """Show what is due, the open cases, and the way to begin."""
    of = [here.school] if "school" in here.query else here.schools
    cases = [(school, row) for school in of for row in list_cases(here.workspace, school, open_only=True)]
    titles = state_titles(here.workspace, [row for _, row in cases])
    due = list_due(here.workspace, of, here.today)
    return here.page(
        "home.html.j2",
        schools=here.schools,
        chosen=here.query.get("school", ""),
        cases=cases,
        titles=titles,
        due=due,
        begun=bool(draft(here.workspace, here.school.stream, FORM)),
    )


@PAGES.page("/first-ten-minutes", access="signed_in")
def first_ten_minutes(here: Here) -> Response:
    """Say what to do now and what not to do, with the school's telephone numbers."""
    return here.page("first.html.j2", given=card_of(here.workspace, here.school))
