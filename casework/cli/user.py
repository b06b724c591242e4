"""`casework user` and `casework whoami`: accounts."""

from __future__ import annotations

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import pairs

COMMANDS = {"whoami": ("user:whoami", "Say who is signed in.")}


@click.group(
    cls=LazyGroup, commands_at=COMMANDS, short_help="Accounts.", epilog=example("casework user whoami")
)
def user() -> None:
    """Accounts: whoever signs in is on record with every entry."""


@click.command(short_help=COMMANDS["whoami"][1], epilog=example("casework whoami"))
@as_json
@pass_session
def whoami(session: Session, as_json: bool) -> None:
    """Say who is signed in, at which school, and in which role they record."""
    from casework.services.directory import who_am_i

    identity = who_am_i(session.workspace, session.school)
    text = pairs(
        [
            ("Name", identity.name),
            ("School", session.school.name),
            ("Role", identity.role.replace("_", " ")),
            ("Account", identity.account),
            ("Data folder", str(session.folder)),
        ]
    )
    data = {
        "name": identity.name,
        "school": session.school.name,
        "role": identity.role,
        "account": identity.account,
        "person": identity.person,
        "folder": str(session.folder),
    }
    answer(as_json, data, text)
