"""What a log holds, entry by entry, as it can be read without a key: when, where, of which kind, by which command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.ledger.errors import NotAnEnvelope, UnknownVersion
from casework.ledger.event import Envelope
from casework.services.guard import cases_of, hidden_cases
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry of a log.

    `pos` counts from 0 in the log, `n` from 1 in its stream. `reference` is the case's, where the stream is a case, and
    `register` the name of the register, where it is one. `kind` is empty where the facts were erased or cannot be read,
    and so are the others where the envelope cannot. `hidden` says that it belongs to a case that is not for you.
    """

    pos: int
    n: int
    recorded: str
    kind: str
    reference: str
    stream: str
    command: str
    register: str = ""
    hidden: bool = False


def log_entries(workspace: Workspace, school: School, name: str = "cases") -> Iterator[LogEntry]:
    """Yield the entries of a school's log (`cases` or `access`), oldest first.

    Of a case that is not for whoever is signed in, nothing but the place and the time is told.

    Raises:
        UnknownSchool: the log is not there.
    """
    hidden = hidden_cases(workspace, school.id)
    references = {row.stream: row.reference for row in cases_of(workspace, school.id)}
    with workspace.store.read() as reader:
        log = log_of(reader, school, name)
        registers = {row.stream: row.ref or "" for row in reader.streams(log.log, "register")}
        for event in reader.events(log.log):
            try:
                envelope = Envelope.from_bytes(event.envelope)
                recorded, command = envelope.recorded, envelope.command
            except (NotAnEnvelope, UnknownVersion):
                recorded = command = ""
            if event.stream in hidden:
                yield LogEntry(event.pos, 0, recorded, "", "", "", "", hidden=True)
                continue
            yield LogEntry(
                event.pos,
                event.n,
                recorded,
                _kind(event.facts),
                references.get(event.stream, ""),
                event.stream,
                command,
                registers.get(event.stream, ""),
            )


def _kind(facts: bytes | None) -> str:
    try:
        found = json.loads(facts) if facts is not None else {}
    except ValueError:
        return ""
    return str(found.get("kind", "")) if isinstance(found, dict) else ""
