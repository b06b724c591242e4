"""A case as folded from its facts: who has which part, what is alleged, what was done, what is due.

Everything here is frozen and holds facts only: ids, dates, enums, numbers. Names and words live in sealed bodies.
`n` is always the case's own event number, from 1; dates are local dates (Europe/London).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from casework.base.time import Occurred
from casework.cases.links import OwnLink
from casework.cases.readers import Reader

Value = bool | int | str | tuple[str, ...] | Mapping[str, Any]
"""A typed value of a step's field, as facts hold it."""

Status = Literal["met", "breached", "waived", "not_shown", "not_reached"]
"""How a requirement stands. `not_shown`: the record does not say; `not_reached`: it does not apply (yet)."""


@dataclass(frozen=True, slots=True)
class Party:
    """A person's parts in one case, under the random party id of that case.

    `n` is the event that added them, `words` the one that holds their name and address as the case uses them now: the
    same, or the one that changed them last.
    """

    id: str
    roles: tuple[str, ...]
    n: int
    words: int
    teacher: bool = False
    union_rep: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True)
class Tenure:
    """That somebody had a role, from event `since` on until event `until` took it away (None: still)."""

    party: str
    role: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Allegation:
    """One numbered allegation. `clauses` are catalogue codes; `period` holds local dates or is None when unknown."""

    id: str
    number: int
    n: int
    clauses: tuple[str, ...]
    band: str
    period: tuple[date, date] | None
    gross_misconduct: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """An item of evidence and whether the employee has had it: disclosed, withheld with a reason, or neither yet.

    `supplied` is the side that it comes from, `received` the day on which it came; `file` is the event with the file as
    it came. `revisions` are events that brought a newer version, `checks` those in which the person whose words it
    holds answered for it (UKGDPR-5d), `redacted` the event with the newest redacted copy.
    """

    id: str
    number: int
    n: int
    type: str
    points: str
    supports: tuple[str, ...]
    disclosed: int | None = None
    withheld: int | None = None
    supplied: str = "school"
    received: date | None = None
    disclosed_on: date | None = None
    file: int | None = None
    revisions: tuple[int, ...] = ()
    checks: tuple[int, ...] = ()
    redacted: int | None = None

    @property
    def newest(self) -> int | None:
        """The event with the newest version of its file, None if it has none."""
        return self.revisions[-1] if self.revisions else self.file

    @property
    def standing(self) -> Literal["disclosed", "withheld", "supplied", "open"]:
        """Whether the employee has it: given, withheld, supplied by them, or neither given nor refused (ACAS-9b)."""
        if self.disclosed is not None:
            return "disclosed"
        if self.withheld is not None:
            return "withheld"
        return "supplied" if self.supplied == "employee" else "open"

    @property
    def open(self) -> bool:
        """True while the employee was neither given it nor refused it; what they supplied they have."""
        return self.standing == "open"

    @property
    def locked(self) -> bool:
        """True once the person has answered for it: corrections then stand beside it."""
        return bool(self.checks)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was built: what for (`hearing` or `appeal`), how many pages, and the ids of what it held."""

    id: str
    number: int
    n: int
    purpose: str
    built: date
    pages: int
    letters: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a letter: `sent` and the day on which it counts as received (`effective`, LX-15).

    `failed` is the event that says that it did not arrive; `counts` is false if it does not count as service then.
    """

    n: int
    method: str
    sent: date
    effective: date
    failed: int | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class LetterFile:
    """A scan that belongs to a letter: the signed copy, a receipt, a proof of posting; perhaps of one service of it."""

    n: int
    type: str
    service: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's life: proposed, issued, served (perhaps several times), superseded or withdrawn.

    `gross` are the allegations that it notified as potential gross misconduct (ACAS-23); `revisions` the events that
    gave it other words before it was issued; `written_by` is the party who wrote the newest, `approved` the event that
    approved those.
    """

    id: str
    template: str
    recipient: str
    proposed: int
    issued: int | None = None
    issued_on: date | None = None
    services: tuple[Service, ...] = ()
    superseded: int | None = None
    withdrawn: int | None = None
    gross: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    revisions: tuple[int, ...] = ()
    written_by: str = ""
    approved: int | None = None
    files: tuple[LetterFile, ...] = ()

    @property
    def versions(self) -> tuple[int, ...]:
        """The events that say what it is to say, oldest first: its proposal, and each time that it was revised."""
        return (self.proposed, *self.revisions)

    @property
    def version(self) -> int:
        """The event that says what it is to say now."""
        return self.versions[-1]

    @property
    def stands(self) -> bool:
        """True when it was issued and neither superseded nor withdrawn."""
        return self.issued is not None and self.superseded is None and self.withdrawn is None

    @property
    def earliest_service(self) -> Service | None:
        """The service that counts: the earliest effective one of those that did not fail (LX-15)."""
        counting = (service for service in self.services if service.counts)
        return min(counting, key=lambda service: service.effective, default=None)

    @property
    def undelivered(self) -> bool:
        """True when it stands, its last service failed, and it has not been sent again since."""
        return self.stands and bool(self.services) and self.services[-1].failed is not None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A requirement that the decision-maker waived, on record for ever."""

    requirement: str
    by: str
    role: str


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step that was taken, lawfully or as an irregular fact (`breached` names what was unmet).

    One that happened `on_paper` moved nothing, and is not shown to have been in order; `breached` are then the rules
    that the paper shows to be broken.
    """

    n: int
    strand: str
    step: str
    from_: str
    to: str
    taken_by: str
    role: str
    basis: str
    recorded_by: str
    recorder_role: str
    occurred: Occurred
    recorded: str
    values: Mapping[str, Value] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    waived: tuple[Waiver, ...] = ()
    breached: tuple[str, ...] = ()
    irregular: bool = False
    on_paper: bool = False
    corrected: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that ran or runs: what it counts from, when it is due, and the event that stopped it."""

    id: str
    n: int
    counted_from: date
    due: date
    stopped: int | None = None
    stopped_on: date | None = None

    def late(self, on: date) -> bool:
        """True when it was stopped after its due date, or still runs and `on` is after it. Lateness never blocks."""
        return (self.stopped_on or on) > self.due


