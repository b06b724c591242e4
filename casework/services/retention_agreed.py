"""Destroying a record with the agreement of two people who each sign in: one proposes it, the other confirms it.

The proposal is on record with who made it. It agrees to what the record was then: what has changed since has to be
proposed anew.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import Refused
from casework.ledger.seal import open_body
from casework.services.directory import Identity, Person, find_person, list_people, who_am_i
from casework.services.erasing import erase
from casework.services.erasure import ERASED, Erasure
from casework.services.recorder import record_in_school
from casework.services.retention import agreed_erasure, may_be_destroyed
from casework.services.retention_list import Item, find_item
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.ledger.event import StoredEvent
    from casework.services.workspace import Workspace

PROPOSED: Final = "retention_proposed"


class NotProposed(Refused):
    """Nobody else has proposed that this record is destroyed as it is now."""

    code = "not-proposed"


def propose(workspace: Workspace, school: School, name: str, *, reason: str, command: str = "") -> Item:
    """Put on record that whoever is signed in agrees to the destruction of a record that is due; return the record.

    Raises:
        BadInput: there is no such record, it is about them, or no reason. NotDue: it is kept for longer, or held.
    """
    item = find_item(workspace, school, name)
    me = who_am_i(workspace, school)
    may_be_destroyed(workspace, item, [_person(workspace, school, me)], reason)
    facts = {
        "kind": PROPOSED,
        "proposal": workspace.new_id(),
        "stream": item.stream,
        "events": list(item.events),
        "person": me.person,
        "account": me.account,
    }
    words = {"of": item.name, "reason": reason.strip()}
    record_in_school(workspace, school, facts, words, command=command)
    return item


def confirm(workspace: Workspace, school: School, name: str, *, command: str = "") -> tuple[Item, Erasure]:
    """Destroy a record that somebody else proposed, with whoever is signed in as the second person.

    Raises:
        NotProposed: nobody else has, or it has changed since. As `casework.services.retention.apply`.
    """
    item = find_item(workspace, school, name)
    me = who_am_i(workspace, school)
    found = _proposal(workspace, school, item, me)
    if found is None:
        raise NotProposed(
            f"Nobody else has proposed that {item.name} is destroyed as it is now.",
            remedy="Somebody else who signs in proposes it: casework retention propose",
        )
    facts, words = found
    people = {person.id: person for person in list_people(workspace, school)}
    first = people.get(str(facts["person"]))
    if first is None:
        raise NotProposed("Whoever proposed it is not in the directory any more.", remedy="Propose it anew.")
    second = _person(workspace, school, me)
    erasure = agreed_erasure(workspace, item, [first, second], str(words["reason"]))
    erase(workspace, school, [erasure], command=command, proposal=facts["proposal"])
    return item, erasure


def _person(workspace: Workspace, school: School, who: Identity) -> Person:
    known = {person.id: person for person in list_people(workspace, school)}
    return known.get(who.person) or find_person(workspace, school, who.name)


def _proposal(
    workspace: Workspace, school: School, item: Item, me: Identity
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The newest proposal by another person to destroy a record just as it is; facts and words."""
    with workspace.store.read() as reader:
        events: list[StoredEvent] = reader.events_of(school.stream)
    for event in reversed(events):
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("kind") == ERASED and facts.get("stream") == item.stream:
            return None  # what was proposed before it is done with
        same = (facts.get("stream"), facts.get("events")) == (item.stream, list(item.events))
        if facts.get("kind") != PROPOSED or not same:
            continue
        if facts["person"] != me.person and facts["account"] != me.account:
            return facts, open_body(event, workspace.stream_key(school.stream)).value()
    return None
