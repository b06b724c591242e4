"""What stands before every page: whom it is addressed to, how often, how much, and what a browser may do with it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from casework.web.site import UPLOAD_LIMIT, Site

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
        "object-src 'self'",
        "base-uri 'none'",
    )
)
"""What a page may load: our own files and nothing else; no script or style inside a page counts."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
}

RATE: Final = 240
"""Requests that one address may make in a minute."""

TRIES: Final = 10
"""Signings-in, and codes of links, that one address may try in a minute."""

CALENDARS: Final = 30
"""Calendars that one address may ask for in a minute."""

TRIED: Final = ("/sign-in", "/own/")
"""Where they are tried."""


class Guard:
    """Middleware in front of everything.

    Args:
        app: what it stands before.
        site: the site; names its hosts.
        now: seconds that only ever grow.
    """

    def __init__(self, app: ASGIApp, site: Site, now: Callable[[], float] = monotonic) -> None:
        self._app, self._site = app, site
        self._requests = Bucket(RATE, now)
        self._tries = Bucket(TRIES, now)
        self._calendars = Bucket(CALENDARS, now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with one line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, self._dressed(send))
            return
        await self._app(scope, _limited(receive), self._dressed(send))

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        if host not in self._site.hosts:
            return PlainTextResponse("This site has another name.", 421)
        writes = scope["method"] not in ("GET", "HEAD")
        origin = headers.get("origin")
        if writes and origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return PlainTextResponse("Forms of other sites are not taken.", 403)
        if int(headers.get("content-length") or 0) > UPLOAD_LIMIT:
            return PlainTextResponse("That is too large: at most 50 MB can be sent at once.", 413)
        address = scope["client"][0] if scope.get("client") else ""
        path = scope["path"]
        if (
            not self._requests.take(address)
            or (writes and path.startswith(TRIED) and not self._tries.take(address))
            or (path.startswith("/calendar/") and not self._calendars.take(address))
        ):
            return PlainTextResponse("Too many requests. Wait a minute and try again.", 429)
        return None

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if self._site.secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=63072000")
            await send(message)

        return dressed


class Bucket:
    """So many in a minute for each address; the oldest addresses are forgotten."""

    def __init__(self, most: int, now: Callable[[], float]) -> None:
        self._most, self._now = most, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> bool:
        """Return whether one more is allowed."""
        with self._lock:
            now = self._now()
            left, since = self._left.pop(address, (float(self._most), now))
            left = min(self._most, left + (now - since) * self._most / 60)
            self._left[address] = (max(left - 1, 0.0), now)
            while len(self._left) > 10_000:
                self._left.popitem(last=False)
            return left >= 1


def _limited(receive: Receive) -> Receive:
    """Count what comes in: a sender who does not say how much it is gets no further than the limit."""
    had = 0

    async def limited() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if had > UPLOAD_LIMIT:
            return {"type": "http.disconnect"}
        return message

    return limited
