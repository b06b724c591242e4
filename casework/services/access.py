"""The second log: who read or exported what. Reads and exports never touch the log of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from casework.cases.request import Decision
from casework.services.directory import who_am_i
from casework.services.recorder import record
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction
    from casework.store.rows import LinkReading

What = Literal[
    "case",
    "timeline",
    "letter",
    "evidence",
    "history",
    "export",
    "people",
    "register",
    "bundle",
    "events",
    "figures",
    "readers",
    "access log",
    "monitoring",
    "own page",
    "calendar",
]
"""What was read or taken away."""


def note_access(
    workspace: Workspace,
    school: School,
    what: What,
    case: str = "",
    *,
    exported: bool = False,
    purpose: str = "",
    recipient: str = "",
    register: str = "",
) -> None:
    """Put a reading or an export on the access log; `case` is empty for what belongs to none, `register` names one.

    What an export is for and who gets it go into its sealed body.

    Raises:
        StoreReadOnly: it cannot be recorded, and then nothing is shown either.
    """
    identity = who_am_i(workspace, school)
    facts = {
        "kind": "exported" if exported else "read",
        "what": what,
        **({"case": case} if case else {}),
        **({"register": register} if register else {}),
        "account": identity.account,
    }
    said = {"purpose": purpose.strip(), "recipient": recipient.strip()}
    body = {"name": identity.name, **{name: words for name, words in said.items() if words}}
    with workspace.store.read() as reader:
        log = log_of(reader, school, "access")
        newest = reader.newest_n(school.access_stream)
        by_link = reader.link_readings(school.id)

    def are_told(transaction: Transaction) -> None:
        for item in by_link:
            transaction.drop_link_reading(item.reading)

    record(
        workspace,
        log,
        [(school.access_stream, decision) for decision in (*map(_by_link, by_link), Decision(facts, body))],
        seen={school.access_stream: newest},
        command=workspace.new_id(),
        prepare=are_told,
    )


def _by_link(item: LinkReading) -> Decision:
    """What was read by link before: only somebody who is signed in can put it on the log, so they do it first."""
    facts = {"kind": "read", "what": item.what, "case": item.stream, "link": item.link, "at": item.at}
    return Decision(facts, {"name": f"The {item.who}, by link"})
