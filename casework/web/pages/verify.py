"""Whether the record is whole and unaltered: asked with or without a witness, and the answer drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.datastructures import UploadFile
from starlette.responses import Response

from casework.base.errors import BadInput
from casework.services.audit import verify
from casework.services.audit_words import WHOLE, to_know, where
from casework.services.guard import cases_of
from casework.web.record_drawing import record_drawing
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.services.audit import AuditFinding, AuditReport
    from casework.services.workspace import Workspace
    from casework.web.work import Work

PAGES = Pages()

_MOST = 100_000
"""Bytes of a checkpoint or key at most."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification came to, when it was made, and what was brought to it from elsewhere."""

    report: AuditReport
    at: datetime
    checkpoint: str
    key: str


@PAGES.page("/audit/verify", access="signed_in", methods=("GET", "POST"))
def verification(here: Here) -> Response:
    """Ask for a checkpoint and a key that were kept elsewhere, which may stay empty, and begin to check."""
    if not here.sent:
        return here.page("verify.html.j2", problem="")
    try:
        checkpoint, key = _brought(here, "checkpoint"), _brought(here, "key")
    except BadInput as wrong:
        return here.page("verify.html.j2", 422, problem=wrong.message)
    school, at = here.school, here.workspace.clock.now()

    def do(workspace: Workspace, work: Work) -> Verified:
        keys = {key.partition("+")[0]: key} if key else {}
        report = verify(
            workspace,
            [school],
            verifier_keys=keys,
            witnesses=[checkpoint] if checkpoint else [],
            progress=work.tell,
        )
        for name, text in (("key", key.partition("+")[0]), ("checkpoint", checkpoint.partition("\n")[0])):
            if text and text not in report.keys and text not in report.generations:
                raise BadInput(f"The {name} is not of this school's record.", remedy="Check which one it is.")
        return Verified(report, at, checkpoint, key)

    return here.begin("Checking the record", "/audit/verified", do)


@PAGES.page("/audit/verified/{work}", access="signed_in")
def verified(here: Here) -> Response:
    """Show what was checked, against which witness, and the result."""
    found: Verified = here.result(here.part["work"])
    report = found.report
    findings = _for_me(here, report.findings)
    return here.page(
        "verified.html.j2",
        found=found,
        report=report,
        findings=[(item, where(item)) for item in findings[:100]],
        more=max(len(findings) - 100, 0),
        whole=WHOLE,
        to_know=to_know(report),
        drawing=Markup(record_drawing(report, found.checkpoint)),  # noqa: S704 - drawn by us, escaped
    )


def _brought(here: Here, name: str) -> str:
    """What was typed in, or came as a file.

    Raises:
        BadInput: it is no text, or far too long.
    """
    file = here.form.get(f"{name}_file")
    if isinstance(file, UploadFile) and file.filename:
        data = file.file.read(_MOST + 1)
        try:
            text = data.decode("utf-8") if len(data) <= _MOST else ""
        except UnicodeDecodeError:
            text = ""
        if not text:
            raise BadInput(f"{file.filename} is no {name}.", remedy="Choose the file that was kept.")
    else:
        text = here.text(name).replace("\r\n", "\n")
    if not text.strip():
        return ""
    return text.strip() if name == "key" else f"{text.strip()}\n"


def _for_me(here: Here, findings: list[AuditFinding]) -> list[AuditFinding]:
    """Findings, without the reference of a case that is not for whoever asks."""
    mine = {row.reference for row in cases_of(here.workspace, here.school.id)}
    return [
        item
        if item.reference in mine or not item.reference
        else replace(item, reference="", says="Something is wrong in a case that is not open to you.")
        for item in findings
    ]
