"""What went wrong, as problem details (RFC 9457): one sentence, what to do, and never how it happened inside.

| exit code of the command line | status | when |
| --- | --- | --- |
| 0: done | 200, 201 | done; 201 where something was recorded |
| 1: findings | 200 | a check ran to its end; what it found stands in the answer |
| 2: wrong usage or input | 400 | what was sent cannot be read, or cannot be right |
| 2 | 404 | the case has no such letter, allegation or item of evidence |
| 2 | 413 | it is too large: one line of plain text, from the door |
| 3: refused by the policy | 422 | each point that is not met, with its rules and what would put it right |
| 4: somebody else recorded first | 409 | with what was recorded since |
| 5: store or key not available | 503 | try again later, or tell whoever looks after casework |
| 5, the words were destroyed | 410 | a case whose time was over |
| 6: not there, or not for you | 404 | both answer alike |
| 6: the case is yours to see, and this is not yours to do | 403 | also where the token does not include the action |
| 6: no token, or none that is good | 401 | which of the two is not told |
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from starlette.exceptions import HTTPException

from casework.base.errors import BadInput, CaseworkError, Conflict, NotPermitted, Refused, Unavailable
from casework.cases.acts import UnknownItem
from casework.keyring.errors import TokenRefused
from casework.services.errors import NoAccess
from casework.services.loading import CaseForgotten
from casework.web.failures import in_plain_words

MEDIA_TYPE: Final = "application/problem+json"

_STATUS: Final[tuple[tuple[type[CaseworkError], int], ...]] = (
    (TokenRefused, 401),
    (NoAccess, 404),
    (UnknownItem, 404),
    (NotPermitted, 403),
    (BadInput, 400),
    (Refused, 422),
    (Conflict, 409),
    (CaseForgotten, 410),
    (Unavailable, 503),
)

_TITLES: Final = {
    400: "That cannot be right",
    401: "No token, or none that is good",
    403: "Not yours to do",
    404: "Not found",
    405: "Not answered here",
    409: "Somebody else recorded something first",
    410: "Destroyed when its time was over",
    422: "Refused by the procedure",
    500: "A defect of casework",
    503: "Not available now",
}

_SAYS: Final = {
    404: "There is nothing here, or it is not for you.",
    405: "This address does not answer that method.",
}

_CODES: Final = {404: "not-permitted", 405: "method-not-allowed"}


class Unmet(BaseModel):
    """One point that is not met: what it is, how it stands, its rules by id, and what would put it right."""

    model_config = ConfigDict(extra="allow")

    requirement: str
    kind: str
    strength: str
    status: str
    says: str
    remedy: str
    cites: list[str]
    waivable_by: list[str] = Field(description="Roles that may waive it, with a reason.")
    earliest: str | None = Field(None, description="The earliest lawful local date.")
    working: str | None = Field(None, description="How that date is counted.")


class Rule(BaseModel):
    """A rule that a refusal rests on. `confirmed` says whether it was read in its present edition."""

    id: str
    title: str
    source: str
    confirmed: bool


class Since(BaseModel):
    """Something that was recorded since the case was last seen."""

    model_config = ConfigDict(extra="allow")

    event: int
    kind: str


class Problem(BaseModel):
    """What went wrong (RFC 9457). `code` never changes its meaning; `detail` and `remedy` are for people."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="`urn:casework:problem:` and the code.")
    title: str
    status: int
    code: str
    detail: str
    remedy: str | None = None
    where: list[str] | None = Field(None, description="Which parts of what was sent cannot be right.")
    unmet: list[Unmet] | None = Field(None, description="With 422: everything that is not met.")
    rules: list[Rule] | None = Field(None, description="With 422: what the rules say.")
    earliest: str | None = Field(None, description="With 422: the earliest lawful local date.")
    missing: list[dict[str, str]] | None = Field(None, description="With 400: the facts that a letter lacks.")
    wrong: list[dict[str, str]] | None = Field(None, description="With 400: facts that cannot be right.")
    since: list[Since] | None = Field(None, description="With 409: what was recorded since.")


class ScopeLacks(NotPermitted):
    """The token does not include the action."""

    code = "token-lacks-action"


_ADDED: Final = frozenset(("unmet", "rules", "earliest", "since", "missing", "wrong"))
"""Details of an error that a program can use; others are for the command line."""


def status_of(problem: CaseworkError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(problem, kind)), 400)


def problem_of(problem: CaseworkError) -> JSONResponse:
    """Return an error as an answer."""
    told: dict[str, Any] = {name: value for name, value in problem.as_json().items() if name in _ADDED}
    for item in told.get("unmet", ()):
        item["remedy"] = in_plain_words(item["remedy"])
    remedy = in_plain_words(problem.remedy)
    says = problem.message.partition("\n")[0]  # what a terminal lists below stands in members of its own
    if says.endswith(":"):
        says = f"{says[:-1]}."
    return answer(status_of(problem), problem.code, says, remedy=remedy or None, **told)


def answer(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: JsonValue
) -> JSONResponse:
    """Return a problem; nothing of it is kept by anything on the way."""
    content: dict[str, Any] = {
        "type": f"urn:casework:problem:{code}",
        "title": _TITLES.get(status, "That did not work"),
        "status": status,
        "code": code,
        "detail": detail,
        **{name: value for name, value in more.items() if value is not None},
    }
    kept = {"Cache-Control": "no-store", **(headers or {})}
    if status == 401:
        kept["WWW-Authenticate"] = "Bearer"
    return JSONResponse(content, status, headers=kept, media_type=MEDIA_TYPE)


def told_by(app: FastAPI) -> None:
    """Have an application tell everything that goes wrong in this way."""
    app.add_exception_handler(CaseworkError, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _defect)


async def _ours(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, CaseworkError)  # noqa: S101  (what it is registered for)
    return problem_of(problem)


async def _unreadable(request: Request, problem: Exception) -> JSONResponse:
    """Say which parts of a request are not as the document says; what was sent is not said back."""
    assert isinstance(problem, RequestValidationError)  # noqa: S101
    where = [
        f"{'.'.join(map(str, item['loc']))}: {str(item['msg']).removeprefix('Value error, ')}"
        for item in problem.errors()[:20]
    ]
    plain = [_printable(line) for line in where]
    return answer(
        400, "bad-input", "What was sent is not as the document of this interface says.", where=[*plain]
    )


async def _http(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, HTTPException)  # noqa: S101
    status = problem.status_code
    says = _SAYS.get(status, "What was sent cannot be read.")
    headers = dict(problem.headers or {})
    return answer(status, _CODES.get(status, "bad-input"), says, headers=headers)


async def _defect(request: Request, problem: Exception) -> JSONResponse:
    return answer(
        500,
        "defect",
        "Something went wrong that is a defect of casework.",
        remedy="Ask again with the same command. If it stays, tell whoever looks after casework.",
    )


def _printable(text: str) -> str:
    """Text that can be sent: half of a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode()[:500]
