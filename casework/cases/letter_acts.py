"""The life of a letter in a case: proposed, issued, served (perhaps several times), superseded or withdrawn.

A served letter is never altered: a correction issues a letter that supersedes it, and both stay (LX-16).
Deemed
service follows the policy's settings (LX-15). Dates are local.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from casework.base.time import Occurred, describe_date
from casework.cases.acts import UnknownItem, not_in_future
from casework.cases.dated import policy_on, relied_facts
from casework.cases.fields import FieldInvalid, clean
from casework.cases.letter_approval import needs_approval
from casework.cases.letter_parts import LetterNotReady as LetterNotReady
from casework.cases.letter_parts import end_redelivery, find_letter, letter_clocks
from casework.cases.letter_parts import require_open as require_open
from casework.cases.model import Case
from casework.cases.request import Context, Decision
from casework.procedure.model import Policy
from casework.procedure.service import METHODS, deemed_served, rules_of


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
        raise UnknownItem(
            "The recipient is not part of the case.", remedy="Give them a part: `casework case assign`."
        )
    facts: dict[str, Any] = {
        "kind": "letter_proposed",
        "letter": letter,
        "template": template,
        "recipient": recipient,
        "recorded_by": dict(recorder),
    }
    extra = sorted(set(covers) - {template})
    facts.update(_gross(case))
    facts.update({"covers": extra} if extra else {})
    return Decision(facts, dict(words))


def _gross(case: Case) -> dict[str, list[str]]:
    """The allegations that a letter written now notifies as potential gross misconduct (ACAS-23); absent for none."""
    gross = [item.id for item in case.standing_allegations if item.gross_misconduct]
    return {"gross": gross} if gross else {}


def revise_letter(
    case: Case, *, letter: str, words: Mapping[str, Any], recorder: Mapping[str, str]
) -> Decision:
    """Write a proposed letter anew: the new input is kept beside the earlier ones, and an approval of those ends.

    Raises: UnknownItem, LetterNotReady when it was issued or withdrawn before.
    """
    item = find_letter(case, letter)
    require_open(item)
    facts: dict[str, Any] = {
        "kind": "letter_revised",
        "letter": letter,
        "template": item.template,
        "recorded_by": dict(recorder),
    }
    return Decision({**facts, **_gross(case)}, dict(words))


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
    item = find_letter(case, letter)
    require_open(item)
    if item.approved is None and needs_approval(policy, item.template):
        raise LetterNotReady(
            "The school’s policy wants a second person to approve this letter before it is issued.",
            remedy="Propose it (`casework letter propose`), and record who approves it (`casework letter approve`).",
        )
    if supersedes is not None and not find_letter(case, supersedes).stands:
        raise LetterNotReady(
            "The letter to be superseded does not stand.",
            remedy="`casework letter list` shows those that do.",
        )
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
    facts.update(letter_clocks("letter_issued", item, case, there, context, occurred))
    if supersedes is not None:
        end_redelivery(facts, find_letter(case, supersedes), case, there)
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
    item = find_letter(case, letter)
    if not item.stands or item.issued_on is None:
        raise LetterNotReady("Only an issued letter that stands can be served.", remedy="Issue it first.")
    if method not in METHODS:
        raise FieldInvalid(f"There is no method of service {method!r}. Methods: {', '.join(METHODS)}.")
    if occurred.date is None:
        raise FieldInvalid(
            "The day of service must be known.", remedy="Give the day on which it was handed over or sent."
        )
    not_in_future(occurred, context, "The service")
    if occurred.date < item.issued_on:
        raise FieldInvalid(
            f"The letter cannot have been served before it was issued, on {describe_date(item.issued_on)}.",
            remedy="Give the day on which it was handed over or sent: that day or later.",
        )
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
    repeated = any(service.counts for service in item.services)
    facts.update(letter_clocks("letter_served", item, case, there, context, counts, repeated=repeated))
    end_redelivery(facts, item, case, there)
    said = clean("The proof", proof)
    return Decision(facts, {"proof": said} if said else {})


def withdraw_letter(
    case: Case, *, letter: str, reason: str, policy: Policy, recorder: Mapping[str, str]
) -> Decision:
    """Withdraw a letter with a reason; an issued one stays on the file, marked as withdrawn.

    Raises: UnknownItem, FieldInvalid without a reason, LetterNotReady when it was withdrawn before.
    """
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("Withdrawing a letter needs a reason.")
    if find_letter(case, letter).withdrawn is not None:
        raise LetterNotReady(
            "This letter has been withdrawn already.",
            remedy="Nothing more is to be done; a new one can be issued.",
        )
    facts: dict[str, Any] = {"kind": "letter_withdrawn", "letter": letter, "recorded_by": dict(recorder)}
    end_redelivery(facts, find_letter(case, letter), case, policy)
    return Decision(facts, {"reason": because})
