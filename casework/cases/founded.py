"""Does an event of a case rest on what its school's own stream had said before it?

Whoever audits a database and whoever checks a bundle ask the same, so that both give the same answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import MALFORMED
from casework.cases.dated import DATED, dated_truths, unfounded
from casework.cases.followed import in_force

if TYPE_CHECKING:
    from casework.cases.amendments import Event
    from casework.cases.dated import DatedTruths
    from casework.procedure.model import Policy

_FOLLOWS: Final = {"case_opened": "policy", "policy_moved": "to"}
"""Where the facts of an event name the policy that the case follows from then on."""


class SchoolRecord:
    """What a school's own stream says, and how much of it stood before an event.

    Args:
        told: the facts of its events, in order, each with its position in the log.
    """

    def __init__(self, told: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        own = [(pos, facts) for pos, facts in told if isinstance(facts.get("kind"), str)]
        self._adopted = [
            (pos, facts.get("policy")) for pos, facts in own if facts["kind"] == "policy_adopted"
        ]
        self._dated = [facts for _, facts in own if facts["kind"] in DATED]
        self._dated_at = [pos for pos, facts in own if facts["kind"] in DATED]
        self._truths: dict[int, DatedTruths] = {}

    def refutes(
        self, event: Event, pos: int, history: Sequence[Event], policies: Mapping[str, Policy]
    ) -> str:
        """Return in what an event does not rest on what was on record before it; empty if it does.

        Args:
            event: of a case; one whose facts are missing, or of no form that a release writes, is not judged here.
            pos: its position in the log.
            history: all events of the case.
            policies: by their digests; where the event's is missing, only its adoption is judged.
        """
        facts = event.facts or {}
        return self._unfounded(facts, pos, event.n, history, policies) or self._not_adopted(facts, pos)

    def _unfounded(
        self,
        facts: Mapping[str, Any],
        pos: int,
        n: int,
        history: Sequence[Event],
        policies: Mapping[str, Policy],
    ) -> str:
        told = bisect_left(self._dated_at, pos)
        if not told and "relied" not in facts:
            return ""
        try:
            policy = policies.get(facts["policy"] if "policy" in facts else in_force(history, n))
            if policy is None:
                return ""
            if told not in self._truths:
                self._truths[told] = dated_truths(self._dated[:told])
            return unfounded(facts, policy, self._truths[told])
        except MALFORMED:  # which the judgment of the event itself names
            return ""

    def _not_adopted(self, facts: Mapping[str, Any], pos: int) -> str:
        named = _FOLLOWS.get(str(facts.get("kind")))
        if named is None or any(held == facts.get(named) for at, held in self._adopted if at < pos):
            return ""
        return "The school had not adopted the policy that the case follows from here."
