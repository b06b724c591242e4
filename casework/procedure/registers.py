"""What a register is, as policy data: what an entry holds, what is looked up in it, which clock it runs.

A register is kept beside the cases: consents, approvals, advice, observations, data breaches and the like. Its fields
are typed as the fields of steps are; words go into the sealed body of an entry, every other type is a fact. What has
been entered is `casework.registers`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from casework.procedure.language import Condition, Model
from casework.procedure.requirements import Days

RegisterFieldType = Literal["date", "datetime", "text", "enum", "integer", "boolean", "person", "entry"]
"""Types of a register's field. `person` is somebody in the directory, `entry` an entry of another register."""


class RegisterField(Model):
    """What an entry holds.

    A `later` field is not known when the entry is made (a decision, a withdrawal); it is added to the entry once it is.
    A `past` date or time is refused while it lies in the future; one that is `not_before` another field's is refused
    before that. A field `with` another is needed as soon as that one is given. An `entry` field names an entry of the
    register called `of`. `when` tests another field of the entry.
    """

    type: RegisterFieldType
    label: str
    help: str = ""
    optional: bool = False
    later: bool = False
    past: bool = False
    not_before: str | None = None
    with_: str | None = Field(default=None, alias="with")
    of: str | None = None
    options: dict[str, str] = Field(default_factory=dict)
    minimum: int | None = None
    maximum: int | None = None
    when: Condition | None = None
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _parts_fit(self) -> RegisterField:
        if (self.type == "enum") != bool(self.options):
            raise ValueError("an enum field has options, and no other field does")
        if (self.type == "entry") != (self.of is not None):
            raise ValueError("an entry field says of which register (`of`), and no other field does")
        if (self.past or self.not_before) and self.type not in ("date", "datetime"):
            raise ValueError("only a date or datetime field can lie in the past, or after another")
        if self.when is not None and self.when.field is None:
            raise ValueError("the condition of a register's field tests another field of the entry")
        return self


class Validity(Model):
    """From which date field until which an entry holds; both days count. An ended entry holds until the day before."""

    from_: str = Field(alias="from")
    until: str | None = None
    ended: str | None = None


class HourClock(Model):
    """A clock of whole hours, weekends and holidays counted. It is late, never blocked, when its time has passed.

    It starts at the datetime field `starts` and stops when the field `stops` is given, at the datetime field `at`.
    `act_by` says in words who has to act.
    """

    title: str
    starts: str
    hours: int = Field(ge=1)
    stops: str
    at: str
    act_by: str
    then: str
    cites: tuple[str, ...] = ()


class Review(Model):
    """What has to be looked at again: an entry that runs out, an answer that is owed, a time after which to ask again.

    It is due on the day in the field `on` or, counted from that, after so many `hours`, calendar `days` or `months`. It
    is settled when one of the fields in `done` is given, and applies only `when` another field has such a value. It is
    shown from `ahead` calendar days before, and never blocks anything. `act_by` says in words who has to act.
    """

    title: str
    on: str
    hours: Days | None = None
    days: Days | None = None
    months: Days | None = None
    done: tuple[str, ...] = Field(min_length=1)
    when: Condition | None = None
    ahead: int = Field(default=28, ge=0)
    act_by: str
    then: str
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_time(self) -> Review:
        if sum(item is not None for item in (self.hours, self.days, self.months)) > 1:
            raise ValueError("a review is counted in hours, days or months: name one of them")
        return self


class Pattern(Model):
    """So many entries about one person within so many months make a pattern, which is shown with what it `says`.

    It is due at once, for whoever has to `act_by`, until the field `done` of its newest entry is given.
    """

    entries: Days
    months: Days
    says: str
    act_by: str
    done: str
    cites: tuple[str, ...] = ()


class AtTriage(Model):
    """What triage looks up in a register, and how the answer reads.

    `held`: is there an entry about the employee that holds on the day? `about`: which entries about the employee are
    there? `case`: is there an entry about this case? `day`: which entries hold on the day, whomever they are about?
    """

    asks: Literal["held", "about", "case", "day"]
    none: str
    some: str


class Register(Model):
    """A register: its number in our own list, what it is for, what an entry holds, and how it is used.

    `about` names the person field that says whom an entry is about, `dated` the date or datetime field by which entries
    are put in order, `kept` says in words how long entries are kept. `clauses` are those of a conduct policy that ask
    for the register.
    """

    number: str = Field(pattern=r"^REG-[0-9]+[a-z]?$")
    title: str
    entry: str
    plain: str
    fields: dict[str, RegisterField] = Field(min_length=1)
    about: str | None = None
    dated: str
    valid: Validity | None = None
    clock: HourClock | None = None
    reviews: tuple[Review, ...] = ()
    pattern: Pattern | None = None
    triage: AtTriage | None = None
    kept: str = ""
    clauses: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Register:
        named = [("about", self.about, ("person",)), ("dated", self.dated, ("date", "datetime"))]
        if self.valid is not None:
            for part, name in (
                ("from", self.valid.from_),
                ("until", self.valid.until),
                ("ended", self.valid.ended),
            ):
                named.append((f"valid.{part}", name, ("date",)))
        if self.clock is not None:
            named += [
                ("clock.starts", self.clock.starts, ("datetime",)),
                ("clock.at", self.clock.at, ("datetime",)),
            ]
            named.append(("clock.stops", self.clock.stops, ()))
        if self.pattern is not None:
            named.append(("pattern.done", self.pattern.done, ()))
        for at, review in enumerate(self.reviews):
            of_time = ("datetime",) if review.hours is not None else ("date", "datetime")
            named.append((f"reviews[{at}].on", review.on, of_time))
            named += [(f"reviews[{at}].done", name, ()) for name in review.done]
            named.append((f"reviews[{at}].when", review.when.field if review.when else None, ()))
        for name, field in self.fields.items():
            named.append((f"fields.{name}.not_before", field.not_before, ("date", "datetime")))
            named.append((f"fields.{name}.with", field.with_, ()))
            named.append((f"fields.{name}.when", field.when.field if field.when else None, ()))
        for part, wanted, types in named:
            if wanted is None:
                continue
            if wanted not in self.fields:
                raise ValueError(f"`{part}` names {wanted!r}, which is no field of the register")
            if types and self.fields[wanted].type not in types:
                raise ValueError(f"`{part}` needs a field of type {' or '.join(types)}; {wanted!r} is none")
        if self.pattern is not None and self.about is None:
            raise ValueError("a pattern needs `about`: it is about one person")
        if self.triage is not None:
            if self.triage.asks in ("held", "about") and self.about is None:
                raise ValueError(f"triage asks `{self.triage.asks}`, which needs `about`")
            if self.triage.asks in ("held", "day") and self.valid is None:
                raise ValueError(f"triage asks `{self.triage.asks}`, which needs `valid`")
        return self
