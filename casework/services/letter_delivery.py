"""What becomes of an issued letter: served, perhaps several times; not delivered; withdrawn; its scans kept with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput
from casework.base.time import Occurred
from casework.cases import letter_acts
from casework.cases.acts import UnknownItem
from casework.cases.letter_acts import LetterNotReady
from casework.cases.letter_delivery import add_letter_file, undelivered_letter
from casework.correspondence.library import shipped
from casework.procedure.service import deemed_served, rules_of, still_counts
from casework.services.access import note_access
from casework.services.cases import record_in_case, recorder_of
from casework.services.evidence import incoming
from casework.services.files import open_bytes, seal_bytes
from casework.services.letter_writing import letter_number
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.personnel import withdrawal_entry
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.model import Letter, Service
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

SCANS: Final = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""What a scan may be, by its first bytes."""

SCAN_LIMIT: Final = 20 * 1024 * 1024
"""Bytes that a scan may have."""


@dataclass(frozen=True, slots=True)
class Served:
    """A service that was recorded: the day on which it counts as received, with its working in words."""

    receipt: Receipt
    effective: date
    working: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A service that failed: whether it counts all the same, and from which day the letter counts as received now."""

    receipt: Receipt
    counts: bool
    effective: date | None


def serve(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    method: str,
    occurred: Occurred | None = None,
    proof: str = "",
    command: str = "",
) -> Served:
    """Record one service of an issued letter.

    Raises:
        UnknownItem, LetterNotReady, FieldInvalid.
    """
    context = context_of(workspace, school)
    letter = letter_number(loaded, number)
    if letter.template in shipped().letters and shipped().letter(letter.template).for_the_file:
        raise LetterNotReady("A note for the file is sent to nobody.", remedy="Issuing it is enough.")
    when = occurred or context.occurred_today
    decision = letter_acts.serve_letter(
        loaded.case,
        letter=letter.id,
        policy=loaded.policy,
        method=method,
        proof=proof,
        occurred=when,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    receipt = record_in_case(workspace, loaded, [decision], command)
    day = when.date or context.today
    effective, working = deemed_served(method, day, when.time, context.calendar, rules_of(loaded.policy))
    return Served(receipt, effective, working.sentence())


def undelivered(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    failure: str,
    service: int | None = None,
    words: str = "",
    occurred: Occurred | None = None,
    command: str = "",
) -> Undelivered:
    """Record that a letter did not reach its recipient: a task to deliver it again begins (LX-15).

    Args:
        failure: `refused`, `returned` or `not_found`.
        service: which service of the letter, counted from 1; the newest if None.
        words: what is known of it.

    Raises:
        UnknownItem, LetterNotReady, FieldInvalid.
    """
    context = context_of(workspace, school)
    failed = service_number(letter_number(loaded, number), number, service)
    decision = undelivered_letter(
        loaded.case,
        letter=letter_number(loaded, number).id,
        service=failed.n,
        failure=failure,
        policy=loaded.policy,
        words=words,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    receipt = record_in_case(workspace, loaded, [decision], command)
    effective = decision.facts.get("effective")
    counts = still_counts(failed.method, failure)
    return Undelivered(receipt, counts, date.fromisoformat(effective) if effective else None)


def service_number(letter: Letter, number: int, service: int | None) -> Service:
    """Return a service of letter `number`, counted from 1, or its newest.

    Raises:
        UnknownItem: it has none, or none of that number.
    """
    if not letter.services:
        raise UnknownItem(
            f"Letter {number} has not been sent yet.", remedy="`casework letter serve` records it."
        )
    if service is not None and not 1 <= service <= len(letter.services):
        raise UnknownItem(
            f"Letter {number} has {len(letter.services)} services; there is no {service}.",
            remedy="`casework letter list` shows them.",
        )
    return letter.services[(service or len(letter.services)) - 1]


def attach(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    name: str,
    data: bytes,
    type_: str,
    service: int | None = None,
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Attach a scan to an issued letter, or to one service of it; it is sealed as it was received.

    Args:
        name: the name of the file.
        data: a PDF, JPEG or PNG; what it is, its content says.
        type_: one of `casework.cases.letter_delivery.LETTER_FILES`.
        service: which service of the letter, counted from 1; None for the letter as a whole.

    Raises:
        BadInput: it is none of these, or too large. UnknownItem, LetterNotReady, FieldInvalid.
    """
    letter, context = letter_number(loaded, number), context_of(workspace, school)
    media_type = next((kind for start, kind in SCANS.items() if data.startswith(start)), None)
    if media_type is None:
        raise BadInput("A scan is a PDF, a JPEG or a PNG, and this file is none.", remedy="Scan it as PDF.")
    if len(data) > SCAN_LIMIT:
        raise BadInput(
            f"A scan may have {SCAN_LIMIT // 1024 // 1024} MiB.", remedy="Scan it in fewer colours."
        )
    sealed = seal_bytes(workspace, data, incoming(name, data).name, media_type)
    decision = add_letter_file(
        loaded.case,
        letter=letter.id,
        service=None if service is None else service_number(letter, number, service).n,
        type_=type_,
        file=sealed.facts,
        words=sealed.words,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    enter: Callable[[Transaction], None] = lambda transaction: sealed.enter(transaction, loaded.stream)  # noqa: E731
    return record_in_case(workspace, loaded, [decision], command, prepare=enter)


def withdraw(
    workspace: Workspace, school: School, loaded: LoadedCase, number: int, *, reason: str, command: str = ""
) -> Receipt:
    """Withdraw a letter, with a reason; a warning that it gave ends on the employee's file.

    Raises:
        UnknownItem, FieldInvalid.
    """
    letter = letter_number(loaded, number)
    decision = letter_acts.withdraw_letter(
        loaded.case,
        letter=letter.id,
        reason=reason,
        policy=loaded.policy,
        recorder=recorder_of(workspace, school, loaded),
    )
    ended = None
    if letter.stands:
        ended = withdrawal_entry(
            workspace, school, loaded, letter.template, context_of(workspace, school).today
        )
    return record_in_case(workspace, loaded, [decision], command, others=ended.others if ended else [])


def get(workspace: Workspace, school: School, loaded: LoadedCase, number: int) -> tuple[str, bytes]:
    """Return an issued letter exactly as it was issued: file name and bytes; the reading is put on the access log.

    Raises:
        UnknownItem: no such letter, or it was never issued. NoAccess, NotOpened.
    """
    letter = letter_number(loaded, number)
    if letter.issued is None:
        raise UnknownItem(
            f"Letter {number} has not been issued.", remedy="Issue it first: `casework letter issue`."
        )
    note_access(workspace, school, "letter", loaded.stream)
    return file_of(workspace, loaded, letter.issued)


def scan(
    workspace: Workspace, school: School, loaded: LoadedCase, number: int, which: int
) -> tuple[str, bytes]:
    """Return scan `which` of a letter, counted from 1: file name and bytes; the reading is put on the access log.

    Raises:
        UnknownItem: no such letter or scan. NoAccess, NotOpened.
    """
    letter = letter_number(loaded, number)
    if not 1 <= which <= len(letter.files):
        raise UnknownItem(
            f"Letter {number} has {len(letter.files)} scans; there is no {which}.",
            remedy="`casework letter list` shows them.",
        )
    note_access(workspace, school, "letter", loaded.stream)
    return file_of(workspace, loaded, letter.files[which - 1].n)


def file_of(workspace: Workspace, loaded: LoadedCase, n: int) -> tuple[str, bytes]:
    """Return the file of event `n`: name and bytes.

    Raises:
        NoAccess, NotOpened.
    """
    words = body_of(workspace, loaded, n)
    with workspace.store.read() as reader:
        file = loaded.history[n - 1].facts["file"]["id"]
        return str(words["file_name"]), open_bytes(reader, file, words["file_key"])
