"""The JSON API as an application: its operations, its document, and how much may be sent."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from casework.web.api import about, acts, cases, evidence, letters
from casework.web.api.callers import Callers, Opener
from casework.web.api.problems import MEDIA_TYPE, Problem, told_by

PREFIX: Final = "/api/v1"
"""Where it is mounted. What a version promises never changes; what would break a program gets a new one."""

LIMIT: Final = 1024 * 1024
"""Bytes that JSON may have; a form with a file may have as many as the site takes."""

ROUTERS: Final = (about.ROUTER, cases.ROUTER, acts.ROUTER, evidence.ROUTER, letters.ROUTER)

_PLAIN: Final = {"content": {"text/plain": {"schema": {"type": "string"}}}}
"""How the door answers, before a request has come in: with one line."""

_USUAL: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "What was sent cannot be read, or cannot be right."},
    401: {"description": "There is no token, or none that is good."},
    403: {"description": "The token, or its part in the case, does not include this."},
    404: {"description": "There is no such thing, or it is not for this token: both answer alike."},
    409: {"description": "Somebody else recorded first: `since` says what."},
    410: {"description": "The words of the case were destroyed when its time was over."},
    413: {"description": "More was sent than is taken: 1 MB of JSON, or 50 MB with a file.", **_PLAIN},
    422: {"description": "The procedure does not allow it: `unmet` says every point."},
    429: {"description": "Too many requests from one address in a minute.", **_PLAIN},
    503: {"description": "The store or a key cannot be had now."},
}

_NO_TELEMETRY: Final[TelemetryConfig] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Nothing of a request goes anywhere but here, whatever is set in the environment."""

_ABOUT: Final = (
    "The same cases, steps and letters as every other face of casework, for programs. Every operation needs a token;"
    " every refusal is a problem of RFC 9457. What is read with names is put on the access log."
)


def api(open_workspace: Opener) -> FastAPI:
    """Return the API of a data folder, to be mounted at `PREFIX`.

    Args:
        open_workspace: opens the data folder for an account, by its keys.
    """
    app = described()
    app.state.callers = Callers(open_workspace)
    return app


def described() -> FastAPI:
    """Return the application without anything behind it, for its document."""
    app = FastAPI(
        title="casework",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        redirect_slashes=False,
        max_body_size=LIMIT,
        telemetry=_NO_TELEMETRY,
        generate_unique_id_function=lambda route: f"{route.tags[0]}-{route.name}".replace("_", "-"),
    )
    for router in ROUTERS:
        app.include_router(router, responses=_USUAL)
    told_by(app)
    made = app.openapi
    app.openapi = lambda: _told(made())  # type: ignore[method-assign]
    return app


def _told(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every refusal as a problem."""
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    added = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= added.pop("$defs", {})
    schemas["Problem"] = added
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in document["paths"].values():
        for operation in path.values():
            for status, told in operation["responses"].items():
                if status.startswith(("4", "5")) and status not in ("413", "429"):
                    told["content"] = problem
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document
