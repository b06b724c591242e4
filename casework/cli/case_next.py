"""`casework case next` and `forecast`: what may be done now, and from when what comes after it. No key is needed."""

from __future__ import annotations

import click

from casework.base.time import local_date
from casework.cli.options import as_json, example, pass_session, reference
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.standing import next_json, next_text, states_json, states_text
from casework.cli.tables import day, pairs, paragraph, table


@click.command(
    "next",
    short_help="Say what may be done now, by whom, and what is in the way.",
    epilog=example("casework case next ASH-26-7KQ4"),
)
@reference
@as_json
@pass_session
def next_steps(session: Session, reference: str, as_json: bool) -> None:
    """Say what may be done now in a case, by whom, what each step asks for, and what is in the way of the rest."""
    from casework.cli.letters_due import letters_next
    from casework.services import steps

    loaded = session.case(reference)
    letters, letters_data = letters_next(session, loaded, local_date(session.workspace.clock.now()))
    possible = steps.next_steps(session.workspace, session.school, loaded)
    data = {
        "reference": loaded.case.reference,
        "seen": loaded.n,
        "states": states_json(loaded),
        "letters_due": letters_data,
        "next": next_json(possible),
    }
    parts = (pairs(states_text(loaded)), letters, next_text(loaded, possible))
    answer(as_json, data, "\n\n".join(part for part in parts if part))


@click.command(
    "forecast",
    short_help="Give the earliest lawful date of each step to come.",
    epilog=example("casework case forecast ASH-26-7KQ4"),
)
@reference
@as_json
@pass_session
def forecast(session: Session, reference: str, as_json: bool) -> None:
    """Give the earliest lawful date of each step to come, if everything takes its usual way.

    Each step is taken to happen on the first day on which it may. A forecast promises nothing: what counts is when a
    letter was in fact received. A due date stands beside the step that a running clock waits for.
    """
    from casework.services.steps import forecast_case

    loaded = session.case(reference)
    rows = forecast_case(session.workspace, session.school, loaded)
    data = {
        "reference": loaded.case.reference,
        "forecast": [
            {
                "step": row.step_id,
                "title": row.title,
                "earliest": row.earliest.isoformat(),
                "due": row.due.isoformat() if row.due else None,
                "late": row.late,
                "working": row.working.sentence() if row.working else None,
            }
            for row in rows
        ],
    }
    text = table(
        ["Step", "Earliest", "Due"],
        [(row.title, day(row.earliest), f"{day(row.due)}{', late' if row.late else ''}") for row in rows],
    )
    if any(row.late for row in rows):
        late = "Late: even on its earliest day, the step comes after its due date. That blocks nothing."
        text = f"{text}\n\n{paragraph(late)}"
    workings = [f"{row.title}\n{paragraph(row.working.sentence(), indent=4)}" for row in rows if row.working]
    nothing = "Nothing more is to come in this case: it has ended."
    answer(as_json, data, "\n\n".join([text, *workings]) if rows else nothing)
