"""The site as an application: every page behind its check, files of our own, and the guard in front."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from casework.web.going_back import GoingBack
from casework.web.guard import Guard
from casework.web.pages import (
    accounts,
    allegations,
    audit,
    calendar_feed,
    cases,
    compare,
    decisions,
    due,
    evidence,
    exports,
    figures,
    history,
    home,
    letter_writing,
    letters,
    opening,
    own_view,
    packs,
    papers,
    people,
    portfolio,
    school,
    signing_in,
    steps,
    triage,
    verify,
    works,
)
from casework.web.render import STATIC, rendered
from casework.web.routing import Page, routes

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.site import Site

_SHARED: Final = tuple(
    page
    for part in (  # an address that is spelt out stands before one that has a part for anything
        signing_in,
        home,
        opening,
        portfolio,
        due,
        school,
        cases,
        compare,
        history,
        exports,
        people,
        triage,
        allegations,
        decisions,
        steps,
        letter_writing,
        letters,
        evidence,
        papers,
        packs,
        audit,
        verify,
        figures,
        works,
        own_view,
        calendar_feed,
    )
    for page in part.PAGES.every
)

EVERY: Final[tuple[Page, ...]] = (*signing_in.BY_LINK.every, *_SHARED)
"""Every page of a site that is opened by a link; a test walks them and asks of each who may come."""

ON_SERVER: Final[tuple[Page, ...]] = (*accounts.PAGES.every, *_SHARED)
"""Every page of a server; a test walks these too."""

_SWEEP_SECONDS: Final = 60


def application(site: Site) -> Starlette:
    """Return a site as an ASGI application."""
    # Only files that are the same for everybody are compressed: a page holds both a secret and what somebody typed.
    every = pages_of(site)
    back = Middleware(GoingBack, addresses=[page.address for page in every if "GET" in page.methods])
    guards: list[Any] = [Middleware(Guard, site=site), back]
    if site.proxies:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        guards.insert(0, Middleware(ProxyHeadersMiddleware, trusted_hosts=list(site.proxies)))
    static = GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=500)
    return Starlette(
        routes=[Mount("/static", static, name="static"), *site.mounts, *routes(site, every)],
        middleware=guards,
        lifespan=_lifespan(site),
        exception_handlers={404: _nothing_here, 405: _nothing_here, 500: _defect},
    )


def pages_of(site: Site) -> tuple[Page, ...]:
    """Return the pages that a site has."""
    return EVERY if site.server is None else ON_SERVER


def _lifespan(site: Site) -> Any:
    """End sessions in time while the site runs, and all of them when it stops."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweep(site))
        try:
            yield
        finally:
            sweeping.cancel()
            with suppress(asyncio.CancelledError):
                await sweeping
            site.sessions.end_all()

    return lifespan


async def _sweep(site: Site) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        await asyncio.to_thread(site.sessions.sweep)


async def _nothing_here(request: Request, problem: Exception) -> Response:
    status = problem.status_code if isinstance(problem, HTTPException) else 404
    data = {
        "title": "Not found",
        "says": "There is nothing here, or it is not for you.",
        "remedy": "Check the address, or begin at the first page.",
    }
    return rendered("failed_outside.html.j2", status, **data)


async def _defect(request: Request, problem: Exception) -> Response:
    data = {
        "title": "Something went wrong",
        "says": "That is a defect of casework. Nothing was recorded.",
        "remedy": "Go back and try again. If it stays, tell whoever looks after casework what you were doing.",
    }
    return rendered("failed_outside.html.j2", 500, **data)
