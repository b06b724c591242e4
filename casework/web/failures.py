"""What went wrong, as a page: one sentence, what to do, and the status that fits; never how it happened inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from casework.base.errors import BadInput, CaseworkError, Conflict, NotPermitted, Refused, Unavailable
from casework.web.render import rendered

if TYPE_CHECKING:
    from casework.web.site import Here

_TYPED: Final = re.compile(r"casework |(?<![\w-])--[a-z]")
"""What is typed and not pressed: a command or an option."""

_STATUS: Final[tuple[tuple[type[CaseworkError], int, str], ...]] = (
    (BadInput, 422, "That cannot be right yet"),
    (Refused, 422, "This cannot be done now"),
    (Conflict, 409, "Somebody else recorded something first"),
    (NotPermitted, 404, "Not found"),
    (Unavailable, 503, "This cannot be had now"),
)


def status_of(problem: CaseworkError) -> int:
    """Return the HTTP status of an error; what is not there and what is not for you answer alike."""
    return next((status for kind, status, _ in _STATUS if isinstance(problem, kind)), 400)


def failed(problem: CaseworkError, here: Here | None) -> Response:
    """Return a page that says what went wrong."""
    title = next((title for kind, _, title in _STATUS if isinstance(problem, kind)), "That did not work")
    data = {"title": title, "says": problem.message, "remedy": in_plain_words(problem.remedy)}
    if here is None:
        return rendered("failed_outside.html.j2", status_of(problem), **data)
    return here.page("failed.html.j2", status_of(problem), **data)


def refused_form() -> Response:
    """Return a page for a form that did not come from our own pages, or from a session that has ended."""
    data = {
        "title": "Please send that again",
        "says": "The form was not sent from a page of this session, so nothing was done.",
        "remedy": "Go back, reload the page, and send it again.",
    }
    return rendered("failed_outside.html.j2", 403, **data)


def told(problem: CaseworkError) -> str:
    """Return what went wrong and what to do about it, as it is said beside a form."""
    return f"{problem.message} {in_plain_words(problem.remedy)}".strip()


def in_plain_words(remedy: str) -> str:
    """Return a remedy without the sentences that only a command line can use: a page has links and boxes for that."""
    sentences = re.split(r"(?<=[.!?])\s+", remedy)
    return " ".join(said for said in sentences if not _TYPED.search(said))
