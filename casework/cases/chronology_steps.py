"""The kinds of step that a chronology knows, each with the facts that rules of procedure ask about it.

Every fact is `yes`, `no` or `unknown`; a fact marked as an excuse explains what would otherwise be a breach. What is
named `no` here is known not to be so, which is more than its not being mentioned.

Longer than 400 lines because a vocabulary is read, and kept whole, in one place.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from casework.cases.chronology_values import UNKNOWN, Known, Part, People, When, Words, excuse
from casework.procedure.model import Stage

Sitting = Literal["investigation", "hearing", "appeal"]
"""Which meeting a letter, a request or an adviser's word was about."""

Outcome = Literal[
    "none",
    "informal",
    "oral_warning",
    "first_written_warning",
    "final_written_warning",
    "other_sanction",
    "dismissal_with_notice",
    "summary_dismissal",
    "unknown",
]
"""What was decided; in this order a later one weighs more."""


class StepBase(Part):
    """What every step has: when, who, and whether it happened at all."""

    when: When = ""
    by: People = ()
    happened: Known = Field(default="yes", description="`no`: it is known that this did not happen.")
    note: str = ""


class Policy(StepBase):
    """The rule that is said to be broken, as it stood at the time."""

    what: Literal["policy"]
    exists: Known = UNKNOWN
    covers_the_conduct: Known = UNKNOWN
    clear: Known = UNKNOWN
    made_known: Known = Field(
        default="unknown",
        description="The employee was told of it, trained or guided; it was not new to them.",
    )
    tolerated: Known = Field(default="unknown", description="Such conduct had been accepted before.")
    names_gross_misconduct: Known = Field(
        default="unknown", description="It says that such conduct may cost the job."
    )
    obvious: Known = excuse("Nobody needs a rule for this: violence, theft.")


class Report(StepBase):
    """Somebody tells the employer; `by` is who reported."""

    what: Literal["report"]
    to_right_person: Known = UNKNOWN
    safeguarding_asked: Known = UNKNOWN
    harm_threshold: Literal["yes", "no", "unclear", "unknown"] = Field(
        default="unknown",
        description="A child may have been harmed or be at risk (KCSIE-4.1).",
        json_schema_extra={"excuse": True},
    )
    low_level_asked: Known = UNKNOWN
    low_level_recorded: Known = UNKNOWN
    child_sexual_abuse: Known = UNKNOWN
    reported_same_day: Known = UNKNOWN


class Triage(StepBase):
    """The decision what to do about the report."""

    what: Literal["triage"]
    track_fits: Known = Field(
        default="unknown", description="Conduct, capability, grievance: the right procedure."
    )
    wrongdoing_disclosed: Known = Field(
        default="unknown", description="The employee had raised wrongdoing in the public interest."
    )
    disclosure_considered: Known = UNKNOWN
    independent_decider: Known = Field(
        default="unknown", description="Whoever the disclosure was about had no part in the decision."
    )
    says_at_most: Outcome = Field(
        default="unknown", description="The most severe sanction that the employer said could follow."
    )
    racial_incident: Known = UNKNOWN
    incident_registered: Known = UNKNOWN


class LadoContact(StepBase):
    """The local authority designated officer (or the police, for safeguarding) is told or asked."""

    what: Literal["lado_contact"]
    within_one_working_day: Known = UNKNOWN
    recommends: Literal["none", "training", "informal", "discipline", "suspension", "unknown"] = "unknown"


class CriminalProcess(StepBase):
    """Police interest, a charge or a conviction."""

    what: Literal["criminal_process"]
    stage: Literal["interest", "arrest", "charge", "conviction", "acquittal", "no_action", "unknown"] = Field(
        default="unknown",
        description="A conviction may be taken as proof of the act; nothing short of it may.",
        json_schema_extra={"excuse": True},
    )
    treated_as_proof: Known = UNKNOWN
    own_assessment: Known = Field(default="unknown", description="The employer weighed the evidence itself.")
    link_to_job_considered: Known = UNKNOWN


