"""Pages and who may come to them: no page exists without saying so, and everything it needs is ready when it runs.

| access | who comes in |
| --- | --- |
| `anybody` | also who is not signed in; the page gets the plain request |
| `account` | who is signed in, whether a school has let them in or not |
| `signed_in` | who is signed in, and whom a school has let in |
| `case` | who may read the case that the address names; unknown and forbidden answer alike |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework.base.errors import BadInput, CaseworkError
from casework.services.guard import schools_of_account
from casework.services.members import fingerprint
from casework.web.failures import failed, refused_form
from casework.web.kept import FOR
from casework.web.site import KEPT, Here, NotLetIn, Site, find

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.sessions import Visitor

Access = Literal["anybody", "account", "signed_in", "case"]
Handler = Callable[[Here], Response]
OpenHandler = Callable[[Site, Any, FormData], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One address: what it is called, who may come, and what answers; `methods` are GET, POST or both."""

    address: str
    name: str
    access: Access
    methods: tuple[str, ...]
    handler: Handler | OpenHandler


TOKEN: Final = "token"  # noqa: S105  (the name of a field)


class Pages:
    """Collects the pages of a part of the site."""

    def __init__(self) -> None:
        self.every: list[Page] = []

    def page(
        self, address: str, *, access: Access, methods: Sequence[str] = ("GET",)
    ) -> Callable[[Any], Any]:
        """Make a function the page at an address."""

        def take(handler: Any) -> Any:
            self.every.append(Page(address, handler.__name__, access, tuple(methods), handler))
            return handler

        return take


def routes(site: Site, pages: Sequence[Page]) -> list[Route]:
    """Return the routes of pages, each behind its check."""
    return [
        Route(page.address, _endpoint(site, page), methods=list(page.methods), name=page.name)
        for page in pages
    ]


def _endpoint(site: Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = await request.form(max_files=20, max_fields=2000) if request.method == "POST" else FormData()
        try:
            if page.access == "anybody":
                return await run_in_threadpool(page.handler, site, request, form)  # type: ignore[arg-type]
            return await run_in_threadpool(_answer, page, site, request, form)
        finally:
            await form.close()

    return endpoint


def _answer(page: Page, site: Site, request: Request, form: FormData) -> Response:
    """Run a page for whoever asks, if they are signed in."""
    try:
        visitor = site.visitor(request)
    except CaseworkError as problem:
        return failed(problem, None)
    if visitor is None:
        return _sign_in_first(site, request, form)
    if request.method == "POST" and not visitor.is_own(str(form.get(TOKEN, ""))):
        return refused_form()
    try:
        with visitor.lock:
            if visitor.ended:
                return _sign_in_first(site, request, form)
            return _alone(page, site, request, visitor, form)
    finally:
        site.sessions.was_used(visitor)


def _alone(page: Page, site: Site, request: Request, visitor: Visitor, form: FormData) -> Response:
    """Run a page for somebody who is signed in, alone in their workspace; a failure becomes a page too."""
    here = None
    try:
        known = schools_of_account(visitor.workspace)
        here = Here(site, request, visitor, form, known, known[0] if known else None)
        if page.access != "account":
            _choose(page, here)
        answer: Response = page.handler(here)  # type: ignore[call-arg,arg-type]
        return answer
    except NotLetIn as problem:
        if here is None:
            return failed(problem, None)
        return here.page(
            "waiting.html.j2", 403, fingerprint=fingerprint(visitor.workspace.keys.agreement_public)
        )
    except CaseworkError as problem:
        return failed(problem, here)


def _choose(page: Page, here: Here) -> None:
    """Find what the address names: a case, or else a school."""
    if page.access == "case":
        here.chosen, here.loaded = find(here.visitor, here.schools, here.part["reference"])
        return
    _ = here.school
    named = here.query.get("school") or here.form.get("school")
    if not named:
        here.chosen = next((s for s in here.schools if s.prefix == here.visitor.school), here.chosen)
        return
    here.chosen = next((school for school in here.schools if school.prefix == named), None)
    if here.chosen is None:
        raise BadInput("There is no such school here.", remedy="Choose one from the list.")


def _sign_in_first(site: Site, request: Request, form: FormData) -> Response:
    """Send somebody to sign in, and back to where they were; what they had typed waits for them."""
    back = f"?to={quote(request.url.path)}" if request.method == "GET" and request.url.path != "/" else ""
    answer = RedirectResponse(f"/sign-in{back}", status_code=303)
    owner = request.cookies.get(site.cookie, "").rpartition(".")[2]
    name = site.kept.keep(request.url.path, form, owner) if request.method == "POST" else ""
    if name:
        answer.set_cookie(
            KEPT, name, max_age=int(FOR), path="/", secure=site.secure, httponly=True, samesite="strict"
        )
    return answer
