"""A chronology: who did what when in one case, as a fairness review reads it.

It is told by a file (a case written down from paper) or by the ledger (`casework.cases.review_case`); both are judged
by the same rules. Whatever is not said is unknown. "Known not to have happened" is said with `happened: no`, and a fact
that is known to be otherwise with `no`. The kinds of step stand in `casework.cases.chronology_steps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from casework.cases.chronology_steps import STEP_KINDS, AnyStep, Appeal, Decision, StepBase
from casework.cases.chronology_values import UNKNOWN, Known, Part, People, When, excuse
from casework.cases.chronology_words import kind_meant

SchoolType = Literal["M-LA", "M-GB", "ACAD", "other", "unknown"]
"""Community or voluntary controlled; foundation or voluntary aided; academy; no school in England; not known."""

Standing = Literal[
    "head_teacher",
    "governor",
    "staff_governor",
    "chair_of_governors",
    "outside_governor",
    "manager",
    "colleague",
    "pupil",
    "parent",
    "customer",
    "local_authority",
    "outside_investigator",
    "hr_adviser",
    "lawyer",
    "union_representative",
    "police",
    "lado",
    "other",
]
"""What somebody is, apart from what they did in the case. Advisers are `hr_adviser` and `lawyer`."""


class Conflict(Part):
    """What ties somebody to the matter, so that a fair-minded reader would doubt their impartiality (PAN-10).

    `accuser`, `witness` and `reporter`: their own part. `close_to`: related to or close friends with one of them or
    with the employee. `stake`: they gain or lose by the outcome. `hostile`: shown ill will. `earlier_decision`:
    decided the same question before.
    """

    kind: Literal["accuser", "witness", "reporter", "close_to", "stake", "hostile", "earlier_decision"]
    accepted: Known = excuse("It was declared, and the employee knew of it and agreed.")
    note: str = ""


class Person(Part):
    """Somebody in the case. Whoever has the same key is the same person.

    `may_be` names others who may be the same person: the record does not say.
    """

    title: str = ""
    standing: Standing = "other"
    conflicts: tuple[Conflict, ...] = ()
    may_be: People = ()


class Organisation(Part):
    """The employer: which staffing rules bind it."""

    title: str = ""
    school_type: SchoolType = "unknown"
    separation_practicable: Known = excuse(
        "`no`: the employer is so small that nobody else could investigate or hear the case (ACAS-6)."
    )


class Employee(Part):
    """The person whom the case is about, as far as a rule asks. `is_` is their key in `people`, if they have one."""

    is_: str = Field(alias="is", default="")
    teacher: Known = UNKNOWN
    head: Known = UNKNOWN
    union_rep: Known = UNKNOWN
    union_consulted: Known = Field(default="unknown", description="Discussed with an official of the union.")
    disabled: Known = UNKNOWN
    adjustments_asked_about: Known = UNKNOWN
    admitted: Known = excuse("The employee admitted what is alleged.")
    clean_record: Known = UNKNOWN
    service_years: int | None = None
    career_at_stake: Known = UNKNOWN
    works_with_children: Known = UNKNOWN


class Allegation(Part):
    """One thing that is held against the employee, charged or not.

    `notified`: in the written notice before the hearing. `detailed`: there with enough particulars to answer it.
    `put`: put to the employee at the hearing. `relied_on`: the decision rests on it. `finding`: what was decided.
    """

    says: str
    conduct: When = ""
    notified: Known = UNKNOWN
    detailed: Known = UNKNOWN
    put: Known = UNKNOWN
    relied_on: Known = excuse("The decision rests on it; `no`: nothing rests on it.")
    finding: Literal["proved", "not_proved", "none", "unknown"] = Field(
        default="unknown",
        description="What was decided; `none`: whether it is true was left open.",
        json_schema_extra={"excuse": True},
    )
    grounds: Known = Field(default="unknown", description="Evidence in the record supports the finding.")


class EvidenceItem(Part):
    """A document, statement, recording, test or search result.

    `obtained: no` is evidence that was never got. `given` is whether the employee had it before the decision,
    `substance_told` that they knew what it said. `made_by_panel` is a test or inquiry of those who decide; `comment`
    is whether the employee could comment on it.
    """

    says: str
    obtained: Known = UNKNOWN
    relied_on: Known = excuse("Those who decided relied on it; `no`: nothing rests on it.")
    given: Known = UNKNOWN
    given_on: When = ""
    asked_for: Known = UNKNOWN
    substance_told: Known = excuse("The employee was told what it said, though it was not handed over.")
    withheld_because: str = Field(
        default="",
        description="The reason given for withholding or masking it.",
        json_schema_extra={"excuse": True},
    )
    helps_employee: Known = UNKNOWN
    used_in_part: Known = UNKNOWN
    reached_decider: Known = UNKNOWN
    made_by_panel: Known = UNKNOWN
    comment: Known = excuse("The employee could comment on it before the decision.")
    private: Known = Field(default="unknown", description="Private messages, accounts, searches, monitoring.")
    obtained_properly: Known = Field(
        default="unknown", description="Got as the staff had been told it might be, and no more than needed."
    )


def _known_kind(value: Any) -> Any:
    """Name an unknown kind of step in plain words, before the long list of what each kind may say."""
    what = value.get("what") if isinstance(value, dict) else None
    kinds = f"the kinds are: {', '.join(sorted(STEP_KINDS))}"
    if isinstance(value, dict) and not isinstance(what, str):
        raise ValueError(f"each step says `what` it is; {kinds}")
    if isinstance(what, str) and what not in STEP_KINDS:
        meant = kind_meant(what, STEP_KINDS)
        hint = f"perhaps {meant!r} is meant" if meant else kinds
        raise ValueError(f"there is no kind of step {what!r}; {hint}")
    return value


class Chronology(Part):
    """A whole case on paper. Steps stand in the order in which they happened."""

    paper_case: Literal[1]
    title: str
    summary: str = ""
    organisation: Organisation = Field(default_factory=Organisation)
    employee: Employee = Field(default_factory=Employee)
    people: dict[str, Person] = Field(default_factory=dict)
    allegations: dict[str, Allegation] = Field(default_factory=dict)
    evidence: dict[str, EvidenceItem] = Field(default_factory=dict)
    steps: tuple[Annotated[AnyStep, BeforeValidator(_known_kind)], ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> Chronology:
        wrong = [] if self.steps else ["a case has at least one step"]
        for number, step in enumerate(self.steps, start=1):
            wrong += [self._stranger(f"step {number} names", key) for key in _named(step)]
        for key, person in self.people.items():
            wrong += [self._stranger(f"{key!r} may be", other) for other in person.may_be]
        warnings = {step.id for step in self.steps if step.what == "earlier_warning"}
        for number, step in enumerate(self.steps, start=1):
            if isinstance(step, Decision):
                unknown = sorted(set(step.relies_on_warnings) - warnings)
                wrong += [
                    f"step {number} relies on the warning {name!r}, which no step gives" for name in unknown
                ]
        if self.employee.is_:
            wrong.append(self._stranger("the employee is", self.employee.is_))
        if found := [item for item in wrong if item]:
            raise ValueError("; ".join(found))
        return self

    def _stranger(self, says: str, key: str) -> str:
        """What is wrong where somebody is named who is not among `people`; empty if they are."""
        if key in self.people:
            return ""
        close = get_close_matches(key, self.people, n=1)
        hint = f"perhaps {close[0]!r} is meant" if close else "add them there, by a key"
        return f"{says} {key!r}, who is not among `people` ({hint})"


def _named(step: StepBase) -> Iterator[str]:
    yield from step.by
    if isinstance(step, Decision | Appeal):
        yield from step.advised_by
