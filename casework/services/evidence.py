"""Evidence: sealed and hashed on receipt, given to the employee or withheld with a reason, never lost from view."""

from __future__ import annotations

import mimetypes
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from casework.base.errors import BadInput
from casework.base.time import Occurred
from casework.cases import acts
from casework.services.access import note_access
from casework.services.cases import allegation_id, evidence_id, record_in_case, recorder_of
from casework.services.files import open_bytes, seal_bytes
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file of evidence as it was received."""

    name: str
    data: bytes = field(repr=False)
    media_type: str


FILE_LIMIT = 50 * 1024 * 1024
"""Bytes that one file of evidence may have."""


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
    command: str = "",
) -> Receipt:
    """Add an item of evidence, with its file if it has one.

    Args:
        supports: numbers of the allegations that it is about.
        method: how it was obtained and under which notice (HRA-8).
        occurred: when it was captured or received; today if not given.

    Raises:
        BadInput: it has no title. FieldInvalid, UnknownItem.
    """
    if not title.strip():
        raise BadInput("Evidence needs a title that says what it is.")
    context = context_of(workspace, school)
    sealed = None if file is None else seal_bytes(workspace, file.data, file.name, file.media_type)
    words = {"title": title, "source": source, "method": method, "description": description}
    decision = acts.add_evidence(
        loaded.case,
        evidence=workspace.new_id(),
        type_=type_,
        points=points,
        supports=[allegation_id(loaded, number) for number in supports],
        words={**{k: v.strip() for k, v in words.items() if v.strip()}, **(sealed.words if sealed else {})},
        file=sealed.facts if sealed else None,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    prepare = (lambda transaction: sealed.enter(transaction, loaded.stream)) if sealed else None
    return record_in_case(workspace, loaded, [decision], command, prepare=prepare)


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
        item.id for item in loaded.case.evidence.values() if item.disclosed is None and item.withheld is None
    ]
    context = context_of(workspace, school)
    decision = acts.disclose_evidence(
        loaded.case,
        evidence=items,
        how=how,
        reason=reason,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return record_in_case(workspace, loaded, [decision], command)


def get_file(workspace: Workspace, school: School, loaded: LoadedCase, number: int) -> tuple[str, bytes]:
    """Return an item's file: its name and its bytes as received; the reading is put on the access log.

    Raises:
        UnknownItem: no such item, or it has no file. NoAccess, NotOpened.
    """
    item = loaded.case.evidence[evidence_id(loaded, number)]
    words = body_of(workspace, loaded, item.n)
    if "file_key" not in words:
        raise acts.UnknownItem(
            f"Evidence item {number} has no file.", remedy="It was entered as a description only."
        )
    note_access(workspace, school, "evidence", loaded.stream)
    with workspace.store.read() as reader:
        data = open_bytes(reader, loaded.history[item.n - 1].facts["file"]["id"], words["file_key"])
    return str(words["file_name"]), data


def read_file(path: Path) -> IncomingFile:
    """Read a file of evidence; its name is made safe to show.

    Raises:
        BadInput: it cannot be read, is no file, is empty or too large.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise BadInput(f"{path} is no file.", remedy="Name one file, such as page.png.")
        if size > FILE_LIMIT:
            raise BadInput(
                f"{path} has {size / 1024 / 1024:.0f} MiB; at most {FILE_LIMIT // 1024 // 1024} are taken.",
                remedy="Divide it or make it smaller; keep the original, and say in --source where it is.",
            )
        data = path.read_bytes()
    except OSError as problem:
        raise BadInput(
            f"{path} cannot be read: {problem.strerror or 'unknown reason'}.",
            remedy="Check its name and folder, and that you may read it.",
        ) from None
    if not data:
        raise BadInput(
            f"{path} is empty.", remedy="Name the file that holds the evidence, or leave --file out."
        )
    return incoming(path.name, data)


def incoming(name: str, data: bytes) -> IncomingFile:
    """Return a file of evidence under a name that is safe to show and to store on any system."""
    whole = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    shown = "".join(char if char.isprintable() and char not in '/\\:*?"<>|' else "_" for char in whole)[:120]
    media_type = mimetypes.guess_type(shown)[0] or "application/octet-stream"
    return IncomingFile(shown.lstrip(".") or "file", data, media_type)
