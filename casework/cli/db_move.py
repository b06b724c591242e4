"""`casework db move`: from the file on this machine to a server that serves many."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import count, paragraph


@click.command(
    short_help="Move the record from this machine's file to a PostgreSQL server.",
    epilog=example("casework db move --to trust-database.toml"),
)
@click.option(
    "--to",
    "settings",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="The server's settings, readable by you alone (chmod 600); they are copied into the data folder.",
)
@as_json
@pass_session
def move(session: Session, settings: Path, as_json: bool) -> None:
    """Copy every row to an empty database on the server, verify it there, and only then use that one.

    Nobody can record meanwhile. If anything goes wrong the file here stays in use, as it was; the command can be given
    again. Keys, and the checkpoints that this installation remembers, stay in the data folder.
    """
    from casework.services.to_server import move_to_server

    moved = move_to_server(session.workspace, settings)
    data = {"place": moved.place, "rows": moved.rows, "entries": moved.entries, "left": str(moved.left)}
    text = (
        f"The record is now in {moved.place}: {count(moved.entries, 'entry', 'entries')}, verified there.\n"
        f"The old file is {moved.left}. It still holds everything: destroy it once you have a backup of the server,"
        " since nothing that is destroyed later is destroyed in it."
    )
    answer(as_json, data, "\n".join(paragraph(line) for line in text.split("\n")))
