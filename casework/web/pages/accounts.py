"""Signing in at a server: who it is, by the organisation's own sign-in or a name, and the phrase that opens the key.

Accepting an invitation, one's own account with its phrase, and leaving everywhere stand here too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from casework.base.errors import BadInput, CaseworkError
from casework.base.words import count, listed
from casework.keyring.errors import PassphraseTooShort, PassphraseTooWeak, WrongPassphrase
from casework.services.members import fingerprint, roles_of
from casework.services.openid import answered, ask
from casework.services.sign_in import change_phrase
from casework.web.arrivals import FOR, Arrival
from casework.web.failures import in_plain_words, status_of
from casework.web.guard import HEALTH
from casework.web.pages.signing_in import came_in
from casework.web.render import rendered
from casework.web.routing import Pages
from casework.web.site import KEPT, Here

if TYPE_CHECKING:
    from starlette.requests import Request

    from casework.services.server import Server
    from casework.services.sign_in import SignedIn
    from casework.web.site import Site

PAGES = Pages()

ARRIVING: Final = "casework-arriving"
"""The cookie of who is on the way to the OpenID provider and back; browsers send it along with the way back."""

_OURS: Final = re.compile(r"(?:/[A-Za-z0-9_.-]+)*/?")
_DIFFER: Final = "The two new phrases are not the same. Type both again."


@PAGES.page(HEALTH, access="anybody", methods=("GET",))
def health(site: Site, request: Request, form: FormData) -> Response:
    """Say whether the site can read its database, and nothing else."""
    well = _server(site).answers()
    return Response(status_code=204 if well else 503, headers={"Cache-Control": "no-store"})


@PAGES.page("/sign-in", access="anybody", methods=("GET", "POST"))
def sign_in(site: Site, request: Request, form: FormData) -> Response:
    """Ask for the sign-in name and the unlock phrase, and open the key."""
    arrival = _arrival(site, request)
    to = _to(form, request, arrival)
    if request.method == "GET":
        return _sign_in_page(site, request, to)
    name = _text(form, "name")
    try:
        workspace, told = _server(site).sign_in(
            name, lambda: _raw(form, "phrase"), who=arrival.who if arrival else None
        )
    except CaseworkError as problem:
        return _sign_in_page(site, request, to, problem, name)
    site.sessions.end(request.cookies.get(site.cookie, ""))
    cookie = site.sessions.begin(workspace, _server(site).mark(workspace))
    visitor = site.sessions.visitor(cookie)
    if visitor is not None:
        visitor.notices += _to_tell(told)
    site.arrivals.take(_arriving(site, request))
    answer = came_in(site, request, cookie, to)
    answer.delete_cookie(site.cookie_called(ARRIVING), path="/", secure=site.secure, httponly=True)
    return answer


@PAGES.page("/sign-in/organisation", access="anybody", methods=("GET",))
def organisation(site: Site, request: Request, form: FormData) -> Response:
    """Send somebody to their organisation's own sign-in."""
    server, to = _server(site), _to(form, request, None)
    try:
        provider = server.provider
        if provider is None:
            raise BadInput("Signing in with your organisation is not set up here.")
        asked = ask(provider, _way_back(site, request), server.base.dice)
    except CaseworkError as problem:
        return _sign_in_page(site, request, to, problem)
    answer = RedirectResponse(asked.url, status_code=303, headers={"Cache-Control": "no-store"})
    _set_arriving(site, answer, site.arrivals.ask(asked, to))
    return answer


@PAGES.page("/sign-in/answer", access="anybody", methods=("GET",))
def answer(site: Site, request: Request, form: FormData) -> Response:
    """Take the answer of the organisation's sign-in; it says who it is, and opens nothing yet."""
    server = _server(site)
    arrival = site.arrivals.take(_arriving(site, request))
    try:
        provider = server.provider
        if arrival is None or arrival.asked is None or provider is None:
            raise BadInput("That took too long, or was begun in another browser.", remedy="Begin again.")
        who = answered(provider, arrival.asked, dict(request.query_params), server.base.clock.now())
    except CaseworkError as problem:
        return _sign_in_page(site, request, arrival.to if arrival else "/", problem)
    onward = "/invitation" if arrival.to == "/invitation" else "/sign-in"
    came = RedirectResponse(onward, status_code=303)
    _set_arriving(site, came, site.arrivals.vouch(who, arrival.to))
    return came


@PAGES.page("/invitation", access="anybody", methods=("GET", "POST"))
def invitation(site: Site, request: Request, form: FormData) -> Response:
    """Accept an invitation: its code, and a new unlock phrase that nobody else knows."""
    if request.method == "GET":
        return _invitation_page(site, request)
    name, code, phrase = _text(form, "name"), _text(form, "code"), _raw(form, "phrase")
    arrival = _arrival(site, request)
    try:
        if phrase != _raw(form, "again"):
            raise PassphraseTooWeak(_DIFFER)
        keys = _server(site).first_sign_in(name, code, lambda: phrase, who=arrival.who if arrival else None)
    except CaseworkError as problem:
        return _invitation_page(site, request, problem, name, code)
    return rendered("key_made.html.j2", fingerprint=fingerprint(keys.agreement_public))


