"""`casework serve`: the pages, on this computer alone and opened by a link, or for many as a server."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session

LOOPBACK = "127.0.0.1"
"""Where nobody but this computer can knock."""

PORT = 8642
"""The port, unless another one is asked for."""


@click.command(
    short_help="Open casework in a browser, here or for a whole trust.",
    epilog=example("casework serve", "casework serve --settings /etc/casework/server.toml"),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help=f"0 for any free one; {PORT} if not given. Not with --settings.",
)
@click.option("--open/--no-open", "open_", default=True, help="Open the browser.")
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Serve many people, as this file says: names, address, TLS. Each signs in.",
)
@click.option("--api", is_flag=True, help="Answer programs too, under /api/v1: see casework token.")
@as_json
@pass_session
def serve(
    session: Session, port: int | None, open_: bool, settings: Path | None, api: bool, as_json: bool
) -> None:
    """Show casework as pages in a browser on this computer, for as long as the command runs.

    Nobody else can reach it. The link that is printed works once and for ten minutes; the keys stay in this process.

    With --settings it is a server for many people instead. Each signs in, and their keys are open for as long as they
    are signed in; the server itself holds none.
    """
    if settings is not None:
        if port is not None:
            raise click.UsageError("The port of a server stands in its settings (listen), not in --port.")
        _serve_many(session, settings, api, as_json)
        return
    from casework.web.serving import serve as serve_pages

    workspace = session.workspace
    _ = session.school, workspace.keys  # a wrong passphrase is said here, and not on a page

    def ready(link: str) -> None:
        if as_json:
            answer(True, {"link": link}, "")
            return
        programs = f"Programs come to {link.partition('/open?')[0]}/api/v1, with a token.\n" if api else ""
        say(
            f"Open this in your browser; it works once, within ten minutes:\n\n  {link}\n\n{programs}"
            "Stop with Ctrl-C."
        )
        if open_ and session.interactive:
            click.launch(link)

    serve_pages(workspace, LOOPBACK, PORT if port is None else port, ready, api=api)


def _serve_many(session: Session, settings: Path, api: bool, as_json: bool) -> None:
    from casework.cli.environment import leave_no_core
    from casework.cli.openid import client_secret
    from casework.services.server import Server
    from casework.web.serving import serve_many
    from casework.web.settings import read_settings

    leave_no_core()
    read = read_settings(settings)
    server = Server.open(
        session.existing_folder(),
        clock=session.clock,
        dice=session.dice,
        openid_secret=read.openid_secret or client_secret(),
        cost=session.cost,
    )

    def ready(address: str) -> None:
        answer(as_json, {"address": address}, f"casework is at {address}. Stop with Ctrl-C.")

    try:
        serve_many(server, read, ready, api=api)
    finally:
        server.close()
