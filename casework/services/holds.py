"""Holds: while one stands, nothing of a case is destroyed, however old it is (ERA96-111, UKGDPR-15)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.ledger.event import Envelope
from casework.services.audit_erasures import HELD, RELEASED
from casework.services.loading import LoadedCase
from casework.services.recorder import record_in_school
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

HOLDS: Final = {
    "tribunal": "a claim to a tribunal is pending or may come",
    "subject_access": "somebody asked for their own data",
    "other": "it is still needed",
}
"""Why a record may be held."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that stands: its id, the stream that it is on, why, and since when (UTC)."""

    hold: str
    stream: str
    why: str
    since: str


def holds_of(workspace: Workspace, school: School) -> list[Hold]:
    """Return the holds that stand, oldest first."""
    found: dict[str, Hold] = {}
    with workspace.store.read() as reader:
        events = reader.events_of(school.stream)
    for event in events:
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("kind") == HELD:
            since = Envelope.from_bytes(event.envelope).recorded
            hold = Hold(str(facts["hold"]), str(facts["stream"]), str(facts["why"]), since)
            found[hold.hold] = hold
        elif facts.get("kind") == RELEASED:
            found.pop(str(facts["hold"]), None)
    return list(found.values())


def hold(
    workspace: Workspace, school: School, loaded: LoadedCase, *, why: str, reason: str, command: str = ""
) -> Hold:
    """See that nothing of a case is destroyed until that is released.

    Args:
        why: one of `HOLDS`.
        reason: in words; sealed.

    Raises:
        BadInput: no reason.
    """
    if why not in HOLDS or not reason.strip():
        raise BadInput("A hold needs a reason.", remedy=f"Say why: {', '.join(HOLDS)}.")
    made = Hold(workspace.new_id(), loaded.stream, why, "")
    facts = {"kind": HELD, "hold": made.hold, "stream": loaded.stream, "why": why}
    _record(workspace, school, facts, {"reason": reason.strip()}, command)
    return made


def release(
    workspace: Workspace, school: School, loaded: LoadedCase, *, reason: str, command: str = ""
) -> int:
    """Release every hold on a case; return how many there were.

    Raises:
        BadInput: no reason, or it is not held.
    """
    standing = [item for item in holds_of(workspace, school) if item.stream == loaded.stream]
    if not reason.strip():
        raise BadInput("Releasing a hold needs a reason.")
    if not standing:
        raise BadInput(f"{loaded.case.reference} is not held.")
    for item in standing:
        facts = {"kind": RELEASED, "hold": item.hold, "stream": item.stream}
        _record(workspace, school, facts, {"reason": reason.strip()}, command if item is standing[0] else "")
    return len(standing)


def _record(
    workspace: Workspace, school: School, facts: dict[str, Any], words: dict[str, Any], command: str
) -> None:
    account = workspace.keys.account
    record_in_school(workspace, school, {**facts, "account": account}, words, command=command)
