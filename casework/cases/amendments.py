"""What corrections and annulments come to: which of them stand, and what an event says once it is corrected.

An annulled event counts no more, so an annulled correction changes nothing. Facts may be missing, because they were
destroyed or are withheld: whoever reads on sees only the amendments that are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

Facts = Mapping[str, Any]

AMENDING = frozenset(("annulled", "corrected"))
"""The kinds of event after which an earlier event is to be read otherwise."""


class Event(Protocol):
    """An event by its number in its stream, from 1, and its facts, if they are there."""

    @property
    def n(self) -> int:
        """Its number."""
        ...

    @property
    def facts(self) -> Facts | None:
        """Its facts."""
        ...


def amendments_of(history: Iterable[Event]) -> list[Event]:
    """Return the corrections and annulments of a history: all that the functions here look for in it."""
    return [event for event in history if event.facts and event.facts.get("kind") in AMENDING]


def annulled_by(history: Iterable[Event]) -> dict[int, int]:
    """Return for each annulled event the event that annulled it."""
    return {facts["event"]: n for n, facts in _of_kind("annulled", history)}


def corrections_of(history: Iterable[Event], *, standing: bool) -> dict[int, tuple[int, ...]]:
    """Return for each corrected event its corrections, oldest first; with `standing`, only those that stand."""
    amending = amendments_of(history)
    undone = annulled_by(amending) if standing else {}
    found: dict[int, tuple[int, ...]] = {}
    for n, facts in _of_kind("corrected", amending):
        if n not in undone:
            found[facts["event"]] = (*found.get(facts["event"], ()), n)
    return found


def corrected_facts(history: Sequence[Event]) -> dict[int, Facts]:
    """Return the facts of each event of a whole history that corrections changed, as those that stand have them."""
    amending = amendments_of(history)
    undone = annulled_by(amending)
    found: dict[int, Facts] = {}

    def now(n: int) -> Facts:
        return found.get(n, history[n - 1].facts or {})

    for n, facts in _of_kind("corrected", amending):
        if n not in undone:
            found[facts["event"]] = corrected(now(facts["event"]), facts)
            for item in facts.get("rejudged", ()):
                found[item["event"]] = {**now(item["event"]), "breached": item["breached"]}
    return found


def corrected(before: Facts, correction: Facts) -> Facts:
    """Return the facts of an event after a correction, by the facts of both; what it does not name stays."""
    replaces = dict(correction["replaces"])
    if "values" in replaces:
        replaces["values"] = {**before.get("values", {}), **replaces["values"]}
    if "given" in correction:
        replaces["given"] = sorted({*before.get("given", ()), *correction["given"]})
    return {**before, **replaces}


def _of_kind(kind: str, history: Iterable[Event]) -> list[tuple[int, Facts]]:
    return [(event.n, event.facts) for event in history if event.facts and event.facts.get("kind") == kind]


def corrected_texts(texts: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step's words after a correction: answers for each allegation or question are replaced one by one.

    An empty answer takes the words away.
    """
    found = dict(texts)
    for name, said in change.items():
        if isinstance(said, Mapping):
            merged = {**texts.get(name, {}), **said}
            said = {entry: words for entry, words in merged.items() if words}
        found[name] = said
    return {name: said for name, said in found.items() if said}


def occurred_on(facts: Facts) -> date | None:
    """Return the local date on which an event says that it happened; None if it does not say."""
    occurred = facts.get("occurred")
    return date.fromisoformat(occurred["date"]) if occurred and "date" in occurred else None
