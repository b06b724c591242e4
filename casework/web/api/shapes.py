"""What the JSON API sends back: one class for each kind of thing, in the words of the rest of casework.

Dates are local (Europe/London), as `2026-03-02`; instants are in UTC. Text is plain text, never markup: whoever shows
it escapes it. `seen` is the number of the newest event of a case, to be sent back with the next act.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Shown(BaseModel):
    """What is sent back."""

    model_config = ConfigDict(from_attributes=True)


class Me(Shown):
    """The token that asks."""

    name: str
    role: str
    actions: list[str]
    until: date
    schools: list[str]


class SchoolShown(Shown):
    """A school that the token works for; `prefix` begins the references of its cases."""

    name: str
    prefix: str
    policy: str


class CaseListed(Shown):
    """A case as it stands in a list; no name is among it."""

    reference: str
    school: str
    opened: date
    stage: str
    state: str
    closed: bool
    events: int
    last_recorded: str


class CasePage(Shown):
    """A page of cases, newest first; `next` is sent as `after` for the page behind it, null at the end."""

    cases: list[CaseListed]
    next: str | None


class DueShown(Shown):
    """Something that is due; `days_left` are calendar days from today, negative when it is overdue."""

    school: str
    reference: str
    clock: str
    title: str
    then: str
    act_by: list[str]
    counted_from: date
    due: date
    days_left: int
    overdue: bool


class PersonShown(Shown):
    """Somebody in a case, and their parts."""

    name: str
    title: str
    roles: list[str]
    party: str


class AllegationShown(Shown):
    """One allegation."""

    number: int
    event: int
    text: str
    clauses: list[str]
    clause_numbers: list[str]
    band: str
    period: list[date] | None
    gross_misconduct: bool
    withdrawn: bool


class EvidenceShown(Shown):
    """One item of evidence."""

    number: int
    title: str
    type: str
    points: str
    status: str


class LetterShown(Shown):
    """One letter of a case."""

    number: int
    letter: str
    to: str
    issued_on: date | None
    effective: date | None = Field(description="The local date on which it counts as received.")
    stands: bool


class StepShown(Shown):
    """One step that was taken."""

    event: int
    step: str
    title: str
    strand: str
    occurred: dict[str, str]
    taken_by: str
    role: str
    recorded_by: str
    values: dict[str, JsonValue]
    texts: dict[str, JsonValue]
    waived: list[str]
    breached: list[str]
    irregular: bool
    corrected_by: list[int]


class NoteShown(Shown):
    """One note."""

    event: int
    type: str
    text: str


class CaseShown(Shown):
    """Everything on a case that the token may read; that it was read is on the access log."""

    reference: str
    seen: int
    policy: str
    states: dict[str, str] = Field(description="Where each strand of the procedure stands.")
    stage: str
    closed: bool
    reported: date | None
    summary: str
    people: list[PersonShown]
    allegations: list[AllegationShown]
    evidence: list[EvidenceShown]
    letters: list[LetterShown]
    steps: list[StepShown]
    notes: list[NoteShown]
    annulled: list[int]


class EntryShown(Shown):
    """One event of a case's history, in order. People are numbers where the token may not read names."""

    event: int
    recorded: str
    occurred: date | None
    kind: str
    title: str
    says: str
    stage: str
    taken_by: str
    recorded_by: str
    irregular: bool
    waived: list[str]
    breached: list[str]


class PointShown(Shown):
    """Something that stands in the way of a step, or that its answers will decide."""

    requirement: str
    strength: str
    says: str
    cites: list[str]
    waivable_by: list[str]
    earliest: date | None


class PossibleShown(Shown):
    """A step that starts from where the case stands; `ready` if nothing but answers is missing."""

    step: str
    title: str
    strand: str
    taken_by: list[str] = Field(description="Roles that may take it.")
    ready: bool
    asks: list[str]
    blocks: list[PointShown]
    open: list[PointShown]


class Possibles(Shown):
    """The steps that start from where a case stands."""

    reference: str
    seen: int
    steps: list[PossibleShown]


class FieldShown(Shown):
    """One field of a step: how it is answered. `options` are the answers that there are, each with its words."""

    name: str
    type: str
    label: str
    help: str
    optional: bool
    for_each_allegation: bool
    options: dict[str, str]
    questions: dict[str, str]


class StepAsks(Shown):
    """What a step asks for, and who may take and record it."""

    step: str
    title: str
    strand: str
    taken_by: list[str]
    recorders: list[str]
    fields: list[FieldShown]


class ForecastShown(Shown):
    """One step to come: the earliest lawful local date, and how it is counted; `due` if a clock runs for it."""

    step_id: str
    title: str
    earliest: date
    working: str | None
    due: date | None
    late: bool


class FindingShown(Shown):
    """One line of the fairness review: a rule, how it stands, and the events that show it."""

    rule: str
    code: str
    status: Literal["met", "breached", "waived", "not_shown", "not_reached"]
    says: str
    remedy: str
    events: list[int]
    step: str


class Review(Shown):
    """The fairness review of a case as it stands today."""

    reference: str
    counts: dict[str, int]
    findings: list[FindingShown]


class ExceptionShown(Shown):
    """Something that an auditor looks at: why, in which case, at which event, on which local date."""

    why: str
    reference: str
    event: int
    on: date
    what: str
    detail: str
    days: int


class Exceptions(Shown):
    """What stands out in the cases of a school. `disagreements` is empty, or the record has to be verified."""

    cases: int
    exceptions: list[ExceptionShown]
    disagreements: list[str]


class Recorded(Shown):
    """What an act came to: its events, and the newest of the case, to be sent as `seen` next.

    `repeated` says that the same command had been recorded before, and nothing was added; `dry_run` that all was
    decided and nothing recorded.
    """

    reference: str
    command: str
    events: list[int]
    seen: int
    repeated: bool
    dry_run: bool = False


class LetterDueShown(Shown):
    """A letter with which something is to be done next."""

    template: str
    act: str
    number: int | None
    due: date | None


class LetterFull(Shown):
    """A letter of a case: where it is in its life, and its fingerprint (SHA-256) once it was issued."""

    number: int
    template: str
    title: str
    recipient: str
    status: str
    issued_on: date | None
    effective: date | None
    fingerprint: str


class Letters(Shown):
    """The letters of a case, what is to be done with letters next, and those that can be written."""

    reference: str
    seen: int
    letters: list[LetterFull]
    due: list[LetterDueShown]
    templates: dict[str, str]


class Lacks(Shown):
    """A fact that a letter lacks; of whom, if it is one of a person."""

    name: str
    label: str
    whom: str


class Previewed(Shown):
    """A letter as it would be, in plain text, or what is missing; and what to look at before it goes out."""

    letter: str
    title: str
    text: str
    missing: list[Lacks]
    summary: dict[str, str]


class Issued(Recorded):
    """A letter that was issued: its number, and the SHA-256 of its PDF."""

    number: int
    fingerprint: str


class Served(Recorded):
    """A service that was recorded: the day on which the letter counts as received, and how that is counted."""

    effective: date | None
    working: str


class Comparable(Shown):
    """Earlier decisions that are like a case (ACAS-4b), as outlines without names; `digest` shows which were shown."""

    reference: str
    digest: str
    months: int | None
    decisions: list[dict[str, JsonValue]]
