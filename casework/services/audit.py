"""Verification: is the record whole and unaltered, and was each step lawful when it was taken?

Nothing here needs a private key, and nothing here writes, but for the note of what was seen (`seen`). The signing key's
public half is read from the database unless it is given from outside; without that, the verdict says that the record
was checked against its own key only.

A log is first read once, in flat memory, to see whether it is in order; only where it is not, it is read again to find
out what happened to it. Signatures and cases are checked piece by piece, with a process for each core where there is
much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from casework.base.errors import BadInput
from casework.ledger.checkpoint import Checkpoint, Verifier
from casework.ledger.checks import check_event
from casework.ledger.errors import NoteRefused
from casework.ledger.findings import Kind, LedgerFinding
from casework.ledger.key_line import KeyLine, Rotation, follow
from casework.ledger.sound import Sound
from casework.ledger.verify import examine
from casework.services.audit_around import Spoken, around, indexes, next_place
from casework.services.audit_cases import LISTED
from casework.services.audit_erasures import check_generations, earlier_origins, told_erasures
from casework.services.audit_port import Port, opened
from casework.services.audit_report import AuditFinding as AuditFinding
from casework.services.audit_report import AuditReport as AuditReport
from casework.services.audit_report import Lost, cause_first, located, misfiled, untold_removal
from casework.services.audit_work import Crew, Signatures, Streams
from casework.services.errors import NoAccess
from casework.services.log_keys import rotations_of
from casework.services.school import School
from casework.services.seen import place, remember, remembered
from casework.store.errors import StoreDamaged

if TYPE_CHECKING:
    from casework.store.reader import Reader
    from casework.store.rows import Log, Organisation

Progress = Callable[[int, int], None]
"""Is told how much is done, of how much."""

_PIECE: Final = 2000
"""How many events a piece of work has, about."""


class Held(Protocol):
    """Whatever has a data folder."""

    @property
    def folder(self) -> Path:
        """The data folder."""
        ...


def verify(
    held: Held | Path,
    of: Sequence[School] | None = None,
    *,
    verifier_keys: Mapping[str, str] | None = None,
    witnesses: Sequence[str] = (),
    case: str = "",
    progress: Progress | None = None,
    workers: int | None = None,
) -> AuditReport:
    """Check every log of these schools (of all, if None), and replay every case through the policy of its digest.

    Args:
        held: the data folder, or a workspace in it.
        verifier_keys: public keys known from outside, by log origin, in signed-note form.
        witnesses: checkpoints that were kept elsewhere: on a letter, in an export.
        case: judge this case alone, by its reference. Its log is checked whole all the same: that the case is, only the
            whole log shows.
        progress: is told how far it is.
        workers: how many processes share the work; decided from how much there is, and from the machine, if None.

    Raises:
        NoAccess: there is no such case. WorkerLost: a process was killed twice over the same piece.
        NoStore, StoreUnavailable: the database cannot be read.
    """
    folder = held if isinstance(held, Path) else held.folder
    with opened(folder) as port:
        asked = _Asked(folder, port, dict(verifier_keys or {}), witnesses, case.upper(), progress)
        return asked.verify(of, workers)


@dataclass(slots=True)
class _Asked:
    """One verification: what was asked, and what was found so far."""

    folder: Path
    port: Port
    known: Mapping[str, str]
    witnesses: Sequence[str]
    case: str
    progress: Progress | None
    report: AuditReport = field(default_factory=AuditReport)
    done: int = 0
    total: int = 0
    judged_case: bool = False

    def verify(self, of: Sequence[School] | None, workers: int | None) -> AuditReport:
        reader, report = self.port.reader, self.report
        every = [_school(row) for row in reader.organisations()]
        here = every if of is None else list(of)
        report.findings.extend(_unknown_logs(reader, every))
        self.total = 2 * sum(
            head.size for log in reader.logs() if (head := reader.head(log.log)) and _int(head.size)
        )
        with Crew(self.folder, self.port, self.total // 2, workers) as crew:
            for school in here:
                self._check_school(school, crew)
        report.findings.extend(indexes(reader))
        if self.case and not self.judged_case:
            raise NoAccess(f"There is no case {self.case} in this record.")
        report.unwitnessed = [
            origin
            for origin in report.keys
            if origin not in {note.partition("\n")[0] for note in self.witnesses}
        ]
        report.findings = report.ordered()
        if report.whole:
            report.lists = "stale" if report.lists == "stale" else "fresh"
            for note in (*report.checkpoints.values(), *self.witnesses):
                if note.partition("\n")[0] in report.keys:
                    remember(self.folder, note)
        else:
            report.lists = "not compared"
        return report

    def _check_school(self, school: School, crew: Crew) -> None:
        found: dict[str, tuple[Log, Spoken]] = {}
        rotations = rotations_of(self.port.reader, school)
        for name in ("cases", "access"):
            log = self.port.reader.log_of(school.id, name)
            if log is None:
                says = f"The {name} log of {school.name or 'a school'} is gone."
                self.report.findings.append(AuditFinding(name, Kind.REMOVED.value, says))
                continue
            spoken = self._check_log(school, log, rotations.get(name, []), crew)
            if spoken is not None:
                found[name] = (log, spoken)
        if "cases" in found:
            self._judge(school, *found["cases"], crew)

    def _check_log(
        self, school: School, log: Log, rotations: Sequence[Rotation], crew: Crew
    ) -> Spoken | None:
        reader, report = self.port.reader, self.report
        earlier = earlier_origins(reader.heads(log.log), log.origin)
        keys = _keys_of(log, self.known, rotations, tuple(earlier))
        if keys is None:
            report.findings.append(
                AuditFinding(log.name, "log_altered", "Its name or its public key is none.")
            )
            return None
        witnesses = self._witnesses(log, keys, earlier)
        spoken = Spoken()
        found = self._check_events(log, keys, earlier, witnesses, spoken, crew)
        report.events += spoken.events
        report.files += len(spoken.files)
        report.keys[log.origin] = keys.current.to_text()
        ours = {verifier.public_key for verifier in keys.verifiers}
        report.self_attested |= not ours & {Verifier.from_text(key).public_key for key in self.known.values()}
        newest = reader.newest_note(log.log)
        if isinstance(newest, str):
            report.checkpoints[log.origin] = newest
        own = [item.pos for item in spoken.forgetting.gone if item.facts and item.stream == school.stream]
        report.findings.extend(located(reader, log, item) for item in cause_first(found, own))
        if all(item.kind is Kind.ROLLED_BACK for item in found):
            report.findings.extend(next_place(reader, log, spoken))
        # An entry that is not the recorded one has no part that an erasure could have taken away.
        wrong = {item.pos for item in found}
        untold = {item.pos for item in found if item.kind is Kind.ALTERED}
        untold = untold and untold & {event.pos for event in reader.events_of(school.stream)}
        report.findings.extend(
            untold_removal(item) if untold else item
            for item in around(reader, school, log, spoken)
            if item.kind != Kind.REMOVED.value or item.pos not in wrong
        )
        report.findings.extend(check_generations(log, spoken.forgetting, earlier))
        report.erasures.extend(told_erasures(log, spoken.forgetting))
        report.generations |= earlier
        return spoken

    def _check_events(
        self,
        log: Log,
        keys: KeyLine,
        earlier: Mapping[str, int],
        witnesses: Sequence[str],
        spoken: Spoken,
        crew: Crew,
    ) -> list[LedgerFinding]:
        """Return what is wrong with a log: nothing after one pass, if that finds it in order."""
        reader, doubtful = self.port.reader, False
        roots: dict[int, bytes] = {}
        for checkpoint in _opened(keys, witnesses):
            doubtful |= (
                checkpoint is None or roots.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root
            )
        sound = Sound(log.origin, log.log, roots, earlier)
        if doubtful:
            sound.doubt()
        for event, command, head in reader.signed_events(log.log):
            checked = check_event(event)
            if checked.envelope is not None and checked.envelope.command != command:
                checked.faults.append(("row", "stands in the store under another command than it says"))
                self.report.findings.append(
                    misfiled(log, event, "It is kept under another command than it says.")
                )
            spoken.take(event, checked)
            sound.take(checked, head)
            self.report.heads += head is not None
            self._tell(1, spoken.events % 500 == 0)
        spoken.frontier = sound.growth.frontier().to_bytes()
        if sound.finish() and self._all_signed(log, keys, spoken, crew):
            return []
        found = examine(
            reader.events(log.log),
            list(reader.heads(log.log)),
            keys.current.public_key,
            origin=log.origin,
            log=log.log,
            witnesses=witnesses,
            rotations=keys.rotations,
            earlier=keys.earlier,
        )
        if not found and sound.misplaced is not None:
            says = (
                f"What is kept beside event {sound.misplaced} is not the signed head that was made after it."
            )
            found = [LedgerFinding(Kind.ALTERED, "head", sound.misplaced, sound.misplaced, says)]
        return found

    def _all_signed(self, log: Log, keys: KeyLine, spoken: Spoken, crew: Crew) -> bool:
        starts = range(0, spoken.events, _PIECE)
        return all(crew.signatures([Signatures(log.log, keys, start, start + _PIECE) for start in starts]))

    def _witnesses(self, log: Log, keys: KeyLine, earlier: Mapping[str, int]) -> list[str]:
        """The checkpoints of a log that were given, and the one that this installation remembers."""
        names = {log.origin, *earlier}
        given = [note for note in self.witnesses if note.partition("\n")[0] in names]
        given = self._without_lost(given, keys, earlier)
        seen = remembered(self.folder, log.origin)
        if seen is None:
            return given
        try:
            keys.open(seen)
        except NoteRefused:
            says = (
                f"The checkpoint that this installation remembers, {place(self.folder, log.origin)}, is not one of this"
                " log and its key: that file was changed, or the log was replaced."
            )
            self.report.findings.append(AuditFinding(log.name, Kind.HEAD_FORGED.value, says))
            return given
        return [*given, seen]

    def _without_lost(self, notes: Sequence[str], keys: KeyLine, earlier: Mapping[str, int]) -> list[str]:
        """The witnesses that the log can fit; one of an earlier generation that vouches for more tells what was lost.

        That a restored log lost what came after its backup stands on record, so it is told, and is no finding.
        """
        kept = []
        for note, said in zip(notes, _opened(keys, notes), strict=True):
            if said is not None and said.size > earlier.get(said.origin, said.size):
                self.report.lost.append(Lost(said.origin, earlier[said.origin], said.size))
            else:
                kept.append(note)
        return kept

    def _judge(self, school: School, log: Log, spoken: Spoken, crew: Crew) -> None:
        report = self.report
        doubtful = frozenset(
            item.pos for item in report.findings if item.log == "cases" and item.pos is not None
        )
        streams, events = self._streams(log, spoken), 0
        for judged in crew.streams(_pieces(school, log, streams, doubtful, spoken)):
            report.findings += judged.findings
            report.cases += judged.cases
            report.steps += judged.steps
            report.register_entries += judged.register_entries
            report.erased += judged.erased
            report.lists = "stale" if judged.stale else report.lists
            events += judged.events
            self._tell(judged.events, True)
        if not doubtful and events != sum(spoken.lengths.get(stream, 0) for stream in streams):
            says = "In the database, the table events and its own index do not agree: casework db rebuild."
            report.findings.append(AuditFinding("cases", "index_altered", says))
        if not self.case and self.port.reader.listed() - self._listed_elsewhere(log) - set(streams):
            report.lists = "stale"

    def _streams(self, log: Log, spoken: Spoken) -> dict[str, str]:
        """The streams to judge with their kinds, as their first entries say; where those are gone, as the list says."""
        kinds = {
            row.stream: row.kind
            for kind in (*LISTED, "register")
            for row in self.port.reader.streams(log.log, kind)
            if row.stream not in spoken.begun
        }
        kinds |= {
            stream: kind for stream, (kind, _) in spoken.kinds().items() if kind in (*LISTED, "register")
        }
        if not self.case:
            return kinds
        chosen = {
            stream: "case"
            for stream, (kind, facts) in spoken.kinds().items()
            if kind == "case" and str(facts.get("reference", "")).upper() == self.case
        }
        self.judged_case |= bool(chosen)
        return chosen

    def _listed_elsewhere(self, log: Log) -> set[str]:
        reader = self.port.reader
        return {
            row.stream
            for other in reader.logs()
            if other.log != log.log
            for kind in LISTED
            for row in reader.streams(other.log, kind)
        }

    def _tell(self, more: int, now: bool) -> None:
        self.done += more
        if now and self.progress is not None:
            self.progress(min(self.done, self.total), self.total)


def _pieces(
    school: School, log: Log, streams: Mapping[str, str], doubtful: frozenset[int], spoken: Spoken
) -> Iterator[Streams]:
    """Put streams together into pieces of about the same number of events."""
    piece: list[tuple[str, str]] = []
    size = 0
    for stream, kind in streams.items():
        piece.append((stream, kind))
        size += spoken.lengths.get(stream, 0)
        if size >= _PIECE:
            yield Streams(school, log, tuple(piece), doubtful)
            piece, size = [], 0
    if piece:
        yield Streams(school, log, tuple(piece), doubtful)


def _school(row: Organisation) -> School:
    """A school as its settings say; one of which they say nothing that can be read is verified all the same."""
    try:
        return School.from_row(row)
    except (StoreDamaged, AttributeError):
        return School(row.organisation, "", "", "", (), "", "", "", "", b"")


def _unknown_logs(reader: Reader, every: Sequence[School]) -> Iterator[AuditFinding]:
    """Logs that belong to no school here: hiding a school must not hide its record."""
    here = {school.id for school in every}
    for log in reader.logs():
        if log.organisation not in here:
            yield AuditFinding(log.name, Kind.REMOVED.value, "The school that this log belongs to is gone.")
    if not here:
        yield AuditFinding("cases", Kind.REMOVED.value, "There is no school in this database.")


def _keys_of(
    log: Log, known: Mapping[str, str], told: Sequence[Rotation], earlier: Sequence[str]
) -> KeyLine | None:
    """The keys of a log; None where the database holds none.

    A key from outside counts if it is one of the log's line of keys, in which each vouched for the next; if it is not,
    the log is checked with it alone. So does one that was given under the origin of an earlier generation of the log.
    """
    try:
        line = KeyLine(log.origin, log.public_key, follow(log.public_key, told), earlier)
    except (BadInput, TypeError):
        line = None
    given = next((known[origin] for origin in (log.origin, *reversed(earlier)) if origin in known), None)
    if given is None:
        return line
    key = Verifier.from_text(given).public_key
    if line is not None and key in {verifier.public_key for verifier in line.verifiers}:
        return line
    return KeyLine(log.origin, key, (), earlier)


def _opened(keys: KeyLine, notes: Sequence[str]) -> Iterator[Checkpoint | None]:
    """Each checkpoint that was kept; None for one that vouches for nothing."""
    for note in notes:
        try:
            yield keys.open(note)
        except NoteRefused:
            yield None


def _int(value: object) -> bool:
    return isinstance(value, int)
