"""The policy language, version 1: what a policy file may say, as frozen models.

A policy is data. It is written as a folder of YAML files (`casework.procedure.load`), resolved into one
`Policy`, and
identified by the digest of its canonical form. Nothing here knows a case: what has happened is
`casework.cases`.

Unknown properties are refused everywhere. Day counts say in words which kind of day they count.

Longer than 400 lines because a language is read, and kept whole, in one place.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field, model_validator

from casework.procedure.card import Card
from casework.procedure.language import Condition as Condition
from casework.procedure.language import Model as Model
from casework.procedure.paused import PAUSED, PAUSED_THEN, paused_title
from casework.procedure.registers import Register
from casework.procedure.requirements import KINDS, AnyRule, Days
from casework.procedure.retention import Retention
from casework.procedure.triage import Triage

Stage = Literal["reported", "triaged", "investigated", "hearing", "outcome", "appeal"]
"""The six stages of a disciplinary procedure; each state of the main strand belongs to one."""

STAGES: tuple[Stage, ...] = ("reported", "triaged", "investigated", "hearing", "outcome", "appeal")

FieldType = Literal[
    "date",
    "datetime",
    "text",
    "enum",
    "integer",
    "boolean",
    "party",
    "parties",
    "evidence",
    "sanction",
    "checklist",
]
"""Types of a step's field. `text` goes into the sealed body; every other type is a fact.

`evidence` names items of the case's evidence, or says that there is none.
"""

Act = Literal[
    "investigation",
    "hearing",
    "accepted_without_hearing",
    "decision",
    "outcome_letter",
    "appeal_lodged",
    "appeal_hearing",
    "appeal_decision",
    "suspension",
    "suspension_lifted",
    "suspension_lapsed",
    "warning_extended",
]
"""What a step is in law, so that a policy can be checked without knowing its step names.

