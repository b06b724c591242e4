"""Folding what becomes of letters: the part of `casework.cases.replay` that is about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.cases.amendments import Facts, occurred_on
from casework.cases.model import Letter, LetterFile, Service

if TYPE_CHECKING:
    from casework.cases.replay import CaseFold, Recorded


def _letter_proposed(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.letters[facts["letter"]] = Letter(
        facts["letter"],
        facts["template"],
        facts["recipient"],
        event.n,
        gross=tuple(facts.get("gross", ())),
        covers=tuple(facts.get("covers", ())),
        written_by=facts.get("recorded_by", {}).get("party", ""),
    )


def _letter_revised(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    fold.letters[letter.id] = replace(
        letter,
        revisions=(*letter.revisions, event.n),
        written_by=facts["recorded_by"]["party"],
        approved=None,
        gross=tuple(facts.get("gross", ())),
    )


def _letter_approved(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    fold.letters[letter.id] = replace(
        letter, approved=event.n if facts["version"] == letter.version else None
    )


def _letter_issued(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    fold.letters[letter.id] = replace(letter, issued=event.n, issued_on=occurred_on(facts))
    replaced = facts.get("supersedes")
    if replaced:
        fold.letters[replaced] = replace(fold.letters[replaced], superseded=event.n)


def _letter_served(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    sent = occurred_on(facts)
    service = Service(event.n, facts["method"], sent or date.min, date.fromisoformat(facts["effective"]))
    fold.letters[letter.id] = replace(letter, services=(*letter.services, service))


def _letter_undelivered(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    services = tuple(
        replace(service, failed=event.n, counts=facts["counts"]) if service.n == facts["service"] else service
        for service in letter.services
    )
    fold.letters[letter.id] = replace(letter, services=services)


def _letter_file_added(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    added = LetterFile(event.n, facts["type"], facts.get("service"))
    fold.letters[letter.id] = replace(letter, files=(*letter.files, added))


def _letter_withdrawn(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    letter = fold.letters[facts["letter"]]
    fold.letters[letter.id] = replace(letter, withdrawn=event.n)


LETTERS: Final[Mapping[str, Callable[[CaseFold, Recorded, Facts], None]]] = {
    "letter_proposed": _letter_proposed,
    "letter_revised": _letter_revised,
    "letter_approved": _letter_approved,
    "letter_issued": _letter_issued,
    "letter_served": _letter_served,
    "letter_undelivered": _letter_undelivered,
    "letter_file_added": _letter_file_added,
    "letter_withdrawn": _letter_withdrawn,
}
"""How each kind of event about letters is folded."""
