"""The card for the first ten minutes, for a terminal and on paper: one page, with the school's own numbers."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from casework.procedure.card import Card, CardLine

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
    from casework.records.pdf import printed  # the layout engine: only for who wants paper

    return printed(lambda hidden: _html(given, hidden), "card.css")


def _html(given: CardInput, hidden: Set[str]) -> str:
    from casework.records.pdf import environment

    return environment(frozenset(hidden)).get_template("card.html.j2").render(given=given, card=given.card)
