"""`casework case list`: from the read tables alone, so that it comes at once and needs no key."""

from __future__ import annotations

import click

from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.standing import when_due
from casework.cli.tables import day, recorded_day, table


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
    """List the cases, newest first: where each stands and what is due next.

    Nobody's name is shown, and no key is needed.
    """
    from casework.services import listing

    workspace, school = session.workspace, session.school
    rows = listing.list_cases(workspace, school, open_only=open_only, first=first)
    titles = listing.state_titles(workspace, rows)
    today = local_date(workspace.clock.now())
    due: dict[str, listing.Due] = {}
    for item in listing.list_due(workspace, [school], today):
        due.setdefault(item.reference, item)
    data = [
        {
            "reference": row.reference,
            "opened": row.opened,
            "state": row.state,
            "state_title": titles[row.stream],
            "stage": row.stage,
            "closed": row.closed,
            "events": row.events,
            "last_occurred": row.last_occurred,
            "last_recorded": row.last_recorded,
            "next_due": due[row.reference].due.isoformat() if row.reference in due else None,
        }
        for row in rows
    ]
    if not rows and not as_json:
        say("There are no open cases." if open_only else "There are no cases yet: casework case open")
    text = table(
        ["Case", "Reported", "Where it stands", "Last entry", "Next due"],
        [
            [
                row.reference,
                day(row.opened),
                titles[row.stream],
                recorded_day(row.last_recorded),
                f"{day(due[row.reference].due)} ({when_due(due[row.reference].due, today)})"
                if row.reference in due
                else "",
            ]
            for row in rows
        ],
    )
    answer(as_json, {"school": school.name, "cases": data}, text)
