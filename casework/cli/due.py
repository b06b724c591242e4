"""`casework due` and `casework status`: what the day asks for, across all cases. No key is needed, no name is shown."""

from __future__ import annotations

import click

from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import alarming, answer, say, strong
from casework.cli.session import Session
from casework.cli.standing import next_json, ready_text, states_json, states_text, when_due
from casework.cli.tables import day, listed, pairs, table


@click.command(
    short_help="List what is due, in every case, latest first.",
    epilog=example("casework due", "casework due --overdue --json"),
)
@click.option("--overdue", is_flag=True, help="Only what is late.")
@as_json
@pass_session
def due(session: Session, overdue: bool, as_json: bool) -> None:
    """List what is due in every case, what is latest first: by when, by whom, and what to do.

    Being late blocks nothing. What to do about it stands beside it.
    """
    from casework.services import listing

    today = local_date(session.workspace.clock.now())
    rows = [
        item
        for item in listing.list_due(session.workspace, [session.school], today)
        if item.overdue or not overdue
    ]
    data = [
        {
            "reference": item.reference,
            "clock": item.clock,
            "title": item.title,
            "due": item.due.isoformat(),
            "days_left": item.days_left,
            "overdue": item.overdue,
            "act_by": list(item.act_by),
            "then": item.then,
        }
        for item in rows
    ]
    if not rows and not as_json:
        say("Nothing is late." if overdue else "Nothing is due.")
    text = table(
        ["Due", "Case", "What", "By", "If it is late"],
        [
            [
                f"{day(item.due)}\n{when_due(item.due, today)}",
                item.reference,
                item.title,
                listed(item.act_by, "or"),
                item.then,
            ]
            for item in rows
        ],
    )
    answer(as_json, {"today": today.isoformat(), "due": data}, text)


@click.command(
    short_help="Say what is due and what may be done next.", epilog=example("casework status", "casework")
)
@as_json
@pass_session
def status(session: Session, as_json: bool = False) -> None:
    """Say what is due, and what may be done next in each open case; `casework` alone says the same."""
    from casework.services import listing, steps

    workspace, school = session.workspace, session.school
    today = local_date(workspace.clock.now())
    waiting = listing.list_due(workspace, [school], today)
    cases = [
        workspace.cases.load(row.stream) for row in listing.list_cases(workspace, school, open_only=True)
    ]
    possible = {case.case.reference: steps.next_steps(workspace, school, case) for case in cases}
    data = {
        "school": school.name,
        "today": today.isoformat(),
        "cases": [
            {
                "reference": case.case.reference,
                "states": states_json(case),
                "next": next_json(possible[case.case.reference]),
                "due": [
                    {"title": item.title, "due": item.due.isoformat(), "days_left": item.days_left}
                    for item in waiting
                    if item.reference == case.case.reference
                ],
            }
            for case in cases
        ],
    }
    parts = [strong(f"{school.name}, {day(today)}")]
    for case in cases:
        reference = case.case.reference
        late = [
            (day(item.due), _line(f"{item.title}: {when_due(item.due, today)}", item.overdue))
            for item in waiting
            if item.reference == reference
        ]
        parts.append(
            "\n".join(
                part
                for part in (
                    pairs([(strong(reference), "; ".join(words for _, words in states_text(case)))]),
                    "Due" if late else "",
                    pairs(late, indent=2),
                    "May be done next",
                    ready_text(possible[reference]),
                )
                if part
            )
        )
    if not cases:
        parts.append("No case is open. Open one: casework case open")
    answer(as_json, data, "\n\n".join(parts))


def _line(text: str, overdue: bool) -> str:
    return alarming(text) if overdue else text
