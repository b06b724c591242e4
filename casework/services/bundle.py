"""A case taken away as a bundle that proves itself: opened with the key, noted on the access log first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from casework import __version__
from casework.base.errors import BadInput
from casework.base.time import format_instant
from casework.cases.dated import DATED
from casework.ledger.checkpoint import Checkpoint
from casework.ledger.errors import NoteRefused
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.key_line import KeyLine
from casework.ledger.merkle import leaf_hash
from casework.ledger.proofs import Proofs
from casework.ledger.seal import OpenedBody, open_body
from casework.records.bundle import (
    BundleFile,
    BundleInput,
    DisclosedEvent,
    Earlier,
    Sink,
    Variant,
    ending_of,
    names_of,
    without_names,
    write_bundle,
)
from casework.records.history import build_history
from casework.records.input import HistoryInput, RecordedEvent
from casework.records.people import People
from casework.services.access import note_access
from casework.services.audit_erasures import earlier_origins
from casework.services.directory import who_am_i
from casework.services.files import open_bytes
from casework.services.guard import require
from casework.services.history import history_input, kept_apart, written
from casework.services.loading import LoadedCase, opens
from casework.services.log_keys import key_line

if TYPE_CHECKING:
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader

_ABOUT_THE_SCHOOL: Final = DATED | {"policy_adopted", "calendar_adopted"}
"""Kinds of event of the school's own stream on which the lawfulness of a case's steps rests."""

_PARTIES: Final = ("party_added", "party_details_changed")

_FOLDERS: Final[Mapping[str, str]] = {"letter": "letters", "evidence": "evidence"}
"""Where a file goes, by the first word of the kind of its event."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of the record in one snapshot."""

    case: list[StoredEvent]
    school: list[StoredEvent]
    proofs: Proofs = field(repr=False)
    note: str
    heads: Mapping[int, str]


def export_bundle(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    sink: Sink,
    *,
    purpose: str,
    recipient: str,
    variant: Variant = "full",
    since: str = "",
) -> None:
    """Write a case as a bundle; the export is put on the access log first, with its recipient and purpose.

    Args:
        sink: where the files go.
        variant: what is withheld.
        since: a signed checkpoint that the recipient has kept, to which a consistency proof is added.

    Raises:
        BadInput: no purpose or recipient; `since` is no earlier checkpoint of this record. NoAccess: this account has
        no key to the case. NotOpened: words were altered. FactsMissing: facts were erased. EngineMissing: for the PDF.
    """
    require(workspace, loaded, "export")
    if not purpose.strip() or not recipient.strip():
        raise BadInput("An export needs a purpose and a recipient.", remedy="Say for what, and for whom.")
    case = workspace.cases.load(loaded.stream)
    with workspace.store.read() as reader:
        keys = key_line(reader, school, case.log)
        generations = earlier_origins(reader.heads(case.log.log), case.log.origin)
    kept = _size_of(since, keys, generations) if since else 0
    note_access(
        workspace, school, "bundle", loaded.stream, exported=True, purpose=purpose, recipient=recipient
    )
    with workspace.store.read() as reader:
        read = _read(reader, case, school, kept)
    apart = kept_apart(case)
    opened = {
        event.n: open_body(event, workspace.key_to(case.stream, event.sealed))
        for event in read.case
        if event.sealed is not None and event.facts is not None and variant != "masked"
        if opens(workspace, case, event.n) and json.loads(event.facts).get("letter") not in apart
    }
    recorded = [_as_recorded(event, opened) for event in read.case]
    names = _names(recorded) if variant == "pseudonymised" else {}
    shown = {n: body for n, body in opened.items() if _may_be_shown(read.case[n - 1], body, names, variant)}
    made_by = who_am_i(workspace, school).name if variant == "full" else ""
    made = format_instant(workspace.clock.now())
    history = replace(
        history_input(workspace, school, case, words=False),
        exported=made,
        exported_by=made_by,
        purpose=purpose.strip(),
        note=read.note,
        events=_renamed(recorded, names) if variant == "pseudonymised" else recorded,
    )
    given = BundleInput(
        variant=variant,
        school=school.name,
        reference=case.case.reference,
        stream=case.stream,
        log=case.log.log,
        origin=case.log.origin,
        verifier_key=keys.current.to_text(),
        earlier_keys=[one.to_text() for one in keys.every() if one != keys.current],
        generations=generations,
        checkpoint=read.note,
        made=made,
        made_with=__version__,
        made_by=made_by,
        recipient=recipient.strip(),
        purpose=purpose.strip(),
        events=_disclosed(read, shown),
        case_events=len(read.case),
        earlier=[
            Earlier(note, size, read.proofs.consistency[size]) for size, note in sorted(read.heads.items())
        ],
        files=[
            *_histories(history),
            *_files(workspace, case, read.case, opened if variant == "full" else {}),
            *_documents(workspace, case),
        ],
    )
    write_bundle(given, sink, workspace.signer(case.log).sign_note)


def key_fingerprint(loaded: LoadedCase) -> str:
    """Return SHA-256 of the public key of the record that a case is in, in hexadecimal: to be told by another way."""
    from casework.base.canonical import sha256_hex

    return sha256_hex(loaded.log.public_key)


def _size_of(note: str, keys: KeyLine, generations: Mapping[str, int]) -> int:
    """The size of a checkpoint of this record that somebody has kept; 0 if that was lost in a restore."""
    try:
        said = keys.open(note)
        return said.size if said.size <= generations.get(said.origin, said.size) else 0
    except NoteRefused as problem:
        raise BadInput(
            f"What was given with --since is no checkpoint of this record. {problem.message}",
            remedy="`casework audit checkpoint` prints one; a letter and an export carry one too.",
        ) from None


