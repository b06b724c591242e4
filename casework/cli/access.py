"""`casework access`: who may see and do what, who read what, deputies, handing over, and breaking the glass."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import ask, said
from casework.cli.case_readers import last_day
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, listed, local_moment, local_time, paragraph, table
from casework.cli.values import WORDS

if TYPE_CHECKING:
    from casework.services.handing_over import Passed

COMMANDS = {
    "matrix": ("access:matrix", "Show who may do what: role, relation to the case, action."),
    "log": ("access:log", "List who read or took away what of a case."),
    "deputy": ("access:deputy", "Let a deputy stand in for somebody, from one day to another."),
    "hand-over": ("access:hand_over", "Hand the cases of somebody who leaves over to another."),
    "break-glass": ("access:break_glass", "Open a case that nobody who is there can open: takes two people."),
}

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Who may see and do what, and who read what.",
    epilog=example("casework access log ASH-26-7KQ4", "casework access matrix --csv"),
)
def access() -> None:
    """Who may see and do what, who read what, deputies, and cases that are handed over.

    Who reads one case: `casework case readers`. Letting somebody in or out: `casework case let-in`, `let-out`.
    """


@click.command(short_help=COMMANDS["matrix"][1], epilog=example("casework access matrix --role clerk"))
@click.option("--role", help="Only this role.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV: one row for each role and relation.")
@as_json
def matrix(role: str | None, as_csv: bool, as_json: bool) -> None:
    """Show who may do what: for each role and each relation to a case, the actions that are allowed.

    Relations: let in by name (named), let in for a part in the case (assigned), an auditor with a grant (granted), not
    let in (none), and those who never see their case: subject, witness, reporter, companion.
    """
    from casework.access import matrix as whole

    if as_csv:
        click.echo(whole.as_csv(), nl=False)
        return
    head, *rows = whole.rows()
    wanted = role.replace("-", "_") if role else ""
    rows = [row for row in rows if not wanted or row[0] == wanted]
    if not rows:
        raise click.UsageError(f"There is no role {role!r}. Roles: {', '.join(whole.ROLES)}.")
    data = [
        {"role": row[0], "relation": row[1], "cells": dict(zip(head[2:], row[2:], strict=True))}
        for row in rows
    ]
    text = table(
        ["Role", "Relation", "May"],
        [[row[0].replace("_", " "), row[1], _allowed(head, row)] for row in rows],
    )
    answer(as_json, {"matrix": data}, text)


def _allowed(head: list[str], row: list[str]) -> str:
    return (
        listed(
            [name.replace("_", " ") for name, cell in zip(head[2:], row[2:], strict=True) if cell == "yes"]
        )
        or "nothing"
    )


@click.command(
    short_help=COMMANDS["log"][1],
    epilog=example("casework access log ASH-26-7KQ4", "casework access log ASH-26-7KQ4 --csv > readings.csv"),
)
@reference
@click.option("--csv", "as_csv", is_flag=True, help="As CSV for a spreadsheet.")
@as_json
@pass_session
def log(session: Session, reference: str, as_csv: bool, as_json: bool) -> None:
    """List who read or took away what of a case, oldest first. That you asked is on the list too."""
    from dataclasses import asdict

    from casework.services.access_log import readings_of

    loaded = session.case(reference)
    found = readings_of(session.workspace, session.school, loaded, exported=as_csv)
    if as_csv:
        from casework.records.event_csv import table_csv

        heads = ("Position", "Recorded (UTC)", "Who", "Account", "Done", "What", "Purpose", "Recipient")
        click.echo(table_csv(heads, [tuple(asdict(item).values()) for item in found]), nl=False)
        return
    text = table(
        ["When", "Who", "What", "For what and whom"],
        [
            [
                local_time(item.recorded),
                item.name,
                f"{item.what}, {item.done}",
                listed([part for part in (item.purpose, item.recipient) if part]),
            ]
            for item in found
        ],
    )
    answer(as_json, {"reference": loaded.case.reference, "readings": [asdict(item) for item in found]}, text)


@click.command(
    short_help=COMMANDS["deputy"][1],
    epilog=example(
        'casework access deputy "Dana Whitfield" "Sam Reed" --from 2026-12-01 --until 2026-12-18 --reason "On leave"'
    ),
)
@click.argument("absent")
@click.argument("deputy")
@click.option("--from", "since", type=_DAY, required=True, help="The first day.")
@click.option("--until", type=_DAY, required=True, help="The last day.")
@click.option("--reason", type=WORDS, help="Why; it stays on record of each case.")
@rehearses
def deputy(
    session: Session,
    absent: str,
    deputy: str,
    since: object,
    until: object,
    reason: str | None,
    as_json: bool,
) -> None:
    """Let a deputy read and run the open cases of somebody who is away, from one day to another.

    It acts on the cases that you read too. After the last day the deputy sees them no longer.
    """
    from casework.services.handing_over import stand_in

    why = ask(session, reason, "Why", "--reason", type=WORDS, check=said)
    first, last = last_day(since), last_day(until)
    assert first is not None and last is not None  # noqa: S101  (both options are required)
    passed = stand_in(
        session.workspace,
        session.school,
        absent=absent,
        deputy=deputy,
        since=first,
        until=last,
        reason=why,
    )
    _tell(session, passed, "open to the deputy", as_json)


@click.command(
    "hand-over",
    short_help=COMMANDS["hand-over"][1],
    epilog=example('casework access hand-over "Dana Whitfield" "Sam Reed" --reason "Leaves on 31 December"'),
)
@click.argument("leaver")
@click.argument("to")
@click.option("--reason", type=WORDS, help="Why; it stays on record of each case.")
@rehearses
def hand_over(session: Session, leaver: str, to: str, reason: str | None, as_json: bool) -> None:
    """Hand the cases of somebody who leaves over to another: their part in each case, and its keys.

    It acts on the cases that you read too; whoever leaves hands over all of theirs by doing it themselves. What they
    did stays on record under their name, and they see the cases no longer.
    """
    from casework.services.handing_over import hand_over as hand

    why = ask(session, reason, "Why", "--reason", type=WORDS, check=said)
    passed = hand(session.workspace, session.school, leaver=leaver, to=to, reason=why)
    _tell(session, passed, "handed over", as_json)


def _tell(session: Session, passed: Passed, what: str, as_json: bool) -> None:
    if session.rehearsal:
        say("Nothing was recorded: this is what would be done.")
    data: dict[str, Any] = {
        "dry_run": session.rehearsal,
        "done": list(passed.done),
        "left": [{"reference": name, "why": why} for name, why in passed.left],
    }
    lines = [f"{count(len(passed.done), 'case')} {what}: {listed(list(passed.done)) or 'none'}."]
    lines += [f"{name} was left as it is: {why}" for name, why in passed.left]
    answer(as_json, data, "\n".join(paragraph(line) for line in lines))
    if not passed.done and not passed.left:
        say("There is no case that both of you read.")


@click.command(
    "break-glass",
    short_help=COMMANDS["break-glass"][1],
    epilog=example(
        'casework access break-glass ASH-26-7KQ4 --reason "Its adviser is in hospital, the hearing is on Monday"',
        "casework access break-glass ASH-26-7KQ4 --confirm PROPOSAL --recovery-key /media/usb/recovery.key",
    ),
)
@reference
@click.option("--reason", type=WORDS, help="Why; it stays on record.")
@click.option("--confirm", "proposal", metavar="PROPOSAL", help="Confirm what somebody else proposed.")
@click.option(
    "--recovery-key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The school's recovery key, to confirm with.",
)
@click.option(
    "--until", type=_DAY, help="The last day on which the case is open; a week from now without it."
)
@as_json
@pass_session
def break_glass(
    session: Session,
    reference: str,
    reason: str | None,
    proposal: str | None,
    recovery_key: Path | None,
    until: object,
    as_json: bool,
) -> None:
    """Open a case that nobody who is there can open: one person proposes it, another confirms it.

    The second one needs the school's recovery key. The first one then reads the case until the last day. It stays on
    record for ever, and everybody who reads the case is told. An administrator can neither propose nor confirm it.
    """
    from casework.services import break_glass as glass

    if proposal is None:
        why = ask(session, reason, "Why", "--reason", type=WORDS, check=said)
        made = glass.propose(session.workspace, session.school, reference, reason=why)
        text = (
            f"Proposed, if there is such a case. Somebody else confirms it by {local_moment(made.ends)}:\n"
            f"casework access break-glass {reference} --confirm {made.id} --recovery-key FILE"
        )
        answer(as_json, {"proposal": made.id, "ends": made.ends.isoformat()}, text)
        return
    from casework.keyring.files import read_recovery_key

    if recovery_key is None:
        raise click.UsageError("Missing option '--recovery-key': where the school's recovery key is.")
    receipt = glass.confirm(
        session.workspace,
        session.school,
        reference,
        proposal=proposal,
        recovery=read_recovery_key(recovery_key, session.recovery_passphrase),
        until=last_day(until),
    )
    answer(
        as_json,
        {"events": list(receipt.events), "size": receipt.size},
        "The glass is broken: whoever proposed it reads the case now. Everybody who reads it is told.",
    )
