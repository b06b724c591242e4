"""Who read or took away what of a case: from the access log, which is sealed and signed like the log of cases.

Who reads this list is put on the access log too (UKGDPR-5f).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.ledger.event import Envelope
from casework.services.access import note_access
from casework.services.bodies import open_body
from casework.services.guard import require
from casework.services.schools import log_of

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry: when (UTC), who, whether it was read or taken away, what, and for what and whom if that was said."""

    pos: int
    recorded: str
    name: str
    account: str
    done: str
    what: str
    purpose: str
    recipient: str


def readings_of(
    workspace: Workspace, school: School, loaded: LoadedCase, *, exported: bool = False
) -> list[Reading]:
    """Return who read or took away what of a case, oldest first; that it was asked is noted first.

    Raises:
        NoAccess, NotYours: this is not for whoever is signed in. StoreReadOnly: it cannot be noted.
    """
    require(workspace, loaded, "read_access_log")
    note_access(workspace, school, "access log", loaded.stream, exported=exported)
    with workspace.store.read() as reader:
        log = log_of(reader, school, "access")
        events = reader.events_of(school.access_stream)
    found = []
    for event in events:
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("case") != loaded.stream or event.sealed is None:
            continue
        words = open_body(
            workspace,
            log=log.log,
            stream=event.stream,
            n=event.n,
            kind=facts["kind"],
            sealed=event.sealed,
        )
        found.append(
            Reading(
                event.pos,
                Envelope.from_bytes(event.envelope).recorded,
                str(words.get("name", "")),
                str(facts.get("account", "")),
                "taken away" if facts["kind"] == "exported" else "read",
                str(facts.get("what", "")),
                str(words.get("purpose", "")),
                str(words.get("recipient", "")),
            )
        )
    return found
