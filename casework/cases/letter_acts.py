"""The life of a letter in a case: proposed, issued, served (perhaps several times), superseded or withdrawn.

A served letter is never altered: a correction issues a letter that supersedes it, and both stay (LX-16).
Deemed
service follows the policy's settings (LX-15). Dates are local.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from casework.base.errors import Refused
from casework.base.time import Occurred
from casework.cases.acts import UnknownItem, not_in_future
from casework.cases.clocks import LIVE_UNTIL, clock_facts
from casework.cases.dated import policy_on, relied_facts
from casework.cases.fields import FieldInvalid, clean
from casework.cases.model import Case, Letter
from casework.cases.request import Context, Decision
from casework.cases.warnings import standing_warning
from casework.procedure.model import Policy
from casework.procedure.service import METHODS, deemed_served, rules_of


class LetterNotReady(Refused):
    """The letter is not in a state in which this can be done to it."""

    code = "letter-not-ready"


def propose_letter(
    case: Case,
    *,
    letter: str,
    template: str,
    recipient: str,
    covers: Iterable[str],
    words: Mapping[str, Any],
    recorder: Mapping[str, str],
) -> Decision:
    """Propose a letter: its complete input is kept in the body, so that what was approved can be shown.

    Raises: UnknownItem when the recipient is no party of the case.
    """
    if recipient not in case.parties:
        raise UnknownItem("The recipient is not part of the case.")
    facts: dict[str, Any] = {
        "kind": "letter_proposed",
        "letter": letter,
        "template": template,
        "recipient": recipient,
        "recorded_by": dict(recorder),
    }
    gross = [item.id for item in case.standing_allegations if item.gross_misconduct]
    extra = sorted(set(covers) - {template})
    facts.update({"gross": gross} if gross else {})
    facts.update({"covers": extra} if extra else {})
    return Decision(facts, dict(words))


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


def issue_letter(
    case: Case,
    *,
    letter: str,
    policy: Policy,
    file: Mapping[str, str],
    checkpoint_size: int,
    words: Mapping[str, Any],
    supersedes: str | None,
    sender: Mapping[str, str],
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Issue a proposed letter, today: the PDF's fingerprint and file key are in `words`, the sealed file in `file`.

    Raises: UnknownItem, LetterNotReady when it was issued or withdrawn before.
    """
    item = _letter(case, letter)
    require_open(item)
    if supersedes is not None and not _letter(case, supersedes).stands:
        raise LetterNotReady("The letter to be superseded does not stand.")
    occurred = Occurred(context.today, None, "day")
    facts: dict[str, Any] = {
        "kind": "letter_issued",
        "letter": letter,
        "template": item.template,
        "file": dict(file),
        "checkpoint_size": checkpoint_size,
        "sender": dict(sender),
        "calendar": context.calendar_digest,
        "occurred": occurred.to_facts(),
        "recorded_by": dict(recorder),
    }
    if supersedes is not None:
        facts["supersedes"] = supersedes
    there = policy_on(policy, context.school, occurred.date)
    facts.update(relied_facts(policy, context.school, occurred.date))
    facts.update(_clocks("letter_issued", item, case, there, context, occurred))
    return Decision(facts, dict(words))


def serve_letter(
    case: Case,
    *,
    letter: str,
    policy: Policy,
    method: str,
    proof: str,
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Record one service of an issued letter; the day on which it counts as received is computed and recorded.

    Raises: UnknownItem, LetterNotReady, FieldInvalid for an unknown method or an impossible date.
    """
    item = _letter(case, letter)
    if not item.stands or item.issued_on is None:
        raise LetterNotReady("Only an issued letter that stands can be served.", remedy="Issue it first.")
    if method not in METHODS:
        raise FieldInvalid(f"There is no method of service {method!r}. Methods: {', '.join(METHODS)}.")
    if occurred.date is None:
        raise FieldInvalid("The day of service must be known.")
    not_in_future(occurred, context, "The service")
    if occurred.date < item.issued_on:
        raise FieldInvalid("The letter cannot have been served before it was issued.")
    effective, _ = deemed_served(method, occurred.date, occurred.time, context.calendar, rules_of(policy))
    facts: dict[str, Any] = {
        "kind": "letter_served",
        "letter": letter,
        "template": item.template,
        "method": method,
        "effective": effective.isoformat(),
        "calendar": context.calendar_digest,
        "occurred": occurred.to_facts(),
        "recorded_by": dict(recorder),
    }
    there = policy_on(policy, context.school, occurred.date)
    facts.update(relied_facts(policy, context.school, occurred.date))
    counts = Occurred(max(effective, item.issued_on), None, "day")
    facts.update(_clocks("letter_served", item, case, there, context, counts, repeated=bool(item.services)))
    said = clean("The proof", proof)
    return Decision(facts, {"proof": said} if said else {})


def withdraw_letter(case: Case, *, letter: str, reason: str, recorder: Mapping[str, str]) -> Decision:
    """Withdraw a letter with a reason; an issued one stays on the file, marked as withdrawn.

    Raises: UnknownItem, FieldInvalid without a reason, LetterNotReady when it was withdrawn before.
    """
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("Withdrawing a letter needs a reason.")
    if _letter(case, letter).withdrawn is not None:
        raise LetterNotReady("This letter has been withdrawn already.")
    facts = {"kind": "letter_withdrawn", "letter": letter, "recorded_by": dict(recorder)}
    return Decision(facts, {"reason": because})


def _letter(case: Case, letter: str) -> Letter:
    if letter not in case.letters:
        raise UnknownItem("There is no such letter in the case.")
    return case.letters[letter]


def _clocks(
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
    warning = standing_warning(case, policy, occurred.date or context.today)
    told = {LIVE_UNTIL: warning.live_until.isoformat()} if warning is not None else {}
    for template in (letter.template, *letter.covers):
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
