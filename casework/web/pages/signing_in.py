"""Coming in by the one-time link that `casework serve` prints on one person's computer, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from casework.web.render import rendered
from casework.web.routing import Pages
from casework.web.sessions import sign_of
from casework.web.site import KEPT, Here

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.site import Site

PAGES = Pages()
"""Pages that every site has."""

BY_LINK = Pages()
"""Pages of a site that is opened by a link."""


@BY_LINK.page("/open", access="anybody", methods=("GET", "POST"))
def open_link(site: Site, request: Request, form: FormData) -> Response:
    """Let in who comes first with a one-time link; only the button uses it up, and no preview of the link."""
    secret = str(form.get("key", "")) if request.method == "POST" else request.query_params.get("key", "")
    if request.method != "POST":
        return rendered("open.html.j2", key=secret)
    cookie = site.sessions.use_link(secret)
    if cookie is None:
        return rendered("link_used.html.j2", 403)
    return came_in(site, request, cookie)


@BY_LINK.page("/sign-in", access="anybody", methods=("GET",))
def sign_in(site: Site, request: Request, form: FormData) -> Response:
    """Say how to come in again; what was typed into a form waits meanwhile."""
    return rendered("sign_in.html.j2", 403, kept=KEPT in request.cookies)


@PAGES.page("/kept", access="signed_in", methods=("GET",))
def kept(here: Here) -> Response:
    """Show what was typed into a form whose session had ended, to be sent now with one press."""
    found = here.site.kept.take(here.request.cookies.get(KEPT, ""), sign_of(here.visitor.account))
    answer = here.go("/") if found is None else here.page("kept.html.j2", found=found)
    answer.delete_cookie(KEPT, path="/")
    return answer


@PAGES.page("/leave", access="anybody", methods=("POST",))
def leave(site: Site, request: Request, form: FormData) -> Response:
    """End the session."""
    site.sessions.end(request.cookies.get(site.cookie, ""))
    answer = rendered("left.html.j2", server=site.server is not None)
    answer.delete_cookie(site.cookie, path="/")
    return answer


def came_in(site: Site, request: Request, cookie: str, to: str = "/") -> Response:
    """Begin a session in a browser, at what was typed before or at a page of ours."""
    answer = RedirectResponse("/kept" if KEPT in request.cookies else to, status_code=303)
    answer.set_cookie(site.cookie, cookie, path="/", secure=site.secure, httponly=True, samesite="strict")
    return answer
