"""Making a link to somebody's own page, and revoking it: what is recorded, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, get_args

from casework.base.errors import Refused
from casework.base.time import describe_date
from casework.cases.acts import UnknownItem
from casework.cases.fields import FieldInvalid, clean
from casework.cases.links import PARTS, Shows
from casework.cases.model import Case
from casework.cases.request import Decision

Facts = Mapping[str, Any]

LONGEST: Final = timedelta(days=366)
"""How long a link may open at the most."""


class LinkRefused(Refused):
    """A link that cannot be made: nobody has that part in the case, or the employee has not agreed."""

    code = "link-refused"


def make_link(
    case: Case,
    *,
    link: str,
    holder: str,
    party: str,
    public_key: bytes,
    until: date,
    shows: str,
    reason: str,
    agreed: str,
    today: date,
    recorder: Facts,
) -> Decision:
    """Record that a link was made.

    Args:
        agreed: how the employee agreed that a companion is let see; needed for a companion, and for nobody else.

    Raises:
        LinkRefused: whoever it is for has no such part, or the employee's agreement is missing.
        FieldInvalid: no reason, or a last day that cannot be.
    """
    roles = set(case.parties[party].roles) if party in case.parties else set()
    if holder not in PARTS or not roles & set(PARTS[holder]) or shows not in get_args(Shows):
        raise LinkRefused(
            "A link is for the employee, or for whoever has the part of their companion in this case.",
            remedy="Give them that part first: `casework case assign`.",
        )
    words = {"reason": clean("The reason", reason)}
    if not words["reason"]:
        raise FieldInvalid("A link needs a reason.", remedy="Say in a sentence why it is given: --reason")
    if holder == "companion":
        words["agreed"] = clean("How the employee agreed", agreed)
        if not words["agreed"]:
            raise LinkRefused(
                "Only the employee can let their companion see anything of the case.",
                remedy="Ask the employee, and say how and when they agreed: --agreed",
            )
    if not today <= until <= today + LONGEST:
        raise FieldInvalid(
            f"The last day of a link is today or later, and at most {LONGEST.days} days from now"
            f" ({describe_date(today + LONGEST)}).",
            remedy="Choose another day: --until",
        )
    facts = {
        "kind": "link_made",
        "link": link,
        "holder": holder,
        "party": party,
        "shows": "letters" if holder == "employee" else shows,
        "public_key": public_key.hex(),
        "until": until.isoformat(),
        "recorded_by": dict(recorder),
    }
    return Decision(facts, words)


def revoke_link(case: Case, number: int, *, reason: str, recorder: Facts) -> Decision:
    """Record that a link opens nothing any more.

    Raises:
        UnknownItem: there is none of that number. LinkRefused: it was revoked already. FieldInvalid: no reason.
    """
    found = next((item for item in case.links.values() if item.number == number), None)
    if found is None:
        raise UnknownItem(
            f"There is no link {number} in this case; it has {len(case.links)}.",
            remedy="`casework case link list` shows them.",
        )
    if found.revoked is not None:
        raise LinkRefused(f"Link {number} has been revoked already.", remedy="Nothing more is to be done.")
    said = clean("The reason", reason)
    if not said:
        raise FieldInvalid("Revoking a link needs a reason.", remedy="Say why: --reason")
    facts = {"kind": "link_revoked", "link": found.id, "recorded_by": dict(recorder)}
    return Decision(facts, {"reason": said})
