"""The certificate of destruction: what was destroyed, when, under which rule, who agreed, and what copies are left.

Made again at any time from the record. It names nobody whom the record was about.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.base.time import describe_date, local_date, parse_instant
from casework.ledger.event import Envelope
from casework.ledger.seal import open_body
from casework.services.backups import backups_on_record
from casework.services.erasing import is_pending, recorded
from casework.services.erasure import Erasure
from casework.services.schools import School, log_of
from casework.store.errors import StoreBusy

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

_WIDTH = 92


def certificate(workspace: Workspace, school: School, name: str) -> str:
    """Return the certificate for the newest erasure of a record, as text.

    Args:
        name: as it was asked for: the reference of a case, with `:personnel` or `:facts` for those parts.

    Raises:
        BadInput: no such erasure is on record. StoreBusy: it is still pending.
    """
    if is_pending(workspace.folder):
        raise StoreBusy(
            "An erasure is not finished, so what was destroyed may still be readable in the database's files.",
            remedy="Finish it first: casework retention finish",
        )
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
        events = {event.pos: event for event in reader.events_of(school.stream)}
        told = [(events[pos], facts) for pos, facts in recorded(reader, school)]
        note = reader.newest_note(log.log) or ""
    wanted = name.strip().upper()
    for event, facts in reversed(told):
        words = open_body(event, workspace.key_to(event.stream, event.sealed or b"")).value()
        if str(words.get("of", "")).upper() == wanted:
            recorded_at = Envelope.from_bytes(event.envelope).recorded
            lines = [
                *_heading(school, workspace),
                *_what(str(words["of"]), Erasure.from_facts(facts), recorded_at, event.pos),
                *_agreed(words, workspace.store.remains),
                *_copies(workspace, school, local_date(parse_instant(recorded_at))),
                *_proof(note),
            ]
            return "\n".join(lines) + "\n"
    raise BadInput(
        f"No destruction of {name!a} is on record.",
        remedy="`casework retention due --all` lists what is kept.",
    )


def _heading(school: School, workspace: Workspace) -> Iterator[str]:
    yield "CERTIFICATE OF DESTRUCTION"
    yield ""
    yield school.name
    yield f"Written on {describe_date(local_date(workspace.clock.now()))}"
    yield ""


def _what(name: str, erasure: Erasure, recorded_at: str, pos: int) -> Iterator[str]:
    reference, _, part = name.partition(":")
    known = {
        "": f"The words, letters, files and keys of the case {reference}.",
        "personnel": f"Everything that the personnel file held of the case {reference}.",
        "facts": f"The facts that were left of the case {reference}.",
    }
    what = known.get(part, f"The words of entry {part} of the register {reference}.")
    yield from _wrapped("Destroyed", what)
    yield from _wrapped("On", describe_date(local_date(parse_instant(recorded_at))))
    yield from _wrapped(
        "Entries", f"{len(erasure.events)} entries of the record, by entry {pos}, which stays"
    )
    yield from _wrapped("Rule", ", ".join(erasure.rules) or "none is named")
    yield from _wrapped("Due since", describe_date(date.fromisoformat(erasure.due)))


def _agreed(words: dict[str, Any], remains: str) -> Iterator[str]:
    yield from _wrapped(
        "Agreed by", " and ".join(str(who) for who in words.get("approved_by", ())) or "not told"
    )
    yield from _wrapped("Reason", str(words.get("reason", "")))
    yield from _wrapped(
        "How",
        "The sealed words were deleted with the salts that could confirm a guess, and the keys that opened them;"
        f" the database was written anew{'' if remains else ', and its log emptied'}.",
    )
    if remains:
        yield from _wrapped("Not reached", remains)


def _copies(workspace: Workspace, school: School, on: date) -> Iterator[str]:
    last = max((day for _, day in backups_on_record(workspace, school)), default=None)
    if last is None or last < on:
        yield from _wrapped("Copies", "No backup that is on record is still kept.")
    else:
        yield from _wrapped(
            "Copies",
            f"The last backup on record expires on {describe_date(last)}. Until then a backup that was made before"
            " the destruction may hold a sealed copy; restored, it is destroyed again.",
        )
    yield from _wrapped(
        "Not known", "Papers, e-mails and files that somebody took away are destroyed by those who have them."
    )
    yield ""


def _proof(note: str) -> Iterator[str]:
    yield "The record still verifies, and says that this was destroyed: casework audit verify."
    yield "Its newest checkpoint:"
    yield ""
    yield from note.rstrip("\n").split("\n")


def _wrapped(label: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent=f"{label:<12}", subsequent_indent=" " * 12)
