"""Templates: autoescaped, strict about what is missing, with British dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from casework.base.time import describe_date, describe_datetime

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
    made.filters.update(day=day, listed=listed, away=away, counted=counted, plainly=plainly)
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


def listed(items: Sequence[str], word: str = "and") -> str:
    """Return `a, b and c`."""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""


def away(due: date, today: date) -> str:
    """Return how far off a day is: `today`, `in 3 days`, `2 days late`."""
    days = (due - today).days
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} late"


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 case` or `3 cases`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