@dataclass(frozen=True, slots=True)
class Note:
    """A note, advice or minutes on the case; the words are in its body."""

    n: int
    type: str


@dataclass(frozen=True, slots=True)
class TriageAnswer:
    """An answer to a triage question, and the event that gave it.

    `bulk` marks one of "no to the rest", `known` one that was on record already; `worded` says that it has a reason.
    """

    answer: str
    n: int
    bulk: bool = False
    known: bool = False
    worded: bool = False

    @classmethod
    def all_of(cls, facts: Mapping[str, Any], n: int) -> dict[str, TriageAnswer]:
        """The answers that event `n` gives, by question, from its facts."""
        bulk, known, given = set(facts["bulk"]), set(facts["known"]), set(facts["given"])
        return {
            name: cls(answer, n, name in bulk, name in known, name in given)
            for name, answer in facts["answers"].items()
        }


@dataclass(frozen=True, slots=True)
class LiveWarning:
    """A warning on the personnel stream, as relied on by a decision. Both dates inclusive."""

    sanction: str
    live_from: date
    live_until: date

    def live(self, on: date) -> bool:
        """True on each day from `live_from` to `live_until`, both included (ACAS-21c)."""
        return self.live_from <= on <= self.live_until


@dataclass(frozen=True, slots=True)
class Case:
    """One case as its facts stand after event `n`.

    `triage` is the newest answer to each triage question, `triage_registers` what the registers said then. `readers`
    are the accounts that are let in, by id, `shut_out` those kept out as parties; `links` lead to own pages, by id.
    """

    policy: str = ""
    calendar: str = ""
    catalogues: tuple[str, ...] = ()
    reference: str = ""
    n: int = 0
    opened: date | None = None
    last_occurred: date | None = None
    states: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    tenures: tuple[Tenure, ...] = ()
    allegations: Mapping[str, Allegation] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    letters: Mapping[str, Letter] = field(default_factory=dict)
    steps: tuple[StepRecord, ...] = ()
    clocks: tuple[Clock, ...] = ()
    notes: tuple[Note, ...] = ()
    packs: tuple[Pack, ...] = ()
    triage: Mapping[str, TriageAnswer] = field(default_factory=dict)
    triage_registers: Mapping[str, str] = field(default_factory=dict)
    annulled: frozenset[int] = field(default_factory=frozenset)
    corrections: tuple[int, ...] = ()
    readers: Mapping[str, Reader] = field(default_factory=dict)
    shut_out: frozenset[str] = frozenset()
    links: Mapping[str, OwnLink] = field(default_factory=dict)

    def holders(self, role: str) -> tuple[Party, ...]:
        """The parties who hold `role`, in the order in which they joined the case."""
        return tuple(party for party in self.parties.values() if role in party.roles)

    def acted_as(self, role: str) -> frozenset[str]:
        """Party ids that hold `role` or have ever taken a step in it: a part once played stays played (ACAS-27)."""
        acted = {record.taken_by for record in self.steps if record.role == role}
        return frozenset(acted | {party.id for party in self.holders(role)})

    def held_at(self, role: str, n: int) -> frozenset[str]:
        """Party ids that held `role` when event `n` was recorded, those included to whom that event gave it."""
        return frozenset(
            item.party
            for item in self.tenures
            if item.role == role and item.since <= n and (item.until is None or item.until > n)
        )

    @property
    def employee(self) -> Party | None:
        """The person whom the case is about."""
        return next(iter(self.holders("employee")), None)

    @property
    def standing_allegations(self) -> tuple[Allegation, ...]:
        """Allegations that have not been withdrawn, in order of number."""
        return tuple(item for item in self.allegations.values() if not item.withdrawn)

    def letters_of(self, template: str) -> tuple[Letter, ...]:
        """Issued letters of a template, or of a merged letter that covers it, that stand; oldest first."""
        return tuple(
            letter
            for letter in self.letters.values()
            if letter.stands and (letter.template == template or template in letter.covers)
        )

    def last_step(self, *steps: str) -> StepRecord | None:
        """The newest record of any of `steps`, irregular ones included."""
        return next((record for record in reversed(self.steps) if record.step in steps), None)

    def values_of(self, event: int | None) -> Mapping[str, Value]:
        """The typed values of the step that event `event` recorded, corrected; none if it is no step."""
        return next((record.values for record in self.steps if record.n == event), {})

    def value(self, name: str, strand: str) -> Value | None:
        """The newest value that a step of `strand` gave to field `name`, or None."""
        for record in reversed(self.steps):
            if record.strand == strand and name in record.values:
                return record.values[name]
        return None

    def answer(self, name: str) -> Value | None:
        """The newest value that a step of any strand gave to field `name`, or None."""
        return next((record.values[name] for record in reversed(self.steps) if name in record.values), None)

    def running(self) -> tuple[Clock, ...]:
        """Clocks that nothing has stopped, earliest due first."""
        return tuple(
            sorted((clock for clock in self.clocks if clock.stopped is None), key=lambda c: (c.due, c.id))
        )

    def with_(self, **changes: Any) -> Case:
        """A copy with `changes`."""
        return replace(self, **changes)