class Suspension(StepBase):
    """The employee is sent home. `happened: no` with a note where something milder was used."""

    what: Literal["suspension"]
    proper_cause: Known = excuse("What was alleged, or whom it protected, gave good reason to suspend.")
    automatic: Known = Field(
        default="unknown", description="By reflex: as a matter of course, without thought."
    )
    alternatives_considered: Known = UNKNOWN
    considerations_noted: Known = UNKNOWN
    full_pay: Known = UNKNOWN
    confirmed_in_writing: Known = UNKNOWN
    confirmed_within_one_working_day: Known = UNKNOWN
    reason_given: Known = UNKNOWN
    said_not_disciplinary: Known = UNKNOWN
    contact_named: Known = UNKNOWN
    power: Known = Field(default="unknown", description="Whoever suspended had the power to.")
    authority_told: Known = Field(default="unknown", description="The local authority was told at once.")
    other_told: Known = Field(
        default="unknown", description="Head teacher and governing body told each other."
    )
    safeguarding_view_sought: Known = UNKNOWN
    reviewed: Known = UNKNOWN
    prolonged: Known = UNKNOWN
    prolonged_explained: Known = excuse("A reason is on record for each time it was prolonged.")


class SuspensionEnded(StepBase):
    """The suspension is lifted."""

    what: Literal["suspension_ended"]
    by_governing_body: Known = UNKNOWN
    authority_told: Known = UNKNOWN
    other_told: Known = UNKNOWN


class Investigation(StepBase):
    """The finding of facts for the hearing; `by` investigated. A first look is a `preliminary_look`."""

    what: Literal["investigation"]
    enough: Known = excuse("As much as was reasonable in this case.")
    left_out: Words = Field(
        default=(), description="Each obvious witness, document, test or line of inquiry that was left out."
    )
    left_out_reasonable: Known = excuse("There was good reason for what was left out.")
    employee_heard: Known = UNKNOWN
    objective: Known = Field(
        default="unknown", description="`no`: opinions, assumptions or a slanted report."
    )
    both_ways: Known = Field(default="unknown", description="It looked for what helps the employee too.")
    helpful_left_out: Known = UNKNOWN
    one_against_one: Known = excuse("One word stands against another.")
    accounts_tested: Known = Field(default="unknown", description="Conflicting accounts were probed.")
    explanations_followed_up: Known = UNKNOWN
    recommends_guilt: Known = Field(
        default="unknown", description="It decides guilt or a sanction instead of saying if there is a case."
    )
    report_written: Known = UNKNOWN
    changed_by_others: Known = Field(
        default="unknown", description="Others changed its findings without new evidence."
    )
    policy_allows_companion: Known = UNKNOWN
    companion_allowed: Known = UNKNOWN
    released_by_police: Known = Field(
        default="unknown", description="The police or LADO, where they had asked it, let it begin."
    )


class PreliminaryLook(StepBase):
    """A first look at what is there, short of an investigation."""

    what: Literal["preliminary_look"]


class Invitation(StepBase):
    """The written notice of a meeting; `when` is when it was sent, `received` when the employee had it."""

    what: Literal["invitation"]
    to: Sitting = "hearing"
    received: When = ""
    written: Known = UNKNOWN
    calls_it: Literal["disciplinary", "investigation", "other", "appeal", "unknown"] = "unknown"
    says_what_is_alleged: Known = UNKNOWN
    says_possible_outcome: Known = UNKNOWN
    says_dismissal_possible: Known = UNKNOWN
    says_at_most: Outcome = Field(
        default="unknown", description="The most severe sanction that the notice said could follow."
    )
    says_gross_misconduct: Known = UNKNOWN
    says_companion: Known = UNKNOWN
    says_time_and_place: Known = UNKNOWN
    evidence_enclosed: Known = UNKNOWN
    time_to_prepare: Known = excuse("The time was enough to prepare in, however long it was.")
    notice_days: int | None = Field(
        default=None, description="Working days between receipt and meeting, neither counted."
    )
    days_in_policy: int | None = Field(
        default=None, description="Working days of notice that the employer's own procedure gives."
    )
    shorter_agreed: Known = excuse("The employee agreed in writing to shorter notice.")


