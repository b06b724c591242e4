"""The first page: what is due and my cases; for an auditor and for who manages accounts, what they do instead."""

from __future__ import annotations

from starlette.responses import Response

from casework.services.cards import card_of
from casework.services.drafts import draft
from casework.services.due_list import everything_due, how_long, who_acts
from casework.services.members import members
from casework.services.portfolio import Choice, portfolio
from casework.web.navigation import only_administers, only_audits
from casework.web.pages.opening import FORM
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()

SHOWN = 10
"""How many of what is due, and of the newest cases, the first page shows."""


@PAGES.page("/", access="signed_in")
def home(here: Here) -> Response:
    """Show what is due, the newest open cases, and the way to begin; or what an auditor or administrator does."""
    if only_administers(here.roles):
        roles = here.workspace.policy(here.school.policy).roles
        titles = {name: role.title for name, role in roles.items()}
        accounts = members(here.workspace, here.school)
        return here.page("home_accounts.html.j2", accounts=accounts, titles=titles)
    known = here.schools
    if only_audits(here.roles):
        return here.page("home_audit.html.j2", schools=known)
    of = [here.school] if here.query.get("school") or here.visitor.school else known
    due = everything_due(here.workspace, of, here.workspace.clock.now(), first=SHOWN + 1)
    return here.page(
        "home.html.j2",
        schools=known,
        one=of[0] if len(of) < len(known) else None,
        cases=portfolio(here.workspace, of, Choice(), size=SHOWN),
        due=due[:SHOWN],
        more=len(due) > SHOWN,
        who_acts=who_acts,
        how_long=how_long,
        begun=bool(draft(here.workspace, here.school.stream, FORM)),
    )


@PAGES.page("/first-ten-minutes", access="signed_in")
def first_ten_minutes(here: Here) -> Response:
    """Say what to do now and what not to do, with the school's telephone numbers."""
    return here.page("first.html.j2", given=card_of(here.workspace, here.school))
