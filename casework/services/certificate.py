"""The certificate of destruction: what was destroyed, when, under which rule, who agreed, and what copies are left.

Made again at any time from the record. It names nobody whom the record was about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from casework.base.errors import BadInput
from casework.base.time import describe_date, format_instant, local_date, parse_instant
from casework.ledger.event import Envelope
from casework.ledger.seal import open_body
from casework.records.certificate import Certificate
from casework.services.backups import backups_on_record
from casework.services.erasing import is_pending, recorded
from casework.services.erasure import Erasure
from casework.services.schools import School, log_of
from casework.store.errors import StoreBusy

if TYPE_CHECKING:
    from casework.services.workspace import Workspace

Row: TypeAlias = tuple[str, str]


def certificate(workspace: Workspace, school: School, name: str) -> Certificate:
    """Return the certificate for the newest erasure of a record.

    Args:
        name: as it was asked for: the reference of a case, with `:personnel`, `:facts` or `:monitoring` for
            those parts.

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
            rows = (
                *_what(str(words["of"]), Erasure.from_facts(facts), recorded_at, event.pos),
                *_agreed(words, workspace.store.remains),
                *_copies(workspace, school, recorded_at),
            )
            now = workspace.clock.now()
            return Certificate(school.name, format_instant(now), describe_date(local_date(now)), rows, note)
    raise BadInput(
        f"No destruction of {name!a} is on record.",
        remedy="`casework retention due --all` lists what is kept.",
    )


def _what(name: str, erasure: Erasure, recorded_at: str, pos: int) -> Iterator[Row]:
    reference, _, part = name.partition(":")
    known = {
        "": f"The words, letters, files and keys of the case {reference}.",
        "personnel": f"Everything that the personnel file held of the case {reference}.",
        "facts": f"The facts that were left of the case {reference}.",
        "monitoring": f"The answers to equality monitoring of the case {reference}, with their key.",
    }
    what = known.get(part.partition("-")[0], f"The words of entry {part} of the register {reference}.")
    yield ("Destroyed", what)
    yield ("On", describe_date(local_date(parse_instant(recorded_at))))
    number = "1 entry" if len(erasure.events) == 1 else f"{len(erasure.events)} entries"
    yield ("Entries", f"{number} of the record, by entry {pos}, which stays")
    yield ("Rule", ", ".join(erasure.rules) or "none is named")
    yield ("Due since", describe_date(date.fromisoformat(erasure.due)))


def _agreed(words: dict[str, Any], remains: str) -> Iterator[Row]:
    yield ("Agreed by", " and ".join(str(who) for who in words.get("approved_by", ())) or "not told")
    yield ("Reason", str(words.get("reason", "")))
    yield (
        "How",
        "The sealed words were deleted with the salts that could confirm a guess, and the keys that opened them;"
        f" the database was written anew{'' if remains else ', and its log emptied'}.",
    )
    if remains:
        yield ("Not reached", remains)


def _copies(workspace: Workspace, school: School, at: str) -> Iterator[Row]:
    """Until when a backup may hold a copy: the last day of those that were made before the destruction."""
    last = max((day for _, day in backups_on_record(workspace, school, before=at)), default=None)
    if last is None or last < local_date(parse_instant(at)):
        yield ("Copies", "No backup that was made before and is on record is still kept.")
    else:
        yield (
            "Copies",
            f"The last backup that was made before the destruction expires on {describe_date(last)}. Until then it may"
            " hold a sealed copy; restored, that is destroyed again.",
        )
    yield (
        "Not known",
        "Papers, e-mails and files that somebody took away are destroyed by those who have them.",
    )
