"""Letters that did not arrive, and the scans that show what became of one: a signed copy, a receipt, proof of posting.

Dates are local. Whether a service that failed counts all the same follows LX-15.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from casework.base.time import Occurred
from casework.cases.acts import UnknownItem, not_in_future
from casework.cases.clocks import clock_facts
from casework.cases.dated import policy_on, relied_facts
from casework.cases.fields import FieldInvalid, clean
from casework.cases.letter_parts import LetterNotReady, find_letter, letter_clocks
from casework.cases.model import Case, Letter, Service
from casework.cases.request import Context, Decision
from casework.procedure.model import Policy
from casework.procedure.service import FAILURES, still_counts

LETTER_FILES: Final = ("signed_copy", "receipt", "proof_of_posting", "reply", "other")
"""Kinds of scans that belong to a letter."""


def undelivered_letter(
    case: Case,
    *,
    letter: str,
    service: int,
    failure: str,
    policy: Policy,
    words: str,
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Record that a service did not reach the recipient, and whether it counts all the same (LX-15).

    Post that is refused or comes back was still sent, and counts as before. What was never handed over, and an e-mail
    that came back, does not count: times that ran from it stop, or run from the next service that counts.

    Args:
        service: the event of the service that failed.
        failure: one of `FAILURES`.
        words: what is known of it.

    Raises: UnknownItem when the letter has no such service, LetterNotReady when it failed before or the letter does not
        stand, FieldInvalid for an unknown failure or an impossible date.
    """
    item = find_letter(case, letter)
    failed = next((one for one in item.services if one.n == service), None)
    if failed is None:
        raise UnknownItem("The letter has no such service.")
    if not item.stands or failed.failed is not None:
        raise LetterNotReady("That this service failed is on record already, or the letter does not stand.")
    if failure not in FAILURES:
        raise FieldInvalid(f"There is no failure {failure!r}. Failures: {', '.join(FAILURES)}.")
    if occurred.date is not None and occurred.date < failed.sent:
        raise FieldInvalid("A letter cannot have come back before it was sent.")
    counts = still_counts(failed.method, failure)
    facts: dict[str, Any] = {
        "kind": "letter_undelivered",
        "letter": letter,
        "template": item.template,
        "service": service,
        "failure": failure,
        "counts": counts,
        "calendar": context.calendar_digest,
        "occurred": not_in_future(occurred, context, "The failure").to_facts(),
        "recorded_by": dict(recorder),
    }
    others = [one for one in item.services if one.counts and one is not failed]
    if standing := [one.effective for one in ([*others, failed] if counts else others)]:
        facts["effective"] = min(standing).isoformat()
    there = policy_on(policy, context.school, occurred.date)
    facts.update(relied_facts(policy, context.school, occurred.date))
    facts.update(_clocks(case, item, failed, others, counts, there, context, occurred))
    said = clean("What is known of it", words)
    return Decision(facts, {"words": said} if said else {})


def add_letter_file(
    case: Case,
    *,
    letter: str,
    service: int | None,
    type_: str,
    file: Mapping[str, str],
    words: Mapping[str, Any],
    occurred: Occurred,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Attach a scan to an issued letter, or to one service of it: the signed copy, a receipt, a proof of posting.

    Raises: UnknownItem when the letter has no such service, LetterNotReady when it was never issued, FieldInvalid.
    """
    item = find_letter(case, letter)
    if item.issued is None:
        raise LetterNotReady(
            "Only what belongs to an issued letter can be attached.", remedy="Issue it first."
        )
    if service is not None and service not in {one.n for one in item.services}:
        raise UnknownItem("The letter has no such service.")
    if type_ not in LETTER_FILES:
        raise FieldInvalid(f"There is no kind of scan {type_!r}. Kinds: {', '.join(LETTER_FILES)}.")
    facts: dict[str, Any] = {
        "kind": "letter_file_added",
        "letter": letter,
        "type": type_,
        "file": dict(file),
        "occurred": not_in_future(occurred, context, "The scan").to_facts(),
        "recorded_by": dict(recorder),
    }
    if service is not None:
        facts["service"] = service
    return Decision(facts, dict(words))


def _clocks(
    case: Case,
    letter: Letter,
    failed: Service,
    others: list[Service],
    counts: bool,
    policy: Policy,
    context: Context,
    occurred: Occurred,
) -> dict[str, Any]:
    """The clock to deliver it again; and what ran from a service that does not count runs from another, or stops."""
    found = clock_facts(
        "delivery_failed", case=case, policy=policy, calendar=context.calendar, on=occurred.date, values={}
    )
    started, stopped = found.get("clocks", []), set(found.get("stopped", ()))
    ran = set() if counts else {clock.id for clock in case.running() if clock.n == failed.n}
    if ran and others:
        earliest = min(one.effective for one in others)
        counted = Occurred(max(earliest, letter.issued_on or earliest), None, "day")
        anew = letter_clocks("letter_served", letter, case, policy, context, counted)
        started = [*started, *(item for item in anew.get("clocks", ()) if item["clock"] in ran)]
    stopped |= ran
    return {**({"clocks": started} if started else {}), **({"stopped": sorted(stopped)} if stopped else {})}
