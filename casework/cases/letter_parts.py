"""What the acts on a letter share: finding it, what may still be done to it, the clocks that it starts and stops."""

from __future__ import annotations

from typing import Any, Final

from casework.base.errors import Refused
from casework.base.time import Occurred
from casework.cases.acts import UnknownItem
from casework.cases.clocks import LIVE_UNTIL, clock_facts
from casework.cases.model import Case, Letter
from casework.cases.request import Context
from casework.cases.warnings import standing_warning
from casework.procedure.model import Policy

DELIVERED: Final = "letter_delivered"
"""What stops a deadline that began when a letter did not arrive: it was sent again, or stands no longer."""


class LetterNotReady(Refused):
    """The letter is not in a state in which this can be done to it."""

    code = "letter-not-ready"


def find_letter(case: Case, letter: str) -> Letter:
    """Return a letter of the case by its id.

    Raises: UnknownItem.
    """
    if letter not in case.letters:
        raise UnknownItem(
            "There is no such letter in the case.", remedy="`casework letter list` lists its letters."
        )
    return case.letters[letter]


def require_open(letter: Letter) -> None:
    """Refuse a letter that is no open proposal.

    Raises: LetterNotReady when it was issued or withdrawn before.
    """
    if letter.issued is not None:
        raise LetterNotReady(
            "This letter has been issued already.", remedy="Propose a new one that supersedes it."
        )
    if letter.withdrawn is not None:
        raise LetterNotReady("This letter has been withdrawn.", remedy="Propose a new one.")


def end_redelivery(facts: dict[str, Any], letter: Letter, case: Case, policy: Policy) -> None:
    """Stop the task to deliver a letter again, unless another letter still waits to be delivered."""
    if any(other.undelivered for other in case.letters.values() if other.id != letter.id):
        return
    ended = [clock.id for clock in case.running() if DELIVERED in policy.deadline_of(clock.id).stops]
    if letter.undelivered and ended:
        facts["stopped"] = sorted({*facts.get("stopped", ()), *ended})


def letter_clocks(
    word: str,
    letter: Letter,
    case: Case,
    policy: Policy,
    context: Context,
    occurred: Occurred,
    *,
    repeated: bool = False,
) -> dict[str, Any]:
    """Clocks of the letter's own template and of each that it covers, together."""
    merged: dict[str, Any] = {}
    templates = (letter.template, *letter.covers)
    starts = any(f"{word}:{template}" in policy.clocks_started_by for template in templates)
    warning = standing_warning(case, policy, occurred.date or context.today) if starts else None
    told = {LIVE_UNTIL: warning.live_until.isoformat()} if warning is not None else {}
    for template in templates:
        found = clock_facts(
            f"{word}:{template}",
            case=case,
            policy=policy,
            calendar=context.calendar,
            on=occurred.date,
            values=told,
            repeated=repeated,
        )
        for name, items in found.items():
            merged[name] = [
                *merged.get(name, []),
                *(item for item in items if item not in merged.get(name, [])),
            ]
    return merged
