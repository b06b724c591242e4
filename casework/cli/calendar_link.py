"""`casework calendar link`: one's own deadlines in a diary, by a secret link."""

from __future__ import annotations

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session

COMMANDS = {
    "create": (
        "calendar_link:create",
        "Make the link to your own deadlines, in the place of an earlier one.",
    ),
    "revoke": ("calendar_link:revoke", "Take it back: it gives nothing out any more."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Your deadlines in a diary, by a secret link.",
    epilog=example("casework calendar link create --address https://casework.trust.example"),
)
def link() -> None:
    """Have a diary program read your deadlines from the pages, by a link that is yours alone.

    It gives out references and what is due, in the cases that you see, and no name. `casework due --ics` writes the
    same to a file, once.
    """


@click.command("create", short_help=COMMANDS["create"][1], epilog=example("casework calendar link create"))
@click.option(
    "--address",
    envvar="CASEWORK_ADDRESS",
    default="",
    metavar="URL",
    help="Where your pages are, such as https://casework.trust.example; or set CASEWORK_ADDRESS.",
)
@as_json
@pass_session
def create(session: Session, address: str, as_json: bool) -> None:
    """Make the link to your own deadlines. It is shown once; an earlier one gives nothing out any more.

    Whoever has it can read it without signing in. That it was made is on the access log.
    """
    from casework.services.feeds import make_feed

    _ = session.workspace.keys
    full = f"{address.rstrip('/')}{make_feed(session.workspace)}"
    text = (
        f"{full}\n\nSubscribe to it in your diary. It is shown this once. Keep it to yourself: whoever has it"
        " reads when what is due in your cases."
    )
    answer(as_json, {"link": full}, text)
    if not address:
        say("Put the address of your pages before it, or give it with --address.")


@click.command("revoke", short_help=COMMANDS["revoke"][1], epilog=example("casework calendar link revoke"))
@as_json
@pass_session
def revoke(session: Session, as_json: bool) -> None:
    """Take your link back: it gives nothing out any more. What a diary has read, it keeps until you delete it there."""
    from casework.services.feeds import revoke_feed

    _ = session.workspace.keys
    there = revoke_feed(session.workspace)
    answer(
        as_json, {"revoked": there}, "The link gives nothing out any more." if there else "There is no link."
    )