`outcome_letter` records a decision letter written elsewhere; its field `letter_date` dates the warning that it gives.
"""


class CitedRule(Model):
    """A rule of law or practice that a policy cites, in our own words.

    `status` is how its source was confirmed: R read, S secondary source, G general knowledge; a star means an
    older
    edition. Rules that are not plain R stay visibly unconfirmed. `strength` is HARD, SOFT, RECORD or INFO.
    """

    title: str
    source: str
    status: str
    strength: Literal["HARD", "SOFT", "RECORD", "INFO"]

    @property
    def confirmed(self) -> bool:
        """True only when the source itself was read in its present edition."""
        return self.status == "R"


class Setting(Model):
    """A value that a school sets when it adopts the policy.

    `value` is what holds for this policy: the default until the school says otherwise. `support` says how
    well the
    default is evidenced; `unconfirmed` values must be confirmed by the adopting school. A `dated` setting is true on a
    date: what the school has entered for the day of a step goes before `value`.
    """

    title: str
    type: Literal["integer", "boolean", "enum", "text"]
    value: bool | int | str
    options: dict[str, str] = Field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    support: Literal["A", "B", "C", "D"] = "D"
    unconfirmed: bool = True
    hard: bool = False
    dated: bool | None = None
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _value_fits(self) -> Setting:
        fits = {
            "integer": isinstance(self.value, int) and not isinstance(self.value, bool),
            "boolean": isinstance(self.value, bool),
            "enum": self.value in self.options,
            "text": isinstance(self.value, str),
        }[self.type]
        if not fits:
            kind = "one of its options" if self.type == "enum" else f"of type {self.type}"
            raise ValueError(f"the value {self.value!r} is not {kind}")
        if self.type == "integer":
            number = int(self.value)
            if self.minimum is not None and number < self.minimum:
                raise ValueError(f"the value {number} is below the minimum of {self.minimum}")
            if self.maximum is not None and number > self.maximum:
                raise ValueError(f"the value {number} is above the maximum of {self.maximum}")
        return self


class Role(Model):
    """A part that a person can have in a case. `body` marks a body (the governing body) that acts through a person.

    A `post` is one that somebody holds from a day on, whatever the case: the school says who (`casework school post`).
    `not_about: head` keeps the part out of a case about the head teacher: whoever has it takes no step in it.
    `waives_when` says when whoever has it may waive what it is named for; always, if it says nothing (ACAS-6).
    """

    title: str
    plain: str = ""
    body: bool = False
    single: bool = False
    post: bool = False
    not_about: Literal["head"] | None = None
    waives_when: Condition | None = None

    @model_validator(mode="after")
    def _waives_by_what_lasts(self) -> Role:
        if self.waives_when is not None and (self.waives_when.field or self.waives_when.earlier):
            raise ValueError("`waives_when` is about a setting or the employee, not about an answer")
        return self


class Power(Model):
    """A power that a school delegates, with a minute and dates, to whoever holds a role (SSR-4)."""

    title: str
    plain: str = ""
    cites: tuple[str, ...] = ()


class Sanction(Model):
    """A disciplinary sanction. `level` orders them; `follows` names the warnings that normally come before it.

    `live_months` is how long a warning counts, `kept_months` how long its record is kept, both from its first day.
    `power` is what somebody must have been given who decides on it, where the policy asks for that (`delegated`).
    """

    title: str
    level: int
    decided_by: tuple[str, ...]
    letter: str | None = None
    live_months: int | str | None = None
    kept_months: int | str | None = None
    follows: tuple[str, ...] = ()
    dismissal: bool = False
    summary: bool = False
    power: str | None = None
    cites: tuple[str, ...] = ()


class Question(Model):
    """A question of a checklist. Answers in `reasons` need a reason in words, which goes into the sealed body."""

    text: str
    answers: tuple[str, ...] = ("yes", "no", "unclear", "unknown")
    reasons: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class Checklist(Model):
    """Ordered questions that are answered with a step."""

    title: str
    questions: dict[str, Question]


class Deadline(Model):
    """A clock. It starts and stops at triggers and is late, never blocked, when its date has passed.

    A trigger is `case_opened`, `step:ID`, `letter_issued:ID`, `letter_served:ID` or `triage:MATTER`; a clock that an
    answer at triage started also stops when a later answer opens the matter no more. A deadline to deliver a letter
    once more starts with `delivery_failed` and stops with `letter_delivered`. `count` names the form: `within`
    starts on the next counted day, `beginning_with` counts the starting day as day 1. With the unit `months`, `days`
    says how many: the last day has the number of the first (UKGDPR-15). `counted_from` is `occurred` or a
    date field of the starting step; for a served letter it is the effective day of service. The letter of a warning,
    or the step that records one written elsewhere, can start a clock that is counted from `live_until`, the last day of
    the warning. `basis` is what the time rests on: law or statutory guidance, the school's own policy, or good
    practice. The roles in `changed_by` may extend it, each time by `extend_days` at most, or let it stand still, with
    a reason; what the law fixes nobody moves. With `owed_if` nothing was due after all if the step that stops the clock
    answers that field otherwise.
    `lapses` marks a time in which somebody may do something and need not: when it has passed it is over, and nothing
    is late.
    """

    title: str
    starts: tuple[str, ...] = Field(min_length=1)
    stops: tuple[str, ...] = Field(min_length=1)
    basis: Literal["statutory", "policy", "good_practice"] = "policy"
    days: Days
    unit: Literal["working_days", "statutory_working_days", "calendar_days", "months"] = "working_days"
    count: Literal["within", "beginning_with"] = "within"
    counted_from: str = "occurred"
    act_by: tuple[str, ...] = Field(min_length=1)
    then: str
    letter: str | None = None
    lapses: bool = False
    owed_if: Condition | None = None
    changed_by: tuple[str, ...] = ()
    extend_days: Days | None = None
    when: Condition | None = None
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _law_is_not_moved(self) -> Deadline:
        if self.changed_by and self.basis == "statutory":
            raise ValueError("nobody moves a deadline that the law fixes: leave out changed_by")
        if self.owed_if is not None and self.owed_if.field is None:
            raise ValueError("owed_if tests a field of the step that stops the clock")
        if self.extend_days is not None and not self.changed_by:
            raise ValueError("extend_days needs changed_by: who may extend it")
        if self.unit == "months" and (self.changed_by or self.count != "within"):
            raise ValueError(
                "a time in months is `within` them, and is not moved by days: leave out changed_by"
            )
        return self


class CountedElsewhere(Model):
    """A time that law or procedure sets and that is no clock of a case, with where it is kept instead."""

    title: str
    says: str
    cites: tuple[str, ...] = Field(min_length=1)


class StepField(Model):
    """What a step asks for.

    `each: allegation` makes the value a mapping with one entry for each allegation that stands. `assigns`
    gives the
    party in the field that role in the case. An `occurrence` field, of type date or datetime, is itself when
    the step
    happened, so that nobody types it twice. `must_be` holds a date against the day of the step: `after` it,
    or
    `on_or_before` it. A `compared` answer is shown, without a name, beside a past decision that is like a case
    (ACAS-4b). A boolean field `entered_in` a register is answered by it, and by nobody: whether an entry of the case
    stands there. A field that `names: case` holds the reference of another case of the school. `cites` names the
    RECORD rules that the field fulfils.
    """

    type: FieldType
    label: str
    help: str = ""
    optional: bool = False
    when: Condition | None = None
    options: dict[str, str] = Field(default_factory=dict)
    checklist: str | None = None
    assigns: str | None = None
    each: Literal["allegation"] | None = None
    minimum: int | None = None
    maximum: int | None = None
    occurrence: bool = False
    must_be: Literal["on_or_before", "after"] | None = None
    compared: bool = False
    entered_in: str | None = None
    names: Literal["case"] | None = None
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> StepField:
        if (self.type == "enum" and not self.options) or (
            self.options and self.type not in ("enum", "sanction")
        ):
            raise ValueError("options belong to an enum or sanction field, and an enum needs them")
        if (self.type == "checklist") != (self.checklist is not None):
            raise ValueError("a checklist field names its checklist, and no other field does")
        if self.assigns is not None and self.type not in ("party", "parties"):
            raise ValueError("only a party field assigns a role")
        if (self.occurrence or self.must_be) and self.type not in ("date", "datetime"):
            raise ValueError("only a date or datetime field can say when something happened")
        if self.entered_in is not None and self.type != "boolean":
            raise ValueError("only a boolean field can be answered by a register")
        if self.compared and (self.type not in ("enum", "boolean") or self.each is not None):
            raise ValueError("only an enum or boolean field with one answer can be compared")
        if self.names is not None and (self.type != "text" or self.each is not None):
            raise ValueError("only a text field with one answer can name a case")
        if self.each is not None and self.type not in ("enum", "text", "evidence"):
            raise ValueError("only an enum, text or evidence field can have a value for each allegation")
        if self.type == "evidence" and self.each is None:
            raise ValueError("an evidence field has a value for each allegation: add `each: allegation`")
        return self


class Requirement(Model):
    """What must (refuses) or should (may be waived by `waivable_by`, with a reason) hold before a step.

    A `must` is waivable only where the rule itself says by whom; a waiver says everything in the text fields
    `waiver_needs` of the step beside its reason. `because` is the plain sentence a head teacher reads.
    In a policy file a requirement is written flat: `must: notice`, the parameters of that kind beside it.
    """

    id: str
    strength: Literal["must", "should"]
    rule: AnyRule
    cites: tuple[str, ...] = Field(min_length=1)
    waivable_by: tuple[str, ...] = ()
    waiver_needs: tuple[str, ...] = ()
    when: Condition | None = None
    because: str = ""

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "rule" in data:
            return data
        strengths = [word for word in ("must", "should") if word in data]
        if len(strengths) != 1:
            raise ValueError("a requirement says either `must:` or `should:`, followed by its kind")
        strength = strengths[0]
        kind = data[strength]
        if kind not in KINDS:
            raise ValueError(f"there is no requirement kind {kind!r}; there are: {', '.join(sorted(KINDS))}")
        own = {"id", "cites", "waivable_by", "waiver_needs", "when", "because"}
        unfolded = {key: value for key, value in data.items() if key in own}
        parameters = {key: value for key, value in data.items() if key not in own and key != strength}
        return {"id": kind, **unfolded, "strength": strength, "rule": {"kind": kind, **parameters}}

    @model_validator(mode="after")
    def _should_is_waivable(self) -> Requirement:
        if self.strength == "should" and not self.waivable_by:
            raise ValueError("a `should` names who may waive it (waivable_by)")
        return self


class OnPaper(Model):
    """How a paper case tells of a step: the kind of its own steps, and what that has to say of its facts."""

    what: str
    is_: dict[str, tuple[str, ...]] = Field(default_factory=dict, alias="is")

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("is"), dict):
            facts = {key: (item,) if isinstance(item, str) else item for key, item in data["is"].items()}
            return {**data, "is": facts}
        return data


class Step(Model):
    """A named transition of a strand. `to` absent means that the strand stays in its state.

    `by` are the roles with authority (taken_by), `recorders` those who may type it (recorded_by). `imposes`
    names a
    fixed sanction, or the sanction field as `field:NAME`. `reopens` lets a step start from a final state: the strand
    had ended, and what comes late may begin it again. `on_paper` says how a case that began on paper tells of the step.
    """

    title: str
    help: str = ""
    from_: tuple[str, ...] = Field(alias="from", min_length=1)
    to: str | None = None
    by: tuple[str, ...] = Field(min_length=1)
    recorders: tuple[str, ...] = Field(min_length=1)
    act: Act | None = None
    imposes: str | None = None
    appeal_outcome: Literal["dismissed", "upheld_in_part", "upheld"] | None = None
    letters: tuple[str, ...] = ()
    reopens: bool = False
    on_paper: OnPaper | None = None
    fields: dict[str, StepField] = Field(default_factory=dict)
    requires: tuple[Requirement, ...] = ()
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _unique_requirements(self) -> Step:
        seen: set[str] = set()
        for requirement in self.requires:
            if requirement.id in seen:
                raise ValueError(f"two requirements are called {requirement.id!r}: give one of them an `id`")
            seen.add(requirement.id)
        return self


class State(Model):
    """A state of a strand. `plain` is what a head teacher reads; `final` states end the strand."""

    title: str
    plain: str = ""
    stage: Stage | None = None
    final: bool = False


class Strand(Model):
    """One finite-state machine of a policy. A case runs several side by side.

    `ordinary_path` names the steps of a case in which everything goes its usual way, in order: forecasts follow it.
    """

    title: str
    initial: str
    ordinary_path: tuple[str, ...] = ()
    states: dict[str, State]
    steps: dict[str, Step]


class Policy(Model):
    """A procedure as data, resolved: everything that `decide` needs, with the school's own settings in it."""

    language: Literal[1]
    id: str
    version: str
    title: str
    summary: str = ""
    procedure_name: str = "Disciplinary Policy and Procedure"
    procedure_date: str = ""
    main_strand: str = "procedure"
    settings: dict[str, Setting] = Field(default_factory=dict)
    clauses: dict[str, str] = Field(default_factory=dict)
    roles: dict[str, Role]
    powers: dict[str, Power] = Field(default_factory=dict)
    sanctions: dict[str, Sanction]
    checklists: dict[str, Checklist] = Field(default_factory=dict)
    deadlines: dict[str, Deadline] = Field(default_factory=dict)
    registers: dict[str, Register] = Field(default_factory=dict)
    triage: Triage | None = None
    card: Card | None = None
    retention: Retention | None = None
    counted_elsewhere: dict[str, CountedElsewhere] = Field(default_factory=dict)
    strands: dict[str, Strand]
    rules: dict[str, CitedRule]

    @property
    def label(self) -> str:
        """The readable name, such as `england-maintained@2026.1`; the digest is what identifies it."""
        return f"{self.id}@{self.version}"

    @cached_property
    def steps(self) -> dict[str, tuple[str, Step]]:
        """Every step by id, with the id of its strand. Step ids are unique in a policy."""
        return {
            step_id: (strand_id, step)
            for strand_id, strand in self.strands.items()
            for step_id, step in strand.steps.items()
        }

    @cached_property
    def clocks_started_by(self) -> dict[str, tuple[tuple[str, Deadline], ...]]:
        """The deadlines that each trigger starts, by id, in the order of the policy."""
        found: dict[str, tuple[tuple[str, Deadline], ...]] = {}
        for name, deadline in self.deadlines.items():
            for trigger in deadline.starts:
                found[trigger] = (*found.get(trigger, ()), (name, deadline))
        return found

    def deadline_of(self, clock: str) -> Deadline:
        """The deadline that a clock of a case follows; for one that stands still, the looking again in its place.

        Raises:
            KeyError: the policy has none of that name.
        """
        deadline = self.deadlines[clock.removeprefix(PAUSED)]
        if not clock.startswith(PAUSED):
            return deadline
        stands = {
            "title": paused_title(deadline.title),
            "then": PAUSED_THEN,
            "act_by": deadline.changed_by,
            "letter": None,
        }
        return deadline.model_copy(update=stands)

    @property
    def policy_day(self) -> str:
        """What this policy means by a day: its setting `policy_day`, or working days where it has none."""
        setting = self.settings.get("policy_day")
        return "working_days" if setting is None else str(setting.value)

    def days(self, number: Days) -> int:
        """The number of days that a literal or the name of an integer setting stands for."""
        return number if isinstance(number, int) else int(self.settings[number].value)


class Clause(Model):
    """One clause of a conduct policy as a line of a breach catalogue.

    `number` is the school's own clause, `code` ours. `bands` is the severity range S0 to S4, or X
    (safeguarding or
    criminal first); severity is guidance for triage, never a result. Only `chargeable` clauses carry an allegation.
    """

    number: str
    code: str
    says: str
    type: Literal["purpose", "permission", "definition", "scope", "duty", "prohibition", "process"]
    chargeable: bool = False
    bands: tuple[Literal["S0", "S1", "S2", "S3", "S4", "X"], ...] = ()
    looks_like: str = ""
    evidence: str = ""
    asks: str = ""
    implies: tuple[str, ...] = ()


class Catalogue(Model):
    """A conduct policy as a breach catalogue: every clause, in the school's numbering."""

    language: Literal[1]
    id: str
    version: str
    title: str
    policy_name: str
    clauses: tuple[Clause, ...]

    @property
    def label(self) -> str:
        """The readable name, such as `social-media@2026.1`."""
        return f"{self.id}@{self.version}"

    @cached_property
    def by_code(self) -> dict[str, Clause]:
        """Clauses by their code, such as `SMP-4.1b`."""
        return {clause.code: clause for clause in self.clauses}
