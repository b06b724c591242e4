"""The school's own documents: its written procedure, its policies. Kept once, sealed, and put into packs from there.

Each is an event in the organisation's own stream, true from a day on like everything that is said of a school. A newer
text of the same document ends the older one and never takes its place: what was in force then stays on record, and a
pack holds what was in force from the day of what is alleged on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.time import describe_date
from casework.cases.acts import UnknownItem
from casework.cases.fields import FieldInvalid, clean
from casework.cases.request import Decision
from casework.services.bodies import open_body
from casework.services.dated import record_truths
from casework.services.directory import who_am_i
from casework.services.evidence_files import sealed_file
from casework.services.files import open_bytes
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.services.evidence_files import IncomingFile
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

TYPES: Final = {
    "procedure": "The written procedure",
    "policy": "A policy",
    "code": "A code of conduct",
    "other": "Another document",
}
"""What a document of the school can be."""

_ADDED: Final = "school_document_added"
_ENDED: Final = "school_document_ended"


@dataclass(frozen=True, slots=True)
class SchoolDocument:
    """A document of the school: its number among all, what it is, its first and last day, and its file.

    `until` is None while it is in force. `words` are those of its event: title, name, fingerprint, how it prints.
    """

    id: str
    number: int
    type: str
    since: date
    until: date | None
    file: str
    words: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.words["title"])

    @property
    def in_force(self) -> str:
        """From when until when it is in force, in words."""
        until = f" until {describe_date(self.until)}" if self.until else ""
        return f"from {describe_date(self.since)}{until}"


def add_document(
    workspace: Workspace,
    school: School,
    *,
    title: str,
    type_: str,
    file: IncomingFile,
    since: date,
    replaces: int | None = None,
    command: str = "",
) -> Receipt:
    """Keep a document of the school, sealed; one that it `replaces`, by its number, ends on the day before.

    Raises:
        FieldInvalid: no title, an unknown type, or a day that is not after the first of the one that it replaces.
        BadInput: it cannot be printed, or is on record already. UnknownItem. NoAccess. EntryChanged.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return repeated
    called = clean("The title", title)
    if not called:
        raise FieldInvalid("A document needs a title that says what it is.")
    if type_ not in TYPES:
        raise FieldInvalid(f"There is no kind of document {type_!r}. There are: {', '.join(TYPES)}.")
    there = documents_of(workspace, school)
    words, sealed = sealed_file(workspace, file)
    if "unprinted" in words:
        raise BadInput("This document could not stand in a pack.", remedy=" ".join(file.remarks()))
    if any(item.words["file_sha256"] == words["file_sha256"] for item in there):
        raise BadInput("The school has exactly this document on record already.")
    account = who_am_i(workspace, school).account
    facts = {
        "kind": _ADDED,
        "document": workspace.new_id(),
        "type": type_,
        "from": since.isoformat(),
        "file": sealed.facts,
        "account": account,
    }
    decisions = [Decision(facts, {**words, "title": called})]
    if replaces is not None:
        decisions.append(_end(_numbered(there, replaces), since - timedelta(days=1), "", account))

    def enter(transaction: Transaction) -> None:
        sealed.enter(transaction, school.stream)

    return record_truths(workspace, school, decisions, command, enter)


def end_document(
    workspace: Workspace, school: School, number: int, *, until: date, reason: str, command: str = ""
) -> Receipt:
    """Say on which day a document ends to be in force; it stays on record.

    Raises:
        UnknownItem. FieldInvalid: it ended already, before it began, or nobody says why. EntryChanged.
    """
    if command and (repeated := already_recorded(workspace, command, school.stream)) is not None:
        return repeated
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("Say why it ends: the minute, or what takes its place.")
    item = _numbered(documents_of(workspace, school), number)
    decision = _end(item, until, because, who_am_i(workspace, school).account)
    return record_truths(workspace, school, [decision], command)


def _end(item: SchoolDocument, until: date, reason: str, account: str) -> Decision:
    if item.until is not None:
        raise FieldInvalid(f"Document {item.number} ended on {describe_date(item.until)} already.")
    if until < item.since:
        raise FieldInvalid(
            f"Document {item.number} is in force {item.in_force}; it cannot end before that.",
            remedy="Give a later day.",
        )
    facts = {"kind": _ENDED, "document": item.id, "until": until.isoformat(), "account": account}
    return Decision(facts, {"reason": reason} if reason else {})


def documents_of(workspace: Workspace, school: School) -> tuple[SchoolDocument, ...]:
    """Return every document of the school, oldest first, those included that are not in force any more.

    Raises:
        NoAccess: this account has no key to them. NotOpened: something was altered.
    """
    found: dict[str, SchoolDocument] = {}
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases").log
        for event in reader.events_of(school.stream):
            facts = json.loads(event.facts or b"{}")
            if facts.get("kind") == _ENDED:
                ended = found[facts["document"]]
                found[ended.id] = replace(ended, until=date.fromisoformat(facts["until"]))
            elif facts.get("kind") == _ADDED and event.sealed is not None:
                words = open_body(
                    workspace, log=log, stream=school.stream, n=event.n, kind=_ADDED, sealed=event.sealed
                )
                found[facts["document"]] = SchoolDocument(
                    facts["document"],
                    len(found) + 1,
                    facts["type"],
                    date.fromisoformat(facts["from"]),
                    None,
                    facts["file"]["id"],
                    words,
                )
    return tuple(found.values())


def in_force(documents: Sequence[SchoolDocument], first: date, last: date) -> tuple[SchoolDocument, ...]:
    """Return those of several documents that were in force on a day from `first` to `last`."""
    return tuple(
        item
        for item in documents
        if item.since <= last and (item.until is None or item.until >= max(first, item.since))
    )


def get_document(workspace: Workspace, school: School, number: int) -> tuple[str, bytes]:
    """Return a document's file: its name and bytes as received.

    Raises:
        UnknownItem. NoAccess, NotOpened.
    """
    item = _numbered(documents_of(workspace, school), number)
    return str(item.words["file_name"]), document_bytes(workspace, item)


def document_bytes(workspace: Workspace, item: SchoolDocument) -> bytes:
    """Return a document's bytes. Raises NotOpened: it was altered."""
    with workspace.store.read() as reader:
        return open_bytes(reader, item.file, item.words["file_key"])


def _numbered(there: Sequence[SchoolDocument], number: int) -> SchoolDocument:
    if not 1 <= number <= len(there):
        raise UnknownItem(
            f"There is no document {number}; there {'is' if len(there) == 1 else 'are'} {len(there) or 'none'}.",
            remedy="`casework school documents` lists them with their numbers.",
        )
    return there[number - 1]
