"""The history of a case, to be read or taken away: opened with the key, and noted on the access log first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput
from casework.base.time import format_instant
from casework.ledger.checkpoint import Verifier
from casework.ledger.event import Envelope
from casework.records import event_log
from casework.records.event_rows import rows_of
from casework.records.history import build_history
from casework.records.input import HistoryInput, RecordedEvent
from casework.records.json import to_json
from casework.records.text import to_text
from casework.services.access import note_access
from casework.services.directory import who_am_i
from casework.services.guard import require, verdict
from casework.services.loading import LoadedCase, body_of, calendars_of

if TYPE_CHECKING:
    from casework.ledger.event import StoredEvent
    from casework.records.entry import Entry
    from casework.records.model import History
    from casework.services.schools import School
    from casework.services.workspace import Workspace

FORMATS: Final = ("pdf", "json", "txt", "csv", "xlsx", "xes")
"""In what forms a history can be exported."""

_PLAIN_WIDTH: Final = 100
"""Columns of a history that is exported as plain text."""


def history_of(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    purpose: str = "",
    exported_by: str = "",
    taken_away: bool = False,
    words: bool = True,
) -> History:
    """Return the history of a case as it stands now.

    It notes nothing: whoever shows it uses `timeline` or `export`, or notes the reading.

    Args:
        purpose: for what it is exported, and `exported_by`, by whom; printed if given.
        taken_away: leave out the words of letters and notes that are kept apart (ERA96-111A); their proof still holds.
        words: whether the bodies are opened at all; without them no key is needed.

    Raises:
        NoAccess: this account has no key to the case. NotOpened: words were altered. FactsMissing: facts were erased.
    """
    given = history_input(workspace, school, loaded, words=words, taken_away=taken_away)
    return build_history(
        replace(
            given,
            exported_by=exported_by,
            purpose=purpose.strip(),
        )
    )


def history_input(
    workspace: Workspace, school: School, loaded: LoadedCase, *, words: bool = True, taken_away: bool = False
) -> HistoryInput:
    """Return what the history of a case is made from, as it stands now. Arguments and errors as for `history_of`."""
    case = workspace.cases.load(loaded.stream)
    with workspace.store.read() as reader:
        stored = reader.events_of(case.stream, until=case.n)
        note = reader.newest_note(case.log.log) or ""
    apart = kept_apart(case) if taken_away else frozenset[str]()
    return HistoryInput(
        school=school.name,
        reference=case.case.reference,
        exported=format_instant(workspace.clock.now()),
        policy=case.policy,
        policies=case.policies,
        catalogues=case.catalogues,
        calendars=calendars_of(workspace, case),
        events=[_event(workspace, case, event, words, apart) for event in stored],
        note=note,
        origin=case.log.origin,
        verifier=Verifier(case.log.origin, case.log.public_key).to_text(),
    )


def timeline(workspace: Workspace, school: School, loaded: LoadedCase) -> tuple[Entry, ...]:
    """Return what happened in a case, in order; the reading is put on the access log.

    Raises:
        As `read_history`.
    """
    return read_history(workspace, school, loaded).entries


def read_history(workspace: Workspace, school: School, loaded: LoadedCase) -> History:
    """Return the history of a case for whoever is signed in; the reading is put on the access log first.

    Whoever sees facts and no words, such as an auditor, gets it with numbers for names.

    Raises:
        As `history_of`. NotYours: not even facts are for them. StoreReadOnly: the reading cannot be noted.
    """
    require(workspace, loaded, "read_facts")
    note_access(workspace, school, "timeline", loaded.stream)
    words = verdict(workspace, loaded, "read_words").allowed
    return history_of(workspace, school, loaded, words=words)


def export(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    purpose: str,
    recipient: str = "",
    formats: Sequence[str] = ("pdf", "json"),
) -> dict[str, bytes]:
    """Return the history of a case as files, by name; the export is put on the access log first.

    Args:
        purpose: for what it is taken away; it stands in the log and on the first page.
        recipient: who gets it; it stands in the log.
        formats: some of `FORMATS`.

    Raises:
        BadInput: a format that there is not, or no purpose. NotYours. As `timeline`. EngineMissing: for a PDF.
    """
    require(workspace, loaded, "export")
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise BadInput(
            f"A history cannot be exported as {unknown[0]!a}." if unknown else "Name at least one format.",
            remedy=f"Formats: {', '.join(FORMATS)}.",
        )
    if not purpose.strip():
        raise BadInput("An export needs a purpose.", remedy="Say for what the history is taken away.")
    note_access(
        workspace, school, "history", loaded.stream, exported=True, purpose=purpose, recipient=recipient
    )
    name = who_am_i(workspace, school).name
    history = history_of(workspace, school, loaded, purpose=purpose, exported_by=name, taken_away=True)
    return {f"case-history.{form}": written(history, form) for form in dict.fromkeys(formats)}


def written(history: History, form: str) -> bytes:
    """Return a history in one of `FORMATS`. Raises EngineMissing: for a PDF."""
    if form == "json":
        return to_json(history)
    if form == "txt":
        return to_text(history, _PLAIN_WIDTH).encode()
    if form in event_log.FORMS:
        return event_log.written(history.header.school, [rows_of(history)], form)
    from casework.records.pdf import to_pdf  # the layout engine: only for who wants paper

    return to_pdf(history)


def kept_apart(loaded: LoadedCase) -> frozenset[str]:
    """The ids of the letters and notes of a case that no copy of its file has."""
    from casework.correspondence.library import shipped  # the letters are read only for what is taken away

    templates = shipped().letters
    return frozenset(
        letter.id
        for letter in loaded.case.letters.values()
        if letter.template in templates and templates[letter.template].apart
    )


def _event(
    workspace: Workspace, loaded: LoadedCase, event: StoredEvent, words: bool, apart: frozenset[str]
) -> RecordedEvent:
    facts = json.loads(event.facts) if event.facts is not None else None
    opened = words and event.sealed is not None and (facts is None or facts.get("letter") not in apart)
    return RecordedEvent(
        n=event.n,
        pos=event.pos,
        recorded=Envelope.from_bytes(event.envelope).recorded,
        envelope=event.envelope,
        facts=facts,
        body=body_of(workspace, loaded, event.n) if opened else None,
    )
