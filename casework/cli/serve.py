"""`casework serve`: the pages for head teachers, on this computer alone, opened with a link that works once."""

from __future__ import annotations

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session

LOOPBACK = "127.0.0.1"
"""Where nobody but this computer can knock."""


@click.command(short_help="Open casework in a browser on this computer.", epilog=example("casework serve"))
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8642, show_default=True, help="0 for any free one."
)
@click.option("--open/--no-open", "open_", default=True, help="Open the browser.")
@click.option("--api", is_flag=True, help="Answer programs too, under /api/v1: see casework token.")
@as_json
@pass_session
def serve(session: Session, port: int, open_: bool, api: bool, as_json: bool) -> None:
    """Show casework as pages in a browser on this computer, for as long as the command runs.

    Nobody else can reach it. The link that is printed works once and for ten minutes; the keys stay in this process.
    """
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

    serve_pages(workspace, LOOPBACK, port, ready, api=api)