class Request(StepBase):
    """The employee asks for something. `who` is the companion or witness asked for, in any words."""

    what: Literal["request"]
    of: Literal[
        "companion",
        "postponement",
        "witness",
        "questions",
        "evidence",
        "adjustment",
        "written_reasons",
        "personal_data",
        "other",
    ]
    to: Sitting = "hearing"
    who: str = ""
    answer: Literal["granted", "refused", "ignored", "partly", "unknown"] = "unknown"
    reason_given: str = Field(
        default="", description="The employer's reason.", json_schema_extra={"excuse": True}
    )
    reasonable: Known = excuse("What was asked for was reasonable, or (`no`) could not reasonably be done.")
    statutory_class: Known = Field(
        default="unknown",
        description="The companion is a fellow worker, a union official or a certified union representative.",
    )
    because_companion_unavailable: Known = UNKNOWN
    within_five_working_days: Known = UNKNOWN
    effort_made: Known = Field(default="unknown", description="The employer tried to meet it.")
    discouraged: Known = Field(default="unknown", description="A witness or companion was told to stay away.")
    matters: Known = excuse("It bears on what was in dispute; `no` excuses that it was not met.")


class Meeting(StepBase):
    """What a hearing and an appeal hearing have in common; `by` are those who hear it."""

    employee_attended: Known = UNKNOWN
    absent_for_good_cause: Known = UNKNOWN
    rearranged_before: Known = excuse("There had been another date.")
    warned_of_absence: Known = excuse("The employee had been warned that it might go ahead without them.")
    agreed_to_absence: Known = excuse("The employee agreed in writing that it go ahead without them.")
    case_explained: Known = UNKNOWN
    employee_answered: Known = Field(default="unknown", description="The employee could give their side.")
    questions_allowed: Known = UNKNOWN
    evidence_allowed: Known = UNKNOWN
    witnesses_allowed: Known = UNKNOWN
    comment_allowed: Known = Field(default="unknown", description="On everything that was held against them.")
    fair: Known = Field(default="unknown", description="`no`: some other unfairness in how it was held.")
    lesser_raised: Known = Field(
        default="unknown",
        description="The employee could speak on the sanction, and on anything less that was open.",
    )
    accompanied: Known = excuse("Somebody came with the employee.")
    companion_restricted: Known = Field(
        default="unknown", description="The companion was kept from speaking or conferring."
    )
    adjustments_made: Known = UNKNOWN
    prejudged: Known = Field(
        default="unknown", description="Words or papers show that the result was fixed before."
    )
    conflicts_declared: Known = UNKNOWN
    clerk: Known = Field(default="unknown", description="A clerk or note-taker took part.")
    members: int | None = None
    minutes: Known = UNKNOWN


class Hearing(Meeting):
    """The disciplinary hearing."""

    what: Literal["hearing"]
    announced_as: Literal["disciplinary", "investigation", "other", "unknown"] = "unknown"
    separation_waived: Known = excuse(
        "The governing body waived separate people, with minute and reason (ACAS-6)."
    )


class Advice(StepBase):
    """HR, a lawyer or another adviser is asked or steps in; `by` is the adviser."""

    what: Literal["advice"]
    to: Literal["investigator", "decider", "appeal", "employer", "unknown"] = "unknown"
    about: tuple[
        Literal["law", "process", "consistency", "facts", "credibility", "guilt", "sanction", "other"], ...
    ] = ()
    changed_result: Known = excuse(
        "A draft finding or sanction changed after it, without new evidence; `no`: it was not followed."
    )


class EarlierWarning(StepBase):
    """A warning from before this case; `id` names it for the decision."""

    what: Literal["earlier_warning"]
    id: str
    level: Outcome = "unknown"
    live_until: When = ""
    expired: Known = UNKNOWN
    in_good_faith: Known = UNKNOWN
    plainly_wrong: Known = UNKNOWN
    same_kind: Known = UNKNOWN


