"""`casework case list`: from the read tables alone, so that it comes at once and needs no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.standing import when_due
from casework.cli.tables import day, recorded_day, table

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.store.rows import CaseRow


@click.command(
    "list",
    short_help="List the cases.",
    epilog=example("casework case list", "casework case list --open --json"),
)
@click.option("--open", "open_only", is_flag=True, help="Only cases that have not ended.")
@click.option("--first", type=click.IntRange(1, 1000), help="Only so many, the newest.")
@as_json
@pass_session
def list_cases(session: Session, open_only: bool, first: int | None, as_json: bool) -> None:
    """List your cases, newest first: where each stands and what is due next.

    They are the cases that let you in, of every school that you work for; with --school, of that one. Nobody's name is
    shown, and no key is needed.
    """
    from casework.services import listing

    workspace, schools = session.workspace, session.schools
    found = {
        school: listing.list_cases(workspace, school, open_only=open_only, first=first) for school in schools
    }
    rows = [(school, row) for school, of_school in found.items() for row in of_school]
    rows.sort(key=lambda pair: pair[1].opened, reverse=True)
    rows = rows[:first]
    titles = listing.state_titles(workspace, [row for _, row in rows])
    today = local_date(workspace.clock.now())
    due: dict[str, listing.Due] = {}
    for item in listing.list_due(workspace, schools, today):
        due.setdefault(item.reference, item)
    if not rows and not as_json:
        say("There are no open cases." if open_only else "There are no cases yet: casework case open")
    several = len(schools) > 1
    text = table(
        [*(["School"] if several else []), "Case", "Reported", "Where it stands", "Last entry", "Next due"],
        [
            [
                *([school.name] if several else []),
                row.reference,
                day(row.opened),
                titles[row.stream],
                recorded_day(row.last_recorded),
                f"{day(due[row.reference].due)} ({when_due(due[row.reference].due, today)})"
                if row.reference in due
                else "",
            ]
            for school, row in rows
        ],
    )
    data = [
        _data(
            school,
            row,
            titles[row.stream],
            due[row.reference].due.isoformat() if row.reference in due else None,
        )
        for school, row in rows
    ]
    names = ", ".join(school.name for school in schools)
    answer(as_json, {"school": names, "cases": data}, text)


def _data(school: School, row: CaseRow, title: str, next_due: str | None) -> dict[str, Any]:
    return {
        "school": school.name,
        "reference": row.reference,
        "opened": row.opened,
        "state": row.state,
        "state_title": title,
        "stage": row.stage,
        "closed": row.closed,
        "events": row.events,
        "last_occurred": row.last_occurred,
        "last_recorded": row.last_recorded,
        "next_due": next_due,
    }
