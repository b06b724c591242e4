"""Figures of a school: each chart with its table behind it, and small numbers hidden unless they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.responses import Response

from casework.records.statistics import HIDDEN, Statistics, without_small
from casework.records.statistics_charts import SCREEN, bars, boxes, shown
from casework.records.statistics_pdf import period
from casework.records.suppression import SMALL
from casework.services.audit_tools import opened_between, population
from casework.services.statistics import school_statistics
from casework.web.pages.audit import days_asked
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.web.work import Work

PAGES = Pages()


@PAGES.page("/figures", access="signed_in", methods=("GET", "POST"))
def figures(here: Here) -> Response:
    """Ask for days of opening, and begin to count."""
    if not here.sent:
        return here.page("figures_ask.html.j2")
    first, last = days_asked(here)
    school, small = here.school, here.text("small") == "show"

    def do(workspace: Workspace, work: Work) -> tuple[Statistics, int]:
        cases = opened_between(population(workspace, school).cases, first, last)
        found, erased = school_statistics(
            workspace,
            school,
            cases,
            first=first.isoformat() if first else "",
            last=last.isoformat() if last else "",
            tell=work.tell,
        )
        return (found if small else without_small(found)), erased

    return here.begin("Counting", "/figures", do)


@PAGES.page("/figures/{work}", access="signed_in")
def figures_counted(here: Here) -> Response:
    """Show the figures as charts, with a table behind each."""
    found, erased = here.result(here.part["work"])
    return here.page(
        "figures.html.j2",
        figures=found,
        erased=erased,
        charts={table.id: Markup(bars(table, SCREEN)) for table in found.tables if table.rows},  # noqa: S704 - ours
        days_chart=Markup(boxes(found.spreads, SCREEN)),  # noqa: S704 - drawn by us, escaped
        period=period(found),
        shown=shown,
        note=HIDDEN,
        small=SMALL,
    )
