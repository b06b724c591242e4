"""Does what stands in a register follow from its definition? Facts and policies are enough; words count as given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from casework.base.errors import MALFORMED, CaseworkError
from casework.base.time import parse_instant
from casework.procedure.model import Policy
from casework.registers.entries import Sitting, Written, add, annul, correct, update
from casework.registers.model import ADDED, UPDATED, Entry, RegisterEvent, fold

_SEALED = "(sealed)"

NOT_THERE = "The policy that it names is not there, so it cannot be judged."
"""What is said of an entry that cannot be judged because the policy that it cites is gone."""


class Wrong(NamedTuple):
    """An event of a register that does not follow from its definition: which one, and why."""

    n: int
    says: str


def wrong_entries(history: Sequence[RegisterEvent], policies: Mapping[str, Policy]) -> list[Wrong]:
    """Return the events that no release would have recorded so; kinds that this release does not know are passed over.

    Args:
        history: the register's events in order, from 1.
        policies: policies by digest.
    """
    found = []
    for event in history:
        if event.facts["kind"] in (ADDED, UPDATED, "corrected", "annulled"):
            says = _judge(history[: event.n - 1], event, policies)
            if says:
                found.append(Wrong(event.n, says))
    return found


def _judge(before: Sequence[RegisterEvent], event: RegisterEvent, policies: Mapping[str, Policy]) -> str:
    facts = event.facts
    try:
        policy = policies.get(facts["policy"])
        if policy is None:
            return NOT_THERE
        register = policy.registers[facts["register"]]
        if before and before[0].facts["register"] != facts["register"]:
            return "It is of another register than the entries before it."
        now = parse_instant(event.recorded)
        sitting = Sitting(facts["register"], register, facts["policy"], facts["recorded_by"], now)
        decided = dict(_again(sitting, before, facts).facts)
    except CaseworkError as error:
        return f"It does not follow from the register: {error.message}"
    except MALFORMED:
        return "It cannot be judged: its facts are not of the form that they must have."
    different = sorted(key for key in {*decided, *facts} if decided.get(key) != facts.get(key))
    return (
        f"What was recorded does not follow from the register: {', '.join(different)}." if different else ""
    )


def _again(sitting: Sitting, before: Sequence[RegisterEvent], facts: Mapping[str, Any]) -> Written:
    """Decide an event again."""
    kind, words = facts["kind"], dict.fromkeys(facts.get("given", ()), _SEALED)
    if kind == ADDED:
        if _entry(before, facts["entry"]) is not None:
            raise KeyError(facts["entry"])
        given = {**facts["values"], **words}
        case, begun = facts.get("case", ""), facts.get("begun", False)
        return add(sitting, entry=facts["entry"], given=given, case=case, begun=begun)
    entry = _entry(before, facts["entry"])
    if entry is None:
        raise KeyError(facts["entry"])
    if kind == UPDATED:
        return update(sitting, entry, {**facts["values"], **words})
    if kind == "annulled":
        return annul(sitting, entry, _SEALED)
    return correct(sitting, entry, {**facts["replaces"].get("values", {}), **words}, _SEALED)


def _entry(before: Sequence[RegisterEvent], entry: str) -> Entry | None:
    return fold(before).by_id(entry)
