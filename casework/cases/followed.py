"""Which policy a case followed when: the one that it began with, until an event moved it to another.

An event is judged by the policy that was in force before it; a move is itself judged by the old one. Facts may be
missing, because they were destroyed or are withheld: then the moves that are there count.
"""

from __future__ import annotations

from collections.abc import Iterable

from casework.cases.amendments import Event

LEADING = frozenset(("case_opened", "policy_moved"))
"""The kinds of event after which a case follows a policy."""


def followed(history: Iterable[Event]) -> list[tuple[int, str]]:
    """Return each policy by its digest with the number of the first event that it is in force for, oldest first.

    A case that went to another policy and back has that policy twice.
    """
    found = []
    for event in history:
        facts = event.facts or {}
        if facts.get("kind") == "case_opened":
            found.append((event.n, str(facts.get("policy", ""))))
        elif facts.get("kind") == "policy_moved":
            found.append((event.n + 1, str(facts.get("to", ""))))
    return found


def in_force(history: Iterable[Event], n: int) -> str:
    """Return the digest of the policy that event `n` was recorded under; empty if the facts do not say."""
    return next((digest for since, digest in reversed(followed(history)) if since <= n), "")
