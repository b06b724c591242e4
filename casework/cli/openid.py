"""The browser's part of signing in: a visit to the OpenID provider, and its answer, received on this machine alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

import click

from casework.cli.options import example, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import paragraph
from casework.cli.user import COMMANDS, rehearsed

if TYPE_CHECKING:
    from casework.base.ids import Dice
    from casework.base.time import Clock
    from casework.services.openid import Provider, Who

SECRET = "CASEWORK_OPENID_SECRET"  # noqa: S105  (the name of a variable)
"""The environment variable that holds the client's secret, where a provider insists on one."""

WAIT_SECONDS: Final = 180
"""How long the answer of a provider is waited for."""

_PAGE: Final = (
    b"<!doctype html><html lang='en'><meta charset='utf-8'><title>casework</title>"
    b"<body><p>You can close this page and go back to casework.</p></body></html>"
)


def client_secret() -> str:
    """Return the client's secret from the environment; empty if there is none."""
    return os.environ.get(SECRET, "")


class _Answers(HTTPServer):
    """Waits on this machine for the one answer."""

    query: dict[str, str] | None = None


class _Handler(BaseHTTPRequestHandler):
    """Takes the query of the address to which the browser was sent back."""

    def do_GET(self) -> None:
        """Take the answer, or say that there is nothing here."""
        parts = urlsplit(self.path)
        if parts.path != "/" or not parts.query:
            self.send_error(404)
            return
        if isinstance(self.server, _Answers):
            self.server.query = dict(parse_qsl(parts.query))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_PAGE)))
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: the address holds the provider's code."""


def visited(provider: Provider, dice: Dice, clock: Clock, visit: Callable[[str], object]) -> Who:
    """Have somebody visit the provider, and return whom it vouches for.

    Raises:
        OpenIDRefused, OpenIDUnavailable: the provider did not say who it is, or not in time.
    """
    from casework.services.openid import OpenIDUnavailable, answered, ask

    with _Answers(("127.0.0.1", 0), _Handler) as server:
        asked = ask(provider, f"http://127.0.0.1:{server.server_port}/", dice)
        say(paragraph("Sign in with your organisation in the browser. If none opened, visit this address:"))
        say(asked.url)
        visit(asked.url)
        until = monotonic() + WAIT_SECONDS
        while server.query is None and (left := until - monotonic()) > 0:
            server.timeout = left
            server.handle_request()
    if server.query is None:
        raise OpenIDUnavailable("Nobody signed in with the organisation in time.", remedy="Begin again.")
    return answered(provider, asked, server.query, clock.now())


@click.command(
    short_help=COMMANDS["openid"][1],
    epilog=example(
        "casework user openid --issuer https://accounts.google.com --client-id 1234.apps.example",
        "casework user openid --off",
    ),
)
@click.option("--issuer", metavar="URL", help="The provider, exactly as it names itself.")
@click.option("--client-id", metavar="ID", help="What the provider calls this installation.")
@click.option("--required", is_flag=True, help="Let nobody sign in without it.")
@click.option("--off", is_flag=True, help="Ask no provider any more.")
@rehearses
def openid(
    session: Session, issuer: str | None, client_id: str | None, required: bool, off: bool, as_json: bool
) -> None:
    """Have the organisation's own sign-in (Google Workspace, Microsoft Entra) say who somebody is.

    It never opens a key: whoever signs in needs their unlock phrase as well. Where the provider insists on a secret of
    the client, CASEWORK_OPENID_SECRET holds it.
    """
    from casework.services.accounts import choose_provider
    from casework.services.openid import Provider

    if off is bool(issuer or client_id) or bool(issuer) is not bool(client_id):
        raise click.UsageError("Give --issuer and --client-id, or --off.")
    chosen = None if off else Provider(issuer or "", client_id or "", required, client_secret())
    choose_provider(session.workspace, session.school, chosen)
    data = {"issuer": issuer or "", "client_id": client_id or "", "required": required}
    text = (
        "No OpenID provider is asked any more."
        if off
        else f"{issuer} says who somebody is: casework login NAME --openid"
    )
    answer(as_json, data, paragraph(text))
    rehearsed(session)
