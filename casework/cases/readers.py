"""Who may read a case, as its record says: let in and let out, each an event with a reason.

Facts name the account, why, what it is let in to and until when; the reason in words and the name lie in the body.
Letting somebody out begins a new epoch of keys, so that what is written later stays shut to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Facts = Mapping[str, Any]

BASES: Final[Mapping[str, str]] = {
    "opened": "opened the case",
    "role": "by their role in the school",
    "part": "for their part in the case",
    "named": "let in by name",
    "deputy": "stands in for somebody",
    "handed_over": "took the case over",
    "grant": "an auditor's grant",
    "break_glass": "two people broke the glass",
}
"""Why somebody is let in, in words."""

ENDINGS: Final[Mapping[str, str]] = {
    "party": "became a party of the case",
    "part": "has no part in the case any more",
    "ended": "their time was over",
    "left": "has no role in the school any more",
    "named": "let out by name",
    "handed_over": "handed the case over",
}
"""Why somebody is let out, in words."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody whom a case lets in.

    Args:
        account: its id.
        basis: why: opened, role, part, named, deputy, handed_over, grant, break_glass.
        compartments: what it is let in to.
        party: the party that its person is, empty if it has no part in the case.
        since: the first local day, None from the event on; `until` the last, included, None until it is let out.
        n: the event that says so.
    """

    account: str
    basis: str
    compartments: tuple[str, ...] = ("main",)
    party: str = ""
    since: date | None = None
    until: date | None = None
    n: int = 0

    def to_facts(self) -> dict[str, Any]:
        """The reader as facts hold it."""
        facts: dict[str, Any] = {
            "account": self.account,
            "basis": self.basis,
            "compartments": sorted(self.compartments),
        }
        optional = {"party": self.party, "from": self.since, "until": self.until}
        more = {name: str(value) for name, value in optional.items() if value}
        return facts | more

    @classmethod
    def from_facts(cls, facts: Facts, n: int) -> Reader:
        """Read what `to_facts` wrote. Raises KeyError or ValueError if it is none."""
        days = {name: date.fromisoformat(facts[name]) for name in ("from", "until") if name in facts}
        return cls(
            facts["account"],
            facts["basis"],
            tuple(facts["compartments"]),
            facts.get("party", ""),
            days.get("from"),
            days.get("until"),
            n,
        )

    def reads(self, on: date) -> bool:
        """True on each day from `since` to `until`, both included."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


def opening_facts(readers: Iterable[Reader], shut_out: Collection[str]) -> dict[str, Any]:
    """Who is let in and who is shut out with the opening of a case, as its facts hold it."""
    found: dict[str, Any] = {"readers": [item.to_facts() for item in readers]}
    return found | ({"shut_out": sorted(shut_out)} if shut_out else {})


def after(
    readers: Mapping[str, Reader], shut_out: frozenset[str], n: int, facts: Facts
) -> tuple[dict[str, Reader], frozenset[str]]:
    """Return who reads a case, and who is shut out of it as a party, after event `n`."""
    now = dict(readers)
    if facts["kind"] == "case_opened":
        entered = [Reader.from_facts(item, n) for item in facts.get("readers", ())]
        return {item.account: item for item in entered}, frozenset(facts.get("shut_out", ()))
    account = facts["account"]
    if facts["kind"] == "let_in":
        now[account] = Reader.from_facts(facts, n)
        return now, shut_out - {account}
    now.pop(account, None)
    return now, shut_out | {account} if facts["basis"] == "party" else shut_out
