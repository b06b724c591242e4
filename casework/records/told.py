"""What one entry of a history says beside what all entries have, and the lines that many kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.cases.readers import BASES, ENDINGS
from casework.records.entry import Annulment, Breached, Change, Correction, Field, Item, Taken, Waived
from casework.records.words import Words, day, readable

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says beside what all entries have."""

    title: str
    says: str = ""
    words: tuple[Item, ...] = ()
    strand: str = ""
    taken_by: Taken | None = None
    fields: tuple[Field, ...] = ()
    irregular: bool = False
    waived: tuple[Waived, ...] = ()
    breached: tuple[Breached, ...] = ()
    correction: Correction | None = None
    annulment: Annulment | None = None
    changes: tuple[Change, ...] = ()


def said(label: str, body: Facts, name: str) -> tuple[Item, ...]:
    """Return the words that a body holds under `name`, as one line; nothing if it holds none."""
    text = str(body.get(name, ""))
    return (Item(label, text, None),) if text else ()


def numbered(one: str, many: str, numbers: tuple[int, ...]) -> str:
    """Return `Evidence item 2` or `Evidence items 2, 3 and 5`."""
    if not numbers:
        return f"{one} that does not stand"
    if len(numbers) == 1:
        return f"{one} {numbers[0]}"
    return f"{many} {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def let_in_or_out(words: Words, facts: Facts, body: Facts) -> Told:
    """Return what letting somebody in or out of a case says."""
    into = facts["kind"] == "let_in"
    why = (BASES if into else ENDINGS).get(facts["basis"], readable(facts["basis"]))
    until = f" Until {day(facts['until'])}." if facts.get("until") else ""
    return Told(
        f"Somebody {'let in to' if into else 'shut out of' if facts['basis'] == 'party' else 'let out of'} the case",
        f"{why[:1].upper()}{why[1:]}.{until}",
        (*said("Who", body, "name"), *said("Reason", body, "reason")),
    )


def link_made(words: Words, facts: Facts, body: Facts) -> Told:
    """Return what making a link to somebody's own page says."""
    whose = "companion" if facts["holder"] == "companion" else "employee"
    shown = (
        " It shows the employee’s letters too."
        if whose == "companion" and facts["shows"] == "letters"
        else ""
    )
    return Told(
        f"Link made for the {whose}’s own page",
        f"Until {day(facts['until'])}.{shown}",
        (
            *said("For", {"name": words.who(facts["party"]).name}, "name"),
            *said("The employee agreed", body, "agreed"),
            *said("Reason", body, "reason"),
        ),
    )


def link_revoked(words: Words, facts: Facts, body: Facts) -> Told:
    """Return what revoking such a link says."""
    return Told("Link to an own page revoked", "It opens nothing any more.", said("Reason", body, "reason"))
