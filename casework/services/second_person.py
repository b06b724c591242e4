"""What takes two people: one proposes an act, another confirms it, each signed in as themselves.

A proposal names exactly what is to be done, by the hash of its details, so that nothing else can be done under it. It
is good for some days, once. Who proposed, who confirmed and why stand on record with the act.

    proposal = propose(workspace, school, "retention", details, reason="...")     # the first person
    confirmed = confirm(workspace, school, proposal.id, "retention", details)     # the second, before the act
    record(..., [..., (school.stream, confirmed.decision)])                       # in the act's own transaction
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes, sha256_hex
from casework.base.errors import BadInput, Refused
from casework.base.ids import parse_id
from casework.base.time import local_date, parse_instant
from casework.cases.request import Decision
from casework.ledger.event import Envelope
from casework.services.directory import who_am_i
from casework.services.members import members
from casework.services.recorder import record
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

PROPOSED: Final = "act_proposed"
"""The kind of event by which somebody proposes an act."""

CONFIRMED: Final = "act_confirmed"
"""The kind of event that stands beside an act and says who confirmed it."""

GOOD_FOR: Final = timedelta(days=7)
"""How long a proposal can be confirmed."""


class NotConfirmed(Refused):
    """An act takes two people, and this is not the second one, not in time, or not what was proposed."""

    code = "not-confirmed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that somebody proposed: what, by the hash of its details, by which account, and until when it is good."""

    id: str
    what: str
    digest: str
    account: str
    ends: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A proposal that was confirmed; `decision` is to be recorded with the act, in the school's own stream."""

    proposal: Proposal
    decision: Decision


def propose(
    workspace: Workspace, school: School, what: str, details: Mapping[str, Any], *, reason: str
) -> Proposal:
    """Propose an act that takes two people, and put that on record.

    Args:
        what: a word for it, such as `retention`.
        details: all that decides what is done; plain data.
        reason: why; kept sealed.

    Raises:
        BadInput: no reason. NoAccess: this account has no role at the school, or no key to its record.
    """
    if not reason.strip():
        raise BadInput("A proposal needs a reason.", remedy="Give it with --reason.")
    identity, made = who_am_i(workspace, school), workspace.new_id()
    digest = _digest(what, details)
    facts = {
        "kind": PROPOSED,
        "proposal": made,
        "what": what,
        "digest": digest,
        "account": identity.account,
    }
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
    record(
        workspace,
        log,
        [(school.stream, Decision(facts, {"reason": reason.strip(), "name": identity.name}))],
        seen={school.stream: newest},
        command=workspace.new_id(),
    )
    return Proposal(made, what, digest, identity.account, workspace.clock.now() + GOOD_FOR)


def confirm(
    workspace: Workspace, school: School, proposal: str, what: str, details: Mapping[str, Any]
) -> Confirmed:
    """Confirm an act that somebody else proposed; nothing is recorded yet: the caller does, together with the act.

    Raises:
        NotConfirmed: there is no such proposal, it is one's own, of somebody who has no role any more, too old, used,
            or of something else.
    """
    found = next((item for item in proposals(workspace, school) if item.id == _id(proposal)), None)
    identity = who_am_i(workspace, school)
    if found is None or found.what != what:
        raise NotConfirmed("There is no such proposal.", remedy="Check its number.")
    if found.used:
        raise NotConfirmed("This proposal was confirmed before, and done.")
    if workspace.clock.now() > found.ends:
        raise NotConfirmed(
            f"A proposal is good for {GOOD_FOR.days} days; this one is older. Propose it anew."
        )
    known = {one.account: one for one in members(workspace, school)}
    first, today = known[found.account], local_date(workspace.clock.now())
    same = first.person != "" and first.person == identity.person
    if found.account == identity.account or same:
        raise NotConfirmed("It takes two people: somebody else has to confirm what you proposed.")
    present = (one for one in members(workspace, school) if one.account == found.account)
    if not any(one.holds_on(today) for one in present):
        raise NotConfirmed("Whoever proposed it has no role in the school any more.")
    if found.digest != _digest(what, details):
        raise NotConfirmed(
            "What would be done is not what was proposed: something has changed since.",
            remedy="Look at it again, and propose it anew.",
        )
    facts = {"kind": CONFIRMED, "proposal": found.id, "what": what, "account": identity.account}
    return Confirmed(found, Decision(facts, {"name": identity.name}))


def proposals(workspace: Workspace, school: School) -> list[Proposal]:
    """Return every proposal that a school's record tells of, oldest first; no key is needed."""
    found: dict[str, Proposal] = {}
    used = set()
    with workspace.store.read() as reader:
        events = reader.events_of(school.stream)
    for event in events:
        if event.facts is None or b'"act_' not in event.facts:
            continue
        facts = json.loads(event.facts)
        if facts.get("kind") == CONFIRMED:
            used.add(facts["proposal"])
        elif facts.get("kind") == PROPOSED:
            ends = parse_instant(Envelope.from_bytes(event.envelope).recorded) + GOOD_FOR
            found[facts["proposal"]] = Proposal(
                facts["proposal"], facts["what"], facts["digest"], facts["account"], ends
            )
    return [
        Proposal(item.id, item.what, item.digest, item.account, item.ends, item.id in used)
        for item in found.values()
    ]


def _digest(what: str, details: Mapping[str, Any]) -> str:
    return sha256_hex(canonical_bytes({"what": what, "details": dict(details)}))


def _id(typed: str) -> str:
    try:
        return parse_id(typed.strip().lower())
    except BadInput:
        raise NotConfirmed("There is no such proposal.", remedy="Check its number.") from None
