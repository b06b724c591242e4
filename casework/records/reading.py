"""Folding what can be folded: a history may lack facts that were destroyed, and still has to be shown.

An event without facts, or one that rests on such an event, is left out of the fold and named; nothing is
guessed in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from casework.base.errors import BadInput
from casework.cases.model import Case
from casework.cases.replay import Recorded, replay, replay_before
from casework.records.input import RecordedEvent

_NOTHING: Final[Mapping[str, Any]] = {"kind": "unreadable"}
"""Stands in for facts that are not there; the fold leaves kinds alone that it does not know."""

STEPS: Final = ("step_taken", "step_irregular")
"""The kinds of event that are steps."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A case as far as it can be read, and the numbers of the events that are left out of it."""

    case: Case
    left_out: tuple[int, ...]


def as_history(events: Sequence[RecordedEvent]) -> tuple[Recorded, ...]:
    """Return the events as the core folds them.

    Raises:
        BadInput: they are not numbered from 1 without a gap.
    """
    if [event.n for event in events] != list(range(1, len(events) + 1)):
        raise BadInput(
            "The events of a history are numbered from 1 without a gap.",
            remedy="Hand in every event; withhold what may not be shown.",
        )
    return tuple(Recorded(event.n, event.recorded, event.facts or _NOTHING) for event in events)


def fold(history: Sequence[Recorded]) -> Folded:
    """Fold a history as far as its facts go.

    A fold over a gap would lie in silence, so each event that cannot be folded is reported.
    """
    missing = tuple(event.n for event in history if event.facts is _NOTHING)
    try:
        return Folded(replay(history), missing)
    except KeyError:
        return _one_by_one(history, missing)


def fold_before(history: Sequence[Recorded], n: int, known: int) -> Folded:
    """Fold the events before number `n`.

    Args:
        history: the events of the case.
        n: the event before which the case is wanted.
        known: the number up to which corrections and annulments count; `n` for what was known then.
    """
    found = fold(history[: n - 1])
    if known == n or found.left_out:
        return found
    try:
        return Folded(replay_before(history[: known - 1], n), ())
    except KeyError:
        return Folded(found.case, fold(history[: known - 1]).left_out)


def _one_by_one(history: Sequence[Recorded], missing: tuple[int, ...]) -> Folded:
    """Fold event after event, and leave out each one that rests on facts that are not there."""
    kept: list[Recorded] = []
    left_out = set(missing)
    case = Case()
    for event in history:
        try:
            case = replay([*kept, event])
            kept.append(event)
        except KeyError:
            left_out.add(event.n)
            kept.append(Recorded(event.n, event.recorded, _NOTHING))
    return Folded(case, tuple(sorted(left_out)))
