"""`casework db`: looking after the database. Nothing in this module needs a key."""

from __future__ import annotations

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count

COMMANDS = {
    "backup": ("db_backup:backup", "Make a sealed, verified backup, while others may go on working."),
    "backups": ("db_backup:backups", "List the backups on record, with their last days."),
    "restore": ("db_backup:restore", "Restore a backup into a new folder."),
    "check": ("db:check", "Check that the lists are what the record says."),
    "rebuild": ("db:rebuild", "Make the lists again from the record."),
    "move": ("db_move:move", "Move the record from this machine's file to a PostgreSQL server."),
    "upgrade": ("db:upgrade", "Bring a database of an earlier release up to date."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Look after the database.",
    epilog=example("casework db check"),
)
def db() -> None:
    """Look after the database.

    Lists and due dates are read from tables that are made from the record. Whether the record itself is whole is the
    question of `casework audit verify`.
    """


@click.command(short_help=COMMANDS["check"][1], epilog=example("casework db check"))
@as_json
@pass_session
def check(session: Session, as_json: bool) -> None:
    """Make the lists again in memory and compare; exit code 1 if something differs. Nothing is changed."""
    from casework.services.upkeep import differing_lists

    entries, differing = differing_lists(session.workspace)
    data = {
        "entries": entries,
        "differing": [{"stream": stream, "table": table} for stream, table in differing],
    }
    if not differing:
        answer(
            as_json, data, f"The lists are what the record says ({count(entries, 'entry', 'entries')} read)."
        )
        return
    lines = [f"{table} of {stream}" for stream, table in differing]
    answer(
        as_json,
        data | {"ok": False, "code": "lists-differ"},
        "\n".join(["These differ from the record:", *lines]),
    )
    say("Make them again: casework db rebuild. If it happens again, verify the record: casework audit verify")
    raise click.exceptions.Exit(1)


@click.command(short_help=COMMANDS["rebuild"][1], epilog=example("casework db rebuild"))
@rehearses
def rebuild(session: Session, as_json: bool) -> None:
    """Make the lists again from the record: all of them or none."""
    from casework.services.upkeep import rebuild as make_again

    entries = make_again(session.workspace)
    if session.rehearsal:
        say("Nothing was changed.")
    text = f"The lists were made again from {count(entries, 'entry', 'entries')} of the record."
    answer(as_json, {"entries": entries, "dry_run": session.rehearsal}, text)


@click.command(short_help=COMMANDS["upgrade"][1], epilog=example("casework db upgrade"))
@as_json
@pass_session
def upgrade(session: Session, as_json: bool) -> None:
    """Bring a database of an earlier release up to date, all of it or none. Make a backup first: copy the folder.

    On a PostgreSQL server the owner of the tables signs in for it: they are made if there are none, and the role that
    records gets the rights that it needs and no more.
    """
    from casework.services.upkeep import upgrade as migrate

    before, after = migrate(session.folder)
    if not before:
        text = "The tables were made. Set up a school: casework init; or move one here: casework db move"
    elif before == after:
        text = "The database is up to date."
    else:
        text = f"The database was brought from {before} to {after}."
    answer(as_json, {"before": before, "after": after}, text)
