"""What a verification reports: findings, counts, and what it could not know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from casework.ledger.findings import Kind, LedgerFinding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.ledger.event import StoredEvent
    from casework.store.reader import Reader
    from casework.store.rows import Log

PRECEDENCE: Final = (
    *(kind.value for kind in Kind),
    *("not_erased", "unlawful", "file_missing", "file_altered", "file_inserted"),
    *(
        "log_altered",
        "settings_altered",
        "directory_altered",
        "stream_altered",
        "key_missing",
        "document_missing",
        "document_altered",
        "index_altered",
    ),
)
"""The classes of findings, in the order in which they are named where several are at one place."""


_ENTRIES: Final = (Kind.REMOVED, Kind.INSERTED, Kind.REORDERED, Kind.ALTERED)


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


@dataclass(frozen=True, slots=True)
class ToldErasure:
    """An erasure that the record tells of: where, when (UTC), of how many events, words or everything, which rules."""

    log: str
    pos: int
    recorded: str
    events: int
    what: str
    rules: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "log": self.log,
            "pos": self.pos,
            "recorded": self.recorded,
            "events": self.events,
            "what": self.what,
            "rules": list(self.rules),
        }


@dataclass(frozen=True, slots=True)
class Lost:
    """What a checkpoint of an earlier generation vouches for, beyond what that generation left behind."""

    origin: str
    kept: int
    vouched: int


@dataclass(slots=True)
class AuditReport:
    """What was checked and what was found.

    `self_attested` says that a log was not checked with a key from outside, so that whoever held the database could
    have signed it anew; compare `keys` with the ones printed elsewhere. `unwitnessed` are the origins of the logs of
    which no checkpoint from outside was given, so that going back to an earlier state of them would not be noticed.

    `erasures` are the ones that the record tells of; `generations` the origins under which a log was signed before it
    was restored from a backup, with the size at which each ended; `lost` what witnesses of those vouch for beyond that.

    `lists` says what the read tables are: "fresh", "stale" (to be made again; no sign of tampering by itself), or
    "not compared", because the database can only be read or because the record itself is not whole.
    """

    events: int = 0
    heads: int = 0
    cases: int = 0
    steps: int = 0
    register_entries: int = 0
    files: int = 0
    erased: int = 0
    self_attested: bool = False
    keys: dict[str, str] = field(default_factory=dict)
    checkpoints: dict[str, str] = field(default_factory=dict)
    unwitnessed: list[str] = field(default_factory=list)
    lists: str = "not compared"
    erasures: list[ToldErasure] = field(default_factory=list)
    generations: dict[str, int] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    findings: list[AuditFinding] = field(default_factory=list)

    def ordered(self) -> list[AuditFinding]:
        """Return the findings by precedence: cases before access; by position, what has none last; by class."""
        rank = {kind: at for at, kind in enumerate(PRECEDENCE)}
        return sorted(
            self.findings,
            key=lambda one: (one.log != "cases", not isinstance(one.pos, int), one.pos or 0, rank[one.kind]),
        )

    @property
    def whole(self) -> bool:
        """True when nothing was found."""
        return not self.findings


def untold_removal(item: AuditFinding) -> AuditFinding:
    """Return a finding behind its likely cause: words that are gone, where an entry that may tell of it was altered."""
    if item.kind != "removed" or item.pos is None or item.n is None:
        return item
    says = f"Words of entry {item.pos} are gone, and an entry that may say by which rule was altered."
    return replace(item, pos=None, says=says)


def cause_first(found: Sequence[LedgerFinding], gone: Sequence[int] = ()) -> list[LedgerFinding]:
    """Return the findings of a log, with heads by a key that is not known after what may be the reason for that.

    An entry tells of each change of key. If entries are wrong, and heads from before them are by a key that nothing
    tells of, then that entry may be one of them: it has to be named first, not each head that rests on it.

    Args:
        gone: positions of entries of the school's own stream whose facts are missing.
    """
    entries = [*gone, *(item.pos for item in found if item.kind in _ENTRIES and item.pos is not None)]
    forged = [item for item in found if item.kind is Kind.HEAD_FORGED and item.pos is not None]
    if not entries or not forged or min(item.pos or 0 for item in forged) >= min(entries):
        return list(found)
    says = (
        f"{len(forged)} of the signed heads are by no key that the record tells of. The entry that tells of a change of"
        " key may be among those that are wrong."
    )
    kept = [item for item in found if item not in forged]
    return [*kept, LedgerFinding(Kind.HEAD_FORGED, "head", None, None, says)]


def located(reader: Reader, log: Log, item: LedgerFinding) -> AuditFinding:
    """Return a finding with the case that it lies in, as far as the database still says so."""
    event = None if item.pos is None else reader.event_at(log.log, item.pos)
    row = None if event is None else reader.case(event.stream)
    reference, n = (row.reference, event.n) if row is not None and event is not None else ("", None)
    return AuditFinding(log.name, item.kind.value, item.message, item.pos, reference, n)


def misfiled(log: Log, event: StoredEvent, says: str) -> AuditFinding:
    """Return that an event is kept otherwise than it says of itself."""
    return AuditFinding(log.name, Kind.ALTERED.value, says, event.pos, "", event.n)
