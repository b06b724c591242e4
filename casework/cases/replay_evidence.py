"""Folding what becomes of evidence, and packs: the part of `casework.cases.replay` that is about papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.cases.amendments import Facts, occurred_on
from casework.cases.model import Evidence, Pack

if TYPE_CHECKING:
    from casework.cases.replay import CaseFold, Recorded


def _evidence_added(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.evidence[facts["evidence"]] = Evidence(
        facts["evidence"],
        fold.number("evidence_added"),
        event.n,
        facts["type"],
        facts["points"],
        tuple(facts["supports"]),
        supplied=facts.get("supplied", "school"),
        received=occurred_on(facts),
        file=event.n if "file" in facts else None,
    )


def _evidence_disclosed(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    on = occurred_on(facts)
    for item in facts["evidence"]:
        fold.evidence[item] = replace(fold.evidence[item], disclosed=event.n, disclosed_on=on, withheld=None)


def _evidence_withheld(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    for item in facts["evidence"]:
        fold.evidence[item] = replace(
            fold.evidence[item], withheld=event.n, disclosed=None, disclosed_on=None
        )


def _evidence_revised(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    item = fold.evidence[facts["evidence"]]
    fold.evidence[item.id] = replace(item, revisions=(*item.revisions, event.n))


def _evidence_checked(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    item = fold.evidence[facts["evidence"]]
    fold.evidence[item.id] = replace(item, checks=(*item.checks, event.n))


def _evidence_redacted(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    item = fold.evidence[facts["evidence"]]
    fold.evidence[item.id] = replace(item, redacted=event.n)


def _evidence_linked(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    item = fold.evidence[facts["evidence"]]
    fold.evidence[item.id] = replace(item, points=facts["points"], supports=tuple(facts["supports"]))


def _pack_built(fold: CaseFold, event: Recorded, facts: Facts) -> None:
    fold.packs.append(
        Pack(
            facts["pack"],
            fold.number("pack_built"),
            event.n,
            facts["purpose"],
            occurred_on(facts) or date.min,
            facts["pages"],
            tuple(facts["letters"]),
            tuple(facts["evidence"]),
        )
    )


EVIDENCE: Final[Mapping[str, Callable[[CaseFold, Recorded, Facts], None]]] = {
    "evidence_added": _evidence_added,
    "evidence_disclosed": _evidence_disclosed,
    "evidence_withheld": _evidence_withheld,
    "evidence_revised": _evidence_revised,
    "evidence_checked": _evidence_checked,
    "evidence_redacted": _evidence_redacted,
    "evidence_linked": _evidence_linked,
    "pack_built": _pack_built,
}
"""What takes each kind of event."""
