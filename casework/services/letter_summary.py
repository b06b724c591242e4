"""What to look at before a letter goes out, in a few lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.time import describe_date
from casework.cases.letter_approval import needs_approval
from casework.correspondence.language import guilt_words
from casework.procedure.service import deemed_served, rules_of

if TYPE_CHECKING:
    from casework.services.letter_writing import Written
    from casework.services.loading import LoadedCase


def summary_of(loaded: LoadedCase, written: Written) -> tuple[tuple[str, str], ...]:
    """Return label and words for each thing that whoever sends a letter should look at."""
    facts, data = written.facts, written.data
    rows = [
        ("Draft of", f"{facts.letter.title} ({facts.letter.id}, {', '.join(facts.letter.catalogue)})"),
        ("To", _to(data.get("recipient"))),
        ("Signed by", _signed(data["sender"])),
        ("Delivery", _delivery(loaded, written) if data.get("recipient") else ""),
        ("Due", _due(loaded, facts.letter.id, facts.day)),
        ("In own words", _in_own_words(written)),
        ("Approval", _approval(loaded, written)),
        ("To look at", _to_look_at(written)),
    ]
    return tuple((label, words) for label, words in rows if words)


def _to(recipient: dict[str, Any] | None) -> str:
    """To whom and to which address; a note for the file goes to nobody."""
    if not recipient:
        return "the file: it is sent to nobody"
    address = ", ".join(recipient.get("address_lines", ())) or "no address is known"
    return f"{recipient.get('name', '')}, {address}"


def _delivery(loaded: LoadedCase, written: Written) -> str:
    """How it is to go, and from which day it counts then."""
    facts, rules = written.facts, rules_of(loaded.policy)
    effective, _ = deemed_served(facts.method, facts.day, None, facts.context.calendar, rules)
    unsure = "" if rules.confirmed else " (the school has not confirmed how it counts this)"
    counts = f"sent today it counts as received on {describe_date(effective)}{unsure}"
    return f"{written.data.get('delivery', '')}; {counts}"


def _signed(sender: dict[str, str]) -> str:
    authority = f", by {sender['authority']}" if sender.get("authority") else ""
    return f"{sender.get('name', '')}, {sender.get('title', '')}{authority}"


def _due(loaded: LoadedCase, template: str, today: date) -> str:
    """When the letter has to be out, where a running clock stops with it."""
    policy = loaded.policy
    found = [
        clock
        for clock in loaded.case.running()
        if f"letter_issued:{template}" in policy.deadline_of(clock.id).stops
    ]
    if not found:
        return ""
    late = " (that day has passed: it goes out all the same, with true dates)" if found[0].due < today else ""
    return f"by {describe_date(found[0].due)}{late}"


def _approval(loaded: LoadedCase, written: Written) -> str:
    if written.proposed is not None and written.proposed.approved is not None:
        return "approved as it stands"
    return (
        "a second person has to approve it" if needs_approval(loaded.policy, written.facts.letter.id) else ""
    )


def _in_own_words(written: Written) -> str:
    """How much the sender says in other words than the letter, and who agreed where a passage has to stand as it is."""
    changes = written.facts.reworded
    if not changes:
        return ""
    approved = list(dict.fromkeys(change.approved for change in changes if change.approved))
    said = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    return f"{said}; of what has to stay as it is: {'; '.join(approved)}" if approved else said


def _to_look_at(written: Written) -> str:
    """Words in the case's own texts that sound like a finding, before there is one (LX-4)."""
    if not written.facts.letter.before_outcome:
        return ""
    texts = [
        *(item.get("text", "") for item in written.data.get("allegations", ())),
        *(value for value in written.data["fields"].values() if isinstance(value, str)),
    ]
    words = sorted({word.lower() for text in texts for word in guilt_words(text, written.library.language)})
    return (
        f"the words {', '.join(f'“{word}”' for word in words)} sound as if it were decided" if words else ""
    )
