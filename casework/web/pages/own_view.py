"""The own page of an employee or their companion, by link and code; and where such links are made and revoked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from casework.base.errors import BadInput, CaseworkError, Refused
from casework.base.time import parse_date
from casework.services.access import note_access
from casework.services.own_links import links_of, make, revoke
from casework.services.own_reading import LinkNotOpened
from casework.web.failures import failed, in_plain_words
from casework.web.render import rendered
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.own_pages import OwnPages
    from casework.web.site import Site

PAGES = Pages()

UNTOLD: Final = {"X-Robots-Tag": "noindex, nofollow"}
"""The address holds half of what opens the page; that no other site is told of it, the guard’s headers see to."""


@PAGES.page("/own", access="anybody", methods=("GET",))
def own_page(site: Site, request: Request, form: FormData) -> Response:
    """Show what whoever opened their link may see."""
    try:
        shown = _pages(site).page(request.cookies.get(_cookie(site), ""))
    except LinkNotOpened:
        return _dressed(rendered("own_closed.html.j2", 403))
    except CaseworkError as problem:
        return _dressed(failed(problem, None))
    return _dressed(rendered("own_view.html.j2", shown=shown))


@PAGES.page("/own/close", access="anybody", methods=("POST",))
def close_own_page(site: Site, request: Request, form: FormData) -> Response:
    """Close the page, so that nobody at this computer can go on reading."""
    if site.own is not None:
        site.own.close(request.cookies.get(_cookie(site), ""))
    answer = rendered("own_closed.html.j2")
    answer.delete_cookie(_cookie(site), path="/own")
    return _dressed(answer)


@PAGES.page("/own/letters/{number:int}.pdf", access="anybody", methods=("GET",))
def own_letter(site: Site, request: Request, form: FormData) -> Response:
    """Show a letter exactly as it was issued."""
    try:
        name, pdf = _pages(site).letter(request.cookies.get(_cookie(site), ""), request.path_params["number"])
    except LinkNotOpened:
        return _dressed(rendered("own_closed.html.j2", 403))
    except CaseworkError as problem:
        return _dressed(failed(problem, None))
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return _dressed(Response(pdf, media_type="application/pdf", headers=headers))


@PAGES.page("/own/{secret}", access="anybody", methods=("GET", "POST"))
def open_own_page(site: Site, request: Request, form: FormData) -> Response:
    """Ask for the code, and open the page; a link that is none looks the same as one that is."""
    if request.method != "POST":
        return _dressed(rendered("own_code.html.j2", problem=None))
    code = str(form.get("code", ""))[:100]
    try:
        cookie = _pages(site).open(request.path_params["secret"], code)
    except LinkNotOpened as problem:
        return _dressed(rendered("own_code.html.j2", 403, problem=problem))
    except CaseworkError as problem:
        return _dressed(failed(problem, None))
    answer = RedirectResponse("/own", status_code=303)
    answer.set_cookie(
        _cookie(site), cookie, path="/own", secure=site.secure, httponly=True, samesite="strict"
    )
    return _dressed(answer)


def _pages(site: Site) -> OwnPages:
    if site.own is None:
        raise LinkNotOpened("No links are opened here.")
    return site.own


def _cookie(site: Site) -> str:
    return "__Secure-casework-own" if site.secure else "casework-own"


def _dressed(answer: Response) -> Response:
    answer.headers.update(UNTOLD)
    return answer


@PAGES.page("/cases/{reference}/links", access="case", methods=("GET", "POST"))
def case_links(here: Here) -> Response:
    """Show who was given a link to their own page, make one, and revoke one."""
    problem, made = "", None
    if here.sent:
        try:
            if here.text("do") == "revoke":
                return _revoked(here)
            made = make(
                here.workspace,
                here.school,
                here.case,
                holder="companion" if here.text("holder").startswith("companion") else "employee",
                until=parse_date(here.text("until")),
                reason=here.text("reason"),
                named=here.text("name"),
                shows="letters" if here.text("holder") == "companion_letters" else "dates",
                agreed=here.text("agreed"),
                command=here.text("command"),
            )
        except (BadInput, Refused) as wrong:
            problem = f"{wrong.message} {in_plain_words(wrong.remedy)}".strip()
    note_access(here.workspace, here.school, "readers", here.case.stream)
    return here.page(
        "links.html.j2",
        422 if problem else 200,
        problem=problem,
        made=made,
        secure=here.site.secure,
        address=str(here.request.base_url).rstrip("/"),
        links=links_of(here.workspace, here.case),
    )


def _revoked(here: Here) -> Response:
    number = int(here.text("number")) if here.text("number").isdigit() else 0
    revoke(
        here.workspace,
        here.school,
        here.case,
        number,
        reason=here.text("reason"),
        command=here.text("command"),
    )
    return here.go(here.of_case("links"), "The link opens nothing any more.")
