"""Links to their own page, for the employee and for a companion: made and revoked, each an event with a reason.

Facts name the link, whose it is, the public key for which what it shows is sealed, and its last day; the reason in
words lies in the body. What the link itself holds stands nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from casework.cases.model import Case

Facts = Mapping[str, Any]

Holder = Literal["employee", "companion"]
"""Whose own page a link opens."""

Shows = Literal["dates", "letters"]
"""What a companion is shown with the employee's agreement: dates alone, or the employee's letters too."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "employee": ("employee",),
    "companion": ("companion", "union_official"),
}
"""The parts in a case that each holder of a link has one of."""


@dataclass(frozen=True, slots=True)
class OwnLink:
    """A link to somebody's own page: whose, until which local day, and the event that revoked it, if one did.

    `public_key` is that for which what the link shows is sealed, 32 bytes.
    """

    id: str
    number: int
    n: int
    party: str
    holder: str
    shows: str
    public_key: bytes
    until: date
    revoked: int | None = None

    def opens(self, case: Case, on: date) -> bool:
        """True until its last day, unless it was revoked or its holder has that part in the case no more."""
        party = case.parties.get(self.party)
        has_part = party is not None and bool(set(party.roles) & set(PARTS[self.holder]))
        return self.revoked is None and on <= self.until and has_part


def after(links: Mapping[str, OwnLink], n: int, facts: Facts) -> dict[str, OwnLink]:
    """Return the links of a case after event `n`."""
    name = facts["link"]
    if facts["kind"] == "link_revoked":
        return {**links, name: replace(links[name], revoked=n)}
    made = OwnLink(
        name,
        len(links) + 1,
        n,
        facts["party"],
        facts["holder"],
        facts["shows"],
        bytes.fromhex(facts["public_key"]),
        date.fromisoformat(facts["until"]),
    )
    return {**links, name: made}
