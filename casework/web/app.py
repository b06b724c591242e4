"""The site as an application: every page behind its check, files of our own, and the guard in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from casework.web.going_back import GoingBack
from casework.web.guard import Guard
from casework.web.pages import cases, evidence, home, letters, opening, signing_in, steps, triage
from casework.web.render import STATIC, rendered
from casework.web.routing import Page, routes

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.site import Site

EVERY: tuple[Page, ...] = tuple(
    page
    for part in (signing_in, home, opening, cases, triage, steps, letters, evidence)
    for page in part.PAGES.every
)
"""Every page of the site; a test walks them and asks of each who may come."""


def application(site: Site) -> Starlette:
    """Return a site as an ASGI application."""
    # Only files that are the same for everybody are compressed: a page holds both a secret and what somebody typed.
    static = GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=500)
    return Starlette(
        routes=[Mount("/static", static, name="static"), *routes(site, EVERY)],
        middleware=[
            Middleware(Guard, site=site),
            Middleware(GoingBack, addresses=[page.address for page in EVERY if "GET" in page.methods]),
        ],
        exception_handlers={404: _nothing_here, 405: _nothing_here, 500: _defect},
    )


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