@PAGES.page("/account", access="account")
def account(here: Here) -> Response:
    """Show one's own account: where it may work, its sessions, its key's fingerprint."""
    return _account_page(here)


@PAGES.page("/account/phrase", access="account", methods=("POST",))
def phrase(here: Here) -> Response:
    """Give the account another unlock phrase; its other sessions end."""
    server, new = _server(here.site), _raw(here.form, "new")
    try:
        if new != _raw(here.form, "again"):
            raise PassphraseTooWeak(_DIFFER)
        change_phrase(here.workspace, lambda: _raw(here.form, "phrase"), lambda: new, cost=server.cost)
    except (WrongPassphrase, PassphraseTooShort, PassphraseTooWeak) as problem:
        return _account_page(here, problem)
    here.visitor.mark = server.mark(here.workspace)
    ended = here.site.sessions.end_all(here.visitor.account, but=here.visitor)
    also = f" You were signed out in {count(ended, 'other place')}." if ended else ""
    return here.go("/account", f"Your new unlock phrase counts from now on.{also}")


@PAGES.page("/account/leave-everywhere", access="account", methods=("POST",))
def leave_everywhere(here: Here) -> Response:
    """End every session of the account on this server."""
    here.site.sessions.end_all(here.visitor.account)
    gone = rendered("left.html.j2", server=True)
    gone.delete_cookie(here.site.cookie, path="/", secure=here.site.secure, httponly=True)
    return gone


def _account_page(here: Here, problem: CaseworkError | None = None) -> Response:
    roles = []
    for school in here.schools:
        titles = here.workspace.policy(school.policy).roles
        held = [one.role for one in roles_of(here.workspace, school, here.visitor.account)]
        plain = [
            titles[role].title if role in titles else role.replace("_", " ").capitalize() for role in held
        ]
        roles.append((school.name, listed(plain)))
    return here.page(
        "account.html.j2",
        200 if problem is None else 422,
        roles=roles,
        fingerprint=fingerprint(here.workspace.keys.agreement_public),
        sessions=here.site.sessions.count(here.visitor.account),
        problem=_said(problem),
    )


def _sign_in_page(
    site: Site, request: Request, to: str, problem: CaseworkError | None = None, name: str = ""
) -> Response:
    arrival = _arrival(site, request)
    provider = _server(site).provider
    return rendered(
        "sign_in_server.html.j2",
        status_of(problem) if isinstance(problem, BadInput) else 403 if problem else 200,
        organisation=provider is not None,
        required=provider is not None and provider.required,
        who=arrival.who if arrival else None,
        kept=KEPT in request.cookies,
        to=to,
        name=name,
        problem=_said(problem),
    )


def _invitation_page(
    site: Site, request: Request, problem: CaseworkError | None = None, name: str = "", code: str = ""
) -> Response:
    arrival = _arrival(site, request)
    provider = _server(site).provider
    return rendered(
        "invitation.html.j2",
        200 if problem is None else 422 if isinstance(problem, BadInput) else 403,
        first=provider is not None and provider.required and (arrival is None or arrival.who is None),
        name=name,
        code=code,
        problem=_said(problem),
    )


def _said(problem: CaseworkError | None) -> str:
    """A problem in the word that these pages have for what a file of the command line calls a passphrase."""
    said = f"{problem.message} {in_plain_words(problem.remedy)}".strip() if problem else ""
    return said.replace("passphrase", "phrase")


def _to_tell(told: SignedIn) -> list[str]:
    """What somebody hears who has just signed in."""
    said = []
    if told.failed_before:
        times = "once" if told.failed_before == 1 else count(told.failed_before, "time")
        said.append(
            f"Signing in had failed {times} before. If that was not you, tell whoever looks after the accounts."
        )
    if told.rescued:
        said.append(
            f"Since you were here last, a new key was made for {listed(told.rescued)}, because a phrase or a key had"
            " been lost. If you doubt that, ask them, and whoever looks after the accounts."
        )
    return said


def _server(site: Site) -> Server:
    if site.server is None:
        raise RuntimeError("these pages are those of a server")
    return site.server


def _way_back(site: Site, request: Request) -> str:
    scheme = "https" if site.secure else "http"
    return f"{scheme}://{request.headers['host']}/sign-in/answer"


def _arriving(site: Site, request: Request) -> str:
    return request.cookies.get(site.cookie_called(ARRIVING), "")


def _arrival(site: Site, request: Request) -> Arrival | None:
    return site.arrivals.of(_arriving(site, request))


def _set_arriving(site: Site, answer: Response, cookie: str) -> None:
    # Lax: the way back from the provider begins on its site, and browsers send no strict cookie along.
    answer.set_cookie(
        site.cookie_called(ARRIVING),
        cookie,
        max_age=int(FOR),
        path="/",
        secure=site.secure,
        httponly=True,
        samesite="lax",
    )


def _to(form: FormData, request: Request, arrival: Arrival | None) -> str:
    """The page of ours that somebody wants to see; never another site's."""
    wanted = _text(form, "to") or request.query_params.get("to", "") or (arrival.to if arrival else "")
    return wanted if wanted and _OURS.fullmatch(wanted) and not wanted.startswith("//") else "/"


def _text(form: FormData, name: str) -> str:
    return _raw(form, name).strip()


def _raw(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
