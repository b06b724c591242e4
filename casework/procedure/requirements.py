"""The closed set of requirement kinds: what a policy may ask before a step.

Each class names one kind and its typed parameters; how a kind is assessed stands in `casework.cases.assess`, one
function each. Nothing is evaluated from a policy file: a kind that is not in this module does not exist. A published
kind never changes its meaning; a new meaning gets a new name.

Days are working days of the policy unless a name says otherwise. A number of days may be a literal or the name of an
integer setting of the policy.

Longer than 400 lines because a closed set is read, and kept whole, in one place.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Days = int | str
"""A number of working days, or the name of an integer setting that holds it."""


class Rule(BaseModel):
    """Base of all requirement kinds: frozen, and unknown parameters are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LetterIssued(Rule):
    """A letter of this template has been issued in the case and was not withdrawn."""

    kind: Literal["letter_issued"] = "letter_issued"
    letter: str


class LetterServed(Rule):
    """A letter of this template has been served, effectively on or before the day of the step (LX-15)."""

    kind: Literal["letter_served"] = "letter_served"
    letter: str


class Notice(Rule):
    """Clear working days between the effective service of `letter` and the date in field `until` (ACAS-11).

    Neither the day of service nor the day of the meeting is counted. `unless` names a boolean field, given
    with this
    step or an earlier one of the strand, that shortens the notice by the employee's written agreement, but
    never
    below `never_below`.
    """

    kind: Literal["notice"] = "notice"
    letter: str
    until: str
    clear_working_days: Days
    unless: str | None = None
    never_below: Days | None = None


class NoticeForecast(Rule):
    """The date in field `until` leaves the notice if the letter is served on the day of this step (ACAS-11,
    LX-5).

    `method` names the enum field that holds the planned method of service; by hand when absent.
    """

    kind: Literal["notice_forecast"] = "notice_forecast"
    until: str
    clear_working_days: Days
    method: str | None = None
    unless: str | None = None
    never_below: Days | None = None


class DifferentPeople(Rule):
    """No person holds, or has acted in, two of the `roles` (ACAS-6, ACAS-27).

    With `apart_from`, nobody in `roles` may be found among `apart_from`; people within one list may coincide.
    """

    kind: Literal["different_people"] = "different_people"
    roles: tuple[str, ...] = Field(min_length=1)
    apart_from: tuple[str, ...] = ()


class PartyAssigned(Rule):
    """At least `at_least` people hold one of the `roles` in the case, counting those this step assigns."""

    kind: Literal["party_assigned"] = "party_assigned"
    roles: tuple[str, ...] = Field(min_length=1)
    at_least: Days = 1


class TookNoPartIn(Rule):
    """Nobody in `roles` has taken one of the `steps`, in whichever part, in order or irregularly (ACAS-6, ACAS-27)."""

    kind: Literal["took_no_part_in"] = "took_no_part_in"
    roles: tuple[str, ...] = Field(min_length=1)
    steps: tuple[str, ...] = Field(min_length=1)


class HeardTheCase(Rule):
    """Whoever takes the step, and everybody in `roles` now, sat in one of `roles` at the newest of `steps`.

    People whom that step's field `absent` names did not sit, and do not decide unless they take the step. Met when none
    of the `steps` is recorded: that there was no hearing is for `step_taken` to say (ACAS-4d).
    """

    kind: Literal["heard_the_case"] = "heard_the_case"
    roles: tuple[str, ...] = Field(min_length=1)
    steps: tuple[str, ...] = Field(min_length=1)
    absent: str | None = None


class Quorate(Rule):
    """At least `at_least` people in `roles` are there; those in the field `absent` are not counted (PAN-7)."""

    kind: Literal["quorate"] = "quorate"
    roles: tuple[str, ...] = Field(min_length=1)
    at_least: Days
    absent: str | None = None


class PanelNoSmaller(Rule):
    """No fewer people are in `roles` than sat in the roles `than` when the newest of `steps` was taken (PAN-2).

    People whom the field `absent` names, in this step or in that one, are not counted. Met when none of the `steps` is
    recorded.
    """

    kind: Literal["panel_no_smaller"] = "panel_no_smaller"
    roles: tuple[str, ...] = Field(min_length=1)
    than: tuple[str, ...] = Field(min_length=1)
    steps: tuple[str, ...] = Field(min_length=1)
    absent: str | None = None


class NoConflictDeclared(Rule):
    """Nobody in `roles` has declared an interest: the newest `step` of each, if any, gave `field` one of `values`.

    Who recorded nothing declared nothing; that everybody was asked is for another requirement (PAN-10).
    """

    kind: Literal["no_conflict_declared"] = "no_conflict_declared"
    roles: tuple[str, ...] = Field(min_length=1)
    step: str
    field: str
    values: tuple[bool | int | str, ...] = Field(min_length=1)


