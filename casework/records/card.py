"""The card for the first ten minutes, for a terminal and on paper: one page, with the school's own numbers."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from casework.base.resources import letters_dir
from casework.procedure.card import Card, CardLine
from casework.records import phrases
from casework.records.pdf import PAGE
from casework.rendering.bundle import Bundle
from casework.rendering.errors import NoGlyph
from casework.rendering.pdf import html_to_pdf

MISSING: Final = "no number yet"
"""What stands where the school has not given a number."""


@dataclass(frozen=True, slots=True)
class CardInput:
    """A card with a school's numbers: `numbers` by contact, `made` the UTC instant at which it was made."""

    card: Card
    school: str
    numbers: Mapping[str, str]
    made: str

    def number(self, contact: str) -> str:
        """Return whom to ring, as text: the school's own, else the one that holds everywhere."""
        return self.numbers.get(contact) or self.card.contacts[contact].number or MISSING

    def ring(self, line: CardLine) -> list[tuple[str, str]]:
        """Return whom to ring for a line: title and number."""
        return [(self.card.contacts[name].title, self.number(name)) for name in line.ring]

    @property
    def missing(self) -> list[str]:
        """The contacts that have no number."""
        return [name for name in self.card.contacts if self.number(name) == MISSING]


def card_pdf(given: CardInput) -> bytes:
    """Return the card as a PDF of one page.

    Raises:
        EngineMissing: a system library is not installed. Unavailable: the shipped fonts are missing.
    """
    bundle = Bundle((PAGE, letters_dir()))
    try:
        return html_to_pdf(_html(given), stylesheet="card.css", bundle=bundle)
    except NoGlyph as missing:
        hidden = frozenset(missing.details["characters"])
        return html_to_pdf(_html(given, hidden), stylesheet="card.css", bundle=bundle)


def _html(given: CardInput, hidden: Set[str] = frozenset()) -> str:
    return _environment(frozenset(hidden)).get_template("card.html.j2").render(given=given, card=given.card)


@functools.lru_cache(maxsize=2)
def _environment(hidden: frozenset[str]) -> Environment:
    """Return the template's surroundings: everything escaped, a missing name is an error."""
    return Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=functools.partial(_shown, hidden),
    )


def _shown(hidden: frozenset[str], value: Any) -> Any:
    """Make everything visible that a page would obey, hide or lose."""
    if type(value) is not str:
        return value
    text = phrases.visible(value)
    return "".join(f"[U+{ord(char):04X}]" if char in hidden else char for char in text) if hidden else text
