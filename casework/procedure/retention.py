"""How long records are kept, as policy data: one class for each kind of record, what is kept longer, what is forgotten.

A class is chosen before a case is closed. Several may apply to one record; what is kept longest wins, and no record is
destroyed before the time for a tribunal claim has passed (procedure.md section 9.1: RET-1 to RET-5).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from casework.procedure.language import Model
from casework.procedure.requirements import Days


class RetentionClass(Model):
    """For how long a kind of record is kept.

    `from` says when the time begins: when the case was `closed` or `reported`, on the first day of the `warning`, or
    when the `employment_ended`. `months` says how long; a class that names a `sanction` takes its `kept_months`. With
    `until: pension_age` it is kept to normal pension age if that is later.
    """

    title: str
    from_: Literal["closed", "reported", "warning", "employment_ended"] = Field(alias="from")
    months: Days = 0
    sanction: str | None = None
    until: Literal["pension_age"] | None = None
    cites: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_length(self) -> RetentionClass:
        if self.sanction is not None and self.months:
            raise ValueError("a class has either `months`, or a `sanction` that says how many")
        if (self.from_ == "warning") != (self.sanction is not None):
            raise ValueError("a time that begins with a warning names its `sanction`, and no other does")
        return self


class Answered(Model):
    """A field of any step, and the answers that are meant."""

    field: str
    is_: tuple[str, ...] = Field(alias="is", min_length=1)


class ClassIf(Answered):
    """A class that applies, whatever was chosen, if a field was last answered so."""

    class_: str = Field(alias="class")


class ClaimLimit(Model):
    """The time for a claim to a tribunal: so many months, less a day, and so many weeks of early conciliation."""

    months: Days
    weeks: Days
    cites: tuple[str, ...] = Field(min_length=1)


class Retention(Model):
    """`retention.yaml`: the classes, which field chooses one, and what holds whatever was chosen.

    `registers` names the class of the entries of a register that are about a person. `leaves_personnel_file` says when
    an allegation leaves the personnel file at once; `facts_months` how long the bare facts of a case, without any name
    or word, are kept after its words were destroyed, and `monitoring_months` how long, after a case was closed, the
    answers of its employee to equality monitoring.
    """

    field: str
    classes: dict[str, RetentionClass]
    also: tuple[ClassIf, ...] = ()
    registers: dict[str, str] = Field(default_factory=dict)
    leaves_personnel_file: tuple[Answered, ...] = ()
    leaves_cites: tuple[str, ...] = ()
    claim: ClaimLimit
    facts_months: Days
    facts_cites: tuple[str, ...] = ()
    monitoring_months: Days = 48
    monitoring_cites: tuple[str, ...] = ()
