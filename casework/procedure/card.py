"""The card for the first ten minutes as policy data: what to ask, what to do now, what not to do, and whom to ring."""

from __future__ import annotations

from pydantic import Field

from casework.procedure.language import Model


class CardContact(Model):
    """Somebody to ring. `number` is for whom every school has the same one; the others are the school's own."""

    title: str
    number: str = ""


class CardLine(Model):
    """One thing to do or not to do: a few words in bold, why, and whom to ring for it."""

    do: str
    why: str = ""
    ring: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class Card(Model):
    """A card of one page. `ask` are the questions that come first, `yes` and `unsure` what their answers mean."""

    title: str
    lead: str
    contacts: dict[str, CardContact] = Field(min_length=1)
    ask: tuple[str, ...] = Field(min_length=1)
    yes: CardLine
    unsure: CardLine
    do_now: tuple[CardLine, ...] = Field(min_length=1)
    do_not: tuple[CardLine, ...] = Field(min_length=1)
    about_you: str
    note: str
