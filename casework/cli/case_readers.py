"""`casework case readers`, `let-in` and `let-out`: who reads a case, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from casework.cli.asking import ask, said
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import day, listed, table
from casework.cli.values import WORDS

if TYPE_CHECKING:
    from casework.services.readers import ReaderOfCase

APART = ("safeguarding", "deliberations")
"""What of a case is kept apart, and opened by name."""


@click.command(
    "readers",
    short_help="List who reads a case, and why.",
    epilog=example("casework case readers ASH-26-7KQ4"),
)
@reference
@as_json
@pass_session
def readers(session: Session, reference: str, as_json: bool) -> None:
    """List who reads a case: why they were let in, by which event, to what, and until when.

    Whoever is the subject of a case, a witness, the reporter or a companion is never among them.
    """
    from casework.services.access import note_access
    from casework.services.readers import readers_of_case

    loaded = session.case(reference)
    found = readers_of_case(session.workspace, session.school, loaded)
    note_access(session.workspace, session.school, "readers", loaded.stream)
    data = {"reference": loaded.case.reference, "readers": [_data(item) for item in found]}
    text = table(
        ["Who", "Why", "Kept apart, and open to them", "Until", "Event"],
        [[_who(item), _why(item), _apart(item), day(item.until), str(item.event)] for item in found],
    )
    answer(as_json, data, text)


def _who(item: ReaderOfCase) -> str:
    roles = dict.fromkeys(role.replace("_", " ") for role in (*item.roles, *item.parts))
    return f"{item.name} ({listed(list(roles))})" if roles else item.name


def _why(item: ReaderOfCase) -> str:
    from casework.cases.readers import BASES

    why = BASES.get(item.basis, item.basis)
    return f"{why[:1].upper()}{why[1:]}{f': {item.reason}' if item.reason else ''}"


def _apart(item: ReaderOfCase) -> str:
    return listed([name for name in item.compartments if name != "main"])


def _data(item: ReaderOfCase) -> dict[str, object]:
    return {
        "name": item.name,
        "account": item.account,
        "roles": list(item.roles),
        "parts": list(item.parts),
        "basis": item.basis,
        "reason": item.reason,
        "compartments": list(item.compartments),
        "from": item.since.isoformat() if item.since else None,
        "until": item.until.isoformat() if item.until else None,
        "event": item.event,
    }


@click.command(
    "let-in",
    short_help="Let somebody with an account read a case.",
    epilog=example(
        'casework case let-in ASH-26-7KQ4 "Daniel Okoro" --reason "Looks after the case with me"',
        'casework case let-in ASH-26-7KQ4 "Rosa Lind" --until 2026-12-18 --reason "Audit of the autumn term"',
    ),
)
@reference
@click.argument("name", required=False)
@click.option("--reason", type=WORDS, help="Why they need to read it; it stays on record.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; an auditor needs one.")
@click.option(
    "--apart",
    type=click.Choice(APART),
    multiple=True,
    help="Open what is kept apart, too. Without it, what goes with their part is opened.",
)
@writes
def let_in(
    session: Session,
    reference: str,
    name: str | None,
    reason: str | None,
    until: object,
    apart: tuple[str, ...],
    command: str,
    as_json: bool,
) -> None:
    """Let somebody who has an account read a case, from now on and everything before.

    Only somebody who reads the case can let others in. Whoever gets a part in the case by a step or with `case assign`
    is let in by that; this is for everybody else.
    """
    from casework.cli.receipts import once, tell
    from casework.services.readers import let_somebody_in

    loaded = session.case(reference)
    who = ask(session, name, "Who", "NAME")
    why = ask(session, reason, "Why do they need to read it", "--reason", type=WORDS, check=said)
    receipt = once(
        session,
        loaded,
        command,
        lambda: let_somebody_in(
            session.workspace,
            session.school,
            loaded,
            named=who,
            reason=why,
            until=last_day(until),
            apart=apart,
            command=command,
        ),
    )
    tell(session, loaded, receipt, "Let in", as_json=as_json)


def last_day(given: object) -> date | None:
    """Return a day as it was typed, or None."""
    from datetime import datetime

    return given.date() if isinstance(given, datetime) else None


@click.command(
    "let-out",
    short_help="See that somebody reads a case no longer.",
    epilog=example('casework case let-out ASH-26-7KQ4 "Daniel Okoro" --reason "Moved to another school"'),
)
@reference
@click.argument("name", required=False)
@click.option("--reason", type=WORDS, help="Why; it stays on record.")
@writes
def let_out(
    session: Session, reference: str, name: str | None, reason: str | None, command: str, as_json: bool
) -> None:
    """See that somebody reads a case no longer. What is recorded from now on is under a key that they do not have.

    What they have read or printed before, nothing takes back.
    """
    from casework.cli.receipts import once, tell
    from casework.services.readers import let_somebody_out

    loaded = session.case(reference)
    who = ask(session, name, "Who", "NAME")
    why = ask(session, reason, "Why do they read it no longer", "--reason", type=WORDS, check=said)
    receipt = once(
        session,
        loaded,
        command,
        lambda: let_somebody_out(
            session.workspace, session.school, loaded, named=who, reason=why, command=command
        ),
    )
    tell(session, loaded, receipt, "Let out", as_json=as_json)
