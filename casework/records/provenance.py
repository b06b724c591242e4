"""Where an item of evidence comes from, and what became of it since, in words that paper and screen share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from casework.records.entry import Item
from casework.records.words import lowered, readable, when

SUPPLIED: Final = {"school": "The school", "employee": "The employee", "other": "Somebody else"}
"""From which side an item comes."""

BASES: Final = {
    "public_task": "The school’s public task",
    "legal_obligation": "A duty in law",
    "contract": "The contract of employment",
    "vital_interests": "To protect somebody’s life",
}
"""Lawful bases (UKGDPR-6)."""

VISIBILITIES: Final = {
    "public": "Anybody",
    "limited": "Some people, such as followers or a group",
    "private": "Only those to whom it was sent",
    "school": "It is the school’s own record or system",
}
"""Who could see something where it was."""

AUTHORSHIPS: Final = {
    "own_words": "The account holder’s own words",
    "repost": "Somebody else’s words, posted again",
    "reaction": "A reaction, such as a like",
    "tag": "Somebody else’s post in which the person is tagged",
    "forward": "A message that was passed on",
    "generated": "Made by a computer program",
    "hacked": "Said to be posted by somebody who broke into the account",
    "unknown": "Not known",
}
"""Whose words a post holds (TQ-9)."""

LIVE: Final = {
    "live": "Yes, when it was captured",
    "taken_down": "No, it was taken down",
    "unknown": "Not known",
}
"""Whether a post could still be seen."""

CHECKS: Final = {
    "agreed": "agreed that it is right",
    "corrected": "agreed with corrections",
    "disputed": "said that it is not right",
    "no_answer": "was asked to check it and did not answer",
}
"""What a person said of the notes or the statement that hold their words."""


def origin(facts: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return where an item comes from, line by line, from the facts and words of its event; only what was said."""
    return tuple(Item(label, value, None) for label, value in _origin(facts, body) if value)


def _origin(facts: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    def said(name: str) -> str:
        return str(body.get(name, ""))

    yield "Source", said("source")
    side = facts.get("supplied", "school")
    supplier = said("supplier")
    yield "Supplied by", _supplied(supplier, side)
    captured = when(facts.get("captured"))
    yield (
        "Captured",
        _and(captured.words if captured else "", f"by {said('captured_by')}" if said("captured_by") else ""),
    )
    yield "How it was obtained", said("method")
    yield "Lawful basis", BASES.get(facts.get("basis", ""), "")
    yield "Who could see it", VISIBILITIES.get(facts.get("visibility", ""), "")
    post = facts.get("post")
    if post is not None:
        yield "Address", said("address")
        yield "Account", said("account")
        yield "Audience", said("audience")
        yield "Whose words", AUTHORSHIPS.get(post["authorship"], readable(post["authorship"]))
        yield "Could still be seen", LIVE.get(post["live"], readable(post["live"]))


def _supplied(supplier: str, side: str) -> str:
    """Who supplied it, as far as it is worth saying: that the school did goes without saying."""
    words = SUPPLIED.get(side, "")
    if supplier:
        return _and(supplier, lowered(words))
    return words if side != "school" else ""


def _and(first: str, second: str) -> str:
    """Both, parted by a comma, as far as they were said."""
    return ", ".join(part for part in (first, second) if part)


def checked(facts: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """Return what somebody said of their own words: `Lena Petrov agreed with corrections`."""
    who = str(body.get("by", "")) or "The person"
    return f"{who} {CHECKS.get(facts['outcome'], readable(facts['outcome']))}"


def redaction(body: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return the redaction log: for each place what was taken out and why."""
    return tuple(Item(line["where"], f"{line['what']} ({line['why']})", None) for line in body.get("log", ()))
