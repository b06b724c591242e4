"""Folding what is alleged: the part of `casework.cases.replay` that is about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.cases.amendments import Facts
from casework.cases.model import Allegation

if TYPE_CHECKING:
    from casework.cases.replay import CaseFold, Recorded


def _allegation_added(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    earlier = fold.allegations.get(facts["allegation"])
    period = facts.get("period")
    fold.allegations[facts["allegation"]] = Allegation(
        facts["allegation"],
        earlier.number if earlier else fold.number("allegation_added"),
        event.n,
        tuple(facts["clauses"]),
        facts["band"],
        (date.fromisoformat(period["from"]), date.fromisoformat(period["to"])) if period else None,
        facts["gross_misconduct"],
    )


def _allegation_withdrawn(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    allegation = fold.allegations[facts["allegation"]]
    fold.allegations[allegation.id] = replace(allegation, withdrawn=True)


ALLEGATIONS: Final[Mapping[str, Callable[[CaseFold, Recorded, Facts], None]]] = {
    "allegation_added": _allegation_added,
    "allegation_amended": _allegation_added,
    "allegation_withdrawn": _allegation_withdrawn,
}
"""How each kind of event about allegations is folded."""
