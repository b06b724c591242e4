"""What stands before every page: whom it is addressed to, how often, how much, and what a browser may do with it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
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
"""Requests that one session may make in a minute, and one address without a session."""

TRIES: Final = 20
"""Signings-in that one address may try in a minute: a school has one address for all who are in it."""

HEALTH: Final = "/health"
"""The page that a machine asks whether the site runs; it may be asked by any name and without TLS."""

_SECRETS: Final = ("/sign-in", "/invitation", "/open", "/account/phrase", "/own/")
"""Where something secret is typed, the code of a link too, or the OpenID provider is asked."""

CALENDARS: Final = 30
"""Calendars that one address may ask for in a minute."""


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
        health = scope["path"] == HEALTH
        if not health and host.lower() not in self._site.hosts:
            return PlainTextResponse("This site has another name.", 421)
        if not health and self._site.secure and scope["scheme"] != "https":
            return PlainTextResponse("This site is reached by https:// only, and through its proxy.", 403)
        writes = scope["method"] not in ("GET", "HEAD")
        if writes and not self._is_ours(headers, scope["scheme"]):
            return PlainTextResponse("Forms of other sites are not taken.", 403)
        if _length(headers) > UPLOAD_LIMIT:
            return PlainTextResponse("That is too large: at most 50 MB can be sent at once.", 413)
        if not self._may_ask(scope, writes):
            return PlainTextResponse("Too many requests. Wait a minute and try again.", 429)
        return None

    def _is_ours(self, headers: Headers, scheme: str) -> bool:
        """Say whether a form was sent from one of our pages, as far as the browser says."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        said = urlsplit(origin)
        return said.netloc == headers.get("host") and said.scheme == scheme

    def _may_ask(self, scope: Scope, writes: bool) -> bool:
        """Count a request; who is signed in is counted alone, whoever else sits behind the same address."""
        if scope["path"].startswith("/static/"):
            return True
        address = network_of(scope["client"][0] if scope.get("client") else "")
        asks = scope["path"] == "/sign-in/organisation"
        secret = asks or (writes and scope["path"].startswith(_SECRETS))
        if secret and not self._tries.take(address):
            return False
        if scope["path"].startswith("/calendar/") and not self._calendars.take(address):
            return False
        cookie = Request(scope).cookies.get(self._site.cookie, "")
        return self._requests.take((self._site.sessions.name_of(cookie) if cookie else "") or address)

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


def network_of(address: str) -> str:
    """Return whom an address stands for: of IPv6, where one household has them in abundance, its network of 64 bits."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if known.version == 6 else address


def _length(headers: Headers) -> int:
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


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
