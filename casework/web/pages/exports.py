"""Taking away: the history of a case, the case as a bundle that proves itself, and the events of every case."""

from __future__ import annotations

import tempfile
import threading
import weakref
import zipfile
from dataclasses import dataclass, field
from os import SEEK_END
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from starlette.responses import Response, StreamingResponse

from casework.records.bundle_zip import ZipSink
from casework.records.event_log import FORMS
from casework.services.audit_export import export_events
from casework.services.bundle import export_bundle, key_fingerprint
from casework.services.guard import require, verdict
from casework.services.history import FORMATS, export
from casework.services.loading import find_case
from casework.web.pages.audit import days_asked
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.records.bundle import Variant
    from casework.services.workspace import Workspace
    from casework.web.work import Work

PAGES = Pages()

HISTORY: Final = {
    "pdf": "To read and print (PDF)",
    "xlsx": "A spreadsheet (Excel)",
    "csv": "A table (CSV)",
    "json": "For programs (JSON)",
    "txt": "Plain text",
    "xes": "An event log for process mining (XES)",
}
BUNDLE: Final = {
    "full": "Everything, with every word, letter and piece of evidence",
    "pseudonymised": "Numbers for names; letters and evidence withheld",
    "masked": "No name and no word; what is left still proves itself",
}
EVENTS: Final = {name: HISTORY[name] for name in ("csv", "xlsx", "xes")}

_IN_MEMORY: Final = 16 * 1024 * 1024
"""Bytes up to which a file is kept in memory; a larger one has no name on the disk, and goes with the session."""

_PIECE: Final = 256 * 1024

_KINDS: Final = {
    "pdf": "application/pdf",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xes": "application/xml",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Made:
    """A file that waits to be fetched: its name, its size in bytes, and what has to be told of it."""

    name: str
    size: int
    file: BinaryIO
    says: tuple[str, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


@PAGES.page("/cases/{reference}/export", access="case", methods=("GET", "POST"))
def case_export(here: Here) -> Response:
    """Ask what to take away of a case, for what and for whom; then make it."""
    require(here.workspace, here.case, "read_facts")
    allowed = verdict(here.workspace, here.case, "export").allowed
    problem = _lacks(here) if here.sent else ""
    if not here.sent or problem or not allowed:
        return here.page(
            "export_case.html.j2",
            422 if problem else 200,
            problem=problem,
            allowed=allowed,
            history=HISTORY,
            bundle=BUNDLE,
        )
    purpose, recipient, form = here.text("purpose"), here.text("recipient"), here.text("format")
    school, reference = here.school, here.case.case.reference

    def history(workspace: Workspace, work: Work) -> Made:
        loaded = find_case(workspace, school, reference)
        files = export(workspace, school, loaded, purpose=purpose, recipient=recipient, formats=[form])
        file = _room()
        file.write(files[f"case-history.{form}"])
        return _ready(f"{reference}-history.{form}", file)

    def bundle(workspace: Workspace, work: Work) -> Made:
        loaded = find_case(workspace, school, reference)
        file = _room()
        with zipfile.ZipFile(file, "w") as archive:
            sink = _Told(ZipSink(archive, reference), work)
            export_bundle(
                workspace,
                school,
                loaded,
                sink,
                purpose=purpose,
                recipient=recipient,
                variant=cast("Variant", form.removeprefix("bundle-")),
            )
        says = (
            f"The key of the record has the fingerprint {key_fingerprint(loaded)}. Tell it to the recipient by"
            " another way than the bundle: by telephone, or on paper.",
            "They check the bundle with verify.py in it, without casework.",
        )
        return _ready(f"{reference}.zip", file, *says)

    making = bundle if form.startswith("bundle-") else history
    return here.begin(f"Making the file of {reference}", "/made", making)


@PAGES.page("/audit/export", access="signed_in", methods=("GET", "POST"))
def events(here: Here) -> Response:
    """Ask in which form to take away the events of every case; then make the file."""
    problem = ""
    if here.sent:
        problem = _said(here) or ("" if here.text("format") in FORMS else "Choose a form.")
    if not here.sent or problem:
        return here.page("export_events.html.j2", 422 if problem else 200, problem=problem, forms=EVENTS)
    purpose, recipient, form = here.text("purpose"), here.text("recipient"), here.text("format")
    (first, last), school = days_asked(here), here.school

    def do(workspace: Workspace, work: Work) -> Made:
        file = _room()
        taken = export_events(
            workspace,
            school,
            file,
            form,
            purpose=purpose,
            recipient=recipient,
            first=first,
            last=last,
            tell=work.tell,
        )
        says = [f"It has {taken.events} events of {taken.cases} cases, with numbers for names."]
        if taken.erased:
            says.append(f"Of {taken.erased} more the facts were erased, so they are not in it.")
        return _ready(f"{school.prefix}-events.{form}", file, *says)

    return here.begin("Writing every event of every case", "/made", do)


@PAGES.page("/made/{work}", access="signed_in")
def made(here: Here) -> Response:
    """Say that a file is ready."""
    return here.page("made.html.j2", made=here.result(here.part["work"]), work=here.part["work"])


@PAGES.page("/made/{work}/file", access="signed_in")
def made_file(here: Here) -> Response:
    """Hand out the file."""
    found: Made = here.result(here.part["work"])
    headers = {
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Content-Length": str(found.size),
        "Cache-Control": "no-store",
    }
    kind = _KINDS[found.name.rpartition(".")[2]]
    return StreamingResponse(_pieces(found), media_type=kind, headers=headers)


class _Told:
    """A sink that tells how many files it took."""

    def __init__(self, sink: ZipSink, work: Work) -> None:
        self._sink, self._work = sink, work

    def put(self, name: str, data: bytes) -> None:
        self._sink.put(name, data)
        self._work.tell(self._work.done + 1, 0)


def _pieces(found: Made) -> Iterator[bytes]:
    """A file in pieces; each is read from its own place, so that two who fetch it do not meet."""
    at = 0
    while at < found.size:
        with found.lock:
            found.file.seek(at)
            piece = found.file.read(_PIECE)
        at += len(piece)
        yield piece


def _ready(name: str, file: BinaryIO, *says: str) -> Made:
    """A file that is whole; it is closed, and so is gone, once nobody holds it any more."""
    made = Made(name, file.seek(0, SEEK_END), file, says)
    weakref.finalize(made, file.close)
    return made


def _room() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))


def _said(here: Here) -> str:
    """What is missing of purpose and recipient, in a sentence; empty if nothing is."""
    if here.text("purpose") and here.text("recipient"):
        return ""
    return "Say what it is taken away for, and who gets it. Both stand in the access log."


def _lacks(here: Here) -> str:
    form = here.text("format")
    if form not in FORMATS and form.removeprefix("bundle-") not in BUNDLE:
        return "Choose what to take away."
    return _said(here)
