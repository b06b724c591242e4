"""What an audit asks of a whole school: every case, a sample that can be drawn again, the exceptions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from casework.base.errors import BadInput
from casework.records.event_csv import table_csv
from casework.services import audit_tools as tools
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.web.work import Work

PAGES = Pages()

SHOWN: Final = 100
"""Rows that a page shows; the file has all."""


def days_asked(here: Here) -> tuple[date | None, date | None]:
    """Return the first and the last local day of opening that were asked for.

    Raises:
        BadInput: a day that there is not.
    """
    given = here.form if here.sent else here.query
    try:
        first, last = (
            date.fromisoformat(text) if (text := str(given.get(name, "")).strip()) else None
            for name in ("from", "until")
        )
    except ValueError:
        raise BadInput("A day looks like 2026-03-02.", remedy="Choose it from the calendar.") from None
    return first, last


@PAGES.page("/audit", access="signed_in")
def audit(here: Here) -> Response:
    """Show what can be checked."""
    return here.page("audit.html.j2")


@PAGES.page("/audit/population", access="signed_in", methods=("GET", "POST"))
def population(here: Here) -> Response:
    """Ask for days of opening, and begin to count every case and to see whether all are there."""
    if not here.sent:
        return here.page("population_ask.html.j2")
    first, last = days_asked(here)
    school = here.school

    def do(workspace: Workspace, work: Work) -> tuple[tools.Population, list[tools.Member]]:
        found = tools.population(workspace, school)
        return found, tools.opened_between(found.cases, first, last)

    return here.begin("Counting every case", "/audit/population", do)


@PAGES.page("/audit/population/{work}", access="signed_in")
def population_counted(here: Here) -> Response:
    """Show every case from which a sample may be drawn, and whether the list is complete."""
    found, cases = here.result(here.part["work"])
    if here.query.get("as") == "csv":
        rows = [
            (c.reference or "(erased)", c.opened, c.stage, c.closed, c.events, c.first, c.last) for c in cases
        ]
        heads = ("Reference", "Opened", "Stage", "Closed", "Events", "First entry", "Last entry")
        return here.download(table_csv(heads, rows), "population.csv", "text/csv")
    return here.page("population.html.j2", found=found, cases=cases[:SHOWN], number=len(cases))


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that was drawn: by which seed, of what, from how many, and whether the population was complete."""

    seed: str
    of: str
    population: int
    rows: tuple[tuple[int, str, int], ...]
    complete: bool


@PAGES.page("/audit/sample", access="signed_in", methods=("GET", "POST"))
def sample(here: Here) -> Response:
    """Ask for a seed and a size, and begin to draw a sample that anybody can draw again."""
    seed, size = here.text("seed"), here.text("size")
    of = "events" if here.text("of") == "events" else "cases"
    problem = "" if seed else "Give a seed: any words or number of your own."
    if seed and not (size.isascii() and size.isdigit() and 0 < int(size) <= 10_000):
        problem = "Say how many to draw: a number up to 10,000."
    if not here.sent or problem:
        shown = problem if here.sent else ""
        return here.page("sample_ask.html.j2", 422 if shown else 200, problem=shown)
    days, school = days_asked(here), here.school

    def do(workspace: Workspace, work: Work) -> Sample:
        found = tools.population(workspace, school)
        cases = [case for case in tools.opened_between(found.cases, *days) if not case.erased]
        items = [case.reference for case in cases]
        if of == "events":
            items = [f"{case.reference}/{n}" for case in cases for n in range(1, case.events + 1)]
        drawn = [item.partition("/") for item in tools.sample(items, seed, int(size))]
        rows = tuple((at, name, int(event or 1)) for at, (name, _, event) in enumerate(drawn, start=1))
        return Sample(seed, of, len(items), rows, not found.wrong)

    return here.begin("Drawing the sample", "/audit/sample", do)


@PAGES.page("/audit/sample/{work}", access="signed_in")
def sample_drawn(here: Here) -> Response:
    """Show the sample, and how to draw it again."""
    found: Sample = here.result(here.part["work"])
    if here.query.get("as") == "csv":
        data = table_csv(("Number", "Reference", "Event"), found.rows)
        return here.download(data, "sample.csv", "text/csv")
    return here.page("sample.html.j2", found=found)


@PAGES.page("/audit/exceptions", access="signed_in", methods=("GET", "POST"))
def exceptions(here: Here) -> Response:
    """Ask from how many days on an entry counts as late, and begin to look through every case."""
    if not here.sent:
        return here.page("exceptions_ask.html.j2")
    first, last = days_asked(here)
    given, school = here.text("days") or "3", here.school
    if not (given.isascii() and given.isdigit()):
        raise BadInput("Say the days as a number.", remedy="Such as 3.")

    def do(workspace: Workspace, work: Work) -> tuple[int, int, list[tools.Exceptional], list[str]]:
        cases = tools.opened_between(tools.population(workspace, school).cases, first, last)
        found: list[tools.Exceptional] = []
        wrong: list[str] = []
        read = 0
        for history in tools.histories(workspace, school, cases, work.tell):
            listed = tools.exceptions(history, int(given))
            found += listed
            wrong += tools.reconciled(history, listed)
            read += 1
        return read, int(given), found, wrong

    return here.begin("Reading every case", "/audit/exceptions", do)


@PAGES.page("/audit/exceptions/{work}", access="signed_in")
def exceptions_found(here: Here) -> Response:
    """Show what was waived, late, irregular or mended, and whether the totals agree with the figures of the cases."""
    read, days, found, wrong = here.result(here.part["work"])
    if here.query.get("as") == "csv":
        rows = [
            (one.why, one.reference, one.event, one.on, one.days or "", one.what, one.detail) for one in found
        ]
        heads = ("Why", "Reference", "Event", "Date", "Days", "What", "Detail")
        return here.download(table_csv(heads, rows), "exceptions.csv", "text/csv")
    why = here.query.get("why", "")
    chosen = [one for one in found if why in ("", one.why)]
    totals = Counter(one.why for one in found)
    return here.page(
        "exceptions.html.j2",
        read=read,
        days=days,
        found=chosen[:SHOWN],
        number=len(chosen),
        totals={name: totals[name] for name in tools.REASONS},
        why=why,
        wrong=wrong,
    )
