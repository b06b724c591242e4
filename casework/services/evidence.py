"""Evidence: sealed and hashed on receipt, checked and locked, redacted, given to the employee or withheld; never lost.

The fingerprint of a file stands in the sealed body of its event, to which the ledger holds a salted commitment: no hash
of a plaintext stands in clear, because it would confirm a guess after the file was forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from casework.base.errors import BadInput
from casework.base.time import Occurred
from casework.cases import evidence_acts
from casework.cases.acts import UnknownItem
from casework.cases.evidence_acts import Post as Post
from casework.cases.evidence_acts import Provenance as Provenance
from casework.services.access import note_access
from casework.services.cases import allegation_id, evidence_id, record_in_case, recorder_of
from casework.services.evidence_files import IncomingFile as IncomingFile
from casework.services.evidence_files import examined, sealed_file
from casework.services.evidence_files import incoming as incoming
from casework.services.evidence_files import read_file as read_file
from casework.services.files import SealedFile, open_bytes
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.model import Evidence
    from casework.cases.request import Decision
    from casework.services.workspace import Workspace


def add_evidence(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    title: str,
    type_: str,
    points: str = "for",
    supports: Iterable[int] = (),
    source: str = "",
    method: str = "",
    description: str = "",
    file: IncomingFile | None = None,
    occurred: Occurred | None = None,
    provenance: Provenance | None = None,
    command: str = "",
) -> Receipt:
    """Add an item of evidence, with its file if it has one; the file is looked into by a process of little power.

    Args:
        type_: of `casework.cases.evidence_acts.EVIDENCE_TYPES`.
        supports: numbers of the allegations that it is about.
        source: whom or what it comes from.
        method: how it was obtained and under which notice (HRA-8); `provenance` may say it too.
        file: from `read_file` (a path) or `incoming` (a name and bytes).
        occurred: when the school received or made it; today if not given.
        provenance: who supplied it, who captured it and when, on which basis; for a post, the capture form.

    Raises:
        BadInput: it has no title. FieldInvalid, UnknownItem.
    """
    if not title.strip():
        raise BadInput("Evidence needs a title that says what it is.")
    context = context_of(workspace, school)
    origin = provenance or Provenance()
    seen, sealed = sealed_file(workspace, file) if file else ({}, None)
    words = {"title": title, "source": source, "description": description}
    decision = evidence_acts.add_evidence(
        loaded.case,
        evidence=workspace.new_id(),
        type_=type_,
        points=points,
        supports=[allegation_id(loaded, number) for number in supports],
        words={**{k: v.strip() for k, v in words.items() if v.strip()}, **seen},
        file=sealed.facts if sealed else None,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
        provenance=replace(origin, method=origin.method or method),
    )
    return _record(workspace, loaded, decision, sealed, command)


def revise(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    file: IncomingFile,
    reason: str = "",
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Put a newer version of notes or a statement beside the earlier ones, before they are checked.

    Raises:
        UnknownItem, FieldInvalid, EvidenceLocked.
    """
    context = context_of(workspace, school)
    seen, sealed = sealed_file(workspace, file)
    decision = evidence_acts.revise_evidence(
        loaded.case,
        evidence=evidence_id(loaded, number),
        file=sealed.facts,
        words={**seen, "reason": reason},
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return _record(workspace, loaded, decision, sealed, command)


def check(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    outcome: str,
    by: str = "",
    corrections: str = "",
    file: IncomingFile | None = None,
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Record what the person whose words an item holds said of it, and lock it.

    Args:
        outcome: of `casework.cases.evidence_acts.CHECKS`.
        by: who checked it.
        corrections: what they correct or dispute; it stands beside the item, never over it (UKGDPR-5d).
        file: the signed copy, or the paper with their corrections.

    Raises:
        UnknownItem, FieldInvalid.
    """
    context = context_of(workspace, school)
    seen, sealed = sealed_file(workspace, file) if file else ({}, None)
    decision = evidence_acts.check_evidence(
        loaded.case,
        evidence=evidence_id(loaded, number),
        outcome=outcome,
        words={**seen, "by": by, "corrections": corrections},
        file=sealed.facts if sealed else None,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return _record(workspace, loaded, decision, sealed, command)


def redact(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    file: IncomingFile,
    log: Sequence[Mapping[str, str]],
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Put a redacted copy beside the original; the record holds the fingerprints of both, and the log.

    Args:
        log: for each place `where` it is, `what` was taken out and `why`.

    Raises:
        UnknownItem, FieldInvalid. BadInput: the copy is the original, or cannot be printed.
    """
    context = context_of(workspace, school)
    item = loaded.case.evidence[evidence_id(loaded, number)]
    original = body_of(workspace, loaded, item.newest).get("file_sha256", "") if item.newest else ""
    checked = examined(file)
    if checked.found is not None and checked.found.why:
        raise BadInput("The redacted copy cannot be printed.", remedy=" ".join(checked.remarks()))
    seen, sealed = sealed_file(workspace, checked)
    if seen["file_sha256"] == original:
        raise BadInput("This is the original, byte for byte. Nothing was taken out of it.")
    decision = evidence_acts.redact_evidence(
        loaded.case,
        evidence=item.id,
        file=sealed.facts,
        log=log,
        words={**seen, "original_sha256": original},
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return _record(workspace, loaded, decision, sealed, command)


def link(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    about: Iterable[int],
    points: str = "",
    reason: str = "",
    command: str = "",
) -> Receipt:
    """Say anew which allegations an item is about, by their numbers; `points` stays as it was if it is empty.

    Raises:
        UnknownItem, FieldInvalid.
    """
    item = loaded.case.evidence[evidence_id(loaded, number)]
    decision = evidence_acts.link_evidence(
        loaded.case,
        evidence=item.id,
        supports=[allegation_id(loaded, allegation) for allegation in about],
        points=points or item.points,
        reason=reason,
        recorder=recorder_of(workspace, school, loaded),
        context=context_of(workspace, school),
    )
    return record_in_case(workspace, loaded, [decision], command)


def disclose(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    numbers: Sequence[int],
    how: Literal["disclosed", "withheld"] = "disclosed",
    reason: str = "",
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Record that items were given to the employee, or withheld with a reason; no numbers means every open item.

    Raises:
        UnknownItem, FieldInvalid.
    """
    items = [evidence_id(loaded, number) for number in numbers] or [
        item.id for item in loaded.case.evidence.values() if item.open
    ]
    context = context_of(workspace, school)
    decision = evidence_acts.disclose_evidence(
        loaded.case,
        evidence=items,
        how=how,
        reason=reason,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return record_in_case(workspace, loaded, [decision], command)


def get_file(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    redacted: bool = False,
    version: int | None = None,
) -> tuple[str, bytes]:
    """Return an item's file: its name and bytes as received; the reading is put on the access log.

    Args:
        redacted: the redacted copy.
        version: which version of notes or a statement, from 1; the newest if not given.

    Raises:
        UnknownItem: no such item, version or copy, or it has no file. NoAccess, NotOpened.
    """
    item = loaded.case.evidence[evidence_id(loaded, number)]
    event = item.redacted if redacted else _version(item, version)
    if event is None:
        what = "redacted copy" if redacted else "file"
        raise UnknownItem(
            f"Evidence item {number} has no {what}.",
            remedy="" if redacted else "It was entered as a description only.",
        )
    note_access(workspace, school, "evidence", loaded.stream)
    return file_of(workspace, loaded, event)


def file_of(workspace: Workspace, loaded: LoadedCase, event: int) -> tuple[str, bytes]:
    """Return the file that an event of the case brought: name and bytes. Whoever calls it notes the reading.

    Raises:
        NoAccess: this account has no key to it. NotOpened: it was altered. UnknownItem: it was forgotten.
    """
    words = body_of(workspace, loaded, event)
    if "file_key" not in words:
        raise UnknownItem(
            "The file is not there any more.", remedy="It was forgotten; the record shows when and why."
        )
    with workspace.store.read() as reader:
        data = open_bytes(reader, loaded.history[event - 1].facts["file"]["id"], words["file_key"])
    return str(words["file_name"]), data


def _version(item: Evidence, version: int | None) -> int | None:
    if version is None:
        return item.newest
    versions = [*([item.file] if item.file else []), *item.revisions]
    if not 1 <= version <= len(versions):
        raise UnknownItem(
            f"Evidence item {item.number} has {len(versions)} versions.",
            remedy="Give one of them: --version NUMBER.",
        )
    return versions[version - 1]


def _record(
    workspace: Workspace, loaded: LoadedCase, decision: Decision, sealed: SealedFile | None, command: str
) -> Receipt:
    prepare = (lambda transaction: sealed.enter(transaction, loaded.stream)) if sealed else None
    return record_in_case(workspace, loaded, [decision], command, prepare=prepare)
