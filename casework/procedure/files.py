"""The kinds of file that make up a policy, and what each may hold."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from casework.procedure.card import Card
from casework.procedure.model import (
    Catalogue,
    Checklist,
    CitedRule,
    CountedElsewhere,
    Deadline,
    Model,
    Power,
    Requirement,
    Role,
    Sanction,
    Setting,
    State,
    Step,
    StepField,
)
from casework.procedure.registers import Register
from casework.procedure.retention import Retention
from casework.procedure.triage import Triage


class LeavesOut(Model):
    """What a policy does not take from the base that it extends; `fields` and `requirements` are named by step.

    A rule of law that does not apply is taken out of every list of citations.
    """

    rules: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    sanctions: tuple[str, ...] = ()
    checklists: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    requirements: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Head(Model):
    """`policy.yaml`: which policy this is, and the topics for which a school gives its own clause numbers.

    `extends` names what it starts from: a base, or another policy, in a folder beside it or among the shipped ones.
    `leaves_out` names what of a base does not apply; of another policy nothing can be left out.
    """

    language: Literal[1]
    extends: str = ""
    leaves_out: LeavesOut | None = None
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(pattern=r"^[0-9]{4}\.[0-9]+$")
    title: str
    summary: str = ""
    procedure_name: str = "Disciplinary Policy and Procedure"
    procedure_date: str = ""
    main_strand: str = "procedure"
    clauses: dict[str, str] = Field(default_factory=dict)


class HeadOverlay(Model):
    """`policy.yaml` of a policy that extends another, by itself; the rest is held against the language as a whole."""

    language: Any = None
    extends: Any = None
    leaves_out: LeavesOut | None = None
    id: Any = None
    version: Any = None
    title: Any = None
    summary: Any = None
    procedure_name: Any = None
    procedure_date: Any = None
    main_strand: Any = None
    clauses: Any = None


class Base(Model):
    """`base.yaml`: the head of what several policies have in common; it is no policy by itself."""

    language: Literal[1]
    extends: str = ""
    title: str
    procedure_name: str = ""
    main_strand: str = "procedure"
    clauses: dict[str, str] = Field(default_factory=dict)


class SettingsFile(Model):
    """`settings.yaml`: the values that a school sets."""

    settings: dict[str, Setting]


class RolesFile(Model):
    """`roles.yaml`: the parts that a person can have in a case."""

    roles: dict[str, Role]


class PowersFile(Model):
    """`powers.yaml`: the powers that a school delegates."""

    powers: dict[str, Power]


class SanctionsFile(Model):
    """`sanctions.yaml`: what may be imposed, how long it lives, and who may decide it."""

    sanctions: dict[str, Sanction]


class ChecklistsFile(Model):
    """`checklists.yaml`: questions that are answered with a step."""

    checklists: dict[str, Checklist]


class DeadlinesFile(Model):
    """`deadlines.yaml`: the clocks, and which times are no clock and are kept elsewhere."""

    deadlines: dict[str, Deadline]
    counted_elsewhere: dict[str, CountedElsewhere] = Field(default_factory=dict)


class RegistersFile(Model):
    """`registers.yaml`: what the school keeps beside its cases."""

    registers: dict[str, Register]


class TriageFile(Model):
    """`triage.yaml`: what every report is asked, and what follows from the answers."""

    triage: Triage


class CardFile(Model):
    """`card.yaml`: what to do, and what not to do, in the first ten minutes."""

    card: Card


class RetentionFile(Model):
    """`retention.yaml`: how long records are kept."""

    retention: Retention


class SharedFile(Model):
    """`shared.yaml`: fields and requirements that stand once and are taken by steps with `use: NAME`."""

    fields: dict[str, StepField] = Field(default_factory=dict)
    requirements: dict[str, Requirement] = Field(default_factory=dict)


PartName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
"""The name of a part of a strand: the part `appeal` of the strand `procedure` is `strands/procedure/appeal.yaml`."""


class StrandFile(Model):
    """`strands/NAME.yaml`: a strand whole, with its `steps`, or its head, with the `parts` in which they stand."""

    title: str
    initial: str
    ordinary_path: tuple[str, ...] = ()
    states: dict[str, State]
    steps: dict[str, Step] = Field(default_factory=dict)
    parts: tuple[PartName, ...] = ()

    @model_validator(mode="after")
    def _steps_or_parts(self) -> StrandFile:
        if bool(self.steps) == bool(self.parts):
            raise ValueError("a strand has either `steps`, or `parts` that hold them")
        return self


class StrandPart(Model):
    """`strands/NAME/PART.yaml`: some of the steps of a strand."""

    steps: dict[str, Step] = Field(min_length=1)


class StrandOverlay(Model):
    """`strands/NAME.yaml` of a policy that extends another: what differs, and the steps that are added or changed.

    What is in the entries is held against the language once it is put together with what it extends.
    """

    title: Any = None
    initial: Any = None
    ordinary_path: Any = None
    states: dict[str, Any] = Field(default_factory=dict)
    steps: dict[str, Any] = Field(default_factory=dict)
    parts: tuple[PartName, ...] = ()


class PartOverlay(Model):
    """`strands/NAME/PART.yaml` of a policy that extends another: some of the steps that are added or changed."""

    steps: dict[str, Any] = Field(min_length=1)


class RulesFile(Model):
    """`rules.yaml`: the rules of law and practice that policies and letters cite."""

    rules: dict[str, CitedRule]


FileKind = Literal[
    "policy",
    "base",
    "settings",
    "roles",
    "powers",
    "sanctions",
    "checklists",
    "deadlines",
    "registers",
    "triage",
    "card",
    "retention",
    "shared",
    "strand",
    "strand-part",
    "rules",
    "catalogue",
]
"""The kinds of file of the policy language."""

KINDS_OF_FILE: Final[dict[FileKind, type[Model]]] = {
    "policy": Head,
    "base": Base,
    "settings": SettingsFile,
    "roles": RolesFile,
    "powers": PowersFile,
    "sanctions": SanctionsFile,
    "checklists": ChecklistsFile,
    "deadlines": DeadlinesFile,
    "registers": RegistersFile,
    "triage": TriageFile,
    "card": CardFile,
    "retention": RetentionFile,
    "shared": SharedFile,
    "strand": StrandFile,
    "strand-part": StrandPart,
    "rules": RulesFile,
    "catalogue": Catalogue,
}
"""What each kind of file is read into."""