class Mitigation(Part):
    """Something that the employee put forward.

    `remedied`: they put the matter right themselves before anybody asked.
    """

    says: str
    kind: Literal["service", "record", "apology", "remedied", "health", "provocation", "context", "other"]
    put_forward: Known = UNKNOWN
    answered: Known = excuse("The decision deals with it.")


class Comparator(Part):
    """Somebody else who did something like it. `lighter`: treated more lightly."""

    says: str
    truly_similar: Known = UNKNOWN
    lighter: Known = UNKNOWN
    explained: Known = excuse("A reason for the difference is on record.")


class Belief(Part):
    """Speech or conduct tied to a protected belief or to free expression (EqA-HIGGS)."""

    engaged: Known = UNKNOWN
    is_the_reason: Known = Field(
        default="unknown", description="The belief itself, not the manner or context, is the reason."
    )
    separated: Known = Field(default="unknown", description="Belief and manner were kept apart.")
    proportionality_weighed: Known = UNKNOWN
    least_intrusive: Known = UNKNOWN


class Decision(StepBase):
    """What was decided after the hearing; `by` decided."""

    what: Literal["decision"]
    sanction: Outcome = "unknown"
    power: Known = Field(default="unknown", description="Whoever decided had the authority to.")
    own_decision: Known = Field(default="unknown", description="`no`: in truth somebody else decided.")
    advised_by: People = Field(default=(), description="Advisers who sat with those who decided.")
    before_hearing: Known = UNKNOWN
    reasons_stated: Known = Field(
        default="unknown", description="The decision says why, for each allegation."
    )
    reasons_complete: Known = Field(
        default="unknown",
        description="`yes`: the record shows all the reasons, so what they leave out was not weighed.",
    )
    principal_reason: Literal[
        "conduct", "capability", "redundancy", "statutory_bar", "other_substantial", "unknown"
    ] = Field(
        default="unknown",
        description="The reason that the employer gives (ERA96-98); `other_substantial` is not guilt.",
        json_schema_extra={"excuse": True},
    )
    belief_in_guilt: Known = UNKNOWN
    reasonable_grounds: Known = UNKNOWN
    real_reason: Known = Field(default="unknown", description="The stated reason is the real one.")
    helpful_evidence_weighed: Known = UNKNOWN
    gross_misconduct: Known = excuse("The act alone could end the employment, whatever came before.")
    serious: Known = excuse("The act or its effect was serious (ACAS-20).")
    attitude_held_against: Known = Field(
        default="unknown", description="Lack of remorse counts as if it were an allegation."
    )
    lesser_considered: Known = UNKNOWN
    first_act: Known = UNKNOWN
    mitigation: tuple[Mitigation, ...] = ()
    health_link_considered: Known = UNKNOWN
    comparators: tuple[Comparator, ...] = ()
    consistency_considered: Known = UNKNOWN
    relies_on_warnings: Words = ()
    weight_of_warnings: Literal["decisive", "background", "unknown"] = "unknown"
    belief: Belief = Belief()
    private_conduct: Known = UNKNOWN
    link_to_work_considered: Known = UNKNOWN
    departs_from_advice: Known = Field(
        default="unknown", description="From what the LADO or another independent body recommended."
    )
    departure_explained: Known = excuse("A reason for that is on record.")
    notice_given: Known = UNKNOWN
    against_contract: Known = Field(
        default="unknown",
        description="It took effect, or was made, in a way that contract or policy rules out.",
    )


class OutcomeLetter(StepBase):
    """The letter that tells the employee; `by` wrote it."""

    what: Literal["outcome_letter"]
    written: Known = UNKNOWN
    says_why: Known = UNKNOWN
    says_appeal: Known = UNKNOWN
    says_end_and_notice: Known = UNKNOWN
    says_change_required: Known = UNKNOWN
    says_consequences: Known = UNKNOWN
    says_how_long: Known = UNKNOWN
    checked_by_decider: Known = UNKNOWN