def _read(reader: Reader, case: LoadedCase, school: School, kept: int) -> _Read:
    note = reader.newest_note(case.log.log) or ""
    size = Checkpoint.from_text(note.partition("\n\n")[0] + "\n").size
    mine = reader.events_of(case.stream, until=case.n)
    own = reader.events_of(school.stream)
    printed = {event.facts.get("checkpoint_size", 0) for event in case.history} | {kept}
    heads = {wanted: _head(reader, case.log.log, wanted) for wanted in printed if 0 < wanted <= size}
    there = {at: found for at, found in heads.items() if found}
    proofs = Proofs(
        map(leaf_hash, reader.envelopes(case.log.log)),
        size,
        indexes=[event.pos for event in (*mine, *own)],
        firsts=there.keys(),
    )
    return _Read(mine, own, proofs, note, there)


def _head(reader: Reader, log: str, size: int) -> str:
    """The head that was signed at a size; empty if none was."""
    found = next(reader.heads(log, size - 1), "")
    return found if found.split("\n")[1:2] == [str(size)] else ""


def _disclosed(read: _Read, bodies: Mapping[int, OpenedBody]) -> list[DisclosedEvent]:
    """The events of the case and of the school, by position."""
    found = []
    for event in sorted((*read.case, *read.school), key=lambda item: item.pos):
        proof = read.proofs.inclusion[event.pos]
        mine = event.stream == read.case[0].stream
        told = mine or json.loads(event.facts or b"{}").get("kind") in _ABOUT_THE_SCHOOL
        body = bodies.get(event.n) if mine else None
        found.append(
            DisclosedEvent(
                event.envelope,
                proof,
                event.facts if told else None,
                event.facts_salt if told else None,
                body.data if body else None,
                body.salt if body else None,
            )
        )
    return found


def _names(recorded: Sequence[RecordedEvent]) -> dict[str, str]:
    """Every name that a party of the case had, with the number that stands for it."""
    people = People(recorded)
    return names_of(
        (str((event.body or {}).get("name", "")), people.who(event.facts["party"]).number)
        for event in recorded
        if event.facts and event.facts["kind"] in _PARTIES
    )


def _as_recorded(event: StoredEvent, opened: Mapping[int, OpenedBody]) -> RecordedEvent:
    facts = json.loads(event.facts) if event.facts is not None else None
    body = opened[event.n].value() if event.n in opened else None
    at = Envelope.from_bytes(event.envelope).recorded
    return RecordedEvent(event.n, event.pos, at, event.envelope, facts, body)


def _may_be_shown(event: StoredEvent, body: OpenedBody, names: Mapping[str, str], variant: Variant) -> bool:
    """Whether the words of an event may stand in a bundle as they were recorded."""
    if variant == "full":
        return True
    kind, words = json.loads(event.facts or b"{}")["kind"], body.value()
    personal = kind in _PARTIES or kind.startswith(("letter_", "pack_")) or "file_key" in words
    return not personal and without_names(words, names) == words


def _renamed(events: Sequence[RecordedEvent], names: Mapping[str, str]) -> list[RecordedEvent]:
    """Events with a number wherever a name of a party stands."""
    return [
        RecordedEvent(e.n, e.pos, e.recorded, e.envelope, e.facts, _words_without(e, names)) for e in events
    ]


def _words_without(event: RecordedEvent, names: Mapping[str, str]) -> Any:
    if event.body is None:
        return None
    if (event.facts or {}).get("kind") in _PARTIES:
        return {"name": "", "title": event.body.get("title", "")}
    return without_names(event.body, names)


def _histories(given: HistoryInput) -> list[BundleFile]:
    history = build_history(given)
    return [
        BundleFile(f"history/case-history.{name}", partial(written, history, name), "What happened, in order")
        for name in ("json", "csv", "pdf")
    ]


def _files(
    workspace: Workspace, case: LoadedCase, events: Sequence[StoredEvent], opened: Mapping[int, OpenedBody]
) -> list[BundleFile]:
    """Letters as they were issued, evidence as it was received, and every other file of the case."""
    found = []
    for event in events:
        words = opened[event.n].value() if event.n in opened else {}
        if "file_key" not in words:
            continue
        facts = case.history[event.n - 1].facts
        folder = _FOLDERS.get(facts["kind"].partition("_")[0], "files")
        path = f"{folder}/event-{event.n:04d}{ending_of(words['file_name'])}"
        data = partial(_content, workspace, facts["file"]["id"], words["file_key"])
        found.append(BundleFile(path, data, str(words["file_name"]), event.n))
    return found


def _content(workspace: Workspace, file: str, key: str) -> bytes:
    with workspace.store.read() as reader:
        return open_bytes(reader, file, key)


def _documents(workspace: Workspace, case: LoadedCase) -> list[BundleFile]:
    """The policies, conduct policies and calendars that the case cites, as they were adopted."""
    calendars = {str(event.facts["calendar"]) for event in case.history if "calendar" in event.facts}
    with workspace.store.read() as reader:
        kept = {digest: reader.calendar(digest) for digest in sorted(calendars)}
        policies = [reader.policy(digest) for digest in sorted(case.policies)]
        catalogues = [reader.catalogue(digest) for digest in case.history[0].facts["catalogues"]]
    found = [("policy", one.digest, one.label, one.resolved) for one in policies if one]
    found += [("conduct", one.digest, one.label, one.resolved) for one in catalogues if one]
    found += [("calendar", digest, "Calendar", data) for digest, data in kept.items() if data]
    return [
        BundleFile(f"policy/{kind}-{digest}.json", partial(bytes, data), label, digest=digest)
        for kind, digest, label, data in found
    ]
