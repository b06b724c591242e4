"""Verification: is the record whole and unaltered, and was each step lawful when it was taken?

Nothing here needs a private key. The signing key's public half is read from the database unless it is given from
outside; without that, the verdict says that the record was checked against its own key only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.cases.dated import DATED, dated_truths, unfounded
from casework.cases.followed import in_force
from casework.cases.legality import unlawful_steps
from casework.cases.replay import Recorded
from casework.ledger.checkpoint import Verifier, open_checkpoint
from casework.ledger.errors import NotAnEnvelope, NoteRefused, UnknownVersion
from casework.ledger.event import Envelope, StoredEvent
from casework.ledger.findings import LedgerFinding
from casework.ledger.verify import examine
from casework.registers.legality import wrong_entries
from casework.registers.model import ADDED, RegisterEvent
from casework.services.audit_around import Spoken, around, next_place, policies_cited, read_facts
from casework.services.audit_erasures import check_generations, earlier_origins, told_erasures
from casework.services.audit_report import AuditFinding as AuditFinding
from casework.services.audit_report import AuditReport as AuditReport
from casework.services.audit_report import Lost
from casework.services.errors import NoAccess
from casework.services.schools import School, log_of
from casework.services.upkeep import differing_lists
from casework.store.errors import StoreDamaged, StoreUnavailable

if TYPE_CHECKING:
    from casework.procedure.calendar import Calendar
    from casework.procedure.model import Policy
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader
    from casework.store.rows import Log


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
    report, known = AuditReport(), dict(verifier_keys or {})
    given = {note.partition("\n")[0] for note in witnesses}
    with workspace.store.read() as reader:
        report.findings.extend(_unknown_logs(reader, of))
        for school in of:
            for name in ("cases", "access"):
                _check_log(reader, school, log_of(reader, school, name), report, known, witnesses)
            _check_cases(reader, school, workspace, report)
            _check_registers(reader, school, workspace, report)
    report.unwitnessed = [origin for origin in report.keys if origin not in given]
    if report.whole:
        report.lists = _lists(workspace)
    return report


def _unknown_logs(reader: Reader, of: Sequence[School]) -> Iterator[AuditFinding]:
    """Logs that belong to no school here: hiding a school must not hide its record."""
    here = {school.id for school in of}
    for log in reader.logs():
        if log.organisation not in here:
            yield AuditFinding(log.name, "removed", "The school that this log belongs to is gone.")
    if not here:
        yield AuditFinding("cases", "removed", "There is no school in this database.")


def _lists(workspace: Workspace) -> str:
    """Whether the read tables are what the record says; they are compared in a transaction that is undone."""
    try:
        return "stale" if differing_lists(workspace)[1] else "fresh"
    except StoreUnavailable:  # it can only be read, or somebody is recording at length
        return "not compared"


def _check_log(
    reader: Reader,
    school: School,
    log: Log,
    report: AuditReport,
    keys: Mapping[str, str],
    witnesses: Sequence[str],
) -> None:
    verifier = _verifier_of(log, keys)
    if verifier is None:
        report.findings.append(AuditFinding(log.name, "log_altered", "Its name or its public key is none."))
        return
    heads, spoken = list(reader.heads(log.log)), Spoken()
    earlier = earlier_origins(heads, log.origin)
    names = {log.origin, *earlier}
    own = [note for note in witnesses if note.partition("\n")[0] in names]
    own = _without_lost(own, earlier, verifier, report)
    events = _listening(reader.events(log.log), spoken)
    found = examine(
        events,
        heads,
        verifier.public_key,
        origin=log.origin,
        log=log.log,
        witnesses=own,
        earlier=tuple(earlier),
    )
    report.events += spoken.events
    report.heads += len(heads)
    report.files += len(spoken.files)
    report.keys[log.origin] = verifier.to_text()
    report.self_attested |= all(
        verifier.public_key != Verifier.from_text(key).public_key for key in keys.values()
    )
    if heads:
        report.checkpoints[log.origin] = heads[-1]
    report.findings.extend(_located(reader, log, item) for item in found)
    if not found:
        report.findings.extend(next_place(reader, log, spoken))
    report.findings.extend(around(reader, school, log, spoken))
    report.findings.extend(check_generations(log, spoken.forgetting, earlier))
    report.erasures.extend(told_erasures(log, spoken.forgetting))
    report.generations |= earlier


def _without_lost(
    notes: Sequence[str], earlier: Mapping[str, int], verifier: Verifier, report: AuditReport
) -> list[str]:
    """The witnesses that the log can fit; one of an earlier generation that vouches for more tells what was lost.

    That a restored log lost what came after its backup stands on record, so it is told, and is no finding.
    """
    kept = []
    for note in notes:
        origin = note.partition("\n")[0]
        try:
            said = open_checkpoint(note, Verifier(origin, verifier.public_key)) if origin in earlier else None
        except NoteRefused:
            said = None
        if said is not None and said.size > earlier[origin]:
            report.lost.append(Lost(origin, earlier[origin], said.size))
        else:
            kept.append(note)
    return kept


def _verifier_of(log: Log, keys: Mapping[str, str]) -> Verifier | None:
    """The key from outside that verifies a log, or the database's own; None where the database holds none."""
    if log.origin in keys:
        return Verifier.from_text(keys[log.origin])
    try:
        return Verifier(log.origin, log.public_key)
    except (BadInput, TypeError):
        return None