class EvidenceRecorded(Rule):
    """At least one item of evidence is on the case (ACAS-4c)."""

    kind: Literal["evidence_recorded"] = "evidence_recorded"
    at_least: int = 1


class EvidenceDisclosed(Rule):
    """Every item of evidence has been disclosed to the employee or withheld with a reason (ACAS-9b)."""

    kind: Literal["evidence_disclosed"] = "evidence_disclosed"


class AllegationsSpecified(Rule):
    """There is an allegation that stands, and each one names a clause and a date or period (ACAS-9a)."""

    kind: Literal["allegations_specified"] = "allegations_specified"


class StrandState(Rule):
    """Another strand of the same case is in one of the `states`."""

    kind: Literal["strand_state"] = "strand_state"
    strand: str
    states: tuple[str, ...] = Field(min_length=1)


class StepTaken(Rule):
    """One of the `steps` has been taken before, on or before the day of this step.

    With `in_order` the newest of them must have been in order: nothing rests on an irregular one (LX-17). With `since`,
    what came before the newest of those steps does not count: it belongs to an earlier round.
    """

    kind: Literal["step_taken"] = "step_taken"
    steps: tuple[str, ...] = Field(min_length=1)
    in_order: bool = False
    since: tuple[str, ...] = ()


class StepNotTaken(Rule):
    """None of the `steps` has been taken in the case, in order or irregularly.

    With `since`, one that came before the newest of those steps does not count.
    """

    kind: Literal["step_not_taken"] = "step_not_taken"
    steps: tuple[str, ...] = Field(min_length=1)
    since: tuple[str, ...] = ()


class LiveWarning(Rule):
    """A warning one rung lower is live on the day of the step (ACAS-19, ACAS-20).

    The rung comes from the sanction's `follows` list; a sanction that follows none meets the requirement.
    `sanction` names the field that holds the sanction; absent when the step imposes a fixed one.
    """

    kind: Literal["live_warning"] = "live_warning"
    sanction: str | None = None


class SanctionAuthority(Rule):
    """The person who takes the step holds a role that may impose the sanction (ACAS-22a, SSR-4)."""

    kind: Literal["sanction_authority"] = "sanction_authority"
    sanction: str | None = None


class Delegated(Rule):
    """A power was delegated, by a minute that is on record, and the delegation is valid on the day of the step (SSR-4).

    `power` names it; absent where it is the power of the sanction that the step imposes, and a sanction without one
    meets the requirement; with `sanction` it is not imposed yet, but named in that enum field. Whoever takes the step
    must hold the role that has it, or, with `to`, that role must have it.
    """

    kind: Literal["delegated"] = "delegated"
    power: str | None = None
    sanction: str | None = None
    to: str | None = None


class SanctionNotIncreased(Rule):
    """The sanction after appeal is no higher than the one appealed against (PAN-12)."""

    kind: Literal["sanction_not_increased"] = "sanction_not_increased"
    sanction: str


class ChecklistAnswered(Rule):
    """Every question of the checklist in `field` has an answer, with a reason where one is asked for."""

    kind: Literal["checklist_answered"] = "checklist_answered"
    field: str


class ChecklistSays(Rule):
    """Each of the `questions` of the checklist in `field` (all, if none is named) has one of `answers`.

    A question that is not answered is for `checklist_answered` to say.
    """

    kind: Literal["checklist_says"] = "checklist_says"
    field: str
    answers: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...] = ()


class AlsoGiven(Rule):
    """If the field `field` is given, the field `also` is given too."""

    kind: Literal["also_given"] = "also_given"
    field: str
    also: str


class AsAnswered(Rule):
    """Field `field` holds the newest answer that an earlier step of the case gave in `earlier`; met when none did."""

    kind: Literal["as_answered"] = "as_answered"
    field: str
    earlier: str


class DismissalAsRecorded(Rule):
    """The boolean field `field` says what the case knows: whether a decision to dismiss stands, appeals included."""

    kind: Literal["dismissal_as_recorded"] = "dismissal_as_recorded"
    field: str


class StatutoryNotice(Rule):
    """No less notice is given than the law gives somebody employed since the date in field `since` (ERA96-86).

    Either in whole weeks, in the integer field `weeks`, on the day of the step; or from the date in field `given` to
    the last day of employment in field `until`, the day on which it is given not counted. Not reached while it is not
    known since when somebody has been employed.
    """

    kind: Literal["statutory_notice"] = "statutory_notice"
    since: str
    weeks: str | None = None
    given: str | None = None
    until: str | None = None


