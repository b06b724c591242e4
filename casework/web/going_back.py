"""What a form is answered with becomes a page of its own, so that Back and Reload never ask to send the form again.

A browser that goes back to the answer of a form has to send the form once more: it shows an error page instead. So
whoever sends a form is sent on, and fetches the answer at the same address, once. It waits in memory for a minute.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.routing import compile_path

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOR: Final = 60.0
"""Seconds for which an answer waits to be fetched."""

MOST: Final = 200
"""Answers that wait at once; the oldest give way."""

Answer = list["Message"]


class GoingBack:
    """Middleware that turns the page with which a form is answered into one that is fetched.

    Args:
        app: what it stands before.
        addresses: of the pages that can be asked for too; other forms are answered as they are.
        now: seconds that only ever grow.
    """

    def __init__(self, app: ASGIApp, addresses: Iterable[str], now: Callable[[], float] = monotonic) -> None:
        self._app, self._now = app, now
        self._pages = [compile_path(address)[0] for address in addresses]
        self._answers: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the answer of a form, and hand it to whoever sent the form and asks for it."""
        if scope["type"] != "http" or not (whose := _whose(scope)):
            await self._app(scope, receive, send)
        elif scope["method"] == "GET" and (kept := self._take(whose)):
            for message in kept:
                await send(message)
        elif scope["method"] == "POST" and any(page.match(scope["path"]) for page in self._pages):
            await self._app(scope, receive, self._keeping(whose, scope, receive, send))
        else:
            await self._app(scope, receive, send)

    def _keeping(self, whose: str, scope: Scope, receive: Receive, send: Send) -> Send:
        """Send on what is no page; of a page, keep it and say where it is."""
        answer: Answer = []

        async def keeping(message: Message) -> None:
            begins = message["type"] == "http.response.start"
            if not answer and not (begins and _is_page(message)):
                await send(message)
                return
            answer.append(message)
            if not begins and not message.get("more_body", False):
                self._keep(whose, answer)
                await RedirectResponse(_address(scope), 303)(scope, receive, send)

        return keeping

    def _keep(self, whose: str, answer: Answer) -> None:
        with self._lock:
            self._answers[whose] = self._now() + FOR, answer
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)

    def _take(self, whose: str) -> Answer | None:
        with self._lock:
            until, answer = self._answers.pop(whose, (0.0, None))
        return answer if until >= self._now() else None


def _whose(scope: Scope) -> str:
    """What tells a form's sender and address apart; empty for who has no session, and for what a script fetches."""
    headers = Headers(scope=scope)
    cookies = headers.get("cookie", "")
    if not cookies or "hx-request" in headers:
        return ""
    return sha256(f"{cookies}\n{_address(scope)}".encode()).hexdigest()


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _is_page(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return kind.startswith("text/html") and message["status"] not in (301, 302, 303, 307, 308)