def _listening(events: Iterable[StoredEvent], spoken: Spoken) -> Iterator[StoredEvent]:
    """The events of a log as they pass, so that one pass serves both checks."""
    for event in events:
        spoken.take(event)
        yield event


def _located(reader: Reader, log: Log, item: LedgerFinding) -> AuditFinding:
    """A finding with the case that it lies in, as far as the database still says so."""
    event = None if item.pos is None else reader.event_at(log.log, item.pos)
    row = None if event is None else reader.case(event.stream)
    reference, n = (row.reference, event.n) if row is not None and event is not None else ("", None)
    return AuditFinding(log.name, item.kind.value, item.message, item.pos, reference, n)


def _check_cases(reader: Reader, school: School, workspace: Workspace, report: AuditReport) -> None:
    log = log_of(reader, school, "cases")
    doubtful = {item.pos for item in report.findings if item.log == "cases"} - {None}
    own = [(event.pos, read_facts(event) or {}) for event in reader.events_of(school.stream)]
    for stream in reader.streams(log.log, "case"):
        events = reader.events_of(stream.stream)
        report.cases += 1
        history = _history(events)
        if history is None:
            report.erased += 1
            continue
        reference = str(history[0].facts.get("reference", "")) if history else ""
        # What comes after an altered event rests on it: to call that unlawful would bury the one true finding.
        history = history[
            : next((at for at, event in enumerate(events) if event.pos in doubtful), len(history))
        ]
        report.steps += sum(event.facts.get("kind") in ("step_taken", "step_irregular") for event in history)
        policies, calendars = _documents(workspace, history)
        for wrong in unlawful_steps(history, policies, calendars):
            pos = events[wrong.n - 1].pos
            report.findings.append(AuditFinding("cases", "unlawful", wrong.says, pos, reference, wrong.n))
        for recorded, event in zip(history, events, strict=False):
            policy = policies.get(recorded.facts.get("policy", in_force(history, recorded.n)))
            says = _unfounded(recorded.facts, policy, own, event.pos) or _not_adopted(
                recorded.facts, own, event.pos
            )
            if says:
                report.findings.append(
                    AuditFinding("cases", "unlawful", says, event.pos, reference, recorded.n)
                )


def _not_adopted(facts: Mapping[str, Any], own: Sequence[tuple[int, Mapping[str, Any]]], pos: int) -> str:
    """Why a case could not move where it did: the school had not adopted that policy by then; empty if it had."""
    if facts.get("kind") != "policy_moved":
        return ""
    adopted = [held.get("policy") for at, held in own if at < pos and held.get("kind") == "policy_adopted"]
    return (
        "" if facts.get("to") in adopted else "The school had not adopted the policy that the case moved to."
    )


def _unfounded(
    facts: Mapping[str, Any], policy: Policy | None, own: Sequence[tuple[int, Mapping[str, Any]]], pos: int
) -> str:
    """Why an event does not rest on what the school's own stream said before it; empty if it does."""
    dated = [held for at, held in own if at < pos and str(held.get("kind")) in DATED]
    if policy is None or not (dated or "relied" in facts):
        return ""
    try:
        return unfounded(facts, policy, dated_truths(dated))
    except (AttributeError, KeyError, TypeError, ValueError):  # which the judgment of the event itself names
        return ""


def _check_registers(reader: Reader, school: School, workspace: Workspace, report: AuditReport) -> None:
    """Judge every entry of every register again by the policy that it was made under."""
    log = log_of(reader, school, "cases")
    doubtful = {item.pos for item in report.findings if item.log == "cases"} - {None}
    for stream in reader.streams(log.log, "register"):
        events = reader.events_of(stream.stream)
        history = _history(events)
        if history is None:
            continue  # erased, or named by the log's own check
        end = next((at for at, event in enumerate(events) if event.pos in doubtful), len(history))
        told = [RegisterEvent(event.n, event.recorded, event.facts) for event in history[:end]]
        report.register_entries += sum(event.facts.get("kind") == ADDED for event in told)
        for wrong in wrong_entries(told, _documents(workspace, history)[0]):
            says, pos = f"{stream.ref}: {wrong.says}", events[wrong.n - 1].pos
            report.findings.append(AuditFinding("cases", "unlawful", says, pos, "", wrong.n))


def _history(events: Sequence[StoredEvent]) -> list[Recorded] | None:
    """The facts of a case, or None when they were erased or cannot be read (which the log's own check names)."""
    history = []
    for number, event in enumerate(events, start=1):
        facts = read_facts(event)
        try:
            envelope = Envelope.from_bytes(bytes(event.envelope))
        except (NotAnEnvelope, UnknownVersion, TypeError):
            return None
        if facts is None or event.n != number:
            return None
        history.append(Recorded(event.n, envelope.recorded, facts))
    return history


def _documents(
    workspace: Workspace, history: Sequence[Recorded]
) -> tuple[dict[str, Policy], dict[str, Calendar]]:
    policies: dict[str, Policy] = {}
    calendars: dict[str, Calendar] = {}
    for event in history:
        dated = event.facts.get("calendar")
        # What is wrong with a document is a finding of its own.
        for named in policies_cited(event.facts):
            if named not in policies:
                with suppress(NoAccess, StoreDamaged, BadInput):
                    policies[named] = workspace.policy(named)
        if isinstance(dated, str) and dated not in calendars:
            with suppress(NoAccess, StoreDamaged, BadInput):
                calendars[dated] = workspace.calendar(dated)
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