class FindingsComplete(Rule):
    """Each allegation that stands has a finding in field `field` (ACAS-18, CASE-1).

    `proved` says what the findings must add up to for this step.
    """

    kind: Literal["findings_complete"] = "findings_complete"
    field: str
    proved: Literal["any", "none", "at_least_one"] = "any"


class EvidenceRelied(Rule):
    """Each allegation that is proved in field `findings` names an item of evidence in field `field` (CASE-1).

    With `disclosed` the employee was given every item that a finding of this step names (ACAS-9b); that there is one is
    then for another requirement to say.
    """

    kind: Literal["evidence_relied"] = "evidence_relied"
    field: str
    findings: str
    disclosed: bool = False


class GrossMisconductNotified(Rule):
    """A proved allegation was notified as potential gross misconduct when `letter` was issued (ACAS-23)."""

    kind: Literal["gross_misconduct_notified"] = "gross_misconduct_notified"
    letter: str
    field: str


class AllegationsNotified(Rule):
    """Each allegation that is proved was in a `letter` served with enough notice of the hearing (ACAS-9a, ACAS-11).

    An allegation is in a letter that was made up after it was added or last amended. Enough notice are so many clear
    working days between the service of that letter and the newest of `steps`, whose date is in its field `until`; with
    the employee's agreement (the boolean field `unless`) no fewer than `never_below`. A new allegation thus has a
    notice of its own. That the hearing was in order is for `step_taken` to say.
    """

    kind: Literal["allegations_notified"] = "allegations_notified"
    letter: str
    field: str
    steps: tuple[str, ...] = Field(min_length=1)
    until: str
    clear_working_days: Days
    unless: str | None = None
    never_below: Days | None = None


class ExtendsWarning(Rule):
    """The case's own warning, one of `sanctions`, is live on the day of the step, and the date in the field `until` is
    after its last day and within `at_most_months` of its first (ACAS-21c).
    """

    kind: Literal["extends_warning"] = "extends_warning"
    until: str
    sanctions: tuple[str, ...] = Field(min_length=1)
    at_most_months: Days


class InTime(Rule):
    """The step happens on or before the due date of `clock`; met when that clock never ran (ACAS-26)."""

    kind: Literal["in_time"] = "in_time"
    clock: str


class ValueIs(Rule):
    """Field `field` holds one of `values`."""

    kind: Literal["value_is"] = "value_is"
    field: str
    values: tuple[bool | int | str, ...] = Field(min_length=1)


AnyRule = Annotated[
    LetterIssued
    | LetterServed
    | Notice
    | NoticeForecast
    | DifferentPeople
    | PartyAssigned
    | TookNoPartIn
    | HeardTheCase
    | Quorate
    | PanelNoSmaller
    | NoConflictDeclared
    | EvidenceRecorded
    | EvidenceDisclosed
    | AllegationsSpecified
    | StrandState
    | StepTaken
    | StepNotTaken
    | LiveWarning
    | SanctionAuthority
    | Delegated
    | SanctionNotIncreased
    | ChecklistAnswered
    | ChecklistSays
    | AlsoGiven
    | AsAnswered
    | DismissalAsRecorded
    | StatutoryNotice
    | FindingsComplete
    | EvidenceRelied
    | GrossMisconductNotified
    | AllegationsNotified
    | ExtendsWarning
    | InTime
    | ValueIs,
    Field(discriminator="kind"),
]
"""Every requirement kind, told apart by its `kind`."""

KINDS: dict[str, type[Rule]] = {
    rule.model_fields["kind"].default: rule
    for rule in (
        LetterIssued,
        LetterServed,
        Notice,
        NoticeForecast,
        DifferentPeople,
        PartyAssigned,
        TookNoPartIn,
        HeardTheCase,
        Quorate,
        PanelNoSmaller,
        NoConflictDeclared,
        EvidenceRecorded,
        EvidenceDisclosed,
        AllegationsSpecified,
        StrandState,
        StepTaken,
        StepNotTaken,
        LiveWarning,
        SanctionAuthority,
        Delegated,
        SanctionNotIncreased,
        ChecklistAnswered,
        ChecklistSays,
        AlsoGiven,
        AsAnswered,
        DismissalAsRecorded,
        StatutoryNotice,
        FindingsComplete,
        EvidenceRelied,
        GrossMisconductNotified,
        AllegationsNotified,
        ExtendsWarning,
        InTime,
        ValueIs,
    )
}
"""Requirement kinds by the name that a policy file uses."""
