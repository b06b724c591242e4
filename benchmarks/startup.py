"""Starting the program: whole processes, against the smallest programs that could do the like."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import compare, ratio, table
from casework.services.setup import NewSchool, create_workspace

LIMIT = 1.3
"""How many times as long as its bare peer each may take."""

_CLICK = """
import click
@click.group()
def main(): "A program."
@main.command()
def one(): "One."
main(["--help"], prog_name="bare", standalone_mode=True)
"""
_CLICK_AND_STORE = """
import sys, click, sqlalchemy
from sqlalchemy import create_engine, text
@click.command()
@click.argument("path")
def main(path):
    "List."
    with create_engine(f"sqlite:///{path}").connect() as connection:
        for row in connection.execute(text("SELECT * FROM cases")):
            click.echo(row)
main([sys.argv[1]], standalone_mode=True)
"""


def run(rounds: int) -> tuple[str, bool]:
    """Measure, and return a table and whether the limits hold."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        new = NewSchool("Ashleigh Primary School", "ASH", "Helen Marsh")
        workspace, _ = create_workspace(folder, new, passphrase=None, recovery_file=folder / "recovery.key")
        database = folder / "casework.sqlite3"
        workspace.close()
        program = str(Path(sys.executable).with_name("casework"))
        measured = compare(
            {
                "bare click, --help": lambda: _process(sys.executable, "-c", _CLICK),
                "casework --help": lambda: _process(program, "--help"),
                "click and SQLAlchemy, list": lambda: _process(
                    sys.executable, "-c", _CLICK_AND_STORE, str(database)
                ),
                "casework case list": lambda: _process(program, "--data", str(folder), "case", "list"),
            },
            rounds=rounds,
            repeats=5,
            warm_up=2,
        )
    bare, ours, store, listing = measured.values()
    of_help, of_list = 1 / ratio(ours, bare), 1 / ratio(listing, store)
    lines = [
        table("Starting up (whole process)", measured, bare.name),
        f"  limit: at most {LIMIT} × its peer; --help {of_help:.2f} ×, case list {of_list:.2f} ×",
    ]
    return "\n".join(lines), of_help <= LIMIT and of_list <= LIMIT


def _process(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
