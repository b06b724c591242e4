"""What the pages of a site share: its settings, its sessions, and who asks for a page, with what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import FormData, QueryParams
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from casework.base.time import local_date
from casework.services.errors import NoAccess
from casework.services.loading import find_case
from casework.web.arrivals import Arrivals
from casework.web.held import Held
from casework.web.kept import KeptForms
from casework.web.navigation import roles_at, ways
from casework.web.render import rendered
from casework.web.sessions import Sessions, Visitor

if TYPE_CHECKING:
    from datetime import date

    from starlette.requests import Request

    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.server import Server
    from casework.services.workspace import Workspace
    from casework.web.own_pages import OwnPages
    from casework.web.work import Work

COOKIE: Final = "casework"
"""The session's cookie; on a server with TLS it is called `__Host-casework`, which browsers bind to this host."""

KEPT: Final = "casework-kept"
"""The cookie that names what was typed into a form whose session had ended."""

UPLOAD_LIMIT: Final = 50 * 1024 * 1024
"""Bytes that one form may carry, files included."""


class NotLetIn(NoAccess):
    """Somebody is signed in whom no school has let in."""

    code = "not-let-in"


@dataclass
class Site:
    """A running site.

    Args:
        hosts: the host names by which it may be addressed; nothing else is answered (DNS rebinding).
        secure: whether it is reached by TLS.
        server: where many sign in; None on one person's computer, which opens it by a link.
        proxies: addresses whose word for where a request comes from, and by TLS or not, is taken.
        own: the pages of those who come by link, if it shows any.
        mounts: what is answered beside the pages, such as the JSON API.
    """

    hosts: frozenset[str]
    secure: bool = False
    sessions: Sessions = field(default_factory=Sessions)
    kept: KeptForms = field(default_factory=KeptForms)
    server: Server | None = None
    proxies: tuple[str, ...] = ()
    arrivals: Arrivals = field(default_factory=Arrivals)
    drafts: Held[bytes] = field(default_factory=lambda: Held(4, 30 * 60.0))
    packs: Held[Any] = field(default_factory=lambda: Held(2, 30 * 60.0))
    own: OwnPages | None = None
    mounts: tuple[BaseRoute, ...] = ()

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return self.cookie_called(COOKIE)

    def cookie_called(self, name: str) -> str:
        """Return the name of a cookie as this site sets it."""
        return f"__Host-{name}" if self.secure else name

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks, if they are signed in and their account is as it was when they signed in."""
        cookie = request.cookies.get(self.cookie, "")
        found = self.sessions.visitor(cookie)
        if found is not None and self.server is not None and self.server.mark(found.workspace) != found.mark:
            self.sessions.end(cookie)
            return None
        return found


@dataclass
class Here:
    """A request of somebody who is signed in, as a page sees it.

    `form` is what was sent, empty unless something was; `schools` are those that let them in, `chosen` the one that the
    page is about, and `loaded` the case that the address names, if it names one.
    """

    site: Site
    request: Request
    visitor: Visitor
    form: FormData
    schools: list[School]
    chosen: School | None
    loaded: LoadedCase | None = None

    @property
    def school(self) -> School:
        """The school that the page is about."""
        if self.chosen is None:
            raise NotLetIn("No school has let you in yet.")
        return self.chosen

    @property
    def workspace(self) -> Workspace:
        """The workspace whose keys are open."""
        return self.visitor.workspace

    @property
    def case(self) -> LoadedCase:
        """The case that the address names."""
        if self.loaded is None:
            raise NoAccess("There is no such case, or it is not for you.")
        return self.loaded

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles that whoever is signed in has at the school today."""
        return roles_at(self.workspace, self.school)

    @property
    def query(self) -> QueryParams:
        """What stands after the question mark."""
        return self.request.query_params

    @property
    def part(self) -> Mapping[str, Any]:
        """The named parts of the address."""
        return self.request.path_params

    @property
    def today(self) -> date:
        """Today, a local date."""
        return local_date(self.workspace.clock.now())

    @property
    def sent(self) -> bool:
        """Whether a form was sent."""
        return self.request.method == "POST"

    def text(self, name: str) -> str:
        """Return a field of the form as text, without blanks around it; empty if it was not sent."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return every value of a field that may be there several times."""
        return [
            value.strip() for value in self.form.getlist(name) if isinstance(value, str) and value.strip()
        ]

    def page(self, template: str, status: int = 200, /, **data: Any) -> Response:
        """Return a page."""
        notices, self.visitor.notices = self.visitor.notices, []
        shown = {"here": self, "school": self.chosen, "today": self.today, "notices": notices, **data}
        shown["ways"] = ways(self.roles if self.chosen else frozenset())
        return rendered(template, status, token=self.visitor.token, new_id=self.workspace.new_id, **shown)

    def go(self, address: str, notice: str = "") -> Response:
        """Send the browser to another page, so that reloading repeats nothing; `notice` is said there."""
        if notice:
            self.visitor.notices.append(notice)
        return RedirectResponse(address, status_code=303)

    def begin(self, title: str, then: str, do: Callable[[Workspace, Work], Any]) -> Response:
        """Begin what takes longer, and send the browser to where its progress is shown; `then` as in `Works.begin`."""
        work = self.visitor.works.begin(self.workspace, title, then, do, self.text("command"))
        return self.go(f"/work/{work.id}")

    def result(self, id_: str) -> Any:
        """Return what came of a work of this session. Raises NoAccess: there is none; or whatever ended it."""
        work = self.visitor.works.find(id_)
        if work is None or not work.ended:
            raise NoAccess("This is not here any more.", remedy="Ask for it again.")
        return work.outcome()

    def download(self, data: bytes, name: str, kind: str) -> Response:
        """Return a file to be kept; nothing on the way keeps it."""
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(data, media_type=kind, headers=headers)

    def of_case(self, *parts: str | int) -> str:
        """Return the address of a page of the case."""
        return "/".join(("", "cases", self.case.case.reference, *map(str, parts)))


def find(visitor: Visitor, schools: Sequence[School], reference: str) -> tuple[School, LoadedCase]:
    """Return a case by its reference, and its school, whichever of these schools that is.

    Raises:
        NoAccess: there is none, or it is not for this account: both answer alike.
    """
    for school in schools:
        try:
            return school, find_case(visitor.workspace, school, reference)
        except NoAccess:
            continue
    raise NoAccess("There is no such case, or it is not for you.")
