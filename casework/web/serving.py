"""Running a site: the listening socket, the server, and the one-time link."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from casework.base.errors import Unavailable
from casework.web.app import application
from casework.web.site import Site

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


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

    with ExitStack() as open_:
        mounts: tuple[BaseRoute, ...] = ()
        if api:
            from casework.web.api.mount import mounted

            mounts = (open_.enter_context(mounted(workspace)),)
        site = Site(hosts=frozenset((host, "localhost")), mounts=mounts)
        listening = _listening(host, port)
        config = uvicorn.Config(application(site), log_level="error", access_log=False, server_header=False)
        ready(f"http://{host}:{listening.getsockname()[1]}/open?key={site.sessions.link(workspace)}")
        uvicorn.Server(config).run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
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
    return listening
