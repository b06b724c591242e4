"""Options that many commands share, and the session that each command gets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from casework.cli.session import Session

F = TypeVar("F", bound=Callable[..., Any])

pass_session = click.make_pass_decorator(Session)
"""Hands the session to a command as its first argument."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
"""For every command: `as_json`."""

log_option = click.option(
    "--log",
    "name",
    type=click.Choice(["cases", "access"]),
    default="cases",
    show_default=True,
    help="The record of the cases, or of who read what.",
)
"""For commands about one of a school's two logs: `name`."""


def kept_file(*names: str, says: str, **more: Any) -> Callable[[F], F]:
    """Give a command an option that names a file which was kept elsewhere than the data folder."""
    return click.option(*names, type=click.Path(path_type=Path, dir_okay=False), help=says, **more)


checkpoints = kept_file(
    "--against", multiple=True, says="A file with a checkpoint that was kept elsewhere; several times."
)
"""For commands that hold a record against what was kept of it: `against`."""

workers = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="NUMBER",
    help="How many processes share the work; decided from how much there is, and from the machine, if not given.",
)
"""How many do the work at once."""

reference = click.argument("reference", metavar="REF")
"""The reference of a case, such as ASH-26-7KQ4."""

references = click.argument("references", metavar="REF...", nargs=-1, required=True)
"""The references of one case or several."""


def example(*lines: str) -> str:
    """Return the end of a command's help: examples, each on a line of its own."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def rehearses(function: F) -> F:
    """Give a command `--dry-run` and `--json`; in a dry run the session is told to undo what the command does."""

    @click.option(
        "--dry-run",
        is_flag=True,
        help="Do everything but record: show what would stand, or what would be refused.",
    )
    @as_json
    @pass_session
    @wraps(function)
    def wrapped(session: Session, /, *args: Any, dry_run: bool, **kwargs: Any) -> Any:
        session.rehearsal = dry_run
        return function(session, *args, **kwargs)

    return wrapped  # type: ignore[return-value]


def writes(function: F) -> F:
    """Give a command that records something `--dry-run`, `--json` and `--command`, the id of the act."""

    @click.option(
        "--command",
        metavar="ID",
        default="",
        help="An id of your own for this act (a UUID): sent again with the same id, it is recorded once.",
    )
    @rehearses
    @wraps(function)
    def wrapped(session: Session, /, *args: Any, command: str, **kwargs: Any) -> Any:
        if command:
            from casework.base.ids import parse_id

            parse_id(command)
        return function(session, *args, command=command, **kwargs)

    return wrapped  # type: ignore[return-value]
