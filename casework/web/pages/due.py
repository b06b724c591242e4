"""What is due in all cases and registers of all my schools: as a list, for a diary, and for a spreadsheet."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from casework.records.deadlines import deadlines_csv, deadlines_ics
from casework.services.due_list import everything_due, how_long, to_take_away, who_acts
from casework.services.guard import my_schools
from casework.services.listing import Due, calendar_lacks
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()

SHOWN: Final = 100
"""How many lines the page has; a file has all."""


@PAGES.page("/due", access="signed_in")
def due(here: Here) -> Response:
    """Show what is due, the latest first."""
    rows = _asked(here, SHOWN + 1)
    kept = {name: value for name, value in here.query.items() if value}
    return here.page(
        "due.html.j2",
        schools=my_schools(here.workspace),
        rows=rows[:SHOWN],
        more=len(rows) > SHOWN,
        asked=urlencode(kept),
        lacks=calendar_lacks(here.workspace, here.school, here.today),
        who_acts=who_acts,
        how_long=how_long,
    )


@PAGES.page("/due.csv", access="signed_in")
def due_as_table(here: Here) -> Response:
    """Hand out the list for a spreadsheet."""
    data = BOM_UTF8 + deadlines_csv(to_take_away(_asked(here)))
    return here.download(data, "due.csv", "text/csv")


@PAGES.page("/due.ics", access="signed_in")
def due_as_diary(here: Here) -> Response:
    """Hand out the list for a diary."""
    data = deadlines_ics(to_take_away(_asked(here)), now=here.workspace.clock.now())
    return here.download(data, "due.ics", "text/calendar")


def _asked(here: Here, first: int | None = None) -> list[Due]:
    """What is due as it was asked for: of one school or of all, everything or what is late, by who acts."""
    known = my_schools(here.workspace)
    of = [school for school in known if school.prefix == here.query.get("school")] or known
    late, acts = here.query.get("overdue") == "yes", here.query.get("acts", "").strip().casefold()

    def chosen(item: Due) -> bool:
        return (item.overdue or not late) and (
            not acts or any(acts in role.casefold() for role in item.act_by)
        )

    return everything_due(here.workspace, of, here.workspace.clock.now(), first=first, chosen=chosen)
