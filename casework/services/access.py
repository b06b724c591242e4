"""The second log: who read or exported what. Reads and exports never touch the log of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from casework.cases.request import Decision
from casework.services.directory import who_am_i
from casework.services.errors import CaseMoved
from casework.services.recorder import record
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

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
        entry = [(school.access_stream, Decision(facts, body))]
        try:
            record(workspace, log, entry, seen={school.access_stream: newest}, command=command)
        except CaseMoved:  # others read at the same moment, which changes nothing here
            if not left:
                raise
        else:
            return