class AppealLodged(StepBase):
    """The employee appeals. `happened: no` when they are known not to have."""

    what: Literal["appeal_lodged"]
    in_time: Known = UNKNOWN
    accepted: Known = Field(default="unknown", description="`no`: turned away unheard.")
    withdrawn: Known = excuse("The employee withdrew it.")
    withdrawal_refused: Known = UNKNOWN


class Appeal(Meeting):
    """The appeal hearing; `by` hear it. `happened: no` when none was held."""

    what: Literal["appeal"]
    advised_by: People = ()
    type: Literal["review", "rehearing", "unknown"] = "unknown"
    nobody_else: Known = excuse("Nobody without an earlier part could be found (ACAS-27).")
    procedure_followed: Known = Field(
        default="unknown", description="`no`: changed, muddled or conducted outside its own procedure."
    )
    grounds_dealt_with: Known = UNKNOWN
    increase_sought: Known = UNKNOWN
    increase_allowed: Known = excuse("The procedure says expressly that an appeal may increase the sanction.")
    put_right: Words = Field(
        default=(),
        description="Finding codes of earlier defects that this appeal put right by a full fresh hearing.",
        json_schema_extra={"excuse": True},
    )


class AppealOutcome(StepBase):
    """What the appeal came to."""

    what: Literal["appeal_outcome"]
    result: Literal["dismissed", "upheld", "upheld_in_part", "increased", "unknown"] = "unknown"
    in_writing: Known = UNKNOWN
    reinstated: Known = UNKNOWN


class Delay(StepBase):
    """Time that passed. Long gaps between dated steps are found without it; this says what is known of one."""

    what: Literal["delay"]
    stage: Stage = "investigated"
    explained: Known = UNKNOWN
    harmed: Known = excuse("Memories, evidence or health suffered; `no`: nobody lost anything by it.")


class Departure(StepBase):
    """The employer departs from its own written procedure."""

    what: Literal["departure"]
    stage: Stage = "hearing"
    explained: Known = excuse("A reason is on record.")
    unfair: Known = Field(default="unknown", description="The employee lost something by it.")


class Grievance(StepBase):
    """The employee complains during the case."""

    what: Literal["grievance"]
    related: Known = UNKNOWN
    considered: Known = Field(
        default="unknown", description="Pause, run together or go on: chosen, with a reason."
    )


class Resignation(StepBase):
    """The employee leaves before the end."""

    what: Literal["resignation"]
    safeguarding_concluded: Known = UNKNOWN
    agreement_hides_it: Known = Field(
        default="unknown", description="A settlement prevents conclusion or referral."
    )


class Referral(StepBase):
    """A regulator is told, or it is decided not to (TRA, DBS, Ofsted); or the local authority (SSR-20)."""

    what: Literal["referral"]
    to: Literal["tra", "dbs", "ofsted", "local_authority"]
    considered: Known = UNKNOWN
    duty: Known = Field(default="unknown", description="Both limbs of the test are met, so it must be made.")


class SafeguardingOutcome(StepBase):
    """The safeguarding conclusion, kept apart from the employment outcome."""

    what: Literal["safeguarding_outcome"]
    word: Literal[
        "substantiated", "malicious", "false", "unsubstantiated", "unfounded", "other", "unknown"
    ] = "unknown"


AnyStep = Annotated[
    Policy
    | Report
    | Triage
    | LadoContact
    | CriminalProcess
    | Suspension
    | SuspensionEnded
    | Investigation
    | PreliminaryLook
    | Invitation
    | Request
    | Hearing
    | Advice
    | EarlierWarning
    | Decision
    | OutcomeLetter
    | AppealLodged
    | Appeal
    | AppealOutcome
    | Delay
    | Departure
    | Grievance
    | Resignation
    | Referral
    | SafeguardingOutcome,
    Field(discriminator="what"),
]
"""One step of a chronology, told apart by `what`."""

STEP_KINDS: Final[dict[str, type[StepBase]]] = {
    get_args(kind.model_fields["what"].annotation)[0]: kind for kind in get_args(get_args(AnyStep)[0])
}
"""The kinds of step by the word that a file uses."""
