"""`casework due` and `casework status`: what the day asks for, across all cases. No key is needed, no name is shown."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import alarming, answer, say, strong
from casework.cli.session import Session
from casework.cli.standing import next_json, ready_text, states_json, states_text, when_due
from casework.cli.tables import count, day, listed, pairs, table

if TYPE_CHECKING:
    from casework.services.listing import Due


@click.command(
    short_help="List what is due, in every case, latest first.",
    epilog=example("casework due", "casework due --overdue --json"),
)
@click.option("--overdue", is_flag=True, help="Only what is late.")
@as_json
@pass_session
def due(session: Session, overdue: bool, as_json: bool) -> None:
    """List what is due in every case and register, what is latest first: by when, by whom, and what to do.

    Being late blocks nothing. What to do about it stands beside it.
    """
    from casework.services import listing

    now = session.workspace.clock.now()
    today = local_date(now)
    rows = listing.list_due(session.workspace, [session.school], today)
    rows += listing.list_due_in_registers(session.workspace, [session.school], now)
    rows = [item for item in sorted(rows, key=lambda item: item.due) if item.overdue or not overdue]
    data = [
        {
            "reference": item.reference,
            "clock": item.clock,
            "title": item.title,
            "due": item.due.isoformat(),
            "days_left": item.days_left,
            **({"hours_left": item.hours_left} if item.hours_left is not None else {}),
            "overdue": item.overdue,
            "act_by": list(item.act_by),
            "then": item.then,
        }
        for item in rows
    ]
    if not rows and not as_json:
        say("Nothing is late." if overdue else "Nothing is due.")
    text = table(
        ["Due", "Case or entry", "What", "By", "If it is late"],
        [
            [
                f"{day(item.due)}\n{_when(item, today)}",
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
    now = workspace.clock.now()
    today = local_date(now)
    kept = listing.list_due_in_registers(workspace, [school], now)
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
        "registers": [
            {
                "entry": item.reference,
                "title": item.title,
                "due": item.due.isoformat(),
                "hours_left": item.hours_left,
            }
            for item in kept
        ],
    }
    parts = [strong(f"{school.name}, {day(today)}")]
    if kept:
        lines = [(day(item.due), _line(f"{item.title}: {_when(item, today)}", item.overdue)) for item in kept]
        parts.append(f"{strong('Registers')}\n{pairs(lines, indent=2)}")
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


def _when(item: Due, today: date) -> str:
    """How long there is; hours where hours are counted."""
    if item.hours_left is None:
        return when_due(item.due, today)
    if item.hours_left < 0:
        return f"{count(-item.hours_left, 'hour')} late"
    return f"{count(item.hours_left, 'hour')} left"


def _line(text: str, overdue: bool) -> str:
    return alarming(text) if overdue else text
