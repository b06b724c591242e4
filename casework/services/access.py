"""The second log: who read or exported what. Reads and exports never touch the log of cases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from casework.cases.request import Decision
from casework.services.directory import who_am_i
from casework.services.errors import CaseMoved
from casework.services.recorder import record
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction
    from casework.store.rows import LinkReading

_TRIES: Final = 10
"""How often an entry is tried while others enter theirs: each of them found its place in the meantime."""

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
    command = workspace.new_id()
    for left in reversed(range(_TRIES)):
        with workspace.store.read() as reader:
            log = log_of(reader, school, "access")
            newest = reader.newest_n(school.access_stream)
            by_link = reader.link_readings(school.id)
        entries = [
            (school.access_stream, decision) for decision in (*map(_by_link, by_link), Decision(facts, body))
        ]
        try:
            record(
                workspace,
                log,
                entries,
                seen={school.access_stream: newest},
                command=command,
                prepare=partial(_told, by_link),
            )
        except CaseMoved:  # others read at the same moment, which changes nothing here
            if not left:
                raise
        else:
            return


def _told(by_link: Sequence[LinkReading], transaction: Transaction) -> None:
    for item in by_link:
        transaction.drop_link_reading(item.reading)


def _by_link(item: LinkReading) -> Decision:
    """What was read by link before: only somebody who is signed in can put it on the log, so they do it first."""
    facts = {"kind": "read", "what": item.what, "case": item.stream, "link": item.link, "at": item.at}
    return Decision(facts, {"name": f"The {item.who}, by link"})
