"""The history of one case, ready to be printed: every format shows this and computes nothing of its own.

It is written out as JSON member for member, in the order in which the members stand here and in `entry.py`,
so a member is never renamed, moved or given another meaning; new ones come last in their class. The units
are those of `entry.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.records.entry import Cite, Entry, When, Who


@dataclass(frozen=True, slots=True)
class Role:
    """A part in the case, and the event that gave it; `held` is false once it was taken away."""

    title: str
    since: int
    held: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a part in the case: when they joined it, and every part they had."""

    who: Who
    job: str
    joined: int | None
    joined_recorded: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a conduct policy, under the school's own number."""

    number: str
    code: str
    policy: str


@dataclass(frozen=True, slots=True)
class Wording:
    """An allegation as one event put it. `text` is empty where it is withheld; `period` is in words."""

    event: int
    text: str
    withheld: bool
    clauses: tuple[Clause, ...]
    band: str
    period: str
    gross_misconduct: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step decided about one allegation."""

    event: int
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Alleged:
    """One numbered allegation with every wording that it had, oldest first; the last one counts."""

    number: int
    wordings: tuple[Wording, ...]
    findings: tuple[Finding, ...]
    withdrawn_by: int | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """The fingerprints of a file: SHA-256 of its content, and of its sealed form, in hexadecimal.

    The first one is empty where the event's words are withheld: it would confirm a guess.
    """

    name: str
    size: int | None
    sha256: str
    sealed_sha256: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """An item of evidence, and whether the employee has had it.

    `status` is `supplied` where they supplied it themselves, and `not_shown` where it seems open, but facts of the case
    are missing here.
    """

    number: int
    event: int
    title: str
    kind: str
    points: str
    allegations: tuple[int, ...]
    source: str
    method: str
    description: str
    file: Document | None
    status: Literal["disclosed", "withheld", "supplied", "open", "not_shown"]
    status_event: int | None
    status_date: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Served:
    """One service of a letter: how, when it was sent, on which day it counts as received, and why then.

    Of several services the one that takes effect first counts.
    """

    event: int
    method: str
    sent: When
    effective: str
    working: str
    proof: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter and its life; `number` counts letters in the order in which they were proposed."""

    number: int
    template: str
    title: str
    recipient: Who
    status: str
    proposed_by: int
    issued_by: int | None
    issued_on: str | None
    sender: str
    checkpoint_size: int | None
    file: Document | None
    services: tuple[Served, ...]
    supersedes: int | None
    superseded_by: int | None
    withdrawn_by: int | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock that ran. `days_late` counts to the day on which it stopped, or to the day of the export.

    `status` is `in_time`, `late`, `running`, `overdue`, `left_open` where the case ended first, `lapsed` where a time
    in which somebody could act passed unused, `not_owed` where the step that ended it says that nothing was due, or
    `not_shown` where it seems to run, but facts of the case are missing here; `days_late` is 0 in the last three.
    """

    clock: str
    title: str
    act_by: tuple[str, ...]
    cites: tuple[Cite, ...]
    started_by: int
    counted_from: str
    due: str
    stopped_by: int | None
    stopped_on: str | None
    status: Literal["in_time", "late", "running", "overdue", "left_open", "lapsed", "not_owed", "not_shown"]
    days_late: int


@dataclass(frozen=True, slots=True)
class Checked:
    """One requirement of one step, assessed again. `general` requirements hold for every step."""

    requirement: str
    name: str
    kind: str
    strength: str
    status: Literal["met", "breached", "waived", "not_shown", "not_reached"]
    general: bool
    says: str
    working: str
    cites: tuple[Cite, ...]
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A step assessed again on the case as it stood before it; with `corrected_by`, on the corrected facts.

    `problem` says why it could not be assessed; `requirements` is empty then.
    """

    event: int
    title: str
    corrected_by: int | None
    problem: str
    requirements: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A step whose record does not follow from the policy, or that could not be judged."""

    event: int
    says: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A time in one stage; `left` is None while it lasts, and either is None where it is not known."""

    entered: str | None
    left: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the six stages: when it was first entered and last left, and the days that the case spent in it.

    `days` counts from the day of entry to the day of leaving, or to the day of the export while it lasts;
    None where a date is not known. A stage that was entered again has several visits and counts all its days.
    """

    stage: str
    title: str
    status: Literal["past", "present", "not_reached"]
    entered: str | None
    left: str | None
    days: int | None
    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A time between two events, such as a suspension; `until` and `ended_by` are None while it lasts."""

    begun_by: int
    ended_by: int | None
    since: str
    until: str | None
    days: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers that sum the history up; they count what stands, not what was annulled."""

    events: int
    steps: int
    irregular: int
    waived: int
    breached: int
    corrections: int
    annulments: int
    letters_issued: int
    letters_served: int
    evidence: int
    evidence_disclosed: int
    evidence_withheld: int
    deadlines: int
    deadlines_late: int
    days_open: int | None
    days_suspended: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one strand of the case stands, in the policy's words."""

    strand: str
    state: str
    plain: str
    final: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """The checkpoint under which this history was made: the log's size and root, and the signed note."""

    origin: str
    size: int
    root: str
    note: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Header:
    """What the history is of and under which rules it was made.

    `calendars` are digests of every calendar that was relied on; `unreadable` are events whose facts are
    not there, so that what follows from them is not shown; `withheld` are events whose words are not shown.
    """

    school: str
    reference: str
    opened: str | None
    procedure: str
    policy_title: str
    policy_label: str
    policy_digest: str
    calendars: tuple[str, ...]
    exported: str
    exported_by: str
    purpose: str
    checkpoint: Signed
    standing: tuple[Standing, ...]
    unreadable: tuple[int, ...]
    withheld: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what an event is found again: SHA-256 of its envelope, and the Merkle leaf hash (RFC 6962)."""

    event: int
    position: int
    recorded: str
    envelope_sha256: str
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class History:
    """The history of one case."""

    format: Literal["casework/case-history/v1"]
    header: Header
    figures: Figures
    stages: tuple[Stage, ...]
    suspensions: tuple[Span, ...]
    people: tuple[Person, ...]
    allegations: tuple[Alleged, ...]
    entries: tuple[Entry, ...]
    letters: tuple[Posted, ...]
    evidence: tuple[Exhibit, ...]
    deadlines: tuple[Deadline, ...]
    reviews: tuple[Review, ...]
    doubts: tuple[Doubt, ...]
    fingerprints: tuple[Fingerprint, ...]

    def entry(self, n: int) -> Entry:
        """Return the entry of event `n`."""
        return self.entries[n - 1]
