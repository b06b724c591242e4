"""A history on paper: PDF/UA-1 and PDF/A-3a, the same bytes for the same history.

`page/` holds the template, in parts, and the stylesheet. Whatever the record holds is escaped; a character
that no shipped font can show, and one that a page would obey instead of showing, appears by its number, and the
page says so. The exact text is in the JSON.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Set
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from casework.base.resources import letters_dir
from casework.base.time import local_date, parse_instant
from casework.records import drawing, phrases
from casework.records.entry import Cite, Entry
from casework.records.model import History
from casework.records.words import day, lowered
from casework.rendering.bundle import Bundle
from casework.rendering.errors import NoGlyph
from casework.rendering.pdf import html_to_pdf

PAGE: Final = Path(__file__).resolve().parent / "page"
"""Where template and stylesheet are; fonts come from the letters' folder."""


_LONG: Final = 900
"""Characters of a text that is printed in full width after the table of events, not in its narrow column."""

_SHORT: Final = 320
"""Characters of an entry that is not broken over two pages; a longer one would leave a gap before it."""


def to_pdf(history: History) -> bytes:
    """Return the history as a PDF.

    Raises:
        EngineMissing: a system library is not installed.
        Unavailable: the shipped fonts are missing.
    """
    return printed(lambda hidden: to_html(history, hidden), "history.css")


def printed(page: Callable[[Set[str]], str], stylesheet: str) -> bytes:
    """Return a page of `page/` as a PDF; `page` makes its HTML, with the characters that no font shows by their number.

    Raises:
        EngineMissing: a system library is not installed.
        Unavailable: the shipped fonts are missing.
    """
    bundle = Bundle((PAGE, letters_dir()))
    try:
        return html_to_pdf(page(frozenset()), stylesheet=stylesheet, bundle=bundle)
    except NoGlyph as missing:
        html = page(frozenset(missing.details["characters"]))
        return html_to_pdf(html, stylesheet=stylesheet, bundle=bundle)


def to_html(history: History, hidden: Set[str] = frozenset()) -> str:
    """Return the page that `to_pdf` lays out.

    Args:
        history: what to print.
        hidden: characters that no font shows; they appear by their number.
    """
    today = local_date(parse_instant(history.header.exported))
    return (
        environment(frozenset(hidden))
        .get_template("history.html.j2")
        .render(
            history=history,
            header=history.header,
            hidden=bool(hidden),
            longer=_longer(history),
            rules=_rules(history),
            stages=Markup(drawing.stages_drawing(history)),  # noqa: S704 - drawn by us, its words escaped
            timeline=Markup(drawing.timeline_drawing(history, today)),  # noqa: S704
        )
    )


@functools.lru_cache(maxsize=4)
def environment(hidden: frozenset[str]) -> Environment:
    """Return the templates' surroundings: everything escaped, a missing name is an error."""
    made = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=functools.partial(_shown, hidden),
    )
    made.filters.update({name: getattr(phrases, name) for name in _FILTERS})
    made.filters.update(day=day, lowered=lowered, is_short=_is_short, is_long=_is_long)
    return made


_FILTERS: Final = (
    *("basis", "cite", "count", "days", "deadline_status", "document", "events", "flags", "short_day"),
    *("stands_out", "started", "status", "stopped", "utc"),
)


class _Longer(NamedTuple):
    """A text that is printed after the table of events: of which event, as what."""

    event: int
    label: str
    text: str


def _longer(history: History) -> list[_Longer]:
    """Collect the long texts, in order; a text that stands in two places is printed once."""
    found = (
        _Longer(entry.n, label, text)
        for entry in history.entries
        for label, text in _texts(entry)
        if _is_long(text)
    )
    return list(dict.fromkeys(found))


def _rules(history: History) -> list[Cite]:
    """Collect every rule that is cited, ordered by id: PAN-2 before PAN-10."""
    cited = {
        rule.id: rule for review in history.reviews for item in review.requirements for rule in item.cites
    }
    cited |= {rule.id: rule for deadline in history.deadlines for rule in deadline.cites}
    return [cited[name] for name in sorted(cited, key=_natural)]


def _natural(rule: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split("([0-9]+)", rule)]


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield from ((item.label, item.value) for item in entry.words)
    for field in entry.fields:
        yield field.label, field.value
        yield from ((f"{field.label}, {item.label}", item.value) for item in field.items)


def _is_long(text: str) -> bool:
    return len(text) > _LONG


def _is_short(entry: Entry) -> bool:
    return sum(len(text) for _, text in _texts(entry) if not _is_long(text)) < _SHORT


def _shown(hidden: frozenset[str], value: Any) -> Any:
    """Make everything visible that a page would obey, hide or lose."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = phrases.visible(value)
    return "".join(f"[U+{ord(char):04X}]" if char in hidden else char for char in text) if hidden else text
