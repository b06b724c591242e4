"""Pages and who may come to them: no page exists without saying so, and everything it needs is ready when it runs.

| access | who comes in |
| --- | --- |
| `anybody` | also who is not signed in; the page gets the plain request |
| `signed_in` | who is signed in and has an account at the school |
| `case` | who may read the case that the address names; unknown and forbidden answer alike |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework.base.errors import BadInput, CaseworkError
from casework.services.guard import my_schools
from casework.services.schools import schools
from casework.web.failures import failed, refused_form
from casework.web.kept import FOR
from casework.web.site import KEPT, Here, Site, find

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.web.sessions import Visitor

Access = Literal["anybody", "signed_in", "case"]
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
            visitor = site.sessions.visitor(request.cookies.get(site.cookie, ""))
            if visitor is None:
                return _sign_in_first(site, request, form)
            return await run_in_threadpool(_answer, page, site, request, visitor, form)
        finally:
            await form.close()

    return endpoint


def _answer(page: Page, site: Site, request: Request, visitor: Visitor, form: FormData) -> Response:
    """Run a page for somebody who is signed in, alone in their workspace; a failure becomes a page too."""
    if request.method == "POST" and not visitor.is_own(str(form.get(TOKEN, ""))):
        return refused_form()
    with visitor.lock:
        here = None
        try:
            here = _here(page, site, request, visitor, form)
            answer: Response = page.handler(here)  # type: ignore[call-arg,arg-type]
            return answer
        except CaseworkError as problem:
            return failed(problem, here)


def _here(page: Page, site: Site, request: Request, visitor: Visitor, form: FormData) -> Here:
    if page.access == "case":
        school, loaded = find(visitor, request.path_params["reference"])
        return Here(site, request, visitor, form, school, loaded)
    known = my_schools(visitor.workspace) or schools(visitor.workspace)
    named = request.query_params.get("school") or form.get("school")
    if not named:
        last = next((school for school in known if school.prefix == visitor.school), known[0])
        return Here(site, request, visitor, form, last)
    chosen = next((school for school in known if school.prefix == named), None)
    if chosen is None:
        raise BadInput("There is no such school here.", remedy="Choose one from the list.")
    return Here(site, request, visitor, form, chosen)


def _sign_in_first(site: Site, request: Request, form: FormData) -> Response:
    """Send somebody to sign in, and back to where they were; what they had typed waits for them."""
    answer = RedirectResponse("/sign-in", status_code=303)
    if request.method == "POST":
        name = site.kept.keep(request.url.path, form)
        answer.set_cookie(
            KEPT, name, max_age=int(FOR), path="/", secure=site.secure, httponly=True, samesite="strict"
        )
    return answer
