"""Running a site: the listening socket, the server, and the one-time link."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.routing import Mount

from casework.base.errors import Unavailable
from casework.web.app import application
from casework.web.site import Site

if TYPE_CHECKING:
    from casework.keyring.files import AccountKeys
    from casework.services.workspace import Workspace


def api_of(workspace: Workspace) -> Mount:
    """Return the JSON API of a workspace's data folder; whoever comes works as the account of their token."""
    from casework.services.workspace import Workspace as Opened
    from casework.web.api.app import PREFIX
    from casework.web.api.app import api as made

    def open_(keys: Callable[[], AccountKeys]) -> Workspace:
        return Opened.open(workspace.folder, str, clock=workspace.clock, account_keys=keys)

    return Mount(PREFIX, made(open_), name="api")


class PortTaken(Unavailable):
    """Something else listens there."""

    code = "port-taken"


def serve(
    workspace: Workspace, host: str, port: int, ready: Callable[[str], None], *, api: bool = False
) -> None:
    """Serve the site of one workspace until it is stopped.

    Args:
        host: the address to listen on; loopback.
        port: 0 for any that is free.
        ready: is told the one-time link once connections are taken.
        api: whether programs are answered too, under `/api/v1`, each with its own token.

    Raises:
        PortTaken: the port is not free.
    """
    import uvicorn

    site = Site(hosts=frozenset((host, "localhost")), mounts=(api_of(workspace),) if api else ())
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise PortTaken(
            f"Port {port} is taken: perhaps casework runs already in another window.",
            remedy="Use that one, or choose another port: --port 0.",
        ) from None
    config = uvicorn.Config(application(site), log_level="error", access_log=False, server_header=False)
    ready(f"http://{host}:{listening.getsockname()[1]}/open?key={site.sessions.link(workspace)}")
    uvicorn.Server(config).run(sockets=[listening])
