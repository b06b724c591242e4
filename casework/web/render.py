"""Templates: autoescaped, strict about what is missing, with British dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from casework.base.time import describe_date, describe_datetime
from casework.base.words import count, listed, lower_first, when_due

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"
_LABEL: Final = re.compile(r"\b[a-z][a-z0-9-]*@\d{4}[\w.]*\w")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment of all pages, made once."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        day=day,
        date=short_day,
        british=british,
        listed=listed,
        away=when_due,
        counted=count,
        lower_first=lower_first,
        plainly=plainly,
    )
    return made


def rendered(template: str, status: int = 200, /, **data: Any) -> HTMLResponse:
    """Return a page; nothing of it is kept by the browser or by anything on the way."""
    text = environment().get_template(template).render(**data)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


def day(value: date | datetime | str | None) -> str:
    """Return `Monday 2 March 2026`, with the time where there is one; nothing for nothing."""
    if not value:
        return ""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return describe_datetime(value) if isinstance(value, datetime) else describe_date(value)


def plainly(text: str) -> str:
    """Return words with `the school’s procedure` in place of the name and version of its file (`england@2026.1`)."""
    return _LABEL.sub("the school’s procedure", text)


def short_day(value: date | str | None) -> str:
    """Return `2 March 2026`, for tables; nothing for nothing."""
    if not value:
        return ""
    return day(value).partition(" ")[2].partition(" at ")[0]


def british(text: str) -> str:
    """Return a text with days as a reader in England writes them: `due 2 March 2026`."""
    return _ISO_DAY.sub(lambda found: short_day(found[0]), text)


_ISO_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
