"""Running a site: the listening socket, and either a one-time link or a server's own sign-in."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from starlette.routing import BaseRoute

from casework.base.errors import Unavailable
from casework.services.workspace import Workspace
from casework.web.app import application
from casework.web.own_pages import OwnPages
from casework.web.sessions import Sessions
from casework.web.site import Site

if TYPE_CHECKING:
    from casework.services.server import Server
    from casework.web.settings import ServerSettings

STOP_SECONDS: Final = 20
"""How long requests that are under way may take once the server is told to stop."""

AT_ONCE: Final = 400
"""Connections that are served at once; whoever comes beyond is told to come back."""


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
    own = OwnPages(workspace.store, workspace.clock)
    with _programs(workspace, api) as mounts:
        site = Site(hosts=frozenset((host, "localhost")), own=own, mounts=mounts)
        listening = _listen(host, port)
        ready(f"http://{host}:{listening.getsockname()[1]}/open?key={site.sessions.link(workspace)}")
        _run(site, listening)


@contextmanager
def _programs(workspace: Workspace, api: bool) -> Iterator[tuple[BaseRoute, ...]]:
    """Give what answers programs, if they are answered; their workspaces close with it."""
    if not api:
        yield ()
        return
    from casework.web.api.mount import mounted

    with mounted(workspace) as mount:
        yield (mount,)


def serve_many(
    server: Server, settings: ServerSettings, ready: Callable[[str], None], *, api: bool = False
) -> None:
    """Serve many accounts until the server is stopped; their sessions end with it.

    Args:
        ready: is told the address that people type, once connections are taken.
        api: whether programs are answered too, under `/api/v1`, each with its own token.

    Raises:
        PortTaken: the port is not free, or the address is not this machine's.
    """
    listening = _listen(settings.address, settings.port)
    port = listening.getsockname()[1]
    if settings.proxies:
        ready(f"https://{settings.hosts[0]}/")
    else:
        scheme = "https" if settings.secure else "http"
        ready(f"{scheme}://{settings.hosts[0]}{'' if port == 443 else f':{port}'}/")
    more: dict[str, Any] = {"limit_concurrency": AT_ONCE, "timeout_graceful_shutdown": STOP_SECONDS}
    if settings.certificate is not None:
        more |= {"ssl_certfile": str(settings.certificate), "ssl_keyfile": str(settings.key)}
    with _programs(server.base, api) as mounts:
        _run(site_of(server, settings, mounts), listening, **more)


def site_of(server: Server, settings: ServerSettings, mounts: tuple[BaseRoute, ...] = ()) -> Site:
    """Return the site of a server, as its settings say; `mounts` is what is answered beside the pages."""
    return Site(
        hosts=frozenset(settings.hosts),
        secure=settings.secure,
        sessions=Sessions(leave=Workspace.leave),
        server=server,
        proxies=settings.proxies,
        own=OwnPages(server.base.store, server.base.clock),
        mounts=mounts,
    )


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address, port))
        listening.listen()  # whoever is told the address at once is not turned away
    except PermissionError:
        listening.close()
        raise PortTaken(
            f"Only the system's administrator may listen on port {port}.", remedy="Choose one above 1023."
        ) from None
    except OSError as problem:
        listening.close()
        if problem.errno == errno.EADDRNOTAVAIL:
            raise PortTaken(f"This machine does not have the address {address}.") from None
        raise PortTaken(
            f"Port {port} is taken: perhaps casework runs already in another window.",
            remedy="Use that one, or choose another port.",
        ) from None
    return listening


def _run(site: Site, listening: socket.socket, **more: Any) -> None:
    import uvicorn

    # Whom a proxy speaks for, the site decides by its own list; uvicorn would believe anything on this machine.
    config = uvicorn.Config(
        application(site),
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        **more,
    )
    # uvicorn stops in good order, and then raises what stopped it once more: that is no failure.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _stop(*_: object) -> None:
    raise SystemExit(0)
