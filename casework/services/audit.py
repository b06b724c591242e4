"""Verification: is the record whole and unaltered, and was each step lawful when it was taken?

Nothing here needs a private key. The signing key's public half is read from the database unless it is given from
outside; without that, the verdict says that the record was checked against its own key only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from casework.cases.legality import unlawful_steps
from casework.cases.replay import Recorded
from casework.ledger.checkpoint import Verifier
from casework.ledger.errors import NotAnEnvelope, UnknownVersion
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.findings import Kind, LedgerFinding
from casework.ledger.verify import examine
from casework.services.errors import NoAccess
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.procedure.calendar import Calendar
    from casework.procedure.model import Policy
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader
    from casework.store.rows import Log


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One thing that is wrong: its class, where, and a sentence.

    `pos` is the position in the log from 0, `n` the number in its case; None where none can be named.
    """

    log: str
    kind: str
    says: str
    pos: int | None = None
    reference: str = ""
    n: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the finding as plain data; what is not known is left out."""
        shown = {
            "log": self.log,
            "kind": self.kind,
            "says": self.says,
            "pos": self.pos,
            "reference": self.reference or None,
            "event": self.n,
        }
        return {name: value for name, value in shown.items() if value is not None}


@dataclass(slots=True)
class AuditReport:
    """What was checked and what was found.

    `self_attested` says that no key from outside was given, so that whoever held the database could have signed it
    anew; compare `keys` with the ones printed elsewhere.
    """

    events: int = 0
    heads: int = 0
    cases: int = 0
    steps: int = 0
    erased: int = 0
    self_attested: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    checkpoints: dict[str, str] = field(default_factory=dict)
    findings: list[AuditFinding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """True when nothing was found."""
        return not self.findings


def verify(
    workspace: Workspace,
    of: Sequence[School],
    *,
    verifier_keys: Mapping[str, str] | None = None,
    witnesses: Sequence[str] = (),
) -> AuditReport:
    """Check every log of these schools, and replay every case through the policy of its digest.

    Args:
        verifier_keys: public keys known from outside, by log origin, in signed-note form.
        witnesses: checkpoints that were found elsewhere: on a letter, in an export.
    """
    report = AuditReport(self_attested=not verifier_keys)
    for school in of:
        with workspace.store.read() as reader:
            for name in ("cases", "access"):
                log = log_of(reader, school, name)
                _check_log(reader, log, report, dict(verifier_keys or {}), witnesses)
            _check_cases(reader, school, workspace, report)
    return report


def _check_log(
    reader: Reader, log: Log, report: AuditReport, keys: Mapping[str, str], witnesses: Sequence[str]
) -> None:
    public = Verifier.from_text(keys[log.origin]).public_key if log.origin in keys else log.public_key
    heads = list(reader.heads(log.log))
    own = [note for note in witnesses if note.startswith(f"{log.origin}\n")]
    there = count()
    events = (event for event, _ in zip(reader.events(log.log), there, strict=False))
    found = examine(events, heads, public, origin=log.origin, log=log.log, witnesses=own)
    size, head = next(there), reader.head(log.log)
    report.events += size
    report.heads += len(heads)
    report.keys[log.origin] = Verifier(log.origin, public).to_text()
    if heads:
        report.checkpoints[log.origin] = heads[-1]
    report.findings.extend(_located(reader, log, item) for item in found)
    if head is not None and head.size != size and not found:
        # Events and their heads were cut off together; the row to which the next entry is appended still knows.
        says = f"The database speaks of {head.size} entries, but there are {size}."
        report.findings.append(AuditFinding(log.name, Kind.CUT_SHORT.value, says, min(head.size, size)))


def _located(reader: Reader, log: Log, item: LedgerFinding) -> AuditFinding:
    """A finding with the case that it lies in, as far as the database still says so."""
    event = None if item.pos is None else reader.event_at(log.log, item.pos)
    row = None if event is None else reader.case(event.stream)
    reference, n = (row.reference, event.n) if row is not None and event is not None else ("", None)
    return AuditFinding(log.name, item.kind.value, item.message, item.pos, reference, n)


def _check_cases(reader: Reader, school: School, workspace: Workspace, report: AuditReport) -> None:
    log = log_of(reader, school, "cases")
    for stream in reader.streams(log.log, "case"):
        events = reader.events_of(stream.stream)
        report.cases += 1
        history = _history(events)
        if history is None:
            report.erased += 1
            continue
        report.steps += sum(event.facts.get("kind") in ("step_taken", "step_irregular") for event in history)
        reference = str(history[0].facts.get("reference", "")) if history else ""
        policies, calendars = _documents(workspace, history)
        for wrong in unlawful_steps(history, policies, calendars):
            pos = events[wrong.n - 1].pos
            report.findings.append(AuditFinding("cases", "unlawful", wrong.says, pos, reference, wrong.n))


def _history(events: Sequence[StoredEvent]) -> list[Recorded] | None:
    """The facts of a case, or None when they were erased or cannot be read (which the log's own check names)."""
    history = []
    for number, event in enumerate(events, start=1):
        try:
            envelope = Envelope.from_bytes(event.envelope)
            facts = json.loads(event.facts) if event.facts is not None else None
        except (NotAnEnvelope, UnknownVersion, ValueError):
            return None
        if not isinstance(facts, dict) or "kind" not in facts or event.n != number:
            return None
        history.append(Recorded(event.n, envelope.recorded, facts))
    return history


def _documents(
    workspace: Workspace, history: Sequence[Recorded]
) -> tuple[dict[str, Policy], dict[str, Calendar]]:
    policies: dict[str, Policy] = {}
    calendars: dict[str, Calendar] = {}
    for event in history:
        try:
            if "policy" in event.facts:
                policies[event.facts["policy"]] = workspace.policy(event.facts["policy"])
            if "calendar" in event.facts:
                calendars[event.facts["calendar"]] = workspace.calendar(event.facts["calendar"])
        except NoAccess:
            continue
    return policies, calendars


def checkpoint(workspace: Workspace, school: School, log: str = "cases") -> str:
    """Return the newest signed checkpoint of a log: what letters and exports carry.

    Raises:
        UnknownSchool: the log is not there.
    """
    with workspace.store.read() as reader:
        found = log_of(reader, school, log)
        return reader.newest_note(found.log) or ""


def verifier_key(workspace: Workspace, school: School, log: str = "cases") -> str:
    """Return the public key that verifies a log, in signed-note form, to be kept outside.

    Raises:
        UnknownSchool: the log is not there.
    """
    with workspace.store.read() as reader:
        found = log_of(reader, school, log)
    return Verifier(found.origin, found.public_key).to_text()
